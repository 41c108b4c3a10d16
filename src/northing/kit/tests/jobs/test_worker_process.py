"""Workers as processes of their own: killed, told to stop, several at once. Nothing is lost or stays half done."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from northing.kit.tests.jobs.sample_tasks import mark_slowly

pytestmark = pytest.mark.django_db

WORKER = """
import django; django.setup()
from datetime import timedelta
from northing.kit.jobs.worker import Worker
Worker(lease=timedelta(seconds=1), grace=0.5).run()
"""


class Home:
    """A Northing home of its own, with its database, and the workers that run on it."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        self._folder = folder
        self._workers: list[subprocess.Popen[bytes]] = []

    def enqueue_slow_marks(self, seconds: float, *, times: int = 1) -> None:
        arguments = json.dumps({"log": str(self.log), "seconds": seconds})
        with closing(sqlite3.connect(self._folder / "northing.sqlite3")) as database, database:
            database.executemany(
                "INSERT INTO kit_job (task, arguments, state, run_at, created_at, attempts, dedupe, lease, error)"
                " VALUES (?, ?, 'ready', '2020-01-01', '2020-01-01', 0, '', '', '')",
                [(mark_slowly.module_path, arguments)] * times,
            )

    def start_worker(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=self._environment())
        self._workers.append(worker)
        return worker

    def _environment(self) -> dict[str, str]:
        return os.environ | {"NORTHING_HOME": str(self._folder), "DATABASE_URL": ""}

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._folder / "northing.sqlite3", timeout=20)) as database:
            return database.execute(sql).fetchall()

    def jobs(self) -> list[tuple[str, int]]:
        return self.query("SELECT state, attempts FROM kit_job WHERE task LIKE '%sample_tasks%' ORDER BY id")

    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def stop(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Path:
    """A file with the tables of the test database."""
    if connection.vendor != "sqlite":
        pytest.skip("workers run here on SQLite files")
    path = tmp_path_factory.mktemp("template") / "northing.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(path)) as file:
        connection.ensure_connection()
        connection.connection.backup(file)
    return path


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Home]:
    (tmp_path / template.name).write_bytes(template.read_bytes())
    home = Home(tmp_path)
    yield home
    home.stop()


def test_a_killed_workers_job_runs_again_under_another(home: Home) -> None:
    home.enqueue_slow_marks(0.4)
    first = home.start_worker()
    wait_until(lambda: len(home.lines()) == 2)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert home.jobs() == [("running", 1)]
    assert home.query("SELECT * FROM access_workspace") == []

    second = home.start_worker()
    wait_until(lambda: home.jobs() == [("done", 2)])
    assert [step for process, step in home.lines() if process == str(second.pid)] == ["0", "1", "2"]
    assert home.query("SELECT slug FROM access_workspace") == [("marked",)]


def test_a_worker_told_to_stop_lets_a_short_job_end(home: Home) -> None:
    home.enqueue_slow_marks(0.05)
    worker = home.start_worker()
    wait_until(lambda: len(home.lines()) >= 1)
    worker.terminate()
    assert worker.wait(timeout=60) == 0
    assert home.jobs() == [("done", 1)]


def test_a_worker_told_to_stop_hands_a_long_job_back(home: Home) -> None:
    home.enqueue_slow_marks(20)
    worker = home.start_worker()
    wait_until(lambda: len(home.lines()) >= 1)
    worker.send_signal(signal.SIGINT)
    assert worker.wait(timeout=60) == 0
    assert home.jobs() == [("ready", 0)]


def test_a_heartbeat_keeps_a_job_that_outlasts_its_lease_from_other_workers(home: Home) -> None:
    home.enqueue_slow_marks(0.8)
    home.start_worker()
    home.start_worker()
    wait_until(lambda: home.jobs() == [("done", 1)])
    assert len({process for process, _ in home.lines()}) == 1


def test_two_workers_share_the_jobs_and_run_none_twice(home: Home) -> None:
    home.enqueue_slow_marks(0.002, times=60)
    home.start_worker()
    home.start_worker()
    wait_until(lambda: home.jobs() == [("done", 1)] * 60)
    assert len(home.lines()) == 180
