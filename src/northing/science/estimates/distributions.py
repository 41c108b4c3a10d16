"""What every distribution can be asked, and the moments, inversion and drawing that they share."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from northing.science.estimates.normal import FloatArray, normal_cdf, normal_quantile
from northing.science.estimates.scales import Scale

Z90 = float(normal_quantile(0.9))


class Curve(NamedTuple):
    """Points of a drawn density: ``y`` at ``x``, joined by straight lines."""

    x: FloatArray
    y: FloatArray


class Distribution(ABC):
    """A number that is not known: what can be asked of it."""

    @abstractmethod
    def quantile(self, p: npt.ArrayLike) -> FloatArray:
        """The value below which the share ``p`` lies; same shape as ``p``."""

    @abstractmethod
    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        """The chance of at most ``x``; same shape as ``x``."""

    @abstractmethod
    def pdf(self, x: npt.ArrayLike) -> FloatArray:
        """The density at ``x``; chance that sits on single values (see ``cdf``) is no part of it."""

    @abstractmethod
    def mean(self) -> float:
        """The expected value; infinite where it does not exist."""

    @abstractmethod
    def variance(self) -> float:
        """The variance; infinite where it does not exist."""

    def sample(self, size: int, seed: int) -> FloatArray:
        """``size`` independent draws; the same seed gives the same draws."""
        return self.quantile(np.random.default_rng(seed).random(size))

    def curve(self, points: int = 120) -> Curve:
        """The density as ``points`` points to draw, from the 0.5 % to the 99.5 % quantile.

        The height is the mean density of a cell (chance by width), so that a value that has a chance of its
        own shows as a finite spike and the area is right.
        """
        low, high = np.clip(self.quantile((0.005, 0.995)), -1e300, 1e300)
        margin = 0.02 * (high - low) or max(abs(high), 1.0) * 0.01
        edges = np.linspace(low - margin, high + margin, points + 1)
        return Curve((edges[1:] + edges[:-1]) / 2, np.diff(self.cdf(edges)) / np.diff(edges))


class LineDistribution(Distribution):
    """A distribution given on the line of a scale: a subclass says what happens there, for all bounds."""

    scale: Scale

    @abstractmethod
    def line_quantile(self, p: FloatArray) -> FloatArray:
        """The place on the line below which the share ``p`` lies."""

    @abstractmethod
    def line_cdf(self, y: FloatArray) -> FloatArray:
        """The chance of a place of at most ``y``."""

    @abstractmethod
    def line_pdf(self, y: FloatArray) -> FloatArray:
        """The density on the line."""

    @abstractmethod
    def nodes(self, order: int) -> tuple[FloatArray, FloatArray] | None:
        """Places on the line and their log weights, for the moment of ``order``; None where it is infinite."""

    def quantile(self, p: npt.ArrayLike) -> FloatArray:
        p = np.asarray(p, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.scale.from_line(self.line_quantile(p))

    def cdf(self, x: npt.ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=float)
        low, high = self.scale.bounds
        inside = self.line_cdf(self.scale.to_line(x))
        return np.where(x >= high, 1.0, np.where(x < low, 0.0, inside))

    def pdf(self, x: npt.ArrayLike) -> FloatArray:
        x = np.asarray(x, dtype=float)
        low, high = self.scale.bounds
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            y = self.scale.to_line(x)
            density = self.line_pdf(y) / self.scale.slope(y)
        return np.where((x > low) & (x < high), density, 0.0)

    def mean(self) -> float:
        median = self.line_quantile(np.asarray(0.5))
        nodes = self.nodes(1)
        if nodes is None:
            return float("inf") if self.scale.growth()[1] else float("-inf")
        y, log_weight = nodes
        with np.errstate(over="ignore"):
            deviation = self.scale.weighted_deviation(y, float(median), log_weight).sum()
        return float(self.scale.from_line(median) + deviation)

    def variance(self) -> float:
        nodes = self.nodes(2)
        if nodes is None:
            return float("inf")
        y, log_weight = nodes
        median = float(self.line_quantile(np.asarray(0.5)))
        with np.errstate(over="ignore"):
            first = self.scale.weighted_deviation(y, median, log_weight).sum()
            second = (self.scale.weighted_deviation(y, median, log_weight / 2) ** 2).sum()
        return max(float(second - first**2), 0.0) if np.isfinite(second) else float("inf")


@dataclass(frozen=True, slots=True)
class TwoPieceNormal(LineDistribution):
    """Half a normal on either side of ``median``; ``down`` and ``up`` reach to its 10 % and 90 % quantile.

    The limit of J-QPD as two of the three quantiles meet: with ``down`` = 0 half of the chance sits on the
    median, with both 0 all of it.

    >>> [float(x) for x in TwoPieceNormal(5.0, 0.0, 4.0, Scale()).quantile([0.1, 0.5, 0.9])]
    [5.0, 5.0, 9.0]
    """

    median: float
    down: float
    up: float
    scale: Scale

    def line_quantile(self, p: FloatArray) -> FloatArray:
        # The infinite z of p = 0 and 1 is brought near, since 0 times infinity is not a number.
        return self._at(np.clip(normal_quantile(p), -1e3, 1e3))

    def _at(self, z: FloatArray) -> FloatArray:
        return self.median + np.where(z < 0, self.down, self.up) * z / Z90

    def line_cdf(self, y: FloatArray) -> FloatArray:
        return normal_cdf(self._z(y))

    def line_pdf(self, y: FloatArray) -> FloatArray:
        side = np.where(y < self.median, self.down, self.up)
        with np.errstate(divide="ignore", invalid="ignore"):
            density = normal_pdf(self._z(y)) * Z90 / side
        return np.where(side > 0, density, 0.0)

    def _z(self, y: FloatArray) -> FloatArray:
        side = np.where(y < self.median, self.down, self.up)
        away = np.copysign(np.inf, np.where(y < self.median, -1.0, 1.0))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(side > 0, (y - self.median) * Z90 / side, away)

    def nodes(self, order: int) -> tuple[FloatArray, FloatArray]:
        z, log_weight = normal_nodes(self.scale, order * max(self.down, self.up) / Z90)
        return self._at(z), log_weight


def normal_pdf(z: FloatArray) -> FloatArray:
    """The standard normal density at ``z``."""
    return np.asarray(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))


def normal_nodes(scale: Scale, tilt: float) -> tuple[FloatArray, FloatArray]:
    """Nodes z and log weights for the mean of a function of a normal that grows as exp(tilt z) at most.

    The growth counts only where the scale has an exponential end. Even steps in the cube root of z smooth a
    kink at the median away.
    """
    reach = (12.0 + (tilt if any(scale.growth()) else 0.0)) ** (1 / 3)
    root = np.linspace(-reach, reach, 4_001)
    with np.errstate(divide="ignore"):
        log_step = np.log(3 * root**2 * (root[1] - root[0]) / np.sqrt(2 * np.pi))
    return root**3, log_step - root**6 / 2


def invert(
    function: Callable[[FloatArray], FloatArray], target: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Where an increasing function reaches ``target`` between ``low`` and ``high``, elementwise.

    Chandrupatla (1997): inverse quadratic interpolation where it can be trusted, bisection elsewhere; certain
    even where the function jumps.
    """
    f_newest, f_opposite = function(low) - target, function(high) - target
    # A target at or beyond an end closes the bracket there.
    newest, opposite = np.where(f_opposite < 0, high, low), np.where(f_newest >= 0, low, high)
    step: FloatArray = np.full_like(target, 0.5)
    precision = 1e-15 * (high - low)
    for _ in range(200):
        x = newest + step * (opposite - newest)
        f_x = function(x) - target
        same_side = (f_x < 0) == (f_newest < 0)
        oldest, f_oldest = np.where(same_side, newest, opposite), np.where(same_side, f_newest, f_opposite)
        opposite, f_opposite = np.where(same_side, opposite, newest), np.where(same_side, f_opposite, f_newest)
        newest, f_newest = x, f_x
        width = np.abs(opposite - newest)
        tolerance = precision + 2e-16 * np.abs(newest)
        if np.all((width <= 2 * tolerance) | (f_newest == 0)):
            break
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            place = (newest - opposite) / (oldest - opposite)
            rise = (f_newest - f_opposite) / (f_oldest - f_opposite)
            trusted = (rise**2 < place) & ((1 - rise) ** 2 < 1 - place)
            inner = f_newest / (f_opposite - f_newest) * f_oldest / (f_opposite - f_oldest)
            outer = f_newest / (f_oldest - f_newest) * f_opposite / (f_oldest - f_opposite)
            step = inner + (oldest - newest) / (opposite - newest) * outer
            least = np.minimum(tolerance / width, 0.5)
        step = np.where(f_newest == 0, 0.0, np.clip(np.where(trusted, step, 0.5), least, 1 - least))
    return np.where(np.abs(f_newest) <= np.abs(f_opposite), newest, opposite)
