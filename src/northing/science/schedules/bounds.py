"""Lower bounds that take no search: earliest dates, and the work that must fit between heads and tails."""

from __future__ import annotations

import numpy as np

from northing.science.schedules.problem import Link, Problem, Task
from northing.science.schedules.timeline import Ints, Timeline, linked_in_order


def earliest_dates(line: Timeline) -> tuple[dict[str, int], dict[str, int]] | None:
    """The earliest start and finish of every task, teams shared with nobody; None if dates contradict each other.

    Links are followed, each task in its quickest mode on its teams' open days, until nothing moves.
    """
    problem = line.problem
    starts = {task.key: 0 for task in problem.tasks}
    finishes = {task.key: 0 for task in problem.tasks}
    tables = {task.key: _reachable(line, task) for task in problem.tasks}
    moved = set(starts)
    while moved:
        for key in moved:
            found = _from(tables[key], starts[key], finishes[key])
            if found is None:
                return None
            starts[key], finishes[key] = found
        moved = set()
        for link in problem.links:
            moved |= _pushed(link, starts, finishes)
    return starts, finishes


def lower_bound(line: Timeline) -> int | None:
    """What the objective cannot go below; None where dates and work contradict each other.

    >>> from northing.science.schedules.problem import Mode, Team
    >>> from northing.science.schedules.timeline import timeline
    >>> pair = tuple(Task(key, (Mode(3, {"lab": 1}),)) for key in "ab")
    >>> lower_bound(timeline(Problem(pair, (Team("lab"),))))
    6
    """
    dates = earliest_dates(line)
    if dates is None:
        return None
    starts, finishes = dates
    problem = line.problem
    if problem.objective == "tardiness":
        return sum(t.weight * max(0, finishes[t.key] - t.due) for t in problem.tasks if t.due is not None)
    if problem.objective == "delay_cost":
        return sum(t.delay_cost * finishes[t.key] + min(mode.cost for mode in t.modes) for t in problem.tasks)
    after = tails(problem)
    path = max((finishes[key] + after[key] for key in finishes), default=0)
    bound = max([path, *(_work_bound(line, team.key, starts, after) for team in problem.teams)])
    return bound if bound <= line.horizon else None


def tails(problem: Problem) -> dict[str, int]:
    """For each task the least days from its finish to the end of the plan, by links alone."""
    order = linked_in_order(problem)
    from_start = {task.key: min(mode.days for mode in task.modes) for task in problem.tasks}
    from_finish = dict.fromkeys(from_start, 0)
    if order is None:
        return from_finish
    least = dict(from_start)
    links: dict[str, list[Link]] = {key: [] for key in least}
    for link in problem.links:
        links[link.before].append(link)
    sides = {"start": from_start, "finish": from_finish}
    for key in (problem.tasks[i].key for i in reversed(order)):
        for link in links[key]:
            before, after = link.kind.split("-")
            sides[before][key] = max(sides[before][key], link.lag + sides[after][link.after])
        from_start[key] = max(from_start[key], least[key] + from_finish[key])
    return from_finish


def _work_bound(line: Timeline, team: str, starts: dict[str, int], after: dict[str, int]) -> int:
    """The best bound of one team: for any head h and tail q, the work of the tasks that have at least both begins at h,
    takes the team's days, and is followed by q."""
    capacity = np.concatenate([[0], np.cumsum(line.teams[team])])
    tasks = line.problem.tasks
    work = np.array([min(mode.days * mode.demands.get(team, 0) for mode in task.modes) for task in tasks])
    heads, head = np.unique([starts[task.key] for task in tasks], return_inverse=True)
    behind, tail = np.unique([after[task.key] for task in tasks], return_inverse=True)
    grid = np.zeros((heads.size, behind.size), dtype=np.int64)
    np.add.at(grid, (head, tail), work)
    grid = grid[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1]
    ends = np.searchsorted(capacity, capacity[heads][:, None] + grid)
    return int(np.where(grid > 0, ends + behind, 0).max(initial=0))


def _reachable(line: Timeline, task: Task) -> Ints:
    """For each day the earliest finish of a task that starts then, in any mode; -1 if it cannot start then."""
    tables = np.array([line.windowed(task, mode) for mode in task.modes])
    far = np.iinfo(np.int64).max
    best = np.where(tables < 0, far, tables).min(axis=0)
    return np.where(best == far, -1, best)


def _from(table: Ints, start: int, finish: int) -> tuple[int, int] | None:
    """The earliest start and the earliest finish of starts from ``start`` on that finish at ``finish`` or later.

    Of several modes a later start may finish sooner, so a late finish is not taken to mean a late start.
    """
    tail = table[start:]
    possible = np.flatnonzero(tail >= 0)
    if not possible.size:
        return None
    ends = tail[possible]
    late = ends[ends >= finish]
    return (start + int(possible[0]), int(late.min())) if late.size else None


def _pushed(link: Link, starts: dict[str, int], finishes: dict[str, int]) -> set[str]:
    """Move the ends that a link holds apart or together; the tasks that moved."""
    before, after = link.kind.split("-")
    sides = {"start": starts, "finish": finishes}
    first, second = sides[before], sides[after]
    moved = set()
    if second[link.after] < first[link.before] + link.lag:
        second[link.after] = first[link.before] + link.lag
        moved.add(link.after)
    if link.max_lag is not None and first[link.before] < second[link.after] - link.max_lag:
        first[link.before] = second[link.after] - link.max_lag
        moved.add(link.before)
    return moved
