"""Exports: what a list shows, all pages of it, streamed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
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
_PARTS = ("low", "likely", "high")
_WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}
EXPORTED = "exported_at"
SOURCE_KEY = "source_key"
"""What a record goes by where it was imported from: told, and left alone on the way back."""
_LABELS = {EXPORTED: "Exported at", SOURCE_KEY: "Key at its source"}
_BATCH = 1000


def export(actor: Actor, record_type: RecordType, request: ListRequest, form: Form) -> Iterator[bytes]:
    """Every record the list request matches, with the columns it names (all there are by default), oldest first.

    The columns come back in through import: keys and references are written the way import reads them. The key and the
    time of creation are always there, since together they say which record a row is; after what is estimated stands
    when it was exported, which tells what was edited from what others have estimated since. Where cells can be numbers,
    those of an estimate stand right beside its text: the text comes back in, they do not.
    """
    actor.require(Verb.EXPORT, record_type.name)
    extra = extensions.columns[record_type.name]
    names = list(dict.fromkeys([*(request.columns or (*record_type.all_specs, SOURCE_KEY, *extra)), "created_at"]))
    if any(extra[name].entry for name in names if name in extra):
        names.append(EXPORTED)
    measured = {name: extra[name] for name in names if name in extra and form != "csv" and extra[name].numbers}
    headings = _headings(record_type, names, form, measured)
    return _WRITERS[form](headings, _rows(actor, record_type, request, names, measured))


def _headings(record_type: RecordType, names: Sequence[str], form: Form, measured: Mapping[str, Column]) -> list[str]:
    """Labels for people, names for programs."""
    is_json = form == "json"
    extra = extensions.columns[record_type.name]
    labels = {name: spec.label for name, spec in record_type.all_specs.items()} | _LABELS
    labels |= {name: one.label for name, one in extra.items()}
    headings = ["key" if is_json else "Key"]
    for name in names:
        headings.append(name if is_json else labels[name])
        if name in measured and not measured[name].is_fact:
            headings += [part_heading(measured[name], part, for_programs=is_json) for part in _PARTS]
    return headings


def part_heading(column: Column, part: str, *, for_programs: bool) -> str:
    return f"{column.name}_{part}" if for_programs else f"{column.label}: {part}"


def worked_out(record_type: RecordType) -> set[str]:
    """The headings of an export's columns that are no fields, in every form."""
    columns = extensions.columns[record_type.name].values()
    parts = {part_heading(one, part, for_programs=form) for one in columns for part in _PARTS for form in (True, False)}
    return {heading for one in columns for heading in (one.name, one.label)} | parts | {*_LABELS, *_LABELS.values()}


def _rows(
    actor: Actor, record_type: RecordType, request: ListRequest, names: Sequence[str], measured: Mapping[str, Column]
) -> Iterator[Sequence[Any]]:
    ids = listing.queryset(actor, record_type, request).order_by("pk").values_list("pk", flat=True)
    extra = [column for name, column in extensions.columns[record_type.name].items() if name in names]
    now = timezone.now()
    # All ids first, eight bytes each: a query that a slow reader leaves open keeps SQLite from tidying up its log.
    for some in batched(array("q", ids.iterator(chunk_size=_BATCH)), _BATCH):
        found = record_type.model.objects.within(actor).in_bulk(some)
        records = [found[pk] for pk in some if pk in found]
        cells = {name: [column(actor, record_type, name, records)] for name in names if name in record_type.all_specs}
        loaded = load_columns(actor, extra, [record.pk for record in records])
        cells |= {one.name: [_texts(one, loaded[one.name], records)] for one in extra}
        cells |= {EXPORTED: [[now] * len(records)], SOURCE_KEY: [[record.source_key or None for record in records]]}
        for name, one in measured.items():
            parts = _numbers(one, loaded[name], records)
            cells[name] = [parts[1]] if one.is_fact else [*cells[name], *parts]
        table = [values for name in names for values in cells[name]]
        for index, record in enumerate(records):
            yield [record_type.key(record), *(values[index] for values in table)]


def _texts(column: Column, values: Mapping[int, Any], records: Sequence[Any]) -> list[Any]:
    return [column.text(values[record.pk]) if record.pk in values else None for record in records]


def _numbers(column: Column, values: Mapping[int, Any], records: Sequence[Any]) -> list[list[Any]]:
    """Low, likely and high of the records, a list of each."""
    assert column.numbers is not None
    rows = [column.numbers(values[one.pk]) if one.pk in values else (None, None, None) for one in records]
    return [list(one) for one in zip(*rows, strict=True)] if rows else [[], [], []]


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
