"""Rich plans, each for so many seconds on so many workers: modes, calendars, gates, lags, lateness, cost of delay.

The plans are invented, and the same each time: teams with weeks of five or seven days, holidays and absences; for two
tasks in five a quicker way that takes more people; lead times; links of all four kinds, some with a most lag where the
instance says so. ``first`` is the value of the first plan, by priority rules, and ``gap`` is (value - bound) / value.
The compiled search is warmed up before the clock starts, and an instance stops when its value meets its bound.
``--limit N`` takes the first N instances.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.report import Options, Report, measured
from northing.science.schedules import (
    Change,
    Kind,
    Link,
    Mode,
    Objective,
    Problem,
    Task,
    Team,
    solve,
    violations,
    warm_up,
)

SECONDS = 10.0
KINDS: tuple[Kind, ...] = (
    "finish-start",
    "finish-start",
    "finish-start",
    "start-start",
    "finish-finish",
    "start-finish",
)
PEOPLE = {"design": 3, "firmware": 4, "mechanics": 3, "bench": 2}
NEAR = 10  # a task waits for some of so many before it


@dataclass(frozen=True, slots=True)
class Case:
    """One plan."""

    tasks: int
    objective: Objective = "makespan"
    has_most_lags: bool = False

    @property
    def instance(self) -> str:
        """Its name in the table."""
        return f"{self.tasks} tasks, {self.objective}" + (" with most lags" if self.has_most_lags else "")

    def problem(self) -> Problem:
        """The plan, drawn by its size alone: only the objective differs between cases of one size."""
        random = np.random.default_rng(self.tasks)
        tasks = tuple(_task(number, random) for number in range(self.tasks))
        teams = tuple(_team(key, random) for key in PEOPLE)
        links = [link for number in range(1, self.tasks) for link in _links(number, random)]
        if self.has_most_lags:
            links = [_limited(link) if number % 6 == 0 else link for number, link in enumerate(links)]
        return Problem(tasks, teams, tuple(links), self.objective)


CASES = [
    Case(40),
    Case(80),
    Case(150),
    Case(40, has_most_lags=True),
    Case(80, has_most_lags=True),
    Case(40, "tardiness"),
    Case(80, "tardiness"),
    Case(150, "tardiness"),
    Case(40, "delay_cost"),
    Case(80, "delay_cost"),
    Case(150, "delay_cost"),
]


def run(options: Options) -> Report:
    """Every case."""
    warm_up()
    seconds = SECONDS if options.seconds is None else options.seconds
    rows = [row(case, seconds, options.workers) for case in CASES[: options.limit]]
    return Report(
        rows,
        {
            "seconds_each": seconds,
            "workers": options.workers,
            "proven": sum(each["status"] == "optimal" for each in rows),
            "mean_gap_percent": 100 * fmean(each["gap"] for each in rows),
        },
    )


def row(case: Case, seconds: float, workers: int) -> dict[str, Any]:
    """One plan solved, its schedule verified."""
    problem = case.problem()
    first = solve(problem, work=0)
    with measured() as cost:
        found = solve(problem, seconds=seconds, workers=workers)
    if found.schedule is None:
        raise SystemExit(f"{case.instance}: no schedule, {found.status}")
    wrong = violations(problem, found.schedule)
    if wrong:
        raise SystemExit(f"{case.instance}: the schedule is wrong: {wrong[0]}")
    return {
        "instance": case.instance,
        "first": first.value,
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "status": found.status,
        "schedules": found.schedules,
        "seconds": cost.wall_seconds,
        "cpu_seconds": cost.cpu_seconds,
    }


def _task(number: int, random: np.random.Generator) -> Task:
    """A lead time, or work for one team or two, often with a quicker way; due about when it may be reached."""
    is_lead_time = number % 10 == 9
    days = int(random.integers(10, 30) if is_lead_time else random.integers(1, 11))
    keys = random.choice(list(PEOPLE), random.integers(1, 3), replace=False).tolist()
    modes = [Mode(days, {} if is_lead_time else {key: int(random.integers(1, 3)) for key in keys})]
    if random.random() < 0.4 and not is_lead_time:
        more = {key: min(PEOPLE[key], amount + 1) for key, amount in modes[0].demands.items()}
        modes.append(Mode(-(-days * 2 // 3), more, cost=int(random.integers(20, 100))))
    return Task(
        f"t{number:03}",
        tuple(modes),
        release=int(random.integers(0, number + 1)) if number % 7 == 3 else 0,
        due=number + int(random.integers(10, 40)),
        weight=int(random.integers(1, 10)),
        delay_cost=int(random.integers(0, 10)),
    )


def _team(key: str, random: np.random.Generator) -> Team:
    """A team with a holiday of a week and an absence of two; the bench is there on every day."""
    people = PEOPLE[key]
    holiday, absence = (int(day) for day in random.integers(5, 120, 2))
    changes = (Change(absence, absence + 13, people - 1, "absence"), Change(holiday, holiday + 6))
    return Team(key, people if key == "bench" else (people,) * 5 + (0, 0), changes)


def _links(number: int, random: np.random.Generator) -> list[Link]:
    near = range(max(0, number - NEAR), number)
    chosen = random.choice(near, min(len(near), int(random.integers(0, 3))), replace=False)
    return [
        Link(f"t{before:03}", f"t{number:03}", KINDS[int(random.integers(len(KINDS)))], int(random.integers(0, 4)))
        for before in chosen.tolist()
    ]


def _limited(link: Link) -> Link:
    """The link with a most lag of four weeks more than its least."""
    return Link(link.before, link.after, link.kind, link.lag, link.lag + 28)
