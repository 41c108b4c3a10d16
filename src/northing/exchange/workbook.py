"""Sheets of XLSX and ODS files, within bounds that are checked before the library allocates anything."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from northing.exchange import limits
from northing.exchange.merging import NOWHERE, Merges, merges_of
from northing.exchange.records import Refused

DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError)
"""What the standard library raises for archives that are damaged, encrypted or packed in an unknown way."""

_TAG = re.compile(
    rb"<(?:\w+:)?(?P<tag>c|row|mergeCell|table-row|table-cell|covered-table-cell)\b(?P<attributes>[^<>]*)"
)
_REFERENCE = re.compile(rb'\sr="([A-Z]{0,3})(\d{1,7})"')
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
_DIMENSION = re.compile(rb"<dimension [^<>]*/>")
_CHUNK = 1 << 20
_LOCAL_HEAD = 30  # bytes before a part's name; where name and extra field end is in the last four


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets, in order. Raises `Refused` for a damaged, protected or oversized workbook."""
    _check_extent(path)
    with closing(_open(path)) as book:
        names = list(book.sheet_names)
    if len(names) > limits.SHEETS:
        raise Refused(f"The workbook has more than {limits.SHEETS:,} sheets.", "Save the one to read by itself.")
    return names


def hidden_sheets(path: Path) -> frozenset[str]:
    with closing(_open(path)) as book:
        return frozenset(one.name for one in book.sheets_metadata if one.visible != SheetVisibleEnum.Visible)


def rows(path: Path, sheet: str) -> Iterator[list[str]]:
    """Every row of a sheet as texts: dates in ISO form, whole numbers without a decimal point."""
    return _texts(_sheet(path, sheet))


def laid_out(path: Path, sheet: str) -> tuple[Iterator[list[str]], Merges]:
    """The rows of a sheet, and its merged cells. Raises `Refused`."""
    found = _sheet(path, sheet)
    merges = merges_of(found.merged_cell_ranges or (), found.end or NOWHERE, (found.start or (0, 0))[1])
    return _texts(found), merges


def _texts(sheet: CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [_as_text(cell) for cell in row]


def _sheet(path: Path, name: str) -> CalamineSheet:
    try:
        with closing(_open(path)) as book:
            return book.get_sheet_by_name(name)
    except CalamineError:
        # Some programs write a dimension of whole rows ("1:55"), which the library takes for damage.
        with closing(_open(_without_dimensions(path))) as book:
            try:
                return book.get_sheet_by_name(name)
            except CalamineError as error:
                raise Refused(f"Sheet {name!r} cannot be read ({error}).", "Save it as CSV.") from error


def _without_dimensions(path: Path) -> BytesIO:
    copy = BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, _DIMENSION.sub(b"", source.read(entry), count=1))
    copy.seek(0)
    return copy


def _open(source: Path | BytesIO) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_object(source)
    except (CalamineError, OSError, zipfile.BadZipFile) as error:
        raise Refused(f"The workbook cannot be read ({error}).", "Save it again, without a password.") from error


def _check_extent(path: Path) -> None:
    """The library lays every sheet out as a full rectangle: one cell in a far corner would take all memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(_holds_more(path, entry) for entry in archive.infolist()):
                raise zipfile.BadZipFile("a part is larger than it says")
            for part in archive.namelist():
                _refuse_beyond_limits(*_extent(archive, part))
    except DAMAGED as error:
        raise Refused(f"The workbook is damaged ({error}).", "Export or download it again.") from error


def _refuse_beyond_limits(cells: int, merges: int) -> None:
    if cells > limits.WORKBOOK_CELLS:
        raise Refused(
            f"A sheet spans more than {limits.WORKBOOK_CELLS:,} cells.",
            "Delete stray cells far from the table, or save the sheet as CSV.",
        )
    if merges > limits.MERGES:
        raise Refused(f"A sheet has more than {limits.MERGES:,} merged cells.", "Save the sheet as CSV.")


def _holds_more(path: Path, entry: zipfile.ZipInfo) -> bool:
    """Whether a part unpacks to more than it says. The standard library stops there; the one that reads sheets goes
    on, and would unpack gigabytes out of a small file."""
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size
    unpack, size, left = zlib.decompressobj(-zlib.MAX_WBITS), 0, entry.compress_size
    with path.open("rb") as file:
        file.seek(entry.header_offset)
        head = file.read(_LOCAL_HEAD)
        file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), os.SEEK_CUR)
        while size <= entry.file_size and (packed := file.read(min(_CHUNK, left))):
            left -= len(packed)
            while packed and size <= entry.file_size:
                size += len(unpack.decompress(packed, _CHUNK))
                packed = unpack.unconsumed_tail
    return size > entry.file_size


def _extent(archive: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """Cells of the rectangle that holds every filled cell of a part (0 where the part is no sheet), and how many
    merged cells it has."""
    last_row = last_column = row = column = height = merges = 0
    for tag, attributes in tags(archive, part, _TAG):
        if tag == b"mergeCell":
            merges += 1
            continue
        reference = _REFERENCE.search(attributes)
        repeated = _REPEATED.search(attributes)
        count = int(repeated[1]) if repeated else 1
        if tag in (b"row", b"table-row"):
            row += height
            row, height, column = (int(reference[2]) - 1 if reference else row), count, 0
            continue
        column = _column_number(reference[1]) if reference else column + count
        if tag == b"c" or b"value-type=" in attributes:
            last_row, last_column = max(last_row, row + height), max(last_column, column)
    return last_row * last_column, merges


def tags(archive: zipfile.ZipFile, part: str, pattern: re.Pattern[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Names and attributes of the tags of a part that a pattern with these two groups finds."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            chunk = rest + chunk
            end = chunk.rfind(b"<")
            rest = chunk[end:] if end >= 0 and len(chunk) - end < _CHUNK else b""
            yield from pattern.findall(chunk, 0, len(chunk) - len(rest))
    yield from pattern.findall(rest)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _as_text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell.replace("\0", "")[: limits.CELL_CHARACTERS]
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds() / 3600:g} h"
    return "" if cell is None else str(cell)
