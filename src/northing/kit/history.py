"""The history of records: what changed, from what to what, and the way back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from northing.access.actor import Actor, Origin
from northing.access.roles import Verb
from northing.kit import cleaning, merging, tagging
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession, Edit, changing
from northing.kit.fields import Field, Json
from northing.kit.models import Change, ChangeEntry, Kind, Record
from northing.kit.problems import Missing
from northing.kit.reading import Label, labels_of_any
from northing.kit.record_types import RecordType, registry
from northing.ui import formats


@dataclass(frozen=True)
class Step:
    """One line of a record's history. `fields` holds (field name, old JSON value, new JSON value)."""

    entry: ChangeEntry
    fields: Sequence[tuple[str, Any, Any]]


_OF_MERGES = (Kind.MERGED, Kind.MOVED)  # taken back by the reference alone, whatever else was changed since
Ids = dict[str, set[int]]  # of records, by the name of their type


@dataclass(frozen=True)
class Undone:
    """What an undo did: the records taken back, those left because somebody changed them since, and those left with
    them, which are part of them or which they refer to. Of those taken back, some had been there before: they are as
    they were."""

    taken_back: Ids = field(default_factory=lambda: defaultdict(set))
    changed: Ids = field(default_factory=lambda: defaultdict(set))
    with_them: Ids = field(default_factory=lambda: defaultdict(set))
    there_before: set[int] = field(default_factory=set)

    @property
    def words(self) -> str:
        """
        >>> Undone({"feature": {1}}).words, Undone({"feature": {1, 2}, "release": {3}}).words
        ('Undone', 'Undone: 2 features, 1 release as before')
        >>> Undone({"feature": {1, 2, 3}}, {"feature": {4}}).words
        'Undone: 3 features as before; changed since and left as it is: 1 feature'
        """
        if not _size(self.changed):
            return "Undone" if _size(self.taken_back) <= 1 else f"Undone: {_counted(self.taken_back)} as before"
        told = [f"{_counted(self.taken_back)} as before"] if _size(self.taken_back) else []
        alone = _size(self.changed) == 1
        told += [f"changed since and left as {'it is' if alone else 'they are'}: {_counted(self.changed)}"]
        return f"Undone: {'; '.join(told)}"

    @property
    def sentences(self) -> str:
        """
        >>> Undone({"feature": {1, 2}}, {"feature": {3}, "team": {4}}).sentences
        '2 of 3 features taken back. Left, because they were changed since: 1 feature, 1 team.'
        """
        told = [f"{self._of_all} {self._how}." if _size(self.taken_back) else "Nothing was taken back."]
        if _size(self.changed):
            alone = _size(self.changed) == 1
            why = "because it was changed since" if alone else "because they were changed since"
            told.append(f"Left, {why}: {_counted(self.changed)}.")
        if _size(self.with_them):
            told.append(f"Left with {'it' if _size(self.changed) == 1 else 'them'}: {_counted(self.with_them)}.")
        return " ".join(told)

    @property
    def _how(self) -> str:
        """
        >>> Undone({"feature": {1}}, there_before={1})._how, Undone({"feature": {1, 2}}, there_before={1})._how
        ('put back as it was', 'taken back or put back as they were')
        """
        back = {pk for ids in self.taken_back.values() for pk in ids}
        before = f"put back as {'it was' if len(back) == 1 else 'they were'}"
        if back <= self.there_before:
            return before
        return f"taken back or {before}" if back & self.there_before else "taken back"

    @property
    def _of_all(self) -> str:
        """What was taken back, "38 of 41 features" where some were left."""
        kinds = {name: ids for name, ids in self.taken_back.items() if ids}
        parts = (self.changed, self.with_them)
        return _counted(self.taken_back, {n: ids.union(*(p.get(n, ()) for p in parts)) for n, ids in kinds.items()})


def steps(record_type: RecordType, record: Any, limit: int = 100) -> list[Step]:
    """A record's history, newest first, rolled back from how it stands now."""
    entries = ChangeEntry.objects.filter(record_id=record.pk).select_related("change__member__user").order_by("-pk")
    now = _present(record_type, record)
    found = []
    for entry in entries[:limit]:
        found.append(Step(entry, [(name, old, now.get(name)) for name, old in entry.old.items()]))
        now = now | entry.old
    return found


def said(actor: Actor, spec: Field, value: Any) -> str:
    """A value of a change as one reads it; history keeps days and moments as ISO texts."""
    if value is None or value == "":
        return ""
    if spec.kind == "day":
        return formats.day(date.fromisoformat(str(value)))
    if spec.kind == "moment":
        return f"{timezone.localtime(datetime.fromisoformat(str(value))):%d %b %Y, %H:%M}"
    if spec.kind == "flag":
        return "yes" if value else "no"
    if isinstance(spec, Json):
        return spec.in_words(actor, value)
    return spec.to_text(value) if spec.kind == "choice" else str(value)


def changed_by(actor: Actor, record: Any) -> str:
    """Who changed it last, as a sentence begins."""
    entry = ChangeEntry.objects.filter(record_id=record.pk).select_related("change__member__user").latest("pk")
    member = entry.change.member
    if member is None:
        return "Northing"
    return "You, in another window," if member.pk == actor.member_id else member.user.name


def values_at(record_type: RecordType, record: Any, version: int) -> dict[str, Any]:
    """The record's JSON values as they were at a version: later changes rolled back from now."""
    values = _present(record_type, record)
    later = ChangeEntry.objects.filter(record_id=record.pk, version__gt=version).order_by("-pk")
    for entry in later:
        values |= {name: old for name, old in entry.old.items() if name in values}
    return values


def restore(actor: Actor, record_type: RecordType, record: Any, version: int) -> Any:
    """Bring the values of an earlier version back, as a new change."""
    if not 1 <= version <= record.version:
        raise Missing(f"version {version}")
    with changing(actor, f"restored version {version}") as change:
        if record.archived_at is not None:
            change.unarchive(record_type, [record.pk])
        [record] = change.update(record_type, [Edit(record.pk, values_at(record_type, record, version))])
    return record


def undo_url(actor: Actor, change_id: int | None) -> str:
    """Where a POST takes a change back; empty for none."""
    return f"/{actor.workspace.slug}/changes/{change_id}/undo" if change_id else ""


def latest_undo_url(actor: Actor, record: Any) -> str:
    """Where a POST takes a record's latest change back; empty if it has none."""
    latest = steps(registry.of(type(record)), record, limit=1)
    return undo_url(actor, latest[0].entry.change_id if latest else None)


def undo(actor: Actor, change_id: int) -> Undone:
    """Take one change back by its inverse. Records that changed since are left as they are."""
    original = Change.objects.within(actor).filter(pk=change_id).first()
    if original is None:
        raise Missing(f"change {change_id}")
    return _undo(actor, [original], f"took back: {original.event}"[:80])


def undo_batch(actor: Actor, batch: str) -> Undone:
    """Take all changes of a batch (an import) back, newest first, each in a transaction of its own. Called again after
    a kill it takes the rest back, and tells of all."""
    return _undo(actor, list(Change.objects.within(actor).filter(batch=batch).order_by("-pk")), "took back an import")


def _undo(actor: Actor, originals: Sequence[Change], event: str) -> Undone:
    ours = {original.pk for original in originals}
    before = set(Change.objects.within(actor).filter(undoes__in=originals).values_list("undoes", flat=True))
    changed = {pk for original in originals for pk in _changed_since(original, ours)}
    kept = changed | _referred_to(changed)
    undone = Undone()
    for original in originals:
        if new := _changed_since(original, ours) - changed:  # it takes a while until here
            changed |= new
            kept |= new | _referred_to(new)
        entries = list(original.entries.select_related("record").order_by("-pk"))
        left = kept | _parts_of(kept, entries)
        for entry in entries:
            pk = entry.record_id
            is_left = pk in left and entry.kind not in _OF_MERGES
            ids = undone.taken_back if not is_left else undone.changed if pk in changed else undone.with_them
            ids[entry.record.type].add(pk)
        made = {entry.record_id for entry in entries if entry.kind in (Kind.CREATED, Kind.RESTORED)}
        undone.there_before.update({entry.record_id for entry in entries} - made)
        undone.there_before.difference_update(made)
        for rows, column in _made_rows(actor, original):
            hung_on = Record.objects.filter(pk__in=rows.values(column)).exclude(pk__in=changed)
            for pk, name in hung_on.values_list("pk", "type"):
                undone.taken_back[name].add(pk)
        if original.pk not in before or len(originals) == 1:
            inverted = [entry for entry in entries if entry.kind in _OF_MERGES or entry.record_id not in left]
            _invert_change(actor, original, inverted, event)
    return undone


def _changed_since(original: Change, ours: Collection[int]) -> set[int]:
    """Records of a change that somebody has changed since. What Northing itself does with them in the background is
    no reason to keep them; nor is what belongs to the same undo."""
    own = original.entries.exclude(kind__in=_OF_MERGES)
    newest = dict(own.order_by("pk").values_list("record", "version"))
    found: set[int] = set()
    for some in batched(newest, 500):
        later = ChangeEntry.objects.filter(record__in=some, change__gt=original.pk).exclude(change__origin=Origin.JOB)
        for pk, version, change, undoes in later.values_list("record", "version", "change", "change__undoes"):
            if version > newest[pk] and change not in ours and undoes not in ours:
                found.add(pk)
    return found


def _referred_to(ids: Collection[int]) -> set[int]:
    """What records refer to, and what that refers to: without it they would not be what they are."""
    found: set[int] = set()
    new = set(ids)
    while new:
        by_type: Ids = defaultdict(set)
        for some in batched(new, 500):
            for pk, name in Record.objects.filter(pk__in=some).values_list("pk", "type"):
                by_type[name].add(pk)
        referred = {pk for name, some in by_type.items() for pk in _references_of(registry.named(name), some)}
        new = referred - found - set(ids)
        found |= new
    return found


def _references_of(record_type: RecordType, ids: Collection[int]) -> Iterator[int]:
    given = (spec for spec in record_type.specs.values() if spec.editable)
    names = [spec.attribute for spec in given if spec.kind in ("reference", "any_record")]
    for some in batched(ids, 500) if names else ():
        for row in record_type.model.objects.filter(pk__in=some).values_list(*names):
            yield from filter(None, row)


def _parts_of(kept: Collection[int], entries: Sequence[ChangeEntry]) -> set[int]:
    """Records of a change that are part of one that is kept, or say something of it: its estimates, their packages."""
    wholes: dict[int, int] = {}
    for name in {entry.record.type for entry in entries} if kept else ():
        record_type = registry.named(name)
        if whole := record_type.part_of or record_type.about:
            ids = [entry.record_id for entry in entries if entry.record.type == name]
            for some in batched(ids, 500):
                rows = record_type.model.objects.filter(pk__in=some)
                wholes |= dict(rows.values_list("pk", record_type.specs[whole].attribute))
    found: set[int] = set()
    while new := {pk for pk, whole in wholes.items() if pk not in found and (whole in kept or whole in found)}:
        found |= new
    return found


def _invert_change(actor: Actor, original: Change, entries: Sequence[ChangeEntry], event: str) -> None:
    with changing(actor, event) as session:
        session.undoes = original
        if not entries and not original.entries.exists():
            # all that it did was to rows: that it was taken back is told all the same
            actor.require(Verb.UPDATE, "change")
            _ = session.change
        merging.take_back(session, original, entries)
        for name in dict.fromkeys(entry.record.type for entry in entries):
            _invert(session, registry.named(name), [e for e in entries if e.record.type == name])
        for rows, _ in _made_rows(actor, original):
            actor.require(Verb.UPDATE, "change")
            rows.delete()


def _made_rows(actor: Actor, original: Change) -> Iterator[tuple[QuerySet[Any], str]]:
    """The rows that a change made and that are there, with the column that says on which record they hang."""
    made: dict[tuple[str, str], list[int]] = defaultdict(list)
    for table, column, row in original.row_entries.filter(old=None).values_list("table", "column", "row"):
        made[table, column].append(row)
    for (table, column), ids in made.items():
        rows: Any = apps.get_model(table)._default_manager
        for some in batched(ids, 500):
            yield rows.within(actor).filter(pk__in=some), column


def _invert(session: ChangeSession, record_type: RecordType, entries: Sequence[ChangeEntry]) -> None:
    """Take back what entries (newest first) say of records of one type."""
    old: dict[int, dict[str, Any]] = defaultdict(dict)
    for entry in entries:
        if entry.kind == Kind.UPDATED:
            old[entry.record_id] |= entry.old
    gone = dict.fromkeys(entry.record_id for entry in entries if entry.kind in (Kind.CREATED, Kind.RESTORED))
    back = dict.fromkeys(entry.record_id for entry in entries if entry.kind == Kind.ARCHIVED)
    session.archive(record_type, list(gone))
    session.unarchive(record_type, list(back))
    session.update(record_type, [Edit(pk, values) for pk, values in old.items() if pk not in gone])


def _size(records: Ids) -> int:
    return sum(map(len, records.values()))


def _counted(records: Ids, every: Ids | None = None) -> str:
    """So many records by type: "38 features, 2 teams"; "38 of 41 features" where there are more. Types that have no
    place in the menu go unsaid beside others."""
    types = {registry.named(name): len(ids) for name, ids in (every or records).items() if ids}
    told = {one: size for one, size in types.items() if one.in_menu} or types
    sizes = {one: len(records.get(one.name, ())) for one in told}
    return ", ".join(
        one.counted(size) if sizes[one] == size else f"{sizes[one]:,} of {one.counted(size)}"
        for one, size in told.items()
    )


def _present(record_type: RecordType, record: Any) -> dict[str, Any]:
    values = cleaning.values_of(record_type, record, tagging.tags_of([record.pk]).get(record.pk, ()))
    return {name: record_type.specs[name].to_json(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Latest:
    """A line of what changed in a workspace: who did what, to which record and how many more of its type."""

    who: str
    event: str
    at: datetime
    label: Label | None
    more: int


def latest(actor: Actor, count: int) -> list[Latest]:
    """The newest changes of the workspace, newest first. Records that the actor may not see are not named."""
    changes = list(Change.objects.within(actor).select_related("member__user").order_by("-at", "-pk")[:count])
    entries = ChangeEntry.objects.filter(change__in=changes).values_list("change", "record__type")
    counted = entries.annotate(first=Min("record"), size=Count("record", distinct=True)).order_by("-first")
    touched = {pk: (first, size) for pk, _, first, size in counted}  # of the type that the first record has
    found = _with_wholes(actor, labels_of_any(actor, (first for first, _ in touched.values())))
    return [
        Latest(
            who=change.member.user.name if change.member else "Northing",
            event=change.event,
            at=change.at,
            label=found.get(first),
            more=size - 1,
        )
        for change in changes
        for first, size in [touched.get(change.pk, (0, 1))]
    ]


def _with_wholes(actor: Actor, labels: Mapping[int, Label]) -> dict[int, Label]:
    """The labels, where a part that has no list of its own (a data point) goes by the name of what it is part of."""
    wholes: dict[int, int] = {}
    for path in {label.path for label in labels.values()}:
        record_type = registry.at_path(path)
        if record_type.part_of and not record_type.in_menu:
            ids = [pk for pk, label in labels.items() if label.path == path]
            rows = record_type.model.objects.within(actor).filter(pk__in=ids)
            wholes |= dict(rows.values_list("pk", record_type.references[record_type.part_of].attribute))
    named = labels_of_any(actor, wholes.values()) if wholes else {}
    return {**labels, **{pk: named[whole] for pk, whole in wholes.items() if whole in named}}
