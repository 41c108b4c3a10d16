"""The model solved by HiGHS. Importing this module loads HiGHS: do it where used."""

from __future__ import annotations

from typing import Any

import numpy as np

from northing.science.portfolios.effort import Answer, Status, Watch
from northing.science.portfolios.model import Model, Picks, Whole
from northing.science.solvers import highspy

INFINITE = highspy.kHighsInf
NODES_PER_WORK = 100


def solve(model: Model, watch: Watch, hint: Picks | None = None) -> Answer:
    """The best choice found, with its proven bound."""
    solver = silent(watch)
    solver.setOptionValue("mip_abs_gap", 0.5 / model.scale)
    solver.passModel(program(model))
    if hint is not None:
        index = np.arange(hint.size, dtype=np.int32)
        solver.setSolution(hint.size, index, hint.astype(np.float64))
    follow(solver, watch)
    solver.run()
    return _answer(solver, model)


def silent(watch: Watch) -> Any:
    """A HiGHS that says nothing, keeps to the effort and proves what it finds."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("random_seed", watch.effort.seed)
    if watch.effort.work is None:
        solver.setOptionValue("time_limit", watch.left)
    else:
        solver.setOptionValue("mip_max_nodes", max(int(watch.effort.work * NODES_PER_WORK), 1))
    return solver


def follow(solver: Any, watch: Watch, *, is_told: bool = True) -> None:
    """End when the watch says so, and report progress if it is of use to who asked."""

    def look(event: Any) -> None:
        if is_told and watch.effort.progress is not None:
            value = event.data_out.objective_function_value
            watch.tell(value if abs(value) < INFINITE else None, event.data_out.mip_dual_bound)
        if watch.is_stopped:
            event.interrupt()

    if watch.effort.progress is not None or watch.effort.stop is not None:
        solver.cbMipInterrupt += look


def program(model: Model) -> Any:
    """The model in HiGHS's own form, by rows."""
    pairs, columns = model.implies, model.objective.size
    starts = [np.arange(0, pairs.size, 2)]
    sizes = np.array([row.columns.size for row in model.rows], dtype=np.int64)
    starts.append(pairs.size + np.concatenate([[0], np.cumsum(sizes)]))
    empty = np.zeros(0, dtype=np.int64)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, len(pairs) + len(model.rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = model.objective / model.scale
    lp.col_lower_, lp.col_upper_ = model.low.astype(np.float64), model.high.astype(np.float64)
    lp.row_lower_ = np.full(lp.num_row_, -INFINITE)
    lp.row_upper_ = np.array([0.0] * len(pairs) + [float(row.limit) for row in model.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate(starts).astype(np.int32)
    index: list[Whole] = [pairs.ravel(), *(row.columns for row in model.rows), empty]
    lp.a_matrix_.index_ = np.concatenate(index).astype(np.int32)
    ones = np.tile([1.0, -1.0], len(pairs))
    lp.a_matrix_.value_ = np.concatenate([ones, *(row.coefficients.astype(np.float64) for row in model.rows)])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
    return lp


def _answer(solver: Any, model: Model) -> Answer:
    status, info = solver.getModelStatus(), solver.getInfo()
    most = int(np.maximum(model.objective, 0).sum())
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Answer(Status.INFEASIBLE, None, 0, most)
    bound = min(int(np.floor(info.mip_dual_bound * model.scale + 1e-4)), most) if info.mip_dual_bound < 1e30 else most
    picks = np.array(solver.getSolution().col_value) > 0.5
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible or not model.allows(picks):
        return Answer(Status.UNKNOWN, None, 0, bound)
    value = model.value(picks)
    proven = status == highspy.HighsModelStatus.kOptimal
    return Answer(Status.OPTIMAL if proven else Status.FEASIBLE, picks, value, value if proven else max(bound, value))
