"""Exports: what a list shows, all pages of it, streamed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from django.utils import timezone

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.exchange.writing import write_csv, write_json, write_xlsx
from northing.kit import listing, reading, tagging
from northing.kit.batches import batched
from northing.kit.extensions import Column, extensions, load_columns
from northing.kit.fields import AnyRecord, Choice, Day, Field, Json, Moment, Person, Reference, Tags
from northing.kit.listing import ListRequest
from northing.kit.record_types import RecordType, registry

Form = Literal["csv", "xlsx", "json"]
FORMS: dict[str, tuple[str, str]] = {
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": ("JSON", "application/json"),
}
_WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}
EXPORTED = "exported_at"
_BATCH = 1000


def export(actor: Actor, record_type: RecordType, request: ListRequest, form: Form) -> Iterator[bytes]:
    """Every record the list request matches, with the columns it names (all there are by default), oldest first.

    The columns come back in through import: keys and references are written the way import reads them. The key and the
    time of creation are always there, since together they say which record a row is; beside what is estimated stands
    when it was exported, which tells what was edited from what others have estimated since.
    """
    actor.require(Verb.EXPORT, record_type.name)
    extra = extensions.columns[record_type.name]
    names = list(dict.fromkeys([*(request.columns or (*record_type.all_specs, *extra)), "created_at"]))
    if any(extra[name].entry for name in names if name in extra):
        names.append(EXPORTED)
    return _WRITERS[form](_headings(record_type, names, form), _rows(actor, record_type, request, names))


def _headings(record_type: RecordType, names: Sequence[str], form: Form) -> list[str]:
    """Labels for people, names for programs."""
    extra = extensions.columns[record_type.name]
    if form == "json":
        return ["key", *names]
    labels = {name: spec.label for name, spec in record_type.all_specs.items()} | {EXPORTED: "Exported at"}
    return ["Key", *(extra[name].label if name in extra else labels[name] for name in names)]


def _rows(actor: Actor, record_type: RecordType, request: ListRequest, names: Sequence[str]) -> Iterator[Sequence[Any]]:
    ids = listing.queryset(actor, record_type, request).order_by("pk").values_list("pk", flat=True)
    extra = [column for name, column in extensions.columns[record_type.name].items() if name in names]
    now = timezone.now()
    # All ids first, eight bytes each: a query that a slow reader leaves open keeps SQLite from tidying up its log.
    for some in batched(array("q", ids.iterator(chunk_size=_BATCH)), _BATCH):
        found = record_type.model.objects.within(actor).in_bulk(some)
        records = [found[pk] for pk in some if pk in found]
        loaded = _loaded(actor, extra, records) | {EXPORTED: [now] * len(records)}
        columns = [loaded[name] if name in loaded else column(actor, record_type, name, records) for name in names]
        for index, record in enumerate(records):
            yield [record_type.key(record), *(values[index] for values in columns)]


def column(actor: Actor, record_type: RecordType, name: str, records: Sequence[Any]) -> list[Any]:
    """One field's values for a batch of records; a constant number of queries."""
    spec = record_type.all_specs[name]
    if isinstance(spec, Tags):
        tags = tagging.tags_of([record.pk for record in records])
        return [", ".join(tags.get(record.pk, ())) for record in records]
    values = [getattr(record, spec.attribute) for record in records]
    if isinstance(spec, Person):
        names = reading.member_names(actor, values)
        return [names.get(value, "") if value else None for value in values]
    if isinstance(spec, (Reference, AnyRecord)):
        return _labelled(actor, spec, values)
    return [_plain(spec, value) for value in values]


def _loaded(actor: Actor, columns: Sequence[Column], records: Sequence[Any]) -> dict[str, list[Any]]:
    """The cells of columns that are no fields, by name."""
    loaded = load_columns(actor, columns, [record.pk for record in records])
    return {
        column.name: [column.text(values[record.pk]) if record.pk in values else None for record in records]
        for column in columns
        for values in [loaded[column.name]]
    }


def _labelled(actor: Actor, spec: Reference | AnyRecord, ids: Sequence[int | None]) -> list[Any]:
    if isinstance(spec, AnyRecord):
        labels = reading.labels_of_any(actor, ids)
        return [labels[pk].key if pk is not None and pk in labels else None for pk in ids]
    target = registry.of(spec.to)
    labels = reading.labels(actor, target, ids)
    return [
        (labels[pk].title if target.natural_key else labels[pk].key) if pk is not None and pk in labels else None
        for pk in ids
    ]


def _plain(spec: Field, value: Any) -> Any:
    """Numbers and dates keep their type; the rest is text."""
    if isinstance(spec, (Choice, Json)):
        return spec.to_text(value)
    if isinstance(spec, (Day, Moment)):
        return value
    return spec.to_json(value)
