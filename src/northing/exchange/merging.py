"""Merged cells of a sheet: what reaches over several rows, and rows that are one wide cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Corner = tuple[int, int]
_WIDE = 3


@dataclass(frozen=True, slots=True)
class Merges:
    """`reach_down` holds, by row, the columns whose cell began further up; `widths` how many columns the widest cell of
    a row takes. Rows count from 1 as a spreadsheet shows them, columns from 0 as reading gives them."""

    reach_down: Mapping[int, frozenset[int]]
    widths: Mapping[int, int]

    def under(self, row: int) -> frozenset[int]:
        return self.reach_down.get(row, frozenset())

    def is_wide(self, row: int, columns: int) -> bool:
        """Whether a cell of the row takes so many of the table's columns that it heads what stands below."""
        return self.widths.get(row, 0) >= max(_WIDE, columns / 2)


UNMERGED = Merges({}, {})


def merges_of(ranges: Iterable[tuple[Corner, Corner]], first_column: int = 0) -> Merges:
    """From the corners of merged cells, rows and columns counted from 0 as files have them.

    >>> found = merges_of([((1, 0), (3, 0)), ((4, 0), (4, 5))])
    >>> found.under(2), found.under(3), found.is_wide(5, 6)
    (frozenset(), frozenset({0}), True)
    """
    down: dict[int, set[int]] = defaultdict(set)
    widths: dict[int, int] = {}
    for (top, left), (bottom, right) in ranges:
        widths[top + 1] = max(widths.get(top + 1, 0), right - left + 1)
        for row in range(top + 2, bottom + 2):
            down[row] |= set(range(left - first_column, right - first_column + 1))
    return Merges({row: frozenset(columns) for row, columns in down.items()}, widths)
