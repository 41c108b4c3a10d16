"""What was typed into an export's columns that are no fields: estimates, for instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from northing.access.actor import Actor
from northing.exchange.records import Problem
from northing.kit.extensions import Column, extensions, load_columns
from northing.kit.record_types import RecordType


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row by column; without a record it is a new one. `exported` is when, as far as the row says."""

    row: int
    record_id: int | None
    cells: Mapping[str, str]
    exported: datetime | None


@dataclass(frozen=True, slots=True)
class Typed:
    """The cells of a row that were typed by hand, and what is wrong with them."""

    cells: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def typed(actor: Actor, record_type: RecordType, rows: Sequence[Cells]) -> dict[int, Typed]:
    """What was typed, by row. An emptied cell takes nothing away; one that an export wrote, now or when the file was
    made, was not typed."""
    found = {row.row: Typed() for row in rows}
    for column in extensions.columns[record_type.name].values():
        if column.entry is not None:
            _read(actor, column, [row for row in rows if row.cells.get(column.name)], found)
    return found


def _read(actor: Actor, column: Column, rows: Sequence[Cells], found: Mapping[int, Typed]) -> None:
    assert column.entry is not None
    known = [row.record_id for row in rows if row.record_id is not None]
    values = load_columns(actor, [column], known)[column.name] if known else {}
    now = {pk: column.text(value) for pk, value in values.items()}
    rows = [row for row in rows if row.record_id is None or row.cells[column.name] != now.get(row.record_id)]
    moments = {row.record_id: row.exported for row in rows if row.record_id is not None and row.exported is not None}
    earlier = column.entry.earlier(actor, moments) if moments else {}
    for row in rows:
        cell = row.cells[column.name]
        written = {now.get(row.record_id), *earlier.get(row.record_id, ())} if row.record_id is not None else set()
        try:
            if cell not in written and column.entry.read(actor, cell) not in written:
                found[row.row].cells[column.name] = cell
        except ValueError as error:
            found[row.row].problems.append(Problem(column.name, cell[:200], str(error)))
