"""Names in files find the members they mean, or somebody says whom, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from northing.access.actor import Actor, Origin, system
from northing.access.models import Member, User, Workspace
from northing.delivery.models import WorkItem
from northing.features.models import Feature
from northing.insight.models import Account
from northing.kit.importing.people import People
from northing.kit.importing.running import Report, run_file
from northing.kit.jobs.worker import Worker
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace(tmp_path: Path, settings: Any) -> Workspace:
    settings.NORTHING_HOME = tmp_path / "home"
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    for name, email in (
        ("Ana Costa", "acosta@example.com"),
        ("Mei Tan", "mei@example.com"),
        ("Mei Lin", "lin@example.com"),
    ):
        user = User.objects.create_user(email, "pear-tree-7", name=name)
        Member.objects.create(workspace=workspace, user=user, role="editor")
    return workspace


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    return system(workspace, Origin.CLI)


def member(name: str) -> int:
    return Member.objects.get(user__name=name).pk


def imported(actor: Actor, kind: str, folder: Path, text: str) -> Report:
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    return run_file(actor, registry.named(kind), path, mapping={})


@pytest.mark.parametrize(
    "name",
    ["Ana", "ana", "A. Costa", "A Costa", "Ana C.", "Costa, Ana", "Ana  COSTA", "acosta", "Ana <acosta@example.com>"],
)
def test_a_member_is_found_by_what_people_call_them(actor: Actor, name: str) -> None:
    assert People.of(actor, {}).find(name) == member("Ana Costa")


@pytest.mark.parametrize("name", ["Mei", "M. Costa", "Jonas", "Co", ""])
def test_a_name_of_several_or_of_nobody_finds_none(actor: Actor, name: str) -> None:
    assert People.of(actor, {}).find(name) is None


def test_an_owner_who_joins_later_is_found_when_the_file_comes_again(actor: Actor, tmp_path: Path) -> None:
    text = "Feature,Status,Owner\nSync,New,Jonas\nMap,New,Ana\n"
    report = imported(actor, "feature", tmp_path, text)
    assert any("Owner: 1 cell names nobody" in warning for warning in report.warnings)
    user = User.objects.create_user("jonas@example.com", "pear-tree-7", name="Jonas Beck")
    Member.objects.create(workspace=actor.workspace, user=user, role="editor")
    again = imported(actor, "feature", tmp_path, text)
    assert (again.updated, again.skipped) == (1, 1)
    assert Feature.objects.within(actor).get(title="Sync").owner_id == member("Jonas Beck")
    assert imported(actor, "feature", tmp_path, text).skipped == 2


def test_assignees_are_found_and_those_that_are_not_are_said(actor: Actor, tmp_path: Path) -> None:
    text = "Issue key,Summary,Status,Assignee\nA-1,Crash,Done,Ana\nA-2,Sync,Done,Jonas\n"
    report = imported(actor, "work_item", tmp_path, text)
    found = dict(WorkItem.objects.within(actor).values_list("assignee_name", "assignee_id"))
    assert found == {"Ana": member("Ana Costa"), "Jonas": None}
    assert any("Assignee: 1 cell names nobody" in warning and "'Jonas'" in warning for warning in report.warnings)


def test_whom_a_name_means_is_chosen_on_the_page_and_remembered(actor: Actor) -> None:
    client = Client()
    client.force_login(User.objects.get(name="Ana Costa"))

    def checked(content: bytes) -> tuple[str, str]:
        file = {"file": SimpleUploadedFile("features.csv", content)}
        url = client.post("/orchard/features/import/", file).headers["Location"]
        client.post(f"{url}check", {"column-0": "title", "column-1": "status", "column-2": "owner"})
        Worker().run_due()
        return url, client.get(url).content.decode()

    url, page = checked(b"Feature,Status,Owner\nSync,New,Mei\n")
    assert "Nobody here goes by Mei: kept with the record as imported." in page
    assert page.count("name nobody") == 0, "what is asked is not warned of as well"
    tan = member("Mei Tan")
    onwards = client.post(f"{url}apply", {"name": ["Mei"], "member": [str(tan)]}).headers["Location"]
    assert onwards.endswith("?chosen")
    Worker().run_due()
    assert Feature.objects.within(actor).get().owner_id == tan
    checked(b"Feature,Status,Owner\nMap,New,Mei\n")
    _, page = checked(b"Feature,State,Owner\nMap,New,Mei\n")
    assert f'<option value="{tan}" selected>Mei Tan</option>' in page


def test_how_numbers_are_read_is_shown_and_can_be_changed(actor: Actor) -> None:
    client = Client()
    client.force_login(User.objects.get(name="Ana Costa"))
    content = b"Name;Plan;ARR\nOrchard;Team;4.800\nHarbour;Pro;1.480\n"
    file = {"file": SimpleUploadedFile("accounts.csv", content)}
    url = client.post("/orchard/accounts/import/", file).headers["Location"]
    assert '<option value="decimal-comma" selected>' in client.get(url).content.decode()
    columns = {"column-0": "name", "column-1": "tier", "column-2": "revenue"}
    client.post(f"{url}check", columns)
    Worker().run_due()
    assert "Numbers are read with a decimal comma, thousands by dot" in client.get(url).content.decode()
    client.post(f"{url}type", {"type": "account", "numbers": "decimal-point"})
    assert '<option value="decimal-point" selected>' in client.get(url).content.decode()
    client.post(f"{url}check", columns)
    Worker().run_due()
    client.post(f"{url}apply")
    Worker().run_due()
    assert sorted(float(one.revenue or 0) for one in Account.objects.within(actor)) == [1.48, 4.8]


def test_a_cell_that_is_no_name_is_nobodys_at_once(actor: Actor) -> None:
    assert People.of(actor, {}).find("<@" * 50_000) is None
