"""The metalog distribution (Keelin 2016, "The Metalog Distributions", Decision Analysis 13(4))."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.polynomial.polynomial import polyder, polyval

from northing.science.estimates.distributions import LineDistribution, invert
from northing.science.estimates.normal import FloatArray
from northing.science.estimates.scales import Scale

# With L = ln(p / (1 - p)) and s = p - 1/2 the slope of a three-term metalog is positive everywhere where
# a2 + a3 h > 0 for h = s + p (1 - p) L, an odd function whose largest value is t / 2 for the root t of
# t tanh(t) = 1. Hence |a3| < (2 / t) a2; and since (P50 - P10) / (P90 - P10) = 1/2 - a3 / (5 a2), this share
# lies strictly between 1/2 -+ 0.4 / t.
_TANH_ROOT: Final = 1.199678640257733833916369848641
LEAST_SHARE: Final = 0.5 - 0.4 / _TANH_ROOT
GREATEST_SHARE: Final = 0.5 + 0.4 / _TANH_ROOT
_LN9: Final = math.log(9.0)


@dataclass(frozen=True, slots=True)
class Metalog(LineDistribution):
    """A metalog of any number of terms: ``coefficients`` a1, a2, ... in Keelin's order, on a scale's line.

    >>> d = Metalog((0.0, 1.0), Scale())  # two terms: the logistic distribution
    >>> round(float(d.quantile(0.9)), 6), round(d.variance(), 6)
    (2.197225, 3.289868)
    """

    coefficients: tuple[float, ...]
    scale: Scale

    def line_quantile(self, p: FloatArray) -> FloatArray:
        return self._at(np.log(p / (1 - p)), p - 0.5)

    def line_cdf(self, y: FloatArray) -> FloatArray:
        return _chance(self._logit(y))

    def line_pdf(self, y: FloatArray) -> FloatArray:
        logit = self._logit(y)
        return _chance_slope(logit) / self._slope(logit)

    def _logit(self, y: FloatArray) -> FloatArray:
        def place(logit: FloatArray) -> FloatArray:
            return self._at(logit, _chance(logit) - 0.5)

        reach = np.full_like(y, 700.0)
        return invert(place, np.clip(y, -1e300, 1e300), -reach, reach)

    def _at(self, logit: FloatArray, s: FloatArray) -> FloatArray:
        with_logit, without = _polynomials(self.coefficients)
        return np.asarray(polyval(s, without) + polyval(s, with_logit) * logit)

    def _slope(self, logit: FloatArray) -> FloatArray:
        """dM/dlogit: the slope that has to be positive for the coefficients to describe a distribution."""
        with_logit, without = _polynomials(self.coefficients)
        s = _chance(logit) - 0.5
        inner = polyval(s, polyder(with_logit)) * logit + polyval(s, polyder(without))
        return np.asarray(polyval(s, with_logit) + inner * _chance_slope(logit))

    def feasible(self) -> bool:
        """Whether the coefficients describe a distribution: exact up to three terms, else on a fine grid."""
        a2, a3 = (*self.coefficients, 0.0)[1:3]
        if len(self.coefficients) <= 3:
            return a2 > 0 and abs(a3) < 2 / _TANH_ROOT * a2
        return bool(np.all(self._slope(np.linspace(-40.0, 40.0, 16_001)) > 0))

    def nodes(self, order: int) -> tuple[FloatArray, FloatArray] | None:
        with_logit, _ = _polynomials(self.coefficients)
        down, up = self.scale.growth()
        tails = down * polyval(-0.5, with_logit), up * polyval(0.5, with_logit)
        decay = 1 - order * max(tails)
        if decay <= 0:
            return None
        # A grid even in asinh(logit): dense in the body, and far enough out for a tail that hardly falls.
        reach = math.asinh(45.0 / decay)
        steps = np.linspace(-reach, reach, 3_001)
        logit = np.sinh(steps)
        log_weight = -np.abs(logit) - 2 * np.log1p(np.exp(-np.abs(logit)))
        return (
            self._at(logit, _chance(logit) - 0.5),
            log_weight + np.log(np.cosh(steps) * (steps[1] - steps[0])),
        )


def three_terms(y10: FloatArray, y50: FloatArray, y90: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Coefficients a1, a2, a3 through three quantiles on the line (Keelin 2016, section 6.2.1), elementwise."""
    return y50, (y90 - y10) / (2 * _LN9), (y90 + y10 - 2 * y50) / (0.8 * _LN9)


def feasible_share(y10: FloatArray, y50: FloatArray, y90: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether a three-term metalog goes through three quantiles on the line, elementwise: exact.

    The share (P50 - P10) / (P90 - P10) has to lie strictly between ``LEAST_SHARE`` = 0.166577... and
    ``GREATEST_SHARE`` = 0.833422...

    The exact form of the condition in Keelin (2016), section 6.2.1: |a3| < (2 / t) a2 where t tanh t = 1.

    >>> bool(feasible_share(np.float64(0), np.float64(1), np.float64(5)))
    True
    >>> bool(feasible_share(np.float64(0), np.float64(1), np.float64(7)))
    False
    """
    width, rise = y90 - y10, y50 - y10
    return np.asarray((rise > LEAST_SHARE * width) & (rise < GREATEST_SHARE * width))


def fit_quantiles(
    probabilities: Sequence[float] | FloatArray,
    values: Sequence[float] | FloatArray,
    *,
    lower: float | None = None,
    upper: float | None = None,
    terms: int | None = None,
) -> Metalog:
    """The metalog of ``terms`` terms (default: one for each quantile, at most 9) nearest to the quantiles.

    It goes through the quantiles where there are as many terms as quantiles; least squares otherwise (Keelin
    2016). Where the coefficients describe no distribution a term is left out until they do:
    compare ``len(result.coefficients)`` with what was asked for. ``probabilities`` and ``values`` have shape (n,).

    Raises ValueError where a probability is not strictly between 0 and 1, a value not strictly within the bounds, the
    shapes differ, ``terms`` is below 2 or above n, or the values do not rise.

    >>> d = fit_quantiles([0.05, 0.25, 0.5, 0.75, 0.95], [2, 4, 6, 9, 16], lower=0.0)
    >>> len(d.coefficients), [round(float(x), 9) for x in d.quantile([0.05, 0.5, 0.95])]
    (5, [2.0, 6.0, 16.0])
    """
    p, x = np.asarray(probabilities, dtype=float), np.asarray(values, dtype=float)
    _check_quantiles(p, x, lower, upper)
    scale = Scale(lower, upper)
    wanted = min(len(p), 9) if terms is None else terms
    if not 2 <= wanted <= len(p):
        raise ValueError(f"terms is {wanted}: give at least 2 and at most one for each of the {len(p)} quantiles")
    basis, y = _basis(p, wanted), scale.to_line(x)
    for count in range(wanted, 1, -1):
        coefficients, *_ = np.linalg.lstsq(basis[:, :count], y, rcond=None)
        metalog = Metalog(tuple(coefficients.tolist()), scale)
        if metalog.feasible():
            return metalog
    raise ValueError("values do not grow with probabilities: give at least two different values in order")


def fit_samples(
    samples: Sequence[float] | FloatArray,
    *,
    lower: float | None = None,
    upper: float | None = None,
    terms: int = 5,
) -> Metalog:
    """The metalog nearest to observed values (plotting positions (i - 1/2) / n, least squares).

    ``samples`` has shape (n,), in any order. Raises ValueError where there are fewer than ``terms`` values, one lies
    at or beyond a bound, or all are equal.

    Keelin (2016), section 4.

    >>> d = fit_samples([3, 4, 4, 5, 6, 7, 9, 12, 20], lower=0.0, terms=3)
    >>> round(float(d.quantile(0.5)), 1)
    5.9
    """
    x = np.sort(np.asarray(samples, dtype=float))
    if x.size < terms:
        raise ValueError(f"samples holds {x.size} values: give at least {terms}, one for each term")
    p = (np.arange(x.size) + 0.5) / x.size
    if x.size > 2_000:  # so many equally spaced quantiles say as much as all of a large sample
        p = (np.arange(2_000) + 0.5) / 2_000
        x = np.quantile(x, p)
    return fit_quantiles(p, x, lower=lower, upper=upper, terms=terms)


def _check_quantiles(p: FloatArray, x: FloatArray, lower: float | None, upper: float | None) -> None:
    if p.ndim != 1 or p.shape != x.shape:
        raise ValueError(f"probabilities {p.shape} and values {x.shape} differ in shape: give one value for each")
    if not np.all((p > 0) & (p < 1)):
        raise ValueError(f"probabilities {p.tolist()} must lie strictly between 0 and 1")
    low = -math.inf if lower is None else lower
    high = math.inf if upper is None else upper
    outside = x[~((x > low) & (x < high) & np.isfinite(x))]
    if outside.size:
        raise ValueError(f"values contains {outside[0]}: every value must lie strictly between {low} and {high}")
    if x.size > 1 and not np.ptp(x):
        raise ValueError("values do not grow with probabilities: give at least two different values in order")


def _chance(logit: FloatArray) -> FloatArray:
    near = np.exp(-np.abs(logit))
    return np.asarray(np.where(logit < 0, near, 1.0) / (1 + near))


def _chance_slope(logit: FloatArray) -> FloatArray:
    near = np.exp(-np.abs(logit))
    return np.asarray(near / (1 + near) ** 2)


def _polynomials(coefficients: tuple[float, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The terms as two polynomials in s = p - 1/2: the one that multiplies the logit, and the rest."""
    a1, a2, *rest = coefficients
    slopes = (*rest[:1], *rest[3::2])
    levels = (*rest[1:2], *rest[2::2])
    return (a2, *slopes), (a1, *levels)


def _basis(p: FloatArray, terms: int) -> FloatArray:
    logit, s = np.log(p / (1 - p)), p - 0.5
    columns = [np.ones_like(p), logit, s * logit, s]
    columns += [s ** (k // 2) if k % 2 else s ** (k // 2 - 1) * logit for k in range(5, terms + 1)]
    return np.column_stack(columns[:terms])
