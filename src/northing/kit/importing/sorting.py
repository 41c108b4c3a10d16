"""What is to be done with the rows of a file: which are new, which records the others stand for, what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from northing.access.actor import Actor
from northing.kit.batches import batched
from northing.kit.importing.last_words import batches_of
from northing.kit.importing.merged import LedOn, led_on
from northing.kit.importing.origins import IDENTITY, is_same, known_from_several, source_of
from northing.kit.importing.staging import StagedRow
from northing.kit.importing.three_way import narrowed
from northing.kit.importing.titles import Titles
from northing.kit.record_types import RecordType


@dataclass(frozen=True)
class Piece:
    """The rows of a piece by what is to be done with them. Known ones come with their record; `back` are those of an
    import that was undone, which make their records anew by bringing them back; `led_on` differ and have a record that
    was merged into another. `kept` are values, by row, that stay here though the file has others."""

    new: Sequence[StagedRow]
    back: Sequence[tuple[StagedRow, Any]]
    differing: Sequence[tuple[StagedRow, Any]]
    same: Sequence[StagedRow]
    led_on: Sequence[LedOn] = ()
    kept: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def written(self) -> list[StagedRow]:
        """The rows of which something is written."""
        known = (row for row, _ in (*self.back, *self.differing))
        return [*self.new, *known, *(one.row for one in self.led_on)]

    @property
    def compared(self) -> list[Any]:
        """The records that rows were compared with, as they were then."""
        return [*(record for _, record in self.differing), *(one.into for one in self.led_on)]

    def counts(self) -> dict[str, int]:
        """Rows of the source by outcome."""
        return {
            "created": _rows(self.new) + _rows([row for row, _ in self.back]),
            "updated": _rows([*(row for row, _ in self.differing), *(one.row for one in self.led_on)]),
            "skipped": _rows(self.same),
        }


class Sorter:
    """Sorts the rows of one import, piece by piece; by title too where there are `titles`."""

    def __init__(self, actor: Actor, record_type: RecordType, titles: Titles | None = None) -> None:
        self.actor = actor
        self.record_type = record_type
        self._titles = titles

    @cached_property
    def _imports(self) -> set[str]:
        return batches_of(self.actor)

    @cached_property
    def _several(self) -> Mapping[tuple[str, str], int]:
        """Records that several sources bring: of types of which one is known by more than its key at one."""
        joins = self._titles or self.record_type.natural_key in self.record_type.unique
        return known_from_several(self.actor, self.record_type) if joins else {}

    def sort(self, rows: Sequence[StagedRow]) -> Piece:
        """What is to be done with some rows, as the records are now. A fixed number of queries."""
        again = [row for row in rows if row.again]
        rows = [row for row in rows if not row.again]
        present = _present(self.actor, self.record_type, rows, self._several)
        if self._titles:
            present |= _of_title(self.actor, self.record_type, rows, present, self._titles)
        known = [(row, present[row.row]) for row in rows if row.row in present]
        back = [(row, record) for row, record in known if row.record_id is None and _is_undone(record)]
        here = [(row, record) for row, record in known if row.record_id is not None or not _is_undone(record)]
        differing = [(row, record) for row, record in here if not _is_same(row, record)]
        narrow = narrowed(self.actor, self.record_type, differing, self._imports) if differing else []
        led = led_on(self.actor, self.record_type, [one for one in narrow if one.record.merged_into], self._imports)
        kept = [(one.row, one.kept) for one in narrow] + [(one.row, one.kept) for one in led]
        return Piece(
            new=[row for row in rows if row.row not in present],
            back=back,
            differing=[(one.row, one.record) for one in narrow if not one.record.merged_into],
            same=[*(row for row, record in here if _is_same(row, record)), *again],
            led_on=led,
            kept={row.row: values for row, values in kept if values},
        )


def _is_same(row: StagedRow, record: Any) -> bool:
    if row.record_id is not None:
        return not row.values and not row.typed
    return is_same(row, record)


def _present(
    actor: Actor, record_type: RecordType, rows: Sequence[StagedRow], several: Mapping[tuple[str, str], int]
) -> dict[int, Any]:
    """Records that these rows stand for, by row: those that an export of ours names, what the source has brought
    before (archived ones too), also beside others, else the live record of the same name where names are unique."""
    found: dict[int, Any] = {}
    by_source: dict[str, dict[str, int]] = {}
    records = _known(actor, record_type)
    named = {row.record_id: row.row for row in rows if row.record_id is not None}
    for ids_named in batched(named, 500):
        found |= {named[record.pk]: record for record in records.filter(pk__in=ids_named)}
    rows = [row for row in rows if row.record_id is None]
    for row in rows:
        by_source.setdefault(row.identity["external_source"], {})[row.identity["external_id"]] = row.row
    for source, ids in by_source.items():
        for some in batched(ids, 500):
            known = records.filter(external_source=source, external_id__in=some).exclude(external_id="")
            for record in known:  # the exclusion is the index's own condition: without it SQLite reads all records
                found[ids[record.external_id]] = record
    beside = {
        several.get((source_of(row), row.identity["external_id"])): row.row for row in rows if row.row not in found
    }
    for pks in batched(beside.keys() - {None, *(record.pk for record in found.values())}, 500):
        found |= {beside[record.pk]: record for record in records.filter(pk__in=pks)}
    name = record_type.natural_key
    if name in record_type.unique:
        words = {str(row.values[name]).strip().lower(): row.row for row in rows if row.values.get(name)}
        words = {word: row for word, row in words.items() if row not in found}
        taken = {record.pk for record in found.values()}
        for some in batched(words, 500):
            live = records.filter(archived_at=None).annotate(word=Lower(name)).filter(word__in=some)
            found |= {words[record.word]: record for record in live if record.pk not in taken}
    return found


def _known(actor: Actor, record_type: RecordType) -> QuerySet[Any]:
    """Records with what is asked of those that rows stand for."""
    rows = record_type.model.objects.within(actor).only("record_id", "archived_at", "version", "custom", *IDENTITY)
    known: QuerySet[Any] = rows.annotate(merged_into=F("record__merged_into"))
    return known


def _of_title(
    actor: Actor, record_type: RecordType, rows: Sequence[StagedRow], present: Mapping[int, Any], titles: Titles
) -> dict[int, Any]:
    """Records whose title rows have that nothing else is known of, by row."""
    for row in rows:
        if row.row in present:
            titles.give(present[row.row].pk, row)
    taken = {pk: row.row for row in rows if row.row not in present and (pk := titles.take(row)) is not None}
    records = _known(actor, record_type)
    return {taken[record.pk]: record for record in records.filter(pk__in=taken)} if taken else {}


def _is_undone(record: Any) -> bool:
    """Whether the import that brought the record was taken back."""
    return record.archived_at is not None and not record.external_hash and not record.merged_into


def _rows(rows: Sequence[StagedRow]) -> int:
    return sum(row.rows for row in rows)
