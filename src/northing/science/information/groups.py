"""What it is worth to know several inputs together, or to have the results of any study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from northing.science.information.estimator import beyond_chance
from northing.science.information.problem import FOLDS, Input, Problem, Worth
from northing.science.information.samples import FEWEST_DRAWS, Inputs, Samples, read
from northing.science.priorities.expansions import expansion, mid_scores
from northing.science.priorities.ranks import Floats, Indices

SOLVED = 48  # draws whose best sets are considered where a choice is not quick

Columns = Mapping[Input, Floats]


def group_information(
    problem: Problem, samples: Samples, groups: Mapping[str, Sequence[Input]], *, independent: bool
) -> dict[str, Worth]:
    """The expected value of knowing all inputs of a group exactly, for each of the named groups.

    ``samples`` and ``independent`` as for `partial_information`. Every feature is regressed on a polynomial of the
    group's inputs, or, where features are independent, on those of its own and the shared ones; the choice is
    made anew for every draw (Strong, Oakley and Brennan 2014), by the other nine folds, and counted by the
    draw's own values. A rule of unknown speed chooses among its answers for 48 draws.

    Raises ValueError as `partial_information`, and for an input of which there are no samples.

    >>> from northing.science.information import TopK
    >>> random = np.random.default_rng(1)
    >>> x, y = random.standard_normal((2, 2, 4000))
    >>> problem = Problem(["a", "b"], 2 * x + y, TopK(1), "EUR")
    >>> found = group_information(problem, {"x": x, "y": y}, {"both x": [("a", "x"), ("b", "x")]}, independent=True)
    >>> round(found["both x"].value, 1)  # 2 sqrt(2) times the density of a normal at 0
    1.1
    """
    inputs = read(problem, samples)
    found = {}
    for name, members in groups.items():
        columns = {Input(*member): inputs.column(Input(*member)) for member in members}
        value, error = known_together(problem, columns, independent=independent)
        found[name] = problem.worth(sorted(columns), value, error)
    return found


def results_information(problem: Problem, results: ArrayLike) -> Worth:
    """The expected value of deciding after a study whose ``results`` are simulated for every draw (EVSI).

    ``results`` has shape (draws,) or (numbers, draws): what each draw's study would report, the draw being the
    truth, as a few numbers that sum the study up (Strong, Oakley, Brennan and Breeze 2015). Raises ValueError for
    another shape and what is not finite.

    >>> from northing.science.information import TopK
    >>> x, noise = np.random.default_rng(1).standard_normal((2, 2, 4000))
    >>> problem = Problem(["a", "b"], x, TopK(1), "EUR")
    >>> round(results_information(problem, x + noise).value, 1)  # each measured with an error as wide as its doubt
    0.4
    """
    array = np.atleast_2d(np.asarray(results, dtype=np.float64))
    if array.ndim != 2 or array.shape[1] != problem.values.shape[1]:
        raise ValueError(f"results have shape {array.shape}: give (numbers, {problem.values.shape[1]} draws)")
    if not np.isfinite(array).all():
        raise ValueError("results: every value must be a finite number; leave no draw of the study out")
    found = Inputs((), {}, {f"result {i + 1}": row[: problem.draws] for i, row in enumerate(array)})
    columns = {name: found.column(name) for name in found}
    return problem.worth(sorted(columns), *known_together(problem, columns, independent=False))


def known_together(problem: Problem, columns: Columns, *, independent: bool) -> tuple[float, float]:
    """The worth of knowing some columns of draws, and its standard error."""
    varying = {name: column for name, column in columns.items() if np.ptp(column)}
    if not varying:
        return 0.0, 0.0
    if problem.draws < FEWEST_DRAWS:
        raise ValueError(f"draws: {problem.draws} tell too little of an input; give at least {FEWEST_DRAWS}")
    expected, advised = _expected(problem, varying, independent=independent)
    sets = None if problem.choice.is_quick else _sets(problem, expected)
    values = problem.values[:, : problem.draws].T
    flattered = _gains(problem, expected, expected, sets)
    crossed = _gains(problem, advised, values, sets).reshape(FOLDS, -1).mean(axis=1)
    value = (flattered.mean() + crossed.mean()) / 2
    return float(value), float(crossed.std(ddof=1) / np.sqrt(FOLDS))


def _gains(problem: Problem, advice: Floats, counted: Floats, sets: Floats | None) -> Floats:
    """Draw by draw, what the choice by some means gains over today's, counted by others (draws x features)."""
    if sets is None:
        picks = problem.choice.choose(advice).astype(np.float64)
    else:
        picks = sets[np.argmax(advice @ sets.T, axis=1)]
    return np.asarray(((picks - problem.base) * counted).sum(axis=1))


def _sets(problem: Problem, expected: Floats) -> Floats:
    """The best sets in evenly spaced draws, and that of today."""
    rows = np.linspace(0, len(expected) - 1, SOLVED).astype(np.intp)
    picks = np.concatenate([problem.base[None], problem.choice.choose(expected[rows])])
    return np.unique(picks, axis=0).astype(np.float64)


def _expected(problem: Problem, columns: Columns, *, independent: bool) -> tuple[Floats, Floats]:
    """Conditional means (draws x features) fitted to all draws, and fitted to the other folds."""
    features = np.arange(len(problem.keys))
    shared = [column for name, column in columns.items() if not name.key]
    if not independent:
        return _fits(problem, features, list(columns.values()))
    expected = np.empty((problem.draws, features.size))
    advised = np.empty_like(expected)
    told = {key: [column for name, column in columns.items() if name.key == key] for key in problem.keys}
    parts = [(features[i : i + 1], told[key] + shared) for i, key in enumerate(problem.keys) if told[key]]
    parts.append((np.array([i for i, key in enumerate(problem.keys) if not told[key]], dtype=np.intp), shared))
    for chosen, known in parts:
        expected[:, chosen], advised[:, chosen] = _fits(problem, chosen, known)
    return expected, advised


def _fits(problem: Problem, features: Indices, columns: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Least squares of some features on a polynomial of the columns, on all draws and on the other folds."""
    scores = np.array([mid_scores(column) for column in columns]).reshape(-1, problem.draws)
    design = expansion(scores)
    by_fold = design.reshape(FOLDS, -1, design.shape[1])
    squares = by_fold.transpose(0, 2, 1) @ by_fold
    products = by_fold.transpose(0, 2, 1) @ problem.by_fold[:, features].transpose(0, 2, 1)
    # Discrete inputs make terms that depend on each other; a trace of a penalty picks one of their solutions.
    trace = 1e-9 * problem.draws * np.eye(design.shape[1])
    overall = np.linalg.solve(squares.sum(axis=0) + trace, products.sum(axis=0))
    others = np.linalg.solve(squares.sum(axis=0) - squares + trace, products.sum(axis=0) - products)
    advised = (by_fold @ others).reshape(problem.draws, -1)
    expected = design @ overall
    is_told = beyond_chance(expected.var(axis=0), problem.variances[features], design.shape[1], problem.draws)
    fold_means = problem.fold_means[:, features]
    mean = fold_means.mean(axis=0)
    without = np.repeat((FOLDS * mean - fold_means) / (FOLDS - 1), by_fold.shape[1], axis=0)
    return np.where(is_told, expected, mean), np.where(is_told, advised, without)
