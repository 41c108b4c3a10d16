"""Tables of types that the exchange has no canonical fields for: columns are the type's own fields."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from northing.exchange import EXTERNAL_ID
from northing.exchange.dates import parse_datetime
from northing.exchange.headings import factor
from northing.exchange.mapping import meanings_of
from northing.exchange.numbers import currency_in, finite, parse_quantity, per_year
from northing.exchange.occurrences import Occurrences
from northing.exchange.records import Column, ColumnMapping, Problem, Recognition, Record, SourceRow
from northing.exchange.values import is_unsaid
from northing.exchange.writing import TOLD
from northing.kit.fields import Number
from northing.kit.importing.gathering import Gathering
from northing.kit.record_types import RecordType

Values = dict[str, Any]
_MONEY = "revenue"
_BY_ITSELF = 0.5
"""How sure a heading must be that is not called like a field."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def propose(
    record_type: RecordType, columns: Iterable[Column], meanings: Mapping[str, Sequence[str]]
) -> tuple[ColumnMapping, ...]:
    """Columns that are called like fields go there, others to the field that their heading means."""
    columns = tuple(columns)
    words = {name.replace("_", " ").casefold(): name for name in record_type.specs}
    words |= {spec.label.casefold(): name for name, spec in record_type.specs.items()}
    words |= {"external id": EXTERNAL_ID, "id": EXTERNAL_ID}
    found = {column.name: words.get(column.name.replace("_", " ").strip().casefold()) for column in columns}
    ranked = sorted(
        (
            (-sure + rank / 10, name, column.name)
            for column in columns
            for concept, sure in meanings_of(column.name)
            for name, concepts in meanings.items()
            for rank, other in enumerate(concepts)
            if other == concept and sure > _BY_ITSELF
        )
    )
    for _, name, source in ranked:
        if found[source] is None and name not in found.values():
            found[source] = name
    return tuple(ColumnMapping(source, target) for source, target in found.items())


@dataclass
class Reader:
    """Reads the rows of one file: numbers as the file writes them."""

    record_type: RecordType
    recognition: Recognition
    mapping: Sequence[ColumnMapping]
    meanings: Mapping[str, Sequence[str]]

    @cached_property
    def _chosen(self) -> dict[str, str]:
        return {column.source: column.target for column in self.mapping if column.target}

    @cached_property
    def _numbers(self) -> dict[str, str]:
        """Columns of the fields that hold numbers."""
        specs = self.record_type.specs
        return {name: source for source, name in self._chosen.items() if isinstance(specs.get(name), Number)}

    @cached_property
    def _dated(self) -> str | None:
        """The column that says of when a row is."""
        named = (
            (column.name, {concept for concept, _ in meanings_of(column.name)}) for column in self.recognition.columns
        )
        return next((name for name, concepts in named if concepts & {"created", "updated"}), None)

    def record(self, row: SourceRow, seen: Occurrences) -> Record:
        record = record_of(row, self.recognition.source, self.record_type, self._chosen, seen)
        for name, source in self._numbers.items():
            if isinstance(text := record.values.get(name), str):
                self._read(record, name, source, text)
        return record

    def _read(self, record: Record, name: str, source: str, text: str) -> None:
        """Put a number in the place of its text. What says that nobody knows yet is kept aside, and so is any text in a
        field to which columns of other names go as well."""
        found = parse_quantity(text, decimal_comma=self.recognition.has_decimal_comma(source))
        if found is None:
            if name not in self.meanings and not is_unsaid(text):
                return  # the field itself says what it takes
            del record.values[name]
            if text.strip("-–— "):
                record.extra[source] = [text]
                record.unread += (Problem(source, text[:80], "is not a number"),)
            return
        concept = next(iter(self.meanings.get(name, ())), "")  # of other fields nobody knows what a heading scales
        spans = per_year(found.unit) if concept == _MONEY else 1.0
        number = finite(found.number, factor("value", source) * spans if spans > 1 else factor(concept, source))
        if number is None:
            del record.values[name]
            record.extra[source] = [text]
            record.unread += (Problem(source, text[:80], "is more than any amount"),)
            return
        record.values[name] = int(number) if number.is_integer() and abs(number) < 1e15 else number
        currency = found.currency or currency_in(source)
        if concept == _MONEY and currency and "currency" in self.record_type.specs:
            record.values.setdefault("currency", currency)

    def moment(self, record: Record) -> datetime:
        """Of when a row is, as far as it says."""
        texts = record.extra.get(self._dated or "", ())
        return next((found for text in texts if (found := parse_datetime(text, self.recognition.date_order))), _NEVER)


def folded(records: Iterable[Record], name: str, moment: Callable[[Record], datetime]) -> Iterator[Record]:
    """Records with the same name as one, each: the latest value counts, and others are kept aside with it."""
    first: dict[str, _Folded] = {}
    gathering = Gathering()
    for number, record in enumerate(records):
        key = " ".join(str(record.values.get(name, "")).split()).casefold()
        if not key or record.problems:
            yield record
            continue
        gathering.add(key, record.values, (moment(record), number))
        if key in first:
            first[key].take(record)
        else:
            first[key] = _Folded(record)
    for key, one in first.items():
        yield one.as_record(gathering.latest(key), tuple(sorted(gathering.disagreeing(key) - {name})))


@dataclass
class _Folded:
    record: Record
    parts: list[int] = field(default_factory=list)
    extra: dict[str, dict[str, None]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        self.parts += [record.row, *record.parts]
        for name, cells in record.extra.items():
            self.extra.setdefault(name, {}).update(dict.fromkeys(cells))
        self.record.unread += tuple(replace(problem, row=record.row) for problem in record.unread)

    def as_record(self, values: Values, disagreeing: tuple[str, ...]) -> Record:
        record = self.record
        if self.parts:
            for name, cells in self.extra.items():
                record.extra[name] = list(dict.fromkeys([*record.extra.get(name, ()), *cells]))
            record.values |= values
            record.parts += tuple(self.parts)
            record.disagreeing = disagreeing
        return record


def record_of(
    row: SourceRow, source: str, record_type: RecordType, chosen: Mapping[str, str], seen: Occurrences
) -> Record:
    """A row of a table whose columns are called like the type's fields; a second column for a field is kept aside."""
    values: Values = {}
    extra: dict[str, list[str]] = {}
    for name, cell in row.values.items():
        target = chosen.get(name)
        if target and target not in values and cell:
            values[target] = joined(cell)
        elif cell and name not in TOLD:
            extra[name] = [joined(cell)]
    name = values.get(record_type.natural_key, "")
    external_id = str(values.pop(EXTERNAL_ID, "") or name or digest(row.values))
    problems = row.problems
    if external_id != name:  # whether names repeat is looked at with all other rules
        count, first = seen.add(external_id.casefold(), row.number)
        if count > 1:
            problems += (Problem(EXTERNAL_ID, external_id[:200], f"already used by row {first} of this file"),)
    return Record(row.number, values, extra, external_id, source, problems, row.parts, row.line)


def joined(value: str | list[str]) -> str:
    """A cell, or all cells of a repeated column, as one text."""
    return value if isinstance(value, str) else ", ".join(value)


def digest(content: Any) -> str:
    """What tells one content from another."""
    return hashlib.blake2b(_SORTED.encode(content).encode(), digest_size=16).hexdigest()


def plain_json(value: Any) -> Any:
    """Days and moments as JSON keeps them."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


_SORTED = json.JSONEncoder(sort_keys=True, default=plain_json)
