"""Staging: a file read once, every row adapted and checked, kept as lines that the applying step takes in pieces."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.exchange.occurrences import Occurrences
from northing.exchange.records import ColumnMapping, Problem, Recognition
from northing.kit import cleaning
from northing.kit.batches import batched
from northing.kit.fields import Person, Reference
from northing.kit.importing import own
from northing.kit.importing.choices import NOTHING, Choices
from northing.kit.importing.digests import plain_json
from northing.kit.importing.importers import OWN, Incoming, Values, importers, incoming
from northing.kit.importing.leaving_out import doubtful, rows_left_out
from northing.kit.importing.noted import Noted
from northing.kit.importing.people import NOBODY, People
from northing.kit.importing.referring import target_of
from northing.kit.importing.several import Several
from northing.kit.importing.telling import Telling
from northing.kit.record_types import RecordType

STAGED, REJECTED = "staged.jsonl", "rejected.jsonl"
CHUNK = 1000
MOST_ERRORS_KEPT = 1000
_UNCLEAR = "cannot be read"
Heed = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RowError:
    """One problem of one row, as the report gives it."""

    row: int
    field: str
    value: str
    rule: str


@dataclass
class Staged:
    """What staging found. `errors` is cut at a bound; `rejected` counts all rows with any."""

    noted: Noted
    rows: int = 0
    rejected: int = 0
    errors: list[RowError] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    people: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class StagedRow:
    """One line of a staged or rejected file; `end` is the byte after it, where the next one starts. One that comes
    `again` brings nothing: a row above is the very same."""

    row: int
    end: int
    parts: tuple[int, ...] = ()
    values: Values = field(default_factory=dict)
    canonical: Values = field(default_factory=dict)
    identity: Values = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    record_id: int | None = None
    version: int | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    again: bool = False

    @property
    def rows(self) -> int:
        """How many records of the source this one stands for."""
        return 1 + len(self.parts)

    def errors(self) -> Iterator[RowError]:
        for problem in self.problems:
            yield RowError(self.row, problem.field, problem.value, problem.rule)


@dataclass(frozen=True)
class Source:
    """A file with all that says how it is to be read: what it was recognised as, where its columns go, and what a
    person has chosen."""

    path: Path
    recognition: Recognition
    record_type: RecordType
    mapping: Sequence[ColumnMapping]
    choices: Choices = NOTHING

    @property
    def is_own(self) -> bool:
        """Whether it is an export of ours, whose rows say themselves which records they are."""
        return self.recognition.format == OWN

    def records(self, actor: Actor) -> Iterator[Incoming]:
        read = (self.path, self.recognition, self.record_type, self.mapping)
        if self.is_own:
            return own.incoming(actor, *read)
        left_out = rows_left_out(doubtful(self.record_type, self.recognition), self.choices)
        return (record for record in incoming(*read) if record.row not in left_out)


def stage(actor: Actor, folder: Path, source: Source, heed: Heed = lambda rows: None) -> Staged:
    """Read the whole file into the folder: accepted records one JSON line each, rejected ones with their problems.

    Both files appear when they are whole. `heed` is told now and then how many rows have been read.
    """
    record_type, aside = source.record_type, {*source.choices.aside, *_not_to_be_made(actor, source.record_type)}
    staged = Staged(Noted(record_type, actor.workspace.currency))
    telling, members = Telling(record_type), People.of(actor, source.choices.people)
    several = Several(actor, record_type)
    with ExitStack() as stack:
        lines = stack.enter_context(_whole(folder / STAGED))
        rejected = stack.enter_context(_whole(folder / REJECTED))
        seen = stack.enter_context(closing(Occurrences()))
        for some in batched(source.records(actor), CHUNK):
            if not source.is_own:
                members.put(record_type, some)
                several.part(some)
            found = _problems(actor, record_type, some, seen, aside)
            for record in some:
                staged.rows += record.rows
                if problems := record.problems or found.get(record.row, ()):
                    staged.rejected += record.rows
                    _keep_errors(staged, record.row, problems)
                    rejected.write(rejected_line(record.row, record.parts, problems))
                elif record.again is not None:
                    staged.noted.note_again(record)
                    lines.write(_line(record))
                else:
                    staged.noted.note(record)
                    telling.note(record)
                    lines.write(_line(record))
            heed(staged.rows)
    telling.write(folder)
    staged.people = members.asked()
    staged.told = list(telling.warnings())
    return staged


def _not_to_be_made(actor: Actor, record_type: RecordType) -> list[str]:
    """Fields whose unknown names whoever imports may make no records of: they are kept as imported."""
    made = importers.of(record_type).makes
    return [name for name in made if not actor.may(Verb.CREATE, target_of(record_type, name).name)]


@contextmanager
def _whole(target: Path) -> Iterator[IO[str]]:
    """A file that takes its place when it is complete, whoever else may be writing it."""
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _keep_errors(staged: Staged, row: int, problems: Iterable[Problem]) -> None:
    staged.errors += [RowError(row, one.field, one.value, one.rule) for one in problems]
    del staged.errors[MOST_ERRORS_KEPT:]


def _problems(
    actor: Actor, record_type: RecordType, some: Sequence[Incoming], seen: Occurrences, aside: Collection[str]
) -> Mapping[int, list[Problem]]:
    """Problems by row, from the same cleaning and rules that the change mechanism applies."""
    importer = importers.of(record_type)
    some = [record for record in some if record.record_id is None]
    cleaned, problems = cleaning.clean(actor, record_type, [record.values for record in some])
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.field in importer.optional or (problem.field in aside and problem.field in importer.makes):
            is_name = isinstance(record_type.specs[problem.field], (Reference, Person))
            some[problem.row].keep_aside(problem.field, NOBODY if is_name else _UNCLEAR)
            cleaned[problem.row][problem.field] = None
        elif problem.field not in importer.makes:
            found.setdefault(problem.row, []).append(as_told(problem))
    for index, row in enumerate(cleaned):
        if index not in found:
            faults = [as_told(problem) for problem in record_type.check(None, row)]
            faults += _repeats(record_type, some[index].row, row, seen)
            if faults:
                found[index] = faults
    return {some[index].row: faults for index, faults in found.items()}


def _repeats(record_type: RecordType, number: int, row: Values, seen: Occurrences) -> Iterator[Problem]:
    """Names that may not repeat within a workspace may not repeat within a file either."""
    for name in record_type.unique:
        if row[name]:
            count, first = seen.add(f"{name} {row[name]}".casefold(), number)
            if count > 1:
                yield Problem(name, str(row[name])[:200], f"row {first} of this file has it already")


def as_told(problem: Any) -> Problem:
    """A problem of the kit or of the exchange with its value as short text."""
    return Problem(problem.field, "" if problem.value is None else str(problem.value)[:200], problem.rule)


def _line(record: Incoming) -> str:
    line: Values = {"row": record.row, "values": record.values, "identity": record.identity}
    if record.parts:
        line["parts"] = record.parts
    if record.record_id is not None:
        line |= {"record_id": record.record_id, "version": record.version}
    if record.canonical:
        line["canonical"] = record.canonical
    if record.typed:
        line["typed"] = record.typed
    if record.again is not None:
        line["again"] = True
    return f"{_LINE.encode(line)}\n"


def rejected_line(row: int, parts: Sequence[int], problems: Iterable[Problem]) -> str:
    line = {"row": row, "parts": parts, "problems": [[one.field, one.value, one.rule] for one in problems]}
    return json.dumps(line, ensure_ascii=False) + "\n"


_LINE = json.JSONEncoder(ensure_ascii=False, default=plain_json)


def read_lines(path: Path, offset: int = 0) -> Iterator[StagedRow]:
    """The rows of a staged or rejected file from a byte offset on."""
    with path.open("rb") as lines:
        lines.seek(offset)
        for raw in lines:
            offset += len(raw)
            line = json.loads(raw)
            if "parts" in line:
                line["parts"] = tuple(line["parts"])
            if "problems" in line:
                line["problems"] = tuple(Problem(*one) for one in line["problems"])
            yield StagedRow(**line, end=offset)


def reject_late(folder: Path, row: StagedRow, problems: Iterable[Problem]) -> None:
    """Note why a row was rejected after all. The file is named by the row: written again it is the same file."""
    with _whole(folder / f"late-{row.end}.jsonl") as file:
        file.write(rejected_line(row.row, row.parts, problems))


def forget_undecided(folder: Path, offset: int) -> None:
    """Remove reasons that a killed process wrote for a row which it did not get to reject."""
    for end, path in _late_files(folder):
        if end > offset:
            path.unlink(missing_ok=True)


def _late_files(folder: Path) -> list[tuple[int, Path]]:
    return sorted((int(path.stem.removeprefix("late-")), path) for path in folder.glob("late-*.jsonl"))


def rejected_rows(folder: Path) -> Iterator[StagedRow]:
    """All rejected rows of an import: those that staging found, then those that applying did."""
    for path in (folder / REJECTED, *(path for _, path in _late_files(folder))):
        yield from read_lines(path)


def first_errors(folder: Path, count: int = MOST_ERRORS_KEPT) -> list[RowError]:
    """The first problems of an import's rejected rows."""
    return list(islice((error for row in rejected_rows(folder) for error in row.errors()), count))
