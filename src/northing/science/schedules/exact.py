"""The constraint model of any problem. Importing this module loads OR-Tools: do it where used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np

from northing.science.schedules.problem import Link, Placed, Problem, Schedule, Task
from northing.science.schedules.timeline import Bools, Ints, Timeline
from northing.science.solvers import cp_model

Expression = cp_model.LinearExpr | int

MOST_WITH_TURNS = 70  # tasks: the choices are as many as their pairs


@dataclass(frozen=True)
class _Way:
    """One mode of a task in the model: present or not, from ``start`` to ``end``, worked on in ``open`` days."""

    present: cp_model.IntVar | None
    start: cp_model.IntVar
    end: Expression
    interval: cp_model.IntervalVar | None
    open: Bools
    demands: dict[str, int]


@dataclass
class Model:
    """The variables of a problem, by task: ``start``, ``end``, and a `_Way` for each mode that is possible."""

    problem: Problem
    line: Timeline
    most: int | None = None
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    start: dict[str, cp_model.IntVar] = field(default_factory=dict)
    end: dict[str, Expression] = field(default_factory=dict)
    ways: dict[str, dict[int, _Way]] = field(default_factory=dict)
    objective: Expression = 0

    def schedule(self, value: Callable[[Expression], int]) -> Schedule:
        """The schedule in a solution, whose values ``value`` reads."""
        found = {}
        for task in self.problem.tasks:
            ways = self.ways[task.key]
            mode = next(m for m, way in ways.items() if way.present is None or value(way.present))
            found[task.key] = Placed(value(self.start[task.key]), value(self.end[task.key]), mode)
        return found

    def hint(self, schedule: Schedule) -> None:
        """Start the search from a schedule."""
        for key, at in schedule.items():
            self.cp.add_hint(self.start[key], at.start)
            for mode, way in self.ways[key].items():
                if way.present is not None:
                    self.cp.add_hint(way.present, mode == at.mode)


def model_of(
    problem: Problem, line: Timeline, *, least: int = 0, most: int | None = None, is_decision: bool = False
) -> Model:
    """The model of a problem; a makespan is to lie from ``least`` to ``most``, a decision is to find any.

    The model is infeasible where a task has no mode that fits its dates. Teams are cumulative constraints; a task that
    pauses holds its place in them by its interval, and gives it back by what `_Team` adds. Where two tasks exclude each
    other, which goes first is a choice of its own.
    """
    model = Model(problem, line, most)
    for task in problem.tasks:
        _add_task(model, task)
    for link in problem.links:
        _add_link(model, link)
    for team in problem.teams:
        _Team(model, team.key).add()
    if len(problem.tasks) <= MOST_WITH_TURNS:
        _add_turns(model)
    _add_objective(model, least, most)
    if not is_decision:
        model.cp.minimize(model.objective)
    return model


def _add_task(model: Model, task: Task) -> None:
    tables = {m: model.line.windowed(task, mode) for m, mode in enumerate(task.modes)}
    tables = {m: table for m, table in tables.items() if (table >= 0).any()}
    cp, key = model.cp, task.key
    if not tables:
        cp.add_bool_or([])  # never true; the task still has its variables
        tables = {0: np.arange(model.line.horizon + 1)}
    allowed = np.flatnonzero(np.any([table >= 0 for table in tables.values()], axis=0))
    model.start[key] = start = cp.new_int_var_from_domain(_domain(allowed), f"start {key}")
    if len(tables) == 1:
        mode, table = next(iter(tables.items()))
        way = _way(model, task, mode, table, start, None)
        model.ways[key], model.end[key] = {mode: way}, way.end
        return
    lowest = min(int(table[table >= 0].min()) for table in tables.values())
    highest = max(int(table.max()) for table in tables.values())
    model.end[key] = end = cp.new_int_var(lowest, highest, f"end {key}")
    model.ways[key] = {}
    for mode, table in tables.items():
        present = cp.new_bool_var(f"mode {mode} of {key}")
        begun = cp.new_int_var_from_domain(_domain(np.flatnonzero(table >= 0)), f"start {key} {mode}")
        way = _way(model, task, mode, table, begun, present)
        cp.add(start == begun).only_enforce_if(present)
        cp.add(end == way.end).only_enforce_if(present)
        model.ways[key][mode] = way
    cp.add_exactly_one(way.present for way in model.ways[key].values() if way.present is not None)


def _way(
    model: Model, task: Task, index: int, table: Ints, start: cp_model.IntVar, present: cp_model.IntVar | None
) -> _Way:
    mode, cp, name = task.modes[index], model.cp, f"{task.key} {index}"
    possible = np.flatnonzero(table >= 0)
    lengths = table[possible] - possible
    size, end = _size_and_end(cp, start, possible, lengths, name)
    interval = None
    if mode.days and present is None:
        interval = cp.new_interval_var(start, size, end, name)
    elif mode.days and present is not None:
        interval = cp.new_optional_interval_var(start, size, end, present, name)
    return _Way(present, start, end, interval, model.line.open(mode), dict(mode.demands))


def _size_and_end(
    cp: cp_model.CpModel, start: cp_model.IntVar, possible: Ints, lengths: Ints, name: str
) -> tuple[Expression, Expression]:
    """The days from start to finish, which depend on the start where a task pauses, and the finish.

    A calendar leads to few lengths, each from many starts.
    """
    distinct = np.unique(lengths).tolist()
    if len(distinct) == 1:
        return distinct[0], start + distinct[0]
    size = cp.new_int_var_from_domain(cp_model.Domain.from_values(distinct), f"length {name}")
    end = cp.new_int_var_from_domain(_domain(np.unique(possible + lengths)), f"end {name}")
    cp.add(end == start + size)
    chosen = [cp.new_bool_var(f"length {length} of {name}") for length in distinct]
    cp.add_exactly_one(chosen)
    for length, each in zip(distinct, chosen, strict=True):
        cp.add(size == length).only_enforce_if(each)
        cp.add_linear_expression_in_domain(start, _domain(possible[lengths == length])).only_enforce_if(each)
    return size, end


def _domain(values: Ints) -> cp_model.Domain:
    """The integers of a sorted array."""
    breaks = np.flatnonzero(np.diff(values) > 1)
    firsts = np.concatenate([values[:1], values[breaks + 1]])
    lasts = np.concatenate([values[breaks], values[-1:]])
    return cp_model.Domain.from_intervals(list(zip(firsts.tolist(), lasts.tolist(), strict=True)))


def _add_link(model: Model, link: Link) -> None:
    before, after = link.kind.split("-")
    sides: dict[str, Mapping[str, Expression]] = {"start": model.start, "finish": model.end}
    first, second = sides[before][link.before], sides[after][link.after]
    model.cp.add(second - first >= link.lag)
    if link.max_lag is not None:
        model.cp.add(second - first <= link.max_lag)


class _Team:
    """A team's capacity in a model.

    Days are cut into runs with one capacity and the same tasks pausing. Where all who need the team pause on the same
    days, a run in which they do needs no rule. Else a run has its capacity plus the demands of those that pause in it,
    and each of those fills its demand there unless it spans the run: spanning then takes what not spanning also takes.
    """

    def __init__(self, model: Model, key: str) -> None:
        self.model, self.key = model, key
        self.users = [
            way for ways in model.ways.values() for way in ways.values() if way.interval and way.demands.get(key)
        ]
        self.capacity = model.line.teams[key]

    def add(self) -> None:
        """Add the team's cumulative constraint."""
        if not self.users:
            return
        opens = np.array([way.open for way in self.users])
        uniform = bool((opens == opens[0]).all())
        demands = [way.demands[self.key] for way in self.users]
        intervals: list[cp_model.IntervalVar] = [way.interval for way in self.users if way.interval is not None]
        runs = [(a, b) for a, b in _runs(np.vstack([opens, self.capacity])) if not (uniform and not opens[0, a])]
        lifted = [int(self.capacity[a] + np.dot(~opens[:, a], demands)) for a, _ in runs]
        most = max(lifted, default=0)
        for (first, end), capacity in zip(runs, lifted, strict=True):
            if capacity < most:
                intervals.append(self.model.cp.new_fixed_size_interval_var(first, end - first, "less"))
                demands.append(most - capacity)
            for user in np.flatnonzero(~opens[:, first]).tolist():
                fillers = list(self._fillers(self.users[user], first, end))
                intervals += fillers
                demands += [demands[user]] * len(fillers)
        self.model.cp.add_cumulative(intervals, demands, most)

    def _fillers(self, way: _Way, first: int, end: int) -> Iterable[cp_model.IntervalVar]:
        """The intervals of which one stands in a run exactly if the task does not span it."""
        cp = self.model.cp
        before, after, spans = (cp.new_bool_var(name) for name in ("before", "after", "spans"))
        cp.add(way.end <= first).only_enforce_if(before)
        cp.add(way.start >= end).only_enforce_if(after)
        cp.add(way.start < first).only_enforce_if(spans)
        cp.add(way.end > end).only_enforce_if(spans)
        literals = [before, after] if way.present is None else [before, after, ~way.present]
        cp.add_exactly_one(spans, *literals)
        return [cp.new_optional_fixed_size_interval_var(first, end - first, each, "filler") for each in literals]


def _add_turns(model: Model) -> None:
    """For two tasks that a team is too small to do at once, a choice of which goes first.

    Teams alone say as much, but from such choices the solver learns. Only for tasks of one mode that never pause:
    others may overlap while one pauses.
    """
    ways = [(key, way) for key, ways in model.ways.items() for way in ways.values()]
    steady = [(key, way) for key, way in ways if way.interval and way.present is None and way.open.all()]
    most = {key: int(capacity.max(initial=0)) for key, capacity in model.line.teams.items()}
    for (one, first), (other, second) in combinations(steady, 2):
        if any(amount + second.demands.get(team, 0) > most[team] for team, amount in first.demands.items()):
            turn = model.cp.new_bool_var(f"{one} before {other}")
            model.cp.add(model.start[other] >= first.end).only_enforce_if(turn)
            model.cp.add(model.start[one] >= second.end).only_enforce_if(~turn)


def _runs(rows: Ints) -> list[tuple[int, int]]:
    """The runs of equal columns, as first and end."""
    cuts = np.flatnonzero((rows[:, 1:] != rows[:, :-1]).any(axis=0)) + 1
    edges = [0, *cuts.tolist(), rows.shape[1]]
    return list(pairwise(edges))


def _add_objective(model: Model, least: int, most: int | None) -> None:
    cp, problem = model.cp, model.problem
    if problem.objective == "makespan":
        makespan = cp.new_int_var(least, model.line.horizon if most is None else most, "makespan")
        for task in problem.tasks:
            cp.add(makespan >= model.end[task.key])
        model.objective = makespan
    elif problem.objective == "tardiness":
        model.objective = cp_model.LinearExpr.sum([_lateness(model, task) for task in problem.tasks])
    else:
        model.objective = cp_model.LinearExpr.sum([_cost(model, task) for task in problem.tasks])


def _lateness(model: Model, task: Task) -> Expression:
    if task.due is None or not task.weight:
        return 0
    late = model.cp.new_int_var(0, model.line.horizon, f"late {task.key}")
    model.cp.add(late >= model.end[task.key] - task.due)
    return task.weight * late


def _cost(model: Model, task: Task) -> Expression:
    modes: Sequence[Expression] = [
        task.modes[m].cost * (1 if way.present is None else way.present) for m, way in model.ways[task.key].items()
    ]
    return cp_model.LinearExpr.sum([task.delay_cost * model.end[task.key], *modes])
