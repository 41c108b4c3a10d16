"""`northing import` as a process of its own, on a home folder without a server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = [
    "format",
    "record_type",
    "rows",
    "created",
    "updated",
    "skipped",
    "rejected",
    "warnings",
    "errors",
    "also_created",
]


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
