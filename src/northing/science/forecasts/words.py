"""Forecasts in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from northing.science.forecasts.drift import ChangeKind, Drift
from northing.science.forecasts.durations import CauseKind
from northing.science.forecasts.outlook import Cause, Dates

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# From here on the month alone could be taken for another year's.
_YEAR_IN_DOUBT = 300

_DRIVERS: Mapping[CauseKind, str] = {
    "work": "the work on {} drives it",
    "lead time": "the lead time of {} drives it",
    "risk": "the risk of {} drives it",
    "gate": "whether {} is passed drives it",
    "capacity": "the time that {} has drives it",
    "estimates": "how far all estimates are off drives it",
}
_CHANGES: Mapping[ChangeKind, str] = {
    "time": "time passed",
    "estimate": "the estimate of {} changed",
    "progress": "{} went on",
    "assignment": "{} went to other people",
    "earliest": "the earliest start of {} changed",
    "priority": "the priority of {} changed",
    "scope": "{} joined or left",
    "capacity": "the capacity of {} changed",
    "dependency": "the dependencies of {} changed",
    "risk": "the risk of {} changed",
    "gate": "the gate {} changed",
    "assumptions": "the plan's calendar or correlation changed",
}


def outlook_words(dates: Dates, today: date) -> str:
    """What to expect and what to promise: the P50 as part of a month, the P80 as a day.

    >>> dates = Dates(date(2030, 1, 2), date(2030, 1, 14), date(2030, 2, 2), date(2030, 2, 7))
    >>> outlook_words(dates, today=date(2029, 11, 20))
    'likely mid-January, safe to promise 2 February'
    """
    return f"likely {part_of_month(dates.p50, today)}, safe to promise {day_words(dates.p80, today)}"


def range_words(dates: Dates, today: date) -> str:
    """The likely day and its 80 % range, as short as a table wants it.

    >>> dates = Dates(date(2029, 12, 29), date(2030, 1, 13), date(2030, 2, 2), date(2030, 2, 7))
    >>> range_words(dates, today=date(2029, 11, 20))
    '13 Jan (29 Dec–7 Feb)'
    """
    low, likely, high = (day_words(day, today, short=True) for day in (dates.p10, dates.p50, dates.p90))
    return likely if dates.p10 == dates.p90 else f"{likely} ({low}–{high})"


def chance_words(day: date, chance: float, today: date) -> str:
    """The chance of being finished by a day; certainty is never claimed.

    >>> chance_words(date(2030, 11, 20), 0.712, today=date(2030, 3, 1))
    'by 20 November: 71 %'
    """
    percent = "over 99" if chance > 0.99 else "under 1" if chance < 0.01 else f"{chance:.0%}".removesuffix("%")
    return f"by {day_words(day, today)}: {percent} %"


def driver_words(cause: Cause, name: str) -> str:
    """What the date depends on most; `name` is that of the activity, team, risk or gate.

    >>> driver_words(Cause("lead time", "A-7", 0.6), "the driver unit")
    'the lead time of the driver unit drives it'
    """
    return _DRIVERS[cause.kind].format(name)


def drift_words(drift: Drift, names: Mapping[str, str]) -> str:
    """How many moved, and the change that explains most of it; keys without a name stand for themselves.

    >>> from northing.science.forecasts import Change
    >>> moved = {"F-1": 9.0, "F-2": 4.0}
    >>> drift_words(Drift(moved, (Change("estimate", ("W-3",), moved),)), {"W-3": "the hinge"})
    '2 moved, because the estimate of the hinge changed.'
    """
    if not drift.moved:
        return "Nothing moved."
    if not drift.changes:
        return f"{len(drift.moved)} moved."
    change = drift.changes[0]
    first, *others = change.keys or ("",)
    name = names.get(first, first) + (f" and {len(others)} more" if others else "")
    because = "mostly because" if len(drift.changes) > 1 else "because"
    return f"{len(drift.moved)} moved, {because} {_CHANGES[change.kind].format(name)}."


def part_of_month(day: date, today: date) -> str:
    """A day no finer than early, mid or late in its month.

    >>> part_of_month(date(2030, 3, 28), today=date(2030, 1, 1))
    'late March'
    """
    part = "early " if day.day <= 10 else "mid-" if day.day <= 20 else "late "
    return f"{part}{_MONTHS[day.month - 1]}{_year(day, today)}"


def day_words(day: date, today: date, *, short: bool = False) -> str:
    """A day, with its year where that could be in doubt.

    >>> day_words(date(2031, 2, 2), today=date(2030, 1, 1)), day_words(date(2030, 2, 2), date(2030, 1, 1), short=True)
    ('2 February 2031', '2 Feb')
    """
    month = _MONTHS[day.month - 1]
    return f"{day.day} {month[:3] if short else month}{_year(day, today)}"


def _year(day: date, today: date) -> str:
    return f" {day.year}" if abs((day - today).days) >= _YEAR_IN_DOUBT else ""
