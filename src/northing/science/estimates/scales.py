"""Bounds: the transformation that takes a bounded quantity to the whole line and back."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from northing.science.estimates.normal import FloatArray


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a quantity can lie: none, one or both of ``lower`` and ``upper`` (transformations of Keelin 2016).

    On the line the quantity x is y = x, ln(x - lower), -ln(upper - x) or ln((x - lower) / (upper - x)).
    ``floor`` and ``ceiling`` cut a distribution off on a line that reaches beyond them: what would fall below
    the floor is at the floor.

    >>> float(Scale(lower=0.0).to_line(1.0)), float(Scale(lower=0.0).from_line(0.0))
    (0.0, 1.0)
    """

    lower: float | None = None
    upper: float | None = None
    floor: float = -math.inf
    ceiling: float = math.inf

    def __post_init__(self) -> None:
        for name in ("lower", "upper"):
            if not math.isfinite(getattr(self, name) or 0.0):
                raise ValueError(f"{name} is {getattr(self, name)}: give a finite bound, or None where there is none")
        if self.lower is not None and self.upper is not None and not self.lower < self.upper:
            raise ValueError(f"lower {self.lower} is not below upper {self.upper}: give bounds with room between them")

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value that can occur."""
        low = -math.inf if self.lower is None else self.lower
        high = math.inf if self.upper is None else self.upper
        return max(low, self.floor), min(high, self.ceiling)

    def to_line(self, x: npt.ArrayLike) -> FloatArray:
        """The place of ``x`` on the line; a value at or beyond a bound is infinitely far out."""
        x = np.asarray(x, dtype=float)
        with np.errstate(divide="ignore"):
            below = None if self.lower is None else np.log(np.maximum(x - self.lower, 0.0))
            above = None if self.upper is None else np.log(np.maximum(self.upper - x, 0.0))
        if below is None:
            return x if above is None else -above
        return below if above is None else below - above

    def from_line(self, y: npt.ArrayLike) -> FloatArray:
        """The value at the place ``y`` of the line."""
        return np.clip(self.stretch(np.asarray(y, dtype=float)), self.floor, self.ceiling)

    def stretch(self, y: FloatArray) -> FloatArray:
        """``from_line`` before floor and ceiling; keeps the type of ``y`` (float32 stays so)."""
        with np.errstate(over="ignore"):
            if self.lower is None:
                return y if self.upper is None else self.upper - np.exp(-y)
            if self.upper is None:
                grown = np.exp(y)
                return grown + self.lower if self.lower else grown
            width = self.upper - self.lower
            # Measured from the nearer bound, so that a value close to either keeps its digits.
            below, above = self.lower + width / (1 + np.exp(-y)), self.upper - width / (1 + np.exp(y))
            return np.where(y < 0, below, above)

    def slope(self, y: FloatArray) -> FloatArray:
        """dx/dy at the place ``y`` of the line."""
        if self.lower is None:
            return np.ones_like(y) if self.upper is None else np.asarray(np.exp(-y))
        if self.upper is None:
            return np.asarray(np.exp(y))
        near = np.exp(-np.abs(y))
        return np.asarray((self.upper - self.lower) * near / (1 + near) ** 2)

    def growth(self) -> tuple[float, float]:
        """Growth of x towards minus and plus infinity of y: 1 where exponential, 0 where at most linear."""
        one_bound = (self.lower is None) != (self.upper is None)
        capped = math.isfinite(self.ceiling), math.isfinite(self.floor)
        up = one_bound and self.upper is None and not capped[0]
        down = one_bound and self.lower is None and not capped[1]
        return float(down), float(up)

    def weighted_deviation(self, y: FloatArray, centre: float, log_weight: FloatArray) -> FloatArray:
        """(x(y) - x(centre)) times exp(log_weight), where the first factor alone may overflow."""
        if math.isfinite(self.floor) or math.isfinite(self.ceiling):
            ends = self.to_line((self.floor, self.ceiling))
            y, centre = np.clip(y, *ends), float(np.clip(centre, *ends))
        if (self.lower is None) == (self.upper is None):
            return (self.stretch(y) - self.stretch(np.asarray(centre))) * np.exp(log_weight)
        sign = 1 if self.upper is None else -1
        return np.asarray(sign * (np.exp(sign * y + log_weight) - np.exp(sign * centre + log_weight)))
