"""What no field can take is kept beside the record, or is an error that says so; what makes no sense is refused."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.delivery.models import WorkItem
from northing.kit.importing.importers import MOST_CUSTOM
from northing.kit.importing.running import Report, run_file
from northing.kit.models import Import
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.CLI)


def imported(actor: Actor, path: Path, kind: str, *rows: list[str], **mapping: str) -> Report:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return run_file(actor, registry.named(kind), path, mapping=mapping)


def test_what_is_too_long_for_its_field_is_kept_whole_beside_it(actor: Actor, tmp_path: Path) -> None:
    title, project, aside = "t" * 700, "p" * 300, "a" * 50_000
    head = ["Issue key", "Summary", "Status", "Project", "Root cause"]
    report = imported(actor, tmp_path / "jira.csv", "work_item", head, ["A-1", title, "To Do", project, aside])
    assert (report.created, report.errors) == (1, [])
    item = WorkItem.objects.within(actor).get()
    kept = item.custom["source"]
    assert (len(item.title), kept["title in full"]) == (500, title)
    assert (len(item.project), kept["project in full"]) == (200, project)
    assert kept["Root cause"] == [aside]


def test_what_cannot_be_kept_is_an_error_of_its_row(actor: Actor, tmp_path: Path) -> None:
    half = "a" * (MOST_CUSTOM // 2)
    head = ["Issue key", "Summary", "Status", "One", "Two", "Three"]
    rows = [["A-1", "Crash", "To Do", half, half, half], ["A-2", "Dark", "To Do", "", "", ""]]
    report = imported(actor, tmp_path / "jira.csv", "work_item", head, *rows)
    assert (report.created, report.rejected) == (1, 1)
    assert {error.field for error in report.errors} <= {"One", "Two", "Three"}


def test_warnings_are_about_the_type_that_is_imported(actor: Actor, tmp_path: Path) -> None:
    report = imported(actor, tmp_path / "notes.csv", "work_item", ["Name", "Size"], ["Crash", "3"], ["Dark", "5"])
    assert report.created == 2
    assert not any("feedback" in warning for warning in report.warnings)


PARTS = [["Designator", "Quantity", "Footprint", "Description"], ["C1", "3", "0603", "Capacitor"]]


def test_parts_and_events_are_refused_unless_somebody_says_what_is_what(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    for kind in ("feedback", "feature", "work_item"):
        report = imported(actor, path, kind, *PARTS)
        assert report.refused
        assert "bill of materials" in report.errors[0].rule
        assert "--map COLUMN=title" in report.errors[0].rule
        days = [[str(number), f"2026-01-0{number}", "Desktop"] for number in range(1, 9)]
        events = imported(actor, tmp_path / "events.csv", kind, ["user_id", "day", "device"], *days)
        assert "reads like a title or a text" in events.errors[0].rule
    assert not Import.objects.exists()
    assert imported(actor, path, "feature", *PARTS, Description="title").created == 1


def test_the_very_same_row_again_is_skipped_and_counted(actor: Actor, tmp_path: Path) -> None:
    head = ["Issue key", "Summary", "Status"]
    one, two, other = ["A-1", "Crash", "To Do"], ["A-2", "Dark", "To Do"], ["A-2", "Dark", "Done"]
    for created, skipped in ((2, 2), (0, 4)):
        report = imported(actor, tmp_path / "jira.csv", "work_item", head, one, two, one, other, one)
        assert (report.rows, report.created, report.updated) == (5, created, 0)
        assert (report.skipped, report.rejected) == (skipped, 1)
        assert report.errors[0].rule == "already used by row 3 of this file"
        told = "The same row again is skipped, 2 in all: row 4 (as row 2), row 6 (as row 2)."
        assert told in report.warnings
    assert WorkItem.objects.within(actor).count() == 2
