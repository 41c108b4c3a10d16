"""What a person should know before the records of a file are taken in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from northing.exchange.dialects import Dialect
from northing.exchange.fields import IDENTIFIED_BY_TITLE
from northing.exchange.headings import factor
from northing.exchange.left_out import MOST_NOTED, LeftOut
from northing.exchange.mapping import WORDS, ids_stand_in
from northing.exchange.notation import holds_large
from northing.exchange.numbers import parse_number
from northing.exchange.records import Column, ColumnMapping, DateOrder, Layout, NumberMarks, RecordType, SourceRow
from northing.exchange.tables import GROUP
from northing.exchange.values import OTHER_SCALES, rating_scale

_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST_WORD = 40
_NUMBERS_SHOWN = 3
_TOTALS = ("total", "total count", "totalCount", "total_count")
_MEASURED_IN = {
    "reach": ("reach", "people in a quarter"),
    "value": ("value", "in whole units"),
    "account_revenue": ("revenue", "for a year, in whole units"),
    "revenue": ("revenue", "for a year, in whole units"),
}
"""Fields with the concept that they hold, and what their numbers are."""
_MORE = ("hasNextPage", "has_next_page", "has_more", "hasMore", "nextPageToken")


def of_encoding(layout: Layout, sample: Iterable[SourceRow]) -> Iterator[str]:
    """That the encoding of a text is a guess, with a word that shows whether it is a good one."""
    if layout.lenient and layout.encoding:
        if layout.encoding in ("utf-8", "utf-8-sig"):
            yield "Some bytes are not valid UTF-8; they are shown as \ufffd."
        elif not layout.encoding.startswith("utf"):
            word = next(filter(None, map(_accented, _texts(layout, sample))), "")
            check = f"Check accents and signs, such as those of “{word}”" if word else "Check accents and signs"
            yield f"The text does not say its encoding; it is read as {layout.encoding}. {check}."


def _texts(layout: Layout, sample: Iterable[SourceRow]) -> Iterator[str]:
    yield from layout.headers
    for row in sample:
        for cell in row.values.values():
            yield from (cell,) if isinstance(cell, str) else cell


def _accented(text: str) -> str:
    """The first word of a text with a letter beyond plain Latin ones, "" where there is none.

    >>> _accented("Unsere Rückmeldung, 5 €"), _accented("plain")
    ('Rückmeldung', '')
    """
    if text.isascii():
        return ""
    words = (found[0] for found in _LETTERS.finditer(text))
    return next((word[:_LONGEST_WORD] for word in words if not word.isascii()), "")


def of_left_out(left_out: LeftOut) -> Iterator[str]:
    if left_out.totals:
        yield f"Totals are left out: {_rows(left_out.totals)}."
    for number, text, count in left_out.miscounts:
        yield f"Row {number}, left out, says “{text}”; above it are {count:,}. See whether some are missing."
    if left_out.numbered:
        yield f"Nothing but a number stands in some rows, which are left out: {_rows(left_out.numbered)}."
    if left_out.headings:
        yield f"Headings of groups are no records: {_rows(left_out.headings)}. Their names go to the column {GROUP!r}."


def of_sheets(read: str, sheets: tuple[str, ...], hidden: frozenset[str]) -> Iterator[str]:
    """Which sheets of a workbook that hold a table are not read, and whether the one that is is hidden."""
    if unread := [f"{name!r}{' (hidden)' if name in hidden else ''}" for name in sheets if name != read]:
        yield f"Only sheet {read!r} is read; not read: {', '.join(unread)}."
    if read in hidden:
        yield f"Sheet {read!r} is hidden in the workbook; it is read all the same."


def of_hidden(numbers: list[int]) -> Iterator[str]:
    if numbers:
        yield f"Rows that are hidden or filtered out in the sheet are read too: {_rows(numbers)}."


def _rows(numbers: list[int]) -> str:
    more = " and more" if len(numbers) >= MOST_NOTED else ""
    return f"row{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}{more}"


def of_pages(place: str, count: int, facts: Mapping[str, Any]) -> Iterator[str]:
    """What a JSON answer itself says about further pages. `facts` are its values beside the list, by place."""
    above = place.removesuffix("[]").rpartition(".")[0]
    beside = {name: value for name, value in facts.items() if name.startswith(above)}
    names = {name.rpartition(".")[2]: value for name, value in beside.items()}
    total = next((names[name] for name in _TOTALS if isinstance(names.get(name), int)), 0)
    if total > count:
        yield f"The file holds {count:,} of {total:,} records by its own account: export the other pages too."
    elif any(names.get(name) for name in _MORE) or names.get("isLast") is False:
        yield "The file says that there are further pages: export them too."


def of_cap(dialect: Dialect, rows: int, lists: Counter[str]) -> Iterator[str]:
    if rows in dialect.caps:
        yield (
            f"The file holds exactly {rows:,} records, a limit at which exports are cut off: "
            "check at the source whether there are more, and export the rest too."
        )
    for place, cap in dialect.list_caps.items():
        if lists[place] >= cap:
            name = place.removesuffix("[]")
            yield f"The export holds {lists[place]:,} {name}, the most that the tool gives: older {name} are missing."


def of_scales(columns: tuple[Column, ...], mapping: tuple[ColumnMapping, ...]) -> Iterator[str]:
    """Which ratings are given in other numbers than stars."""
    rated = [entry.source for entry in mapping if entry.target == "rating"]
    for column in (column for column in columns if column.name in rated):
        scale = rating_scale(column.samples, column.name)
        if scale in OTHER_SCALES:
            yield f"{column.name!r} is a score out of {scale}: it becomes stars, from 0 to 5, and is kept beside them."


def of_numbers(columns: tuple[Column, ...], mapping: tuple[ColumnMapping, ...], marks: NumberMarks) -> Iterator[str]:
    """Which columns of numbers can be read in two ways, and how they are read."""
    used = {entry.source for entry in mapping if entry.target}
    for column in columns:
        if column.name not in used or column.marks == "unambiguous":
            continue
        if marks == "thousands" and column.marks.startswith("decimal") and column.open_numbers:
            text = column.open_numbers[0]
            read, _ = _readings(text, column.marks)
            yield f"{column.name!r} keeps its decimals, which other cells of it show: {text} is read as {read}."
        if texts := _doubtful(column, marks):
            told = [
                _readings(text, marks if column.marks == "ambiguous" else column.marks)
                for text in texts[:_NUMBERS_SHOWN]
            ]
            may = ", ".join(
                f"{text} may mean {read} or {other}" for text, (read, other) in zip(texts, told, strict=False)
            )
            are = "it is" if len(told) == 1 else "they are"
            yield f"{column.name!r}: {may}; {are} read as {', '.join(dict(told))}. Choose if that is wrong."
    for entry in mapping:
        concept, meant = _MEASURED_IN.get(entry.target or "", ("", ""))
        if concept and (times := factor(concept, entry.source)) != 1:
            yield f"The numbers of {entry.source!r} are taken times {times:,g}, so that they are {meant}."


def _doubtful(column: Column, marks: NumberMarks) -> list[str]:
    """Numbers of a column that leave open what their sign parts, and that the rest of the file does not decide."""
    texts = list(column.open_numbers)
    signs = {text[-4] for text in texts}
    decimal = {"decimal-comma": ",", "decimal-point": "."}
    if marks == "thousands":  # as a person has chosen
        return []
    if column.marks == "thousands":  # a lone one that the file's habit makes thousands too is none of these
        return texts if len(signs) > 1 or decimal.get(marks, *signs) in signs else []
    if column.marks == "ambiguous" and marks in decimal and holds_large(column.name):
        return [text for text in texts if text[-4] == decimal[marks]]
    if column.marks == "ambiguous":
        return texts[:1] if marks == "ambiguous" else []
    if len(signs) > 1:
        return [text for text in texts if text[-4] == decimal[column.marks]]
    if column.marks != marks and marks in decimal:
        return texts[:1]
    return texts if signs == {decimal[column.marks]} and holds_large(column.name) else []


def _readings(text: str, marks: NumberMarks) -> tuple[str, str]:
    """How an open number is read, and how else it could be."""
    comma = text[-4] == "." if marks == "thousands" else marks == "decimal-comma"
    read, other = (f"{parse_number(text, decimal_comma=one):,.6g}" for one in (comma, not comma))
    return read, other


def of_mapping(mapping: tuple[ColumnMapping, ...], record_type: RecordType, order: DateOrder) -> Iterator[str]:
    if order == "ambiguous":
        yield "Dates such as 03/04 leave open which is the day; they are read day first. Choose if that is wrong."
    for entry in mapping:
        if entry.by_cells:
            yield (
                f"{entry.source!r} is taken for the text because it alone holds sentences; its heading does not say "
                "so. Choose if that is wrong."
            )
    targets = {entry.target for entry in mapping}
    if ids_stand_in(mapping, record_type):
        yield "No column reads like a title; the ids stand in for titles."
    elif not targets & WORDS:
        yield "No column reads like a title or a text; map one before importing."
    elif record_type == "feature" and "effort" not in targets:
        left = ", ".join(repr(entry.source) for entry in mapping if entry.target is None)
        more = f" Left over: {left}; send one of them to effort if it does." if left else ""
        yield f"No column holds the effort.{more}"
    elif record_type == "feedback" and "text" not in targets:
        yield "No column holds the words of feedback; the title stands in for them."


def of_ids(dialect: Dialect, ids: tuple[str, ...], record_type: RecordType) -> Iterator[str]:
    if dialect.ids and not ids and record_type not in IDENTIFIED_BY_TITLE:
        yield "No column identifies the records; a record that changes at the source will come in as a new one."


def of_rows(dialect: Dialect, sample: list[SourceRow]) -> Iterator[str]:
    if dialect.unfit:
        yield dialect.unfit
    if dialect.details:
        pulls = sum(bool(dialect.details(row).get("is_pull_request")) for row in sample)
        if pulls:
            yield f"{pulls:,} of the first {len(sample):,} records are pull requests; they are marked as such."
