"""What a file has shown before, kept in a temporary database so that memory stays flat."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter

from northing.exchange.records import SourceRow

_ADD = (
    "INSERT INTO seen VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count, first, content"
)


class Occurrences:
    """Counts how often each key has come, and where it came first."""

    def __init__(self) -> None:
        self._db = _temporary()
        self._db.execute(
            "CREATE TABLE seen (key TEXT PRIMARY KEY, first INTEGER, count INTEGER, content TEXT) WITHOUT ROWID"
        )

    def add(self, key: str, row: int) -> tuple[int, int]:
        """Note the key of a row. Returns how often it has come by now, and the row where it came first.

        >>> seen = Occurrences()
        >>> seen.add("a", 1), seen.add("b", 2), seen.add("a", 3)
        ((1, 1), (1, 2), (2, 1))
        """
        count, first, _ = self._add(key, row)
        return count, first

    def compare(self, key: str, row: int, content: str) -> tuple[int, bool]:
        """Note the key of a row with its content. Returns the row where the key came first, and whether this is that
        one's content again.

        >>> seen = Occurrences()
        >>> seen.compare("a", 1, "sync"), seen.compare("a", 2, "sync"), seen.compare("a", 3, "map")
        ((1, False), (1, True), (1, False))
        """
        count, first, known = self._add(key, row, content)
        return first, count > 1 and known == content

    def _add(self, key: str, row: int, content: str = "") -> tuple[int, int, str]:
        found: tuple[int, int, str] = self._db.execute(_ADD, (key, row, content)).fetchone()
        return found

    def close(self) -> None:
        self._db.close()


class Lookup:
    """What one thing of a file is called elsewhere in it."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._db = _temporary()
        self._db.execute("CREATE TABLE known (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        self._db.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", pairs)

    def get(self, key: str) -> str | None:
        """The value of a key, None where it is not known.

        >>> Lookup([("10061", "W-12")]).get("10061")
        'W-12'
        """
        found = self._db.execute("SELECT value FROM known WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else None

    def close(self) -> None:
        self._db.close()


def grouped(rows: Iterator[SourceRow], key: Callable[[SourceRow], str]) -> Iterator[list[SourceRow]]:
    """Rows with the same key together, in the order in which keys first come; rows keep their order."""
    with closing(_temporary()) as db:
        db.execute("CREATE TABLE held (key TEXT, row INTEGER, content BLOB)")
        db.executemany("INSERT INTO held VALUES (?, ?, ?)", ((key(row), row.number, pickle.dumps(row)) for row in rows))
        ordered = db.execute("SELECT min(row) OVER (PARTITION BY key) AS first, content FROM held ORDER BY first, row")
        for _, group in groupby(ordered, key=itemgetter(0)):
            yield [pickle.loads(content) for _, content in group]  # noqa: S301 - written by this very process


def _temporary() -> sqlite3.Connection:
    """An empty file name is SQLite's own temporary database: in memory while small, on disk beyond."""
    db = sqlite3.connect("", isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000; BEGIN")
    return db
