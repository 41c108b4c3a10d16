"""Real exports of other tools and public reviews, through the command line's import: counts add up, twice is once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from northing import exchange
from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.kit.importing.importers import importers
from northing.kit.importing.running import Report, run_file
from northing.kit.record_types import registry

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

DATA = Path(os.environ.get("NORTHING_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
FILES = [
    "photo/feature_requests.jsonl",
    "reviews/earphones_behcs.csv",
    "reviews/playstore_apps.csv",
    "reviews/playstore_photo_reviews.csv",
    "imports/azdo_dileep.csv",
    "imports/github_issues_acklio.json",
    "imports/github_issues_ark.json",
    "imports/jira_codearts.csv",
    "imports/jira_moreirab.csv",
    "imports/jira_planeso.csv",
    "imports/jira_supporttickets.csv",
    "imports/linear_planetolinear.csv",
    "imports/plane_planetolinear.csv",
    "imports/trello_miyamae_ja.json",
    "imports/trello_tellybox.json",
]


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.CLI)


def add_up(report: Report) -> bool:
    return report.created + report.updated + report.skipped + report.rejected == report.rows


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_accounted_for_and_the_second_time_changes_nothing(actor: Actor, name: str) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not there; say where the real files are with NORTHING_TEST_DATA")
    kind = exchange.recognise(path).record_type
    if kind not in importers.by_type:
        pytest.skip(f"{kind} records are not imported by this installation")
    record_type = registry.named(kind)
    report = run_file(actor, record_type, path, mapping={})
    assert not report.refused
    assert add_up(report)
    assert report.created > 0
    assert {error.rule for error in report.errors} <= {"empty"}, report.errors[:5]
    again = run_file(actor, record_type, path, mapping={})
    assert add_up(again)
    assert (again.created, again.updated, again.rejected) == (0, 0, report.rejected)
    assert again == run_file(actor, record_type, path, mapping={}, dry_run=True)
