"""One tool's table and its JSON say the same in other columns: each in turn changes nothing that it did not before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.delivery.models import WorkItem
from northing.kit.importing import tasks
from northing.kit.importing.running import run_file
from northing.kit.jobs.worker import Worker
from northing.kit.models import Import
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
URL = "https://git.example/a/b/-/issues/"


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.CLI)


class Project:
    """Two issues as GitLab exports them, in either form."""

    def __init__(self, actor: Actor, folder: Path) -> None:
        self._actor, self._folder = actor, folder
        self.title = "Crash"

    def table(self) -> tuple[int, int, int]:
        head = "Title,Description,Issue ID,URL,State,Author,Author Username,Created At (UTC),Labels\n"
        rows = [f"{self.title},Long,{at},{URL}{at},Open,Ada,ada,2026-04-03 10:00:00,bug\n" for at in (1, 2)]
        return self._brought("issues.csv", head + "".join(rows))

    def document(self) -> tuple[int, int, int]:
        issue = {"title": self.title, "description": "Long", "state": "opened", "labels": ["bug"]}
        issue |= {"created_at": "2026-04-03T10:00:00.123Z", "author": {"username": "ada", "name": "Ada"}}
        ids = [{"id": 100 + at, "iid": at, "web_url": f"{URL}{at}"} for at in (1, 2)]
        return self._brought("issues.json", json.dumps([issue | one for one in ids]))

    def _brought(self, name: str, content: str) -> tuple[int, int, int]:
        path = self._folder / name
        path.write_text(content, encoding="utf-8")
        report = run_file(self._actor, registry.named("work_item"), path, mapping={})
        return report.created, report.updated, report.skipped


@pytest.fixture
def project(actor: Actor, tmp_path: Path) -> Project:
    return Project(actor, tmp_path)


def test_two_forms_of_one_export_in_turn_change_nothing_twice(project: Project) -> None:
    assert project.table() == (2, 0, 0)
    assert project.document() == (0, 2, 0)
    assert [project.table(), project.document(), project.table()] == [(0, 0, 2)] * 3


def test_what_is_new_in_one_form_is_taken_from_either_after_it(project: Project) -> None:
    project.table()
    project.document()
    project.title = "Crash on export"
    assert project.table() == (0, 2, 0)
    project.title = "Crash"
    assert project.document() == (0, 2, 0), "what it said before the other one's news is no longer the last word"
    assert {*WorkItem.objects.values_list("title", flat=True)} == {"Crash"}


def test_a_form_whose_import_was_undone_brings_its_news_again(actor: Actor, project: Project) -> None:
    project.table()
    project.title = "Crash on export"
    assert project.document() == (0, 2, 0)
    tasks.ask_to_take_back(actor, Import.objects.within(actor).latest("pk"))
    Worker().run_due()
    assert {*WorkItem.objects.values_list("title", flat=True)} == {"Crash"}
    assert project.document() == (0, 2, 0)
    assert {*WorkItem.objects.values_list("title", flat=True)} == {"Crash on export"}
