"""The model solved by CP-SAT. Importing this module loads OR-Tools: do it where used."""

from __future__ import annotations

import math
import threading

import numpy as np

from northing.science.portfolios.effort import Answer, Status, Watch
from northing.science.portfolios.model import Model, Picks
from northing.science.solvers import cp_model

POLL_SECONDS = 0.05
EXACT = 1e-6
STATUSES = {
    cp_model.OPTIMAL: Status.OPTIMAL,
    cp_model.FEASIBLE: Status.FEASIBLE,
    cp_model.INFEASIBLE: Status.INFEASIBLE,
}


def solve(model: Model, watch: Watch, hint: Picks | None = None, work: float | None = None) -> Answer:
    """The best choice found, with its proven bound; ``work`` limits this one solve in deterministic seconds."""
    problem = cp_model.CpModel()
    columns = [problem.new_int_var(int(low), int(high), "") for low, high in zip(model.low, model.high, strict=True)]
    for a, b in model.implies:
        problem.add_implication(columns[a], columns[b])
    for row in model.rows:
        terms = [columns[i] for i in row.columns]
        problem.add(cp_model.LinearExpr.weighted_sum(terms, row.coefficients.tolist()) <= row.limit)
    problem.maximize(cp_model.LinearExpr.weighted_sum(columns, model.objective.tolist()))
    if hint is not None:
        for column, value in zip(columns, hint.tolist(), strict=True):
            problem.add_hint(column, value)
    solver = _solver(watch, work)
    bounds: list[float] = []
    solver.best_bound_callback = bounds.append
    with _Stopper(solver, watch):
        found = solver.solve(problem, _Teller(watch, model.scale))
    status = STATUSES.get(found, Status.UNKNOWN)
    most = int(np.maximum(model.objective, 0).sum())
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Answer(status, None, 0, min([most, *(math.floor(bound + EXACT) for bound in bounds)]))
    picks = np.array([solver.boolean_value(column) for column in columns], dtype=bool)
    value = model.value(picks)
    bound = value if status is Status.OPTIMAL else min(round(solver.best_objective_bound), most)
    return Answer(status, picks, value, bound)


def _solver(watch: Watch, work: float | None) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    settings = solver.parameters
    settings.random_seed = watch.effort.seed
    # One worker in deterministic mode: several give the same optimum, not the same plan.
    settings.num_workers = 1 if watch.effort.work is not None else watch.effort.workers
    # Cutting planes took longer than they saved: half of the time, on the frontiers of the benchmark.
    settings.cut_level = 0
    settings.relative_gap_limit = settings.absolute_gap_limit = 0.0
    if watch.effort.work is None:
        settings.max_time_in_seconds = watch.left
    else:
        settings.max_deterministic_time = watch.effort.work if work is None else work
    return solver


class _Teller(cp_model.CpSolverSolutionCallback):
    """Passes every better plan on."""

    def __init__(self, watch: Watch, scale: int) -> None:
        super().__init__()
        self._watch = watch
        self._scale = scale

    def on_solution_callback(self) -> None:
        self._watch.tell(self.objective_value / self._scale, self.best_objective_bound / self._scale)


class _Stopper:
    """Ends the solver when the watch says that it is stopped."""

    def __init__(self, solver: cp_model.CpSolver, watch: Watch) -> None:
        self._solver = solver
        self._watch = watch
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True) if watch.effort.stop else None

    def __enter__(self) -> None:
        if self._thread:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread:
            self._thread.join()

    def _poll(self) -> None:
        while not self._done.wait(POLL_SECONDS):
            if self._watch.is_stopped:
                self._solver.stop_search()
