"""Rows of a table that are no records, for a person to know."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from typing import TypeVar

MOST_NOTED = 20
_T = TypeVar("_T", int, tuple[int, str, int])


@dataclass
class LeftOut:
    """Numbers of rows that are no records: at most the first of each kind. `miscounts` are totals that count other
    records than stand above them: the row, what it says, and how many there are. `taken_in` counts the rows that look
    like totals and are records all the same, because more rows follow them."""

    totals: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)
    miscounts: list[tuple[int, str, int]] = field(default_factory=list)
    taken_in: int = 0


def note(rows: list[_T], one: _T) -> None:
    """Keep a row with the first of its kind, which need not come in their order."""
    insort(rows, one)
    del rows[MOST_NOTED:]
