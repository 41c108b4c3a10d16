"""One record is merged into another of its type: what points to it follows, its key leads there, and all of it can be
taken back. Both go by the references alone: whatever else happens to what moved is no hindrance to the way back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit import cleaning, tagging
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession, Edit, changing
from northing.kit.extensions import Hanging, extensions
from northing.kit.fields import Field, LongText, Reference, Tags
from northing.kit.following import Following, following, following_rows
from northing.kit.models import Change, ChangeEntry, Kind, Record
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.record_types import RecordType, Values, registry
from northing.ui.formats import counted

_NEEDED = (Verb.UPDATE, Verb.ARCHIVE)
_EMPTY: tuple[Any, ...] = (None, "", ())


def merge(actor: Actor, record_type: RecordType, merged_id: int, into_id: int) -> int:
    """Merge one record into another; the id of the change, which takes it back.

    Raises `Forbidden`, `Missing`, or `Invalid` where what they have together cannot be: they would wait for each other,
    say.
    """
    require(actor, record_type)
    with changing(actor, "") as change:
        merged, into = change.load(record_type, [merged_id, into_id])
        check(record_type, merged, into)
        change.event = f"merged {record_type.key(merged)} into {record_type.key(into)}"
        tags = tagging.tags_of([merged_id, into_id])
        change.update(record_type, [Edit(into_id, filled(actor, record_type, merged, into, tags))])
        for one in list(following(actor, record_type, merged_id, into_id)):
            _keep_the_later(change, one)
            if one.ids:
                change.move(one.record_type, one.name, one.ids, into_id)
        for rows in list(following_rows(actor, record_type, merged_id, into_id)):
            change.move_rows(rows.hanging.model, rows.hanging.column, rows.ids, merged_id, into_id)
        for after in extensions.after_merge[record_type.name]:
            after(change, merged, into)
        change.merge(record_type, merged_id, into_id)
        return change.change.pk


def _keep_the_later(change: ChangeSession, one: Following) -> None:
    """Archive what a later record says too, which gets what it leaves empty itself, and what would point to itself."""
    records = {record.pk: record for record in change.load(one.record_type, [*one.twins, *one.twins.values()])}
    tags = tagging.tags_of(list(records))
    for spare, kept in one.twins.items():
        if values := filled(change.actor, one.record_type, records[spare], records[kept], tags):
            change.update(one.record_type, [Edit(kept, values)])
    if gone := [*one.twins, *one.loops]:
        change.archive(one.record_type, gone)


def may_merge(actor: Actor, record_type: RecordType) -> bool:
    """Whether records of the type can be merged, and by the actor."""
    return record_type.mergeable and all(actor.may(verb, record_type.name) for verb in _NEEDED)


def require(actor: Actor, record_type: RecordType) -> None:
    """Raise `Forbidden` or `Missing` unless the actor may merge records of the type."""
    for verb in _NEEDED:
        actor.require(verb, record_type.name)
    if not record_type.mergeable:
        raise Missing(f"merging of {record_type.nouns}")


def check(record_type: RecordType, merged: Any, into: Any) -> None:
    """Raise `Invalid` unless the one can be merged into the other."""
    noun = record_type.noun
    for one in (merged, into):
        if one.archived_at is not None:
            raise Invalid([Problem("into", record_type.key(one), f"must be a {noun} that is not archived")])
    if merged.pk == into.pk:
        raise Invalid([Problem("into", record_type.key(into), f"is the same {noun}; choose another")])


def filled(
    actor: Actor, record_type: RecordType, merged: Any, into: Any, tags: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    """What a record gets from the one merged into it: what it has nothing of, where that one is further along, all
    tags, and long texts after its own. In a hierarchy, what was below the other takes its place."""
    had, has = (cleaning.values_of(record_type, one, tags.get(one.pk, ())) for one in (merged, into))
    values: dict[str, Any] = {}
    for names in _statements(record_type):
        [first, *others] = names
        spec = record_type.specs[first]
        if isinstance(spec, Reference) and spec.to is record_type.model:
            values |= _placed(actor, record_type, first, merged, into)
        elif isinstance(spec, Tags):
            values[first] = tuple(sorted({*had[first], *has[first]}))
        elif any(_is_further(record_type, name, had, has) for name in names):
            values |= {name: had[name] for name in names}
        elif all(has[name] in _EMPTY for name in names):
            values |= {name: had[name] for name in names if had[name] not in _EMPTY}
        elif isinstance(spec, LongText) and not others and had[first] and had[first] not in has[first]:
            values[first] = f"{has[first]}\n\n{record_type.key(merged)} {record_type.title_of(merged)}:\n{had[first]}"
    return {name: value for name, value in values.items() if value != has[name]}


def _is_further(record_type: RecordType, name: str, had: Values, has: Values) -> bool:
    """Whether the merged record is further along in a field than the one that stays."""
    stages = record_type.stages.get(name, ())
    return had[name] in stages and has[name] in stages[: stages.index(had[name])]


def _statements(record_type: RecordType) -> list[tuple[str, ...]]:
    """The fields, those that make one statement together."""
    joined = {name for names in record_type.together for name in names}
    return [*record_type.together, *((name,) for name in record_type.specs if name not in joined)]


def _placed(actor: Actor, record_type: RecordType, name: str, merged: Any, into: Any) -> dict[str, Any]:
    """What a record is below once another one of the hierarchy is merged into it: never itself."""
    attribute = record_type.specs[name].attribute
    of_merged, own = getattr(merged, attribute), getattr(into, attribute)
    if merged.pk in _above(actor, record_type, attribute, own):
        return {name: of_merged}
    is_free = own is None and of_merged is not None
    return {name: of_merged} if is_free and into.pk not in _above(actor, record_type, attribute, of_merged) else {}


def _above(actor: Actor, record_type: RecordType, attribute: str, record_id: int | None) -> list[int]:
    """A record and all that it is below, one query for each level."""
    found: list[int] = []
    while record_id is not None and record_id not in found:
        found.append(record_id)
        rows = record_type.model.objects.within(actor).filter(pk=record_id)
        record_id = rows.values_list(attribute, flat=True).first()
    return found


def take_back(change: ChangeSession, original: Change, entries: Sequence[ChangeEntry]) -> None:
    """Bring back what a change has merged, with all that followed it and is still where it went."""
    merged = [entry.record_id for entry in entries if entry.kind == Kind.MERGED]
    spine = Record.objects.within(change.actor).filter(pk__in=merged, merged_into__isnull=False)
    for pk, name, into_id in list(spine.values_list("pk", "type", "merged_into_id")):
        spine.filter(pk=pk).update(merged_into=None)
        change.unarchive(registry.named(name), [pk])
        _move_records_back(change, entries, pk, into_id)
        _move_rows_back(change, original, pk, into_id)


def _move_records_back(change: ChangeSession, entries: Iterable[ChangeEntry], merged_id: int, into_id: int) -> None:
    moved: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in entries:
        for field, old_id in entry.old.items() if entry.kind == Kind.MOVED else ():
            if old_id == merged_id:
                moved[entry.record.type, field].append(entry.record_id)
    for (name, field), ids in moved.items():
        record_type = registry.named(name)
        change.move(record_type, field, _still_at(change.actor, record_type.model, field, into_id, ids), merged_id)


def _move_rows_back(change: ChangeSession, original: Change, merged_id: int, into_id: int) -> None:
    moved: dict[tuple[str, str], list[int]] = defaultdict(list)
    for table, column, row in original.row_entries.filter(old=merged_id).values_list("table", "column", "row"):
        moved[table, column].append(row)
    for (table, column), ids in moved.items():
        model = apps.get_model(table)
        change.move_rows(model, column, _still_at(change.actor, model, column, into_id, ids), into_id, merged_id)


def _still_at(actor: Actor, model: type[Any], column: str, record_id: int, ids: Sequence[int]) -> list[int]:
    """Those rows that point to a record."""
    rows = model._default_manager.within(actor).filter(**{column: record_id})
    return [pk for some in batched(ids, 500) for pk in rows.filter(pk__in=some).values_list("pk", flat=True)]


@dataclass(frozen=True)
class Preview:
    """What a merge would do, in words: what moves, what stays because the other record has it, what else is to be known
    of it. `filled` are the fields that the other record gets values of, `further` those in which the merged one is
    further along, and `kept` those in which the other's own counts."""

    moving: Sequence[str]
    staying: Sequence[str]
    notes: Sequence[str]
    filled: Sequence[Field]
    further: Sequence[Field]
    kept: Sequence[Field]


def preview(actor: Actor, record_type: RecordType, merged: Any, into: Any) -> Preview:
    """What would move, what is there already, and which values count. Writes nothing."""
    check(record_type, merged, into)
    records = list(following(actor, record_type, merged.pk, into.pk))
    rows = [one for one in following_rows(actor, record_type, merged.pk, into.pk) if one.hanging.model is not Record]
    values = filled(actor, record_type, merged, into, tagging.tags_of([merged.pk, into.pk]))
    specs = record_type.specs
    return Preview(
        [*_counted(record_type, records), *(_rows_counted(one.hanging, one.ids) for one in rows if one.ids)],
        [_rows_counted(one.hanging, one.staying) for one in rows if one.staying],
        [one.record_type.when_moved for one in records if one.shown and one.record_type.when_moved],
        [specs[name] for name in values if name not in record_type.stages],
        [specs[name] for name in values if name in record_type.stages],
        [spec for name, spec in specs.items() if name not in values and _differs(record_type, spec, merged, into)],
    )


def _counted(record_type: RecordType, records: Iterable[Following]) -> Iterator[str]:
    counts: dict[str, int] = defaultdict(int)
    for one in records:
        counts[one.record_type.name] += one.shown
    for name, count in counts.items():
        if count:
            yield registry.named(name).counted(count) + " below it" * (name == record_type.name)


def _rows_counted(hanging: Hanging, ids: Sequence[int]) -> str:
    return counted(len(ids), hanging.noun, hanging.nouns)


def _differs(record_type: RecordType, spec: Field, merged: Any, into: Any) -> bool:
    """Whether both say something, and not the same."""
    if spec.name == record_type.title or isinstance(spec, (Tags, LongText)) or not spec.editable:
        return False
    return getattr(merged, spec.attribute) not in (*_EMPTY, getattr(into, spec.attribute))


@dataclass(frozen=True)
class MergedRecord:
    """A record that is part of another now, and the change that takes it out again."""

    record: Any
    change_id: int


def merged_into(actor: Actor, record_type: RecordType, record: Any) -> list[MergedRecord]:
    """What was merged into a record, the latest first."""
    spine = Record.objects.within(actor).filter(merged_into=record.pk)
    entries = ChangeEntry.objects.filter(record__in=spine, kind=Kind.MERGED).order_by("pk")
    changes = dict(entries.values_list("record", "change"))
    found = record_type.model.objects.within(actor).in_bulk(list(changes)) if changes else {}
    return [MergedRecord(found[pk], changes[pk]) for pk in reversed(changes)]
