"""Which lists a record came from: its key is the first one's, and of each it keeps what that one said last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from northing.access.actor import Actor
from northing.kit.importing.staging import StagedRow
from northing.kit.record_types import RecordType

IDENTITY = ("external_source", "external_id", "external_hash")
SAID = "said"
"""Where a record keeps, by field, what its source said last while another's word stands there."""
SOURCE = "source"
"""Where it keeps what its source says besides its fields."""
LISTS = "lists"
"""Where a record that several sources bring keeps, by source, the id there, the digest of its row, and both of these.
"""
OVER = "over"
"""On a row: what stood in the fields that it writes, which was the last word of the other sources."""


def source_of(row: StagedRow) -> str:
    return str(row.identity["external_source"])


def is_same(row: StagedRow, record: Any) -> bool:
    """Whether a record was last brought by just this row, as far as its source is concerned."""
    if record.external_source == source_of(row):
        return all(getattr(record, name) == row.identity[name] for name in IDENTITY)
    one = (record.lists or {}).get(source_of(row), {})
    return [one.get("id"), one.get("hash")] == [row.identity["external_id"], row.identity["external_hash"]]


def said_last(custom: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """What a source said last, by field, where another's word stands."""
    found: Mapping[str, Any] = custom.get(LISTS, {}).get(source, custom).get(SAID, {})
    return found


def kept_last(custom: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """What was kept of a source's row as imported the last time; of a source that is new what others brought."""
    found: Mapping[str, Any] = custom.get(LISTS, {}).get(source, custom).get(SOURCE, {})
    return found


def brought_by(record: Any, row: StagedRow) -> None:
    """Have a record know, beside its fields, that a row brought it. It keeps the key of the source that was first."""
    record.custom = kept_as_imported(row, record)
    if record.external_source in ("", source_of(row)):
        for name in IDENTITY:
            setattr(record, name, row.identity[name])


def kept_as_imported(row: StagedRow, record: Any) -> dict[str, Any]:
    """What a record keeps beside its fields once a row has brought it."""
    before, source = record.custom, source_of(row)
    brought = {name: value for name, value in row.identity["custom"].items() if name != OVER}
    said = {name: value for name, value in said_last(before, source).items() if name not in row.values}
    own = {SOURCE: brought.get(SOURCE, {}), SAID: said | brought.get(SAID, {})}
    kept = {**before, **brought, **own}
    if LISTS in before or record.external_source not in ("", source):
        lists = _others(row, record) | {source: _of_row(row) | own}
        kept |= {SOURCE: {name: value for one in lists.values() for name, value in one[SOURCE].items()}, LISTS: lists}
        del kept[SAID]
    return {name: value for name, value in kept.items() if value or name not in own}


def kept_before_and_after(row: StagedRow, record: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What a record keeps of a row's source, or beside it where that is new, and what it will."""
    source, before, after = source_of(row), record.custom, kept_as_imported(row, record)
    if source in before.get(LISTS, {}):
        return kept_last(before, source), kept_last(after, source)
    return before.get(SOURCE, {}), after.get(SOURCE, {})


def _others(row: StagedRow, record: Any) -> dict[str, Any]:
    """What a record keeps of the sources that a row is not from: what it writes over was their last word."""
    first = {"id": record.external_id, "hash": record.external_hash, SOURCE: record.custom.get(SOURCE, {})}
    first[SAID] = record.custom.get(SAID, {})
    lists = record.custom.get(LISTS) or {record.external_source: first}
    over = row.identity["custom"].get(OVER, {})
    return {name: one | {SAID: over | one[SAID]} for name, one in lists.items() if name != source_of(row)}


def _of_row(row: StagedRow) -> dict[str, Any]:
    return {"id": row.identity["external_id"], "hash": row.identity["external_hash"]}


def known_from_several(actor: Actor, record_type: RecordType) -> dict[tuple[str, str], int]:
    """Ids of the records that several sources bring, by source and id there. One query."""
    rows = record_type.model.objects.within(actor).filter(custom__has_key=LISTS).order_by("-pk")
    found = rows.values_list("pk", f"custom__{LISTS}")
    return {(source, one["id"]): pk for pk, lists in found for source, one in lists.items()}


def forget_rows(actor: Actor, record_type: RecordType, ids: list[int]) -> None:
    """Have records no longer know which rows brought them last, so that these are read again."""
    rows = record_type.model.objects.within(actor).filter(pk__in=ids)
    rows.exclude(external_hash="").update(external_hash="")
    several = list(rows.filter(custom__has_key=LISTS).only("custom"))
    for record in several:
        record.custom[LISTS] = {name: one | {"hash": ""} for name, one in record.custom[LISTS].items()}
    record_type.model.objects.bulk_update(several, ["custom"], batch_size=100)
