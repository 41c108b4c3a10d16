"""Draws with common random numbers.

Each named thing has a stream of its own, derived from the seed, its kind and its key: its draws do not
depend on what else is in the plan, so two forecasts with the same seed differ only by what was changed.
Within a stream the draws are a Latin hypercube: every quantile level (i + 1/2)/n comes up exactly once
(McKay, Beckman and Conover 1979).
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

import numpy as np

from northing.science.estimates import Distribution, fit_triple, normal_quantile
from northing.science.estimates.normal import FloatArray
from northing.science.forecasts.plan import Amount


def stream(seed: int, kind: str, key: str) -> np.random.Generator:
    """The random generator that belongs to one thing of the plan."""
    digest = blake2b(f"{seed}\x1f{kind}\x1f{key}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


@lru_cache(maxsize=8)
def levels(draws: int) -> FloatArray:
    """The quantile levels (i + 1/2)/n, i = 0 ... n - 1."""
    grid = (np.arange(draws) + 0.5) / draws
    grid.flags.writeable = False
    return grid


@lru_cache(maxsize=8)
def normal_scores(draws: int) -> FloatArray:
    """The standard normal quantiles at `levels(draws)`."""
    scores = normal_quantile(levels(draws))
    scores.flags.writeable = False
    return scores


@lru_cache(maxsize=256)
def scores(seed: int, kind: str, key: str, draws: int) -> FloatArray:
    """Standard normal draws of one thing, shape (draws,); kept, because what-ifs ask for the same ones again."""
    return _mixed(seed, kind, key, normal_scores(draws))


@lru_cache(maxsize=128)
def chances(seed: int, kind: str, key: str, draws: int) -> FloatArray:
    """Uniform draws of one thing, shape (draws,)."""
    return _mixed(seed, kind, key, levels(draws))


def _mixed(seed: int, kind: str, key: str, values: FloatArray) -> FloatArray:
    mixed = stream(seed, kind, key).permutation(values)
    mixed.flags.writeable = False
    return mixed


def ranked(amount: Amount, order: FloatArray, upper: float | None = None) -> FloatArray:
    """Draws of `amount`, between 0 and `upper`, that stand in the same order as `order`."""
    values = np.empty_like(order)
    values[np.argsort(order)] = rising(amount, order.size, upper)
    return values


def rising(amount: Amount, draws: int, upper: float | None = None) -> FloatArray:
    """The quantiles of `amount` at `levels(draws)`, in rising order."""
    if isinstance(amount, np.ndarray):
        return np.quantile(amount, levels(draws))
    if isinstance(amount, Distribution):
        return np.maximum(amount.quantile(levels(draws)), 0)
    return _rising_triple(amount, draws, upper)


@lru_cache(maxsize=128)
def _rising_triple(amount: tuple[float, float, float], draws: int, upper: float | None) -> FloatArray:
    """Kept, because sizes and what-ifs ask for the same triples again and again."""
    return fit_triple(*amount, upper=upper).distribution.quantile(levels(draws))
