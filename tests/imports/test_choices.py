"""What people say about a file, and what an import says about itself: statuses, sheet, dates, rows, what it made."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.delivery.models import WorkItem
from northing.features.models import Feature
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.exporting import export
from northing.kit.importing import keeping, service, staging, tasks
from northing.kit.importing.choices import Choices
from northing.kit.importing.running import Report, run_file
from northing.kit.jobs.worker import Worker
from northing.kit.listing import from_query
from northing.kit.models import Import
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
BOARD = [["Task ID", "Name", "Status", "Due"], ["1", "Crash", "Cooking", "03/04/2027"], ["2", "Sync", "Served", ""]]


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.CLI)


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def imported(actor: Actor, kind: str, path: Path, **options: Any) -> Report:
    return run_file(actor, registry.named(kind), path, mapping={}, **options)


def test_an_unknown_status_stands_for_what_somebody_says(actor: Actor, tmp_path: Path) -> None:
    path = written(tmp_path / "board.csv", BOARD)
    warned = imported(actor, "work_item", path, dry_run=True)
    assert any("'Cooking', 'Served'" in warning for warning in warned.warnings)
    choices = Choices({"Cooking": "in_progress", "Served": "done"}, dates="month-first")
    report = imported(actor, "work_item", path, choices=choices)
    assert (report.created, [warning for warning in report.warnings if "Cooking" in warning]) == (2, [])
    found = WorkItem.objects.within(actor).order_by("external_id").values_list("status", "status_category")
    assert list(found) == [("Cooking", "in_progress"), ("Served", "done")]
    assert WorkItem.objects.within(actor).get(external_id="1").due_date.isoformat() == "2027-03-04"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "choices", [Choices({"Cooking": "frying"}), Choices(dates="year-first"), Choices(sheet="Second")]
)
def test_a_choice_that_cannot_be_is_refused_with_what_can(actor: Actor, tmp_path: Path, choices: Choices) -> None:
    report = imported(actor, "work_item", written(tmp_path / "board.csv", BOARD), choices=choices)
    assert report.refused
    assert not WorkItem.objects.exists()


def test_the_choice_of_a_browser_is_kept_with_its_import(actor: Actor, tmp_path: Path) -> None:
    path = written(tmp_path / "board.csv", BOARD)
    batch = service.begin(actor, registry.named("work_item"), path.name, [path.read_bytes()])
    tasks.ask_to_stage(batch, {"Name": "title"}, Choices({"Cooking": "in_progress"}))
    Worker().run_due()
    batch.refresh_from_db()
    assert Choices.of(batch.choices).statuses == {"Cooking": "in_progress"}
    lines = list(staging.read_lines(keeping.folder(batch) / staging.STAGED))
    assert lines[0].values["status_category"] == "in_progress"
    assert any("'Served'" in warning and "Cooking" not in warning for warning in batch.warnings)


def test_estimates_are_not_what_an_import_makes_besides(actor: Actor, tmp_path: Path) -> None:
    path = written(tmp_path / "f.csv", [["Feature", "Status", "Effort", "Product"], ["Sync", "New", "3", "Studio"]])
    foreseen = imported(actor, "feature", path, dry_run=True).also_created
    assert foreseen == imported(actor, "feature", path).also_created == {"product": 1}


def test_efforts_that_nobody_can_read_cost_no_row_and_are_told(actor: Actor, tmp_path: Path) -> None:
    rows = [["Feature", "Status", "Effort"], ["Sync", "New", "TBD"], ["Dark", "New", "3"], ["Albums", "New", "M/L"]]
    report = imported(actor, "feature", written(tmp_path / "features.csv", rows))
    assert (report.created, report.rejected) == (3, 0)
    [warning] = [warning for warning in report.warnings if warning.startswith("Effort")]
    assert warning == (
        "Effort: 2 cells cannot be read as an estimate ('TBD' in row 2, 'M/L' in row 4); "
        "kept with the record as imported."
    )
    assert Feature.objects.within(actor).get(title="Sync").custom["source"]["Effort"] == ["TBD"]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(actor: Actor, tmp_path: Path) -> None:
    rows = [
        ["Backlog of May"],
        [],
        ["Feature", "Status", "Target date"],
        ["Sync", "New", ""],
        [],
        ["", "New", "1.5.2027"],
    ]
    report = imported(actor, "feature", written(tmp_path / "features.csv", rows))
    assert [(error.row, error.field) for error in report.errors] == [(6, "title")]
    assert "Row 6 of the file" in report.as_text()


def test_what_was_made_besides_is_told_and_foreseen(actor: Actor, tmp_path: Path) -> None:
    rows = [["Feedback", "Company", "App", "Created at"], ["Slow", "Acme", "Lumen", ""], ["Nice", "Bolt", "Lumen", ""]]
    path = written(tmp_path / "voices.csv", rows)
    foreseen = imported(actor, "feedback", path, dry_run=True)
    assert foreseen.also_created == {"account": 2, "product": 1}
    report = imported(actor, "feedback", path)
    assert report.also_created == foreseen.also_created
    assert "Also made: 2 accounts, 1 product." in report.as_text()
    assert imported(actor, "feedback", path).also_created == {}


def test_a_record_that_somebody_changed_after_the_check_is_not_overwritten(actor: Actor, tmp_path: Path) -> None:
    kind = registry.named("feature")
    sync, _ = changes.create(actor, kind, [{"title": "Sync"}, {"title": "Dark mode"}])
    content = b"".join(export(actor, kind, from_query(kind, _no_query()), "csv")).decode("utf-8-sig")
    edited = content.replace("Sync", "Offline sync").replace("Dark mode", "Night mode")
    batch = service.begin(actor, kind, "features.csv", [edited.encode()])
    tasks.ask_to_stage(batch, {})
    Worker().run_due()
    changes.update(actor, kind, [Edit(sync.pk, {"title": "Sync everywhere"})])
    batch.refresh_from_db()
    tasks.ask_to_apply(actor, batch)
    Worker().run_due()
    batch.refresh_from_db()
    assert (batch.state, batch.updated, batch.rejected) == (Import.State.DONE, 1, 1)
    assert set(Feature.objects.within(actor).values_list("title", flat=True)) == {"Sync everywhere", "Night mode"}
    [error] = staging.first_errors(keeping.folder(batch))
    assert "changed this record after the file was checked" in error.rule


def _no_query() -> Any:
    from django.http import QueryDict

    return QueryDict("")
