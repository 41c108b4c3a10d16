"""The Johnson quantile-parameterised distribution (Hadlock and Bickel 2017, Decision Analysis 14(1))."""

import math
from dataclasses import dataclass

import numpy as np

from northing.science.estimates.distributions import Z90, LineDistribution, normal_nodes, normal_pdf
from northing.science.estimates.normal import FloatArray, normal_cdf, normal_quantile
from northing.science.estimates.scales import Scale


@dataclass(frozen=True, slots=True)
class Johnson(LineDistribution):
    """J-QPD through any three quantiles: y = origin + size sinh(asinh(delta z) + n asinh(delta c)), z normal.

    With a lower bound this is J-QPD-S, and with an upper bound its mirror image. The same curve serves
    without bounds and, on the logit line, with two: J-QPD-B puts nearly all chance beyond P90 on the bound
    where two of the quantiles almost meet, and that is where a fall-back is needed. Tails on the line are
    those of a normal, so every moment exists.

    >>> d = johnson(0.0, 0.1, 5.0, Scale())
    >>> [round(float(x), 9) for x in d.quantile([0.1, 0.5, 0.9])]
    [0.0, 0.1, 5.0]
    """

    origin: float
    size: float
    delta: float
    skew: int
    scale: Scale

    def line_quantile(self, p: FloatArray) -> FloatArray:
        return self._at(normal_quantile(p))

    def _at(self, z: FloatArray) -> FloatArray:
        return self.origin + self.size * np.sinh(np.arcsinh(self.delta * z) + self._shift)

    @property
    def _shift(self) -> float:
        return self.skew * math.asinh(Z90 * self.delta)

    def _z(self, y: FloatArray) -> FloatArray:
        return np.sinh(np.arcsinh((y - self.origin) / self.size) - self._shift) / self.delta

    def line_cdf(self, y: FloatArray) -> FloatArray:
        return normal_cdf(self._z(y))

    def line_pdf(self, y: FloatArray) -> FloatArray:
        z = self._z(y)
        inner = np.arcsinh(self.delta * z) + self._shift
        slope = self.size * np.cosh(inner) * self.delta / np.sqrt(1 + (self.delta * z) ** 2)
        return normal_pdf(z) / slope

    def nodes(self, order: int) -> tuple[FloatArray, FloatArray]:
        steepest = self.size * self.delta * (math.cosh(self._shift) + abs(math.sinh(self._shift)))
        z, log_weight = normal_nodes(self.scale, order * steepest)
        return self._at(z), log_weight


def johnson(y10: float, y50: float, y90: float, scale: Scale) -> Johnson:
    """J-QPD through three quantiles on the line of ``scale`` with y10 < y50 < y90 and y50 not half-way."""
    below, above = y50 - y10, y90 - y50
    skew, origin = (1, y10) if above > below else (-1, y90)
    # sqrt(r^2 - 1) of r = (y90 - y10) / (2 min(below, above)), in the form that keeps its digits near r = 1.
    excess = abs(above - below) / (2 * min(below, above))
    delta = math.sqrt(excess * (2 + excess)) / Z90
    return Johnson(origin, min(below, above) / (Z90 * delta), delta, skew, scale)
