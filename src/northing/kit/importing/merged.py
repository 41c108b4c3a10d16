"""Rows of records that were merged into others: what such a row changes comes to the other record, and the merged one
stays known by its id in the source, as the source has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from northing.access.actor import Actor
from northing.kit import cleaning, tagging
from northing.kit.importing.staging import StagedRow
from northing.kit.importing.three_way import Narrowed, narrowed_beside
from northing.kit.record_types import RecordType, Values


@dataclass(frozen=True, slots=True)
class LedOn:
    """A row with those of its values only that differ from what the source said before: the merged record has that.
    The one that it was merged `into` may have had others all the time; it gets what `brings` holds, and `kept` is what
    it does not get because somebody has changed the same there."""

    row: StagedRow
    merged: Any
    into: Any
    brings: dict[str, Any]
    kept: Values


def led_on(actor: Actor, record_type: RecordType, known: Sequence[Narrowed], imports: Collection[str]) -> list[LedOn]:
    """Rows and the records, each merged, that they stand for. A fixed number of queries."""
    if not known:
        return []
    rows = record_type.model.objects.within(actor)
    merged = rows.in_bulk([one.record.pk for one in known])
    into = rows.in_bulk({one.record.merged_into for one in known})
    cleaned, _ = cleaning.clean(actor, record_type, [one.row.values for one in known], partial=True)
    tags = tagging.tags_of(list(merged))
    changed, said = [], {}
    for one, values in zip(known, cleaned, strict=True):
        had = cleaning.values_of(record_type, merged[one.record.pk], tags.get(one.record.pk, ()))
        new = {name: told for name, told in one.row.values.items() if name not in values or values[name] != had[name]}
        said[one.row.row] = {name: record_type.specs[name].to_json(had[name]) for name in new}
        changed.append((replace(one.row, values=new), into[one.record.merged_into]))
    brought = narrowed_beside(actor, record_type, changed, imports, said)
    return [
        LedOn(row, merged[one.record.pk], into, to.row.values, to.kept)
        for one, (row, into), to in zip(known, changed, brought, strict=True)
    ]
