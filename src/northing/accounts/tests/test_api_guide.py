"""The page that says how to call the API: every record type that one may see, with its fields."""

from __future__ import annotations

import pytest
from django.test import Client

from northing.access.models import Member, User, Workspace
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> str:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "a-long-password", name="Ada")
    Member.objects.create(workspace=workspace, user=user, role="viewer")
    client = Client()
    client.force_login(user)
    return client.get("/orchard/settings/api").content.decode()


def test_every_record_type_is_listed_with_its_fields(page: str) -> None:
    for record_type in registry:
        assert f"/api/v1/{record_type.path}</code>" in page
        assert all(f"<code>{name}</code>" in page for name in record_type.specs)


def test_choices_are_spelled_out_and_the_first_call_is_complete(page: str) -> None:
    assert "new, candidate, planned, in_delivery" in page
    assert '"http://testserver/api/v1/features?status=planned"</code>' in page, (
        "a shell looks for files named by a bare ?"
    )


def test_an_optional_field_says_what_it_holds(page: str) -> None:
    assert "string, email" in page
