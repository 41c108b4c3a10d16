"""Joining and leaving a workspace: at once, twice, and with what was left open."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from northing.access import entry
from northing.access.actor import Forbidden, for_member
from northing.access.models import Invitation, Member, Token, User
from northing.access.roles import Role
from northing.kit import changes
from northing.kit.record_types import registry

from .conftest import api, browser, member_of

pytestmark = pytest.mark.django_db
NEWCOMER = {"name": "Noor", "password": "a-long-and-odd-one"}


def settle(admin: Member, member: Member, **given: str) -> Any:
    return browser(admin).post(f"/{admin.workspace.slug}/settings/members/{member.pk}", given)


def test_who_was_removed_does_not_come_back_by_an_older_invitation(admin: Member) -> None:
    first, second = (entry.invitation_address(admin.workspace, "noor@example.com", Role.EDITOR, "") for _ in range(2))
    newcomer = Client()
    assert newcomer.post(first, NEWCOMER).status_code == 302
    noor = Member.objects.get(user__email="noor@example.com")
    assert settle(admin, noor, role="editor", active="no").status_code == 302
    assert newcomer.get("/orchard/").status_code == 404
    assert newcomer.post(second).status_code == 410
    assert newcomer.get("/orchard/").status_code == 404


def test_tokens_end_for_good_when_their_member_leaves(admin: Member) -> None:
    editor = member_of(admin.workspace, Role.EDITOR)
    client = api(editor)
    settle(admin, editor, role="editor", active="no")
    settle(admin, editor, role="editor")  # back again
    assert Member.objects.get(pk=editor.pk).is_active
    assert client.get("/api/v1/teams").status_code == 401
    assert Token.objects.get(member=editor).revoked_at is not None


def test_an_admin_no_longer_leaves_no_invitations_behind(admin: Member) -> None:
    second = member_of(admin.workspace, Role.EDITOR)
    settle(admin, second, role="admin")
    browser(second).post("/orchard/settings/members", {"email": "alias@example.com", "role": "admin"})
    settle(admin, second, role="editor")
    assert Invitation.objects.get(email="alias@example.com").revoked_at is not None


def test_work_begun_before_leaving_writes_nothing_after(admin: Member) -> None:
    editor = member_of(admin.workspace, Role.EDITOR)
    settle(admin, editor, role="editor", active="no")
    actor = for_member(Member.objects.select_related("workspace").get(pk=editor.pk))
    with pytest.raises(Forbidden):
        changes.create(actor, registry.named("feature"), [{"title": "Late"}])


def test_an_invitation_taken_in_the_meantime_makes_no_account(admin: Member) -> None:
    """Two who press at once both found it open; the second is told, and leaves nothing."""
    address = entry.invitation_address(admin.workspace, "noor@example.com", Role.EDITOR, "")
    found = entry.find_invitation(address.rpartition("/")[2])
    assert found
    assert entry.accept_as_newcomer(found, "Noor", "a-long-and-odd-one")
    assert entry.accept_as_newcomer(found, "Eve", "a-long-and-odd-one") is None
    assert User.objects.get(email="noor@example.com").name == "Noor"


@pytest.mark.parametrize("given", [{"role": "viewer"}, {"role": "admin", "active": "no"}])
def test_the_last_admin_stays(admin: Member, given: dict[str, str]) -> None:
    assert settle(admin, admin, **given).status_code == 422
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)


@pytest.mark.django_db(transaction=True)
def test_whether_an_admin_is_left_is_asked_in_the_transaction_that_demotes(admin: Member) -> None:
    """Else two admins who demote each other at once leave nobody."""
    member_of(admin.workspace, Role.ADMIN)
    client, asked = browser(admin), []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if "access_member" in sql and ("UPDATE" in sql or ("LIMIT 1" in sql and "role" in sql)):
            asked.append((sql.split()[0], connection.in_atomic_block))
        elif "FOR UPDATE" in sql:
            asked.append(("LOCK", connection.in_atomic_block))
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        assert client.post(f"/orchard/settings/members/{admin.pk}", {"role": "viewer"}).status_code == 302
    in_transaction = [kind for kind, inside in asked if inside]
    assert in_transaction[-2:] == ["SELECT", "UPDATE"]
    assert connection.vendor != "postgresql" or in_transaction[0] == "LOCK"
