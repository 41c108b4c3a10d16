"""Running the constraint model any-time: it can be stopped, and says what it finds. Importing this loads OR-Tools."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Protocol

from northing.science.schedules.effort import Effort
from northing.science.schedules.exact import Model
from northing.science.schedules.problem import Schedule, value_of
from northing.science.solvers import cp_model

Outcome = Literal["optimal", "feasible", "infeasible", "unknown"]

_OUTCOMES: dict[cp_model.CpSolverStatus, Outcome] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
}
_PROBED = 5_000  # variables: with more, to try each before the search for a best one took 9 of 10 seconds
_POLL = 0.05  # seconds between two looks at whether to stop


@dataclass(frozen=True)
class Answer:
    """What the model says: an outcome, the best schedule if there is one, the bound on the objective it proved.

    ``share``: what it took of the whole effort. Without an objective, ``optimal`` says that there is a schedule.
    """

    outcome: Outcome
    schedule: Schedule | None
    bound: int | None
    share: float = 0.0


class Watcher(Protocol):
    """Who is told, from the solver's threads, what is found on the way, and may end it."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to find."""

    def found(self, schedule: Schedule) -> None:
        """A better schedule."""

    def proved(self, bound: int | None) -> None:
        """A better bound."""


class _Solutions(cp_model.CpSolverSolutionCallback):
    """Hands every better schedule on."""

    def __init__(self, model: Model, watcher: Watcher) -> None:
        super().__init__()
        self.model, self.watcher = model, watcher

    def on_solution_callback(self) -> None:
        """Called by the solver."""
        self.watcher.found(self.model.schedule(self.value))


def run(
    model: Model,
    effort: Effort,
    share: float,
    *,
    workers: int = 1,
    seed: int = 1,
    watcher: Watcher | None = None,
    is_linear: bool = True,
) -> Answer:
    """Solve a model within a share of the effort, with or without linear relaxations.

    Counted work is done by one worker, so that it repeats exactly.
    """
    seconds, deterministic = effort.solver_limits(share)
    if seconds == 0.0 or effort.is_cancelled():
        return Answer("unknown", None, None)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1 if effort.work is not None else workers
    solver.parameters.random_seed = seed
    if not is_linear:
        solver.parameters.linearization_level = 0
    if model.cp.has_objective() and len(model.cp.proto.variables) > _PROBED:
        solver.parameters.cp_model_probing_level = 0
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    if deterministic is not None:
        solver.parameters.max_deterministic_time = deterministic
    if watcher is not None and model.cp.has_objective():
        solver.best_bound_callback = lambda bound: watcher.proved(_whole(bound, model))
    solutions = None if watcher is None else _Solutions(model, watcher)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(solver.solve, model.cp, solutions)
        while True:
            try:
                status = future.result(_POLL)
                break
            except TimeoutError:
                if effort.is_cancelled() or (watcher is not None and watcher.is_done):
                    solver.stop_search()
    return _answer(model, solver, status, effort.share_of(solver.wall_time, solver.deterministic_time))


def _answer(model: Model, solver: cp_model.CpSolver, status: cp_model.CpSolverStatus, share: float) -> Answer:
    outcome = _OUTCOMES.get(status, "unknown")
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(f"the model is invalid: {model.cp.validate()}")
    if not model.cp.has_objective():
        return Answer(outcome, model.schedule(solver.value) if outcome == "optimal" else None, None, share)
    if outcome in ("optimal", "feasible"):
        schedule = model.schedule(solver.value)
        bound = (
            value_of(model.problem, schedule) if outcome == "optimal" else _whole(solver.best_objective_bound, model)
        )
        return Answer(outcome, schedule, bound, share)
    return Answer(outcome, None, _whole(solver.best_objective_bound, model) if outcome == "unknown" else None, share)


def _whole(bound: float, model: Model) -> int | None:
    """A proven bound; objectives are whole numbers, and the solver states them in double precision.

    A model with a limit says nothing of what is beyond it.
    """
    if not math.isfinite(bound):
        return None
    found = math.ceil(bound - 1e-6)
    return found if model.most is None else min(found, model.most + 1)
