"""Records as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from northing.access.actor import Actor
from northing.kit import reading, tagging
from northing.kit.extensions import Column, extensions, load_columns
from northing.kit.fields import AnyRecord, Field, Person, Reference, Tags
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


def _getter(actor: Actor, spec: Field, records: Sequence[Any]) -> Callable[[Any], Any]:
    if isinstance(spec, Tags):
        tags = tagging.tags_of([record.pk for record in records])
        return lambda record: list(tags.get(record.pk, ()))
    if isinstance(spec, People):
        return _people(actor, spec, records)
    ids = [getattr(record, spec.attribute) for record in records]
    if isinstance(spec, Person):
        names = reading.member_names(actor, ids)
        return lambda record: _person(names, getattr(record, spec.attribute))
    if isinstance(spec, Reference):
        return _labelled(spec, reading.labels(actor, registry.of(spec.to), ids))
    if isinstance(spec, AnyRecord):
        return _labelled(spec, reading.labels_of_any(actor, ids))
    return lambda record: spec.to_json(getattr(record, spec.attribute))


def _people(actor: Actor, spec: People, records: Sequence[Any]) -> Callable[[Any], Any]:
    names = reading.member_names(actor, {pk for one in records for pk in members_in(getattr(one, spec.attribute))})
    return lambda record: replaced(getattr(record, spec.attribute), lambda pk: _person(names, pk))


def _person(names: Mapping[int, str], member_id: int | None) -> dict[str, Any] | None:
    return None if member_id is None else {"id": member_id, "name": names.get(member_id, "")}


def _labelled(spec: Field, found: Mapping[int, reading.Label]) -> Callable[[Any], Any]:
    def get(record: Any) -> dict[str, Any] | None:
        pk = getattr(record, spec.attribute)
        label = found.get(pk)
        return {"id": pk, "key": label.key, "title": label.title} if label else None

    return get
