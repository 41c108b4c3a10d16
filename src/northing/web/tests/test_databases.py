"""PostgreSQL's dump and restore; SQLite's are tested with the whole backup."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import connection

from northing.access.models import Workspace
from northing.web import databases
from northing.web.faults import Fault

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql" or not shutil.which("pg_dump"), reason="needs PostgreSQL and its pg_dump"
    ),
]


def test_what_was_saved_comes_back_equal(tmp_path: Path) -> None:
    Workspace.objects.create(name="Orchard", slug="orchard")
    database = databases.current()
    before = database.save(tmp_path / "saved")
    assert before["access_workspace"].rows == 1
    Workspace.objects.create(name="Later", slug="later")
    Workspace.objects.filter(slug="orchard").update(name="Changed")
    database.load(tmp_path / "saved", before, force=True)
    assert Workspace.objects.get().name == "Orchard"
    assert database.save(tmp_path / "again") == before


def test_a_count_that_differs_is_said(tmp_path: Path) -> None:
    database = databases.current()
    saved = database.save(tmp_path / "saved")
    wrong = {**saved, "access_workspace": databases.Content(7, "0")}
    with pytest.raises(Fault, match="access_workspace holds 0 rows that are not the 7 saved"):
        database.load(tmp_path / "saved", wrong, force=True)


def test_a_dump_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no dump")
    with pytest.raises(Fault, match=r"pg_restore: .*valid archive"):
        databases.current().load(tmp_path / "file", {}, force=True)
