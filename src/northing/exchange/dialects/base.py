"""What a dialect declares: how an export is told apart, and what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from northing.exchange.reading import read_rows
from northing.exchange.records import Column, Kind, Layout, RecordType, SourceRow
from northing.exchange.words import fold, header_concepts

TABLES: frozenset[Kind] = frozenset({"csv", "tsv", "xlsx", "ods"})
JSON: frozenset[Kind] = frozenset({"json", "jsonl"})


def headers(text: str) -> frozenset[str]:
    """Headers out of a list separated by commas, folded.

    >>> sorted(headers("Clé de ticket, 課題キー"))
    ['cle de ticket', '課題キー']
    """
    return frozenset(_words(text))


def saying(*concepts: str) -> frozenset[str]:
    """Every header that means one of the concepts, in any language."""
    return frozenset(word for word, found in header_concepts().items() if any(name in concepts for name, _ in found))


def meanings(aside: str = "", **concepts: str) -> dict[str, str | None]:
    """Concept of each header, given as a list of headers per concept; those `aside` have none.

    >>> meanings(body="details, notes", aside="id")
    {'details': 'body', 'notes': 'body', 'id': None}
    """
    known: dict[str, str | None] = {word: concept for concept, text in concepts.items() for word in _words(text)}
    return known | dict.fromkeys(_words(aside))


def _words(text: str) -> list[str]:
    return [fold(word) for word in text.split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file shows of itself: its columns, folded, and for JSON documents how long each list is."""

    layout: Layout
    columns: tuple[Column, ...]
    folded: frozenset[str]
    lists: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of export. Headers and words are given folded (`northing.exchange.words.fold`).

    A file is of this kind when each of `needs` is met by one of its headers, and none of `without` is there; `signs`
    raise the score from `least` to `most`. `columns` say what a header means where the general vocabulary would not
    know better (None: keep it aside). An empty `source` stands for tools that are not known: files with the same
    columns then share a source. The first of `ids` whose columns are all there and unique identifies records. An
    export of exactly as many records as in `caps`, or list entries as in `list_caps`, was cut by the tool. `details`
    adds what cannot be read column by column, and goes before what is. `words` are those that mean something else in
    this tool than elsewhere, by vocabulary. `unfit` says why such a file holds nothing that could be imported.
    """

    name: str
    title: str
    source: str
    record_types: tuple[RecordType, ...]
    needs: tuple[frozenset[str], ...]
    without: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()
    least: float = 0.5
    most: float = 1.0
    kinds: frozenset[Kind] = TABLES
    columns: Mapping[str, str | None] = field(default_factory=dict)
    ids: tuple[tuple[str, ...], ...] = ()
    caps: tuple[int, ...] = ()
    list_caps: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    records: str | None = None
    rows: Callable[[Path, Layout], Iterator[SourceRow]] = read_rows
    details: Callable[[SourceRow], dict[str, Any]] | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unfit: str = ""

    def score(self, shape: Shape) -> float:
        """How sure it is that a file is of this kind, from 0 (it is not) to 1."""
        if shape.layout.kind not in self.kinds or not all(need & shape.folded for need in self.needs):
            return 0.0
        if self.without & shape.folded:
            return 0.0
        if self.records and self.records not in shape.lists:
            return 0.0
        return self.least + (self.most - self.least) * len(self.signs & shape.folded) / max(1, len(self.signs))

    def reasons(self, shape: Shape) -> tuple[str, ...]:
        """What speaks for this kind, in words."""
        telling = self.signs.union(*self.needs)
        names = [column.name for column in shape.columns if fold(column.name) in telling]
        return (f"Recognised as {self.title} by its columns {', '.join(names[:8])}.",) if names else ()
