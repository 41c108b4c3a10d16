"""Working time: from calendar time to worked time and back, by cumulative capacity.

Calendar time is counted in days from the plan's start: day d occupies [d, d + 1). Worked time is the
capacity of one place of a team accumulated since then (a team of three has three places).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from northing.science.estimates.normal import FloatArray
from northing.science.forecasts.plan import Absence, Calendar

IntArray = npt.NDArray[np.intp]

# Nothing is forecast beyond forty years.
HORIZON = 14_610
DAYS = HORIZON + 1
# Some seconds: keeps rounding from moving the end of one day into the next.
MOMENT = 1e-6


@dataclass(frozen=True)
class Clocks:
    """The working time of several calendars at once, addressed by arrays of clock numbers.

    The arrays are flat, a day of a clock stands at clock * (HORIZON + 1) + day: the time `worked` before it,
    the `rate` at which it is worked, the first day from it on that `opens`. `reaches` stands at
    clock * (amounts + 1) + w: where the last day opens that has no more than w = 0, 1 ... amounts before it.
    """

    worked: FloatArray
    rate: FloatArray
    opens: IntArray
    reaches: IntArray
    amounts: int

    def open(self, clock: IntArray, time: FloatArray) -> FloatArray:
        """The first working moment at or after calendar `time`."""
        day = np.minimum(time + MOMENT, HORIZON).astype(np.intp)
        opened: FloatArray = np.maximum(time, self.opens[clock * DAYS + day])
        return opened

    def elapsed(self, clock: IntArray, time: FloatArray) -> FloatArray:
        """Worked time that has passed at calendar `time`."""
        time = np.minimum(np.maximum(time, 0), HORIZON)
        day = time.astype(np.intp)
        at = clock * DAYS + day
        passed: FloatArray = self.worked[at] + (time - day) * self.rate[at]
        return passed

    def until(self, clock: IntArray, worked: FloatArray) -> FloatArray:
        """Calendar time at which `worked` is reached: at the latest the end of the last day worked."""
        first = clock * DAYS
        reached = np.minimum(np.maximum(worked - MOMENT, 0), self.amounts)
        at = self.reaches[clock * (self.amounts + 1) + reached.astype(np.intp)]
        while (short := np.flatnonzero(self.worked[at] + self.rate[at] < reached)).size:
            at[short] = first[short] + self.opens[at[short] + 1]
        return at - first + (worked - self.worked[at]) / self.rate[at]


def clocks(rates: list[FloatArray]) -> Clocks:
    """Clocks from the share of each day that is worked, one array of shape (HORIZON,) per clock.

    >>> monday = date(2030, 1, 7)
    >>> week = clocks([daily_rate(monday, Calendar())])
    >>> own = np.array([0, 0])
    >>> week.elapsed(own, np.array([1.5, 6.0])), week.until(own, np.array([5.0, 5.5]))
    (array([1.5, 5. ]), array([5. , 7.5]))
    >>> week.open(own, np.array([4.5, 5.0]))
    array([4.5, 7. ])
    """
    # The horizon itself is worked without end, so that every search ends there.
    end = np.ones((len(rates), 1))
    rate = np.concatenate((np.array(rates), 1e9 * end), axis=1)
    worked = np.concatenate((0 * end, np.cumsum(rates, axis=1)), axis=1)
    day = np.where(rate > 0, np.arange(DAYS), HORIZON)
    opens = np.minimum.accumulate(day[:, ::-1], axis=1)[:, ::-1]
    amounts = np.arange(math.ceil(worked.max()) + 1)
    last = np.array([np.searchsorted(row, amounts, side="right") - 1 for row in worked])
    reaches = np.take_along_axis(opens, last, axis=1) + DAYS * np.arange(len(rates))[:, None]
    return Clocks(worked.ravel(), rate.ravel(), opens.ravel(), reaches.ravel(), len(amounts) - 1)


def daily_rate(start: date, calendar: Calendar, people: float = 1.0, absences: tuple[Absence, ...] = ()) -> FloatArray:
    """The share of each day from `start` that one place of a team of `people` works, shape (HORIZON,)."""
    present = np.full(HORIZON, float(people))
    for absence in absences:
        first, last = ((day - start).days for day in (absence.first, absence.last))
        present[max(first, 0) : max(last + 1, 0)] -= absence.people
    rate: FloatArray = np.maximum(present, 0) / places(people)
    rate *= np.resize(np.roll(calendar.weekdays, -start.weekday()), HORIZON)
    off = [(day - start).days for day in calendar.holidays]
    rate[[day for day in off if 0 <= day < HORIZON]] = 0
    return rate


def places(people: float) -> int:
    """How many activities a team of `people` can carry side by side: fractions share a place.

    >>> places(1e-12), places(0.5), places(2.0), places(2.5)
    (1, 1, 2, 3)
    """
    return max(math.ceil(people - 1e-9), 1)


def start_days(origin: date, times: FloatArray) -> list[date]:
    """The days on which work that begins at calendar `times` begins."""
    return _dates(origin, np.floor(times + MOMENT))


def finish_days(origin: date, times: FloatArray) -> list[date]:
    """The days during which, or at whose end, calendar `times` are reached."""
    return _dates(origin, np.ceil(times - MOMENT) - 1)


def _dates(origin: date, days: FloatArray) -> list[date]:
    ordinals = np.minimum(origin.toordinal() + days.astype(np.int64), date.max.toordinal())
    return [date.fromordinal(day) for day in ordinals.tolist()]
