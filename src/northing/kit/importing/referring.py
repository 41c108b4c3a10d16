"""Records that rows of a file refer to by name, and that an import makes where nobody knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from northing.access.actor import Actor
from northing.kit import cleaning
from northing.kit.batches import batched
from northing.kit.fields import Reference
from northing.kit.models import ChangeEntry, Kind
from northing.kit.record_types import RecordType, Values, registry


@dataclass(frozen=True)
class Named:
    """Names in one field of some rows: those of records that do not exist, and the ids of those that went with an
    import which was undone."""

    missing: Sequence[str] = ()
    undone: Mapping[str, int] = field(default_factory=dict)


def named_by(actor: Actor, record_type: RecordType, name: str, rows: Sequence[Values]) -> Named:
    """What rows name in a reference field whose unknown records the type's importer wants made."""
    spec = record_type.specs[name]
    names = {str(row[name]).strip() for row in rows if row.get(name)}
    if not names or not isinstance(spec, Reference):
        return Named()
    found = {str(value).lower(): pk for value, pk in cleaning.resolve(actor, spec, names).items()}
    missing = {value.lower(): value for value in sorted(names) if value.lower() not in found}
    undone = _undone(actor, registry.of(spec.to), set(found.values()))
    return Named(list(missing.values()), {value: pk for value, pk in found.items() if pk in undone})


def target_of(record_type: RecordType, name: str) -> RecordType:
    """The record type that a reference field points to."""
    return registry.of(record_type.references[name].to)


def _undone(actor: Actor, target: RecordType, ids: set[int]) -> set[int]:
    """Those records that are archived since a change was undone, and by nothing later."""
    archived: dict[int, int] = {}
    for some in batched(ids, 500):
        rows = target.model.objects.within(actor).filter(pk__in=some, archived_at__isnull=False)
        archived |= dict(rows.values_list("pk", "version"))
    last = ChangeEntry.objects.filter(record_id__in=archived, kind=Kind.ARCHIVED, change__undoes__isnull=False)
    taken_back = last.values_list("record_id", "version") if archived else ()
    return {pk for pk, version in taken_back if archived[pk] == version}
