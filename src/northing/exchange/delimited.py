"""Records of separated text, with quotes that were never closed put right."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from typing import IO

from northing.exchange import limits

_NEVER_CLOSED = "a quote is never closed; the file may be cut off"
_TOO_LONG = f"a cell is longer than {limits.CELL_CHARACTERS:,} characters, or its quote is never closed"
_TOO_LONG_LINE = f"a line is longer than {4 * limits.CELL_CHARACTERS:,} characters"
_LINE_CHARACTERS = 4 * limits.CELL_CHARACTERS


class Delimited:
    """Iterate over the records of separated text as lists of cells; blank lines give empty lists.

    Once `width` is set (the number of headers), a record that runs over several lines without having that width
    is read again line by line if its first line has it when quotes count as letters: a stray quote then costs
    nothing. `fault` says what is wrong with the record just given, empty for most. Memory holds one record.
    """

    def __init__(self, stream: IO[str], separator: str) -> None:
        csv.field_size_limit(limits.CELL_CHARACTERS)
        self.width = 0
        self.fault = ""
        self._lines = _Lines(stream)
        self._separator = separator
        self._reader = csv.reader(self._lines, delimiter=separator)

    @property
    def line(self) -> int:
        """Physical line on which the record just given ends, from 1."""
        return self._lines.number

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        self.fault = ""
        self._lines.taken.clear()
        self._lines.cut = False
        try:
            cells = next(self._reader)
        except csv.Error:
            return self._first_line() or self._faulty(_TOO_LONG)
        if self._lines.cut:
            return self._faulty(_TOO_LONG_LINE)
        if len(self._lines.taken) == 1 and not self._lines.ended:
            return cells if '"' not in self._lines.taken[0] or self._well_formed() else self._as_it_stands(cells)
        if self._well_formed() and (len(cells) == self.width or len(self._lines.taken) == 1):
            return cells
        if len(self._lines.taken) > 1 and (literal := self._first_line()):
            return literal
        return self._faulty(_NEVER_CLOSED) if self._lines.ended and not self._well_formed() else cells

    def _as_it_stands(self, cells: list[str]) -> list[str]:
        """A line in which quotes are not what separated text means by them: they are letters, if the width is right."""
        if escaped := self._escaped():
            return escaped
        literal = self._literal()
        return literal if len(literal) == self.width else cells

    def _escaped(self) -> list[str]:
        """The first line as programs write it that put a backslash before a quote, if that gives the table's width."""
        if '\\"' not in self._lines.taken[0]:
            return []
        try:
            lines = self._lines.taken[:1]
            cells = next(csv.reader(lines, delimiter=self._separator, escapechar="\\", strict=True), [])
        except csv.Error:
            return []
        return cells if len(cells) == self.width or not self.width else []

    def _well_formed(self) -> bool:
        try:
            list(csv.reader(self._lines.taken, delimiter=self._separator, strict=True))
        except csv.Error:
            return False
        return True

    def _first_line(self) -> list[str]:
        """The first line with quotes as letters, if it then has the width of the table; the rest is read again."""
        cells = self._escaped() or self._literal()
        if len(cells) != self.width or any(len(cell) > limits.CELL_CHARACTERS for cell in cells):
            return []
        self._lines.put_back()
        return cells

    def _faulty(self, fault: str) -> list[str]:
        self.fault = fault
        cells = self._literal()
        self._lines.put_back()
        return [cell[: limits.CELL_CHARACTERS] for cell in cells]

    def _literal(self) -> list[str]:
        return [_unquoted(cell) for cell in self._lines.taken[0].rstrip("\r\n").split(self._separator)]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


class _Lines:
    """Physical lines without NUL characters; remembers those of the current record and can take them back."""

    def __init__(self, stream: IO[str]) -> None:
        self.number = 0
        self.taken: list[str] = []
        self.ended = False
        self.cut = False
        self._read = partial(stream.readline, _LINE_CHARACTERS)
        self._again: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._read()
        if not line:
            self.ended = True
            raise StopIteration
        if "\0" in line:
            line = line.replace("\0", "") or "\n"
        if len(line) >= _LINE_CHARACTERS:
            self._pass_over_rest(line)
        self.number += 1
        self.taken.append(line)
        return line

    def _pass_over_rest(self, line: str) -> None:
        """A line beyond the bound is one faulty record, not one for each piece that is read of it."""
        self.cut = True
        while line and not line.endswith("\n"):
            line = self._read()

    def put_back(self) -> None:
        """Give all lines of the current record but the first again."""
        rest = self.taken[1:]
        self._again.extend(reversed(rest))
        self.number -= len(rest)
        self.ended = False
