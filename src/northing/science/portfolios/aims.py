"""What a plan is to be best at when values are uncertain: on average, in the worst cases, or at reaching a goal."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """The mean over the samples."""

    def of(self, totals: Floats) -> float:
        """The objective of a plan's total value by sample."""
        return float(totals.mean())


@dataclass(frozen=True, slots=True)
class WorstCases:
    """The mean of the worst ``share`` of the samples: the conditional value at risk (Rockafellar and Uryasev 2000).

    >>> WorstCases(0.5).of(np.array([4.0, 1.0, 3.0, 2.0]))
    1.5
    """

    share: float = 0.1

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"share is {self.share}: it must be above 0 and at most 1")

    def weights(self, totals: Floats) -> Floats:
        """How much each sample counts: the worst ones equally, the one on the edge in part, the others not."""
        count = self.share * totals.size
        rank = np.empty(totals.size)
        rank[np.argsort(totals, kind="stable")] = np.arange(totals.size)
        return np.asarray(np.clip(count - rank, 0.0, 1.0) / count)

    def of(self, totals: Floats) -> float:
        """The objective of a plan's total value by sample."""
        return float(self.weights(totals) @ totals)


@dataclass(frozen=True, slots=True)
class Chance:
    """The share of the samples in which the total reaches ``goal``."""

    goal: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.goal):
            raise ValueError(f"goal is {self.goal}: it must be a finite number, in the unit of the values")

    def of(self, totals: Floats) -> float:
        """The objective of a plan's total value by sample; a hair's breadth below the goal is on it."""
        return float(np.mean(totals >= self.goal - 1e-9 * max(abs(self.goal), 1.0)))


Aim = Expected | WorstCases | Chance
