"""What a person should know of a file's cells: words of statuses, estimates as they are read, what nobody can read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from northing.exchange.cells import IN_DOUBT
from northing.exchange.records import Problem
from northing.kit.importing.importers import Importer, Incoming, importers
from northing.kit.importing.people import NOBODY
from northing.kit.record_types import RecordType
from northing.ui.formats import counted

MOST_TEXTS = 1000
"""Distinct texts of a column that are told apart; what is beyond is counted together."""
MOST_STATUSES = 100
LONGEST_STATUS = 200
_TEXTS_SHOWN = 5


@dataclass
class Readings:
    """How the texts of an estimate's column are read, and whether there are more than `MOST_TEXTS`."""

    shown: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False


@dataclass
class Status:
    """A word of the file's statuses: on how many rows it stands, and what it is read as ("" where that is unknown)."""

    rows: int
    category: str


@dataclass
class Noted:
    """`unread` counts the cells that were kept aside because nobody can use them, by column and rule, with some of
    their texts and the first row of each. `other_statuses` counts rows with words beyond the first, or with a text
    that is too long for one. `repeated` are the first rows that say again what one above says, each with that one, and
    `repeats` is how many there are; `again` and `comes_again` are the same of rows that are skipped, because one above
    is the very same. `doubtful` counts the cells that are taken in and hardly meant so, as `unread`.
    `folded` are records that several rows stand for, `differing` on how many of them the rows disagree, by field."""

    record_type: RecordType
    currency: str
    readings: dict[str, Readings] = field(default_factory=lambda: defaultdict(Readings))
    statuses: dict[str, Status] = field(default_factory=dict)
    other_statuses: int = 0
    unread: dict[tuple[str, str], dict[str, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    repeated: list[tuple[int, int]] = field(default_factory=list)
    repeats: int = 0
    again: list[tuple[int, int]] = field(default_factory=list)
    comes_again: int = 0
    folded: int = 0
    differing: Counter[str] = field(default_factory=Counter)
    doubtful: dict[tuple[str, str], dict[str, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    _met: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _rules: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, record: Incoming) -> None:
        """Take down what an accepted record has."""
        importer = importers.of(self.record_type)
        for name, text in record.written.items():
            if name == "status":
                self._note_status(text, record)
            elif rule := self._rule(importer, name, text, _value(record, name)):
                record.unread += (Problem(name.capitalize(), text[:80], rule),)
            elif importer.read_as:
                self._note_reading(importer, name, text, _value(record, name))
                self._note_doubt(importer, record, name, text)
        self._note_unread(record.row, record.unread)
        if record.parts and importer.folds:
            self.folded += 1
            self.differing.update(record.disagreeing)
        if record.repeats is not None:
            self.repeats += record.rows
            if len(self.repeated) < _TEXTS_SHOWN:
                self.repeated.append((record.row, record.repeats))

    def note_again(self, record: Incoming) -> None:
        """Take down that a row is the very same as one above."""
        assert record.again is not None
        self.comes_again += record.rows
        if len(self.again) < _TEXTS_SHOWN:
            self.again.append((record.row, record.again))

    def _note_status(self, word: str, record: Incoming) -> None:
        if known := self.statuses.get(word):
            known.rows += record.rows
        elif len(self.statuses) < MOST_STATUSES and len(word) <= LONGEST_STATUS:
            self.statuses[word] = Status(record.rows, record.category)
        else:
            self.other_statuses += record.rows

    def _rule(self, importer: Importer, name: str, text: str, value: Any) -> str:
        if importer.unusable is None:
            return ""
        if (known := self._rules.get((name, text))) is not None:
            return known
        rule = importer.unusable(name, value)
        if len(self._rules) < MOST_TEXTS:
            self._rules[name, text] = rule
        return rule

    def _note_reading(self, importer: Importer, name: str, text: str, value: Any) -> None:
        met, readings = self._met[name], self.readings[name]
        if text in met:
            return
        if len(met) >= MOST_TEXTS:
            readings.is_cut = True
            return
        met.add(text)
        assert importer.read_as is not None
        if read := importer.read_as(name, value, self.currency):
            readings.shown[text] = read

    def _note_doubt(self, importer: Importer, record: Incoming, name: str, text: str) -> None:
        value = record.canonical.get(name)
        if importer.doubt and importer.read_as and (why := importer.doubt(name, value)):
            told = f"{text[:80]!r} as {importer.read_as(name, value, self.currency)},"
            _count(self.doubtful[name.capitalize(), why], told, record.row)

    def _note_unread(self, row: int, unread: Iterable[Problem]) -> None:
        for problem in unread:
            _count(
                self.unread[problem.field, problem.rule],
                repr(problem.value) if problem.value else "",
                problem.row or row,
            )

    def unknown(self) -> list[str]:
        """Words of statuses of which nobody knows what they stand for."""
        return [word for word, status in self.statuses.items() if not status.category]

    def otherwise(self) -> str:
        """What a record is whose status is not known, in words."""
        name = importers.of(self.record_type).status
        return otherwise(self.record_type, name) if name else ""

    def warnings(self, way_out: str = "") -> Iterator[str]:
        """What was kept aside, with row, value and rule; and statuses that are not known. `way_out` says where to say
        what these stand for."""
        if unknown := self.unknown():
            more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
            shown = f"{', '.join(map(repr, unknown[:10]))}{more}"
            yield f"Status words that are not known: {shown}. They are read as {self.otherwise()}.{way_out}"
        for (name, rule), texts in self.unread.items():
            yield _told_of_unread(name, rule, texts)
        if self.again:
            yield f"The same row again is skipped, {self.comes_again:,} in all: {_rows(self.again, self.comes_again)}."
        if self.repeated:
            what = "Rows that repeat a title" if importers.of(self.record_type).by_title else "Repeated rows"
            yield f"{what} come in too, {self.repeats:,} in all: {_rows(self.repeated, self.repeats)}."
        if self.folded:
            yield from self._told_of_folded()
        for (name, why), texts in self.doubtful.items():
            yield f"{_cells(name, why, texts)}; imported all the same: {importers.of(self.record_type).way_out}."

    def asked(self, names: Collection[str]) -> Iterator[str]:
        """Those of the warnings that a person can decide on word by word, `names` of people among these."""
        if self.unknown():
            yield next(self.warnings())
        shown = {repr(name[:80]) for name in names}
        for (name, rule), texts in self.unread.items():
            if rule == IN_DOUBT or (rule == NOBODY and texts.keys() <= shown):
                yield _told_of_unread(name, rule, texts)

    def _told_of_folded(self) -> Iterator[str]:
        """That rows were taken together, and whether they say the same."""
        one, specs = self.record_type, self.record_type.specs
        told = ", ".join(f"{specs[name].label.lower()} of {count:,}" for name, count in self.differing.items())
        differ = f" They differ ({told}); the latest counts, by date where there is one." if told else ""
        yield f"Rows with the same {specs[one.natural_key].label.lower()} are one: {one.counted(self.folded)}.{differ}"


def _told_of_unread(name: str, rule: str, texts: dict[str, list[int]]) -> str:
    return f"{_cells(name[:1].upper() + name[1:], rule, texts)}; kept with the record as imported."


def _value(record: Incoming, name: str) -> Any:
    """What a cell that is told as it is read stands for."""
    return record.canonical.get(name, record.values.get(name))


def _rows(some: Sequence[tuple[int, int]], count: int) -> str:
    """Rows, each with the one that it repeats."""
    shown = ", ".join(f"row {row} (as row {first})" for row, first in some)
    return f"{shown}{' and more' if count > len(some) else ''}"


def _count(texts: dict[str, list[int]], text: str, row: int) -> None:
    """One more cell with this text, first met in this row; beyond `MOST_TEXTS` texts it is counted without its own."""
    texts.setdefault(text if text in texts or len(texts) < MOST_TEXTS else "", [row, 0])[1] += 1


def _cells(name: str, rule: str, texts: dict[str, list[int]]) -> str:
    """How many cells of a column a rule is about, with the first of their texts and where these stand."""
    count = sum(met for _, met in texts.values())
    some = [(text, row, met) for text, (row, met) in texts.items() if text][:_TEXTS_SHOWN]
    shown = ", ".join(f"{text} {'first ' if met > 1 else ''}in row {row}" for text, row, met in some)
    more = " and more" if len(texts) > _TEXTS_SHOWN else ""
    return f"{name}: {counted(count, 'cell')} {_in_number(rule, count)} ({shown}{more})"


def otherwise(record_type: RecordType, name: str) -> str:
    """What a field of categories says where a record is made without one."""
    spec = record_type.specs[name]
    return spec.to_text(spec.empty)


def _in_number(rule: str, count: int) -> str:
    """A rule of one cell, said of several.

    >>> _in_number("is not a date", 11), _in_number("names nobody here", 2), _in_number("cannot be read", 1)
    ('are not a date', 'name nobody here', 'cannot be read')
    """
    if count == 1:
        return rule
    first, _, rest = rule.partition(" ")
    return f"{ {'is': 'are', 'has': 'have', 'names': 'name'}.get(first, first) } {rest}"
