"""What comes next once feedback is in."""

from __future__ import annotations

import pytest

from northing.access.actor import Actor, for_member
from northing.access.models import Member, Workspace
from northing.access.roles import Role
from northing.features.tests.test_pages import client_of, said, titled
from northing.kit.extensions import extensions

pytestmark = pytest.mark.django_db
BRING, PICK, READ = "Bring your list of features", "Pick features", "Read them in the inbox"


@pytest.fixture
def actor() -> Actor:
    client_of(Workspace.objects.create(name="Orchard", slug="orchard"), Role.EDITOR)
    return for_member(Member.objects.get())


def onwards(actor: Actor) -> list[str]:
    return [one.label for one in extensions.onwards(actor, "feedback")]


def test_without_features_a_list_of_them_is_brought(actor: Actor) -> None:
    said(actor, title="Please, a dark mode for the app", text="Please, a dark mode for the app")
    assert onwards(actor) == [BRING, READ]


def test_messages_that_ask_for_features_are_picked(actor: Actor) -> None:
    titled(actor, "Dark mode in the app")
    said(actor, title="The box was empty", text="The box was empty")
    assert onwards(actor) == [READ]
    said(actor, title="Please, a dark mode for the app", text="Please, a dark mode for the app")
    assert onwards(actor) == [PICK, READ]
