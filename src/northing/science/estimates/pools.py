"""Several people's estimates of one number as one, with their disagreement kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from northing.science.estimates.distributions import Z90, Distribution, TwoPieceNormal, invert
from northing.science.estimates.normal import FloatArray


@dataclass(frozen=True, slots=True)
class LinearPool(Distribution):
    """The mixture of the members: each may be the one who is right (Stone 1961). Moments are closed-form."""

    members: tuple[Distribution, ...]
    weights: tuple[float, ...]

    def quantile(self, p: npt.ArrayLike) -> FloatArray:
        p = np.asarray(p, dtype=float)
        each = np.stack([member.quantile(p) for member in self.members])
        low, high = each.min(axis=0), each.max(axis=0)
        inside = np.isfinite(low) & np.isfinite(high)
        found = invert(self.cdf, p, np.where(inside, low, 0.0), np.where(inside, high, 0.0))
        return np.where(inside, found, np.where(np.isfinite(low), high, low))

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        return self._mixed([member.cdf(x) for member in self.members])

    def pdf(self, x: npt.ArrayLike) -> FloatArray:
        return self._mixed([member.pdf(x) for member in self.members])

    def mean(self) -> float:
        return float(self._mixed([np.asarray(member.mean()) for member in self.members]))

    def variance(self) -> float:
        mean = self.mean()
        if not np.isfinite(mean):
            return float("inf")
        squares = [np.asarray(one.variance() + (one.mean() - mean) ** 2) for one in self.members]
        return float(self._mixed(squares))

    def _mixed(self, values: Sequence[FloatArray]) -> FloatArray:
        return np.asarray(sum(w * value for w, value in zip(self.weights, values, strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class Tabulated(Distribution):
    """A density by its points (``x``, ``density``), straight in between; what a logarithmic pool becomes."""

    x: FloatArray
    density: FloatArray
    chance: FloatArray

    def quantile(self, p: npt.ArrayLike) -> FloatArray:
        return np.asarray(np.interp(np.asarray(p, dtype=float), self.chance, self.x))

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        return np.asarray(np.interp(np.asarray(x, dtype=float), self.x, self.chance))

    def pdf(self, x: npt.ArrayLike) -> FloatArray:
        inside = np.interp(np.asarray(x, dtype=float), self.x, self.density, left=0.0, right=0.0)
        return np.asarray(inside)

    def mean(self) -> float:
        return float(np.trapezoid(self.x * self.density, self.x))

    def variance(self) -> float:
        return float(np.trapezoid((self.x - self.mean()) ** 2 * self.density, self.x))


def linear_pool(members: Sequence[Distribution], weights: Sequence[float] | None = None) -> LinearPool:
    """The weighted mean of the members' densities; weights default to equal and are scaled to sum to 1.

    Raises ValueError where there is no member, or the weights are not one for each, finite, 0 or more, and not all 0.

    >>> from northing.science.estimates.triples import fit_triple
    >>> pool = linear_pool([fit_triple(3, 5, 9).distribution, fit_triple(8, 13, 21).distribution])
    >>> pool.quantile([0.1, 0.5, 0.9]).round(1).tolist()
    [3.6, 8.4, 17.8]
    """
    return LinearPool(tuple(members), _weights(members, weights))


def logarithmic_pool(members: Sequence[Distribution], weights: Sequence[float] | None = None) -> Tabulated:
    """The weighted geometric mean of the members' densities, scaled to sum to 1 (Genest and Zidek 1986).

    Narrower than the linear pool: it holds what all hold possible. Raises ValueError where a member is
    certain of one value or no value is possible to all (use the linear pool there), and for weights as that does.

    >>> from northing.science.estimates.triples import fit_triple
    >>> pool = logarithmic_pool([fit_triple(3, 5, 9).distribution, fit_triple(8, 13, 21).distribution])
    >>> pool.quantile([0.1, 0.5, 0.9]).round(1).tolist()
    [4.5, 8.8, 16.4]
    """
    shares = _weights(members, weights)
    if any(isinstance(member, TwoPieceNormal) and 0.0 in (member.down, member.up) for member in members):
        raise ValueError(
            "members holds an estimate with two equal values: a logarithmic pool needs low < likely < high "
            "of everyone; widen that one or take the linear pool"
        )
    p = 1 / (1 + np.exp(-np.linspace(-20, 20, 4_001)))
    x = np.unique(np.concatenate([member.quantile(p) for member in members]))
    with np.errstate(divide="ignore", invalid="ignore"):
        log_density = sum(w * np.log(member.pdf(x)) for w, member in zip(shares, members, strict=True) if w)
    log_density = np.asarray(log_density)
    if not np.isfinite(log_density.max()):
        raise ValueError("members have no value in common: a logarithmic pool is empty; take the linear pool")
    density = np.exp(log_density - log_density.max())
    chance = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(x))])
    return Tabulated(x, density / chance[-1], chance / chance[-1])


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How far people are apart: the ``share`` (0 to 1) of all spread that lies between them, and words."""

    share: float
    words: str


def disagreement(members: Sequence[Distribution], weights: Sequence[float] | None = None) -> Disagreement:
    """How much of the spread of a pool comes from people differing, rather than from what each leaves open.

    The share is the variance between the medians by that plus the mean variance within (law of total
    variance), with (P90 - P10) / 2.563 for a standard deviation; on logarithms where all values are above 0,
    since people differ by factors. Two people with ranges of equal width that just touch come to 0.62.
    Raises ValueError as ``linear_pool``.

    >>> from northing.science.estimates.triples import fit_triple
    >>> disagreement([fit_triple(3, 5, 9).distribution, fit_triple(20, 30, 45).distribution])
    Disagreement(share=0.85, words='They disagree: ask why before you average.')
    """
    shares = np.asarray(_weights(members, weights))
    quantiles = np.stack([member.quantile((0.1, 0.5, 0.9)) for member in members])
    if quantiles.min() > 0:
        quantiles = np.log(quantiles)
    medians = quantiles[:, 1]
    between = shares @ (medians - shares @ medians) ** 2
    within = shares @ ((quantiles[:, 2] - quantiles[:, 0]) / (2 * Z90)) ** 2
    share = round(float(between / (between + within)), 2) if between > 0 else 0.0
    return Disagreement(share, next(words for least, words in _WORDS if share >= least))


# For two people with equal ranges 0.5 is reached with medians two standard deviations apart, 0.2 with one.
_WORDS = (
    (0.5, "They disagree: ask why before you average."),
    (0.2, "They differ, but their ranges overlap."),
    (0.0, "They agree."),
)


def _weights(members: Sequence[Distribution], weights: Sequence[float] | None) -> tuple[float, ...]:
    if not members:
        raise ValueError("members is empty: a pool needs at least one estimate")
    if weights is None:
        return (1 / len(members),) * len(members)
    if len(weights) != len(members):
        raise ValueError(f"weights has {len(weights)} values for {len(members)} members: give one for each")
    total = sum(weights)
    if min(weights) < 0 or not 0 < total < float("inf"):
        raise ValueError(f"weights {tuple(weights)} must be finite, 0 or more, and not all 0")
    return tuple(weight / total for weight in weights)
