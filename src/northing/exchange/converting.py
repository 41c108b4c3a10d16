"""Source rows become records: canonical names, typed values, what is wrong said row by row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from northing.exchange.commenting import comments_in
from northing.exchange.dates import parse_date, parse_datetime, parse_period
from northing.exchange.dialects import Dialect
from northing.exchange.fields import BY_TITLE, DERIVED_WORD, EXTERNAL_ID, IDENTIFIED_BY_TITLE, TARGETS, Target
from northing.exchange.finishing import finish
from northing.exchange.mapping import ids_stand_in, meaning
from northing.exchange.markup import plain_text
from northing.exchange.occurrences import Occurrences
from northing.exchange.recognising import dialect_of, propose_mapping
from northing.exchange.records import (
    Cells,
    Column,
    ColumnMapping,
    DateOrder,
    Problem,
    Recognition,
    Record,
    RecordType,
    SourceRow,
)
from northing.exchange.values import (
    OTHER_SCALES,
    estimate_unit,
    is_missing,
    level_parser,
    parse_amount,
    parse_boolean,
    parse_guess,
    parse_list,
    parse_number,
    parse_share,
    rating_parser,
    rating_scale,
    uses_decimal_comma,
)
from northing.exchange.words import fold, translate
from northing.exchange.writing import TOLD, unescape

_DATE_LIKE = re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}|\d{6,}")
_FORGIVING = ("guess", "share", "amount")
"""Types whose cells people fill with whatever they know yet: one that cannot be read costs no row."""
_TIME_UNITS = {"hours": "hours", "weeks": "weeks", "months": "months", "seconds": "hours"}
"""Units of efforts as estimates name them; days are what a number means by itself."""
_PEOPLE = ("assignee", "owner", "author", "reporter")
Step = Callable[[str | list[str], Record], None]
"""Takes one cell (or a repeated column's cells) into a record."""


def read(
    path: Path,
    recognition: Recognition,
    record_type: RecordType,
    mapping: Iterable[ColumnMapping] | None = None,
    *,
    date_order: DateOrder | None = None,
    zone: tzinfo = UTC,
) -> Iterator[Record]:
    """Stream the records of a recognised file as `record_type`.

    `mapping` (as proposed, for this record type, where not given) may send columns to "external_id" to say what
    identifies a record. `date_order` overrides the one found; times without an offset are taken in `zone`.
    A record with `problems` should be rejected with them. Every source row is a record or one of its `parts`.
    Raises `ValueError` where the mapping names a field that the record type does not have.
    """
    dialect = dialect_of(recognition)
    entries = tuple(mapping) if mapping is not None else propose_mapping(recognition, record_type)
    plan = _Plan(
        record_type=record_type,
        dialect=dialect,
        ids=tuple(entry.source for entry in entries if entry.target == EXTERNAL_ID) or recognition.id_columns,
        steps=_steps(entries, recognition.columns, record_type, dialect, date_order or recognition.date_order, zone),
        constants=_constants(entries, dialect.units, record_type),
        ids_are_titles=ids_stand_in(entries, record_type),
    )
    return _records(Path(path), recognition, plan)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is decided once for all rows of a file."""

    record_type: RecordType
    dialect: Dialect
    ids: tuple[str, ...]
    steps: Mapping[str, Step]
    constants: Mapping[str, Any]
    ids_are_titles: bool


def _records(path: Path, recognition: Recognition, plan: _Plan) -> Iterator[Record]:
    told_elsewhere = {*TOLD, *(plan.ids if not set(plan.ids) & plan.steps.keys() else ())}
    with closing(Occurrences()) as seen:
        for row in plan.dialect.rows(path, recognition.layout):
            record = Record(row.number, {}, {}, "", recognition.source, row.problems, row.parts, row.line)
            for name, cell in row.values.items():
                if not cell:
                    continue
                if step := plan.steps.get(name):
                    step(cell, record)
                elif name not in told_elsewhere:
                    record.extra[name] = [cell] if isinstance(cell, str) else cell
            _add_details(record, row, plan)
            _identify(record, row, plan, seen)
            if plan.ids_are_titles:
                record.values["title"] = record.external_id
            finish(record, plan.record_type, plan.constants)
            yield record


def _add_details(record: Record, row: SourceRow, plan: _Plan) -> None:
    details = row.details or (plan.dialect.details(row) if plan.dialect.details else {})
    targets = TARGETS[plan.record_type]
    if category := details.get("status_category"):  # in the words of work items
        derived = DERIVED_WORD[plan.record_type]
        details = details | {derived: translate(targets[derived].vocabulary or "", category) or category}
    record.values |= {name: value for name, value in details.items() if name in targets}


def _identify(record: Record, row: SourceRow, plan: _Plan, seen: Occurrences) -> None:
    """By the source's own id; without one a feature by its title, and others by a hash of their content. Equal rows
    without an id are counted to tell them apart."""
    own = [_first(row.values.get(name, "")) for name in plan.ids]
    if own and all(own):
        record.external_id = external_id = "#".join(own)
        count, first = seen.add(external_id, row.number)
        if count > 1:
            record.problems += (Problem(EXTERNAL_ID, external_id, f"already used by row {first} of this file"),)
        return
    title = record.values.get("title", "") if plan.record_type in IDENTIFIED_BY_TITLE else ""
    name = f"{BY_TITLE}{' '.join(title.casefold().split())}" if title else _content_hash(row.values)
    count, first = seen.add(name, row.number)
    record.external_id = name
    if count > 1:
        record.external_id, record.repeats = f"{name}-{count}", first


def _content_hash(values: Cells) -> str:
    content = "\x1e".join(f"{name}\x1f{cell}" for name, cell in sorted(values.items()) if cell)
    return hashlib.blake2b(content.encode(), digest_size=10).hexdigest()


def _first(cell: str | list[str]) -> str:
    return (cell if isinstance(cell, str) else next(iter(cell), "")).strip()


def _constants(entries: Iterable[ColumnMapping], units: Mapping[str, str], record_type: RecordType) -> dict[str, Any]:
    """What holds for every record of the file: the unit its estimate column names."""
    if record_type != "work_item":
        return {}
    estimates = (entry.source for entry in entries if entry.target == "estimate")
    found = (units.get(fold(source)) or estimate_unit(source) for source in estimates)
    unit = next(filter(None, found), None)
    return {"estimate_unit": unit} if unit else {}


def _steps(
    entries: tuple[ColumnMapping, ...],
    columns: Iterable[Column],
    record_type: RecordType,
    dialect: Dialect,
    order: DateOrder,
    zone: tzinfo,
) -> dict[str, Step]:
    has_status = any(entry.target == "status" for entry in entries)
    decides = all(entry.target != DERIVED_WORD[record_type] for entry in entries)
    samples = {column.name: column.samples for column in columns}
    numbers = [samples.get(entry.source, ()) for entry in entries if _is_number(entry, record_type)]
    comma = uses_decimal_comma(text for texts in numbers for text in texts)
    steps: dict[str, Step] = {}
    for entry in entries:
        if entry.target in (None, EXTERNAL_ID):
            continue
        target = TARGETS[record_type].get(entry.target or "")
        if target is None:
            raise ValueError(
                f"column {entry.source!r} is mapped to {entry.target!r}, which {record_type} does not have; "
                f"choose one of {', '.join(TARGETS[record_type])}"
            )
        if target.name == "status":
            steps[entry.source] = _status_step(entry, record_type, dialect, decides=decides)
            continue
        unit = dialect.units.get(fold(entry.source)) or estimate_unit(entry.source) or ""
        steps[entry.source] = _step(target, entry, samples.get(entry.source, ()), unit, order, zone, comma, has_status)
    return steps


def _is_number(entry: ColumnMapping, record_type: RecordType) -> bool:
    target = TARGETS[record_type].get(entry.target or "")
    return target is not None and target.type in ("number", "amount", "guess", "share", "rating")


def _step(
    target: Target,
    entry: ColumnMapping,
    samples: tuple[str, ...],
    unit: str,
    order: DateOrder,
    zone: tzinfo,
    usual_comma: bool,
    has_status: bool,
) -> Step:
    if target.type == "text":
        return _text_step(entry.source, target.name)
    if target.type == "list":
        return _list_step(target.name)
    if target.type == "word":
        return _word_step(entry, target, has_status=has_status)
    if target.type == "structure":
        return _comments_step(target.name, order, zone)
    if target.type == "amount":
        return _amount_step(entry.source, decimal_comma=uses_decimal_comma(samples, otherwise=usual_comma))
    comma = uses_decimal_comma(samples, otherwise=usual_comma)
    is_effort = target.name == "effort"
    scale = rating_scale(samples, entry.source, decimal_comma=comma) if target.type == "rating" else None
    parsers: dict[str, tuple[Callable[[str], Any], str]] = {
        "number": (lambda text: parse_number(text, decimal_comma=comma), "is not a number"),
        "guess": (
            level_parser(samples, decimal_comma=comma)
            if target.name == "impact"
            else _guess_parser(unit if is_effort else "", decimal_comma=comma, sizes=is_effort),
            "cannot be read as an estimate",
        ),
        "share": (lambda text: parse_share(text, decimal_comma=comma), "cannot be read as a share from 0 to 100 %"),
        "rating": rating_parser(scale, decimal_comma=comma),
        "date": (lambda text: parse_date(text, order), "is not a date"),
        "datetime": (lambda text: parse_datetime(text, order, zone), "is not a date"),
        "boolean": (parse_boolean, "is neither yes nor no"),
    }
    return _parsed_step(entry.source, target, *parsers[target.type], keep=scale in OTHER_SCALES)


def _guess_parser(unit: str, *, decimal_comma: bool, sizes: bool) -> Callable[[str], Any]:
    """Reads what an estimate takes; bare numbers are of the unit that the tool, or the header, gives them."""
    named = _TIME_UNITS.get(unit, "")

    def parse(text: str) -> float | str | None:
        if unit == "seconds" and (number := parse_number(text, decimal_comma=decimal_comma)) is not None:
            text = f"{number / 3600:.12g}"
        return parse_guess(text, decimal_comma=decimal_comma, sizes=sizes, unit=named)

    return parse


def _parsed_step(source: str, target: Target, parse: Callable[[str], Any], rule: str, *, keep: bool) -> Step:
    """Cells of which one value is made; `keep` says whether it is another than the cell shows."""
    name = target.name
    forgiving = target.type in _FORGIVING
    is_plan = target.type == "date"  # a day that is planned, where people write "TBD" and "Q3"

    def step(cell: str | list[str], record: Record) -> None:
        text = _single(cell, source, record)
        if _is_blank(text) if forgiving else is_missing(text):
            return
        value = parse(text)
        if value is None and name == "target_date" and (period := parse_period(text)):
            record.values.setdefault("target_text", period)
        elif value is None and (forgiving or (is_plan and not _DATE_LIKE.search(text))):
            _keep_unread(record, source, text, rule)
        elif value is None:
            record.problems += (Problem(name, text[:80], rule),)
        elif name in record.values:
            record.extra[source] = [text]
        else:
            record.values[name] = value
            if keep:
                record.extra[source] = [text]
            if target.type == "guess":
                record.written[name] = text

    return step


def _amount_step(source: str, *, decimal_comma: bool) -> Step:
    """An estimate of a work item, which may name its unit."""

    def step(cell: str | list[str], record: Record) -> None:
        text = _single(cell, source, record)
        if _is_blank(text):
            return
        found = parse_amount(text, decimal_comma=decimal_comma)
        if found is None:
            _keep_unread(record, source, text, "cannot be read as a number")
        elif "estimate" in record.values:
            record.extra[source] = [text]
        else:
            record.values["estimate"], unit = found
            if unit:
                record.values["estimate_unit"] = unit

    return step


def _is_blank(text: str) -> bool:
    """Whether a cell of a forgiving column says nothing at all; "?" and "n/a" say something."""
    return is_missing(text, free_text=True) or not text.strip("-–— ")


def _keep_unread(record: Record, source: str, text: str, rule: str) -> None:
    record.extra[source] = [*record.extra.get(source, ()), text]
    record.unread += (Problem(source, text[:80], rule),)


def _text_step(source: str, name: str) -> Step:
    together = name in ("text", "description")
    one_of_list = name in _PEOPLE

    def step(cell: str | list[str], record: Record) -> None:
        if isinstance(cell, str):
            text = cell.strip()
        else:
            text = "\n".join(cell).strip() if together else _single(cell, source, record)
        if len(text) < 10 and is_missing(text, free_text=True):
            return
        if together and (plain := plain_text(text)) != text:
            record.extra[source], text = [text], plain
        if one_of_list and text[:1] == "[" and text[-1:] == "]":
            text = text[1:-1]
        if name in record.values:
            record.extra[source] = [text]
        else:
            record.values[name] = unescape(text)

    return step


def _status_step(entry: ColumnMapping, record_type: RecordType, dialect: Dialect, *, decides: bool) -> Step:
    """The status stays as the source has it; the word that follows from it is noted beside. It `decides` where no
    other column gives that word."""
    derived = DERIVED_WORD[record_type]
    vocabulary = TARGETS[record_type][derived].vocabulary or ""
    keep = _text_step(entry.source, "status")

    def step(cell: str | list[str], record: Record) -> None:
        keep(cell, record)
        if status := record.values.get("status"):
            if word := entry.translation.get(status) or meaning(vocabulary, status, dialect):
                record.values.setdefault(derived, word)
            if decides:
                record.written["status"] = status

    return step


def _list_step(name: str) -> Step:
    def step(cell: str | list[str], record: Record) -> None:
        # Entries that the source keeps apart itself may hold commas.
        found = parse_list(cell) if isinstance(cell, str) else [text for text in map(str.strip, cell) if text]
        if found:
            record.values[name] = list(dict.fromkeys([*record.values.get(name, ()), *found]))

    return step


def _word_step(entry: ColumnMapping, target: Target, *, has_status: bool) -> Step:
    """A word of the source in the words that are known. A box that is not ticked says less than a status does."""
    vocabulary = target.vocabulary or ""

    def step(cell: str | list[str], record: Record) -> None:
        text = _single(cell, entry.source, record)
        word = entry.translation.get(text) or translate(vocabulary, text)
        if word and not (has_status and parse_boolean(text) is False):
            record.values[target.name] = word
        if word is None or fold(text) != fold(word):
            record.extra.setdefault(entry.source, []).insert(0, text)

    return step


def _comments_step(name: str, order: DateOrder, zone: tzinfo) -> Step:
    def step(cell: str | list[str], record: Record) -> None:
        texts = [cell] if isinstance(cell, str) else cell
        found = [comment for text in texts if not is_missing(text) for comment in comments_in(text, order, zone)]
        if found:
            record.values[name] = record.values.get(name, []) + found

    return step


def _single(cell: str | list[str], source: str, record: Record) -> str:
    """The last of repeated cells counts (sprints are listed in the order of time); the others are kept aside."""
    if isinstance(cell, str):
        return cell.strip()
    *others, last = [text for text in cell if text.strip()] or [""]
    if others:
        record.extra[source] = others
    return last.strip()
