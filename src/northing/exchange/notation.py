"""How a file writes its numbers: decided by each column as a whole, then by the others, then by where it comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from northing.exchange.mapping import meanings_of
from northing.exchange.numbers import GROUPS, INDIAN, LONGEST, SIGNS, is_number, parse_quantity
from northing.exchange.records import Column, DateOrder, Layout, NumberMarks, SourceRow
from northing.exchange.values import parse_guess
from northing.exchange.words import concepts_of

_OF_NUMBERS = frozenset(
    {"reach", "impact", "confidence", "effort", "estimate", "value", "votes", "rating", "revenue", "people"}
)
_LARGE = frozenset({"reach", "value", "votes", "revenue", "people"})
_SURELY_MEANT = 0.7
"""How sure a heading has to be of what it means before its numbers are taken for large ones."""
_HUNDREDS = 100
_WEIGHED = 500
"""Numbers of a column by which it is known how large the others are."""
_DOTTED_DAY = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}\b.{0,12}")
_TOKEN = re.compile(r"\d[\d.,' ]*\d")
_COMMA = re.compile(
    rf"{GROUPS['.']},\d+|\d+,(?:\d{{1,2}}|\d{{4,}})|0+,\d+|\d{{4,}},\d+"
    r"|\d{1,3}(?:[ ']\d{3})+,\d+"
)
_POINT = re.compile(
    rf"{GROUPS[',']}\.\d+|\d+\.(?:\d{{1,2}}|\d{{4,}})|0+\.\d+|\d{{4,}}\.\d+"
    rf"|\d{{1,3}}(?:[ ']\d{{3}})+\.\d+|{INDIAN}(?:\.\d+)?"
)
_CENTS = re.compile(r"\d+\.\d\d?")
_OF_CENTS = 2
"""Decimals of amounts; more are those of what was reckoned."""
_GROUPS = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})+")
_OPEN = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")
_OPEN_CELL = re.compile(rf"\D*{_OPEN.pattern}(?!\s?\d)\D*")


@dataclass
class Tally:
    """What the cells of one column show of the sign that parts their decimals; where all show three digits behind each
    sign, either sign parts thousands.

    Of `typed` cells, those of a workbook or of JSON, a text that is a number to a computer too is one: `12.5`.
    `is_large` says that the column is of what is counted in hundreds rather than in units.
    """

    typed: bool = False
    is_large: bool = False
    comma: int = 0
    point: int = 0
    open: dict[str, None] = field(default_factory=dict)  # the first texts that may be the one or the other
    parted: set[str] = field(default_factory=set)  # signs that come more than once in a number
    hundreds: int = 0  # how many of the first numbers that leave no doubt are of hundreds, or more
    small: int = 0  # how many are less
    fine: set[str] = field(default_factory=set)  # signs that part three decimals or more beyond doubt

    def add(self, text: str) -> None:
        """Take in one cell."""
        if self.is_large and self.hundreds + self.small < _WEIGHED and not _OPEN_CELL.fullmatch(text):
            self._weigh(text)
        if text.isdecimal() or len(text) > LONGEST:
            return
        if self.typed and _is_typed(text):
            self._note_decimals(text, ".")
            return
        if _CENTS.fullmatch(text):  # what most columns of amounts are full of
            self.point += 1
            return
        for token in _TOKEN.findall(text.translate(SIGNS)):
            self._look_at(token)

    def _look_at(self, token: str) -> None:
        """Take in one number of a cell."""
        if _OPEN.fullmatch(token):
            if len(self.open) < 2 or not any(token[-4] in one for one in self.open):
                self.open[token] = None
        elif groups := _GROUPS.fullmatch(token):
            self.parted.add(groups[1])
        elif _COMMA.fullmatch(token):
            self.comma += 1
            self._note_decimals(token, ",")
        elif _POINT.fullmatch(token):
            self.point += 1
            self._note_decimals(token, ".")

    def _note_decimals(self, token: str, sign: str) -> None:
        if len(token.partition(sign)[2]) > _OF_CENTS:
            self.fine.add(sign)

    def _weigh(self, text: str) -> None:
        """How large a number is that can be read in one way only. Nothing at all says nothing of the others."""
        found = parse_quantity(text)
        number = abs(found.number) if found else 0
        self.small += 0 < number < _HUNDREDS
        self.hundreds += number >= _HUNDREDS

    @property
    def is_of_hundreds(self) -> bool:
        """Whether most others say that an open number is one of thousands, whatever its sign."""
        return self.can_be_of_thousands and 0 < self.hundreds >= self.small

    @property
    def can_be_of_thousands(self) -> bool:
        """Whether there are open numbers, and no others that have three decimals or more behind the same sign."""
        return bool(self.open) and self.fine.isdisjoint(text[-4] for text in self.open)

    @property
    def sure(self) -> NumberMarks | None:
        """What cells that leave no doubt say, where there are any."""
        if self.comma != self.point:
            return "decimal-comma" if self.comma > self.point else "decimal-point"
        if self.comma or not self.parted or len(self._signs) > 1:
            return None
        return "decimal-comma" if "." in self.parted else "decimal-point"

    @property
    def _signs(self) -> set[str]:
        """What parts groups of three, as far as no cell shows otherwise."""
        return self.parted | {text[-4] for text in self.open}

    @property
    def marks(self) -> NumberMarks:
        """What the column says of itself; where all its numbers have groups of exactly three, that these are groups."""
        if sure := self.sure:
            return sure
        if not self._signs:
            return "unambiguous" if self.comma == self.point == 0 else "ambiguous"
        if self.comma:
            return "ambiguous"
        if len(self._signs) > 1:
            return "thousands"
        if len(self.open) == 1:
            return "ambiguous"
        return "decimal-comma" if self._signs == {"."} else "decimal-point"


def _is_typed(text: str) -> bool:
    """Whether a cell is the very text that a number of a workbook becomes; `4.800` is none."""
    return is_number(text) and repr(float(text)) == text


class Notation:
    """What the numbers of a file show of how they are written."""

    def __init__(self, columns: Iterable[Column], layout: Layout) -> None:
        self._columns = tuple(columns)
        self._layout = layout
        typed = layout.kind not in ("csv", "tsv")
        self._tallies = {
            column.name: Tally(typed, holds_large(column.name)) for column in self._columns if _holds_numbers(column)
        }

    def add(self, row: SourceRow) -> None:
        """Look at the numbers of one row."""
        for name, tally in self._tallies.items():
            cells = row.values.get(name, ())
            for text in (cells,) if isinstance(cells, str) else cells:
                tally.add(text)

    def columns(self, chosen: NumberMarks | None) -> tuple[Column, ...]:
        """The columns with how their numbers are written; all those that leave room for it as a person has chosen."""
        found = {name: tally.marks for name, tally in self._tallies.items()}
        found |= {name: "thousands" for name, tally in self._tallies.items() if tally.is_of_hundreds}
        if not any(tally.sure for tally in self._tallies.values()):  # no cell shows a sign that parts decimals
            large = {name: tally for name, tally in self._tallies.items() if tally.is_large and not tally.comma}
            lone = {name for name, tally in large.items() if tally.can_be_of_thousands}
            found |= {name: "thousands" for name in lone if found[name] == "ambiguous"}
        open_ = {name for name, marks in found.items() if marks != "unambiguous" and self._can_be(name, chosen)}
        met = {name: chosen if chosen and name in open_ else marks for name, marks in found.items()}
        return tuple(
            replace(column, marks=met[column.name], open_numbers=tuple(self._tallies[column.name].open))
            if column.name in met
            else column
            for column in self._columns
        )

    def _can_be(self, name: str, chosen: NumberMarks | None) -> bool:
        """Whether a column can be read as chosen: one of what is small keeps the decimals that its cells show, one of
        what is large where they show three."""
        tally = self._tallies[name]
        return chosen != "thousands" or (tally.is_large and tally.can_be_of_thousands) or not tally.sure

    def of_file(self, order: DateOrder) -> NumberMarks:
        """How numbers are written where their column leaves it open."""
        sure = Counter(tally.sure for tally in self._tallies.values() if tally.sure)
        own = Counter(tally.marks for tally in self._tallies.values() if tally.marks.startswith("decimal"))
        if most := (sure or own).most_common(1):
            return most[0][0]
        if not any(tally.open for tally in self._tallies.values()):
            return "unambiguous"
        if order == "month-first":
            return "decimal-point"
        dotted = any(_DOTTED_DAY.fullmatch(text) for column in self._columns for text in column.samples)
        return "decimal-comma" if dotted or self._layout.separator == ";" else "ambiguous"


def holds_large(header: str) -> bool:
    """Whether what a heading names is more likely 4800 than 4.8.

    >>> holds_large("ARR"), holds_large("Reach (tanks/quarter)"), holds_large("Effort")
    (True, True, False)
    """
    return any(concept in _LARGE and sure > _SURELY_MEANT for concept, sure in meanings_of(header))


def _holds_numbers(column: Column) -> bool:
    """Whether half of the cells are numbers, and the heading does not say that they are something else: versions, ids,
    days."""
    concepts = {concept for concept, _ in concepts_of(column.name)}
    if concepts and not concepts & _OF_NUMBERS:
        return False
    read = sum(parse_quantity(text) is not None or parse_guess(text) is not None for text in column.samples)
    return bool(read) and 2 * read >= len(column.samples)
