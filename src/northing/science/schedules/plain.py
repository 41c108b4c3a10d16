"""Problems that the compiled search can take, and their arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from northing.science.schedules.problem import Link, Problem, Task
from northing.science.schedules.timeline import Ints, Timeline, linked_in_order

LARGEST = 32_000  # people of a team that a field of the packed profile holds


@dataclass(frozen=True)
class Plain:
    """Start-to-start lags between tasks by index, one row (before, after, lag) each, and demands (tasks, teams)."""

    days: Ints
    heads: Ints
    demands: Ints
    capacities: Ints
    links: Ints


def is_plain(line: Timeline) -> bool:
    """Whether a problem is to finish early, with one mode each, constant capacities and links that only hold back.

    By a link nothing may start, or finish, before what it waits for: sorting by dates then keeps the links.
    """
    problem = line.problem
    return (
        bool(problem.tasks)
        and problem.objective == "makespan"
        and all(len(set(team.pattern)) == 1 and not team.changes and team.on(0) <= LARGEST for team in problem.teams)
        and all(len(task.modes) == 1 and task.deadline is None and _fits(problem, task) for task in problem.tasks)
        and all(link.max_lag is None for link in problem.links)
        and linked_in_order(problem) is not None
        and _is_monotone(plain(line))
    )


def _fits(problem: Problem, task: Task) -> bool:
    capacity = {team.key: team.on(0) for team in problem.teams}
    return all(amount <= capacity[key] for key, amount in task.modes[0].demands.items())


def _is_monotone(arrays: Plain) -> bool:
    before, after, lag = arrays.links.T
    return bool((lag >= 0).all() and (lag + arrays.days[after] - arrays.days[before] >= 0).all())


def plain(line: Timeline) -> Plain:
    """The arrays of a plain problem."""
    problem = line.problem
    index = {task.key: i for i, task in enumerate(problem.tasks)}
    days = [task.modes[0].days for task in problem.tasks]
    links = [_row(link, index, days) for link in problem.links]
    return Plain(
        days=np.array(days, dtype=np.int64),
        heads=np.array([task.release for task in problem.tasks], dtype=np.int64),
        demands=np.array(
            [[task.modes[0].demands.get(team.key, 0) for team in problem.teams] for task in problem.tasks],
            dtype=np.int64,
        ).reshape(len(days), len(problem.teams)),
        capacities=np.array([team.on(0) for team in problem.teams], dtype=np.int64),
        links=np.array(links, dtype=np.int64).reshape(-1, 3),
    )


def _row(link: Link, index: dict[str, int], days: list[int]) -> tuple[int, int, int]:
    """A link from start to start."""
    before, after = index[link.before], index[link.after]
    from_finish = days[before] if link.kind.startswith("finish") else 0
    to_finish = days[after] if link.kind.endswith("finish") else 0
    return before, after, link.lag + from_finish - to_finish
