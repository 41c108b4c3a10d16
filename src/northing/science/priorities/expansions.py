"""Polynomials of several inputs together, for conditional means that no single curve gives."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from northing.science.estimates import normal_quantile
from northing.science.priorities.ranks import Floats

HIGHEST_DEGREE = 7
MOST_TERMS = 250
DRAWS_A_TERM = 25


def mid_scores(column: Floats) -> Floats:
    """The normal score of each draw of an input, that of equal draws being the middle of their ranks.

    >>> mid_scores(np.array([5.0, 1.0, 5.0, 9.0])).round(2).tolist()
    [0.0, -1.15, 0.0, 1.15]
    """
    ordered = np.sort(column)
    rank = (np.searchsorted(ordered, column, "left") + np.searchsorted(ordered, column, "right")) / 2
    return normal_quantile(rank / column.size)


def expansion(scores: Floats) -> Floats:
    """Products of Hermite polynomials of normal scores (inputs x draws), up to a total degree: (draws x terms).

    Polynomial chaos (Xiu and Karniadakis 2002). The degree is the highest, up to 7, that leaves 25 draws a
    term and has at most 250 terms; it is at least 1. The first term is the constant.

    >>> expansion(np.zeros((2, 1000))).shape
    (1000, 36)
    """
    inputs, draws = scores.shape
    degree = _degree(inputs, draws)
    powers = _hermite(scores, degree)
    terms = np.ones((math.comb(inputs + degree, degree), draws))
    for row, degrees in enumerate(_degrees(inputs, degree)):
        for which, power in degrees:
            terms[row] *= powers[power, which]
    return np.ascontiguousarray(terms.T)


def _degree(inputs: int, draws: int) -> int:
    allowed = min(MOST_TERMS, draws // DRAWS_A_TERM)
    return max((d for d in range(1, HIGHEST_DEGREE + 1) if math.comb(inputs + d, d) <= allowed), default=1)


def _hermite(scores: Floats, degree: int) -> Floats:
    """Orthonormal polynomials of each score: (degrees x inputs x draws)."""
    found = [np.ones_like(scores), scores]
    for n in range(1, degree):
        found.append((scores * found[n] - math.sqrt(n) * found[n - 1]) / math.sqrt(n + 1))
    return np.stack(found)


def _degrees(inputs: int, degree: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """Every combination of inputs with their degrees, by total degree."""
    for total in range(degree + 1):
        for each in itertools.combinations_with_replacement(range(inputs), total):
            yield tuple((which, each.count(which)) for which in sorted(set(each)))
