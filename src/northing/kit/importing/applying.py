"""Applying a staged file: committed pieces, each with its own offset, so that a killed import goes on where it was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F
from django.utils import timezone

from northing.access.actor import Actor
from northing.exchange.records import Problem
from northing.kit import changes
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession, Edit, Prepared, changing
from northing.kit.importing.choices import Choices
from northing.kit.importing.importers import Brought, Values, importers
from northing.kit.importing.origins import IDENTITY, brought_by, kept_last, source_of
from northing.kit.importing.referring import Named, named_by, target_of
from northing.kit.importing.sorting import Piece, Sorter
from northing.kit.importing.staging import (
    STAGED,
    StagedRow,
    as_told,
    forget_undecided,
    read_lines,
    reject_late,
)
from northing.kit.importing.telling import write_told
from northing.kit.importing.titles import Titles
from northing.kit.models import ChangeEntry, Import, Kind
from northing.kit.problems import Conflict, Invalid, Missing
from northing.kit.record_types import RecordType, registry
from northing.ui.formats import counted

PIECE = 500  # rows written in one transaction: short, so that other writers get their turn
_UNDECIDED = Problem("", "", "somebody else was writing the same record at the same time; import the file again")
_CHANGED = Problem(
    "key", "", "somebody changed this record after the file was checked; import the file again to see both"
)


class Overtaken(Exception):
    """Another process applied this piece first; nothing of ours was written."""


def apply(actor: Actor, folder: Path, batch: Import) -> None:
    """Apply what is left of the staged file in an import's folder.

    Each piece is checked outside its transaction and written inside it together with the new offset, so other
    writers wait for a piece's inserts at most, and a kill loses or repeats nothing. Raises `Overtaken`, `Forbidden`.
    """
    record_type = registry.named(batch.record_type)
    forget_undecided(folder, batch.offset)
    sorter = Sorter(actor, record_type, Titles.of(actor, record_type, batch.format, Choices.of(batch.choices)))
    for piece in batched(read_lines(folder / STAGED, batch.offset), PIECE):
        _apply_rows(sorter, folder, batch, piece)
    write_told(actor, record_type, folder, batch)
    Import.objects.filter(pk=batch.pk, state=Import.State.APPLYING).update(
        state=Import.State.DONE, finished_at=timezone.now(), also_created=_others(record_type, batch)
    )


def _apply_rows(sorter: Sorter, folder: Path, batch: Import, rows: Sequence[StagedRow]) -> None:
    """Apply rows in one transaction. The world may have changed since they were staged: what it now refuses is
    halved until single rows are left, and those are rejected with the reason."""
    try:
        try:
            _apply_piece(sorter, batch, rows)
        except (Conflict, IntegrityError):  # somebody wrote the same record in the meantime, which is looked at again
            _apply_piece(sorter, batch, rows)
    except (Invalid, Missing, Conflict, IntegrityError) as error:
        if len(rows) > 1:
            middle = len(rows) // 2
            _apply_rows(sorter, folder, batch, rows[:middle])
            _apply_rows(sorter, folder, batch, rows[middle:])
        else:
            _reject(folder, batch, rows[0], _reasons(error))


def _apply_piece(sorter: Sorter, batch: Import, rows: Sequence[StagedRow]) -> None:
    actor, record_type = sorter.actor, sorter.record_type
    event = f"imported {batch.file_name}"[:80]
    piece = sorter.sort(rows)
    _make_referenced(actor, record_type, batch, event, piece.written)
    prepared = changes.prepare(actor, record_type, [_creation(row) for row in piece.new]) if piece.new else None
    with changing(actor, event, batch.batch) as change:
        _advance(batch, rows[-1].end, piece.counts())
        _refuse_changed(change, record_type, piece.compared)
        _write(change, record_type, prepared, piece, batch.pk)
    batch.offset = rows[-1].end


def _refuse_changed(change: ChangeSession, record_type: RecordType, compared: Sequence[Any]) -> None:
    """Raise `Conflict` where somebody has changed a record since it was compared with its row."""
    for record, now in zip(compared, change.load(record_type, [one.pk for one in compared]), strict=True):
        if record.version != now.version:
            raise Conflict(now)


def _advance(batch: Import, end: int, counts: Mapping[str, int]) -> None:
    here = Import.objects.filter(pk=batch.pk, offset=batch.offset, state=Import.State.APPLYING)
    if not here.update(offset=end, **{name: F(name) + count for name, count in counts.items()}):
        raise Overtaken


def _write(
    change: ChangeSession, record_type: RecordType, prepared: Prepared | None, piece: Piece, import_id: int
) -> None:
    created = change.insert(prepared) if prepared else []
    if piece.back:
        change.unarchive(record_type, [record.pk for _, record in piece.back])
    known = [*piece.back, *piece.differing]
    updated = change.update(record_type, [Edit(record.pk, row.values, row.version) for row, record in known])
    kept = [change.update(record_type, [Edit(one.merged.pk, one.row.values)])[0] for one in piece.led_on]
    for one in piece.led_on:
        change.update(record_type, [Edit(one.into.pk, one.brings)])
    rows = [*(row for row, _ in known), *(one.row for one in piece.led_on)]
    pairs = zip([*updated, *kept], rows, strict=True)
    brought = [(record, row) for record, row in pairs if row.record_id is None]
    said = {row.row: kept_last(record.custom, source_of(row)) for record, row in brought}
    for record, row in brought:
        brought_by(record, row, import_id)
    if brought:
        again = [record for record, _ in brought]
        record_type.model.objects.bulk_update(again, [*IDENTITY, "custom"], batch_size=100)
    after = importers.of(record_type).after
    if after is not None:
        into = {one.merged.pk: one.into for one in piece.led_on}
        written = [*zip(created, piece.new, strict=True), *((into.get(one.pk, one), row) for one, row in brought)]
        written += [(record, row) for row, record in piece.differing if row.record_id is not None and row.typed]
        before = said | {row.row: {} for row, _ in piece.back}
        after(change, [Brought(one, row.canonical, row.typed, before.get(row.row, {})) for one, row in written])


def _reasons(error: Exception) -> tuple[Problem, ...]:
    if isinstance(error, Invalid):
        return tuple(as_told(problem) for problem in error.problems)
    return (_CHANGED if isinstance(error, Conflict) else _UNDECIDED,)


def _reject(folder: Path, batch: Import, row: StagedRow, problems: Sequence[Problem]) -> None:
    reject_late(folder, row, problems)
    with transaction.atomic():
        _advance(batch, row.end, {"rejected": row.rows})
    batch.offset = row.end


def foresee(
    actor: Actor,
    record_type: RecordType,
    folder: Path,
    titles: Titles | None,
    aside: Collection[str],
    look: Callable[[Piece], object] = lambda piece: None,
) -> Foreseen:
    """What staged rows would do, without writing anything; `look` sees them all. Names in fields that are `aside` make
    no records."""
    found, sorter = Foreseen(), Sorter(actor, record_type, titles)
    named: dict[str, set[str]] = defaultdict(set)
    for rows in batched(read_lines(folder / STAGED), PIECE):
        piece = sorter.sort(rows)
        look(piece)
        found.counts.update(piece.counts())
        found.back += sum(row.rows for row, _ in piece.back)
        found.kept.update(name for values in piece.kept.values() for name in values)
        for target, one in _to_make(actor, record_type, piece.written, aside):
            named[target.name].update(map(str.casefold, [*one.missing, *one.undone]))
    found.also_created = {name: len(names) for name, names in sorted(named.items())}
    return found


@dataclass
class Foreseen:
    """Rows by outcome, how many of the created ones are brought back, and how many records would be made besides, by
    type: those that rows name and nobody knows yet, or that went with an import which was undone. `kept` counts by
    field the records in which it was changed both here and in the file."""

    counts: Counter[str] = field(default_factory=lambda: Counter(created=0, updated=0, skipped=0))
    back: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    also_created: dict[str, int] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        return not self.counts["created"] and not self.counts["updated"]

    def warnings(self, record_type: RecordType) -> Iterator[str]:
        """That records come back which an undo took away, and what stays although the file says otherwise."""
        if self.back:
            noun, nouns, rows = record_type.noun, record_type.nouns, counted(self.back, "row")
            told = f"{noun} comes back under its key" if self.back == 1 else f"{nouns} come back under their keys"
            yield f"{rows} came with an import that was undone; the {told}."
        if self.kept:
            what = ", ".join(
                f"{record_type.specs[name].label.lower()} of {record_type.counted(count)}"
                for name, count in self.kept.items()
            )
            yield f"Changed here and in the file too: {what}. What is here stays; the file's is kept as imported."


def _others(record_type: RecordType, batch: Import) -> dict[str, int]:
    """Records that an import has made, or brought back, because its rows name them, by type."""
    types = {target_of(record_type, name).name for name in importers.of(record_type).makes}
    made = ChangeEntry.objects.filter(change__workspace_id=batch.workspace_id, change__batch=batch.batch)
    others = made.filter(kind__in=(Kind.CREATED, Kind.RESTORED), record__type__in=types - {record_type.name})
    return dict(others.values_list("record__type").annotate(count=Count("pk")).order_by("record__type"))


def _creation(row: StagedRow) -> Values:
    values = {**row.values, **row.identity}
    if "created_at" in row.identity:
        values["created_at"] = datetime.fromisoformat(row.identity["created_at"])
    return values


def _make_referenced(
    actor: Actor, record_type: RecordType, batch: Import, event: str, rows: Sequence[StagedRow]
) -> None:
    """Create the records that rows refer to by an unknown name, and bring those back that went with an import which was
    undone; in the same batch, so that undo takes them too."""
    for target, named in _to_make(actor, record_type, rows, Choices.of(batch.choices).aside):
        with changing(actor, event, batch.batch) as change:
            change.create(target, [{target.natural_key or target.title: value} for value in named.missing])
            change.unarchive(target, list(named.undone.values()))


def _to_make(
    actor: Actor, record_type: RecordType, rows: Sequence[StagedRow], aside: Collection[str]
) -> Iterator[tuple[RecordType, Named]]:
    """Types and names of the records that rows refer to and that are not here, or no longer."""
    values = [row.values for row in rows]
    for name in importers.of(record_type).makes:
        if name not in aside:
            named = named_by(actor, record_type, name, values)
            if named.missing or named.undone:
                yield target_of(record_type, name), named
