"""Merged cells of a sheet: what reaches over several rows, and rows that are one wide cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from northing.exchange import limits
from northing.exchange.records import Refused

Corner = tuple[int, int]
NOWHERE = (-1, -1)
_WIDE = 3


@dataclass(frozen=True, slots=True)
class Merges:
    """`reach_down` holds, by row, the columns whose cell began further up; `widths` how many columns the widest cell of
    a row takes. Rows count from 1 as a spreadsheet shows them, columns from 0 as reading gives them."""

    reach_down: Mapping[int, Set[int]]
    widths: Mapping[int, int]

    def under(self, row: int) -> Set[int]:
        return self.reach_down.get(row, frozenset())

    def is_wide(self, row: int, columns: int) -> bool:
        """Whether a cell of the row takes so many of the table's columns that it heads what stands below."""
        return self.widths.get(row, 0) >= max(_WIDE, columns / 2)


UNMERGED = Merges({}, {})


def merges_of(ranges: Iterable[tuple[Corner, Corner]], last: Corner, first_column: int = 0) -> Merges:
    """From the corners of merged cells, rows and columns counted from 0 as files have them.

    `last` is the corner up to which cells are filled: a file may merge all its rows and columns for nothing. Raises
    `Refused` for cells that are merged twice, and beyond `limits.MERGED_CELLS`.

    >>> found = merges_of([((1, 0), (3, 0)), ((4, 0), (4, 5))], last=(4, 5))
    >>> found.under(2), found.under(3), found.is_wide(5, 6)
    (frozenset(), {0}, True)
    """
    down: dict[int, set[int]] = defaultdict(set)
    widths: dict[int, int] = {}
    room = min((last[0] + 1) * (last[1] + 1), limits.MERGED_CELLS)
    for (top, left), (bottom, right) in ranges:
        widths[top + 1] = max(widths.get(top + 1, 0), right - left + 1)
        columns = range(left - first_column, min(right, last[1]) - first_column + 1)
        rows = range(top + 2, min(bottom, last[0]) + 2)
        room -= len(columns) * len(rows)
        if room < 0:
            raise Refused(
                f"Merged cells lie over each other, or take more than {limits.MERGED_CELLS:,} cells of a sheet.",
                "Save it again, or as CSV.",
            )
        for row in rows if columns else ():
            down[row].update(columns)
    return Merges(down, widths)
