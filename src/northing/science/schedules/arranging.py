"""A compiled search over the order of tasks, with modes and calendars. It loads numba: import it where used.

Tasks are placed one after another, each in the mode that lets it finish first unless one is chosen, and as early as
links and teams let it (serial generation, Kolisch 1996). Orders and choices are changed at random; a change stays if it
is no worse than what stood a while ago (late acceptance, Burke and Bykov 2017).
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from northing.science.schedules.population import draw
from northing.science.schedules.problem import Placed, Problem, Schedule
from northing.science.schedules.timeline import Bools, Ints, Timeline, linked_in_order

Random = NDArray[np.uint64]

ROUND = 200  # schedules between two looks at clock and caller
MEMORY = 100  # schedules ago that a change is held against
LARGEST = 20_000_000  # days of all modes together: beyond it the tables are too large
NOTHING = np.iinfo(np.int64).max


class Tables(NamedTuple):
    """A problem by arrays: n tasks, w ways (a mode of a task each), t teams, h days.

    Task j has the ways ``first_way[j]`` to before ``first_way[j + 1]``. By way: ``finishes`` (w, h + 1), where a start
    leads to or -1; ``open`` (w, h), the days worked on; ``demands`` (w, t); ``costs`` (w). ``capacities`` (t, h). Links
    into task j are ``first_in[j]`` to before ``first_in[j + 1]``; they lead from ``before``, from its finish or its
    start, to the finish or start of j. By task: ``dues``, and what a day of lateness and of finish costs.
    """

    first_way: Ints
    finishes: Ints
    open: Bools
    demands: Ints
    costs: Ints
    capacities: Ints
    first_in: Ints
    before: Ints
    lags: Ints
    from_finish: Bools
    to_finish: Bools
    dues: Ints
    late_costs: Ints
    day_costs: Ints
    is_makespan: bool


class State(NamedTuple):
    """An order of tasks and the ways chosen (n; -1 where the quickest is taken), the best so far, and room to work in.

    ``tally``: value of the order, best value, schedules generated; ``past`` (`MEMORY`): values a while ago.
    """

    order: Ints
    chosen: Ints
    best_starts: Ints
    best_ways: Ints
    tally: Ints
    past: Ints
    random: Random


VALUE, BEST, MADE = range(3)


class Arranging:
    """A search that goes on from a schedule."""

    def __init__(self, line: Timeline, schedule: Schedule, seed: int) -> None:
        self.problem = line.problem
        self.tables = _tables(line)
        keys = [task.key for task in self.problem.tasks]
        order = sorted(linked_in_order(self.problem) or (), key=lambda j: schedule[keys[j]].start)
        modes = np.array([schedule[key].mode for key in keys], dtype=np.int64)
        chosen = self.tables.first_way[:-1] + modes
        random = np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)
        tally = np.array([NOTHING, NOTHING, 0])
        past = np.full(MEMORY, NOTHING)
        self.state = State(
            np.array(_linked_first(order, self.problem)), chosen, chosen.copy(), chosen.copy(), tally, past, random
        )

    @property
    def value(self) -> int:
        """The best value so far."""
        return int(self.state.tally[BEST])

    def round(self) -> int:
        """Generate `ROUND` schedules; how many they were."""
        improve(self.tables, self.state, ROUND)
        return ROUND

    def schedule(self) -> Schedule:
        """The best schedule."""
        tables, state = self.tables, self.state
        found = {}
        for j, task in enumerate(self.problem.tasks):
            start, way = int(state.best_starts[j]), int(state.best_ways[j])
            found[task.key] = Placed(start, int(tables.finishes[way, start]), way - int(tables.first_way[j]))
        return found


def is_arrangeable(line: Timeline) -> bool:
    """Whether tasks can be placed one after another: links without a most lag and without circles, and not too long."""
    problem = line.problem
    ways = sum(len(task.modes) for task in problem.tasks)
    return (
        ways * line.horizon <= LARGEST
        and all(link.max_lag is None for link in problem.links)
        and linked_in_order(problem) is not None
    )


def _linked_first(order: list[int], problem: Problem) -> list[int]:
    """The order, but each task behind those it is linked to: with lags below 0 it may start before them."""
    index = {task.key: j for j, task in enumerate(problem.tasks)}
    place = {j: at for at, j in enumerate(order)}
    graph: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(order, ()))
    for link in problem.links:
        graph.add(index[link.after], index[link.before])
    graph.prepare()
    ready = [place[j] for j in graph.get_ready()]
    heapify(ready)
    found = []
    while ready:
        j = order[heappop(ready)]
        found.append(j)
        graph.done(j)
        for freed in graph.get_ready():
            heappush(ready, place[freed])
    return found


def _tables(line: Timeline) -> Tables:
    problem = line.problem
    index = {task.key: j for j, task in enumerate(problem.tasks)}
    ways = [(task, mode) for task in problem.tasks for mode in task.modes]
    links = sorted(problem.links, key=lambda link: index[link.after])
    into = np.bincount([index[link.after] for link in links], minlength=len(index))
    makespan, tardiness = problem.objective == "makespan", problem.objective == "tardiness"
    return Tables(
        first_way=np.concatenate([[0], np.cumsum([len(task.modes) for task in problem.tasks])]),
        finishes=np.array([line.windowed(task, mode) for task, mode in ways]),
        open=np.array([line.open(mode) for _, mode in ways]),
        demands=np.array(
            [[mode.demands.get(team.key, 0) for team in problem.teams] for _, mode in ways], dtype=np.int64
        ).reshape(len(ways), len(problem.teams)),
        costs=np.array([0 if makespan or tardiness else mode.cost for _, mode in ways], dtype=np.int64),
        capacities=np.array([line.teams[team.key] for team in problem.teams], dtype=np.int64).reshape(
            len(problem.teams), line.horizon
        ),
        first_in=np.concatenate([[0], np.cumsum(into)]),
        before=np.array([index[link.before] for link in links], dtype=np.int64),
        lags=np.array([link.lag for link in links], dtype=np.int64),
        from_finish=np.array([link.kind.startswith("finish") for link in links], dtype=np.bool_),
        to_finish=np.array([link.kind.endswith("finish") for link in links], dtype=np.bool_),
        dues=np.array([task.due or 0 for task in problem.tasks], dtype=np.int64),
        late_costs=np.array(
            [task.weight if tardiness and task.due is not None else 0 for task in problem.tasks], dtype=np.int64
        ),
        day_costs=np.array([0 if makespan or tardiness else task.delay_cost for task in problem.tasks], dtype=np.int64),
        is_makespan=makespan,
    )


@numba.njit(cache=True, nogil=True)
def _dates(tables: Tables, j: int, starts: Ints, ends: Ints) -> tuple[int, int]:
    """The earliest start and finish that links leave a task, those before it being placed."""
    start, finish = 0, 0
    for link in range(tables.first_in[j], tables.first_in[j + 1]):
        one = tables.before[link]
        date = (ends[one] if tables.from_finish[link] else starts[one]) + tables.lags[link]
        if tables.to_finish[link]:
            finish = max(finish, date)
        else:
            start = max(start, date)
    return start, finish


@numba.njit(cache=True, nogil=True)
def _blocked(tables: Tables, left: Ints, way: int, start: int, end: int) -> int:
    """The last day from ``start`` to before ``end`` on which a team has too few people; -1 if there is none."""
    for day in range(end - 1, start - 1, -1):
        if tables.open[way, day]:
            for team in range(left.shape[0]):
                if left[team, day] < tables.demands[way, team]:
                    return day
    return -1


@numba.njit(cache=True, nogil=True)
def _first(tables: Tables, left: Ints, way: int, start: int, finish: int) -> int:
    """The first start from ``start`` on that leads to ``finish`` or later and for which there is room; -1 if none."""
    while start < tables.finishes.shape[1]:
        end = tables.finishes[way, start]
        if end >= finish and end >= 0:
            day = _blocked(tables, left, way, start, end)
            if day < 0:
                return start
            start = day
        start += 1
    return -1


@numba.njit(cache=True, nogil=True)
def generate(tables: Tables, order: Ints, chosen: Ints, left: Ints, starts: Ints, ways: Ints, ends: Ints) -> int:
    """Place all tasks, in order; the objective, or `NOTHING` where one finds no place. ``left`` gets used up."""
    value = 0
    for j in order:
        start, finish = _dates(tables, j, starts, ends)
        ends[j] = NOTHING
        for way in range(tables.first_way[j], tables.first_way[j + 1]):
            if chosen[j] in (-1, way):
                begin = _first(tables, left, way, start, finish)
                if begin >= 0 and tables.finishes[way, begin] < ends[j]:
                    starts[j], ways[j], ends[j] = begin, way, tables.finishes[way, begin]
        if ends[j] == NOTHING:
            return NOTHING
        way = ways[j]
        for day in range(starts[j], ends[j]):
            if tables.open[way, day]:
                left[:, day] -= tables.demands[way]
        if tables.is_makespan:
            value = max(value, ends[j])
        else:
            late = max(0, ends[j] - tables.dues[j])
            value += tables.late_costs[j] * late + tables.day_costs[j] * ends[j] + tables.costs[way]
    return value


@numba.njit(cache=True, nogil=True)
def _is_linked(tables: Tables, before: int, after: int) -> bool:
    for link in range(tables.first_in[after], tables.first_in[after + 1]):  # noqa: SIM110  (compiled)
        if tables.before[link] == before:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _change(tables: Tables, random: Random, order: Ints, chosen: Ints) -> None:
    """Move a task to a place that its links allow, or choose another way for it."""
    place = draw(random, order.size)
    j = order[place]
    ways = tables.first_way[j + 1] - tables.first_way[j]
    if ways > 1 and draw(random, 3) == 0:
        way = draw(random, ways + 1)
        chosen[j] = tables.first_way[j] + way if way < ways else -1
        return
    step = 1 if draw(random, 2) == 0 else -1
    for _ in range(1 + draw(random, order.size)):
        to = place + step
        if not 0 <= to < order.size:
            break
        if _is_linked(tables, order[to], j) if step < 0 else _is_linked(tables, j, order[to]):
            break
        order[place] = order[to]
        place = to
    order[place] = j


@numba.njit(cache=True, nogil=True)
def improve(tables: Tables, state: State, schedules: int) -> None:
    """Try so many changes of the order."""
    tally, past = state.tally, state.past
    left, ends = np.empty_like(tables.capacities), np.empty_like(state.order)
    starts, ways = np.empty_like(state.order), np.empty_like(state.order)
    for _ in range(schedules):
        order, chosen = state.order.copy(), state.chosen.copy()
        if tally[MADE] > 0:
            for _ in range(1 + draw(state.random, 2)):
                _change(tables, state.random, order, chosen)
        left[:] = tables.capacities
        value = generate(tables, order, chosen, left, starts, ways, ends)
        if tally[MADE] == 0:
            past[:] = value
        turn = tally[MADE] % MEMORY
        if value <= tally[VALUE] or value <= past[turn]:
            state.order[:], state.chosen[:], tally[VALUE] = order, chosen, value
        if value < tally[BEST]:
            state.best_starts[:], state.best_ways[:], tally[BEST] = starts, ways, value
        past[turn] = tally[VALUE]
        tally[MADE] += 1
