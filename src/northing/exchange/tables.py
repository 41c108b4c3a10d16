"""The records of a table: its rows under their headers, without what is none of them (blank rows, totals, headings)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from northing.exchange.headers import title_column
from northing.exchange.merging import UNMERGED, Merges
from northing.exchange.numbers import LONGEST, is_number, parse_number, parse_quantity
from northing.exchange.records import Cells, Layout, Problem, SourceRow
from northing.exchange.values import is_missing, parse_guess
from northing.exchange.words import concepts_of, fold, vocabularies

GROUP = "Group"
"""Column of the group in which a row stands, where headings part the table."""
MOST_NOTED = 20
_COUNT = re.compile(r"(\D*?)(\d[\d.,' ]*)(\D*)")
_BETWEEN_WORDS = re.compile(r"[/:&+|,()]|\s[-–—]\s")
Numbered = tuple[int, list[str]]


@dataclass
class LeftOut:
    """Numbers of rows that are no records, for a person to know: at most the first of each kind."""

    totals: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    numbered: list[int] = field(default_factory=list)

    @staticmethod
    def note(rows: list[int], number: int) -> None:
        if len(rows) < MOST_NOTED:
            rows.append(number)


def records(
    table: Iterable[list[str]],
    layout: Layout,
    *,
    skip: int = 0,
    merges: Merges = UNMERGED,
    left_out: LeftOut | None = None,
) -> Iterator[SourceRow]:
    """The records below the headers, each with the number that a spreadsheet shows beside its row.

    `skip` says how many rows of `table` stand up to the headers; the table of a text has been read that far already.
    """
    rows = _below(table, layout, skip)
    reader = _Rows(layout, merges, left_out or LeftOut())
    if layout.kind in ("xlsx", "ods"):
        return reader.folded(reader.grouped(rows))
    # A text's reader tells the line and the fault of the row just read: nothing may be read ahead.
    return reader.folded(("", row) for row in rows)


def _below(table: Iterable[list[str]], layout: Layout, skip: int) -> Iterator[Numbered]:
    rows = iter(table)
    for _ in range(skip):
        next(rows, None)
    return enumerate(rows, layout.header_row + 1)


class _Rows:
    def __init__(self, layout: Layout, merges: Merges, left_out: LeftOut) -> None:
        self._headers = layout.headers
        self._short_rows = layout.short_rows
        self._merges = merges
        self._left_out = left_out
        self._name_cells = _namer(layout.headers)
        self._title = title_column(layout.headers)

    def folded(self, rows: Iterable[tuple[str, Numbered]]) -> Iterator[SourceRow]:
        """Records; rows over which the cell of the title reaches are further lines of one record."""
        held: SourceRow | None = None
        lines: list[tuple[int, Cells]] = []
        above: list[str] = []
        rows_above: Counter[str] = Counter()
        for group, (number, given) in rows:
            filled = [cell for cell in map(str.strip, given) if cell]
            if not filled or self._is_headers_again(given):
                continue
            if _is_total(filled) or (len(filled) == 1 and _is_count(filled[0], rows_above, group)):
                self._left_out.note(self._left_out.totals, number)
                continue
            rows_above[group] += 1
            under = self._merges.under(number)
            if held and self._title in under:
                lines.append((number, self._name_cells(given)))
                continue
            if held:
                yield _with_lines(held, lines)
                lines = []
            cells = [
                above[at] if at in under and not cell and at < len(above) else cell for at, cell in enumerate(given)
            ]
            above = cells
            row = self._row(number, cells, group)
            if self._merges.reach_down:
                held = row
            else:
                yield row
        if held:
            yield _with_lines(held, lines)

    def _row(self, number: int, cells: list[str], group: str) -> SourceRow:
        values = self._name_cells(cells) | ({GROUP: group} if group else {})
        return SourceRow(number, values, problems=_raggedness(cells, len(self._headers), self._short_rows))

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
                self._left_out.note(self._left_out.numbered, number)
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
        self._left_out.note(self._left_out.headings, row[0])
        return next(filter(None, map(str.strip, row[1])), "")


def _is_total(filled: list[str]) -> bool:
    """A row of sums: a word for it, and otherwise numbers only, which may name their unit (`ca. 55 weeks`)."""
    if len(filled) < 2 or not _names_total(filled[0]):
        return False
    amounts = [_is_amount(cell) for cell in filled[1:]]
    return any(amounts) and all(amounts[at] or is_missing(cell) for at, cell in enumerate(filled[1:]))


def _is_count(text: str, rows_above: Counter[str], group: str = "") -> bool:
    """Whether the only cell of a row says how many there are: a word for a total and a number, or as many records as
    stand above it, in all or in its group.

    >>> above = Counter({"": 18})
    >>> _is_count("Total: 20", above), _is_count("18 features", above), _is_count("5 features", above)
    (True, True, False)
    """
    if len(text) > LONGEST or not (found := _COUNT.fullmatch(text)):
        return False
    totals, records = vocabularies()["totals"], vocabularies()["counted"]
    words = fold(f"{found[1]} {found[3]}").split()
    what = " ".join(word for word in words if word not in totals and word != "in")
    if what and what not in records:
        return False
    is_total = any(word in totals for word in words)
    return is_total or (bool(what) and parse_number(found[2]) in (rows_above[group], rows_above.total()))


def _names_total(text: str) -> bool:
    """Whether a cell says that its row is one of sums, in one language or two, with how many it sums.

    >>> _names_total("Summe / total"), _names_total("Total (40)"), _names_total("Total cost view")
    (True, True, False)
    """
    totals = vocabularies()["totals"]
    if fold(text) in totals:
        return True
    parts = [part for part in _BETWEEN_WORDS.split(text) if part.strip()]
    is_known = (fold(part) in totals or parse_number(part) is not None for part in parts)
    return bool(parts) and fold(parts[0]) in totals and all(is_known)


def _is_amount(text: str) -> bool:
    """A number, also one beyond what can be reckoned with (`1e400`), or a number with its unit (`248 rows`)."""
    is_guess = any(map(str.isdigit, text)) and parse_guess(text) is not None
    return is_guess or is_number(text) or parse_quantity(text) is not None


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
