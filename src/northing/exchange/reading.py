"""The records of a file one by one, under the names their source gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from northing.exchange import json_stream, limits, tables, workbook
from northing.exchange.delimited import Delimited
from northing.exchange.json_stream import BrokenLine
from northing.exchange.left_out import LeftOut
from northing.exchange.records import Cells, Layout, Problem, SourceRow

_EDGE = {"node", "cursor"}
_CONNECTIONS = ("nodes", "edges")


def read_rows(path: Path, layout: Layout, left_out: LeftOut | None = None) -> Iterator[SourceRow]:
    """Stream the records of a file. Memory holds one record, except for workbooks (bounded by `limits`).

    Rows without any content are not records; neither are totals and headings, which are noted in `left_out`. A row
    with more or fewer cells than there are headers carries a problem and keeps what it has.
    """
    if layout.kind in ("json", "jsonl"):
        return _json_rows(path, layout)
    if layout.kind in ("xlsx", "ods"):
        return _sheet_rows(path, layout, left_out)
    return _delimited_rows(path, layout, left_out)


def read_raw(path: Path, layout: Layout) -> Iterator[list[str]]:
    """The rows of a table before headers are known, title rows and blank ones included."""
    if layout.kind in ("xlsx", "ods"):
        yield from workbook.rows(path, layout.sheet or "")
        return
    with open_text(path, layout) as stream:
        yield from Delimited(stream, layout.separator or ",")


@contextmanager
def open_text(path: Path, layout: Layout) -> Iterator[IO[str]]:
    errors = "replace" if layout.lenient else "strict"
    with path.open(encoding=layout.encoding, errors=errors, newline="") as stream:
        yield stream


def json_values(path: Path, layout: Layout) -> Iterator[tuple[str, Any]]:
    """Every value of a JSON document with its place (see `json_stream.iterate`)."""
    with open_text(path, layout) as stream:
        yield from (json_stream.iterate if layout.kind == "json" else json_stream.iterate_lines)(stream)


def flatten(value: Any) -> Cells:
    """One JSON record as columns: nested objects become dotted names, lists of objects lists per name.

    The `nodes` and `edges` in which GraphQL wraps lists leave no trace.

    >>> flatten({"id": 1, "user": {"login": "ada"}, "labels": [{"name": "a"}, {"name": "b"}], "closed": None})
    {'id': '1', 'user.login': 'ada', 'labels.name': ['a', 'b'], 'closed': ''}
    """
    cells: Cells = {}
    if isinstance(value, dict):
        inner = value.get("node") if value.keys() <= _EDGE else None
        _flatten_into(cells, "", inner if isinstance(inner, dict) else value)
    else:
        cells["value"] = [_scalar(item) for item in value] if isinstance(value, list) else _scalar(value)
    return cells


def _flatten_into(cells: Cells, prefix: str, record: dict[str, Any]) -> None:
    for key, value in record.items():
        name = prefix + clean(key)
        if isinstance(value, dict):
            if (nodes := _connected(value)) is not None:
                _flatten_list(cells, name, nodes)
                value = {key: rest for key, rest in value.items() if key not in _CONNECTIONS}
            _flatten_into(cells, f"{name}.", value)
        elif isinstance(value, list):
            _flatten_list(cells, name, value)
        else:
            cells[name] = _scalar(value)


def _connected(value: dict[str, Any]) -> list[Any] | None:
    """The list that a GraphQL connection holds."""
    if isinstance(nodes := value.get("nodes"), list):
        return nodes
    edges = value.get("edges")
    return [edge.get("node") for edge in edges if isinstance(edge, dict)] if isinstance(edges, list) else None


def _flatten_list(cells: Cells, name: str, items: list[Any]) -> None:
    if items and all(isinstance(item, dict) for item in items):
        for item in items:
            inner: Cells = {}
            _flatten_into(inner, f"{name}.", item)
            for key, value in inner.items():
                entries = cells.setdefault(key, [])
                if isinstance(entries, list):
                    entries.extend(value if isinstance(value, list) else [value])
    else:
        cells[name] = [_scalar(item) for item in items]


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)


def clean(text: str) -> str:
    """Text that every database and file takes: without NUL and without halves of characters."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _json_rows(path: Path, layout: Layout) -> Iterator[SourceRow]:
    number = 0
    for place, value in json_values(path, layout):
        if place == layout.sheet:
            number += 1
            if isinstance(value, BrokenLine):
                yield _broken(number, value)
                continue
            cells = flatten(value)
            yield SourceRow(number, cells, problems=tuple(_oversized(cells)))


def _broken(number: int, line: BrokenLine) -> SourceRow:
    rule = f"line {line.number} of the file is not valid JSON from its character {line.character} on"
    return SourceRow(number, {}, line.number, (Problem("row", line.text, rule),))


def _oversized(cells: Cells) -> Iterator[Problem]:
    for name, value in cells.items():
        if len(value) > limits.CELL_CHARACTERS and isinstance(value, str):
            yield Problem(name, value[:80], f"longer than {limits.CELL_CHARACTERS:,} characters")


def _delimited_rows(path: Path, layout: Layout, left_out: LeftOut | None) -> Iterator[SourceRow]:
    with open_text(path, layout) as stream:
        table = Delimited(stream, layout.separator or ",")
        for _ in range(layout.header_row):
            next(table, None)
        table.width = len(layout.headers)

        def mark(row: SourceRow) -> None:
            row.line = table.line
            if table.fault:
                row.problems = (Problem("row", _preview(row.values), table.fault),)

        yield from tables.records(table, layout, left_out=left_out, mark=mark)


def _sheet_rows(path: Path, layout: Layout, left_out: LeftOut | None) -> Iterator[SourceRow]:
    table, merges = workbook.laid_out(path, layout.sheet or "")
    return tables.records(table, layout, skip=layout.header_row, merges=merges, left_out=left_out)


def _preview(values: Cells) -> str:
    return next((value[:80] for value in values.values() if isinstance(value, str) and value), "")
