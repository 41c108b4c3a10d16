"""Source rows become records: canonical names, typed values, what is wrong said row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from northing.exchange.cells import Manner, Step, steps
from northing.exchange.dialects import Dialect
from northing.exchange.fields import BY_TITLE, DERIVED_WORD, EXTERNAL_ID, IDENTIFIED_BY_TITLE, TARGETS
from northing.exchange.finishing import finish
from northing.exchange.mapping import ids_stand_in
from northing.exchange.occurrences import Occurrences
from northing.exchange.recognising import dialect_of, propose_mapping
from northing.exchange.records import (
    Cells,
    ColumnMapping,
    DateOrder,
    Problem,
    Recognition,
    Record,
    RecordType,
    SourceRow,
)
from northing.exchange.values import estimate_unit
from northing.exchange.words import as_one_name, fold, translate
from northing.exchange.writing import TOLD


def read(
    path: Path,
    recognition: Recognition,
    record_type: RecordType,
    mapping: Iterable[ColumnMapping] | None = None,
    *,
    date_order: DateOrder | None = None,
    zone: tzinfo = UTC,
) -> Iterator[Record]:
    """Stream the records of a recognised file as `record_type`.

    `mapping` (as proposed, for this record type, where not given) may send columns to "external_id" to say what
    identifies a record. `date_order` overrides the one found; times without an offset are taken in `zone`.
    A record with `problems` should be rejected with them. Every source row is a record or one of its `parts`.
    Raises `ValueError` where the mapping names a field that the record type does not have.
    """
    dialect = dialect_of(recognition)
    entries = tuple(mapping) if mapping is not None else propose_mapping(recognition, record_type)
    order = date_order or recognition.date_order
    manner = Manner(record_type, dialect, order, zone, recognition.has_decimal_comma, recognition.parts_thousands)
    plan = _Plan(
        record_type=record_type,
        dialect=dialect,
        ids=tuple(entry.source for entry in entries if entry.target == EXTERNAL_ID) or recognition.id_columns,
        steps=steps(entries, recognition.columns, manner),
        constants=_constants(entries, dialect.units, record_type),
        ids_are_titles=ids_stand_in(entries, record_type),
    )
    return _records(Path(path), recognition, plan)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is decided once for all rows of a file."""

    record_type: RecordType
    dialect: Dialect
    ids: tuple[str, ...]
    steps: Mapping[str, Step]
    constants: Mapping[str, Any]
    ids_are_titles: bool


def _records(path: Path, recognition: Recognition, plan: _Plan) -> Iterator[Record]:
    told_elsewhere = {*TOLD, *(plan.ids if not set(plan.ids) & plan.steps.keys() else ())}
    with closing(Occurrences()) as seen:
        for row in plan.dialect.rows(path, recognition.layout):
            record = Record(row.number, {}, {}, "", recognition.source, row.problems, row.parts, row.line)
            for name, cell in row.values.items():
                if not cell:
                    continue
                if step := plan.steps.get(name):
                    step(cell, record)
                elif name not in told_elsewhere:
                    record.extra[name] = [cell] if isinstance(cell, str) else cell
            _add_details(record, row, plan)
            _identify(record, row, plan, seen)
            if plan.ids_are_titles:
                record.values["title"] = record.external_id
            if row.values or not row.problems:  # a broken line says nothing else that could be wrong
                finish(record, plan.record_type, plan.constants)
            yield record


def _add_details(record: Record, row: SourceRow, plan: _Plan) -> None:
    details = row.details or (plan.dialect.details(row) if plan.dialect.details else {})
    targets = TARGETS[plan.record_type]
    if category := details.get("status_category"):  # in the words of work items
        derived = DERIVED_WORD[plan.record_type]
        details = details | {derived: translate(targets[derived].vocabulary or "", category) or category}
    record.values |= {name: value for name, value in details.items() if name in targets}


def _identify(record: Record, row: SourceRow, plan: _Plan, seen: Occurrences) -> None:
    """By the source's own id, with which the very same row may come again; a row that is rejected leaves it to others.
    Without one a feature by its title, and others by a hash of their content. Equal rows without an id are counted to
    tell them apart."""
    own = [_first(row.values.get(name, "")) for name in plan.ids]
    if own and all(own):
        record.external_id = external_id = "#".join(own)
        if record.problems:
            return
        first, is_same = seen.compare(external_id, row.number, f"{_content_hash(row.values)}{row.details or ''}")
        if is_same:
            record.again = first
        elif first != row.number:
            record.problems += (Problem(EXTERNAL_ID, external_id, f"already used by row {first} of this file"),)
        return
    title = record.values.get("title", "") if plan.record_type in IDENTIFIED_BY_TITLE else ""
    name = f"{BY_TITLE}{as_one_name(title)}" if title else _content_hash(row.values)
    count, first = seen.add(name, row.number)
    record.external_id = name
    if count > 1:
        record.external_id, record.repeats = f"{name}-{count}", first


def _content_hash(values: Cells) -> str:
    content = "\x1e".join(f"{name}\x1f{cell}" for name, cell in sorted(values.items()) if cell)
    return hashlib.blake2b(content.encode(), digest_size=10).hexdigest()


def _first(cell: str | list[str]) -> str:
    return (cell if isinstance(cell, str) else next(iter(cell), "")).strip()


def _constants(entries: Iterable[ColumnMapping], units: Mapping[str, str], record_type: RecordType) -> dict[str, Any]:
    """What holds for every record of the file: the unit its estimate column names."""
    if record_type != "work_item":
        return {}
    estimates = (entry.source for entry in entries if entry.target == "estimate")
    found = (units.get(fold(source)) or estimate_unit(source) for source in estimates)
    unit = next(filter(None, found), None)
    return {"estimate_unit": unit} if unit else {}
