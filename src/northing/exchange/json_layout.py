"""Where the records of a JSON document stand: in which of its lists, or whether it is one record itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from northing.exchange import cautions
from northing.exchange.dialects import DIALECTS, Shape
from northing.exchange.json_stream import BrokenLine
from northing.exchange.reading import json_values
from northing.exchange.records import Layout, Refused
from northing.exchange.words import fold

_AGAIN = "Export it again, with at least one record."
_NAMED = 20  # lists that are not read: a file may have a hundred thousand
_KNOWN = tuple(dialect.records for dialect in DIALECTS if dialect.records)


def lay_out(path: Path, layout: Layout) -> tuple[Layout, Counter[str], list[str]]:
    """The layout with the list that is read, how long each list is, and what a person should know of the others."""
    document = _Document.of(path, layout)
    _refuse(document)
    if _is_record(layout, document):
        return replace(layout, kind="jsonl", sheet="[]"), Counter(), []
    lists = document.records or document.others
    known = next((place for place in _KNOWN if place in lists), None)
    place = known or max(lists, key=lambda name: lists[name])
    unread = [name for name in lists if name != place and not known]
    more = f" and {len(unread) - _NAMED:,} more" if len(unread) > _NAMED else ""
    told = f"Only the list {place!r} is read; not read: {', '.join(unread[:_NAMED])}{more}."
    warnings = [told] if unread else []
    warnings += cautions.of_pages(place, lists[place], document.facts)
    return replace(layout, sheet=place), lists, warnings


@dataclass
class _Document:
    """How long the lists of objects are, and those of anything else; the values outside of lists; whether there are
    lists of lists; lines that are no values, and the first of them."""

    records: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    facts: dict[str, Any] = field(default_factory=dict)
    is_nameless: bool = False
    broken: int = 0
    first_broken: BrokenLine | None = None

    @classmethod
    def of(cls, path: Path, layout: Layout) -> _Document:
        found = cls()
        for place, value in json_values(path, layout):
            if not place.endswith("[]"):
                found.facts[place] = value
            elif isinstance(value, dict):
                found.records[place] += 1
            elif isinstance(value, BrokenLine):
                found.broken += 1
                found.first_broken = found.first_broken or value
            else:
                found.others[place] += 1
                found.is_nameless |= isinstance(value, list)
        if lists := found.broken and (found.records or found.others):
            lists["[]"] += found.broken
        return found


def _refuse(document: _Document) -> None:
    """Raise `Refused` for a document without a list that could be read."""
    empty = [place for place in _KNOWN if document.facts.get(place.removesuffix("[]")) == []]
    if empty:
        raise Refused(f"The list {empty[0].removesuffix('[]')!r} of the JSON document is empty.", _AGAIN)
    if document.is_nameless and not document.records:
        raise Refused("The cells of the JSON document have no names.", "Export objects with named fields, or CSV.")
    if document.records or document.others:
        return
    if line := document.first_broken:
        reason = f"Line {line.number} of the file is not valid JSON from its character {line.character} on."
        raise Refused(f"No line of the file is a record. {reason}", "Export it again, or repair it there.")
    if not document.facts:
        raise Refused("The JSON document is empty.", _AGAIN)
    facts = document.facts
    message = next((facts[name] for name in ("message", "error") if isinstance(facts.get(name), str)), "")
    told = f" Its message is {message[:200]!r}." if message else ""
    raise Refused(f"The JSON document holds no list of records.{told}", "Export a list of records.")


def _is_record(layout: Layout, document: _Document) -> bool:
    """Whether a document is one record of a known tool, as its programming interface gives it."""
    if "[]" in document.records + document.others:
        return False
    names = [name.removesuffix("[]") for name in [*document.facts, *document.records, *document.others]]
    shape = Shape(layout, (), frozenset(map(fold, names)), document.records)
    return any(dialect.source and dialect.score(shape) > 0 for dialect in DIALECTS)
