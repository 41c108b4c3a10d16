"""What points to a record and would follow it into another one, of the registry's types and of `extensions.hanging`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from northing.access.actor import Actor
from northing.kit.extensions import Hanging, extensions
from northing.kit.fields import AnyRecord, Reference
from northing.kit.models import Comment, Link, Record
from northing.kit.record_types import RecordType, registry

_ON_ANY = (
    Hanging(model=Comment, column="record", noun="comment", nouns="comments"),
    Hanging(model=Link, column="source", noun="link", nouns="links", distinct_by=("target", "url")),
    Hanging(model=Link, column="target", noun="link to it", nouns="links to it", distinct_by=("source",)),
    Hanging(model=Record, column="merged_into", noun="merged record", nouns="merged records"),
)


@dataclass(frozen=True)
class Following:
    """Records of a type that point to one by a field. `ids` follow it into another, of which `shown` are not archived.
    `twins` say what a later one says, which is the value; `loops` would point from that record to itself."""

    record_type: RecordType
    name: str
    ids: Sequence[int]
    twins: Mapping[int, int]
    loops: Sequence[int]
    shown: int


@dataclass(frozen=True)
class FollowingRows:
    """Rows that hang on a record. `ids` follow it into another; those `staying` do not, for that one has the like."""

    hanging: Hanging
    ids: Sequence[int]
    staying: Sequence[int]


def following(actor: Actor, record_type: RecordType, merged_id: int, into_id: int) -> Iterator[Following]:
    """The records that point to one and would follow it into another; up to three queries for each way to point."""
    ways = list(pointing_to(record_type))
    for other, name in ways:
        rows = other.model.objects.within(actor).exclude(pk=into_id)
        ends = {end for one, end in ways if one is other}
        ids, found = _sorted(rows.filter(archived_at=None), name, other.distinct_by, ends, merged_id, into_id)
        pairs = [(pk, twin) for pk, twin in found.items() if twin is not None]
        ids += [pk for pk, twin in pairs if pk > twin]
        archived = rows.filter(**{name: merged_id}).exclude(archived_at=None).values_list("pk", flat=True)
        loops = [pk for pk, twin in found.items() if twin is None]
        yield Following(other, name, [*ids, *archived], {min(pair): max(pair) for pair in pairs}, loops, len(ids))


def following_rows(actor: Actor, record_type: RecordType, merged_id: int, into_id: int) -> Iterator[FollowingRows]:
    """The rows that hang on one record and would follow it into another; up to two queries for each kind."""
    kinds = hanging_on(record_type)
    for hanging in kinds:
        manager: Any = hanging.model._default_manager
        ends = {one.column for one in kinds if one.model is hanging.model}
        rows = manager.within(actor)
        ids, twins = _sorted(rows, hanging.column, hanging.distinct_by, ends, merged_id, into_id)
        yield FollowingRows(hanging, ids, list(twins))


def pointing_to(record_type: RecordType) -> Iterator[tuple[RecordType, str]]:
    """Types and their fields that can point to records of a type."""
    for other in registry:
        for name, spec in other.specs.items():
            is_any = isinstance(spec, AnyRecord) and (not spec.types or record_type.name in spec.types)
            if is_any or (isinstance(spec, Reference) and spec.to is record_type.model):
                yield other, name


def hanging_on(record_type: RecordType) -> list[Hanging]:
    """What can hang on records of a type."""
    return [one for one in (*_ON_ANY, *extensions.hanging) if one.of in ("", record_type.name)]


def _sorted(
    rows: Any, column: str, distinct_by: Sequence[str], ends: Collection[str], merged_id: int, into_id: int
) -> tuple[list[int], dict[int, int | None]]:
    """Ids of rows that point to one record by a column: those that can follow it into another, and those that agree
    with a row there, each with that row's id, or with None where another of their `ends` is that record already."""
    names = [name for name in distinct_by if name != column]
    free: list[int] = []
    twins: dict[int, int | None] = {}
    theirs = list(rows.filter(**{column: merged_id}).order_by("pk").values_list("pk", *names))
    there = rows.filter(**{column: into_id}).values_list("pk", *names) if names and theirs else ()
    said = {tuple(values): pk for pk, *values in there}
    for pk, *values in theirs:
        if any(name in ends and value == into_id for name, value in zip(names, values, strict=True)):
            twins[pk] = None
        elif tuple(values) in said:
            twins[pk] = said[tuple(values)]
        else:
            free.append(pk)
    return free, twins
