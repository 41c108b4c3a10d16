"""The best chance of a goal. Importing this module loads HiGHS and numba: do it where used."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from northing.science.portfolios import walks
from northing.science.portfolios.aims import Chance, Floats
from northing.science.portfolios.effort import Watch
from northing.science.portfolios.linear import INFINITE, follow, program, silent
from northing.science.portfolios.model import Model
from northing.science.portfolios.moves import Picks
from northing.science.solvers import highspy

# The walk for a better chance takes at most this share of the time, and so many stretches of so many steps.
SHARE, STRETCHES, STRETCH = 0.4, 200, 2_000
# The chance that a step may lose at first, and what being near the goal counts beside reaching it.
WARMTH, NEARNESS = 0.01, 0.3


def chance(model: Model, table: Floats, aim: Chance, start: Picks, watch: Watch) -> tuple[Picks, float]:
    """The plan with the best chance of the goal, and the bound.

    The plan is annealed from the one of the best mean. The bound is that of the plan that would be chosen if the draw
    were known (no plan reaches the goal in a draw in which not even the linear relaxation does), then that of a model
    with one more binary for each of the other draws, true where the goal is met.
    """
    draws, size = table.shape
    goal = aim.goal - 1e-9 * max(abs(aim.goal), 1.0)
    within_reach = _within_reach(model, table, goal, watch)
    bound = float(within_reach.mean())
    best = _walked(model, table, goal, int(within_reach.sum()), start, watch)
    watch.tell(aim.of(table @ best), bound)
    if watch.is_over or aim.of(table @ best) >= bound:
        return best, bound
    solver = _goals(model, table, goal, within_reach, watch)
    point = np.concatenate([best, table @ best >= goal]).astype(np.float64)
    solver.setSolution(point.size, np.arange(point.size, dtype=np.int32), point)
    solver.setOptionValue("mip_abs_gap", 0.5 / draws)
    if watch.effort.work is None:
        solver.setOptionValue("time_limit", watch.left)
    solver.run()
    info = solver.getInfo()
    if abs(info.mip_dual_bound) < INFINITE:
        bound = min(info.mip_dual_bound, bound)
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        found = np.array(solver.getSolution().col_value)[:size] > 0.5
        if model.allows(found) and aim.of(table @ found) >= aim.of(table @ best):
            best = found
    # A chance is a whole number of draws.
    return best, float(np.floor(bound * draws + 1e-6) / draws)


def _within_reach(model: Model, table: Floats, goal: float, watch: Watch) -> Picks:
    """In which draws a plan in parts reaches the goal; those that time did not suffice to ask are taken as such."""
    solver = silent(watch)
    lp = program(model)
    lp.integrality_ = []
    solver.passModel(lp)
    columns = np.arange(table.shape[1], dtype=np.int32)
    reached = np.ones(len(table), dtype=bool)
    for draw, values in enumerate(table):
        if watch.is_over:
            break
        solver.changeColsCost(columns.size, columns, values)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            most = solver.getInfo().objective_function_value
            reached[draw] = most >= goal - 1e-6 * max(abs(goal), 1.0)
    return reached


def _goals(model: Model, table: Floats, goal: float, within_reach: Picks, watch: Watch) -> Any:
    """The model with a binary for each draw, which asks for the goal where it is 1."""
    solver = silent(watch)
    lp = program(model)
    lp.col_cost_ = np.zeros(model.objective.size)
    solver.passModel(lp)
    draws, size = table.shape
    # Whatever the plan, a draw gives no less than the least of it.
    least = np.minimum(table, 0.0).sum(axis=1)
    for draw in range(draws):
        solver.addCol(1.0 / draws, 0.0, float(within_reach[draw]), 0, np.zeros(0, np.int32), np.zeros(0))
        solver.changeColIntegrality(size + draw, highspy.HighsVarType.kInteger)
        used = np.flatnonzero(table[draw])
        index = np.append(used, size + draw).astype(np.int32)
        values = np.append(table[draw][used], -max(goal - least[draw], 0.0))
        solver.addRow(least[draw], INFINITE, index.size, index, values)
    follow(solver, watch)
    return solver


def _walked(model: Model, table: Floats, goal: float, most: int, start: Picks, watch: Watch) -> Picks:
    """The best plan of an annealing over plans, which ends when ``most`` draws reach the goal."""
    rules = walks.tabulated(model)
    best, present = start.copy(), start.copy()
    by_column = np.ascontiguousarray(table.T)
    width = max(float((table @ start).std()), 1e-9)
    until = watch.seconds + SHARE * watch.left
    stretches = min(STRETCHES, 2 * start.size)
    for turn in range(stretches):
        if watch.is_stopped or (watch.effort.work is None and watch.seconds > until):
            break
        if np.count_nonzero(table @ best >= goal) >= most:
            break
        heat = WARMTH * (1 - turn / stretches)
        anneal(rules, by_column, goal, width, best, present, STRETCH, heat, watch.effort.seed + turn)
    return best if model.allows(best) else start


@numba.njit(cache=True, nogil=True)
def anneal(
    rules: walks.Table,
    values: Floats,
    goal: float,
    width: float,
    best: Picks,
    present: Picks,
    steps: int,
    heat: float,
    seed: int,
) -> None:
    """Go on from ``present``, by bringing in or leaving out and repairing; ``best`` is what reached the goal oftenest.

    ``values`` (columns x draws) is what each column gives; beside draws that reach the goal, those count in part that
    miss it by less than ``width``.
    """
    np.random.seed(seed)
    nothing, used = np.zeros_like(present), walks.amounts(rules, present)
    totals, best_totals = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    _follow(values, totals, nothing, present)
    _follow(values, best_totals, nothing, best)
    most, worth = _reached(best_totals, goal), _worth(totals, goal, width)
    picks, tried, spent = present.copy(), totals.copy(), used.copy()
    for _ in range(steps):
        if walks.moved(rules, picks, used):
            _follow(values, tried, present, picks)
            reached = _worth(tried, goal, width)
            if reached >= worth + heat * np.log(np.random.random() + 1e-12):
                worth = reached
                present[:], totals[:], spent[:] = picks, tried, used
                if _reached(totals, goal) > most:
                    most = _reached(totals, goal)
                    best[:] = picks
                continue
        picks[:], tried[:], used[:] = present, totals, spent


@numba.njit(cache=True, nogil=True)
def _follow(values: Floats, totals: Floats, before: Picks, after: Picks) -> None:
    """The totals of one plan made those of another."""
    for item in range(before.size):
        if after[item] and not before[item]:
            totals += values[item]
        elif before[item] and not after[item]:
            totals -= values[item]


@numba.njit(cache=True, nogil=True)
def _reached(totals: Floats, goal: float) -> int:
    count = 0
    for total in totals:
        count += total >= goal
    return count


@numba.njit(cache=True, nogil=True)
def _worth(totals: Floats, goal: float, width: float) -> float:
    """The share of draws that reach the goal, and a part of how near the others come."""
    worth = 0.0
    for total in totals:
        if total >= goal:
            worth += 1.0
        else:
            worth += NEARNESS * max(1.0 - (goal - total) / width, 0.0)
    return worth / totals.size
