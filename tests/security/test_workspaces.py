"""Making and removing workspaces: who may, how many, at which address, and what is left afterwards."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import get_resolver

from northing.access import entry, workspaces
from northing.access.actor import for_member
from northing.access.models import Invitation, Member, Token, Workspace
from northing.access.roles import Role
from northing.kit import changes, clearing
from northing.kit.importing import keeping
from northing.kit.models import Import, Job, Record
from northing.kit.record_types import registry
from northing.roadmap import shared_urls
from northing.roadmap.models import PublishedView

from .conftest import api, browser, member_of

pytestmark = pytest.mark.django_db
NEW, REMOVE = "/orchard/settings/new-workspace", "/orchard/settings/remove"


def share(client: Client) -> str:
    answer = client.post("/orchard/roadmap/share", {"title": "For retail", "fields": ["forecast"]}).content.decode()
    return re.findall(r"/shared/[\w-]+/", answer)[0]


@pytest.fixture
def harbour(admin: Member) -> Workspace:
    """A second workspace of the admin."""
    return workspaces.make(admin.user_id, "Harbour", "harbour", like=admin.workspace)


def test_it_begins_empty_with_whoever_made_it_as_admin(admin: Member, signed_in: Client) -> None:
    Workspace.objects.update(time_zone="Europe/Oslo", currency="NOK")
    assert signed_in.post(NEW, {"name": "Winter line"})["Location"] == "/winter-line/"
    made = Workspace.objects.get(slug="winter-line")
    assert [(one.user_id, one.role) for one in made.members.all()] == [(admin.user_id, Role.ADMIN)]
    assert (made.time_zone, made.currency) == ("Europe/Oslo", "NOK")
    assert "Drop a file with what people ask for" in signed_in.get("/winter-line/").content.decode()


def test_it_stays_closed_to_members_of_the_first(admin: Member, signed_in: Client) -> None:
    editor = browser(member_of(admin.workspace, Role.EDITOR))
    signed_in.post(NEW, {"name": "Winter line"})
    assert editor.get("/winter-line/").status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.EDITOR])
def test_who_answers_for_no_workspace_makes_none(admin: Member, role: Role) -> None:
    client = browser(member_of(admin.workspace, role))
    assert [client.get(NEW).status_code, client.post(NEW, {"name": "Mine"}).status_code] == [403, 403]
    assert "new-workspace" not in client.get("/orchard/").content.decode()
    assert Workspace.objects.count() == 1


def test_an_admin_of_the_demo_alone_makes_none(admin: Member, signed_in: Client) -> None:
    Workspace.objects.update(is_demo=True)
    assert signed_in.post(NEW, {"name": "Mine"}).status_code == 403


def test_there_are_not_endlessly_many(admin: Member, signed_in: Client) -> None:
    for number in range(1, workspaces.MOST):
        assert signed_in.post(NEW, {"name": f"Line {number}"}).status_code == 302
    answer = signed_in.post(NEW, {"name": "One more"})
    assert answer.status_code == 422
    assert "the most a person has; remove one" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("Orchard", "is taken"),
        ("sign-in", "leads elsewhere"),
        ("winter line", "use small letters"),
        ("-removed-1", "use small letters"),
        ("a" * 51, "at most 50"),
    ],
)
def test_an_address_that_cannot_be_is_refused_before_and_after(signed_in: Client, address: str, says: str) -> None:
    given = {"name": "Winter", "address": address}
    assert says in signed_in.get(f"{NEW}/address", given).content.decode()
    answer = signed_in.post(NEW, given)
    assert (answer.status_code, says in answer.content.decode().lower()) == (422, True)
    assert Workspace.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Orchard", "orchard-2"),
        ("Demo", "demo-2"),
        ("Kühl & Söhne", "kuhl-sohne"),
        ("冬", "workspace"),
        ("a_b", "a-b"),
        ("long " * 20, "long-long-long-long-long-long-long-long-long"),
    ],
)
def test_an_address_is_made_from_the_name(signed_in: Client, name: str, address: str) -> None:
    assert signed_in.get(f"{NEW}/address", {"name": name}).content.decode().endswith(f"/{address}/")
    assert workspaces.fault_of(address) == ""


def test_no_workspace_stands_in_the_way_of_another_page() -> None:
    patterns = [str(found.pattern) for found in get_resolver().url_patterns]
    patterns += [str(found.pattern) for found in shared_urls.urlpatterns]
    first_words = {found[1] for pattern in patterns if (found := re.match(r"\^?([\w-]+)", pattern))}
    assert first_words
    assert first_words <= workspaces.RESERVED


def test_removing_says_what_goes(admin: Member, signed_in: Client, harbour: Workspace, one_of_each: Any) -> None:
    said = signed_in.get(REMOVE).content.decode()
    assert re.search(r"<li>\d feature", said)
    assert "Type its name, Orchard" in said


@pytest.mark.parametrize("name", ["", "orchard", "Harbour"])
def test_removing_wants_the_name_typed(signed_in: Client, harbour: Workspace, name: str) -> None:
    assert signed_in.post(REMOVE, {"name": name}).status_code == 422
    assert Member.objects.filter(workspace__slug="orchard", is_active=True).exists()


def test_the_last_one_stays_for_else_none_could_be_made(signed_in: Client) -> None:
    assert signed_in.post(REMOVE, {"name": "Orchard"}).status_code == 422
    assert "Make another first" in signed_in.get(REMOVE).content.decode()


@pytest.mark.django_db(transaction=True)
def test_whether_it_is_the_last_one_is_asked_in_the_transaction_that_closes_it(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = workspaces.is_last
    inside: list[bool] = []

    def judge(*one: Any) -> bool:
        inside.append(connection.in_atomic_block)
        return judged(*one)

    monkeypatch.setattr(workspaces, "is_last", judge)
    assert signed_in.post(REMOVE, {"name": "Orchard"}).status_code == 422
    assert inside == [True, False]  # then once more for the page that says so


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time anyway")
def test_of_two_that_one_person_removes_at_once_one_stays(
    admin: Member, harbour: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_judged, judged = Barrier(2), workspaces.is_last

    def judge(*one: Any) -> bool:
        found = judged(*one)
        with suppress(BrokenBarrierError):
            both_judged.wait(timeout=1)  # in vain where they take turns
        return found

    def remove(workspace: Workspace) -> int:
        try:
            return browser(admin).post(f"/{workspace.slug}/settings/remove", {"name": workspace.name}).status_code
        finally:
            connections.close_all()

    monkeypatch.setattr(workspaces, "is_last", judge)
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(remove, [admin.workspace, harbour]))
    assert sorted(answers) == [302, 422]
    assert len(workspaces.administered(admin.user_id)) == 1


def test_the_demo_goes_without_more_ado(signed_in: Client) -> None:
    Workspace.objects.update(is_demo=True)
    assert signed_in.post(REMOVE).status_code == 302
    assert signed_in.get("/orchard/").status_code == 404


def test_every_way_in_ends_at_once(admin: Member, signed_in: Client, harbour: Workspace) -> None:
    token = api(admin)
    invitation = entry.invitation_address(admin.workspace, "noor@example.com", Role.EDITOR, "")
    shared = share(signed_in)
    assert [Client().get(shared).status_code, token.get("/api/v1/teams").status_code] == [200, 200]
    assert signed_in.post(REMOVE, {"name": "Orchard"})["Location"] == "/"
    assert token.get("/api/v1/teams").status_code == 401
    answers = [signed_in.get("/orchard/"), Client().get(invitation), Client().get(shared), signed_in.get("/harbour/")]
    assert [answer.status_code for answer in answers] == [404, 410, 404, 200]
    assert signed_in.post("/harbour/settings/new-workspace", {"name": "Orchard"})["Location"] == "/orchard/"


def test_the_worker_leaves_nothing_of_it_and_all_of_the_others(
    admin: Member, signed_in: Client, harbour: Workspace, one_of_each: Any, settings: Any, tmp_path: Any
) -> None:
    settings.NORTHING_HOME = tmp_path
    kept = Member.objects.get(workspace=harbour)
    changes.create(for_member(kept), registry.named("team"), [{"name": "Crew"}])
    batch = Import.objects.create(workspace=admin.workspace, batch="b1", record_type="team", file_name="teams.csv")
    keeping.folder(batch).mkdir(parents=True)
    signed_in.post(REMOVE, {"name": "Orchard"})
    job = Job.objects.get(task=clearing.clear.module_path)
    clearing.clear.call(**job.arguments)
    assert list(Workspace.objects.all()) == [harbour]
    assert [record.type for record in Record.objects.all()] == ["team"]
    assert [Token.objects.count(), Invitation.objects.count(), PublishedView.objects.count()] == [0, 0, 0]
    assert not keeping.folder(batch).exists()
    clearing.clear.call(**job.arguments)  # a worker killed at the end does it once more
    assert Job.objects.filter(pk=job.pk).exists()
