"""How the records of a file become values of a record type."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, cast

from northing import exchange
from northing.access.actor import Actor
from northing.exchange import EXTERNAL_ID
from northing.exchange.fields import DERIVED_WORD
from northing.exchange.mapping import WORDS, ids_stand_in
from northing.exchange.occurrences import Occurrences
from northing.exchange.reading import read_rows
from northing.exchange.records import ColumnMapping, Problem, Recognition, Record, SourceRow
from northing.exchange.writing import TOLD
from northing.kit.changes import ChangeSession
from northing.kit.exporting import EXPORTED
from northing.kit.extensions import extensions
from northing.kit.importing import plain
from northing.kit.importing.digests import digest, plain_json
from northing.kit.importing.folding import folded
from northing.kit.importing.referring import target_of
from northing.kit.record_types import RecordType

MOST_CUSTOM = 1_000_000
OWN = "northing-export"
"""Format of an export of the workspace's own records, with the columns that say which record a row is: its key, when
it was made, when it was last changed, and when it was exported."""
KEY, MADE, CHANGED = "key", "created_at", "updated_at"
FORM = "form"
"""Where a row, and the record that it brought, keeps which form of export that was: one tool's table and its JSON say
the same in other columns."""
_NAMED = 20
_FROM_HISTORY = "state_times"
"""What only a tool's history of changes tells, never a column."""

Values = dict[str, Any]


class Brought(NamedTuple):
    """A record that an import has written, with what the file says of it beyond its fields: the canonical values of
    another tool's row, or what was typed into columns of our own export, by the column's name. `before` is what was
    kept of it as imported the last time."""

    record: Any
    canonical: Values
    typed: Mapping[str, str]
    before: Mapping[str, Any]


class Joined(NamedTuple):
    """What counts once a number of the file stands beside those that people gave, and what the file's does in words:
    "" where it changes nothing."""

    then: str
    words: str


Said = Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]]
"""By record the canonical values of a row, and what was kept of it as imported the last time."""


@dataclass(frozen=True)
class Importer:
    """What a module says about the import of one of its types, beyond the field specifications.

    `adapt` turns canonical values of the exchange into values of the type's fields. `makes` names reference fields
    whose missing records are created from their name (an unknown account in feedback), `optional` those whose unknown
    names are kept aside instead of rejecting the row (an owner who is no member), and `status` the field that says what
    a status of the file stands for. `after` writes what is not a field (an imported effort becomes an estimate), in the
    same transaction; `read_as` tells how such a value is read, in words with the workspace's currency, and `unusable`
    by which rule it cannot be used, empty where it can; `doubt` why one that is used is hardly meant so, and `way_out`
    what to do about that. `of_closed` says why what is done where it comes from is new here. `joined` tells what
    becomes of numbers that people have given too. With `by_title` a row is also taken for the record of another
    origin that has its title. Of a type that the exchange does not know, `meanings` names the concepts of headings that
    stand for a field, and rows with the same natural key are one record where the type `folds` them. `tells` names what
    rows say of the record that one of the fields in `makes` refers to: canonical values
    with the fields of that record.
    """

    adapt: Callable[[Values], Values]
    makes: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    after: Callable[[ChangeSession, Sequence[Brought]], None] | None = None
    by_title: bool = False
    of_closed: str = ""
    read_as: Callable[[str, Any, str], str] | None = None
    unusable: Callable[[str, Any], str] | None = None
    doubt: Callable[[str, Any], str] | None = None
    way_out: str = ""
    joined: Callable[[Actor, Said], Mapping[int, Mapping[str, Joined]]] | None = None
    status: str = ""
    meanings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folds: bool = False
    tells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass
class Importers:
    by_type: dict[str, Importer] = field(default_factory=dict)

    def register(self, record_type: str, importer: Importer) -> None:
        self.by_type[record_type] = importer

    def of(self, record_type: RecordType) -> Importer:
        return self.by_type.get(record_type.name, _PLAIN)


_PLAIN = Importer(adapt=dict)
importers = Importers()


@dataclass(slots=True)
class Incoming:
    """One record of the source on its way in: values of fields, identity, and what is wrong with it.

    With `record_id` it is new values for that record, checked already against its `version`; those that are as they
    were are left out. `category` is what its status is read as, "" where that is not known; `repeats` is the row of the
    file that says the same, `again` the one that this is once more; `disagreeing` are fields in which the rows that it
    stands for differ.
    """

    row: int
    parts: tuple[int, ...]
    values: Values
    canonical: Values
    identity: Values
    problems: tuple[Problem, ...]
    record_id: int | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Problem, ...] = ()
    version: int | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    category: str = ""
    repeats: int | None = None
    again: int | None = None
    disagreeing: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many records of the source this one stands for."""
        return 1 + len(self.parts)

    def keep_aside(self, name: str, rule: str) -> None:
        """Keep a value that its field cannot take with what has no field."""
        value = self.values.pop(name)
        self.unread += (Problem(name, str(value)[:80], rule),)
        kept = {**self.identity["custom"].get("source", {}), f"{name} as given": value}
        self.identity["custom"] = {**self.identity["custom"], "source": kept}


def propose(record_type: RecordType, recognition: Recognition) -> tuple[ColumnMapping, ...]:
    """Where each column goes: the dialect's proposal, or headings that are called like the type's fields."""
    if recognition.format == OWN:
        return _own_mapping(record_type, recognition)
    if exchange_knows(record_type):
        return exchange.propose_mapping(recognition, cast("exchange.RecordType", record_type.name))
    return plain.propose(record_type, recognition.columns, importers.of(record_type).meanings)


def own_target(record_type: RecordType, heading: str) -> str | None:
    """The field that a heading of our own export stands for; None where it cannot be set."""
    word = heading.strip().casefold()
    for name, spec in record_type.all_specs.items():
        if word in (name, spec.label.casefold()):
            return name if spec.editable or name in (MADE, CHANGED) else None
    for name, column in extensions.columns[record_type.name].items():
        if word in (name, column.label.casefold()):
            return name if column.entry else None
    return next((name for name in (KEY, EXPORTED) if word in (name, name.replace("_", " "))), None)


def _own_mapping(record_type: RecordType, recognition: Recognition) -> tuple[ColumnMapping, ...]:
    taken: set[str] = set()
    mapping = []
    for column in recognition.columns:
        target = own_target(record_type, column.name)
        mapping.append(ColumnMapping(column.name, None if target in taken else target))
        taken |= {target} if target else set()
    return tuple(mapping)


def _own_warnings(recognition: Recognition, mapping: Sequence[ColumnMapping]) -> Iterator[str]:
    yield from recognition.warnings
    aside = [entry.source for entry in mapping if entry.target is None and entry.source not in TOLD]
    if aside:
        names = ", ".join(aside[:_NAMED]) + (f" and {len(aside) - _NAMED} more" if len(aside) > _NAMED else "")
        yield f"Columns that change nothing, because they are worked out or have no field: {names}."


def warnings(record_type: RecordType, recognition: Recognition, mapping: Sequence[ColumnMapping]) -> list[str]:
    """What a person should know before a file is imported as this type with this mapping."""
    if recognition.format == OWN:
        return list(_own_warnings(recognition, mapping))
    known = cast("exchange.RecordType", record_type.name) if exchange_knows(record_type) else None
    return list(exchange.warnings_for(recognition, known, tuple(mapping)))


def kind_of(record_type: RecordType, recognition: Recognition) -> tuple[str, Sequence[str]]:
    """What a file is, in words, with what speaks for it: a list of no known tool is what a person says that it is."""
    is_known = recognition.format == OWN or not recognition.source.startswith(f"{recognition.format}-")
    if is_known or recognition.unfit or record_type.name == recognition.record_type:
        return recognition.title, recognition.reasons
    return f"a list, read as {record_type.nouns}", ()


def says_something(record_type: RecordType, mapping: Sequence[ColumnMapping]) -> bool:
    """Whether any column gives records of a type that the exchange knows words, or names."""
    known = cast("exchange.RecordType", record_type.name)
    return any(column.target in WORDS for column in mapping) or ids_stand_in(mapping, known)


def targets(record_type: RecordType, recognition: Recognition) -> dict[str, str]:
    """Where a column of the file can go, with what people call it."""
    if recognition.format == OWN:
        fields = {name: spec.label for name, spec in record_type.all_specs.items()}
        fields |= {name: column.label for name, column in extensions.columns[record_type.name].items()}
        return {KEY: "Key"} | {name: label for name, label in fields.items() if own_target(record_type, name)}
    names = exchange.TARGETS[cast("exchange.RecordType", record_type.name)] if exchange_knows(record_type) else ()
    specs = record_type.specs
    taken = (name for name in names or specs if name != _FROM_HISTORY)
    labels = {name: specs[name].label if name in specs else name.replace("_", " ") for name in taken}
    return {name: label[:1].upper() + label[1:] for name, label in labels.items()} | {EXTERNAL_ID: "ID in the source"}


def label_of(record_type: RecordType, name: str) -> str:
    """What people call a value that rows bring, of their record or of one that it refers to."""
    if spec := record_type.specs.get(name):
        return spec.label
    for reference, fields in importers.of(record_type).tells.items():
        if name in fields:
            return target_of(record_type, reference).specs[fields[name]].label
    return name.capitalize()


def exchange_knows(record_type: RecordType) -> bool:
    """Whether the exchange has canonical fields, and dialects, for this type."""
    return record_type.name in exchange.TARGETS


def incoming(
    path: Path, recognition: Recognition, record_type: RecordType, mapping: Sequence[ColumnMapping]
) -> Iterator[Incoming]:
    """Every record of a file, adapted to the type."""
    importer = importers.of(record_type)
    form = {FORM: "json"} if recognition.kind in ("json", "jsonl") else {}
    for record in _records(path, recognition, record_type, mapping):
        one = _adapted(record, record_type, importer)
        one.identity["custom"] |= form
        yield one


def _adapted(record: Record, record_type: RecordType, importer: Importer) -> Incoming:
    values = importer.adapt(record.values.copy())
    extra: Values = dict(record.extra)
    identity: Values = {
        "external_source": record.source[:80],
        "external_id": _short(record.external_id),
        "external_hash": _hash(record),
    }
    for name, value in list(values.items()):
        if isinstance(value, (list, dict)):
            value = values[name] = _storable(value)
        if name in record_type.specs:
            continue
        del values[name]
        if name == "created_at":
            identity[name] = value
        else:
            extra[name] = plain_json(value)
    identity["custom"], too_long = _bounded(extra)
    canonical = record.values if importer.after else {}
    problems = (*record.problems, *too_long)
    category = str(record.values.get(_category_of(record_type), "")) if "status" in record.written else ""
    return Incoming(
        record.row,
        record.parts,
        values,
        canonical,
        identity,
        problems,
        unread=record.unread,
        written=record.written,
        category=category,
        repeats=record.repeats,
        again=record.again,
        disagreeing=record.disagreeing,
    )


def _category_of(record_type: RecordType) -> str:
    return DERIVED_WORD[cast("exchange.RecordType", record_type.name)]


def plain_incoming(
    row: SourceRow, source: str, record_type: RecordType, chosen: Mapping[str, str], seen: Occurrences
) -> Incoming:
    """A row whose columns are the type's own fields."""
    return _adapted(plain.record_of(row, source, record_type, chosen, seen), record_type, _PLAIN)


def _records(
    path: Path, recognition: Recognition, record_type: RecordType, mapping: Sequence[ColumnMapping]
) -> Iterator[Record]:
    if exchange_knows(record_type):
        yield from exchange.read(path, recognition, cast("exchange.RecordType", record_type.name), tuple(mapping))
        return
    importer = importers.of(record_type)
    reader = plain.Reader(record_type, recognition, mapping, importer.meanings)
    with closing(Occurrences()) as seen:
        records = (reader.record(row, seen) for row in read_rows(path, recognition.layout))
        yield from folded(records, record_type.natural_key, reader.moment) if importer.folds else records


def shorten(values: Values, name: str, longest: int) -> None:
    """Cut a name that a referenced record will be made of to what that takes; the whole is kept beside it.

    >>> values = {"product": "Lumen for desktops"}
    >>> shorten(values, "product", 5)
    >>> values
    {'product': 'Lumen', 'product in full': 'Lumen for desktops'}
    """
    whole = str(values.get(name) or "")
    if len(whole) > longest:
        values |= {name: whole[:longest].strip(), f"{name} in full": whole}


def _hash(record: Record) -> str:
    return digest([record.values, record.extra])


def _short(external_id: str) -> str:
    """The source's id, or what tells it apart where it is longer than we keep."""
    return external_id if len(external_id) <= 200 else f"{external_id[:160]}-{digest(external_id)}"


_SIZED = json.JSONEncoder(default=str)


def _storable(structure: Any) -> Any:
    """What is inside a structure as it will be kept, so that what is checked is what is written."""
    return json.loads(json.dumps(structure, default=plain_json))


def _bounded(extra: Mapping[str, Any]) -> tuple[Values, list[Problem]]:
    """What has no field is kept under `source`, up to a bound; what is beyond it is an error, so that none is lost."""
    kept: Values = {}
    room = MOST_CUSTOM
    problems = []
    for name, value in extra.items():
        size = len(_SIZED.encode(value)) + len(name)
        if size <= room:
            kept[name] = value
            room -= size
        else:
            rule = f"has no field, and a record keeps {MOST_CUSTOM:,} characters of such columns"
            problems.append(Problem(name, str(value)[:80], rule))
    return ({"source": kept} if kept else {}), problems
