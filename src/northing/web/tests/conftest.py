"""A home folder with a database file of its own, in this process."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import ConnectionHandler

from northing.web import environment
from northing.web.tests.running import Server

Enter = Callable[..., Path]


@contextmanager
def connected(folder: Path) -> Iterator[None]:
    """Make the SQLite database in this folder the default one."""
    usual = connections["default"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", "")
        own = ConnectionHandler({"default": environment.database(folder)})["default"]
    connections["default"] = own
    try:
        yield
    finally:
        own.close()
        connections["default"] = usual


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Path:
    """A file with the tables of the test database."""
    if connection.vendor != "sqlite":
        pytest.skip("home folders hold SQLite files here")
    path = tmp_path_factory.mktemp("migrated") / "northing.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(path)) as file:
        connection.ensure_connection()
        connection.connection.backup(file)
    return path


@pytest.fixture
def enter(tmp_path: Path, migrated: Path, settings: Any, django_db_blocker: Any) -> Iterator[Enter]:
    """A function that moves into the home folder of that name: a new one is empty, or has all tables."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, ExitStack() as inside:

        def move(name: str, *, tables: bool = False) -> Path:
            inside.close()
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            if tables:
                shutil.copy(migrated, folder)
            patch.setenv("NORTHING_HOME", str(folder))
            settings.NORTHING_HOME = folder
            inside.enter_context(connected(folder))
            return folder

        yield move


@pytest.fixture
def port() -> int:
    """A free port below those that clients are given; test processes that run side by side look in other places."""
    for number in range(18000 + os.getpid() % 1000 * 10, 29000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", number)):
                return number
    raise AssertionError("no free port below 29000")


@pytest.fixture
def start(port: int) -> Iterator[Callable[[], Server]]:
    """A function that starts a server in the present home folder; none outlives the test."""
    started: list[Server] = []

    def start_one() -> Server:
        started.append(Server(port))
        return started[-1]

    yield start_one
    for server in started:
        if server.process.poll() is None:
            server.kill()
