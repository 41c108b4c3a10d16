"""Two lists have the same feature by two names; once they are merged, each list still finds it, and revives nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor, Origin, for_member
from northing.access.models import Member, User, Workspace
from northing.decisions.public import enter_estimate, estimates_of
from northing.features.models import Feature
from northing.kit import changes, exporting, history, listing, merging
from northing.kit.changes import Edit
from northing.kit.importing import service
from northing.kit.importing.choices import Choices
from northing.kit.importing.previewing import Preview
from northing.kit.importing.running import Report, run_file
from northing.kit.models import Import
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
FEATURE = registry.named("feature")
OURS = "ID,Feature,Description,Status,Effort\nA-1,SSO,One door,planned,{effort}\n"
THEIRS = "ID,Feature,Description,Status,Effort\nB-7,Single sign-on,{text},{status},{effort}\n"


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", name="Ada")
    return for_member(Member.objects.create(workspace=workspace, user=user, role="admin"), Origin.WEB)


class Lists:
    """The lists as they are brought: `ours` first, `theirs` with what has changed in it since."""

    def __init__(self, actor: Actor, folder: Path) -> None:
        self.actor, self.folder = actor, folder

    def bring(self, name: str, text: str) -> tuple[int, int, int]:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        foreseen = self._run(path, dry_run=True)
        report = self._run(path)
        assert (report.created, report.updated, report.skipped) == (
            foreseen.created,
            foreseen.updated,
            foreseen.skipped,
        )
        assert report.rejected == 0
        return report.created, report.updated, report.skipped

    def _run(self, path: Path, *, dry_run: bool = False) -> Report:
        return run_file(self.actor, FEATURE, path, mapping={}, choices=Choices(), dry_run=dry_run)

    def ours(self, effort: str = "8") -> tuple[int, int, int]:
        return self.bring("ours.csv", OURS.format(effort=effort))

    def theirs(self, text: str = "For all", status: str = "planned", effort: str = "5") -> tuple[int, int, int]:
        return self.bring("theirs.csv", THEIRS.format(text=text, status=status, effort=effort))


@pytest.fixture
def lists(actor: Actor, tmp_path: Path) -> Lists:
    return Lists(actor, tmp_path)


@pytest.fixture
def merged(actor: Actor, lists: Lists) -> int:
    """Both lists are in, and what is the same in them is merged; the change that did it."""
    lists.ours()
    lists.theirs()
    ours, theirs = Feature.objects.order_by("pk")
    return merging.merge(actor, FEATURE, theirs.pk, ours.pk)


def ours() -> Feature:
    return Feature.objects.order_by("pk")[0]


def theirs() -> Feature:
    return Feature.objects.order_by("pk")[1]


def test_unchanged_both_lists_change_nothing(lists: Lists, merged: int) -> None:
    before = list(Feature.objects.order_by("pk").values())
    assert [lists.theirs(), lists.ours()] == [(0, 0, 1), (0, 0, 1)]
    assert list(Feature.objects.order_by("pk").values()) == before


def test_what_the_list_changes_comes_to_the_other_and_nothing_else(lists: Lists, merged: int) -> None:
    text = ours().description
    assert lists.theirs(status="in progress") == (0, 1, 0)
    assert (ours().title, ours().status, ours().description) == ("SSO", "in_delivery", text)
    assert theirs().archived_at is not None
    assert lists.theirs(status="in progress") == (0, 0, 1), "it is known as brought"
    assert lists.theirs(status="planned") == (0, 1, 0)
    assert ours().status == "planned"
    assert lists.ours() == (0, 0, 1), "and so is the other list"


def test_what_people_changed_on_the_other_stays(actor: Actor, lists: Lists, merged: int, tmp_path: Path) -> None:
    changes.update(actor, FEATURE, [Edit(ours().pk, {"status": "released"})])
    assert lists.theirs(status="in progress") == (0, 1, 0)
    assert (ours().status, theirs().status) == ("released", "in_delivery")
    [told] = [one for one in Import.objects.within(actor).latest("pk").warnings if "Changed here" in one]
    assert "status of 1 feature" in told


def test_what_the_other_was_made_with_by_hand_stays(actor: Actor, lists: Lists) -> None:
    [by_hand] = changes.create(actor, FEATURE, [{"title": "Sign in once", "status": "released"}])
    lists.theirs()
    merging.merge(actor, FEATURE, theirs().pk, by_hand.pk)
    assert lists.theirs(status="in progress") == (0, 1, 0)
    assert ours().status == "released"


def test_what_a_merge_brought_is_the_lists_word_still(actor: Actor, lists: Lists) -> None:
    lists.ours()
    lists.theirs(status="released")
    merging.merge(actor, FEATURE, theirs().pk, ours().pk)
    assert ours().status == "released"
    assert lists.theirs(status="in progress") == (0, 1, 0)
    assert ours().status == "in_delivery"


def test_what_was_changed_before_the_merge_is_not_the_lists_word(actor: Actor, lists: Lists) -> None:
    lists.ours()
    lists.theirs()
    changes.update(actor, FEATURE, [Edit(theirs().pk, {"status": "released"})])
    merging.merge(actor, FEATURE, theirs().pk, ours().pk)
    assert lists.theirs(text="For all tools") == (0, 1, 0)
    assert (ours().status, theirs().status) == ("released", "released")


def test_its_numbers_are_estimates_of_the_other(actor: Actor, lists: Lists, merged: int) -> None:
    assert lists.theirs(effort="13") == (0, 1, 0)
    assert [line.entered for line in estimates_of(actor, [ours().pk], ["effort"])] == ["13"]
    assert estimates_of(actor, [theirs().pk], history=True) == []


def test_a_list_without_ids_finds_it_by_its_title(actor: Actor, lists: Lists) -> None:
    one, two = "Feature,Status\nSSO,planned\n", "Feature,Status\nSingle sign-on,planned\n"
    lists.bring("one.csv", one)
    lists.bring("two.csv", two)
    merging.merge(actor, FEATURE, theirs().pk, ours().pk)
    assert [lists.bring("one.csv", one), lists.bring("two.csv", two)] == [(0, 0, 1), (0, 0, 1)]
    assert lists.bring("two.csv", two.replace("planned", "released")) == (0, 1, 0)
    assert (ours().title, ours().status, Feature.objects.count()) == ("SSO", "released", 2)


@pytest.mark.parametrize("name", ["ours.csv", "theirs.csv"])
def test_undone_and_brought_again_a_list_revives_nothing(actor: Actor, lists: Lists, merged: int, name: str) -> None:
    batch = Import.objects.within(actor).filter(file_name=name).latest("pk")
    service.ask_back(actor, batch)
    service.take_back(actor, batch)
    assert (ours().archived_at, theirs().archived_at is None) == (None, False)
    lists.ours()
    lists.theirs()
    assert Feature.objects.filter(archived_at=None).get().pk == ours().pk
    assert "" not in Feature.objects.values_list("external_hash", flat=True)


def test_after_an_undo_it_is_as_its_list_has_it_now(actor: Actor, lists: Lists, merged: int) -> None:
    lists.theirs(text="For all tools", status="in progress")
    history.undo(actor, merged)
    assert (theirs().archived_at, theirs().description, theirs().status) == (None, "For all tools", "in_delivery")
    assert lists.theirs(text="For all tools", status="in progress") == (0, 0, 1)
    assert lists.theirs(text="For some") == (0, 1, 0)
    assert (theirs().description, ours().title) == ("For some", "SSO")


def test_an_import_that_changed_it_is_undone_as_well(actor: Actor, lists: Lists, merged: int) -> None:
    lists.theirs(status="in progress")
    batch = Import.objects.within(actor).latest("pk")
    service.ask_back(actor, batch)
    service.take_back(actor, batch)
    assert (ours().status, theirs().status, theirs().archived_at is None) == ("planned", "planned", False)


def test_rows_that_name_its_key_mean_the_other(actor: Actor, merged: int, tmp_path: Path) -> None:
    path = tmp_path / "packages.csv"
    path.write_text(f"Title,Feature\nSign in,{FEATURE.key(theirs())}\n", encoding="utf-8")
    package = registry.named("work_package")
    assert run_file(actor, package, path, mapping={}).created == 1
    assert package.model.objects.get().feature_id == ours().pk


def test_the_check_page_names_the_other(actor: Actor, lists: Lists, merged: int) -> None:
    batch = service.begin(
        actor, FEATURE, "theirs.csv", [THEIRS.format(text="New", status="planned", effort=5).encode()]
    )
    service.stage(actor, batch)
    [(key, title, _, changes)] = Preview.of(service.folder(batch)).rows
    assert (key, title) == (FEATURE.key(ours()), "SSO")
    assert [(one.label, one.then) for one in changes] == [("Description", "New")]


def test_an_export_from_before_says_where_it_is_now(actor: Actor, lists: Lists, tmp_path: Path) -> None:
    lists.ours()
    lists.theirs()
    path = tmp_path / "features.csv"
    wanted = listing.ListRequest(columns=("title", "status"))
    path.write_bytes(b"".join(exporting.export(actor, FEATURE, wanted, "csv")))
    merging.merge(actor, FEATURE, theirs().pk, ours().pk)
    assert run_file(actor, FEATURE, path, mapping={}).skipped == 2
    path.write_text(path.read_text().replace("Single sign-on", "Single sign-on 2"))
    report = run_file(actor, FEATURE, path, mapping={})
    assert (report.rejected, report.skipped) == (1, 1)
    assert "merged into another" in str(report.errors)


def test_a_number_that_the_list_says_once_more_is_no_second_opinion(actor: Actor, lists: Lists, merged: int) -> None:
    enter_estimate(actor, {"about": ours().pk, "quantity": "effort", "entered": "3 weeks"})
    assert lists.theirs(status="in progress") == (0, 1, 0)
    assert [line.entered for line in estimates_of(actor, [ours().pk])] == ["3 weeks"]
