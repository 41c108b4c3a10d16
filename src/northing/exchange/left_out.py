"""Rows of a table that are no records, for a person to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

MOST_NOTED = 20
T = TypeVar("T")


@dataclass
class LeftOut:
    """Numbers of rows that are no records: at most the first of each kind. `miscounts` are totals that count other
    records than stand above them: the row, what it says, and how many there are."""

    totals: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)
    miscounts: list[tuple[int, str, int]] = field(default_factory=list)

    @staticmethod
    def note(rows: list[T], one: T) -> None:
        if len(rows) < MOST_NOTED:
            rows.append(one)
