"""Where a number that was measured now and then is by a later day, if it goes on as it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 4
"""So many values at least: fewer say too little of how much the pace varies."""


@dataclass(frozen=True)
class Course:
    """The value by a later day: Student's t around `likely`, with this scale and so many degrees of freedom."""

    likely: float
    scale: float
    freedom: int

    def quantile(self, level: float) -> float:
        """The value that is not reached with a chance of `level`."""
        from scipy.special import stdtrit  # heavy: loaded where it is used

        return self.likely + self.scale * float(stdtrit(self.freedom, level))

    def chance_above(self, value: float) -> float:
        """The chance of at least this value."""
        from scipy.special import stdtr  # heavy: loaded where it is used

        if self.scale == 0:
            return float(self.likely >= value)
        return 1 - float(stdtr(self.freedom, (value - self.likely) / self.scale))


def follow_course(days: Sequence[float], values: Sequence[float], day: float) -> Course:
    """Follow the mean pace of a series on, as uncertain as the pace was uneven.

    The values are a random walk with drift, measured at any intervals: the drift is what lies between the first and
    the last over their time, and its error counts with the walk's own, which makes the forecast Student's t with
    n - 2 degrees of freedom (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2,
    for equal intervals). What only wavers around a line comes out wider than it need be.

    Args:
        days: when each value was measured, in days, rising.
        values: at least `FEWEST`, in any unit; the result is in the same.
        day: the day to look at, after the last.

    Raises:
        ValueError: for fewer values, what is no finite number, days that do not rise, or a day that is not later.

    >>> course = follow_course([0, 7, 14, 21, 28], [3.0, 3.5, 3.7, 4.4, 4.8], 56)
    >>> round(course.likely, 2), round(course.quantile(0.1), 2), round(course.quantile(0.9), 2)
    (6.6, 5.64, 7.56)
    >>> round(course.chance_above(6), 2)
    0.81
    """
    at, seen = np.asarray(days, dtype=float), np.asarray(values, dtype=float)
    if at.size != seen.size or at.size < FEWEST:
        raise ValueError(f"days and values: {at.size} and {seen.size}; give at least {FEWEST} of each")
    if not (np.isfinite(at).all() and np.isfinite(seen).all() and np.isfinite(day)):
        raise ValueError("days, values and day: each must be a finite number; leave out what was not measured")
    steps = np.diff(at)
    if (steps <= 0).any() or day <= at[-1]:
        raise ValueError(f"days: must rise, and day {day:g} must come after the last, {at[-1]:g}")
    whole, ahead = float(at[-1] - at[0]), float(day - at[-1])
    pace = float(seen[-1] - seen[0]) / whole
    freedom = at.size - 2
    spread = float(np.sum((np.diff(seen) - pace * steps) ** 2 / steps)) / freedom
    return Course(float(seen[-1]) + pace * ahead, float(np.sqrt(spread * ahead * (1 + ahead / whole))), freedom)
