"""Where a key result's metric is by the day that it is due, if it goes on as it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10

from northing.science import forecasts
from northing.strategy.models import KeyResult
from northing.strategy.queries import Point

_LARGEST = 1e100  # squares of much larger values overflow
_LOOKED_AT = 26  # the latest values: an older pace says little of the next weeks


@dataclass(frozen=True, slots=True)
class Pace:
    """The metric by the due day at its present pace, with the range of eight in ten, and the chance of the target."""

    low: float
    likely: float
    high: float
    chance: float


def pace_of(result: KeyResult, course: Sequence[Point], today: date) -> Pace | None:
    """At its present pace; None without a due day to come, or with too few values to tell how even the pace is."""
    known = course[-_LOOKED_AT:]
    if result.due is None or len(known) < forecasts.FEWEST or result.due <= max(known[-1].at, today):
        return None
    if max(abs(point.value) for point in known) > _LARGEST:
        return None
    days, values = zip(*((float(point.at.toordinal()), point.value) for point in known), strict=True)
    ahead = forecasts.follow_course(days, values, result.due.toordinal())
    above = ahead.chance_above(result.target)
    chance = above if result.target > result.baseline else 1 - above
    return Pace(*_no_finer_than_the_range(ahead.quantile(0.1), ahead.likely, ahead.quantile(0.9)), chance)


def _no_finer_than_the_range(low: float, likely: float, high: float) -> tuple[float, float, float]:
    """Rounded to two digits of how wide the range is.

    >>> _no_finer_than_the_range(5.6417, 6.6, 7.5583)
    (5.6, 6.6, 7.6)
    """
    if high <= low:
        return low, likely, high
    places = 1 - floor(log10(high - low))
    return round(low, places), round(likely, places), round(high, places)
