"""Days and moments as people and tools write them, for every field that holds one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from northing.exchange.dates import parse_date, parse_datetime
from northing.exchange.records import DateOrder
from northing.kit.problems import BadValue

_LONGEST = 80
D = TypeVar("D", bound=date)


def read_day(value: Any) -> date:
    """A day; raises `BadValue`.

    >>> read_day("5 March 2027"), read_day("2027-03-05T08:00:00Z")
    (datetime.date(2027, 3, 5), datetime.date(2027, 3, 5))
    """
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return _sensible(value if is_day else _read(value, parse_date, lambda moment: moment.date()))


def read_moment(value: Any) -> datetime:
    """A point in time in UTC, which is also taken for the zone of what names none; raises `BadValue`.

    >>> read_moment("2027-03-05 08:00").isoformat(), read_moment("2027-03-05T08:00+01:00").isoformat()
    ('2027-03-05T08:00:00+00:00', '2027-03-05T07:00:00+00:00')
    """
    moment = _sensible(_read(value, parse_datetime, lambda moment: moment))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(value: Any, read: Callable[[str, DateOrder], D | None], kept: Callable[[datetime], D]) -> D:
    """What stands in ISO form is not looked at twice; of two readings a person chooses."""
    if isinstance(value, datetime):
        return kept(value)
    if isinstance(value, date):
        return kept(datetime(value.year, value.month, value.day, tzinfo=UTC))
    text = str(value).strip()
    with suppress(ValueError):
        return kept(datetime.fromisoformat(text))
    is_date = len(text) <= _LONGEST and not text.isdigit()
    readings = (read(text, "day-first"), read(text, "month-first")) if is_date else ()
    match list(dict.fromkeys(filter(None, readings))):
        case [only]:
            return only
        case [one, other]:
            raise BadValue(f"may be {one:%-d %B} or {other:%-d %B}; write it as {one:%Y-%m-%d} or as {other:%Y-%m-%d}")
    raise BadValue("must be a date such as 2027-02-28")


def _sensible(day: D) -> D:
    """Beyond these years a day is a slip, and no calendar, time zone or drawing of the plan can take it."""
    if not 1900 <= day.year <= 2200:
        raise BadValue("must lie between the years 1900 and 2200")
    return day
