"""The records of a table: its rows under their headers, without what is none of them (blank rows, totals, headings)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from northing.exchange.footers import Footers, bare_sums, footer_of
from northing.exchange.headers import title_column
from northing.exchange.left_out import Footer, LeftOut, note
from northing.exchange.merging import UNMERGED, Merges
from northing.exchange.numbers import parse_number
from northing.exchange.records import Cells, Layout, Problem, SourceRow
from northing.exchange.words import concepts_of

GROUP = "Group"
"""Column of the group in which a row stands, where headings part the table."""
Numbered = tuple[int, list[str]]


def records(
    table: Iterable[list[str]],
    layout: Layout,
    *,
    skip: int = 0,
    merges: Merges = UNMERGED,
    left_out: LeftOut | None = None,
    mark: Callable[[SourceRow], None] = lambda row: None,
) -> Iterator[SourceRow]:
    """The records below the headers, each with the number that a spreadsheet shows beside its row.

    `skip` says how many rows of `table` stand up to the headers; the table of a text has been read that far already.
    Its reader tells the line and the fault of the row just read: `mark` is given each row before the next is read.
    """
    rows = _below(table, layout, skip)
    reader = _Rows(layout, merges, left_out or LeftOut(), mark)
    if layout.kind in ("xlsx", "ods"):
        return reader.folded(reader.grouped(rows))
    return reader.folded(("", row) for row in rows)


def _below(table: Iterable[list[str]], layout: Layout, skip: int) -> Iterator[Numbered]:
    rows = iter(table)
    for _ in range(skip):
        next(rows, None)
    return enumerate(rows, layout.header_row + 1)


class _Rows:
    def __init__(self, layout: Layout, merges: Merges, left_out: LeftOut, mark: Callable[[SourceRow], None]) -> None:
        self._layout = layout
        self._headers = layout.headers
        self._short_rows = layout.short_rows
        self._merges = merges
        self._left_out = left_out
        self._mark = mark
        self._name_cells = _namer(layout.headers)
        self._title = title_column(layout.headers)

    def folded(self, rows: Iterable[tuple[str, Numbered]]) -> Iterator[SourceRow]:
        """Records; rows over which the cell of the title reaches are further lines of one record."""
        held: SourceRow | None = None
        lines: list[tuple[int, Cells]] = []
        for row, is_line in self._read(rows):
            if held and is_line:
                lines.append((row.number, row.values))
                continue
            if held:
                yield _with_lines(held, lines)
                lines = []
            held = row
        if held:
            yield _with_lines(held, lines)

    def _read(self, rows: Iterable[tuple[str, Numbered]]) -> Iterator[tuple[SourceRow, bool]]:
        """The rows that are records or, where it is said so with them, lines of the record above."""
        footers = Footers(self._left_out)
        above: list[str] = []
        group_above, is_below = "", False
        for group, (number, given) in rows:
            filled = [cell for cell in map(str.strip, given) if cell]
            is_again = bool(filled) and self._is_headers_again(given)
            if is_again or group != group_above:
                footers.end_group()
                group_above = group
            if is_again or not filled:
                footers.end_part()
                continue
            under = self._merges.under(number)
            is_line = is_below and self._title in under
            is_below = True
            cells = given
            if under:
                cells = [above[at] if at in under and not c and at < len(above) else c for at, c in enumerate(given)]
            above = cells
            if not is_line and (footer := self._footer(given, filled)) and footers.takes(footer, group):
                found = footers.wait(footer, self._row(number, cells, group), group)
                yield from ((row, False) for row in found)
                continue
            for row in footers.records():
                yield row, False
            if is_line:
                yield self._row(number, given, ""), True
                continue
            footers.count(group)
            yield self._row(number, cells, group), False
        footers.end_group()

    def _footer(self, given: list[str], filled: list[str]) -> Footer | None:
        at, is_sheet = self._title, self._layout.kind in ("xlsx", "ods")
        is_untitled = is_sheet and at is not None and at < len(given) and not given[at].strip()
        return footer_of(filled) or (bare_sums(filled) if is_untitled else None)

    def _row(self, number: int, cells: list[str], group: str) -> SourceRow:
        values = self._name_cells(cells) | ({GROUP: group} if group else {})
        row = SourceRow(number, values, problems=_raggedness(cells, len(self._headers), self._short_rows))
        self._mark(row)
        return row

    def _is_headers_again(self, cells: list[str]) -> bool:
        """Boards that are exported group by group give their headers again for each."""
        headers = self._headers
        return (
            len(headers) > 1 and cells[:1] == [headers[0]] and tuple(map(str.strip, cells[: len(headers)])) == headers
        )

    def grouped(self, rows: Iterator[Numbered]) -> Iterator[tuple[str, Numbered]]:
        """Rows with the name of their group: that of one wide cell, of one that stands alone before the titles, or of a
        row above repeated headers with nothing but its first cell."""
        held: Numbered | None = None
        group = ""
        for number, cells in rows:
            if held and not any(cells):
                continue
            if held and self._is_headers_again(cells):
                group = self._heading(held)
                held = None
                continue
            if held:
                yield group, held
            alone = len(self._headers) > 2 and sum(map(bool, cells)) == 1
            held = (number, cells) if alone and cells[0] else None
            if alone and self._stands_before_titles(cells) and parse_number(next(filter(None, cells))) is not None:
                note(self._left_out.numbered, number)
                held = None
            elif alone and (self._merges.is_wide(number, len(self._headers)) or self._stands_before_titles(cells)):
                group = self._heading((number, cells))
                held = None
            elif held is None:
                yield group, (number, cells)
        if held:
            yield group, held

    def _stands_before_titles(self, cells: list[str]) -> bool:
        """Whether the only cell of a row is left of the titles, in a column that does not describe either."""
        at = next(at for at, cell in enumerate(cells) if cell)
        if self._title is None or at >= self._title:
            return False
        return all(concept not in ("body", "comments") for concept, _ in concepts_of(self._headers[at]))

    def _heading(self, row: Numbered) -> str:
        note(self._left_out.headings, row[0])
        return next(filter(None, map(str.strip, row[1])), "")


def _with_lines(row: SourceRow, lines: list[tuple[int, Cells]]) -> SourceRow:
    """A record with its further lines, all at once: a sheet can have a million."""
    if not lines:
        return row
    row.parts += tuple(number for number, _ in lines)
    found: dict[str, list[str]] = defaultdict(list)
    for cells in (row.values, *(values for _, values in lines)):
        for name, cell in cells.items():
            found[name] += [cell] if isinstance(cell, str) else cell
    filled = ((name, [cell for cell in cells if cell]) for name, cells in found.items())
    row.values = {name: cells[0] if len(cells) == 1 else cells or "" for name, cells in filled}
    return row


def _raggedness(cells: list[str], width: int, short_rows: bool) -> tuple[Problem, ...]:
    count = len(cells)
    if count == width or (count < width and short_rows) or (count > width and not any(cells[width:])):
        return ()
    cells_met = f"{count} cell{'s' * (count != 1)}"
    return (Problem("row", cells_met, f"the header has {width}; check quotes and separators in this row"),)


def _namer(headers: tuple[str, ...]) -> Callable[[list[str]], Cells]:
    """How a row's cells get their names; rows of the usual width take the short way."""
    counts = Counter(headers)
    if len(counts) == len(headers):
        return lambda cells: (
            _named(headers, cells) if len(cells) > len(headers) else dict(zip(headers, cells, strict=False))
        )
    once = [(name, at) for at, name in enumerate(headers) if counts[name] == 1]
    repeated = {name: [at for at, other in enumerate(headers) if other == name] for name in counts if counts[name] > 1}

    def grouped(cells: list[str]) -> Cells:
        named = _named((), cells[len(headers) :], len(headers))
        named.update((name, cells[at]) for name, at in once if at < len(cells))
        named.update(
            (name, [cells[at] for at in places if at < len(cells) and cells[at]]) for name, places in repeated.items()
        )
        return named

    return grouped


def _named(headers: tuple[str, ...], cells: list[str], offset: int = 0) -> Cells:
    names = [*headers, *(f"Column {offset + at + 1}" for at in range(len(headers), len(cells)))]
    return dict(zip(names, cells, strict=False))
