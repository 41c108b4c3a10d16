"""What cells become: for each column of a file, a step that takes a cell of it into a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any

from northing.exchange.commenting import comments_in
from northing.exchange.dates import parse_date, parse_datetime, parse_period
from northing.exchange.dialects import Dialect
from northing.exchange.fields import DERIVED_WORD, EXTERNAL_ID, TARGETS, Target
from northing.exchange.headings import factor
from northing.exchange.mapping import meaning
from northing.exchange.markup import plain_text
from northing.exchange.money import MoneyColumn
from northing.exchange.numbers import number_among_words, parse_number, parse_quantity, without_groups
from northing.exchange.records import Column, ColumnMapping, DateOrder, Problem, Record, RecordType
from northing.exchange.values import (
    OTHER_SCALES,
    estimate_unit,
    is_missing,
    is_unsaid,
    level_parser,
    parse_amount,
    parse_boolean,
    parse_guess,
    parse_list,
    parse_share,
    rating_parser,
    rating_scale,
)
from northing.exchange.words import fold, is_doubted, translate
from northing.exchange.writing import unescape

_DATE_LIKE = re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}|\d{6,}")
_SCALED = re.compile(r"\d\s?[km]\b", re.IGNORECASE)
"""What says in an estimate that a number of it is in thousands, or millions."""
_FORGIVING = ("guess", "share", "amount", "money")
"""Types whose cells people fill with whatever they know yet: one that cannot be read costs no row."""
_TIME_UNITS = {"hours": "hours", "weeks": "weeks", "months": "months", "seconds": "hours"}
"""Units of efforts as estimates name them; days are what a number means by itself."""
_PEOPLE = ("assignee", "owner", "author", "reporter")
IN_DOUBT = "is in doubt and read as the state before"
_BEFORE = {
    "evaluated": "released", "released": "in_delivery", "in_delivery": "planned", "planned": "candidate",
    "candidate": "new", "declined": "candidate", "done": "in_progress", "in_progress": "new", "cancelled": "new",
    "processed": "new",
}  # fmt: skip
"""The state that a record is in as long as a later one is in doubt."""
AMONG_WORDS = "has one number among words, which is taken"
_COUNTED = frozenset({"reach", "value", "votes"})
"""What people write with words around it: `all (18,000)`."""
Step = Callable[[str | list[str], Record], None]
"""Takes one cell (or a repeated column's cells) into a record."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file is read as a whole: as what, in whose words, and how it writes its days and its numbers."""

    record_type: RecordType
    dialect: Dialect
    order: DateOrder
    zone: tzinfo
    has_decimal_comma: Callable[[str], bool]
    parts_thousands: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _File:
    """What a column's cells are read by, besides the cells themselves."""

    manner: Manner
    samples: Mapping[str, tuple[str, ...]]
    targets: frozenset[str | None]  # what all columns become


def steps(entries: tuple[ColumnMapping, ...], columns: Iterable[Column], manner: Manner) -> dict[str, Step]:
    """The step of each column that becomes something.

    Raises `ValueError` for one that is to become what the record type does not have.
    """
    samples = {column.name: column.samples for column in columns}
    file = _File(manner, samples, frozenset(entry.target for entry in entries))
    return {entry.source: _step(entry, file) for entry in entries if entry.target not in (None, EXTERNAL_ID)}


def _step(entry: ColumnMapping, file: _File) -> Step:
    record_type, dialect = file.manner.record_type, file.manner.dialect
    target = TARGETS[record_type].get(entry.target or "")
    if target is None:
        raise ValueError(
            f"column {entry.source!r} is mapped to {entry.target!r}, which {record_type} does not have; "
            f"choose one of {', '.join(TARGETS[record_type])}"
        )
    if target.name == "status":
        return _status_step(entry, record_type, dialect, decides=DERIVED_WORD[record_type] not in file.targets)
    if target.type == "text":
        return _text_step(entry.source, target.name)
    if target.type == "list":
        return _list_step(target.name)
    if target.type == "word":
        return _word_step(entry, target, has_status="status" in file.targets)
    if target.type == "structure":
        return _comments_step(target.name, file.manner)
    return _value_step(entry.source, target, file)


def _value_step(source: str, target: Target, file: _File) -> Step:
    order, zone, samples = file.manner.order, file.manner.zone, file.samples.get(source, ())
    comma = file.manner.has_decimal_comma(source)
    plain = without_groups if file.manner.parts_thousands(source) else str
    if target.type == "amount":
        return _amount_step(source, plain, decimal_comma=comma)
    if target.type == "money":
        return _money_step(source, target.name, plain, decimal_comma=comma)
    is_effort = target.name == "effort"
    unit = (file.manner.dialect.units.get(fold(source)) or estimate_unit(source) or "") if is_effort else ""
    scale = rating_scale(samples, source, decimal_comma=comma) if target.type == "rating" else None
    parsers: dict[str, tuple[Callable[[str], Any], str]] = {
        "number": (_number_parser(decimal_comma=comma), "is not a number"),
        "guess": (
            level_parser(samples, decimal_comma=comma)
            if target.name == "impact"
            else _guess_parser(unit, partial(factor, target.concept, source), decimal_comma=comma, sizes=is_effort),
            "cannot be read as an estimate",
        ),
        "share": (lambda text: parse_share(text, decimal_comma=comma), "cannot be read as a share from 0 to 100 %"),
        "rating": rating_parser(scale, decimal_comma=comma),
        "date": (lambda text: parse_date(text, order), "is not a date"),
        "datetime": (lambda text: parse_datetime(text, order, zone), "is not a date"),
        "boolean": (parse_boolean, "is neither yes nor no"),
    }
    parse, rule = parsers[target.type]
    return _parsed_step(source, target, lambda text: parse(plain(text)), rule, keep=scale in OTHER_SCALES)


def _number_parser(*, decimal_comma: bool) -> Callable[[str], float | None]:
    def parse(text: str) -> float | None:
        found = parse_quantity(text, decimal_comma=decimal_comma)
        return found and found.number

    return parse


def _guess_parser(
    unit: str, factor_of: Callable[..., float], *, decimal_comma: bool, sizes: bool
) -> Callable[[str], Any]:
    """Reads what an estimate takes; bare numbers are of the unit that the tool, or the header, gives them, and as many
    times what they say as the header says of those that are scaled, or not."""
    named = _TIME_UNITS.get(unit, "")

    def parse(text: str) -> float | str | None:
        if unit == "seconds" and (number := parse_number(text, decimal_comma=decimal_comma)) is not None:
            text = f"{number / 3600:.12g}"
        guess = parse_guess(text, decimal_comma=decimal_comma, sizes=sizes, unit=named)
        if sizes or guess is None:
            return guess
        found = parse_quantity(text, decimal_comma=decimal_comma)
        is_scaled = found.is_scaled if found else bool(_SCALED.search(text))
        return _multiplied(guess, factor_of(is_scaled=is_scaled))

    return parse


def _multiplied(guess: float | str, times: float) -> float | str:
    """A number, or each of a range, so many times.

    >>> _multiplied(800.0, 3), _multiplied("1k-4k", 3)
    (2400.0, '3k-12k')
    """
    if times == 1:
        return guess
    if isinstance(guess, float):
        return guess * times
    return re.sub(r"\d+(?:\.\d+)?", lambda found: f"{float(found[0]) * times:.12g}", guess)


def _money_step(source: str, name: str, plain: Callable[[str], str], *, decimal_comma: bool) -> Step:
    column = MoneyColumn(source, decimal_comma=decimal_comma)

    def step(cell: str | list[str], record: Record) -> None:
        text = _single(cell, source, record)
        if _is_blank(text):
            return
        if name in record.values:
            record.extra[source] = [text]
            return
        try:
            amount = column.read(plain(text))
        except ValueError as error:
            _keep_unread(record, source, text, str(error))
            return
        record.values[name] = amount.number
        record.written[name] = text
        if amount.currency:
            record.values.setdefault("account_currency", amount.currency)

    return step


def _parsed_step(source: str, target: Target, parse: Callable[[str], Any], rule: str, *, keep: bool) -> Step:
    """Cells of which one value is made; `keep` says whether it is another than the cell shows."""
    name = target.name
    forgiving = target.type in _FORGIVING

    def step(cell: str | list[str], record: Record) -> None:
        text = _single(cell, source, record)
        if _is_blank(text) if forgiving else is_missing(text):
            return
        value = _read_cell(text, source, target, parse, record)
        if value is None and target.type == "date" and _says_no_more(target, text):
            record.values.setdefault(name, None)  # what was planned for a day before no longer is
        if value is None and name == "target_date" and (period := parse_period(text)):
            record.values.setdefault("target_text", period)
            record.written.setdefault("target_text", text)
        elif value is None and (forgiving or _says_no_more(target, text)):
            _keep_unread(record, source, text, rule)
        elif value is None:
            record.problems += (Problem(name, text[:80], rule),)
        elif record.values.get(name) is not None:
            record.extra[source] = [text]
        else:
            record.values[name] = value
            if keep:
                record.extra[source] = [text]
            if target.type == "guess":
                record.written[name] = text

    return step


def _read_cell(text: str, source: str, target: Target, parse: Callable[[str], Any], record: Record) -> Any:
    """What a cell says; where it holds a number of what is counted among words, that number, and that it does."""
    value = parse(text)
    if value is None and target.concept in _COUNTED and (value := parse(number_among_words(text))) is not None:
        _keep_unread(record, source, text, AMONG_WORDS)
    return value


def _says_no_more(target: Target, text: str) -> bool:
    """Whether a cell says that nobody knows ("TBD", "k. A."), or when in words in the place of a planned day ("Q3").
    Other words in a column of numbers are those of a row whose cells have slipped."""
    if target.type in ("number", "rating"):
        return is_unsaid(text)
    return target.type == "date" and not _DATE_LIKE.search(text)


def _amount_step(source: str, plain: Callable[[str], str], *, decimal_comma: bool) -> Step:
    """An estimate of a work item, which may name its unit."""

    def step(cell: str | list[str], record: Record) -> None:
        text = _single(cell, source, record)
        if _is_blank(text):
            return
        found = parse_amount(plain(text), decimal_comma=decimal_comma)
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
            if name == "target_text":
                record.written.setdefault(name, text)

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
            word = entry.translation.get(status)
            if not word and (word := meaning(vocabulary, status, dialect)) in _BEFORE and is_doubted(status):
                word = _BEFORE[word]
                record.unread += (Problem(entry.source, status[:80], IN_DOUBT),)
            if word:
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


def _comments_step(name: str, manner: Manner) -> Step:
    def step(cell: str | list[str], record: Record) -> None:
        texts = [cell] if isinstance(cell, str) else cell
        found = [
            comment
            for text in texts
            if not is_missing(text)
            for comment in comments_in(text, manner.order, manner.zone)
        ]
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
