"""Which lists a record came from: its key is the first one's, and of each it keeps what that one said last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from northing.access.actor import Actor
from northing.kit.importing.importers import FORM, MOST_CUSTOM
from northing.kit.importing.staging import StagedRow
from northing.kit.record_types import RecordType

IDENTITY = ("external_source", "external_id", "external_hash")
SAID = "said"
"""Where a record keeps, by field, what its source said last while another's word stands there."""
SOURCE = "source"
"""Where it keeps what its source says besides its fields."""
LISTS = "lists"
"""Where a record that several sources bring keeps, by source, the digest of its row, both of these, and which imports
brought it first and last."""
IDS = "ids"
"""Where it keeps, by source, the id there: apart, for all records are looked through for these."""
MADE, LAST = "made", "last"
"""The ids of these imports; the first source's were before the others'."""
NEWEST = 10
"""Sources of which a record keeps what they said, beside the first one."""
MOST_IDS = 100
"""Sources of which it knows the id there and the digest of the row, so that the same file again changes nothing."""
FORMS = "forms"
"""Where it keeps the digests of rows in other forms of its source's export, by form: each says no more than the last
time when it comes again. A new row in the same form makes the others old."""
OVER = "over"
"""On a row: what stood in the fields that it writes, which was the last word of the other sources."""


def source_of(row: StagedRow) -> str:
    return str(row.identity["external_source"])


def is_same(row: StagedRow, record: Any) -> bool:
    """Whether a record was last brought by just this row, as far as its source is concerned."""
    if all(getattr(record, name) == row.identity[name] for name in IDENTITY):
        return True
    custom, source = record.custom, source_of(row)
    one, its_id = custom.get(LISTS, {}).get(source, {}), custom.get(IDS, {}).get(source)
    if record.external_source == source:
        one, its_id = {FORMS: custom.get(FORMS, {})} | one | {"hash": record.external_hash}, record.external_id
    digests = (one.get("hash"), one.get(FORMS, {}).get(_form(row.identity["custom"])))
    return its_id == row.identity["external_id"] and row.identity["external_hash"] in digests


def _form(custom: Mapping[str, Any]) -> str:
    return str(custom.get(FORM, ""))


def said_last(custom: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """What a source said last, by field, where another's word stands."""
    return _kept_of(custom, source).get(SAID, {})


def kept_last(custom: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """What was kept of a source's row as imported the last time; of a source that is new what others brought."""
    return _kept_of(custom, source).get(SOURCE, {})


def _kept_of(custom: Mapping[str, Any], source: str) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = custom.get(LISTS, {}).get(source, custom)
    return found


def brought_by(record: Any, row: StagedRow, import_id: int) -> None:
    """Have a record know, beside its fields, that a row brought it. It keeps the key of the source that was first."""
    record.custom = kept_as_imported(row, record, import_id)
    if record.external_source in ("", source_of(row)):
        for name in IDENTITY:
            setattr(record, name, row.identity[name])


def kept_as_imported(row: StagedRow, record: Any, import_id: int = 0) -> dict[str, Any]:
    """What a record keeps beside its fields once a row has brought it, or would: then without the import's id."""
    before, source = record.custom, source_of(row)
    brought = {name: value for name, value in row.identity["custom"].items() if name != OVER}
    said = {name: value for name, value in said_last(before, source).items() if name not in row.values}
    own = {SOURCE: brought.get(SOURCE, {}), SAID: said | brought.get(SAID, {})}
    forms = {FORM: _form(brought), FORMS: _other_forms(row, record)}
    kept = {**before, **brought, **own, **forms}
    if LISTS in before or record.external_source not in ("", source):
        made = before.get(LISTS, {}).get(source, {MADE: import_id}).get(MADE, 0)
        one = {"hash": row.identity["external_hash"], MADE: made, LAST: import_id, **own, **_filled(forms)}
        others = _bounded(_others(row, record, import_id), record.external_source, MOST_CUSTOM - _size(one))
        kept |= {SOURCE: _together(others) | own[SOURCE], LISTS: {**others, source: one}}
        kept[IDS] = _ids(record, others) | {source: row.identity["external_id"]}
        kept = {name: value for name, value in kept.items() if name not in (SAID, FORM, FORMS)}
    return {name: value for name, value in kept.items() if value or name not in {**own, **forms}}


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def kept_before_and_after(row: StagedRow, record: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What a record keeps of a row's source, or beside it where that is new, and what it will."""
    source, before, after = source_of(row), record.custom, kept_as_imported(row, record)
    if source in before.get(LISTS, {}):
        return kept_last(before, source), kept_last(after, source)
    return before.get(SOURCE, {}), after.get(SOURCE, {})


def _others(row: StagedRow, record: Any, import_id: int) -> dict[str, Any]:
    """What a record keeps of the sources that a row is not from: what it writes over was their last word."""
    first = {"hash": record.external_hash, MADE: 0, LAST: import_id - 1}
    first |= {name: record.custom.get(name, {}) for name in (SOURCE, SAID)}
    first |= _filled({name: record.custom.get(name) for name in (FORM, FORMS)})
    lists = record.custom.get(LISTS) or {record.external_source: first}
    over = row.identity["custom"].get(OVER, {})
    return {name: one | {SAID: over | one[SAID]} for name, one in lists.items() if name != source_of(row)}


def _other_forms(row: StagedRow, record: Any) -> dict[str, str]:
    """Digests that still hold of what a row's source said in other forms."""
    source, custom = source_of(row), record.custom
    own = custom | {"hash": record.external_hash} if record.external_source == source else {}
    last = custom.get(LISTS, {}).get(source, own)
    known = _filled({**last.get(FORMS, {}), _form(last): last.get("hash")})
    return {} if _form(row.identity["custom"]) in known else known


def _ids(record: Any, others: Mapping[str, Any]) -> dict[str, str]:
    ids = record.custom.get(IDS, {record.external_source: record.external_id})
    return {source: ids[source] for source in others if source in ids}


def _together(lists: Mapping[str, Any]) -> dict[str, Any]:
    """What all sources say besides a record's fields; of the same column what was brought last."""
    in_order = sorted(lists.values(), key=_last_brought)  # a database may keep them in any
    return {name: value for one in in_order for name, value in one[SOURCE].items()}


def _last_brought(one: Mapping[str, Any]) -> int:
    found: int = one.get(LAST, 0)
    return found


def _bounded(others: Mapping[str, Any], first: str, room: int) -> dict[str, Any]:
    """The first source and the newest ones, without what the oldest of them said beyond so many characters."""
    newest = sorted(others, key=lambda source: _last_brought(others[source]), reverse=True)
    beside_first = [source for source in newest if source != first]
    here = MOST_IDS - 1 - (first in others)  # beside the first one, and that whose row comes now
    said = {first, *beside_first[: NEWEST - (first in others)]}
    kept = {}
    for source in newest:
        if source in (first, *beside_first[:here]):
            room -= _size(others[source]) if source in said else 0
            is_kept = source in said and room >= 0
            kept[source] = others[source] if is_kept else others[source] | {SOURCE: {}, SAID: {}}
    return kept


def _size(one: Mapping[str, Any]) -> int:
    return len(json.dumps([one[SOURCE], one[SAID]]))


def known_from_several(actor: Actor, record_type: RecordType) -> dict[tuple[str, str], int]:
    """Ids of the records that several sources bring, by source and id there. One query."""
    rows = record_type.model.objects.within(actor).filter(custom__has_key=IDS).order_by("-pk")
    found = rows.values_list("pk", f"custom__{IDS}")
    return {(source, its_id): pk for pk, ids in found for source, its_id in ids.items()}


def forget_rows(actor: Actor, record_type: RecordType, ids: list[int], import_id: int) -> None:
    """Have records no longer know which rows an import brought, so that these are read again. What the same rows' other
    sources said stays known."""
    rows = record_type.model.objects.within(actor).filter(pk__in=ids)
    beside = Q(custom__has_any_keys=[LISTS, FORMS])
    rows.exclude(beside).exclude(external_hash="").update(external_hash="")
    records = list(rows.filter(beside).only("custom", "external_source", "external_hash"))
    for record in records:
        _forget(record, import_id)
    record_type.model.objects.bulk_update(records, ["custom", "external_hash"], batch_size=100)


def brought_beside(actor: Actor, record_type: RecordType, import_id: int) -> Iterator[int]:
    """Ids of the records of several sources that an import brought, also those of which it has changed no field."""
    rows = record_type.model.objects.within(actor).filter(custom__has_key=LISTS)
    for pk, lists in rows.values_list("pk", f"custom__{LISTS}").iterator(chunk_size=100):
        if any(import_id in (one.get(MADE), one.get(LAST)) for one in lists.values()):
            yield pk


def _forget(record: Any, import_id: int) -> None:
    """Forget the row of an import's source, and all of it where the import was the first to bring it. Where the record
    does not know which that was, the rows of those go that it may have been, or of all: they are read again."""
    lists, first = record.custom.get(LISTS, {}), record.external_source
    of_import = [name for name, one in lists.items() if import_id in (one.get(MADE), one.get(LAST))]
    between = [name for name, one in lists.items() if one.get(MADE, 0) < import_id < one.get(LAST, 0)]
    of_import = of_import or between or [*lists]
    if first in of_import or not lists:
        record.external_hash = ""
        record.custom.pop(FORMS, None)
    gone = {name for name in of_import if name != first and lists.get(name, {}).get(MADE) == import_id}
    for name in lists.keys() & of_import:
        lists[name] = {part: value for part, value in lists[name].items() if part != FORMS} | {"hash": ""}
    if gone:
        lists = {name: one for name, one in lists.items() if name not in gone}
        ids = {name: its_id for name, its_id in record.custom.get(IDS, {}).items() if name not in gone}
        record.custom |= {LISTS: lists, IDS: ids, SOURCE: _together(lists)}
