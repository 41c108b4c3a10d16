"""Rows of a table that are no records, for a person to know."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from typing import TypeVar

MOST_NOTED = 20
_T = TypeVar("_T", int, tuple[int, str, int])


@dataclass(frozen=True, slots=True)
class Footer:
    """A row that may be no record: one of sums, or with nothing but a number of something. `counted` is how many
    records it says there are, None where it does not; `has_amounts` where sums stand beside that."""

    text: str
    sums: bool = False
    counted: float | None = None
    has_amounts: bool = False


@dataclass
class LeftOut:
    """Numbers of rows that are no records: at most the first of each kind. `miscounts` are totals that count other
    records than stand above them: the row, what it says, and how many there are. `taken` are rows that look like totals
    and may be records all the same, because more rows follow them."""

    totals: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)
    miscounts: list[tuple[int, str, int]] = field(default_factory=list)
    taken: dict[int, Footer] = field(default_factory=dict)


def note(rows: list[_T], one: _T) -> None:
    """Keep a row with the first of its kind, which need not come in their order."""
    insort(rows, one)
    del rows[MOST_NOTED:]
