"""Records as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from northing.access.actor import Actor
from northing.kit import reading, tagging
from northing.kit.extensions import Column, extensions, load_columns
from northing.kit.fields import AnyRecord, Field, Person, Reference, Tags
from northing.kit.history import Step
from northing.kit.people import People, members_in, replaced
from northing.kit.record_types import RecordType, registry


def serialize(
    actor: Actor, record_type: RecordType, records: Sequence[Any], names: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Records as JSON objects: identity, then the named fields (all by default). Queries do not grow with the rows."""
    own = [name for name in record_type.all_specs if not names or name in names]
    extra = [column for name, column in extensions.columns[record_type.name].items() if name in names]
    getters = {name: _getter(actor, record_type.all_specs[name], records) for name in own}
    remarks = None if names else record_type.remarks
    loaded = load_columns(actor, extra, [record.pk for record in records])
    return [
        {
            "id": record.pk,
            "key": record_type.key(record),
            "version": record.version,
            **{name: get(record) for name, get in getters.items()},
            **{column.name: _value(column, loaded[column.name].get(record.pk)) for column in extra},
            **({"remarks": list(remarks(actor, record))} if remarks else {}),
            "archived": record.archived_at is not None,
        }
        for record in records
    ]


def _value(column: Column, value: Any) -> Any:
    return None if value is None else column.to_json(value)


def serialize_steps(actor: Actor, record_type: RecordType, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """A history as JSON. Members and records stand in it as they do in the record itself."""
    given: dict[str, list[Any]] = defaultdict(list)
    for step in steps:
        for name, old, new in step.fields:
            given[name] += [old, new]
    named = {name: _linked(actor, record_type.specs.get(name), values) for name, values in given.items()}
    shown = {name: link or _as_it_is for name, link in named.items()}
    return [
        {
            "version": step.entry.version,
            "at": step.entry.change.at.isoformat(),
            "by": step.entry.change.member.user.name if step.entry.change.member else None,
            "origin": step.entry.change.origin,
            "event": step.entry.change.event,
            "what": step.entry.get_kind_display(),
            "fields": [
                {"field": name, "old": shown[name](old), "new": shown[name](new)} for name, old, new in step.fields
            ],
        }
        for step in steps
    ]


def _getter(actor: Actor, spec: Field, records: Sequence[Any]) -> Callable[[Any], Any]:
    if isinstance(spec, Tags):
        tags = tagging.tags_of([record.pk for record in records])
        return lambda record: list(tags.get(record.pk, ()))
    link = _linked(actor, spec, [getattr(record, spec.attribute) for record in records])
    shown = link or spec.to_json
    return lambda record: shown(getattr(record, spec.attribute))


def _as_it_is(value: Any) -> Any:
    return value


def _linked(actor: Actor, spec: Field | None, values: Sequence[Any]) -> Callable[[Any], Any] | None:
    """What a field that holds ids of members or records gives for each of these values; None for any other field."""
    if isinstance(spec, People):
        members = reading.member_names(actor, {pk for value in values if value for pk in members_in(value)})
        return lambda value: value and replaced(value, lambda pk: _person(members, pk))
    if isinstance(spec, Person):
        names = reading.member_names(actor, values)
        return lambda pk: _person(names, pk)
    if isinstance(spec, Reference):
        return _labelled(reading.labels(actor, registry.of(spec.to), values))
    if isinstance(spec, AnyRecord):
        return _labelled(reading.labels_of_any(actor, values))
    return None


def _person(names: Mapping[int, str], member_id: int | None) -> dict[str, Any] | None:
    return None if member_id is None else {"id": member_id, "name": names.get(member_id, "")}


def _labelled(found: Mapping[int, reading.Label]) -> Callable[[Any], Any]:
    def get(pk: int | None) -> dict[str, Any] | None:
        label = None if pk is None else found.get(pk)
        return {"id": pk, "key": label.key, "title": label.title} if label else None

    return get
