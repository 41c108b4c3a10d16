"""Reading records: one by its key, and the labels of many for cells and forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.db.models import F, QuerySet

from northing.access.actor import Actor
from northing.access.models import Member
from northing.access.prepared import PreparedQuery
from northing.access.roles import Verb
from northing.access.scoping import Scope
from northing.kit.batches import batched
from northing.kit.models import Record, RecordModel
from northing.kit.problems import Merged, Missing
from northing.kit.record_types import RecordType, registry


@dataclass(frozen=True, slots=True)
class Label:
    """What stands for a record where it is only mentioned."""

    key: str
    title: str
    path: str

    def url(self, actor: Actor) -> str:
        return f"/{actor.workspace.slug}/{self.path}/{self.key}/"


def record_url(actor: Actor, record_type: RecordType, record: RecordModel) -> str:
    """The address of a record's own page."""
    return f"/{actor.workspace.slug}/{record_type.path}/{record_type.key(record)}/"


def list_url(actor: Actor, record_type: RecordType) -> str:
    return f"/{actor.workspace.slug}/{record_type.path}/"


def get_record(actor: Actor, record_type: RecordType, key: str) -> Any:
    """The record with this key, archived or not. Raises `Forbidden`, `Missing` or, of that, `Merged`."""
    actor.require(Verb.VIEW, record_type.name)
    # By way of the spine, which is where the key is indexed.
    found = _numbered(record_type)(actor, record_type.number_from(key))
    if not found:
        raise Missing(key)
    [record] = found
    if record.merged_into:
        into = labels(actor, record_type, [record.merged_into])[record.merged_into]
        raise Merged(key, into.key, record.merged_into)
    record.workspace = actor.workspace
    return record


@cache
def _numbered(record_type: RecordType) -> PreparedQuery[Any, Any]:
    def build(scope: Scope, number: int) -> QuerySet[Any]:
        # By way of the spine, which is where the key is indexed.
        spine = Record.objects.within(scope).filter(type=record_type.name, number=number)
        rows = record_type.model.objects.within(scope).filter(pk__in=spine.values("pk"))
        found: QuerySet[Any] = rows.annotate(merged_into=F("record__merged_into"))
        return found

    return PreparedQuery(build)


def labels(actor: Actor, record_type: RecordType, ids: Iterable[int | None]) -> dict[int, Label]:
    """Labels of records of one type by id; unknown ids are absent. One query per 500."""
    found: dict[int, Label] = {}
    wanted = {pk for pk in ids if pk is not None}
    for some in batched(wanted, 500):
        for pk, number, title in _titles(record_type)(actor, some):
            found[pk] = Label(f"{record_type.prefix}-{number}", record_type.say_title(title), record_type.path)
    return found


@cache
def _titles(record_type: RecordType) -> PreparedQuery[Any, tuple[int, int, Any]]:
    rows = record_type.model.objects
    return PreparedQuery(
        lambda scope, ids: rows.within(scope).filter(pk__in=ids).values_list("pk", "number", record_type.title)
    )


def labels_of_any(actor: Actor, ids: Iterable[int | None]) -> dict[int, Label]:
    """Labels of records of any type by id; one query for the spine and one per type found.

    What is said about another record is named with it: `Effort of F-12 Dark mode`.
    """
    found = _own_labels(actor, ids)
    subjects: dict[int, int] = {}
    for path in {label.path for label in found.values()}:
        record_type = registry.at_path(path)
        if record_type.about:
            some = [pk for pk, label in found.items() if label.path == path]
            rows = record_type.model.objects.within(actor).filter(pk__in=some)
            subjects |= dict(rows.values_list("pk", record_type.specs[record_type.about].attribute))
    named = _own_labels(actor, subjects.values()) if subjects else {}
    for pk, subject in subjects.items():
        if of := named.get(subject):
            found[pk] = replace(found[pk], title=f"{found[pk].title} of {of.key} {of.title}")
    return found


def _own_labels(actor: Actor, ids: Iterable[int | None]) -> dict[int, Label]:
    by_type: dict[str, list[int]] = {}
    for some in batched({pk for pk in ids if pk is not None}, 500):
        for pk, name in _types(actor, some):
            by_type.setdefault(name, []).append(pk)
    found: dict[int, Label] = {}
    for name, pks in by_type.items():
        if actor.may(Verb.VIEW, name):
            found |= labels(actor, registry.named(name), pks)
    return found


@PreparedQuery
def _types(scope: Scope, ids: Sequence[int]) -> QuerySet[Record, tuple[int, str]]:
    return Record.objects.within(scope).filter(pk__in=ids).values_list("pk", "type")


def member_names(actor: Actor, ids: Iterable[int | None] | None = None) -> dict[int, str]:
    """Names of members by id: of those given, or of all active ones in alphabetical order."""
    return dict(_members(actor) if ids is None else _members(actor, {i for i in ids if i is not None}))


@PreparedQuery
def _members(scope: Scope, ids: Sequence[int] | None = None) -> QuerySet[Member, tuple[int, str]]:
    members = Member.objects.within(scope).order_by("user__name").values_list("pk", "user__name")
    return members.filter(is_active=True) if ids is None else members.filter(pk__in=ids)


def find_any(actor: Actor, key: str) -> int:
    """The id of the record of any type with this key, or of the one that it was merged into. Raises `Missing`."""
    keyed = registry.keyed(key)
    if keyed is None:
        raise Missing(key)
    return id_of(actor, keyed.record_type, key)


def id_of(actor: Actor, record_type: RecordType, key: str) -> int:
    """The id of the record that somebody means by a key, or of the one that it was merged into. Raises as
    `get_record`."""
    try:
        return int(get_record(actor, record_type, key).pk)
    except Merged as merged:
        return merged.into_id
