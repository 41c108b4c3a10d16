"""Tables of types that the exchange has no canonical fields for: columns are the type's own fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from northing.exchange import EXTERNAL_ID
from northing.exchange.dates import parse_datetime
from northing.exchange.headings import factor
from northing.exchange.mapping import meanings_of
from northing.exchange.money import MoneyColumn
from northing.exchange.numbers import finite, parse_quantity, without_groups
from northing.exchange.occurrences import Occurrences
from northing.exchange.records import Column, ColumnMapping, Problem, Recognition, Record, SourceRow
from northing.exchange.values import is_unsaid
from northing.exchange.writing import TOLD
from northing.kit.fields import Number
from northing.kit.importing.digests import digest
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
        concept = next(iter(self.meanings.get(name, ())), "")  # of other fields nobody knows what a heading scales
        comma = self.recognition.has_decimal_comma(source)
        plain = without_groups(text) if self.recognition.parts_thousands(source) else text
        try:
            if concept == _MONEY:
                number, currency = MoneyColumn(source, decimal_comma=comma).read(plain)
                record.written[name] = text
                if currency and "currency" in self.record_type.specs:
                    record.values.setdefault("currency", currency)
            else:
                number = _number(plain, concept, source, decimal_comma=comma)
        except ValueError as error:
            if name in self.meanings or is_unsaid(text):  # elsewhere the field itself says what it takes
                _keep_aside(record, name, source, text, str(error))
            return
        record.values[name] = int(number) if number.is_integer() and abs(number) < 1e15 else number

    def moment(self, record: Record) -> datetime:
        """Of when a row is, as far as it says."""
        texts = record.extra.get(self._dated or "", ())
        return next((found for text in texts if (found := parse_datetime(text, self.recognition.date_order))), _NEVER)


def _number(text: str, concept: str, heading: str, *, decimal_comma: bool) -> float:
    """Raises `ValueError` with the rule that the text breaks."""
    found = parse_quantity(text, decimal_comma=decimal_comma)
    if found is None:
        raise ValueError("is not a number")
    number = finite(found.number, factor(concept, heading, is_scaled=found.is_scaled))
    if number is None:
        raise ValueError("is more than any amount")
    return number


def _keep_aside(record: Record, name: str, source: str, text: str, rule: str) -> None:
    del record.values[name]
    if text.strip("-–— "):
        record.extra[source] = [text]
        record.unread += (Problem(source, text[:80], rule),)


def record_of(
    row: SourceRow, source: str, record_type: RecordType, chosen: Mapping[str, str], seen: Occurrences
) -> Record:
    """A row of a table whose columns are called like the type's fields; a second column for a field is kept aside."""
    values: Values = {}
    extra: dict[str, list[str]] = {}
    for name, cell in row.values.items():
        target = chosen.get(name)
        if target and target not in values and cell:
            values[target] = row.text(name)
        elif cell and name not in TOLD:
            extra[name] = [row.text(name)]
    name = values.get(record_type.natural_key, "")
    external_id = str(values.pop(EXTERNAL_ID, "") or name or digest(row.values))
    problems = row.problems
    if external_id != name:  # whether names repeat is looked at with all other rules
        count, first = seen.add(external_id.casefold(), row.number)
        if count > 1:
            problems += (Problem(EXTERNAL_ID, external_id[:200], f"already used by row {first} of this file"),)
    return Record(row.number, values, extra, external_id, source, problems, row.parts, row.line)
