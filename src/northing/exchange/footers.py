"""Rows that sum or count those above them: `Total, 55` or `18 features`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from northing.exchange.left_out import Footer, LeftOut, note
from northing.exchange.numbers import LONGEST, is_number, parse_number, parse_quantity
from northing.exchange.records import SourceRow
from northing.exchange.values import is_missing, parse_guess
from northing.exchange.words import fold, vocabularies

_COUNT = re.compile(r"(\D*?)(\d[\d.,' ]*)(\D*)")
_BETWEEN_WORDS = re.compile(r"[/:&+|,()]|\s[-–—]\s")
_MOST_WAITING = 1000
"""Rows that are held until it is known what follows them: no table ends in more sums of different things, and a file
must not fill the memory with them."""


@dataclass
class Footers:
    """Rows that sum or count, of which only those at the end are no records: of the table, or of a group in it. Sums
    may also end a part of the table that an empty row closes."""

    left_out: LeftOut
    _waiting: list[tuple[Footer, SourceRow, str]] = field(default_factory=list)
    _above: Counter[str] = field(default_factory=Counter)
    _above_in_all: int = 0

    def wait(self, footer: Footer, row: SourceRow, group: str) -> list[SourceRow]:
        """What comes after a row decides on it. Gives those that have waited in vain, and leaves out at once what says
        again what the last of many said."""
        is_full = len(self._waiting) >= _MOST_WAITING
        if is_full and footer.sums and footer.text == self._waiting[-1][0].text:
            self._leave_out([(footer, row, group)])
            return []
        found = self.records() if is_full else []
        self._waiting.append((footer, row, group))
        return found

    def takes(self, footer: Footer, group: str) -> bool:
        """Whether a row may be one: with amounts beside it, it has to count what stands above it. `2 tickets, 4` is as
        likely a record."""
        above = {self._above[group], self._above_in_all} if footer.has_amounts else {footer.counted}
        return footer.counted in above

    def records(self) -> list[SourceRow]:
        """The rows that have waited and are records because more comes after them."""
        if not self._waiting:
            return []
        for *_, group in self._waiting:
            self.count(group)
        found = [row for _, row, _ in self._waiting]
        for footer, row, _ in self._waiting:
            if len(self.left_out.taken) < _MOST_WAITING:
                self.left_out.taken[row.number] = footer
        self._waiting = []
        return found

    def count(self, group: str) -> None:
        """That one more record stands above what comes."""
        self._above[group] += 1
        self._above_in_all += 1

    def end_part(self) -> None:
        self._leave_out(one for one in self._waiting if one[0].sums)
        self._waiting = [one for one in self._waiting if not one[0].sums]

    def end_group(self) -> None:
        self._leave_out(self._waiting)
        self._waiting = []

    def _leave_out(self, rows: Iterable[tuple[Footer, SourceRow, str]]) -> None:
        for footer, row, group in rows:
            note(self.left_out.totals, row.number)
            if footer.counted not in (None, self._above[group], self._above_in_all):
                note(self.left_out.miscounts, (row.number, footer.text, self._above_in_all))


def footer_of(filled: list[str]) -> Footer | None:
    """What a row with these cells, empty ones left out, sums or counts; None for one that can only be a record.

    >>> footer_of(["Total", "55 weeks"]), footer_of(["Sync", "55 weeks"])
    (Footer(text='Total', sums=True, counted=None, has_amounts=False), None)
    >>> footer_of(["18 features", "ca. 70 w"]), footer_of(["18 features", "Kim"])
    (Footer(text='18 features', sums=False, counted=18.0, has_amounts=True), None)
    """
    if max(map(len, filled)) > LONGEST:  # as in most rows of words; no sum is as long, nor what it is called
        return None
    count = _count(filled[0])
    if len(filled) == 1:
        return count
    if count and count.counted is not None and all(map(_is_amount, filled[1:])):
        return replace(count, has_amounts=True)
    return Footer(filled[0], sums=True) if _is_total(filled) else None


def bare_sums(filled: list[str]) -> Footer | None:
    """What a row without a title sums, if it has nothing but numbers.

    >>> bare_sums(["55", "1,200"]), bare_sums(["55", "Kim"])
    (Footer(text='55', sums=True, counted=None, has_amounts=False), None)
    """
    return Footer(filled[0], sums=True) if all(map(_is_amount, filled)) else None


def _count(text: str) -> Footer | None:
    """What the only cell of a row counts: a word for a total or for records, and a number.

    >>> _count("18 features"), _count("18 screens")
    (Footer(text='18 features', sums=False, counted=18.0, has_amounts=False), None)
    """
    if len(text) > LONGEST or not (found := _COUNT.fullmatch(text)):
        return None
    totals, records = vocabularies()["totals"], vocabularies()["counted"]
    words = fold(f"{found[1]} {found[3]}").split()
    what = " ".join(word for word in words if word not in totals and word != "in")
    if what in records:
        return Footer(text, counted=parse_number(found[2]))
    return Footer(text) if words and not what else None


def is_sum_in_words(text: str) -> bool:
    """Whether a cell says by itself what all come to.

    >>> is_sum_in_words("TOTAL 300 days"), is_sum_in_words("Total 360 view"), is_sum_in_words("Total")
    (True, False, False)
    """
    if len(text) > LONGEST or not (found := _COUNT.fullmatch(text)):
        return False
    return fold(found[1]) in vocabularies()["totals"] and parse_guess(text[found.start(2) :]) is not None


def _is_total(filled: list[str]) -> bool:
    """A row of sums: a word for it, and otherwise numbers only, which may name their unit (`ca. 55 weeks`)."""
    if len(filled) < 2 or not _names_total(filled[0]):
        return False
    amounts = [_is_amount(cell) for cell in filled[1:]]
    return any(amounts) and all(amounts[at] or is_missing(cell) for at, cell in enumerate(filled[1:]))


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
