"""The whole database as one file, and back: SQLite by its online backup, PostgreSQL by its own dump tools."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.db import DatabaseError, connection, transaction

from northing.web.faults import Fault


class Content(NamedTuple):
    """What is in a table: its number of rows, and a hash of them that does not depend on their order."""

    rows: int
    sha256: str


Tables = Mapping[str, Content]


class Database(Protocol):
    """A database that can be saved while others write to it, and loaded from what was saved."""

    kind: str

    def is_empty(self) -> bool: ...

    def save(self, target: Path) -> Tables:
        """Write one moment's state into a file and return what is in it."""

    def load(self, source: Path, expected: Tables, *, force: bool) -> None:
        """Replace the content by a saved file's. Raises `Fault` when that does not hold what is expected."""


def current() -> Database:
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def content(rows: Iterable[Sequence[Any]]) -> Content:
    """Count rows, and add up their SHA-256 hashes modulo 2**256.

    >>> content([(1, "a"), (2, "b")]) == content([(2, "b"), (1, "a")])
    True
    >>> content([(1, "a"), (2, "b")]) == content([(1, "b"), (2, "a")])
    False
    """
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode(errors="surrogatepass")).digest())
    return Content(count, f"{total % 2**256:064x}")


def _table_names() -> list[str]:
    return [*connection.introspection.django_table_names(only_existing=True), "django_migrations"]


def _compare(expected: Tables, found: Tables) -> None:
    for name, wanted in expected.items():
        if found.get(name) != wanted:
            rows = found[name].rows if name in found else "no"
            raise Fault(f"the backup is damaged: table {name} holds {rows} rows that are not the {wanted.rows} saved")


class SQLite:
    """A file. The backup API copies one state of it without keeping anyone from writing."""

    kind = "sqlite"

    def __init__(self) -> None:
        self._path = Path(connection.settings_dict["NAME"])

    def is_empty(self) -> bool:
        try:
            return not connection.introspection.table_names()
        except DatabaseError:  # a damaged file is not nothing
            return False

    def save(self, target: Path) -> Tables:
        names = _table_names()
        with closing(sqlite3.connect(self._path)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # so that the copy is one file
            return self._contents(copy, names)

    def load(self, source: Path, expected: Tables, *, force: bool) -> None:
        try:
            with closing(sqlite3.connect(source)) as saved:
                faults = [row[0] for row in saved.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
                present = {row[0] for row in saved.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
                found = self._contents(saved, expected.keys() & present)
        except sqlite3.DatabaseError as error:
            faults = [str(error)]
        if faults:
            raise Fault(f"the backup is damaged: {faults[0]}")
        _compare(expected, found)
        connection.close()
        for name in (f"{self._path}-wal", f"{self._path}-shm"):
            Path(name).unlink(missing_ok=True)
        shutil.move(source, self._path)  # the database may be on another disk

    @staticmethod
    def _contents(database: sqlite3.Connection, names: Iterable[str]) -> Tables:
        quoted = {name: '"{}"'.format(name.replace('"', '""')) for name in sorted(names)}
        return {name: content(database.execute(f"SELECT * FROM {q}")) for name, q in quoted.items()}  # noqa: S608


class PostgreSQL:
    """A server. Its dump and our counts are taken of the same exported snapshot."""

    kind = "postgresql"

    def is_empty(self) -> bool:
        return not connection.introspection.table_names()

    def save(self, target: Path) -> Tables:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
                snapshot = cursor.fetchone()[0]
            self._call("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
            return self._contents(_table_names())

    def load(self, source: Path, expected: Tables, *, force: bool) -> None:
        replacing = ["--clean", "--if-exists"] if force else []
        self._call("pg_restore", "--single-transaction", "--exit-on-error", *replacing, str(source))
        _compare(expected, self._contents(expected.keys() & set(connection.introspection.table_names())))

    @staticmethod
    def _contents(names: Iterable[str]) -> Tables:
        found = {}
        with transaction.atomic():
            for name in sorted(names):
                with connection.chunked_cursor() as cursor:
                    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608
                    found[name] = content(cursor)
        return found

    @staticmethod
    def _call(tool: str, *options: str) -> None:
        program = shutil.which(tool)
        if program is None:
            raise Fault(f"{tool} is not installed here; install PostgreSQL's client tools")
        connection.ensure_connection()
        info = connection.connection.info
        # By environment, which the tools of every version understand, and which other users cannot see.
        reach = {"PGHOST": info.host, "PGPORT": str(info.port), "PGUSER": info.user, "PGPASSWORD": info.password}
        options = ("--no-owner", "--no-privileges", f"--dbname={info.dbname}", *options)
        done = subprocess.run(  # noqa: S603
            [program, *options], env={**os.environ, **reach}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Fault(f"{tool}: {' '.join(done.stderr.split())[:500]}")
