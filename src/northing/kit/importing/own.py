"""Northing's own exports on their way back, changed by hand: each row finds the record it came from by its key and the
time that record was made, and only what was changed comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import F

from northing import exchange
from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.exchange import cautions
from northing.exchange.dates import parse_date, parse_datetime, parse_period
from northing.exchange.numbers import parse_quantity
from northing.exchange.occurrences import Occurrences
from northing.exchange.reading import read_rows
from northing.exchange.records import ColumnMapping, DateOrder, NumberMarks, Problem, Recognition, SourceRow
from northing.exchange.values import parse_boolean
from northing.exchange.writing import XLSX_CELL_CHARACTERS, as_text, escape, unescape
from northing.kit import cleaning, exporting, tagging
from northing.kit.batches import batched
from northing.kit.exporting import EXPORTED
from northing.kit.extensions import extensions
from northing.kit.fields import Day, Field, Flag, Moment, Number
from northing.kit.importing.choices import NOTHING, Choices
from northing.kit.importing.importers import (
    CHANGED,
    KEY,
    MADE,
    OWN,
    Incoming,
    Values,
    importers,
    own_target,
    plain_incoming,
)
from northing.kit.importing.typed import Cells, typed
from northing.kit.measured import Measured
from northing.kit.models import ChangeEntry, Record
from northing.kit.problems import Missing
from northing.kit.record_types import RecordType

_SAMPLE = 200  # rows in which at least one must be known
_AT_ONCE = 1000
_REMEMBERED = 8  # files of which it is remembered what they are
_NEAR = timedelta(minutes=1)  # spreadsheets show and keep no more of a time


def recognised(
    where: Actor | Workspace, record_type: RecordType, path: Path, claimed_name: str, choices: Choices = NOTHING
) -> Recognition:
    """What a file is. It is an export of ours if it has keys and times of creation, and those of some row are a record
    of this workspace: another tool's keys, or another workspace's, never are. Raises `Refused`."""
    chosen = choices.sheet, choices.date_order, choices.number_marks
    kept = path.stat()
    found = _recognised(path, (kept.st_ino, kept.st_size, kept.st_mtime_ns), claimed_name, *chosen)
    columns = {own_target(record_type, column.name): column.name for column in found.columns}
    if KEY not in columns or MADE not in columns:
        return found
    rows = list(islice(read_rows(path, found.layout), _SAMPLE))
    records = _records(where, record_type, [row.text(columns[KEY]) for row in rows])
    for row in rows:
        record = records.get(row.text(columns[KEY]))
        made = row.text(columns[MADE])
        if record and record.archived_at is None and _is_made_at(record, made, found):
            return replace(
                found,
                format=OWN,
                title=f"{record_type.nouns} as Northing exports them",
                mapping=(),
                id_columns=(),
                warnings=tuple(cautions.of_encoding(found.layout, rows)),
                unfit="",
                reasons=(f"Its keys and times of creation are those of {record_type.nouns} of this workspace.",),
            )
    return found


@lru_cache(maxsize=_REMEMBERED)
def _recognised(
    path: Path,
    stamp: tuple[int, ...],
    claimed_name: str,
    sheet: str,
    order: DateOrder | None,
    marks: NumberMarks | None,
) -> Recognition:
    """The whole file is looked at once, not each time that somebody asks; `stamp` tells another file of that path."""
    return exchange.recognise(path, claimed_name, sheet=sheet, date_order=order, number_marks=marks)


def _records(where: Actor | Workspace, record_type: RecordType, keys: Iterable[str]) -> dict[str, Any]:
    """Records by key as it was given; what is no key of this type is absent."""
    numbers: dict[str, int] = {}
    for key in keys:
        with suppress(Missing):
            numbers[key] = record_type.number_from(key)
    spine = Record.objects.within(where).filter(type=record_type.name)
    found: dict[int, Any] = {}
    for some in batched(set(numbers.values()), 500):
        ids = list(spine.filter(number__in=some).values_list("pk", flat=True))
        rows = record_type.model.objects.within(where).annotate(merged_into=F("record__merged_into")).in_bulk(ids)
        found |= {record.number: record for record in rows.values()}
    return {key: found[number] for key, number in numbers.items() if number in found}


def _is_made_at(record: Any, text: str, recognition: Recognition) -> bool:
    """Whether the time is the record's, to the minute, or its day where a spreadsheet shows no more."""
    moment = parse_datetime(text, recognition.date_order)
    if moment is None:
        return False
    is_day = moment.time() == datetime.min.time() and moment.date() == record.created_at.date()
    return is_day or bool(abs(moment - record.created_at) < _NEAR)


def incoming(
    actor: Actor, path: Path, recognition: Recognition, record_type: RecordType, mapping: Sequence[ColumnMapping]
) -> Iterator[Incoming]:
    """Every row: of a known record the values that differ, checked; of a new one (its key is empty) all."""
    reader = _Reader.of(actor, record_type, recognition, mapping)
    with closing(Occurrences()) as seen:
        for rows in batched(read_rows(path, recognition.layout), _AT_ONCE):
            yield from reader.read(rows, seen)


@dataclass(frozen=True)
class _Edited:
    """A row of a known record with its cells that are no longer what an export would write."""

    row: SourceRow
    record: Any
    values: Values


@dataclass(frozen=True)
class _Reader:
    actor: Actor
    record_type: RecordType
    recognition: Recognition
    columns: Mapping[str, str]
    commas: frozenset[str]

    @classmethod
    def of(
        cls, actor: Actor, record_type: RecordType, recognition: Recognition, mapping: Sequence[ColumnMapping]
    ) -> _Reader:
        columns = {entry.target: entry.source for entry in mapping if entry.target}
        commas = {target for target, source in columns.items() if recognition.has_decimal_comma(source)}
        return cls(actor, record_type, recognition, columns, frozenset(commas))

    def read(self, rows: Sequence[SourceRow], seen: Occurrences) -> Iterator[Incoming]:
        records = _records(self.actor, self.record_type, [self._cell(row, KEY) for row in rows])
        edited = {one.row.number: one for one in self._edited(rows, records)}
        checked = self._checked(list(edited.values()))
        by_hand = typed(self.actor, self.record_type, [self._cells(row, records) for row in rows])
        for row in rows:
            key = self._cell(row, KEY)
            cells, faults = by_hand[row.number].cells, by_hand[row.number].problems
            if not key:
                new = self._new(row, seen)
                yield replace(new, typed=cells, problems=(*new.problems, *faults))
                continue
            problems = (*row.problems, *self._misplaced(row, key, records.get(key), seen))
            if problems:
                yield Incoming(row.number, row.parts, {}, {}, {}, problems)
                continue
            values, problems = checked.get(row.number, ({}, ()))
            problems = (*problems, *faults)
            if (values or cells) and records[key].archived_at is not None:
                merged = "was merged into another; change that one's row instead"
                rule = merged if records[key].merged_into else "is archived; bring it back before changing it"
                problems = (*problems, Problem(KEY, key, rule))
            record = records[key]
            yield Incoming(row.number, row.parts, values, {}, {}, problems, record.pk, cells, version=record.version)

    def _cell(self, row: SourceRow, target: str) -> str:
        return row.text(self.columns.get(target, "")).strip()

    def _cells(self, row: SourceRow, records: Mapping[str, Any]) -> Cells:
        """The cells of columns that are no fields."""
        record = records.get(self._cell(row, KEY))
        names = extensions.columns[self.record_type.name].keys() & self.columns.keys()
        exported = parse_datetime(self._cell(row, EXPORTED), self.recognition.date_order)
        return Cells(row.number, record and record.pk, {name: self._cell(row, name) for name in names}, exported)

    def _misplaced(self, row: SourceRow, key: str, record: Any, seen: Occurrences) -> Iterator[Problem]:
        """Why the row is not that of the record whose key it has."""
        if record is None:
            noun = self.record_type.noun
            yield Problem(KEY, key[:80], f"no {noun} has this key here; leave the cell empty to make a new one")
            return
        made = self._cell(row, MADE)
        if not _is_made_at(record, made, self.recognition):
            rule = f"{key} was made at {record.created_at:%Y-%m-%d %H:%M}; put that back, or leave the key empty"
            yield Problem(MADE, made[:80], rule)
        count, first = seen.add(f"key {record.pk}", row.number)
        if count > 1:
            yield Problem(KEY, key, f"already used by row {first} of this file")

    def _fields(self) -> list[tuple[str, Field]]:
        return [(name, spec) for name, spec in self.record_type.specs.items() if name in self.columns]

    def _new(self, row: SourceRow, seen: Occurrences) -> Incoming:
        """A row that was written below the others."""
        chosen = {self.columns[name]: name for name, _ in self._fields()}
        told = {source for target, source in self.columns.items() if source not in chosen}
        told |= exporting.worked_out(self.record_type)
        new = replace(row, values={name: cell for name, cell in row.values.items() if name not in told})
        one = plain_incoming(new, self.recognition.source, self.record_type, chosen, seen)
        for name, spec in self._fields():
            if name in one.values:
                one.values[name] = self._value(name, spec, one.values[name].strip(), "")
        self._put_in_words(one.values)
        return one

    def _put_in_words(self, values: Values) -> None:
        """Send parts of years that were typed in the place of days to the fields that take them."""
        for name, words in self.record_type.in_words.items():
            if isinstance(text := values.get(name), str) and (period := parse_period(text)):
                values |= {name: None, words.field: values.get(words.field) or period}

    def _value(self, name: str, spec: Field, text: str, now: str) -> Any:
        """What a spreadsheet may have made of a value, in the way it writes numbers and dates. An apostrophe is the
        person's own where the value that was exported (`now`) has one too, and in JSON, which needs none."""
        order = self.recognition.date_order
        if not text:
            return None
        if isinstance(spec, Measured) and text.endswith("%"):
            return text
        if isinstance(spec, Number):
            found = parse_quantity(text, decimal_comma=name in self.commas)
            return text if found is None else found.number
        if isinstance(spec, Day):
            return parse_date(text, order) or text
        if isinstance(spec, Moment):
            return parse_datetime(text, order) or text
        if isinstance(spec, Flag):
            flag = parse_boolean(text)
            return text if flag is None else flag
        is_own = self.recognition.layout.kind in ("json", "jsonl") or unescape(now) != now
        return text if is_own else unescape(text)

    def _edited(self, rows: Sequence[SourceRow], records: Mapping[str, Any]) -> Iterator[_Edited]:
        """Rows with cells that are not what an export would now write. Those that are need not even be understood:
        the name of a member who has left stays as it is."""
        known = [(row, records[key]) for row in rows if (key := self._cell(row, KEY)) in records]
        now = {
            name: exporting.column(self.actor, self.record_type, name, [record for _, record in known])
            for name, _ in self._fields()
        }
        for at, (row, record) in enumerate(known):
            cells = ((name, spec, self._cell(row, name)) for name, spec in self._fields())
            values = {
                name: self._value(name, spec, cell, as_text(now[name][at]))
                for name, spec, cell in cells
                if not _is_written(as_text(now[name][at]), cell)
            }
            self._put_in_words(values)
            if values:
                yield _Edited(row, record, values)

    def _checked(self, edited: Sequence[_Edited]) -> dict[int, tuple[Values, tuple[Problem, ...]]]:
        """By row, the values that differ from the record's own, with what is wrong with them."""
        cleaned, problems = cleaning.clean(self.actor, self.record_type, [one.values for one in edited], partial=True)
        made = importers.of(self.record_type).makes
        faults: dict[int, list[Problem]] = {}
        for problem in problems:
            if problem.field not in made:
                value = "" if problem.value is None else str(problem.value)[:200]
                faults.setdefault(problem.row, []).append(Problem(problem.field, value, problem.rule))
        tags = tagging.tags_of([one.record.pk for one in edited])
        earlier = self._earlier(edited)
        found = {}
        for at, one in enumerate(edited):
            before = cleaning.values_of(self.record_type, one.record, tags.get(one.record.pk, ()))
            differing = {name for name, value in cleaned[at].items() if _plain(value) != _plain(before[name])}
            differing -= self._untouched(cleaned[at], earlier.get(at, {}))
            unclear = {name for name in one.values if name not in cleaned[at]}
            if differing and at not in faults:
                after = before | {name: cleaned[at][name] for name in differing}
                broken = self.record_type.check(before, after)
                faults[at] = [Problem(bad.field, str(bad.value or "")[:200], bad.rule) for bad in broken]
            values = {name: one.values[name] for name in one.values if name in differing | unclear}
            found[one.row.number] = (values, tuple(faults.get(at, ())))
        return found

    def _earlier(self, edited: Sequence[_Edited]) -> dict[int, dict[str, Any]]:
        """By place, the JSON values that fields had when the row was exported and that were changed since."""
        stale: dict[int, tuple[int, datetime]] = {}
        for at, one in enumerate(edited):
            then = parse_datetime(self._cell(one.row, CHANGED), self.recognition.date_order)
            if then is not None and one.record.updated_at - then >= _NEAR:
                stale.setdefault(one.record.pk, (at, then + _NEAR))  # a second row of the record is rejected anyway
        found: dict[int, dict[str, Any]] = {}
        for some in batched(stale, 500):
            entries = ChangeEntry.objects.filter(record_id__in=some).order_by("-pk")
            for record_id, when, old in entries.values_list("record_id", "change__at", "old"):
                at, then = stale[record_id]
                if when >= then:
                    found.setdefault(at, {}).update(old)
        return found

    def _untouched(self, cleaned: Values, earlier: Mapping[str, Any]) -> set[str]:
        """Fields that somebody else has changed since the export, and the person with the file has not."""
        specs = self.record_type.specs
        return {name for name, old in earlier.items() if name in cleaned and specs[name].to_json(cleaned[name]) == old}


def _is_written(now: str, cell: str) -> bool:
    """Whether a cell is what an export writes, with what spreadsheets do to it: line ends, their longest text."""
    now, cell = _plain(now).strip(), _plain(cell)
    cut = len(cell) >= XLSX_CELL_CHARACTERS - 10 and now.startswith(cell)
    return cut or cell in (now, escape(now))


def _plain(value: Any) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
