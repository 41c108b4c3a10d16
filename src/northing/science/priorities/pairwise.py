"""An order from "which of these two?": the Bradley-Terry model, for a quick ranking by a group."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from northing.science.estimates import normal_quantile, uniforms
from northing.science.priorities.ranking import Ranking, rank
from northing.science.priorities.ranks import Floats

USUAL_SPREAD = 1.5
_MOST_STEPS = 100
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Strengths from pairwise answers; every sequence stands in the order of ``ranking``, best first.

    ``strength``: on the scale of log odds, their mean being 0; ``error``: its standard error; ``covariance``: of the
    strengths. ``ranking``: ranks, chances and groups, from draws of the strengths.
    """

    ranking: Ranking
    strength: Floats
    error: Floats
    covariance: Floats

    def chance(self, one: str, other: str) -> float:
        """The chance that the one is preferred to the other when asked once more."""
        return _logistic(self.strength[self._place(one)] - self.strength[self._place(other)])

    def ask_next(self, count: int = 1) -> tuple[Pair, ...]:
        """The pairs whose answer would tell most: those where the information p (1 - p) meets most doubt."""
        keys = self.ranking.keys
        gain = {
            (keys[i], keys[j]): self.chance(keys[i], keys[j]) * self.chance(keys[j], keys[i]) * self._doubt(i, j)
            for i, j in combinations(range(len(keys)), 2)
        }
        return tuple(sorted(gain, key=lambda pair: (-gain[pair], pair))[:count])

    def _place(self, key: str) -> int:
        if key not in self.ranking.keys:
            raise ValueError(f"key {key!r}: it was never compared; compare it first")
        return self.ranking.keys.index(key)

    def _doubt(self, i: int, j: int) -> float:
        return float(self.covariance[i, i] + self.covariance[j, j] - 2 * self.covariance[i, j])


def compare(
    preferred: Iterable[Pair],
    ties: Iterable[Pair] = (),
    *,
    spread: float = USUAL_SPREAD,
    draws: int = 4096,
    top: int = 10,
    seed: int = 1,
) -> Comparison:
    """Strengths by the Bradley-Terry model (1952): one beats another with the chance logistic(difference).

    ``preferred``: pairs (preferred, other), a pair as often as it was answered so; ``ties`` count half for each.
    Strengths have a normal prior around 0 with the standard deviation ``spread``, so that those which never
    lost or never won stay finite; math.inf is plain likelihood. The estimate is the mode, its errors those of
    the likelihood's curvature there (Laplace), in which the mean strength is held at 0.

    Raises ValueError without any answer, for a pair of one and the same, and, without a prior, where some have
    only won, or only lost, against all the rest (Ford 1957).

    >>> found = compare([("a", "b")] * 6 + [("b", "a")] * 2 + [("b", "c")] * 5)
    >>> found.ranking.keys, found.strength.round(2).tolist()
    (('a', 'b', 'c'), [1.14, 0.36, -1.51])
    """
    answers = [(one, other, 1.0) for one, other in preferred]
    for one, other in ties:
        answers += [(one, other, 0.5), (other, one, 0.5)]
    if not answers:
        raise ValueError("preferred: there are no answers; give at least one")
    if not spread > 0:
        raise ValueError(f"spread {spread}: must be above 0; math.inf is no prior")
    keys = sorted({key for one, other, _ in answers for key in (one, other)})
    wins = np.zeros((len(keys), len(keys)))
    for one, other, count in answers:
        if one == other:
            raise ValueError(f"preferred: {one!r} stands against itself; a pair needs two features")
        wins[keys.index(one), keys.index(other)] += count
    precision = 1 / spread**2
    if precision == 0 and not _is_connected(wins):
        raise ValueError(
            "spread: without a prior everyone must have won against, and lost to, some of the rest in turn"
        )
    strength, curvature = _mode(wins, precision)
    covariance = _centred_inverse(curvature)
    strength = strength - strength.mean()
    root = _root(covariance)
    points = normal_quantile(uniforms(draws, len(keys), seed))
    ranking = rank(keys, strength[:, None] + root @ points.T, top=top)
    order = np.array([keys.index(key) for key in ranking.keys])
    covariance = covariance[np.ix_(order, order)]
    return Comparison(ranking, strength[order], np.sqrt(np.diag(covariance)), covariance)


def _logistic(difference: float) -> float:
    return 1 / (1 + math.exp(-difference)) if difference > -700 else 0.0


def _mode(wins: Floats, precision: float) -> tuple[Floats, Floats]:
    """The strengths of greatest (penalised) likelihood by Newton's method, and the curvature there."""
    strength = np.zeros(len(wins))
    asked = wins + wins.T
    for _ in range(_MOST_STEPS):
        chances = 1 / (1 + np.exp(np.clip(strength - strength[:, None], -700, 700)))
        slope = (wins - asked * chances).sum(axis=1) - precision * strength
        information = asked * chances * chances.T
        curvature = np.diag(information.sum(axis=1) + precision) - information
        step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        # The likelihood is concave; a step of at most 1 cannot leave the region where its second order holds.
        strength = strength + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-11:
            break
    return strength, curvature


def _centred_inverse(curvature: Floats) -> Floats:
    """The covariance of the strengths less their mean, which no answer tells of."""
    count = len(curvature)
    centre = np.eye(count) - 1 / count
    return np.asarray(np.linalg.pinv(centre @ curvature @ centre, rcond=1e-12, hermitian=True))


def _root(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T)


def _is_connected(wins: Floats) -> bool:
    """Whether everyone can be reached from everyone by wins (strong connection)."""
    reach = (wins > 0) | np.eye(len(wins), dtype=bool)
    for _ in range(len(wins).bit_length()):
        reach = (reach.astype(np.float64) @ reach) > 0
    return bool(reach.all())
