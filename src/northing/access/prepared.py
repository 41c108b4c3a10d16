"""Questions that every page asks, put into SQL once.

Django writes a query's SQL anew each time it asks. For a small indexed read that takes several times as long as the
database takes to answer, and a page asks a handful of them for its frame alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from itertools import chain, count
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections, models
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)
Row = TypeVar("Row", covariant=True)
_MOST_KEPT = 512  # values of one argument; with more, a query is written for itself
_FIRST_MARK = 2_000_000_000  # and on: they fit into every column of whole numbers, and stand in no query otherwise


class _Written(NamedTuple):
    """A query with its SQL; `places` says for each parameter which of the flattened values it is, or what it holds."""

    rows: models.QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    places: list[tuple[int | None, Any]]


class PreparedQuery(Generic[M, Row]):
    """A query as a function of its arguments: what has a workspace (an actor), whole numbers, texts, or several of one.

    `build` makes it from marks in the place of the arguments, once for each number of values (rounded up to a power of
    two), and hands every one of them to the database as it is; `ValueError` where it does not. Whatever else it looks
    at, the time of day for one, stays as it was then.

        _named = PreparedQuery(lambda scope, names: Product.objects.within(scope).filter(name__in=names))
        _named(actor, ["Lumen", "Aria"])
    """

    def __init__(self, build: Callable[..., models.QuerySet[M, Row]]) -> None:
        self._build = build
        self._written: dict[tuple[int, ...], _Written] = {}

    def __call__(self, *arguments: Any) -> list[Row]:
        """The rows."""
        if (filled := self._filled(arguments)) is None:
            return []
        written, answer = filled
        rows = written.rows.all()
        compiler = copy(written.compiler)
        compiler.connection = connections[rows.db]
        compiler.as_sql = lambda *_, **__: answer  # type: ignore[method-assign]
        rows.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return list(rows)

    def count(self, *arguments: Any) -> int:
        """How many rows there are, without reading them."""
        if (filled := self._filled(arguments)) is None:
            return 0
        written, (sql, parameters) = filled
        with connections[written.rows.db].cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) counted", parameters)  # noqa: S608 - Django's own SQL
            return int(cursor.fetchone()[0])

    def _filled(self, arguments: tuple[Any, ...]) -> tuple[_Written, tuple[str, tuple[Any, ...]]] | None:
        """The written query, its SQL and parameters; None where of several values there are none, so that no row has
        one of them."""
        parts = [_flat(argument) for argument in arguments]
        if not all(parts):
            return None
        written, values = self._query(arguments, tuple(map(len, parts))), list(chain.from_iterable(parts))
        return written, (
            written.sql,
            tuple([fixed if place is None else values[place] for place, fixed in written.places]),
        )

    def _query(self, arguments: tuple[Any, ...], shape: tuple[int, ...]) -> _Written:
        if shape in self._written:
            return self._written[shape]
        written = self._write(arguments, shape)
        if max(shape) <= _MOST_KEPT:
            self._written[shape] = written
        return written

    def _write(self, arguments: tuple[Any, ...], shape: tuple[int, ...]) -> _Written:
        numbers = count(_FIRST_MARK)
        marks = [_marks(argument, size, numbers) for argument, size in zip(arguments, shape, strict=True)]
        rows = self._build(*(_as_given(argument, some) for argument, some in zip(arguments, marks, strict=True)))
        compiler = rows.query.get_compiler(rows.db)
        sql, parameters = compiler.as_sql()
        place_of = {mark: place for place, mark in enumerate(chain.from_iterable(marks))}
        places = [(place_of.get(parameter), parameter) for parameter in parameters]
        if lost := set(place_of.values()) - {place for place, _ in places}:
            raise ValueError(f"a prepared query keeps no value back: {sorted(lost)} are not in {sql}")
        return _Written(rows, compiler, sql, places)


def _flat(argument: Any) -> list[Any]:
    """The values of an argument; several are filled up with the last one, so that few numbers of values occur."""
    if hasattr(argument, "workspace_id"):
        return [argument.workspace_id]
    if isinstance(argument, (int, str)):
        return [argument]
    several = list(argument)
    if not several or len(several) > _MOST_KEPT:
        return several
    return several + several[-1:] * ((1 << (len(several) - 1).bit_length()) - len(several))


def _marks(argument: Any, size: int, numbers: Iterator[int]) -> list[Any]:
    are_texts = isinstance(next(iter(_flat(argument)), 0), str)
    return [f"\ue000{next(numbers)}" if are_texts else next(numbers) for _ in range(size)]


def _as_given(argument: Any, marks: list[Any]) -> Any:
    if hasattr(argument, "workspace_id"):
        return SimpleNamespace(workspace_id=marks[0])
    return marks[0] if isinstance(argument, (int, str)) else marks
