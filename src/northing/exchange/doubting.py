"""Rows that may be no records: sums among the others, and headings of what stands below them. A person decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from northing.exchange.footers import is_sum_in_words
from northing.exchange.left_out import LeftOut
from northing.exchange.numbers import parse_number
from northing.exchange.records import DoubtfulRow, Like, SourceRow
from northing.exchange.tables import GROUP

MOST_DOUBTED = 100
_WIDE, _NEARLY_ALL = 3, 0.9
"""Filled cells from which on a row is one of a table, and the share of others that have so many where a lone cell says
that its row is none of them."""
_FEW = 4
"""Of so many rows at most one is a heading."""
_FILLED_AS_SUMS = 0.75
"""Share of the cells of other rows below which a row has few enough to be one of sums."""
_LONGEST = 120


@dataclass
class Doubts:
    """Looks at the rows of a table one by one; `left_out` says which of them look like totals."""

    left_out: LeftOut
    _totals: list[DoubtfulRow] = field(default_factory=list)
    _totals_in_all: int = 0
    _lone: list[tuple[int, int, str]] = field(default_factory=list)  # how many rows stand above, its number, its cell
    _lone_in_all: int = 0
    _wide: int = 0
    _rows: int = 0
    _cells: int = 0
    _total_above: tuple[str, ...] = ()  # the filled columns of a total right above

    def add(self, row: SourceRow) -> None:
        """Look at one row."""
        filled = tuple(name for name, cell in row.values.items() if cell and name != GROUP)
        above, self._total_above = self._total_above, ()
        if self._is_total(row, filled, above):
            self._total_above = filled
            return
        if len(filled) == 1 and parse_number(text := row.text(filled[0]).strip()) is None:
            if len(self._lone) <= MOST_DOUBTED:  # one more says whether the last stands below or above another
                self._lone.append((self._rows, row.number, text))
            self._lone_in_all += 1
        self._wide += len(filled) >= _WIDE
        self._cells += len(filled)
        self._rows += 1

    def _is_total(self, row: SourceRow, filled: tuple[str, ...], above: tuple[str, ...]) -> bool:
        """Whether a row is one of sums, by its word or because it goes on below one that is."""
        footer = self.left_out.taken.pop(row.number, None)
        text = row.text(filled[0]).strip() if filled else ""
        is_clear = footer.sums if footer else len(filled) == 1 and is_sum_in_words(text)
        goes_on = len(filled) > 1 and filled == above and len(filled) * self._rows < _FILLED_AS_SUMS * self._cells
        if not footer and not is_clear and not goes_on:
            return False
        self._totals_in_all += 1
        if len(self._totals) < MOST_DOUBTED:
            self._totals.append(DoubtfulRow(row.number, text[:_LONGEST], "total", is_clear))
        return True

    def found(self) -> tuple[DoubtfulRow, ...]:
        """What is in doubt, by row."""
        return tuple(sorted([*self._totals, *self._headings()], key=lambda one: one.row))

    def beyond(self) -> dict[Like, int]:
        """How many more rows than those found look like totals, and like headings."""
        lone = self._lone_in_all if self._has_headings else 0
        return {"total": max(0, self._totals_in_all - MOST_DOUBTED), "heading": max(0, lone - MOST_DOUBTED)}

    @property
    def _has_headings(self) -> bool:
        others = self._rows - self._lone_in_all
        return self._wide >= _NEARLY_ALL * others and self._lone_in_all * _FEW <= self._rows

    def _headings(self) -> Iterator[DoubtfulRow]:
        """Rows of one cell where the others have more. One at the end, or below another, may be somebody's short note
        of what there is to do."""
        if not self._has_headings:
            return
        places = {place for place, *_ in self._lone}
        for place, number, text in self._lone[:MOST_DOUBTED]:
            is_clear = place < self._rows - 1 and not {place - 1, place + 1} & places
            yield DoubtfulRow(number, text[:_LONGEST], "heading", is_clear)
