"""What changed in a workspace since a moment, read from the change history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit.fields import Field
from northing.kit.history import said
from northing.kit.models import Change, ChangeEntry, Import, Kind
from northing.kit.record_types import RecordType, registry

MOST_READ = 2000
"""So many changed records are looked at one by one, the newest."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A field that stands otherwise than it did: from what to what, in words; "" where it was or is empty. One that
    was empty may have stood otherwise in between: `first` is what was put in then."""

    record_id: int
    field: Field
    old: str
    new: str
    first: str = ""


def _entries(actor: Actor, since: datetime) -> QuerySet[ChangeEntry]:
    """What was done to records, without what was taken back since, and the taking back."""
    undos = Change.objects.within(actor).filter(at__gte=since, undoes__at__gte=since)
    inverted = ChangeEntry.objects.filter(record=OuterRef("record"), change__undoes=OuterRef("change"))
    undone = Q(Exists(inverted), change__in=undos.values("undoes"))
    done = ChangeEntry.objects.filter(change__workspace=actor.workspace_id, change__at__gte=since)
    return done.exclude(change__in=undos).exclude(undone)


def counts(actor: Actor, since: datetime) -> dict[tuple[str, str], int]:
    """How many records were created, changed, archived and brought back, by (type, kind). One query."""
    rows = _entries(actor, since).values_list("record__type", "kind").annotate(Count("record", distinct=True))
    return {(name, kind): count for name, kind, count in rows.order_by() if actor.may(Verb.VIEW, name)}


def newest(actor: Actor, since: datetime, of_each: int) -> Mapping[str, list[int]]:
    """Ids of the newest records that were created, by type. One query."""
    place = Window(RowNumber(), partition_by=F("record__type"), order_by=F("pk").desc())
    rows = _entries(actor, since).filter(kind=Kind.CREATED).annotate(place=place).filter(place__lte=of_each)
    found: dict[str, list[int]] = defaultdict(list)
    for name, pk in rows.order_by("-pk").values_list("record__type", "record"):
        if actor.may(Verb.VIEW, name):
            found[name].append(pk)
    return found


def along_with(actor: Actor, since: datetime, leader: str) -> dict[str, int]:
    """How many records of other types came along with some of the type `leader`, in one change or import. One query."""
    led = Exists(ChangeEntry.objects.filter(change=OuterRef("pk"), kind=Kind.CREATED, record__type=leader))
    leading = Change.objects.within(actor).filter(led, at__gte=since, batch="").values("pk")
    imports = Import.objects.within(actor).filter(record_type=leader).values("batch")
    along = Q(change__in=leading) | Q(change__batch__in=imports)  # an import takes several changes
    rows = _entries(actor, since).filter(along, kind=Kind.CREATED).exclude(record__type=leader)
    counted = rows.values_list("record__type").annotate(Count("record", distinct=True)).order_by()
    return {name: count for name, count in counted if actor.may(Verb.VIEW, name)}


def brought_along(actor: Actor, name: str) -> QuerySet[ChangeEntry, int]:
    """Ids of records of a type that imports of other types made along with theirs."""
    imports = Import.objects.within(actor).exclude(record_type=name).values("batch")
    made = ChangeEntry.objects.filter(change__workspace=actor.workspace_id, change__batch__in=imports)
    return made.filter(kind=Kind.CREATED, record__type=name).values_list("record", flat=True)


def touched(actor: Actor, since: datetime, fields: Mapping[str, Collection[str]]) -> set[tuple[str, int]]:
    """Type and id of records of these types that were made, archived or brought back, or changed in one of the fields
    given; of the newest changes. One query."""
    rows = _entries(actor, since).filter(record__type__in=list(fields)).order_by("-pk")
    found = rows.values_list("record__type", "record", "kind", "old")[:MOST_READ]
    return {(name, pk) for name, pk, kind, old in found if kind != Kind.UPDATED or old.keys() & set(fields[name])}


def turns(actor: Actor, since: datetime, kinds: tuple[str, ...]) -> tuple[Mapping[str, list[Turn]], bool]:
    """By record type, titles and fields of these kinds that stand otherwise now, of live records, the latest changed
    first; and whether there were more changes than are read one by one.

    One query, and one for each type.
    """
    rows = _entries(actor, since).filter(kind=Kind.UPDATED).order_by("-pk")
    before: dict[str, dict[int, dict[str, list[Any]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    found = list(rows.values_list("record__type", "record", "old")[: MOST_READ + 1])
    for name, pk, old in found[:MOST_READ]:
        for field, value in old.items():
            before[name][pk][field].append(value)
    turned = {
        name: _turns_of(actor, registry.named(name), records, kinds)
        for name, records in before.items()
        if actor.may(Verb.VIEW, name)
    }
    return turned, len(found) > MOST_READ


def _turns_of(
    actor: Actor, record_type: RecordType, before: Mapping[int, Mapping[str, list[Any]]], kinds: tuple[str, ...]
) -> list[Turn]:
    """`before` has what stood in each field, going back in time: the last is what stood there at first."""
    specs = {name: spec for name, spec in record_type.specs.items() if spec.kind in kinds or name == record_type.title}
    present = record_type.model.objects.within(actor).filter(archived_at=None).in_bulk(list(before))
    return [
        Turn(pk, spec, said(actor, spec, values[-1]), said(actor, spec, new), _first(actor, spec, values, new))
        for pk, fields in before.items()
        if pk in present
        for name, values in fields.items()
        if (spec := specs.get(name)) is not None
        if (new := spec.to_json(getattr(present[pk], spec.attribute))) != values[-1]
    ]


def _first(actor: Actor, spec: Field, values: list[Any], new: Any) -> str:
    """What was put into a field that was empty, where that does not stand there any more."""
    *since, old = (said(actor, spec, value) for value in values)
    first = next((value for value in reversed(since) if value), "")
    return first if not old and first != said(actor, spec, new) else ""
