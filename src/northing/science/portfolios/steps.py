"""The best first value for every demand on the second: a falling step function, found solve by solve.

One solve asks for P(e), the most of the first objective where the second is at least e. Its plan, whose second value is
s, settles P for all demands from e to s. Between what is settled are gaps; P falls, so the plans on both sides of a gap
bound it. When no gap is left, every point of the frontier is known, unsupported ones too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from northing.science.portfolios.model import Picks

PIECES = 256


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A plan, with its values of both objectives."""

    first: int
    second: int
    picks: Picks


@dataclass(frozen=True, slots=True)
class Line:
    """P(e) is at most ``height - slope * e``, for every e."""

    height: float
    slope: float


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Demands ``low`` to ``high`` are not settled: there P is at most ``ceiling``, and at least what ``floor`` has."""

    low: int
    high: int
    ceiling: int
    floor: Step
    is_given_up: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a point may be in it."""
        return self.high >= self.low and self.ceiling > self.floor.first

    @property
    def middle(self) -> int:
        """The demand to ask about next."""
        return (self.low + self.high + 1) // 2

    def missing(self, lines: Iterable[Line]) -> float:
        """The most that points in it can add to the hypervolume, P lying below all lines."""
        edges = np.unique(np.linspace(self.low, self.high + 1, PIECES + 1).astype(np.int64)).astype(np.float64)
        most = np.full(edges.size - 1, float(self.ceiling))
        for line in lines:
            most = np.minimum(most, line.height - line.slope * edges[:-1])
        return float(np.maximum(most - self.floor.first, 0.0) @ np.diff(edges))

    def cut(self, demand: int) -> list[Gap]:
        """The parts below the demand and from it on; itself where it is not inside."""
        if not self.low < demand <= self.high:
            return [self]
        return [replace(self, high=demand - 1), replace(self, low=demand)]


def lowered(gaps: Iterable[Gap], demand: int, bound: int) -> list[Gap]:
    """What is left of the gaps when P(demand) is at most ``bound``; P falls."""
    parts = (part for gap in gaps for part in gap.cut(demand))
    known = (replace(part, ceiling=min(part.ceiling, bound)) if part.low >= demand else part for part in parts)
    return [part for part in known if part.is_open]


def raised(gaps: Iterable[Gap], found: Step) -> list[Gap]:
    """What is left of the gaps when a plan has been found: P is at least its first value up to its second."""
    better = (gap.cut(found.second + 1) if gap.floor.first < found.first else [gap] for gap in gaps)
    parts = (part for each in better for part in each)
    known = (
        replace(part, floor=found) if part.high <= found.second and part.floor.first < found.first else part
        for part in parts
    )
    return [part for part in known if part.is_open]


def corners(steps: Iterable[Step]) -> list[Step]:
    """The steps that no other one dominates, by falling first value; of equal ones the first."""
    best: list[Step] = []
    for step in sorted(steps, key=lambda step: (-step.first, -step.second)):
        if not best or step.second > best[-1].second:
            best.append(step)
    return best


def hypervolume(points: list[Step], reference: tuple[int, int]) -> int:
    """The area between the reference and the points, which are corners: what they dominate."""
    area, reached = 0, reference[1]
    for point in points:
        if point.second > reached and point.first > reference[0]:
            area += (point.second - reached) * (point.first - reference[0])
        reached = max(reached, point.second)
    return area
