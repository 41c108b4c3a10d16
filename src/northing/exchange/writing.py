"""Tables out: CSV, XLSX and JSON as streams, safe to open in a spreadsheet; and rejected rows with their reasons."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any

import xlsxwriter

from northing.exchange.reading import read_rows
from northing.exchange.records import Layout, Problem, SourceRow

ROW, REASONS = "Row in the file", "Reasons"
"""Headers of the columns that rejected rows come back with: the number as a spreadsheet shows it, and what is wrong."""
TOLD = frozenset({ROW, REASONS})

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HIDDEN = re.compile("[;\\t][=+@＝＋－＠-]")
XLSX_CELL_CHARACTERS = 32_767
_XLSX_ROWS = 1_048_576
_BATCH = 500


def escape(value: Any) -> Any:
    """Keep a spreadsheet from running a text as a formula: an apostrophe goes before it. Numbers stay as they are.

    >>> escape("=1+1"), escape("-3.5"), escape(-3.5), escape("- a dash")
    ("'=1+1", '-3.5', -3.5, "'- a dash")
    """
    if isinstance(value, str) and value.startswith(_DANGEROUS) and not _is_number(value):
        return f"'{value}"
    return value


def unescape(text: str) -> str:
    """Take back what `escape` put before a text.

    >>> unescape("'=1+1"), unescape("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if text[:1] == "'" and text[1:].startswith(_DANGEROUS) else text


def as_text(value: Any) -> str:
    """A value as the text of its cell.

    >>> as_text(None), as_text(["a", "b"]), as_text(2.5)
    ('', 'a; b', '2.5')
    """
    return str(_plain(value))


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Stream a table as CSV in UTF-8 with a byte order mark (which spreadsheets need to see accents).

    Lists are joined by "; ", dates are ISO, empty values are empty cells.

    >>> b"".join(write_csv(["Title"], [["=now()"], [["a", "b"]]])).decode("utf-8-sig")
    "Title\\r\\n'=now()\\r\\na; b\\r\\n"
    """
    buffer = io.StringIO()
    usual, quoting = csv.writer(buffer), csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    buffer.write("\ufeff")
    for number, row in enumerate(chain([headers], rows), 1):
        cells = [escape(_plain(value)) for value in row]
        (quoting if any(map(_hides_a_cell, cells)) else usual).writerow(cells)
        if number % _BATCH == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _hides_a_cell(value: Any) -> bool:
    """Whether a spreadsheet that splits at semicolons or tabs too would find a formula in the middle, unless quoted."""
    return isinstance(value, str) and _HIDDEN.search(value) is not None


def write_json(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Stream a table as a JSON array of objects; dates as ISO texts.

    >>> b"".join(write_json(["id", "tags"], [[1, ["a"]]])).decode()
    '[\\n{"id": 1, "tags": ["a"]}\\n]\\n'
    """
    gap = "[\n"
    for row in rows:
        record = dict(zip(headers, row, strict=True))
        yield (gap + json.dumps(record, ensure_ascii=False, default=_iso)).encode()
        gap = ",\n"
    yield (f"{gap}]\n" if gap == "[\n" else "\n]\n").encode()


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Any]], sheet: str = "Records") -> Iterator[bytes]:
    """Write a table as an XLSX workbook with typed cells and yield its bytes; rows go through a file on disk.

    Texts are never formulas. Beyond the rows that a sheet can hold a further sheet goes on.
    """
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "remove_timezone": True,
                "default_date_format": "yyyy-mm-dd hh:mm",
                "nan_inf_to_errors": True,
            },
        )
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page: Any = None
        for number, row in enumerate(rows):
            at = number % (_XLSX_ROWS - 1)
            if at == 0:
                page = _sheet(book, sheet, number // (_XLSX_ROWS - 1), headers, bold)
            for column, value in enumerate(row):
                _write_cell(page, at + 1, column, value, day)
        if page is None:
            _sheet(book, sheet, 0, headers, bold)
        book.close()
        file.seek(0)
        while chunk := file.read(1 << 16):
            yield chunk


def write_rejected(path: Path, layout: Layout, reasons: Mapping[int, Sequence[Problem]]) -> Iterator[bytes]:
    """Stream the rejected rows of a source as CSV: its own columns, repeated ones too, and columns of row and reasons.

    `reasons` are problems by number of the source row (every part of a folded record has its own).
    """
    headers = [name for name in layout.headers or _names(path, layout, reasons) if name not in TOLD]
    rows = (
        [*_cells(row, headers), row.number, "; ".join(_reason(problem) for problem in reasons[row.number])]
        for row in read_rows(path, layout)
        if row.number in reasons
    )
    return write_csv([*headers, ROW, REASONS], rows)


def _reason(problem: Problem) -> str:
    shown = f" {problem.value!r}" if problem.value else ""
    return f"{problem.field}:{shown} {problem.rule}"


def _names(path: Path, layout: Layout, reasons: Mapping[int, Sequence[Problem]]) -> Sequence[str]:
    """A JSON document has no header row; its names are those that the rejected records have."""
    rejected = (row for row in read_rows(path, layout) if row.number in reasons)
    return list(dict.fromkeys(name for row in rejected for name in row.values))


def _cells(row: SourceRow, headers: Sequence[str]) -> list[str]:
    """A row's cells under the headers; a repeated column's entries fill its places from the left."""
    rest = {name: iter([value] if isinstance(value, str) else value) for name, value in row.values.items()}
    repeated = len(set(headers)) < len(headers)
    cells = []
    for name in headers:
        value = row.values.get(name, "")
        cells.append(next(rest[name], "") if repeated and name in rest else _plain(value))
    beyond = [value for name, value in row.values.items() if name not in TOLD.union(headers)]
    return [*cells, *map(_plain, beyond)] if beyond else cells


def _emptied(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return content


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=_iso)
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(str(_plain(entry)) for entry in value)
    return value


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _sheet(book: Any, name: str, number: int, headers: Sequence[str], bold: Any) -> Any:
    page = book.add_worksheet(name[:28] if number == 0 else f"{name[:25]} {number + 1}")
    page.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        page.write_string(0, column, header, bold)
    return page


def _write_cell(page: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    elif isinstance(value, datetime) and value.year >= 1900:
        page.write_datetime(row, column, value)
    elif isinstance(value, date) and value.year >= 1900:
        page.write_datetime(row, column, value, day)
    elif value is not None and value != "":
        page.write_string(row, column, str(_plain(value))[:XLSX_CELL_CHARACTERS])
