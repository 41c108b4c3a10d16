"""Processes killed in the middle of an import: nothing is lost, nothing comes twice, and the import ends by itself."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

ROWS = 6000
PATIENCE = 60.0  # seconds
ACCOUNTS = "SELECT count(*) FROM insight_account WHERE name LIKE 'Company %'"
ENTRIES = "FROM kit_changeentry JOIN kit_change ON kit_change.id = change_id AND batch = (SELECT batch FROM kit_import)"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("NORTHING_HOME", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return folder


@contextmanager
def northing(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command running in a process of its own, killed at the end."""
    process = subprocess.Popen([sys.executable, "-m", "northing.web.cli", *words], start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


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
    """Kill a command with all processes that it started, as when the machine goes down."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_done(home: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while ask(home, "SELECT state FROM kit_import") != [("done",)] and time.monotonic() < give_up:
        time.sleep(0.05)


def write_accounts(path: Path) -> Path:
    path.write_text("Name\n" + "".join(f"Company {number}\n" for number in range(ROWS)), encoding="utf-8")
    return path


def each_is_there_once(home: Path) -> bool:
    """Whether the import is done with every row, and each made one record with one entry in the history."""
    state = "SELECT state, rows, created, updated, skipped, rejected FROM kit_import"
    once = [
        ACCOUNTS,
        "SELECT count(DISTINCT name) FROM insight_account WHERE name LIKE 'Company %'",
        f"SELECT count(*) {ENTRIES}",
        f"SELECT count(DISTINCT record_id) {ENTRIES}",
    ]
    return ask(home, state) == [("done", ROWS, ROWS, 0, 0, 0)] and {count(home, one) for one in once} == {ROWS}


def free_port() -> int:
    """A port that nobody listens at, below those that the system gives to outgoing connections."""
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError("no free port was found")


def count(home: Path, statement: str) -> int:
    return int(str(ask(home, statement)[0][0]))


def test_an_import_survives_the_death_of_the_command_and_of_a_worker(home: Path, tmp_path: Path) -> None:
    path = write_accounts(tmp_path / "accounts.csv")
    with northing("import", "accounts", str(path)) as command:
        wait_until_taken(home, 1)
        kill(command)
    first = count(home, "SELECT created FROM kit_import")
    assert 0 < first < ROWS, "the command was to be killed in the middle"
    assert count(home, ACCOUNTS) == first

    ask(home, "UPDATE kit_job SET run_at = '2000-01-01' WHERE task LIKE '%apply_import'")
    with northing("worker") as worker:
        wait_until_taken(home, first + 1)
        kill(worker)
    second = count(home, "SELECT created FROM kit_import")
    assert first < second < ROWS, "the worker was to be killed in the middle"

    ask(home, "UPDATE kit_job SET leased_until = '2000-01-01' WHERE state = 'running'")
    with northing("worker"):
        wait_until_taken(home, ROWS)
        wait_until_done(home)
    assert each_is_there_once(home)


def test_an_import_survives_the_death_of_the_server(home: Path, tmp_path: Path) -> None:
    """The server takes up what a killed command left, is killed in the middle of it, and started again ends it."""
    with northing("import", "accounts", str(write_accounts(tmp_path / "accounts.csv"))) as command:
        wait_until_taken(home, 1)
        kill(command)
    first = count(home, "SELECT created FROM kit_import")
    ask(home, "UPDATE kit_job SET run_at = '2000-01-01' WHERE task LIKE '%apply_import'")

    with northing("serve", "--port", str(free_port())) as server:
        wait_until_taken(home, first + 1)
        kill(server)
    second = count(home, "SELECT created FROM kit_import")
    assert first < second < ROWS, "the server was to be killed in the middle"
    assert count(home, ACCOUNTS) == second

    ask(home, "UPDATE kit_job SET leased_until = '2000-01-01' WHERE state = 'running'")
    with northing("serve", "--port", str(free_port())):
        wait_until_taken(home, ROWS)
        wait_until_done(home)
    assert each_is_there_once(home)
