"""Dates as people and tools write them."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from northing.exchange.records import DateOrder
from northing.exchange.words import fold, vocabularies

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d|$)")
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?"
_HALF = r"(?:\s*(?P<half>[AaPp]\.?\s?[Mm]\b\.?|午前|午後|上午|下午|오전|오후))?"
_ZONES = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "HST": -10,
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "SGT": 8, "HKT": 8, "BRT": -3,
}  # fmt: skip
_NAMED_ZONE = re.compile(rf"\s({'|'.join(_ZONES)})$")
_ZONE = r"(?: Uhr)?(?:\s*(?:UTC|GMT|Z)?\s*(?P<offset>[+-]\d\d?(?::?\d\d)?)?(?:UTC|GMT|Z)?(?:\s*\([^()]*\))?)?"
_COMPACT = re.compile(
    r"(?P<day>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:[T ]?\d{4}(?:\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_HALVES = "午前|午後|上午|下午|오전|오후"
_TIME = rf"(?:(?:\s*,\s*|\s*T\s*|\s+)(?:um |at |à |a las |às )?(?P<before>{_HALVES})?\s*{_CLOCK}{_HALF}{_ZONE})?"
_WEEKDAY = r"(?:[^\W\d]{2,12}\.?,?\s+)?"
_NUMERIC = re.compile(rf"(?P<a>\d{{1,4}})(?P<gap>[./-]|\. )(?P<b>\d{{1,2}})(?P=gap)(?P<c>\d{{1,4}})\.?{_TIME}\s*")
_DAY_NAME = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s/.-]*(?:de |di )?"
    r"(?P<month>[^\W\d_]{3,}|(?:0?[1-9]|1[0-2])[月월])\.?[\s/.,-]*"
    rf"(?:de |di )?(?P<year>\d{{4}}|\d\d)(?!\d|:){_TIME}\s*"
)
_NAME_DAY = re.compile(
    rf"{_WEEKDAY}(?P<month>[^\W\d_]{{3,}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d|:){_TIME}\s*"
)
_EAST_ASIAN = re.compile(
    rf"(?P<year>\d{{4}})\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})\s?[日일](?:\s?[(（].[)）])?{_TIME}\s*"
)
_TIME_FIRST_YEAR_LAST = re.compile(
    rf"{_WEEKDAY}(?P<month>[^\W\d_]{{3,}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})\s*"
)
_TOLD = re.compile(
    r"[^\d:]{0,80}\s(?:on|vom|am|le|el|il|em|den|op)\s+(?P<date>(?:\d{1,2}\b|[^\W\d_]{3,12}\.? \d{1,2},).{4,30})"
    r"|(?P<east>\d{4}年\d{1,2}月\d{1,2}日)\D{1,40}"
)
"""A date at the end of a short sentence (`Reviewed in Spain on May 3, 2024`), or before one in East Asian languages."""
_PERIOD = re.compile(
    r"(?:[qh][1-4](?:[\s/-]*(?:20\d\d|'?\d\d))?|20\d\d(?:[\s/-]*[qh][1-4])?|20\d\d[/-](?:0?[1-9]|1[0-2])"
    r"|(?:0?[1-9]|1[0-2])[/.]20\d\d|now|next|later|some ?day|(?:this|next) (?:month|quarter|half|year))",
    re.IGNORECASE,
)
_YEAR = r"(?P<year>[\s/-]*(?:20\d\d|'?\d\d))?"
_QUARTER = re.compile(
    rf"(?:t(?P<t>[1-4])|(?P<first>[1-4])[.ºª]?(?:er|e|ème|st|nd|rd|th)?\s+(?P<before>[^\W\d_]+)"
    rf"|(?P<behind>[^\W\d_]+)\s+(?P<last>[1-4])){_YEAR}",
    re.IGNORECASE,
)
"""A quarter in other words than `Q1`: `T1 2027`, `1. Quartal 2027`, `Trimestre 2`."""
_MONTH_YEAR = re.compile(rf"(?P<month>[^\W\d_]{{3,}})\.?{_YEAR}")
_PARTED = re.compile(
    r"(?:by |until |bis |(?:by )?the )?(?P<part>[^\W\d_][^\d]*?)[\s-]+(?P<whole>[^\W_]+(?:[\s/-]*'?\d{2,4})?)",
    re.IGNORECASE,
)
"""A part of a month, a quarter, a half or a year: `end of March`, `mid-May`, `Anfang Q2 2027`."""
_LONGEST_PERIOD = 40
_NUMBER = re.compile(r"\d{5}(?:\.\d+)?|\d{10}(?:\.\d+)?|\d{13}")
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_AFTERNOON = {"p", "午後", "下午", "오후"}


def parse_datetime(text: str, order: DateOrder = "day-first", zone: tzinfo = UTC) -> datetime | None:
    """Read a point in time as UTC; a text that names no offset is taken in `zone`; None where it is no date.

    `order` decides only what the text leaves open (`03/04/2024`). Plain numbers are read as days since 1900 (five
    digits, spreadsheets), seconds (ten digits) or milliseconds (thirteen) since 1970.

    >>> parse_datetime("22/Sep/25 9:26 AM").isoformat()
    '2025-09-22T09:26:00+00:00'
    >>> parse_datetime("03/04/2024", "month-first").date().isoformat()
    '2024-03-04'
    >>> parse_datetime("20240403T1015").isoformat(), parse_datetime("3 Apr 2024 5:06 PM PST").isoformat()
    ('2024-04-03T10:15:00+00:00', '2024-04-04T01:06:00+00:00')
    >>> parse_datetime("Rezension aus Italien vom 12. März 2024").isoformat()
    '2024-03-12T00:00:00+00:00'
    >>> parse_datetime("Mon Apr 21 2025 10:17:06 GMT+0200 (CEST)").isoformat()
    '2025-04-21T08:17:06+00:00'
    """
    moment = _moment(text.strip(), order, zone)
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError:
        return None


def parse_date(text: str, order: DateOrder = "day-first") -> date | None:
    """Read a calendar date as it is written, whatever the offset beside it.

    >>> parse_date("2024-01-10T00:00:00+02:00"), parse_date("10 janv. 2024")
    (datetime.date(2024, 1, 10), datetime.date(2024, 1, 10))
    """
    moment = _moment(text.strip(), order, UTC)
    return moment and moment.date()


def parse_period(text: str) -> str | None:
    """A part of a year, or a plain word for when, as people write it instead of a day; months become English.

    >>> parse_period("Q1"), parse_period("H2 2027"), parse_period("März 27"), parse_period("asap")
    ('Q1', 'H2 2027', 'March 27', None)
    >>> parse_period("T1 2027"), parse_period("2. Quartal 2027"), parse_period("2 weeks")
    ('Q1 2027', 'Q2 2027', None)
    >>> parse_period("end of March"), parse_period("mid-May"), parse_period("beginning of Q2")
    ('March', 'May', 'April')
    """
    text = " ".join(text.split())
    if _PERIOD.fullmatch(text):
        return text
    found = _QUARTER.fullmatch(text)
    if found and (found["t"] or vocabularies()["span"].get(fold(found["before"] or found["behind"])) == "quarter"):
        return f"Q{found['t'] or found['first'] or found['last']}{found['year'] or ''}"
    found = _MONTH_YEAR.fullmatch(text)
    number = found and vocabularies()["month"].get(fold(found["month"]))
    if found and number:
        return f"{month_name[int(number)]}{found['year'] or ''}"
    return _part_of_period(text)


def _part_of_period(text: str) -> str | None:
    """A part of a time as the next smaller one that has a name; a part of a month is in that month.

    >>> _part_of_period("early June 2027"), _part_of_period("mid Q2 27"), _part_of_period("fin mars")
    ('June 2027', 'May 27', 'March')
    >>> _part_of_period("end of H1"), _part_of_period("mid 2027"), _part_of_period("late delivery")
    ('Q2', 'Q2 2027', None)
    """
    found = _PARTED.fullmatch(text) if len(text) <= _LONGEST_PERIOD else None
    part = found and vocabularies()["part_of_time"].get(fold(found["part"]))
    whole = found and part and parse_period(found["whole"])
    if not whole:
        return None
    at = ("first", "middle", "last").index(part or "")
    if whole.isdecimal():
        return f"Q{(1, 2, 4)[at]} {whole}"
    unit, rest = whole[0].lower(), whole[2:]
    if unit not in "qh" or not whole[1:2].isdigit():
        return whole
    if unit == "h":
        return f"Q{2 * int(whole[1]) - (at == 0)}{rest}" if whole[1] in "12" else None
    return f"{month_name[3 * int(whole[1]) - 2 + at]}{rest}"


def decide_order(values: Iterable[str]) -> DateOrder:
    """Whether numeric dates put the day or the month first, from all of a file's dates.

    >>> decide_order(["03/04/2024", "25/04/2024"]), decide_order(["03/04/2024"]), decide_order(["3.4.2024"])
    ('day-first', 'ambiguous', 'day-first')
    """
    order: DateOrder = "unambiguous"
    for value in values:
        found = _NUMERIC.fullmatch(value.strip())
        if not found or len(found["a"]) > 2:
            continue
        first, second = int(found["a"]), int(found["b"])
        if "." in found["gap"] or 12 < first <= 31:
            return "day-first"
        if 12 < second <= 31:
            return "month-first"
        order = "ambiguous"
    return order


def _moment(text: str, order: DateOrder, zone: tzinfo) -> datetime | None:
    if named := _NAMED_ZONE.search(text):
        return _moment(text[: named.start()], order, timezone(timedelta(hours=_ZONES[named[1]])))
    if not _ISO.match(text):
        return _written(text, order, zone) if text and len(text) <= 80 else None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _written(text, order, zone) or _loose_iso(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _loose_iso(text: str) -> datetime | None:
    """Take "2024-01-02 10:00:00 UTC" and "... 10:00:00 +0200", which the strict reader does not."""
    try:
        moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", re.sub(r"\s*(?:UTC|GMT)$", "Z", text)))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@lru_cache(maxsize=4096)
def _written(text: str, order: DateOrder, zone: tzinfo) -> datetime | None:
    try:
        if found := _NUMERIC.fullmatch(text):
            year, month, day = _numeric_parts(found, order)
        elif found := _EAST_ASIAN.fullmatch(text):
            year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
        elif found := (_DAY_NAME.fullmatch(text) or _NAME_DAY.fullmatch(text) or _TIME_FIRST_YEAR_LAST.fullmatch(text)):
            year, month, day = int(found["year"]), _month(found["month"]), int(found["day"])
        elif _COMPACT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
        elif found := _TOLD.fullmatch(text):
            return _written(found["date"] or found["east"], order, zone)
        else:
            return _from_number(text)
        moment = datetime(_full_year(year), month, day, *_clock(found), tzinfo=_offset(found["offset"]) or zone)
    except (ValueError, KeyError):
        return None
    return moment


def _numeric_parts(found: re.Match[str], order: DateOrder) -> tuple[int, int, int]:
    first, second, last = int(found["a"]), int(found["b"]), int(found["c"])
    if len(found["a"]) == 4:
        return first, second, last
    if len(found["c"]) not in (2, 4) or len(found["a"]) > 2:
        raise ValueError("no year")
    if order == "month-first" and "." not in found["gap"]:
        first, second = second, first
    return last, second, first


def _month(name: str) -> int:
    """The number of a month by its name, or by the beginning of one where no other begins so.

    >>> _month("Sept."), _month("sty"), _month("3月")
    (9, 1, 3)
    """
    if name[0].isdigit():
        return int(name[:-1])
    months = vocabularies()["month"]
    folded = fold(name)
    if known := months.get(folded) or months.get(folded[:3]):
        return int(known)
    (number,) = {number for word, number in months.items() if word.startswith(folded)}
    return int(number)


def _full_year(year: int) -> int:
    if year >= 100:
        return year
    return year + (2000 if year < 70 else 1900)


def _clock(found: re.Match[str]) -> tuple[int, int, int]:
    parts = found.groupdict()
    if parts["hour"] is None:
        return 0, 0, 0
    hour, half = int(parts["hour"]), (parts.get("half") or parts.get("before") or "").casefold()
    if half:
        hour = hour % 12 + (12 if half in _AFTERNOON or half.startswith("p") else 0)
    return hour, int(parts["minute"]), int(parts["second"] or 0)


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    hours, _, minutes = text[1:].partition(":")
    if len(hours) == 4:
        hours, minutes = hours[:2], hours[2:]
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if text[0] == "-" else ahead)


def _from_number(text: str) -> datetime | None:
    if not _NUMBER.fullmatch(text):
        return None
    digits = text.partition(".")[0]
    if len(digits) == 5:
        days = float(text)
        return _EXCEL_EPOCH + timedelta(seconds=round(days * 86400)) if 20_000 <= days < 80_000 else None
    return datetime.fromtimestamp(float(text) / (1000 if len(digits) == 13 else 1), UTC)
