"""How a file writes its numbers: decided by each column as a whole, then by the others, then by where it comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from northing.exchange.numbers import Tally, parse_quantity
from northing.exchange.records import Column, DateOrder, Layout, NumberMarks, SourceRow
from northing.exchange.values import parse_guess
from northing.exchange.words import concepts_of

_OF_NUMBERS = frozenset(
    {"reach", "impact", "confidence", "effort", "estimate", "value", "votes", "rating", "revenue", "people"}
)
_DOTTED_DAY = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}\b.{0,12}")


class Notation:
    """What the numbers of a file show of how they are written."""

    def __init__(self, columns: Iterable[Column], layout: Layout) -> None:
        self._columns = tuple(columns)
        self._layout = layout
        typed = layout.kind not in ("csv", "tsv")
        self._tallies = {column.name: Tally(typed) for column in self._columns if _holds_numbers(column)}

    def add(self, row: SourceRow) -> None:
        """Look at the numbers of one row."""
        for name, tally in self._tallies.items():
            cells = row.values.get(name, ())
            for text in (cells,) if isinstance(cells, str) else cells:
                tally.add(text)

    def columns(self, chosen: NumberMarks | None) -> tuple[Column, ...]:
        """The columns with how their numbers are written; all those that leave room for it as a person has chosen."""
        found = {name: tally.marks for name, tally in self._tallies.items()}
        met = {name: chosen if chosen and marks != "unambiguous" else marks for name, marks in found.items()}
        return tuple(replace(column, marks=met.get(column.name, "unambiguous")) for column in self._columns)

    def of_file(self, order: DateOrder) -> NumberMarks:
        """How numbers are written where their column leaves it open."""
        sure = Counter(tally.sure for tally in self._tallies.values() if tally.sure)
        own = Counter(tally.marks for tally in self._tallies.values() if tally.marks.startswith("decimal"))
        if most := (sure or own).most_common(1):
            return most[0][0]
        if not any(tally.open for tally in self._tallies.values()):
            return "unambiguous"
        if order == "month-first":
            return "decimal-point"
        dotted = any(_DOTTED_DAY.fullmatch(text) for column in self._columns for text in column.samples)
        return "decimal-comma" if dotted or self._layout.separator == ";" else "ambiguous"


def _holds_numbers(column: Column) -> bool:
    """Whether half of the cells are numbers, and the heading does not say that they are something else: versions, ids,
    days."""
    concepts = {concept for concept, _ in concepts_of(column.name)}
    if concepts and not concepts & _OF_NUMBERS:
        return False
    read = sum(parse_quantity(text) is not None or parse_guess(text) is not None for text in column.samples)
    return bool(read) and 2 * read >= len(column.samples)
