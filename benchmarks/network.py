"""The forecast of a plan, and a what-if on it, on one core and warm: seconds; and its values beside closed forms.

The plan is invented: 100 activities, 10,000 runs, five teams with calendars, holidays, absences and lost time, lead
times, lags, 20 risks and 10 gates. The figures are those of the quickest of seven runs by processor time, since other
work on the machine only ever adds. Series and parallel cases have a known mean, deviation or quantile as reference.
``--limit N`` takes the first N instances.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one core, also for matrix products; read when NumPy is loaded

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np

from benchmarks.report import Cost, Options, Report, measured
from northing.science.estimates import fit_triple
from northing.science.forecasts import (
    Absence,
    Activity,
    Baseline,
    Calendar,
    Dependency,
    Gate,
    Plan,
    Risk,
    Team,
    forecast_plan,
)
from northing.science.forecasts.outlook import finish_draws

MONDAY = date(2030, 1, 7)
ACTIVITIES, RUNS, REPEATS, ALLOWED = 100, 10_000, 7, 0.3
TRIPLE = (20.0, 30.0, 50.0)
PARTS = 5


def run(options: Options) -> Report:
    """Measure and compare."""
    instances = (forecast, what_if, series_mean, series_spread, parallel)
    rows = [instance() for instance in instances[: options.limit]]
    missed = [row["instance"] for row in rows if row["seconds"] > row.get("allowed", np.inf)]
    gaps = [abs(row["gap"]) for row in rows if row["gap"] is not None]
    return Report(rows, {"missed": missed, "largest_gap": max(gaps, default=None)})


def forecast() -> dict[str, Any]:
    """Everything about the plan: dates, chances, chains, criticality, cruciality and causes; value is days to P80."""
    cost, found = _quickest(partial(forecast_plan, plan(), draws=RUNS))
    return _row("forecast", (found.whole.finish.p80 - MONDAY).days, None, cost) | {"allowed": ALLOWED}


def what_if() -> dict[str, Any]:
    """One activity takes twice as long, against a plan already simulated; value is the mean shift of the end."""
    baseline = Baseline(plan(), draws=RUNS)
    cost, found = _quickest(partial(baseline.what_if, plan(stretched=2.0)))
    return _row("what-if", found.whole.days, None, cost) | {"allowed": ALLOWED}


def series_mean() -> dict[str, Any]:
    """Mean of a chain of five: the sum of their means."""
    cost, end = _quickest(partial(_end, linked=True))
    return _row("series of 5: mean", end.mean(), PARTS * fit_triple(*TRIPLE).distribution.mean(), cost)


def series_spread() -> dict[str, Any]:
    """Standard deviation of a chain of five independent ones: the root of the sum of their variances."""
    cost, end = _quickest(partial(_end, linked=True))
    known = np.sqrt(PARTS * fit_triple(*TRIPLE).distribution.variance())
    return _row("series of 5: deviation", end.std(), known, cost)


def parallel() -> dict[str, Any]:
    """P80 of the last of five independent ones: their quantile at the fifth root of 0.8."""
    cost, end = _quickest(partial(_end, linked=False))
    known = fit_triple(*TRIPLE).distribution.quantile(0.8 ** (1 / PARTS))
    return _row("parallel, 5: P80", np.quantile(end, 0.8), float(known), cost)


def plan(stretched: float = 1.0) -> Plan:
    """The invented plan; the work of one activity can be stretched."""
    random = np.random.default_rng(1)
    activities, dependencies = [], []
    for number in range(ACTIVITIES):
        likely = random.uniform(2, 20) * (stretched if number == ACTIVITIES // 2 else 1.0)
        work = (likely / 2, likely, likely * 2)
        if number % 8 == 7:
            activities.append(Activity(f"a{number}", work, "calendar-days"))
        else:
            people = int(random.integers(1, 3))
            activities.append(Activity(f"a{number}", work, team=f"t{random.integers(5)}", people=people))
        for before in random.choice(number, min(number, int(random.integers(0, 3))), replace=False):
            link = ("finish-start", "finish-start", "start-start", "finish-finish")[int(random.integers(4))]
            dependencies.append(Dependency(f"a{before}", f"a{number}", link, float(random.integers(0, 3))))  # type: ignore[arg-type]
    hit = [tuple(f"a{i}" for i in random.choice(ACTIVITIES, 3, replace=False)) for _ in range(20)]
    return Plan(
        MONDAY,
        tuple(activities),
        tuple(_team(number, random) for number in range(5)),
        tuple(dependencies),
        tuple(Risk(f"r{i}", random.uniform(0.05, 0.4), (2, 5, 15), keys) for i, keys in enumerate(hit)),
        tuple(Gate(f"g{i}", f"a{10 * i + 9}", 0.2, (1, 3, 8)) for i in range(10)),
        groups={f"f{i}": tuple(f"a{n}" for n in range(10 * i, 10 * i + 10)) for i in range(ACTIVITIES // 10)},
        dates={f"f{i}": (MONDAY + timedelta(days=200),) for i in range(ACTIVITIES // 10)},
    )


def _team(number: int, random: np.random.Generator) -> Team:
    off = frozenset(MONDAY + timedelta(days=int(day)) for day in random.integers(0, 400, 10))
    away = MONDAY + timedelta(days=int(random.integers(0, 100)))
    return Team(
        f"t{number}",
        (1, 2, 3, 2.5, 2)[number],
        Calendar(holidays=off),
        (Absence(away, away + timedelta(days=14), 1),),
        loss=(0.05, 0.15, 0.3),
    )


def _end(*, linked: bool) -> Any:
    """Ends of five independent waits, one after another or side by side."""
    parts = tuple(Activity(f"a{i}", TRIPLE, "calendar-days") for i in range(PARTS))
    links = tuple(Dependency(f"a{i}", f"a{i + 1}") for i in range(PARTS - 1)) if linked else ()
    return finish_draws(Plan(MONDAY, parts, dependencies=links, correlation=0.0), draws=RUNS)[""]


def _quickest(work: Callable[[], Any]) -> tuple[Cost, Any]:
    """What the quickest of several runs cost, after a first that warms up, and the result."""
    result, costs = work(), []
    for _ in range(REPEATS):
        with measured() as cost:
            result = work()
        costs.append(cost)
    return min(costs, key=lambda cost: cost.cpu_seconds), result


def _row(instance: str, value: float, reference: float | None, cost: Cost) -> dict[str, Any]:
    return {
        "instance": instance,
        "value": float(value),
        "bound": None,
        "reference": reference,
        "gap": None if reference is None else float(value) / reference - 1,
        **cost.row(),
    }
