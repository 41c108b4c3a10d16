"""What goes in and out of the exchange: frozen values, no behaviour beyond telling what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

RecordType = Literal["feedback", "feature", "work_item"]
Kind = Literal["csv", "tsv", "xlsx", "ods", "json", "jsonl"]
DateOrder = Literal["day-first", "month-first", "ambiguous", "unambiguous"]
NumberMarks = Literal["decimal-comma", "decimal-point", "thousands", "ambiguous", "unambiguous"]
"""Which sign parts decimals; the other one, or a space, parts thousands. With `thousands` either sign does, in each
cell by itself, where three digits follow it."""
Cells = dict[str, str | list[str]]
"""The cells of one source record by the name of their column; those of a repeated column are a list."""


class Refused(Exception):
    """The file is not what it claims to be, or is beyond a bound.

    `reason` says why, `way_out` what the person can do about it.
    """

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(f"{reason} {way_out}")
        self.reason = reason
        self.way_out = way_out


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row, in words a person can act on. `row` is given where it is not the record's own."""

    field: str
    value: str
    rule: str
    row: int | None = None


@dataclass(slots=True)
class SourceRow:
    """One record of the source as it stands there.

    `number` is the row as a spreadsheet shows it, title blocks, headers and blank rows counted; where there are no
    rows (JSON), records are counted from 1. `line` is the physical line on which the record ends (None where the format
    has no lines). A column whose header appears more than once holds a list, empty cells left out.
    `parts` are the numbers of further source rows folded into this one, `details` what a dialect has already
    taken apart (comments, state times), under canonical names.
    """

    number: int
    values: Cells
    line: int | None = None
    problems: tuple[Problem, ...] = ()
    parts: tuple[int, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A cell, or all cells of a repeated column, as one text."""
        cell = self.values.get(name, "")
        return cell if isinstance(cell, str) else ", ".join(cell)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the source: its header, how often the header appears (in JSON: how many values its lists have at
    most), distinct values met in the sample, and how its numbers are written (`unambiguous` where it has none), with
    the first of all its numbers whose sign may part decimals or thousands."""

    name: str
    count: int
    samples: tuple[str, ...]
    marks: NumberMarks = "unambiguous"
    open_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where a source column goes.

    `target` is a canonical field name (see `northing.exchange.fields`), None keeps the column aside in
    `Record.extra`. `confidence` runs from 0 to 1. `translation` turns words of the source into canonical ones
    (`{"En cours": "in_progress"}`) before the built-in vocabularies are asked. `by_cells` says that it goes there for
    what stands in it, whatever its header.
    """

    source: str
    target: str | None
    confidence: float = 1.0
    translation: Mapping[str, str] = field(default_factory=dict)
    by_cells: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records lie in the file.

    `header_row` is the 1-based record that holds the headers (0: the format names its fields itself, or there
    are no headers). `headers` are the names in order, repeated ones repeated. `sheet` names the sheet of a workbook,
    or the list of a JSON document (`items[]`). `lenient` says that undecodable bytes are replaced, `short_rows`
    that rows may leave out empty cells at their end; `header_rows` is how many rows the headers take up to
    `header_row`.
    """

    kind: Kind
    encoding: str | None = None
    lenient: bool = False
    separator: str | None = None
    sheet: str | None = None
    header_row: int = 0
    headers: tuple[str, ...] = ()
    short_rows: bool = False
    header_rows: int = 1


Like = Literal["total", "heading"]


@dataclass(frozen=True, slots=True)
class DoubtfulRow:
    """A row that may be no record, with its first cell: what it looks like, and whether that `is_clear`."""

    row: int
    text: str
    like: Like
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a file was recognised as.

    It is a pure function of the file, cheap to repeat: keep the person's choice of record type and mapping, and
    ask `recognise` again when the file is read.
    `id_columns` together identify a record; empty means that a hash of the row's content does.
    `estimated_rows` counts records of the source. `alternatives` are other record types that such files often hold;
    every file can be read as every type. `unfit` says why it should be read as none of them, where it should not.
    `sheets` are those of a workbook that hold a table, the one that is read too. `number_marks` says how numbers are
    written where their column leaves it open. `doubtful` are the first rows that may be no records, `doubtful_beyond`
    counts the others; `read` gives them all the same.
    """

    format: str
    title: str
    source: str
    layout: Layout
    columns: tuple[Column, ...]
    record_type: RecordType
    alternatives: tuple[RecordType, ...]
    mapping: tuple[ColumnMapping, ...]
    id_columns: tuple[str, ...]
    date_order: DateOrder
    estimated_rows: int
    warnings: tuple[str, ...]
    reasons: tuple[str, ...]
    unfit: str = ""
    sheets: tuple[str, ...] = ()
    number_marks: NumberMarks = "unambiguous"
    doubtful: tuple[DoubtfulRow, ...] = ()
    doubtful_beyond: Mapping[Like, int] = field(default_factory=dict)

    def has_decimal_comma(self, name: str) -> bool:
        """Whether a column's `1.234` is one thousand two hundred and thirty-four."""
        decided = {"decimal-comma": True, "decimal-point": False}
        marks = next((column.marks for column in self.columns if column.name == name), self.number_marks)
        return decided.get(marks, self.number_marks == "decimal-comma")

    def parts_thousands(self, name: str) -> bool:
        """Whether either sign before three digits of a column parts thousands: `1.234` and `1,234` are the same."""
        marks = next((column.marks for column in self.columns if column.name == name), self.number_marks)
        return "thousands" in (marks, self.number_marks if marks == "ambiguous" else "")

    @property
    def kind(self) -> Kind:
        return self.layout.kind

    @property
    def encoding(self) -> str | None:
        return self.layout.encoding

    @property
    def separator(self) -> str | None:
        return self.layout.separator

    @property
    def header_row(self) -> int:
        return self.layout.header_row


@dataclass(slots=True)
class Record:
    """One source record under canonical names, with typed values.

    `row` is the number of the source record (as `SourceRow` counts), `parts` those of further rows folded into it (they
    count as rows of the source: imported, skipped or rejected together with it). Empty values are left out of `values`.
    `unread` are cells that cannot be understood and cost no more than themselves, such as an effort of "TBD"; the
    problem's field is their column. `written` has the cells of estimates, revenues and targets in words as they stand,
    and the status that decides what the record is taken for, by field. `repeats` is the first row of the file that says
    the same, or has the same title where that identifies records; both are records. `again` is the row above that is
    the very same, with its id: this one brings nothing. `disagreeing` are fields in which rows that were folded into it
    say something else. `extra` keeps unread cells, every column that has no target, and source words that were
    translated, so that nothing is dropped.
    (`source`, `external_id`) is stable: reading the same file again gives the same pairs.
    """

    row: int
    values: dict[str, Any]
    extra: dict[str, list[str]]
    external_id: str
    source: str
    problems: tuple[Problem, ...] = ()
    parts: tuple[int, ...] = ()
    line: int | None = None
    unread: tuple[Problem, ...] = ()
    written: dict[str, str] = field(default_factory=dict)
    repeats: int | None = None
    again: int | None = None
    disagreeing: tuple[str, ...] = ()
