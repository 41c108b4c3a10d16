"""Exports of real tools, where they are at hand."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from northing.exchange import read, recognise

DATA = Path(os.environ.get("NORTHING_TEST_DATA") or Path(__file__).parents[5] / "shared" / "data")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real files are absent (set NORTHING_TEST_DATA)"),
]


@pytest.mark.parametrize(
    ("name", "format_", "record_type", "rows", "records", "rejected"),
    [
        ("imports/azdo_dileep.csv", "azure-devops-csv", "work_item", 6, 6, 0),
        ("imports/github_issues_acklio.json", "github-issues-json", "work_item", 41, 41, 0),
        ("imports/github_issues_ark.json", "github-issues-json", "work_item", 171, 171, 0),
        ("imports/jira_codearts.csv", "jira-csv", "work_item", 2, 2, 0),
        ("imports/jira_moreirab.csv", "jira-changes-csv", "work_item", 18, 12, 0),
        ("imports/jira_planeso.csv", "jira-csv", "work_item", 22, 22, 0),
        ("imports/jira_supporttickets.csv", "jira-csv", "work_item", 10, 10, 0),
        ("imports/linear_planetolinear.csv", "linear-csv", "work_item", 1, 1, 0),
        ("imports/plane_planetolinear.csv", "plane-csv", "work_item", 1, 1, 0),
        ("imports/trello_miyamae_ja.json", "trello-json", "work_item", 67, 67, 0),
        ("imports/trello_tellybox.json", "trello-json", "work_item", 206, 206, 0),
        ("photo/feature_requests.jsonl", "feature-requests", "feedback", 170, 170, 0),
        ("reviews/earphones_behcs.csv", "product-reviews", "feedback", 14337, 14337, 0),
        ("reviews/playstore_apps.csv", "table", "feedback", 9659, 9659, 0),
        ("reviews/playstore_photo_reviews.csv", "app-reviews", "feedback", 1800, 1800, 1202),
    ],
)
def test_every_row_is_accounted_for_and_ids_are_stable(
    name: str, format_: str, record_type: str, rows: int, records: int, rejected: int
) -> None:
    path = DATA / name
    found = recognise(path)
    assert (found.format, found.record_type, found.estimated_rows) == (format_, record_type, rows)
    result = list(read(path, found, found.record_type))
    ids = [record.external_id for record in result]
    assert len(set(ids)) == len(ids) == records
    assert sum(1 + len(record.parts) for record in result) == rows
    assert sum(1 for record in result if record.problems) == rejected
    assert [record.external_id for record in read(path, found, found.record_type)] == ids


@pytest.mark.parametrize("record_type", ["feedback", "feature", "work_item"])
def test_every_tracker_export_can_become_every_record_type(record_type) -> None:  # type: ignore[no-untyped-def]
    for path in sorted((DATA / "imports").iterdir()):
        found = recognise(path)
        assert all(not record.problems for record in read(path, found, record_type)), path.name


def test_nothing_of_a_jira_export_is_dropped() -> None:
    path = DATA / "imports" / "jira_planeso.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    comments = sum(bool(cell) for row in rows for name, cell in zip(header, row, strict=True) if name == "Comment")
    result = list(read(path, recognise(path), "work_item"))
    assert sum(len(record.values.get("comments", ())) for record in result) == comments
    assert all(entry["created_at"] for record in result for entry in record.values.get("comments", ()))
    for row, record in zip(rows, result, strict=True):
        watchers = [cell for name, cell in zip(header, row, strict=True) if name == "Watchers" and cell]
        assert record.extra.get("Watchers", []) == watchers


def test_pull_requests_are_told_apart() -> None:
    path = DATA / "imports" / "github_issues_acklio.json"
    pulls = [record.values["is_pull_request"] for record in read(path, recognise(path), "work_item")]
    assert pulls == ["pull_request" in issue for issue in json.loads(path.read_text(encoding="utf-8"))]


def test_japanese_lists_have_categories() -> None:
    path = DATA / "imports" / "trello_miyamae_ja.json"
    result = list(read(path, recognise(path), "work_item"))
    assert {record.values["status_category"] for record in result if "resolution" not in record.values} == {
        "new",
        "in_progress",
        "done",
    }
    archived = [record.values["status_category"] for record in result if record.extra["closed"] == ["true"]]
    assert archived == ["cancelled"], "it was archived without having been done"
    assert sum(len(record.values.get("comments", ())) for record in result) == 4


def test_tables_of_other_kinds_are_read_as_tables() -> None:
    for path in [*(DATA / "photo").glob("*_tags.csv"), *(DATA / "estimates").glob("*.csv")]:
        found = recognise(path)
        assert found.format == "table"
        assert sum(1 for _ in read(path, found, "feedback")) == found.estimated_rows
    assert recognise(DATA / "events" / "takehome_users.csv").date_order == "day-first"
