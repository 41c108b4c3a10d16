"""The only door through which records are written: permission, validation, save, history, search and jobs, together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from northing.access.actor import Actor, Origin
from northing.access.roles import Verb
from northing.kit import cleaning, tagging
from northing.kit.batches import batched
from northing.kit.cleaning import IDENTITY, Row
from northing.kit.inserting import insert_identities, insert_records, insert_rows
from northing.kit.models import Change, ChangeEntry, Kind, Record, RecordModel, RowEntry
from northing.kit.numbers import take_numbers
from northing.kit.problems import Conflict, Invalid, Missing, Problem
from northing.kit.record_types import RecordType, Values, registry
from northing.kit.search import index_records


@dataclass(frozen=True, slots=True)
class Edit:
    """New values for some fields of one record; `version` is the one the editor saw, if it should still be that one."""

    record_id: int
    values: Values
    version: int | None = None


@dataclass(frozen=True)
class Prepared:
    """Rows that passed every check, with their numbers: what `ChangeSession.insert` writes."""

    record_type: RecordType
    rows: Sequence[Row]
    identities: Sequence[Mapping[str, Any]]
    numbers: range


def prepare(actor: Actor, record_type: RecordType, rows: Sequence[Values]) -> Prepared:
    """Check rows for creation and take their numbers. Reads only, so it belongs before a long transaction.

    Raises `Forbidden`, or `Invalid` with every problem of every row.
    """
    actor.require(Verb.CREATE, record_type.name)
    if record_type.maker_owns and actor.origin in (Origin.WEB, Origin.API):
        rows = [{"owner": actor.member_id, **row} for row in rows]
    cleaned, problems = cleaning.clean(actor, record_type, rows)
    if not problems:
        problems = _rule_problems(record_type, [None] * len(cleaned), cleaned)
        problems += cleaning.check_unique(actor, record_type, cleaned, [None] * len(cleaned))
    if problems:
        raise Invalid(problems)
    identities = [{name: row[name] for name in IDENTITY if row.get(name)} for row in rows]
    return Prepared(record_type, cleaned, identities, take_numbers(actor.workspace_id, record_type.name, len(rows)))


class ChangeSession:
    """One transaction of changes by one actor, recorded as one `Change`. Made by `changing`."""

    def __init__(self, actor: Actor, event: str, batch: str) -> None:
        self.actor = actor
        self.event = event
        self.batch = batch
        self.undoes: Change | None = None
        self.at: datetime = timezone.now()

    @cached_property
    def change(self) -> Change:
        """The history's row; written with the first entry, so that a change of nothing leaves no trace."""
        return Change.objects.create(
            workspace=self.actor.workspace,
            member_id=self.actor.member_id,
            at=self.at,
            origin=self.actor.origin,
            event=self.event,
            batch=self.batch,
            undoes=self.undoes,
        )

    @property
    def change_id(self) -> int | None:
        """The id of the history's row; None where nothing was written."""
        return self.change.pk if "change" in vars(self) else None

    def create(self, record_type: RecordType, rows: Sequence[Values]) -> list[Any]:
        """New records from rows of values, in order. Raises `Invalid` with every problem, having written nothing."""
        return self.insert(prepare(self.actor, record_type, rows)) if rows else []

    def insert(self, prepared: Prepared) -> list[Any]:
        """Write rows that `prepare` has checked."""
        if not prepared.rows:
            return []
        record_type, workspace = prepared.record_type, self.actor.workspace
        ids = insert_identities(workspace.pk, record_type.name, prepared.numbers)
        references = [(name, spec.attribute) for name, spec in record_type.specs.items() if spec.attribute != name]
        rows = []
        for pk, number, values, extra in zip(ids, prepared.numbers, prepared.rows, prepared.identities, strict=True):
            row = {"created_at": self.at, **values, **extra, "record_id": pk, "number": number, "updated_at": self.at}
            for name, attribute in references:
                row[attribute] = values[name]
            rows.append(row)
        records = insert_records(record_type.model, workspace, rows)
        tagging.set_tags(
            workspace,
            {r.pk: row["tags"] for r, row in zip(records, prepared.rows, strict=True) if row["tags"]},
        )
        self._write_entries([(record, Kind.CREATED, {}) for record in records])
        self._finish(record_type, records)
        return records

    def update(self, record_type: RecordType, edits: Sequence[Edit]) -> list[Any]:
        """Records after the edits, in order. Fields that do not differ are left alone and make no history.

        Raises `Forbidden`, `Missing`, `Conflict` (a version was given and is no longer the present one) or `Invalid`.
        """
        self.actor.require(Verb.UPDATE, record_type.name)
        records = self.load(record_type, [edit.record_id for edit in edits])
        for edit, record in zip(edits, records, strict=True):
            if edit.version is not None and edit.version != record.version:
                raise Conflict(record)
        cleaned, problems = cleaning.clean(self.actor, record_type, [e.values for e in edits], partial=True)
        if problems:
            raise Invalid(problems)
        tags = tagging.tags_of([record.pk for record in records])
        befores = [cleaning.values_of(record_type, record, tags.get(record.pk, ())) for record in records]
        afters = [_after(record_type, before, row) for before, row in zip(befores, cleaned, strict=True)]
        problems = _rule_problems(record_type, befores, afters)
        problems += cleaning.check_unique(self.actor, record_type, afters, [record.pk for record in records])
        if problems:
            raise Invalid(problems)
        self._save(record_type, records, befores, afters)
        return records

    def move(self, record_type: RecordType, name: str, record_ids: Sequence[int], to: int) -> list[Any]:
        """Have records point to another one by a field, because it is now what they pointed to. They say the same as
        before, so no rule of their type is asked."""
        self.actor.require(Verb.UPDATE, record_type.name)
        records = self.load(record_type, record_ids)
        if not records:
            return []
        attribute = record_type.specs[name].attribute
        old = [{name: getattr(record, attribute)} for record in records]
        for record in records:
            setattr(record, attribute, to)
        self._write_alike(record_type, records, **{name: to})
        self._write_entries([(record, Kind.MOVED, values) for record, values in zip(records, old, strict=True)])
        self._settle(record_type, records)
        return records

    def merge(self, record_type: RecordType, merged_id: int, into_id: int) -> None:
        """Archive a record and let its key lead to another. What points to it has been moved by then."""
        self.actor.require(Verb.ARCHIVE, record_type.name)
        merged, into = self.load(record_type, [merged_id, into_id])
        Record.objects.within(self.actor).filter(pk=merged_id).update(merged_into=into_id)
        self._mark(record_type, [merged], self.at, Kind.MERGED)
        self._mark(record_type, [into], None, Kind.MOVED)

    def add_rows(self, rows: Sequence[Model], column: str) -> None:
        """Write rows, all of one model, that hang on records by a column and have no history of their own."""
        if rows:
            model = type(rows[0])
            self._note_rows(model, column, [row.pk for row in model._default_manager.bulk_create(rows)])

    def move_rows(self, model: type[Any], column: str, row_ids: Sequence[int], old_id: int, new_id: int) -> None:
        """Hang such rows on another record."""
        for some in batched(row_ids, 500):
            model._default_manager.within(self.actor).filter(pk__in=some).update(**{column: new_id})
        self._note_rows(model, column, row_ids, old_id)

    def _note_rows(self, model: type[Model], column: str, row_ids: Sequence[int], old_id: int | None = None) -> None:
        given = {"change": self.change, "table": model._meta.label, "column": column, "old_id": old_id}
        RowEntry.objects.bulk_create([RowEntry(row=pk, **given) for pk in row_ids])

    def left(self, records: Sequence[RecordModel], name: str) -> dict[int, int]:
        """What records pointed to by a field before this change, where that was something else, by record id."""
        edited = [record.pk for record in records if record.version > 1]
        found: dict[int, int] = {}
        for some in batched(edited, 500):
            entries = self.change.entries.filter(record__in=some).order_by("-pk")
            found |= {pk: old[name] for pk, old in entries.values_list("record", "old") if old.get(name)}
        return found

    def archive(self, record_type: RecordType, record_ids: Sequence[int]) -> list[Any]:
        """Archive records, and with each the records that are part of it. Refused while others need it."""
        self.actor.require(Verb.ARCHIVE, record_type.name)
        records = [r for r in self.load(record_type, record_ids) if r.archived_at is None]
        ids = [record.pk for record in records]
        problems = self._dependents(record_type, ids)
        if problems:
            raise Invalid(problems)
        for part in registry.parts_of(record_type):
            owned = part.model.objects.within(self.actor).filter(**{f"{part.part_of}__in": ids}, archived_at=None)
            self.archive(part, list(owned.values_list("pk", flat=True)))
        self._mark(record_type, records, self.at, Kind.ARCHIVED)
        return records

    def unarchive(self, record_type: RecordType, record_ids: Sequence[int]) -> list[Any]:
        """Bring archived records back, and with each the parts that went with it."""
        self.actor.require(Verb.ARCHIVE, record_type.name)
        records = [r for r in self.load(record_type, record_ids) if r.archived_at is not None]
        went = {record.pk: record.archived_at for record in records}
        self._mark(record_type, records, None, Kind.RESTORED)
        for part in registry.parts_of(record_type) if went else ():
            owned = part.model.objects.within(self.actor).filter(**{f"{part.part_of}__in": list(went)})
            gone = owned.exclude(archived_at=None).values_list("pk", part.part_of, "archived_at")
            if together := [pk for pk, whole, when in gone if when == went[whole]]:
                self.unarchive(part, together)
        return records

    def _dependents(self, record_type: RecordType, ids: Sequence[int]) -> list[Problem]:
        problems = []
        for other, spec in registry.referring_to(record_type):
            if spec.required and ids:
                live = other.model.objects.within(self.actor).filter(**{f"{spec.name}__in": ids}, archived_at=None)
                if count := live.count():
                    word = other.noun if count == 1 else other.nouns
                    rule = f"{count} {word} need it; move or archive them first"
                    problems.append(Problem(spec.name, record_type.noun, rule))
        return problems

    def load(self, record_type: RecordType, ids: Sequence[int]) -> list[Any]:
        """Records to be changed, in order; nobody else changes them meanwhile. Raises `Missing`."""
        rows = record_type.model.objects.within(self.actor).select_for_update(of=("self",)).in_bulk(list(ids))
        try:
            return [rows[pk] for pk in ids]
        except KeyError as error:
            raise Missing(f"{record_type.noun} {error.args[0]}") from None

    def _save(
        self,
        record_type: RecordType,
        records: Sequence[RecordModel],
        befores: Sequence[Row],
        afters: Sequence[Row],
    ) -> None:
        entries, touched, changed_fields, new_tags = [], [], set(), {}
        for record, before, after in zip(records, befores, afters, strict=True):
            differing = [name for name in after if after[name] != before[name]]
            if not differing:
                continue
            for name in differing:
                if name == "tags":
                    new_tags[record.pk] = after[name]
                else:
                    setattr(record, record_type.specs[name].attribute, after[name])
                    changed_fields.add(name)
            self._touch(record)
            specs = record_type.specs
            entries.append((record, Kind.UPDATED, {name: specs[name].to_json(before[name]) for name in differing}))
            touched.append(record)
        if not touched:
            return
        record_type.model.objects.bulk_update(touched, [*changed_fields, "version", "updated_at"], batch_size=200)
        tagging.set_tags(self.actor.workspace, new_tags)
        self._write_entries(entries)
        self._finish(record_type, touched)

    def _mark(self, record_type: RecordType, records: Sequence[Any], when: datetime | None, kind: Kind) -> None:
        if not records:
            return
        for record in records:
            record.archived_at = when
        self._write_alike(record_type, records, archived_at=when)
        self._write_entries([(record, kind, {}) for record in records])
        self._finish(record_type, records)

    def _write_alike(self, record_type: RecordType, records: Sequence[Any], **values: Any) -> None:
        """Give records the same values, by plain statements: those that tell them apart take several times as long."""
        for some in batched(records, 500):
            rows = record_type.model.objects.within(self.actor).filter(pk__in=[record.pk for record in some])
            rows.update(version=F("version") + 1, updated_at=self.at, **values)
        for record in records:
            self._touch(record)

    def _touch(self, record: RecordModel) -> None:
        record.version += 1
        record.updated_at = self.at

    def _write_entries(self, entries: Sequence[tuple[RecordModel, Kind, Mapping[str, Any]]]) -> None:
        change = self.change
        insert_rows(
            ChangeEntry,
            ("change_id", "record_id", "kind", "version", "old"),
            [(change.pk, record.pk, kind.value, record.version, old) for record, kind, old in entries],
        )

    def _finish(self, record_type: RecordType, records: Sequence[Any]) -> None:
        index_records(record_type, records)
        self._settle(record_type, records)

    def _settle(self, record_type: RecordType, records: Sequence[Any]) -> None:
        if record_type.after is not None:
            record_type.after(self, records)


@contextmanager
def changing(actor: Actor, event: str, batch: str = "") -> Iterator[ChangeSession]:
    """A transaction of changes: all of it is written, or nothing.

    `event` is the line in the history ("linked a passage"); `batch` joins several changes that are undone together.
    """
    with transaction.atomic():
        yield ChangeSession(actor, event, batch)


def create(actor: Actor, record_type: RecordType, rows: Sequence[Values], event: str = "created") -> list[Any]:
    """Create records in a change of their own. Checked before the transaction starts, so that it is short."""
    prepared = prepare(actor, record_type, rows)
    with changing(actor, event) as change:
        return change.insert(prepared)


def update(actor: Actor, record_type: RecordType, edits: Sequence[Edit], event: str = "changed") -> list[Any]:
    """Edit records in a change of their own."""
    with changing(actor, event) as change:
        return change.update(record_type, edits)


def archive(actor: Actor, record_type: RecordType, record_ids: Sequence[int], event: str = "archived") -> list[Any]:
    """Archive records in a change of their own."""
    with changing(actor, event) as change:
        return change.archive(record_type, record_ids)


def _after(record_type: RecordType, before: Row, row: Row) -> Row:
    """A record's values after an edit. Words give way to a new value in their place, unless the edit says both."""
    overtaken = {
        words.field: record_type.specs[words.field].empty
        for name, words in record_type.in_words.items()
        if row.get(name) not in (None, before[name])
    }
    return before | overtaken | row


def _rule_problems(record_type: RecordType, befores: Sequence[Row | None], afters: Sequence[Row]) -> list[Problem]:
    return [
        Problem(problem.field, problem.value, problem.rule, index)
        for index, (before, after) in enumerate(zip(befores, afters, strict=True))
        for problem in record_type.check(before, after)
    ]
