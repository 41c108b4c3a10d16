"""A first schedule of any problem, by priority rules: task after task, as early as links and teams let it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from northing.science.schedules.bounds import tails
from northing.science.schedules.problem import Link, Mode, Placed, Problem, Schedule, Task
from northing.science.schedules.timeline import Ints, Timeline, linked_in_order
from northing.science.schedules.verifier import violations

Rule = Callable[[Task], float]

TRIES = 20  # generations for a rule, until most lags are kept


def by_rules(line: Timeline) -> Iterator[Schedule]:
    """A schedule for each rule that leads to one (serial generation, Kolisch 1996).

    Where a most lag is broken, what it holds back is given a later gate, and all is generated again, a few times.
    Deadlines are not looked at on the way, so a tight one may leave no schedule; nor is there one where links form a
    circle.
    """
    if linked_in_order(line.problem) is None:
        return
    for rule in _rules(line.problem):
        gates = {task.key: task.release for task in line.problem.tasks}
        for _ in range(TRIES):
            schedule = _Generation(line, gates).run(rule)
            if schedule is None or not _move(gates, line.problem, schedule):
                break
        if schedule is not None and not violations(line.problem, schedule):
            yield schedule


def _move(gates: dict[str, int], problem: Problem, schedule: Schedule) -> bool:
    """Move gates to where most lags would be kept; whether any was broken."""
    moved = False
    for link in problem.links:
        before, after = link.kind.split("-")
        passed = getattr(schedule[link.after], after) - getattr(schedule[link.before], before)
        if link.max_lag is not None and passed > link.max_lag:
            gates[link.before] = max(gates[link.before], schedule[link.before].start + passed - link.max_lag)
            moved = True
    return moved


def _rules(problem: Problem) -> list[Rule]:
    """Long tails first; soonest due; the most costly day for the days of work it stands behind."""
    after = tails(problem)
    days = {task.key: max(1, min(mode.days for mode in task.modes)) for task in problem.tasks}

    def by_tail(task: Task) -> float:
        return -after[task.key] - days[task.key]

    def by_date(task: Task) -> float:
        dates = [date for date in (task.due, task.deadline) if date is not None]
        return min(dates, default=np.inf)

    def by_cost(task: Task) -> float:
        return -(task.delay_cost + (task.weight if task.due is not None else 0)) / days[task.key]

    return [by_tail, by_date, by_cost]


class _Generation:
    """Serial generation of one schedule: what teams have left, what is placed."""

    def __init__(self, line: Timeline, gates: dict[str, int]) -> None:
        self.line, self.gates = line, gates
        self.left = {key: days.copy() for key, days in line.teams.items()}
        self.placed: dict[str, Placed] = {}
        self.into: dict[str, list[Link]] = {task.key: [] for task in line.problem.tasks}
        for link in line.problem.links:
            self.into[link.after].append(link)

    def run(self, rule: Rule) -> Schedule | None:
        """Of the tasks whose forerunners are placed, always the first by the rule."""
        waiting = sorted(self.line.problem.tasks, key=lambda task: (rule(task), task.key))
        while waiting:
            task = next(t for t in waiting if all(link.before in self.placed for link in self.into[t.key]))
            waiting.remove(task)
            if not self._place(task):
                return None
        return self.placed

    def _place(self, task: Task) -> bool:
        """Place a task in the mode in which it finishes first."""
        start, finish = self.gates[task.key], 0
        for link in self.into[task.key]:
            before, after = link.kind.split("-")
            date = getattr(self.placed[link.before], before) + link.lag
            if after == "start":
                start = max(start, date)
            else:
                finish = max(finish, date)
        found = [
            Placed(*dates, mode)
            for mode in range(len(task.modes))
            if (dates := self._dates(task.modes[mode], start, finish)) is not None
        ]
        if not found:
            return False
        at = min(found, key=lambda each: (each.finish, task.modes[each.mode].cost))
        self._take(task.modes[at.mode], at)
        self.placed[task.key] = at
        return True

    def _dates(self, mode: Mode, start: int, finish: int) -> tuple[int, int] | None:
        """The first start from ``start`` on that leads to ``finish`` or later, with room on every day worked."""
        ends: Ints = self.line.finishes(mode)[start:]
        full = np.zeros(self.line.horizon + 1, dtype=np.int64)
        for key, amount in mode.demands.items():
            full[1:] |= self.left[key] < amount
        full[1:] &= self.line.open(mode)
        before = full.cumsum()
        free = before[ends.clip(0)] == before[start:]
        possible = np.flatnonzero((ends >= max(finish, 0)) & free)
        if not possible.size:
            return None
        first = int(possible[0])
        return start + first, int(ends[first])

    def _take(self, mode: Mode, at: Placed) -> None:
        worked = self.line.open(mode)
        worked[: at.start] = False
        worked[at.finish :] = False
        for key, amount in mode.demands.items():
            self.left[key][worked] -= amount
