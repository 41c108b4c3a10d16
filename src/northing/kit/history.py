"""The history of records: what changed, from what to what, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone

from northing.access.actor import Actor
from northing.kit import cleaning, tagging
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession, Edit, changing
from northing.kit.fields import Field
from northing.kit.models import Change, ChangeEntry, Kind
from northing.kit.problems import Missing
from northing.kit.reading import Label, labels_of_any
from northing.kit.record_types import RecordType, registry
from northing.ui import formats


@dataclass(frozen=True)
class Step:
    """One line of a record's history. `fields` holds (field name, old JSON value, new JSON value)."""

    entry: ChangeEntry
    fields: Sequence[tuple[str, Any, Any]]


@dataclass(frozen=True)
class Undone:
    """What an undo did: records taken back, and those left alone because they changed since."""

    taken_back: int
    left: int

    @property
    def words(self) -> str:
        """
        >>> Undone(1, 0).words, Undone(12, 0).words, Undone(3, 2).words
        ('Undone', 'Undone: 12 as before', 'Undone: 3 as before, 2 changed since and left as they are')
        """
        if not self.left:
            return "Undone" if self.taken_back <= 1 else f"Undone: {self.taken_back:,} as before"
        return f"Undone: {self.taken_back:,} as before, {self.left:,} changed since and left as they are"


def steps(record_type: RecordType, record: Any, limit: int = 100) -> list[Step]:
    """A record's history, newest first, rolled back from how it stands now."""
    entries = ChangeEntry.objects.filter(record_id=record.pk).select_related("change__member__user").order_by("-pk")
    now = _present(record_type, record)
    found = []
    for entry in entries[:limit]:
        found.append(Step(entry, [(name, old, now.get(name)) for name, old in entry.old.items()]))
        now = now | entry.old
    return found


def said(spec: Field, value: Any) -> str:
    """A value of a change as one reads it; history keeps days and moments as ISO texts."""
    if value is None or value == "":
        return ""
    if spec.kind == "day":
        return formats.day(date.fromisoformat(str(value)))
    if spec.kind == "moment":
        return f"{timezone.localtime(datetime.fromisoformat(str(value))):%d %b %Y, %H:%M}"
    if spec.kind == "flag":
        return "yes" if value else "no"
    return spec.to_text(value) if spec.kind == "choice" else str(value)


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
    """Take all changes of a batch (an import) back, newest first, each in a transaction of its own."""
    originals = list(Change.objects.within(actor).filter(batch=batch, undone_by=None).order_by("-pk"))
    return _undo(actor, originals, "took back an import")


def _undo(actor: Actor, originals: Sequence[Change], event: str) -> Undone:
    taken_back = left = 0
    for original in originals:
        entries = list(original.entries.select_related("record").order_by("-pk"))
        with changing(actor, event) as session:
            session.undoes = original
            if not entries:  # what it did is kept elsewhere, and taken back there; that it was is told
                _ = session.change
            untouched = _untouched(entries)
            left += len(entries) - len(untouched)
            taken_back += len(untouched)
            for name in dict.fromkeys(entry.record.type for entry in untouched):
                _invert(session, registry.named(name), [e for e in untouched if e.record.type == name])
    return Undone(taken_back, left)


def _untouched(entries: Sequence[ChangeEntry]) -> list[ChangeEntry]:
    """The entries whose record still stands as they left it."""
    versions: dict[int, int] = {}
    for name in {entry.record.type for entry in entries}:
        ids = [entry.record_id for entry in entries if entry.record.type == name]
        for some in batched(ids, 500):
            rows = registry.named(name).model.objects.filter(pk__in=some)
            versions |= dict(rows.values_list("pk", "version"))
    return [entry for entry in entries if versions.get(entry.record_id) == entry.version]


def _invert(session: ChangeSession, record_type: RecordType, entries: Sequence[ChangeEntry]) -> None:
    ids: Mapping[str, list[int]] = {
        kind: [entry.record_id for entry in entries if entry.kind == kind] for kind in Kind.values
    }
    session.archive(record_type, ids[Kind.CREATED] + ids[Kind.RESTORED])
    session.unarchive(record_type, ids[Kind.ARCHIVED])
    session.update(record_type, [Edit(e.record_id, e.old) for e in entries if e.kind == Kind.UPDATED])


def _present(record_type: RecordType, record: Any) -> dict[str, Any]:
    values = cleaning.values_of(record_type, record, tagging.tags_of([record.pk]).get(record.pk, ()))
    return {name: record_type.specs[name].to_json(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Latest:
    """A line of what changed in a workspace: who did what, to which record and how many more."""

    who: str
    event: str
    at: datetime
    label: Label | None
    more: int


def latest(actor: Actor, count: int) -> list[Latest]:
    """The newest changes of the workspace, newest first. Records that the actor may not see are not named."""
    changes = list(Change.objects.within(actor).select_related("member__user").order_by("-at", "-pk")[:count])
    entries = ChangeEntry.objects.filter(change__in=changes).values_list("change")
    touched = {pk: (first, size) for pk, first, size in entries.annotate(Min("record"), Count("pk")).order_by()}
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
