"""Targets in words: "Q1", "H2 2027", "March" or "later", made definite when written and read as a span of days."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from northing.exchange.dates import parse_period
from northing.kit.fields import Text
from northing.kit.problems import BadValue

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_OPEN = {"now": "now", "next": "next", "later": "later", "someday": "later", "some day": "later"}
_YEAR = r"(?P<year>20\d\d|'?\d\d)"
_PART = re.compile(
    rf"(?P<unit>[qh])(?P<part>[1-4])(?:[\s/-]*{_YEAR})?|(?P<year2>20\d\d)[\s/-]*(?P<unit2>[qh])(?P<part2>[1-4])"
)
_MONTH = re.compile(rf"(?P<word>[a-z]+)\.?(?:[\s/-]*{_YEAR})?")
_NUMERIC_MONTH = re.compile(r"(?P<year>20\d\d)[/-](?P<month>\d\d?)|(?P<month2>\d\d?)[/.](?P<year2>20\d\d)")
_RELATIVE = re.compile(r"(?P<which>this|next) (?P<unit>month|quarter|half|year)")
_LENGTH = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_RULE = (
    "use a quarter (Q1, Q1 2027), a half (H2), a month (March), a year, or now, next or later; a day goes into target"
)


@dataclass(frozen=True, slots=True)
class Horizon:
    """A span of whole months, first and last day; `end` is None where it is open."""

    start: date
    end: date | None


def definite(words: str, today: date) -> str:
    """The words with their year, so that they mean the same tomorrow. A part of a year without one is the next that
    is not over. Raises `ValueError` with the rule.

    >>> today = date(2026, 11, 20)
    >>> [definite(words, today) for words in ("q1", "Q4", "mar", "2027 / h2", "next quarter", "someday")]
    ['Q1 2027', 'Q4 2026', 'March 2027', 'H2 2027', 'Q1 2027', 'later']
    >>> [definite(words, today) for words in ("end of March", "Ende Mai 2027", "mid Q2")]
    ['March 2027', 'May 2027', 'May 2027']
    """
    text = " ".join((parse_period(words) or words).lower().split())
    if text in _OPEN:
        return _OPEN[text]
    if re.fullmatch(r"20\d\d", text):
        return text
    months, number, year = _read(text, today)
    if not 1 <= number <= 12 // months:
        raise ValueError(_RULE)
    if year is None:
        end = _span(today.year, months, number).end
        year = today.year if end is not None and end >= today else today.year + 1
    return _named(year, months, number)


def horizon(words: str, today: date) -> Horizon:
    """The days that definite words stand for. Now is this quarter, next the one after, later all that follows.

    >>> horizon("Q1 2027", date(2026, 11, 20))
    Horizon(start=datetime.date(2027, 1, 1), end=datetime.date(2027, 3, 31))
    >>> horizon("later", date(2026, 11, 20))
    Horizon(start=datetime.date(2027, 4, 1), end=None)
    """
    text = definite(words, today)
    if text in _OPEN:
        steps = list(_OPEN).index(text)
        span = _span(today.year, 3, (today.month - 1) // 3 + 1 + steps)
        return Horizon(today, span.end) if text == "now" else span if text == "next" else Horizon(span.start, None)
    if text.isdecimal():
        return _span(int(text), 12, 1)
    months, number, year = _read(text.lower(), today)
    return _span(year or today.year, months, number)


def target_horizon(target: date | None, words: str, today: date) -> Horizon | None:
    """What a feature aims at: its day where one is given, else its words, else nothing."""
    if target is not None:
        return Horizon(target, target)
    return horizon(words, today) if words else None


def _read(text: str, today: date) -> tuple[int, int, int | None]:
    """Months in the part of the year, which part it is, and the year if it was given."""
    if found := _RELATIVE.fullmatch(text):
        months = _LENGTH[found["unit"]]
        steps = (today.month - 1) // months + (found["which"] == "next")
        return months, steps % (12 // months) + 1, today.year + steps // (12 // months)
    if found := _PART.fullmatch(text):
        months = 3 if (found["unit"] or found["unit2"]) == "q" else 6
        return months, int(found["part"] or found["part2"]), _year(found["year"] or found["year2"])
    if found := _NUMERIC_MONTH.fullmatch(text):
        return 1, int(found["month"] or found["month2"]), _year(found["year"] or found["year2"])
    if (found := _MONTH.fullmatch(text)) and found["word"] in _MONTHS:
        return 1, _MONTHS[found["word"]], _year(found["year"])
    raise ValueError(_RULE)


def _year(digits: str | None) -> int | None:
    return 2000 + int(digits.strip("'")) % 100 if digits else None


def _named(year: int, months: int, number: int) -> str:
    if months == 12:
        return str(year)
    word = calendar.month_name[number] if months == 1 else f"{'Q' if months == 3 else 'H'}{number}"
    return f"{word} {year}"


def _span(year: int, months: int, number: int) -> Horizon:
    """The `number`th part of a year cut into parts of so many months; parts beyond the last run into later years."""
    first = (number - 1) * months
    after = first + months
    end = date(year + after // 12, after % 12 + 1, 1) - timedelta(days=1)
    return Horizon(date(year + first // 12, first % 12 + 1, 1), end)


class TargetWords(Text):
    """A target in words, kept with its year."""

    def parse(self, value: Any) -> str:
        text = super().parse(value)
        try:
            return definite(text, date.today())  # noqa: DTZ011 - the day as people around the server read it
        except ValueError as error:
            raise BadValue(str(error)) from None


TARGET_WORDS = TargetWords(
    name="target_text", label="Target in words", help="Q1, H2 2027, March, next or later will do.", longest=40
)
