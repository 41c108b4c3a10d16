"""Small problems for tests, and the second method: every schedule of them, tried."""

from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from northing.science.schedules import (
    Change,
    Link,
    Mode,
    Objective,
    Placed,
    Problem,
    Schedule,
    Task,
    Team,
    value_of,
    violations,
)
from northing.science.schedules.timeline import timeline

KINDS = ("finish-start", "start-start", "finish-finish", "start-finish")


def least_value(problem: Problem) -> int | None:
    """The smallest objective over all starts and modes; None if no schedule is feasible."""
    return min((value_of(problem, each) for each in feasible(problem)), default=None)


def feasible(problem: Problem) -> Iterator[Schedule]:
    """Every feasible schedule: all choices of starts and modes, tried."""
    keys = [task.key for task in problem.tasks]
    schedules = (dict(zip(keys, each, strict=True)) for each in product(*choices(problem)))
    return (each for each in schedules if not violations(problem, each))


def choices(problem: Problem) -> list[list[Placed]]:
    """For each task the places that its teams allow, were it alone."""
    line = timeline(problem)
    return [
        [
            Placed(start, int(finish), index)
            for index, mode in enumerate(task.modes)
            for start, finish in enumerate(line.finishes(mode))
            if finish >= 0
        ]
        for task in problem.tasks
    ]


@st.composite
def plain_problems(draw: st.DrawFn, most: int = 6) -> Problem:
    """Plain problems of a few tasks and two teams, links leading from earlier to later tasks."""
    teams = (Team("x", draw(st.integers(1, 4))), Team("y", draw(st.integers(1, 4))))
    count = draw(st.integers(1, most))
    tasks = tuple(
        Task(
            f"t{i}",
            (Mode(draw(st.integers(0, 4)), {team.key: draw(st.integers(0, int(team.on(0)))) for team in teams}),),
            release=draw(st.integers(0, 3)),
        )
        for i in range(count)
    )
    pairs = [(a, b) for b in range(count) for a in range(b)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    links = tuple(Link(f"t{a}", f"t{b}", lag=draw(st.integers(0, 2))) for a, b in chosen)
    return Problem(tasks, teams, links)


@st.composite
def rich_problems(draw: st.DrawFn, objective: Objective | None = None) -> Problem:
    """Three tasks with modes, dates, calendars and all kinds of links, in a plan short enough to try everything."""
    teams = tuple(
        Team(
            key,
            draw(st.sampled_from((1, 2, (2, 1), (1, 1, 0), (2, 2, 0)))),
            tuple(Change(day, day, draw(st.integers(0, 1))) for day in draw(st.sets(st.integers(0, 4), max_size=1))),
        )
        for key in "xy"
    )
    tasks = []
    for i in range(3):
        modes = tuple(
            Mode(draw(st.integers(0, 3)), {key: draw(st.integers(0, 2)) for key in "xy"}, draw(st.integers(0, 3)))
            for _ in range(draw(st.integers(1, 2)))
        )
        tasks.append(
            Task(
                f"t{i}",
                modes,
                release=draw(st.integers(0, 2)),
                deadline=draw(st.integers(4, 12)),
                due=draw(st.none() | st.integers(0, 5)),
                weight=draw(st.integers(0, 3)),
                delay_cost=draw(st.integers(0, 3)),
            )
        )
    links = []
    for a, b in draw(st.lists(st.sampled_from(((0, 1), (1, 2), (0, 2), (2, 0))), unique=True, max_size=3)):
        lag = draw(st.integers(-2, 2))
        most = draw(st.none() | st.integers(lag, 4))
        links.append(Link(f"t{a}", f"t{b}", draw(st.sampled_from(KINDS)), lag, most))
    chosen = objective or draw(st.sampled_from(("makespan", "tardiness", "delay_cost")))
    return Problem(tuple(tasks), teams, tuple(links), chosen)
