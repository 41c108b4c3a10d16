"""Rows of records that were merged into others: what such a row changes comes to the other record, and the merged one
stays known by its id in the source, as the source has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from northing.access.actor import Actor
from northing.kit import cleaning, tagging
from northing.kit.importing.staging import StagedRow
from northing.kit.record_types import RecordType


@dataclass(frozen=True, slots=True)
class LedOn:
    """A row with those of its values only that differ from what the source said before: the merged record has that,
    the one that it was merged `into` may have had others all the time."""

    row: StagedRow
    merged: Any
    into: Any


def led_on(actor: Actor, record_type: RecordType, known: Sequence[tuple[StagedRow, Any]]) -> list[LedOn]:
    """Rows and the records, each merged, that they stand for. A fixed number of queries."""
    if not known:
        return []
    rows = record_type.model.objects.within(actor)
    merged = rows.in_bulk([record.pk for _, record in known])
    into = rows.in_bulk({record.merged_into for _, record in known})
    cleaned, _ = cleaning.clean(actor, record_type, [row.values for row, _ in known], partial=True)
    tags = tagging.tags_of(list(merged))
    found = []
    for (row, record), values in zip(known, cleaned, strict=True):
        had = cleaning.values_of(record_type, merged[record.pk], tags.get(record.pk, ()))
        changed = {name: value for name, value in row.values.items() if name not in values or values[name] != had[name]}
        found.append(LedOn(replace(row, values=changed), merged[record.pk], into[record.merged_into]))
    return found
