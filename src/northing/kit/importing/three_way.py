"""Rows that were brought before: of three, what the source said last, what it says now and what people have made of it
here, only what the source has changed is written, and where both have changed the same, what people wrote stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from northing.access.actor import Actor
from northing.kit import cleaning, tagging
from northing.kit.importing.last_words import LastWord, batches_of, last_words
from northing.kit.importing.staging import StagedRow
from northing.kit.record_types import RecordType, Values

Known = tuple[StagedRow, Any]
"""A row with the record that it stands for."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A row with those of its values only that are to be written; `kept` holds those of the file that are not, though
    they are new, because somebody has changed the same here."""

    row: StagedRow
    record: Any
    kept: Values = field(default_factory=dict)


def narrowed(actor: Actor, record_type: RecordType, known: Sequence[Known]) -> list[Narrowed]:
    """The rows, those that their source has brought before narrowed to what may be written. A fixed number of queries
    for so many rows."""
    before = [record.pk for row, record in known if record.external_source == row.identity.get("external_source")]
    words = last_words(actor, before, batches_of(actor, record_type)) if before else {}
    touched = [
        (row, record)
        for row, record in known
        if any(word.by_hand and name in row.values for name, word in words.get(record.pk, {}).items())
    ]
    found = dict(zip((row.row for row, _ in touched), _narrowed(actor, record_type, touched, words), strict=True))
    return [found.get(row.row) or Narrowed(row, record) for row, record in known]


def _narrowed(
    actor: Actor, record_type: RecordType, known: Sequence[Known], words: Mapping[int, Mapping[str, LastWord]]
) -> list[Narrowed]:
    """Rows of records in which people have changed a field that the row has."""
    if not known:
        return []
    records = record_type.model.objects.within(actor).in_bulk([record.pk for _, record in known])
    cleaned, _ = cleaning.clean(actor, record_type, [row.values for row, _ in known], partial=True)
    tags = tagging.tags_of(list(records))
    found = []
    for (row, record), values in zip(known, cleaned, strict=True):
        has = cleaning.values_of(record_type, records[record.pk], tags.get(record.pk, ()))
        now = {name: record_type.specs[name].to_json(has[name]) for name in row.values}
        new = {name: record_type.specs[name].to_json(values[name]) for name in row.values if name in values}
        told = row.values | new  # a name that nobody has yet stands for itself
        last = {name: word.before for name, word in words[record.pk].items() if word.by_hand and name in now}
        stays = {name for name, before in last.items() if now[name] not in (before, told[name])}
        stays |= {name for group in record_type.together if stays & {*group} for name in group if name in now}
        kept = {name: row.values[name] for name in stays if told[name] not in (last.get(name), now[name])}
        found.append(Narrowed(_without(row, stays, kept), record, kept))
    return found


def _without(row: StagedRow, stays: set[str], kept: Values) -> StagedRow:
    """The row without the values of fields that stay as they are; what is new of these is kept as imported."""
    values = {name: value for name, value in row.values.items() if name not in stays}
    custom = row.identity["custom"]
    source = {f"{name} as given": value for name, value in kept.items()} | custom.get("source", {})
    identity = {**row.identity, "custom": {**custom, "source": source}} if source else row.identity
    return replace(row, values=values, identity=identity)
