"""Two people edit one record at once: nothing that was typed is lost, nor what the other one did."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User
from northing.access.roles import Role
from northing.features.models import Feature
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.record_types import registry

from .samples import make

pytestmark = pytest.mark.django_db
FEATURE = registry.named("feature")
URL = "/orchard/features/F-1/edit"


@pytest.fixture
def grace(admin_actor: Actor) -> Actor:
    user = User.objects.create(email="grace@example.com", name="Grace")
    return for_member(Member.objects.create(workspace=admin_actor.workspace, user=user, role=Role.EDITOR))


@pytest.fixture
def feature(admin_actor: Actor) -> Any:
    return make(admin_actor, FEATURE, title="Dark mode", tags=["night"])


def opened(client: Client) -> dict[str, Any]:
    """What the form sends when nothing is typed."""
    form = client.get(URL).context["form"]
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in given.items() if value not in (None, False)}


def changed(by: Actor, feature: Any, **values: Any) -> None:
    changes.update(by, FEATURE, [Edit(feature.pk, values)], "changed")


def test_what_was_typed_stands_and_saves_the_second_time(signed_in: Client, feature: Any, grace: Actor) -> None:
    typed = opened(signed_in) | {"title": "Night mode", "description": "Long thought about"}
    changed(grace, feature, title="Dim mode")
    refused = signed_in.post(URL, typed)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Grace changed this while you typed" in page
    assert 'value="Night mode"' in page
    assert "Long thought about" in page
    assert "Grace made this “Dim mode” meanwhile" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert signed_in.post(URL, typed | {"version": version[1]}).status_code == 302
    assert Feature.objects.get().title == "Night mode"


def test_what_only_the_other_changed_stands_as_they_left_it(signed_in: Client, feature: Any, grace: Actor) -> None:
    typed = opened(signed_in) | {"title": "Night mode"}
    changed(grace, feature, description="From Grace", tags=["eyes", "night"], owner=grace.member_id, status="planned")
    refused = signed_in.post(URL, typed)
    assert "meanwhile" not in refused.content.decode()
    form = refused.context["form"]
    assert signed_in.post(URL, form.data).status_code == 302
    found = Feature.objects.get()
    assert (found.title, found.description, found.status) == ("Night mode", "From Grace", "planned")
    assert found.owner_id == grace.member_id


def test_both_of_one_mind_is_no_quarrel(signed_in: Client, feature: Any, grace: Actor) -> None:
    typed = opened(signed_in) | {"title": "Dim mode"}
    changed(grace, feature, title="Dim mode")
    assert "meanwhile" not in signed_in.post(URL, typed).content.decode()


def test_who_edits_in_two_windows_is_told_so(signed_in: Client, feature: Any, admin_actor: Actor) -> None:
    typed = opened(signed_in)
    changed(admin_actor, feature, title="Dim mode")
    assert "You, in another window, changed this" in signed_in.post(URL, typed).content.decode()
