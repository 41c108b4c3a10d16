"""Which column goes to which canonical field, and what the source's words mean: a proposal for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from northing.exchange.dates import parse_datetime, parse_period
from northing.exchange.dialects import Dialect
from northing.exchange.dialects.tables import GENERIC
from northing.exchange.fields import DERIVED_WORD, EXTERNAL_ID, TARGETS, Target, ValueType
from northing.exchange.headers import numbers_records
from northing.exchange.headings import without_unit
from northing.exchange.numbers import parse_number, parse_quantity
from northing.exchange.records import Column, ColumnMapping, RecordType
from northing.exchange.values import (
    OUT_OF_TEN,
    parse_amount,
    parse_boolean,
    parse_guess,
    parse_level,
    parse_rating,
)
from northing.exchange.words import concepts_of, fold, header_concepts, is_doubted, translate, vocabularies

_WRAPPED = re.compile(
    r"[^()（）]*(?:field|feld\w*|champs?|campos?|personalizad[oa]s?|pola?|veld|f[äa]lt|alan|フィールド|字段|필드|поле)[^()（）]*[(（](.+)[)）]\s*",
    re.IGNORECASE,
)
_INNER = re.compile(r"(?:attributes|fields|properties)\.(.+)")
"""Fields of JSON records that keep all but their ids one level deeper."""
_QUALIFIED = re.compile(r"(.+?)\s*(?:[(（\[].*[)）\]]|,\s*[\w/%]+)\s*")
_IDENTIFIER = re.compile(r"(?=\S*\d)\S{4,}|[0-9a-f]{7,}|\S+@\S+|\w+://\S+|[A-Z][A-Z_]{3,}")
_PERSON = re.compile(r"\b(?:first|last|family|given|sur|user|vor|nach)\s?name$")
_NAMES = re.compile(r"(?:\bname|\b(?:country|city|state|gender|sex|language))$")
_PAIRED = re.compile(r"\s*[/&|+;,・、／]\s*|\s+(?:and|or|und|oder|et|ou|y|o|e|ed|en|i|och|og)\s+", re.IGNORECASE)
"""What stands between two things that one column holds: `Description / Benefit`, `Notes & details`."""
_QUESTION = 15
_SURE_OF_NUMBERS, _ENOUGH = 0.8, 10
_GUESSED = 0.3
"""Share of cells from which on a column called effort holds some: people write "TBD" where they do not know yet."""
_WORDED = ("comments", "area", "tags", "labels", "resolution")
WORDS = frozenset({"title", "text", "description"})
_TICKED = ("status_category",)
_SCORED = re.compile(
    r"[\s,:]*[(（\[]?\s*\b[01]\s?(?:[-–—]|\bto\b|\bbis\b|\bà\b|\ba\b)\s?(?:[3-9]|10|100)\b\s*[)）\]]?\s*$",
    re.IGNORECASE,
)
"""A scale behind a heading: what is scored is no amount, of money or of anything else."""
_SCORES = frozenset({"value", "impact"})
_WHO = frozenset({"who", "by", "by whom", "who builds it", "wer", "qui", "quien", "chi", "quem"})
"""Headings of those who do it, people or teams: what stands below says which."""
_MOST_TEAMS = 12
_TOGETHER = re.compile(r"\s*[/,;&+|]\s*|\s+(?:and|und|et|y|e)\s+", re.IGNORECASE)
_OF_WORK = frozenset({"estimate", "status", "kind", "assignee", "priority", "sprint", "started_at", "finished_at"})
_EMPTY = 0.5
"""How much less a column without any values is likely to be the one."""
_SENTENCE = 60
"""Characters from which on a text describes rather than names."""
_FEW_WORDS, _MANY_WORDS, _CHARACTERS = 5, 10, 12
"""Words from which on a cell is a sentence: where it has no number in it, as addresses have, and in any case;
characters where words are not parted."""
_UNPARTED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_LONGEST_AIM = 40
"""Characters of what is said in words in the place of a planned day."""
_LONGEST_NAME = 200
"""Characters of a header that are looked at: the patterns above take far longer the longer it is."""


def _parse_in_any_order(text: str) -> object:
    return parse_datetime(text, "day-first") or parse_datetime(text, "month-first")


_PARSERS: Mapping[ValueType, Callable[[str], object]] = {
    "number": parse_number,
    "amount": parse_amount,
    "guess": parse_guess,
    "rating": parse_rating,
    "share": parse_number,
    "money": parse_quantity,
    "date": _parse_in_any_order,
    "datetime": _parse_in_any_order,
    "boolean": parse_boolean,
}
_ALSO: Mapping[str, Callable[[str], object]] = {"impact": parse_level, "target_date": parse_period}
"""What people write into a column of numbers or days instead."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    confidence: float
    column: Column
    target: Target


def propose(
    columns: Iterable[Column], dialect: Dialect, record_type: RecordType, id_columns: tuple[str, ...] = ()
) -> tuple[ColumnMapping, ...]:
    """Propose a target for each column. Every target is given to its best column, list fields to all that fit."""
    columns = tuple(columns)
    targets = TARGETS[record_type]
    candidates = sorted(
        (candidate for column in columns for candidate in _candidates(column, dialect, targets)),
        key=lambda candidate: -candidate.confidence,
    )
    chosen: dict[str, _Candidate] = {}
    taken: set[str] = set()
    for candidate in candidates:
        name = candidate.target.name
        if candidate.column.name not in chosen and (name not in taken or candidate.target.type == "list"):
            chosen[candidate.column.name] = candidate
            taken.add(name)
    by_cells = None
    if record_type == "feedback" and not dialect.source and "text" not in taken:
        by_cells = _only_sentences(columns, chosen)
    if by_cells:
        chosen[by_cells.name] = _Candidate(0.4, by_cells, targets["text"])
        taken.add("text")
    spoken_for = {name for name, candidate in chosen.items() if candidate.target.name not in _WORDED}
    if not taken & WORDS and (column := _wordiest(columns, spoken_for)):
        concept = "body" if record_type == "feedback" or _length(column) > _SENTENCE else "title"
        target = next(target for target in targets.values() if target.concept == concept)
        chosen[column.name] = _Candidate(0.4, column, target)
    mapping = (_mapping(column, chosen.get(column.name), record_type, id_columns, dialect) for column in columns)
    doubtful = by_cells.name if by_cells and not _is_question(by_cells.name) else None
    return tuple(replace(entry, by_cells=entry.source == doubtful) for entry in mapping)


def ids_stand_in(mapping: Iterable[ColumnMapping], record_type: RecordType) -> bool:
    """Whether work items without any words have ids for titles: what is known of them shows that they are work."""
    targets = {entry.target for entry in mapping}
    return record_type == "work_item" and EXTERNAL_ID in targets and not targets & WORDS and bool(targets & _OF_WORK)


def _mapping(
    column: Column, chosen: _Candidate | None, record_type: RecordType, id_columns: tuple[str, ...], dialect: Dialect
) -> ColumnMapping:
    if chosen is None:
        identifies = id_columns == (column.name,)
        return ColumnMapping(column.name, EXTERNAL_ID if identifies else None, 0.9 if identifies else 0.0)
    return ColumnMapping(
        column.name,
        chosen.target.name,
        round(chosen.confidence, 2),
        _translation(column, chosen.target, record_type, dialect),
    )


def _translation(column: Column, target: Target, record_type: RecordType, dialect: Dialect) -> dict[str, str]:
    if target.name == "status":
        target = TARGETS[record_type][DERIVED_WORD[record_type]]
    if not target.vocabulary:
        return {}
    if target.name in _TICKED and _is_ticked(column):
        done = "released" if record_type == "feature" else "done"
        return {word: done if parse_boolean(word) else "new" for word in column.samples}
    sure = (word for word in column.samples if not is_doubted(word))
    known = ((word, meaning(target.vocabulary, word, dialect)) for word in sure)
    return {word: value for word, value in known if value}


def meaning(vocabulary: str, word: str, dialect: Dialect) -> str | None:
    """The canonical value of a word of a tool's export; None where nobody knows it."""
    return dialect.words.get(vocabulary, {}).get(fold(word)) or translate(vocabulary, word)


def _candidates(column: Column, dialect: Dialect, targets: Mapping[str, Target]) -> Iterator[_Candidate]:
    for concept, confidence in _meant(column, dialect):
        if concept == "title" and numbers_records(column.name):
            continue
        for target in targets.values():
            if concept not in (target.concept, target.otherwise):
                continue
            doubt = (0.0 if concept == target.concept else 0.25) + (0.0 if column.samples else _EMPTY)
            in_words = concept == "due" and target.name == "target_text"
            if _says_when(column) if in_words else _fits(target, column):
                yield _Candidate(confidence - doubt, column, target)


def _meant(column: Column, dialect: Dialect) -> Iterator[tuple[str, float]]:
    if not dialect.source and fold(column.name) in _WHO and column.samples:
        yield "team" if _are_teams(column.samples) else "assignee", 0.6
    yield from _concepts(column.name, dialect)


def _are_teams(samples: Iterable[str]) -> bool:
    """Whether cells are few names of which most say what a team does, alone or several together.

    >>> _are_teams(["App", "Cloud / Firmware", "Team Blue"]), _are_teams(["Ada", "Kim Berg", "App"])
    (True, False)
    """
    names = {fold(part) for text in samples for part in _TOGETHER.split(text) if part.strip()}
    known = vocabularies()["team_word"]
    teams = sum(name in known or any(word in known for word in name.split()) for name in names)
    return len(names) <= _MOST_TEAMS and 2 * teams > len(names)


def meanings_of(header: str) -> list[tuple[str, float]]:
    """What a heading of a table of no known tool can mean, each with how sure that is.

    >>> [concept for concept, _ in meanings_of("Kunde")], meanings_of("ARR (€)")[0]
    (['account', 'customer'], ('revenue', 0.9))
    """
    return list(_concepts(header, GENERIC))


def _concepts(header: str, dialect: Dialect) -> Iterator[tuple[str, float]]:
    bare = _SCORED.sub("", header[:_LONGEST_NAME])
    if bare != header[:_LONGEST_NAME]:
        best = next(_concepts(bare, dialect), ("", 0.0))
        if best[0] in _SCORES:
            yield "impact", best[1] - 0.05
            return
    if not dialect.source and not concepts_of(header):
        yield from _in_pairs(header[:_LONGEST_NAME])
    for word, confidence in _readings(header[:_LONGEST_NAME], guess=not dialect.source):
        if word in dialect.columns:
            if concept := dialect.columns[word]:
                yield concept, confidence + 0.05
            return
        if found := header_concepts().get(word):
            known = [
                (concept, confidence - rank / 1000)
                for concept, rank in found
                if confidence > 0.5 or rank < 3 or (" " in word and concept not in ("title", "body"))
            ]
            yield from known
            return
    if OUT_OF_TEN.search(header):
        yield "rating", 0.4


def _in_pairs(header: str) -> Iterator[tuple[str, float]]:
    """Words that a column holds together with something else, and a name where it holds nothing but a name and words:
    beside anything else it is the name of that, or of a person."""
    parts = [{concept for concept, _ in concepts_of(part)} for part in _PAIRED.split(header)]
    if len(parts) == 1:
        return
    if any("title" in part for part in parts) and all(part & {"title", "body"} for part in parts):
        yield "title", 0.6
    if any("body" in part for part in parts):
        yield "body", 0.55


def _readings(header: str, *, guess: bool) -> Iterator[tuple[str, float]]:
    """The header itself, without what wraps or qualifies it, and for unknown tools the words before an `of`
    (`date of the review`), or its last ones."""
    yield fold(header), 0.9
    if inner := _INNER.fullmatch(header):
        yield fold(inner[1]), 0.85
    if wrapped := _WRAPPED.fullmatch(header):
        yield fold(wrapped[1]), 0.8
    elif qualified := _QUALIFIED.fullmatch(header):
        yield fold(qualified[1]), 0.8
    if bare := without_unit(header):
        yield fold(bare), 0.75
    if guess and not _PERSON.search(fold(header)) and not fold(header).startswith("id "):
        words = fold(header).split()
        parted = [at for at in range(len(words) - 1, 0, -1) if words[at] == "of" and words[0] != "name"]
        yield from ((" ".join(words[:at]), 0.51) for at in parted)
        yield from ((" ".join(words[at:]), 0.5 - at / 100) for at in range(1, len(words)))


def _fits(target: Target, column: Column) -> bool:
    """Whether the values met can be what the header says."""
    samples = column.samples
    if not samples:
        return True
    if target.type == "rating" and any((parse_rating(text) or 0) < 0 for text in samples):
        return False
    if parser := _PARSERS.get(target.type):
        also = _ALSO.get(target.name)
        read = sum(parser(text) is not None or bool(also and also(text)) for text in samples)
        return read >= _least_share(target, samples) * len(samples)
    if target.type == "word":
        is_box = target.name in _TICKED and _is_ticked(column)
        return is_box or any(translate(target.vocabulary or "", text) for text in samples)
    if target.name.endswith("email"):
        return any("@" in text for text in samples)
    if target.name == "url":
        return any("://" in text or text.startswith("www.") for text in samples)
    if target.name == "title" and column.count > 1:
        return False
    if target.name in ("title", "text", "description", "comments"):
        return not all(_is_value(text) for text in samples)
    return True


def _says_when(column: Column) -> bool:
    """Whether a column of planned days holds nothing but a few words each time."""
    short = all(len(text) <= _LONGEST_AIM and not _is_value(text) for text in column.samples)
    return bool(column.samples) and short


def _least_share(target: Target, samples: tuple[str, ...]) -> float:
    """Share of cells that must be of the type."""
    if target.name in ("effort", "estimate", "account_revenue"):
        return _GUESSED
    sure = target.type in ("number", "share", "guess") and len(samples) >= _ENOUGH
    if target.type == "guess" and sum(parse_number(text) is not None for text in samples) < 0.5 * len(samples):
        sure = True  # sizes and ranges are a column's habit; a few words that look like one are not
    return _SURE_OF_NUMBERS if sure else 0.5


def _is_ticked(column: Column) -> bool:
    """Whether the cells are boxes: ticked for what is done, and not for what is new."""
    return all(parse_boolean(text) is not None for text in column.samples)


def _length(column: Column) -> float:
    return sum(map(len, column.samples)) / max(1, len(column.samples))


def _wordiest(columns: tuple[Column, ...], spoken_for: set[str]) -> Column | None:
    """The column that most likely names or describes: words, and seldom the same ones. Questions of a form go first."""
    worded = [column for column in columns if column.name not in spoken_for and _is_worded(column)]
    best = max(
        worded, key=lambda column: (_is_question(column.name), len(column.samples), _length(column)), default=None
    )
    most = max((len(column.samples) for column in columns), default=0)
    return best if best and (_is_question(best.name) or 2 * len(best.samples) > most) else None


def _only_sentences(columns: tuple[Column, ...], chosen: Mapping[str, _Candidate]) -> Column | None:
    """The column of no known meaning that alone among others holds sentences, titles aside."""
    titles = {name for name, candidate in chosen.items() if candidate.target.name == "title"}
    found = [column for column in columns if column.name not in titles and _holds_sentences(column)]
    return found[0] if len(found) == 1 < len(columns) and found[0].name not in chosen else None


def _holds_sentences(column: Column) -> bool:
    return 2 * sum(map(_is_sentence, column.samples)) > len(column.samples)


def _is_sentence(text: str) -> bool:
    """Whether a cell is long enough for one.

    >>> _is_sentence("Es dauert viel zu lange"), _is_sentence("Hafenstraße 5, 20457 Hamburg"), _is_sentence("Ada")
    (True, False, False)
    """
    words = len(text.split())
    if words < _FEW_WORDS and _UNPARTED.search(text):
        return len(text) >= _CHARACTERS
    return words >= _MANY_WORDS or (words >= _FEW_WORDS and not any(map(str.isdecimal, text)))


def _is_worded(column: Column) -> bool:
    """Whether most cells are words: no numbers, dates, addresses or identifiers, nor the parts of a person's name."""
    if column.count > 1 or _NAMES.search(fold(column.name)):
        return False
    worded = sum(not _is_value(text) and not _IDENTIFIER.fullmatch(text) for text in column.samples)
    return worded > 0.8 * len(column.samples)


def _is_question(header: str) -> bool:
    """A question that is answered in words, as forms put it into the header."""
    return len(header) > _QUESTION and header.rstrip(" *:").endswith(("?", "？"))


def _is_value(text: str) -> bool:
    return parse_number(text) is not None or _parse_in_any_order(text) is not None
