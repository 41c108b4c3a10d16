"""Coming in: links work once, invitations only for whom they were meant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from northing.access import entry
from northing.access.models import NAMELESS, Invitation, Member, SignInLink, User, Workspace
from northing.access.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.objects.create(name="Orchard", slug="orchard")


def test_a_link_signs_in_once_and_only_when_pressed(workspace: Workspace) -> None:
    user = User.objects.create_user("kim@example.com", name="Kim")
    address = entry.one_time_address(user, "")
    assert Client().get(address).status_code == 200
    client = Client()
    assert client.post(address).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Client().post(address).status_code == 410
    assert Client().get(address).status_code == 410


def test_an_old_link_and_one_of_a_closed_account_do_nothing(workspace: Workspace) -> None:
    user = User.objects.create_user("kim@example.com", name="Kim")
    address = entry.one_time_address(user, "")
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(address).status_code == 410
    address = entry.one_time_address(user, "")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert Client().post(address).status_code == 410


def test_only_hashes_are_kept(workspace: Workspace) -> None:
    user = User.objects.create_user("kim@example.com", name="Kim")
    secret = entry.one_time_address(user, "").rpartition("/")[2]
    assert secret not in str(list(SignInLink.objects.values()))


def test_an_invited_person_makes_an_account_and_joins(workspace: Workspace) -> None:
    address = entry.invitation_address(workspace, "New@Example.com", Role.CONTRIBUTOR, "")
    client = Client()
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Noor", "password": "short"}).status_code == 422
    assert client.post(address, {"name": "Noor", "password": "a-long-and-odd-one"}).status_code == 302
    assert Member.objects.within(workspace).get(user__email="new@example.com").role == Role.CONTRIBUTOR
    assert Client().get(address).status_code == 410


def test_an_invitation_for_somebody_else_lets_nobody_in(workspace: Workspace) -> None:
    User.objects.create_user("kim@example.com", "a-long-and-odd-one", name="Kim")
    address = entry.invitation_address(workspace, "kim@example.com", Role.ADMIN, "")
    thief = User.objects.create_user("thief@example.com", name="Other")
    client = Client()
    assert client.post(address).status_code == 302  # to the sign-in page
    client.force_login(thief, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(address).status_code == 403
    assert not Member.objects.within(workspace).exists()


def test_a_withdrawn_invitation_is_gone(workspace: Workspace) -> None:
    address = entry.invitation_address(workspace, "new@example.com", Role.EDITOR, "")
    Invitation.objects.update(revoked_at=timezone.now())
    assert Client().get(address).status_code == 410


def test_sign_up_is_closed_and_sign_in_goes_nowhere_else() -> None:
    assert Client().get("/sign-in/signup/").status_code in (200, 302, 404)
    assert not User.objects.exists()
    User.objects.create_user("kim@example.com", "a-long-and-odd-one", name="Kim")
    answer = Client().post(
        "/sign-in/login/?next=https://evil.example/", {"login": "kim@example.com", "password": "a-long-and-odd-one"}
    )
    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("typed", "called"),
    [("Ada", "Ada"), ("", NAMELESS), ("A\x00", NAMELESS), ("\u202e\u200b", NAMELESS), ("Ada\r\nLind", "Ada Lind")],
)
def test_the_first_user_may_say_their_name(typed: str, called: str) -> None:
    user = User.objects.create_user("you@example.com", name=NAMELESS)
    address = entry.one_time_address(user, "")
    client = Client()
    assert 'name="name"' in client.get(address).content.decode()
    assert client.post(address, {"name": typed}).status_code == 302
    assert User.objects.get(pk=user.pk).name == called


def test_whoever_has_a_name_keeps_it() -> None:
    user = User.objects.create_user("kim@example.com", name="Kim")
    address = entry.one_time_address(user, "")
    client = Client()
    assert "Welcome, Kim" in client.get(address).content.decode()
    client.post(address, {"name": "Other"})
    assert User.objects.get(pk=user.pk).name == "Kim"


def test_a_part_of_a_page_leads_the_whole_of_it_to_the_sign_in(workspace: Workspace) -> None:
    at = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "https://north.example/orchard/features/?status=new"}
    answer = Client().get("/orchard/inbox/count", **at)
    back = "/sign-in/login/?next=/orchard/features/%3Fstatus%3Dnew"
    assert (answer.status_code, answer["HX-Redirect"]) == (401, back), "an answer to fetch is no success either"
    elsewhere = Client().get("/orchard/inbox/count", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="https://evil.example")
    assert elsewhere["HX-Redirect"] == "/sign-in/login/?next=/"
    broken = Client().get("/orchard/inbox/count", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://[")
    assert (broken.status_code, broken["HX-Redirect"]) == (401, "/sign-in/login/?next=/")
