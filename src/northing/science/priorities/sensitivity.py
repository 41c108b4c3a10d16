"""How much of an outcome's variance each input explains: alone, with all others, and where inputs hang together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from northing.science.estimates import uniforms
from northing.science.estimates.sampling import Seed
from northing.science.priorities.expansions import expansion, mid_scores
from northing.science.priorities.ranks import Floats

BLOCKS = 16  # from whose spread the standard errors are read
MOST_SHAPLEY_INPUTS = 10

Quantile = Callable[[Floats], ArrayLike]


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """Shares of an outcome's variance, with standard errors.

    ``first``: what goes away on average when the input becomes known, Var E[y | x] / Var y; ``total``: what stays on
    average when all others become known, E Var[y | others] / Var y. Their difference is what the input does
    together with others.
    """

    name: str
    first: float
    first_error: float
    total: float
    total_error: float


def sobol_indices(
    model: Callable[[Mapping[str, Floats]], ArrayLike],
    inputs: Mapping[str, Quantile],
    *,
    draws: int = 8192,
    seed: Seed = 1,
) -> tuple[SobolIndex, ...]:
    """Sobol' indices of a model's outcome by pick-freeze, for independent inputs; in the order given.

    ``model`` takes the draws of all inputs by name and gives as many outcomes, such as `ScoringMethod.score`;
    ``inputs`` are their quantile functions, such as `Distribution.quantile`. The model is run (inputs + 2) times on
    ``draws`` scrambled Sobol' points. First order: Saltelli et al. 2010; total: Jansen 1999. An outcome that does not
    vary has indices of 0.

    Raises ValueError for fewer than 32 draws, no input, and an outcome that is not finite.

    >>> found = sobol_indices(lambda x: x["a"] + x["a"] * x["b"], {"a": lambda p: p, "b": lambda p: p})
    >>> [(one.name, round(one.first, 2), round(one.total, 2)) for one in found]
    [('a', 0.87, 0.9), ('b', 0.1, 0.13)]
    """
    if draws < 2 * BLOCKS:
        raise ValueError(f"draws: {draws}; give at least {2 * BLOCKS}, best a power of two")
    draws -= draws % BLOCKS
    points = uniforms(draws, 2 * len(inputs), seed, "sobol").T
    one, other = _at(inputs, points[: len(inputs)]), _at(inputs, points[len(inputs) :])
    outcome, its = _outcome(model, one), _outcome(model, other)
    middle = (outcome.mean() + its.mean()) / 2
    outcome, its = outcome - middle, its - middle
    variance = (outcome.var() + its.var()) / 2
    found = []
    for name in inputs:
        mixed = _outcome(model, {**one, name: other[name]}) - middle
        first = _mean_and_error(its * (mixed - outcome), variance)
        total = _mean_and_error((outcome - mixed) ** 2 / 2, variance)
        found.append(SobolIndex(name, *first, *total))
    return tuple(found)


def _at(inputs: Mapping[str, Quantile], points: Floats) -> dict[str, Floats]:
    return {
        name: np.asarray(quantile(row), dtype=np.float64)
        for (name, quantile), row in zip(inputs.items(), points, strict=True)
    }


def _outcome(model: Callable[[Mapping[str, Floats]], ArrayLike], draws: Mapping[str, Floats]) -> Floats:
    outcome = np.asarray(model(draws), dtype=np.float64)
    if not np.isfinite(outcome).all():
        raise ValueError("model: an outcome is not a finite number; look for a division by zero")
    return outcome


def _mean_and_error(parts: Floats, variance: float) -> tuple[float, float]:
    if variance <= 0:
        return 0.0, 0.0
    blocks = parts.reshape(BLOCKS, -1).mean(axis=1) / variance
    return float(blocks.mean()), float(blocks.std(ddof=1) / math.sqrt(BLOCKS))


def shapley_effects(outcome: ArrayLike, inputs: Mapping[str, ArrayLike]) -> dict[str, float]:
    """Each input's share of the outcome's variance where inputs hang together (Owen 2014), from given draws.

    ``outcome`` and each input have shape (draws,). What a set of inputs explains, Var E[y | set], is shared
    fairly: an input gets its mean addition over all orders in which they could become known. Shares are at least 0 but
    for noise, and add up to the share that all inputs explain together. Every set is a regression on a polynomial
    of normal scores, less what chance would explain; at most 10 inputs (1,024 sets).

    Raises ValueError for more than 10 inputs, fewer than 100 draws, shapes that differ, and what is not finite.

    >>> random = np.random.default_rng(1)
    >>> x, noise = random.standard_normal((2, 4000))
    >>> y = 0.8 * x + 0.6 * noise  # hangs together with x, and is no cause
    >>> {name: round(share, 1) for name, share in shapley_effects(x, {"x": x, "y": y}).items()}
    {'x': 0.7, 'y': 0.3}
    """
    y = np.asarray(outcome, dtype=np.float64)
    columns = {name: np.asarray(column, dtype=np.float64) for name, column in inputs.items()}
    _check_shapley(y, columns)
    names = list(columns)
    variance = float(y.var())
    if variance <= 0:
        return dict.fromkeys(names, 0.0)
    scores = {name: mid_scores(column) for name, column in columns.items() if np.ptp(column)}
    explained = {
        chosen: _explained(y, [scores[name] for name in chosen if name in scores]) / variance
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
    }
    return {name: _fair_share(name, names, explained) for name in names}


def _check_shapley(y: Floats, columns: Mapping[str, Floats]) -> None:
    if len(columns) > MOST_SHAPLEY_INPUTS:
        raise ValueError(f"inputs: {len(columns)} have too many sets; give at most {MOST_SHAPLEY_INPUTS}")
    for name, column in {"outcome": y, **columns}.items():
        if column.shape != y.shape or y.ndim != 1:
            raise ValueError(f"{name!r} has shape {column.shape}: outcome and inputs need one number for each draw")
        if not np.isfinite(column).all():
            raise ValueError(f"{name!r}: every value must be a finite number")
    if y.size < 100:
        raise ValueError(f"draws: {y.size}; give at least 100")


def _explained(y: Floats, scores: list[Floats]) -> float:
    """Variance of the conditional mean given some scores, less what chance alone would give."""
    if not scores:
        return 0.0
    design = expansion(np.stack(scores))
    draws, terms = design.shape
    # Discrete inputs make terms that depend on each other; a trace of a penalty picks one of their solutions.
    squares = design.T @ design + 1e-9 * draws * np.eye(terms)
    fitted = design @ np.linalg.solve(squares, design.T @ y)
    noise = float(np.mean((y - fitted) ** 2)) * (terms - 1) / (draws - terms)
    return float(max(fitted.var() - noise, 0.0))


def _fair_share(name: str, names: list[str], explained: Mapping[tuple[str, ...], float]) -> float:
    others = [other for other in names if other != name]
    share = 0.0
    for size in range(len(names)):
        weight = 1 / (len(names) * math.comb(len(others), size))
        for before in combinations(others, size):
            after = tuple(each for each in names if each == name or each in before)
            share += weight * (explained[after] - explained[before])
    return share
