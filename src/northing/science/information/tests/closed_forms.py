"""Worths that are known exactly: the unit normal loss integral, and draws to try them on."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from northing.science.estimates import normal_quantile, uniforms
from northing.science.information import TopK
from northing.science.information.problem import Problem

Floats = NDArray[np.float64]


def chance(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def loss(lead: float, spread: float) -> float:
    """E[max(X - lead, 0)] for a normal X of mean 0: what it is worth to see X where `lead` has to be overcome."""
    if spread == 0:
        return max(-lead, 0.0)
    z = lead / spread
    return spread * (math.exp(-z * z / 2) / math.sqrt(2 * math.pi) - z * chance(-z))


@lru_cache
def normals(rows: int, draws: int = 8192, seed: int = 3, method: str = "sobol") -> Floats:
    return normal_quantile(uniforms(draws, rows, seed, method)).T  # type: ignore[arg-type]


def two(lead: float, **drawn: object) -> tuple[Problem, dict[str, Floats]]:
    """Two features, each worth 2 x + y, the first ahead by `lead`; the better one is taken."""
    points = normals(4, **drawn)  # type: ignore[arg-type]
    samples = {"x": points[:2], "y": points[2:]}
    values = 2 * samples["x"] + samples["y"] + np.array([[lead], [0.0]])
    return Problem(["a", "b"], values, TopK(1), "EUR"), samples
