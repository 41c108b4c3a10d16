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

    def __post_init__(self) -> None:
        """No finer than the range says."""
        if self.high > self.low:
            places = 1 - floor(log10(self.high - self.low))
            for name in ("low", "likely", "high"):
                object.__setattr__(self, name, round(getattr(self, name), places))


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
    return Pace(ahead.quantile(0.1), ahead.likely, ahead.quantile(0.9), chance)
