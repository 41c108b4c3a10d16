"""Processes killed in the middle of an import: nothing is lost, nothing comes twice, and the import ends by itself."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

ROWS = 6000
PATIENCE = 60.0  # seconds


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("NORTHING_HOME", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return folder


@contextmanager
def northing(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command running in a process of its own, killed at the end."""
    process = subprocess.Popen([sys.executable, "-m", "northing.web.cli", *words])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ask(home: Path, statement: str) -> list[tuple[object, ...]]:
    """One statement on the database; none of its rows while there is no such table yet."""
    path = home / "northing.sqlite3"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, timeout=20)) as database:
        try:
            rows = database.execute(statement).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            rows = []
        database.commit()
    return rows


def wait_until_taken(home: Path, rows: int) -> None:
    """Wait until so many rows are in."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        found = ask(home, "SELECT created FROM kit_import")
        if found and int(str(found[0][0])) >= rows:
            return
        time.sleep(0.005)
    pytest.fail(f"{rows} rows were not taken in within {PATIENCE} s: {found}")


def kill(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def count(home: Path, statement: str) -> int:
    return int(str(ask(home, statement)[0][0]))


def test_an_import_survives_the_death_of_the_command_and_of_a_worker(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("Name\n" + "".join(f"Company {number}\n" for number in range(ROWS)), encoding="utf-8")
    with northing("import", "accounts", str(path)) as command:
        wait_until_taken(home, 1)
        kill(command)
    first = count(home, "SELECT created FROM kit_import")
    assert 0 < first < ROWS, "the command was to be killed in the middle"
    assert count(home, "SELECT count(*) FROM insight_account") == first

    ask(home, "UPDATE kit_job SET run_at = '2000-01-01' WHERE task LIKE '%apply_import'")
    with northing("worker") as worker:
        wait_until_taken(home, first + 1)
        kill(worker)
    second = count(home, "SELECT created FROM kit_import")
    assert first < second < ROWS, "the worker was to be killed in the middle"

    ask(home, "UPDATE kit_job SET leased_until = '2000-01-01' WHERE state = 'running'")
    with northing("worker"):
        wait_until_taken(home, ROWS)
        give_up = time.monotonic() + PATIENCE
        while ask(home, "SELECT state FROM kit_import") != [("done",)] and time.monotonic() < give_up:
            time.sleep(0.05)
    assert ask(home, "SELECT state, rows, created, updated, skipped, rejected FROM kit_import") == [
        ("done", ROWS, ROWS, 0, 0, 0)
    ]
    assert count(home, "SELECT count(*) FROM insight_account") == ROWS
    assert count(home, "SELECT count(DISTINCT name) FROM insight_account") == ROWS
    assert count(home, "SELECT count(DISTINCT record_id) FROM kit_changeentry") == ROWS
    assert count(home, "SELECT count(*) FROM kit_changeentry") == ROWS
