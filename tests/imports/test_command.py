"""`northing import` as a process of its own, on a home folder without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = ["format", "record_type", "rows", "created", "updated", "skipped", "rejected", "warnings", "errors"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("NORTHING_HOME", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return folder


def northing(*words: str) -> tuple[int, dict[str, object]]:
    """Exit status and the JSON object that an import with these words prints."""
    command = [sys.executable, "-m", "northing.web.cli", "import", *words, "--json"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    return done.returncode, json.loads(done.stdout)


def test_a_dry_run_on_a_new_home_leaves_no_trace_and_the_import_makes_it(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "teams.csv"
    path.write_text("Name,People\nImaging,4\nAudio,many\n", encoding="utf-8")
    status, dry = northing("teams", str(path), "--dry-run")
    assert (status, list(dry), home.exists()) == (0, KEYS, False)
    status, report = northing("team", str(path))
    assert (status, report) == (0, dry)
    assert (report["created"], report["rejected"], report["rows"]) == (1, 1, 2)
    assert report["errors"] == [{"row": 3, "field": "people", "value": "many", "rule": report["errors"][0]["rule"]}]  # type: ignore[index]


def test_a_refused_file_ends_with_status_2_and_the_reason(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "teams.csv"
    path.write_bytes(b"%PDF-1.7\n" + bytes(100))
    status, report = northing("teams", str(path), "--dry-run")
    assert (status, list(report), report["rows"]) == (2, KEYS, 0)
    [error] = report["errors"]  # type: ignore[misc]
    assert (error["row"], error["value"]) == (0, "teams.csv")
    assert "PDF" in error["rule"]


@pytest.mark.parametrize(
    ("type_", "name", "field", "told"),
    [
        ("teams", "absent.csv", "file", "there is no such file"),
        ("teams", "", "file", "is a folder"),
        ("dances", "absent.csv", "type", "'dances' is no record type"),
    ],
)
def test_what_cannot_be_looked_at_is_told_in_the_same_object(
    home: Path, tmp_path: Path, type_: str, name: str, field: str, told: str
) -> None:
    status, report = northing(type_, str(tmp_path / name))
    assert (status, list(report), report["rows"], home.exists()) == (2, KEYS, 0, False)
    [error] = report["errors"]  # type: ignore[misc]
    assert (error["row"], error["field"]) == (0, field)
    assert told in error["rule"]


FEATURES = "Feature,Status,Team\nSync,planned,Imaging\n"


def test_names_in_a_field_that_is_kept_make_no_records(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text(FEATURES, encoding="utf-8")
    assert "Also made: 1 team." in northing("features", str(path), "--dry-run")[1]["warnings"]
    status, report = northing("features", str(path), "--keep", "team")
    assert (status, report["created"]) == (0, 1)
    assert "Also made" not in str(report["warnings"])


def test_a_field_of_which_nothing_is_made_cannot_be_kept(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text(FEATURES, encoding="utf-8")
    status, report = northing("features", str(path), "--dry-run", "--keep", "colour")
    assert status == 2
    assert "'colour'" in report["errors"][0]["rule"]  # type: ignore[index]


def test_a_title_that_is_there_makes_a_new_record_where_that_is_asked_for(home: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "features.csv", tmp_path / "ideas.csv"
    first.write_text(FEATURES, encoding="utf-8")
    second.write_text("Feature,Status,Notes\nSync,planned,again\n", encoding="utf-8")
    northing("features", str(first))
    _, joined = northing("features", str(second), "--dry-run")
    _, apart = northing("features", str(second), "--new")
    assert (joined["created"], joined["updated"]) == (0, 1)
    assert (apart["created"], apart["updated"]) == (1, 0)
