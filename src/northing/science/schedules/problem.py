"""What is to be scheduled: tasks and their modes, teams with capacity by day, links, gates and due dates.

Time is in whole days, counted from 0, the first day of the plan; a task that starts on day 2 and takes 3 days
finishes at 5, the first day on which others may follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from northing.science.keys import require_known, require_unique

Kind = Literal["finish-start", "start-start", "finish-finish", "start-finish"]
Objective = Literal["makespan", "tardiness", "delay_cost"]

MOST = 30_000  # of people, days and lags: beyond it a number is a mistake


@dataclass(frozen=True, slots=True)
class Change:
    """A capacity that differs from ``first`` to ``last``, both days included: a holiday, a newcomer, an absence."""

    first: int
    last: int
    capacity: int = 0
    name: str = "holiday"

    def __post_init__(self) -> None:
        _whole(f"first of {self.name!r}", self.first)
        _whole(f"last of {self.name!r}", self.last, self.first)
        _whole(f"capacity of {self.name!r}", self.capacity)


@dataclass(frozen=True, slots=True)
class Team:
    """A renewable resource: so many people, machines or benches on each day.

    ``capacity`` is a number, or a pattern that repeats from day 0 on, such as a week; ``changes`` override it, the
    later one where two overlap.

    >>> design = Team("design", capacity=(2, 2, 2, 2, 2, 0, 0), changes=(Change(1, 2, name="offsite"),))
    >>> [design.on(day) for day in range(8)]
    [2, 0, 0, 2, 2, 0, 0, 2]
    """

    key: str
    capacity: int | tuple[int, ...] = 1
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        if not self.pattern:
            raise ValueError(f"capacity of team {self.key!r} is empty: give a number, or one for each day of a week")
        for each in self.pattern:
            _whole(f"capacity of team {self.key!r}", each)

    @property
    def pattern(self) -> tuple[int, ...]:
        """The capacity as a pattern, of one day where it is constant."""
        return (self.capacity,) if isinstance(self.capacity, int) else tuple(self.capacity)

    def on(self, day: int) -> int:
        """The capacity on a day."""
        pattern = self.pattern
        found = pattern[day % len(pattern)]
        for change in self.changes:
            if change.first <= day <= change.last:
                found = change.capacity
        return found


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to do a task: the days it is worked on, and how many of each team it takes on each of them.

    It is worked on every day from its start on which all its teams have that many people at all, and pauses on the
    others (weekends, holidays), when it takes nobody. Without demands it is a wait, a lead time, and every day counts.
    ``cost`` is added to the objective ``delay_cost``.
    """

    days: int
    demands: Mapping[str, int] = field(default_factory=dict)
    cost: int = 0

    def __post_init__(self) -> None:
        _whole("days", self.days)
        _whole("cost", self.cost, most=10**12)
        for team, amount in self.demands.items():
            _whole(f"demand for {team!r}", amount)
        object.__setattr__(self, "demands", {team: amount for team, amount in self.demands.items() if amount})


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done, in one of its modes.

    ``release``: it starts no sooner than this day (a gate); ``deadline``: it finishes by this day, whatever it costs;
    ``due``: the day after which it is late, ``weight`` a day (objective ``tardiness``). ``delay_cost`` is what each
    day until its finish costs (objective ``delay_cost``).
    """

    key: str
    modes: tuple[Mode, ...]
    release: int = 0
    deadline: int | None = None
    due: int | None = None
    weight: int = 1
    delay_cost: int = 0

    def __post_init__(self) -> None:
        if not self.modes:
            raise ValueError(f"modes of {self.key!r} is empty: give at least one way to do it")
        _whole(f"release of {self.key!r}", self.release)
        for name in ("deadline", "due"):
            if getattr(self, name) is not None:
                _whole(f"{name} of {self.key!r}", getattr(self, name))
        _whole(f"weight of {self.key!r}", self.weight, most=10**9)
        _whole(f"delay_cost of {self.key!r}", self.delay_cost, most=10**9)


@dataclass(frozen=True, slots=True)
class Link:
    """``after`` waits for ``before``: from the end of one named in ``kind`` to that of the other pass at least ``lag``
    days, and at most ``max_lag``. A negative lag lets them overlap."""

    before: str
    after: str
    kind: Kind = "finish-start"
    lag: int = 0
    max_lag: int | None = None

    def __post_init__(self) -> None:
        name = f"link {self.before!r} -> {self.after!r}"
        if self.kind not in ("finish-start", "start-start", "finish-finish", "start-finish"):
            raise ValueError(
                f"kind of {name} is {self.kind!r}: it must be finish-start, start-start, finish-finish or start-finish"
            )
        _whole(f"lag of {name}", self.lag, -MOST)
        if self.max_lag is not None:
            _whole(f"max_lag of {name}", self.max_lag, self.lag)


@dataclass(frozen=True)
class Problem:
    """Tasks, teams and links, and what is to be as small as can be.

    ``makespan``: the finish of the last task. ``tardiness``: the sum of weight times days late. ``delay_cost``: the
    sum of delay cost times finish, plus the costs of the modes chosen.
    """

    tasks: tuple[Task, ...]
    teams: tuple[Team, ...] = ()
    links: tuple[Link, ...] = ()
    objective: Objective = "makespan"

    def __post_init__(self) -> None:
        tasks = require_unique("tasks", (task.key for task in self.tasks))
        teams = require_unique("teams", (team.key for team in self.teams))
        if self.objective not in ("makespan", "tardiness", "delay_cost"):
            raise ValueError(f"objective is {self.objective!r}: it must be makespan, tardiness or delay_cost")
        for task in self.tasks:
            for mode in task.modes:
                for team in mode.demands:
                    require_known(f"demands of {task.key!r}", team, teams, "problem")
        for link in self.links:
            require_known("before of a link", link.before, tasks, "problem")
            require_known("after of a link", link.after, tasks, "problem")
            if link.before == link.after:
                raise ValueError(f"link {link.before!r} -> {link.after!r}: a task cannot wait for itself; remove it")


@dataclass(frozen=True, slots=True)
class Placed:
    """When a task is done and how: first day, first day after it, index of its mode."""

    start: int
    finish: int
    mode: int = 0


Schedule = Mapping[str, Placed]


def value_of(problem: Problem, schedule: Schedule) -> int:
    """The objective of a schedule.

    In days, weighted days late or cost, as the objective says; raises KeyError where a task is not scheduled.

    >>> problem = Problem((Task("a", (Mode(3),), due=2, weight=5),), objective="tardiness")
    >>> value_of(problem, {"a": Placed(0, 3)})
    5
    """
    placed = [(task, schedule[task.key]) for task in problem.tasks]
    if problem.objective == "makespan":
        return max((at.finish for _, at in placed), default=0)
    if problem.objective == "tardiness":
        return sum(task.weight * max(0, at.finish - task.due) for task, at in placed if task.due is not None)
    return sum(task.delay_cost * at.finish + task.modes[at.mode].cost for task, at in placed)


def _whole(name: str, value: object, least: int = 0, most: int = MOST) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} is {value!r}: it must be a whole number from {least} to {most}")
