"""The whole frontier of two objectives, or bounds of its hypervolume.

First ``generated``: 60 features, 4 teams, prerequisites and exclusions, from a seed; user value against business value,
drawn independently (10 s) or such that one is high where the other is low (15 s). Up to 150 points are asked for; a
frontier with more is a partial set, with boxes. Then, where ``--data`` holds instances of the next release problem,
profit against cost over every budget: ``nrp1`` in 300 s, the others in 60 s each. ``value`` and ``bound`` are the
hypervolume of the points and what it can be at most; ``--seconds`` replaces the times.
"""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.nrp import Releases, files, read
from benchmarks.report import Options, Report
from northing.science.portfolios import Effort, Feature, Frontier, Portfolio, frontier

FEATURES, TEAMS = 60, 4
SEEDS = (1, 2, 3)
INDEPENDENT_SECONDS, CONFLICTING_SECONDS = 10.0, 15.0
WHOLE, WHOLE_SECONDS, OTHER_SECONDS = "nrp1", 300.0, 60.0


def run(options: Options) -> Report:
    """The generated portfolios, then the instances of the data."""
    generated = [(seed, conflicting) for conflicting in (False, True) for seed in SEEDS]
    found = files(options.data_folder()) if options.data else []
    _warm()
    rows = [solve_generated(seed, conflicting, options) for seed, conflicting in generated[: options.limit]]
    rows += [solve_release(file, options) for file in found[: options.limit]]
    return Report(rows, _summary(rows))


def solve_generated(seed: int, conflicting: bool, options: Options) -> dict[str, Any]:
    """One generated portfolio."""
    portfolio, users, business = generate(seed, conflicting)
    seconds = options.seconds or (CONFLICTING_SECONDS if conflicting else INDEPENDENT_SECONDS)
    found = frontier(portfolio, users, business, Effort(seconds, workers=options.workers))
    kind = "conflicting" if conflicting else "independent"
    return _row(f"generated {kind} {seed}", found, seconds)


def generate(seed: int, conflicting: bool) -> tuple[Portfolio, dict[str, float], dict[str, float]]:
    """Features that take one to three teams a few weeks each; a quarter of them needs an earlier one."""
    random = np.random.default_rng(seed)
    teams = [f"team {k}" for k in range(1, TEAMS + 1)]
    keys = [f"F-{i}" for i in range(1, FEATURES + 1)]
    features = []
    for i, key in enumerate(keys):
        taken = random.choice(TEAMS, random.integers(1, 4), replace=False)
        costs = {teams[k]: float(random.integers(1, 9)) for k in sorted(taken.tolist())}
        needs = (keys[random.integers(i)],) if i and random.random() < 0.25 else ()
        features.append(Feature(key, 0.0, costs, needs))
    totals = {team: sum(feature.costs.get(team, 0.0) for feature in features) for team in teams}
    excludes = tuple(tuple(random.choice(keys, 2, replace=False).tolist()) for _ in range(5))
    portfolio = Portfolio(
        tuple(features), {team: (total * 0.4 // 1,) for team, total in totals.items()}, excludes=excludes
    )
    users = random.integers(1, 21, FEATURES)
    business = 21 - users + random.integers(-3, 4, FEATURES) if conflicting else random.integers(1, 21, FEATURES)
    return portfolio, _by_key(keys, users), _by_key(keys, np.maximum(business, 1))


def _by_key(keys: list[str], values: Any) -> dict[str, float]:
    return {key: float(value) for key, value in zip(keys, values, strict=True)}


def solve_release(file: Path, options: Options) -> dict[str, Any]:
    """Profit against cost of one instance, over every budget."""
    releases = read(file)
    seconds = options.seconds or (WHOLE_SECONDS if file.stem == WHOLE else OTHER_SECONDS)
    portfolio, costs = unlimited(releases)
    corner = (0.0, -float(sum(releases.costs)))
    effort = Effort(seconds, workers=options.workers)
    return _row(file.stem, frontier(portfolio, None, costs, effort, reference=corner, most_points=None), seconds)


def unlimited(releases: Releases) -> tuple[Portfolio, dict[str, float]]:
    """The instance without a budget, and what each requirement costs as a value below 0."""
    budgeted = releases.portfolio("1")
    costs = {feature.key: -cost for feature in budgeted.features for cost in feature.costs.values()}
    features = tuple(Feature(feature.key, feature.value, {}, feature.needs) for feature in budgeted.features)
    return Portfolio(features, {}), costs


def _row(instance: str, found: Frontier, seconds: float) -> dict[str, Any]:
    return {
        "instance": instance,
        "value": found.lower,
        "bound": found.upper,
        "reference": None,
        "gap": found.gap,
        "seconds": found.seconds,
        "allowed_seconds": seconds,
        "points": len(found.points),
        "boxes": len(found.boxes),
        "solves": found.solves,
        "is_whole": found.is_whole,
    }


def _warm() -> None:
    """Load the solvers and compile before the clock runs."""
    three = tuple(Feature(key, costs={"team": cost}) for key, cost in {"a": 5.0, "b": 3.0, "c": 3.0}.items())
    frontier(Portfolio(three, {"team": (6.0,)}), {"a": 9, "b": 4, "c": 1}, {"a": 1, "b": 2, "c": 7})
    frontier(Portfolio((Feature("a", 1), Feature("b", -1)), {}), None, {"a": -1})


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "frontiers": len(rows),
        "whole": sum(row["is_whole"] for row in rows),
        "points": sum(row["points"] for row in rows),
        "worst_gap": max((row["gap"] for row in rows), default=0.0),
        "late": sum(row["seconds"] > 1.05 * row["allowed_seconds"] for row in rows),
    }
