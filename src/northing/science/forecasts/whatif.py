"""What would move if the plan were changed, by common random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from northing.science.estimates.normal import FloatArray
from northing.science.forecasts.clocks import MOMENT, finish_days
from northing.science.forecasts.outlook import finish_draws, rank_quantiles
from northing.science.forecasts.plan import Plan

_LEVELS = np.array([0.1, 0.5, 0.8, 0.9])
# A draw counts as moved from half a day on.
_MOVED = 0.5


@dataclass(frozen=True)
class Shift:
    """How a finish moves.

    `days` is the mean over the draws of after less before, in calendar days (later is positive), `error` the standard
    error of that mean; `later` and `earlier` are the shares of draws in which it moves by half a day or more.
    `before` and `after` are the days finished by at P10, P50, P80 and P90. `chances` holds each date asked for
    with the chance of making it before and after.
    """

    key: str
    days: float
    error: float
    later: float
    earlier: float
    before: tuple[date, ...]
    after: tuple[date, ...]
    chances: tuple[tuple[date, float, float], ...]


@dataclass(frozen=True)
class WhatIf:
    """The shifts of what both plans have, by key of activity or group, and of the `whole` plan."""

    shifts: Mapping[str, Shift]
    whole: Shift
    seed: int
    draws: int
    status: str


class Baseline:
    """A plan simulated once, against which changes of it are tried one after another.

    Every named thing keeps its draws (common random numbers, Glasserman and Yao 1992), so a difference is due to the
    change and to nothing else: what the change does not touch does not move by a moment.

    Args:
        plan: as it stands.
        draws: courses of events to simulate.
        seed: of this simulation and of all that are compared with it.

    Raises:
        ValueError: the plan has no activities, dependencies that form a cycle, or draws below 1.

    >>> from northing.science.forecasts import Activity
    >>> def plan(hinge):
    ...     return Plan(date(2030, 1, 7), (Activity("hinge", hinge, "calendar-days"), Activity("app", (3, 5, 9))))
    >>> found = Baseline(plan((10, 10, 10)), draws=100).what_if(plan((17, 17, 17)))
    >>> found.shifts["hinge"].days, found.shifts["hinge"].error, found.shifts["app"].days
    (7.0, 0.0, 0.0)
    """

    def __init__(self, plan: Plan, *, draws: int = 10_000, seed: int = 0) -> None:
        self._plan, self._draws, self._seed = plan, draws, seed
        self._finish = finish_draws(plan, draws=draws, seed=seed)

    def what_if(self, changed: Plan) -> WhatIf:
        """Compare the plan with `changed`, draw by draw; what only one of them has is left out.

        Raises:
            ValueError: as for the plan itself.
        """
        finish = finish_draws(changed, draws=self._draws, seed=self._seed)
        # Both count from the baseline's start.
        ahead = (changed.start - self._plan.start).days
        shifts = {key: self._shift(key, finish[key] + ahead) for key in self._finish if key in finish}
        whole = shifts.pop("")
        return WhatIf(shifts, whole, self._seed, self._draws, "complete")

    def _shift(self, key: str, after: FloatArray) -> Shift:
        before, start = self._finish[key], self._plan.start
        moved = after - before
        ends = np.array([(day - start).days + 1 + MOMENT for day in self._plan.dates.get(key, ())])
        chances = [np.mean(times[:, None] <= ends, axis=0).tolist() for times in (before, after)]
        return Shift(
            key=key,
            days=float(moved.mean()),
            error=float(moved.std() / np.sqrt(self._draws)),
            later=float(np.mean(moved >= _MOVED)),
            earlier=float(np.mean(moved <= -_MOVED)),
            before=_days(start, before),
            after=_days(start, after),
            chances=tuple(zip(self._plan.dates.get(key, ()), *chances, strict=True)),
        )


def _days(start: date, times: FloatArray) -> tuple[date, ...]:
    return tuple(finish_days(start, rank_quantiles(np.sort(times), _LEVELS)))
