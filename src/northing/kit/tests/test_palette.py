"""Search from anywhere: pages and things to do are found by their names and by other people's words for them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from northing.access.actor import for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.kit import changes
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db


def client_of(role: str) -> Client:
    workspace, _ = Workspace.objects.get_or_create(name="Orchard", slug="orchard")
    user = User.objects.create_user(f"{role}@example.com", "pear-tree-7", name=role.capitalize())
    Member.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def found(client: Client, text: str) -> list[str]:
    """Addresses of what is offered, below the workspace's, in order."""
    return re.findall(r'href="/orchard/([^"]*)"', client.get("/orchard/search", {"q": text}).content.decode())


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("roadmap", "roadmap/"),
        ("Prior", "prioritise/"),
        ("teams", "teams/"),
        ("features", "features/"),
        ("timeline", "roadmap/"),
        ("voices", "prioritise/"),
        ("revenue over effort", "prioritise/"),
        ("opportunity score", "prioritise/"),
        ("weighted scoring", "scoring-models/"),
        ("own formula", "scoring-models/"),
        ("sizing", "sizing/"),
        ("estimate eff", "sizing/"),
        ("okr", "goals/"),
        ("invite", "settings/members"),
        ("dark", "settings/preferences"),
        ("home", ""),
        ("new feature", "features/new"),
        ("import feedback", "feedback/import/"),
        ("upload csv", "feedback/import/"),
        ("tickets", "work-items/"),
    ],
)
def test_a_page_is_found_by_its_name_and_by_other_words(typed: str, first: str) -> None:
    assert found(client_of(Role.ADMIN), typed)[0] == first


def test_a_page_is_offered_once() -> None:
    offered = found(client_of(Role.ADMIN), "feature")
    assert len(offered) == len(set(offered))
    assert {"features/", "features/new", "features/import/"} <= set(offered)


def test_who_may_only_read_is_offered_nothing_to_do() -> None:
    reader = client_of(Role.VIEWER)
    assert found(reader, "roadmap")[0] == "roadmap/"
    for typed in ("new feature", "import", "sizing", "share"):
        assert found(reader, typed) == []


def test_nothing_typed_offers_nothing() -> None:
    assert found(client_of(Role.ADMIN), "") == []


def test_a_key_is_found_with_the_title_that_forms_put_behind_it() -> None:
    client = client_of(Role.ADMIN)
    rows = [{"title": "Dark mode"}, {"title": "Dark mode in print"}]
    changes.create(for_member(Member.objects.get()), registry.named("feature"), rows)
    assert found(client, "f-2 Dark mode")[0] == "features/F-2/"
