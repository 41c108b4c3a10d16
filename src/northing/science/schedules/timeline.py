"""A problem laid out on days: how long it can last, what teams have each day, where a start leads to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from northing.science.schedules.problem import Mode, Placed, Problem, Schedule, Task, Team

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LONGEST = 200_000  # days of a plan; tables are this long


@dataclass(frozen=True)
class Timeline:
    """The days from 0 to before ``horizon``, within which a best schedule lies if there is any schedule."""

    problem: Problem
    horizon: int

    @cached_property
    def teams(self) -> dict[str, Ints]:
        """Capacity by day of every team."""
        return {team.key: _by_day(team, self.horizon) for team in self.problem.teams}

    def open(self, mode: Mode) -> Bools:
        """The days on which a task in this mode can be worked on, shape (horizon,)."""
        days = np.ones(self.horizon, dtype=np.bool_)
        for key, amount in mode.demands.items():
            days &= self.teams[key] >= amount
        return days

    def finishes(self, mode: Mode) -> Ints:
        """The finish that each start leads to, shape (horizon + 1,); -1 where it cannot start or would not finish."""
        found = np.full(self.horizon + 1, -1, dtype=np.int64)
        if mode.days == 0:
            return np.arange(self.horizon + 1)
        days = np.flatnonzero(self.open(mode))
        if days.size >= mode.days:
            found[days[: days.size - mode.days + 1]] = days[mode.days - 1 :] + 1
        return found

    def windowed(self, task: Task, mode: Mode) -> Ints:
        """`finishes`, with -1 also where the task's release or deadline would be broken."""
        found = self.finishes(mode)
        found[: task.release] = -1
        if task.deadline is not None:
            found[found > task.deadline] = -1
        return found

    def placed(self, starts: Ints) -> Schedule:
        """The schedule of tasks in their first mode, from their starts in the order of the tasks."""
        schedule = {}
        for task, start in zip(self.problem.tasks, starts.tolist(), strict=True):
            schedule[task.key] = Placed(start, int(self.finishes(task.modes[0])[start]))
        return schedule


def timeline(problem: Problem) -> Timeline:
    """Lay a problem out on days.

    Behind the last change, gate and fixed date capacities repeat. A schedule that idles there for more than a cycle can
    be shortened by the cycle, so none needs more than all durations and lags one after another, each with a cycle.

    >>> timeline(Problem((Task("a", (Mode(3),)), Task("b", (Mode(4),))))).horizon
    9
    """
    cycle = math.lcm(*(len(team.pattern) for team in problem.teams), 1)
    dated = [change.last + 1 for team in problem.teams for change in team.changes]
    dated += [task.release for task in problem.tasks]
    teams = {team.key: team for team in problem.teams}
    horizon = max(dated, default=0)
    for task in problem.tasks:
        horizon += cycle + max(_longest(mode, teams, cycle) for mode in task.modes)
    horizon += sum(max(0, link.lag, -(link.max_lag or 0)) for link in problem.links)
    horizon += len(problem.links) * cycle if cycle > 1 else 0
    if problem.tasks and all(task.deadline is not None for task in problem.tasks):
        horizon = min(horizon, max(task.deadline or 0 for task in problem.tasks))
    if horizon > LONGEST:
        raise ValueError(f"the plan may last {horizon} days, more than {LONGEST}: give durations and lags in weeks")
    return Timeline(problem, horizon)


def linked_in_order(problem: Problem) -> list[int] | None:
    """Tasks by index such that every one comes after those it is linked to; None where links form a circle."""
    index = {task.key: i for i, task in enumerate(problem.tasks)}
    waits: dict[int, set[int]] = {i: set() for i in index.values()}
    for link in problem.links:
        waits[index[link.after]].add(index[link.before])
    try:
        return list(TopologicalSorter(waits).static_order())
    except CycleError:
        return None


def _by_day(team: Team, horizon: int) -> Ints:
    days = np.resize(np.array(team.pattern, dtype=np.int64), horizon)
    for change in team.changes:
        days[change.first : change.last + 1] = change.capacity
    return days


def _longest(mode: Mode, teams: dict[str, Team], cycle: int) -> int:
    """Days that a mode can take once capacities repeat; 0 where it can never be worked on then."""
    days = np.ones(cycle, dtype=np.bool_)
    for key, amount in mode.demands.items():
        days &= np.resize(np.array(teams[key].pattern), cycle) >= amount
    open_days = int(days.sum())
    if open_days == cycle:
        return mode.days
    return (mode.days // open_days + 1) * cycle if open_days else 0
