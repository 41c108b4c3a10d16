"""The best worst cases on samples, solved by HiGHS. Importing this module loads HiGHS: do it where used."""

from __future__ import annotations

from typing import Any

import numpy as np

from northing.science.portfolios.aims import Floats, WorstCases
from northing.science.portfolios.effort import Watch
from northing.science.portfolios.linear import INFINITE, follow, program, silent
from northing.science.portfolios.model import Model, Picks
from northing.science.solvers import highspy

MOST_CUTS = 200
EXACT = 1e-6


def worst_cases(model: Model, table: Floats, aim: WorstCases, start: Picks, watch: Watch) -> tuple[Picks, float]:
    """The plan with the best mean of its worst cases, and the bound.

    Whatever draws are taken for the worst, their mean is no less than the mean of the worst ones: each plan looked at
    gives one such row, and rows are added until the best plan under the rows is as good as they say (the cutting planes
    of Kuenzi-Bay and Mayer 2006), first for plans in parts, then for whole ones.
    """
    size = float(np.abs(table).sum(axis=1).max()) + 1.0
    solver = _relaxed(model, watch, size)
    best, value, bound = start, aim.of(table @ start), size
    columns = np.arange(table.shape[1] + 1, dtype=np.int32)
    x: Floats = start.astype(np.float64)
    is_whole = False
    for _ in range(MOST_CUTS):
        row = aim.weights(table @ x) @ table
        solver.addRow(-INFINITE, 0.0, columns.size, columns, np.append(-row, 1.0))
        limit, found = _solved(solver, watch)
        if found is None:
            break
        bound, x = min(bound, limit), found[:-1]
        reached = aim.of(table @ x)
        if is_whole and reached > value:
            best, value = x > 0.5, reached
            watch.tell(value, bound)
        if watch.is_over or (is_whole and bound - value <= EXACT * max(abs(value), 1.0)):
            break
        if not is_whole and limit - reached <= 1e-3 * max(abs(reached), 1.0):
            is_whole = True
            integer = np.full(columns.size - 1, highspy.HighsVarType.kInteger)
            solver.changeColsIntegrality(integer.size, columns[:-1], integer)
            x = best.astype(np.float64)
    return best, bound if bound - value > EXACT * max(abs(value), 1.0) else value


def _relaxed(model: Model, watch: Watch, size: float) -> Any:
    """The model without whole numbers, with one more column that is maximised."""
    solver = silent(watch)
    solver.setOptionValue("mip_abs_gap", 0.0)
    lp = program(model)
    lp.integrality_ = []
    lp.col_cost_ = np.zeros(model.objective.size)
    solver.passModel(lp)
    solver.addCol(1.0, -size, size, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
    # Its values are what the rows so far allow, not what plans reach.
    follow(solver, watch, is_told=False)
    return solver


def _solved(solver: Any, watch: Watch) -> tuple[float, Floats | None]:
    """The bound and the best point of the rows so far."""
    if watch.effort.work is None:
        solver.setOptionValue("time_limit", watch.left)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return INFINITE, None
    has_bound = abs(info.mip_dual_bound) < INFINITE and info.mip_node_count >= 0
    if not has_bound and solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return INFINITE, None
    limit = info.mip_dual_bound if has_bound else info.objective_function_value
    return float(limit), np.array(solver.getSolution().col_value)
