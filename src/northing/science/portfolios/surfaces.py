"""Three objectives: plans that leave no plan far behind, with the distance stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from northing.science.portfolios.choice import solve
from northing.science.portfolios.effort import Answer, Effort, Status, Watch
from northing.science.portfolios.model import Layout, Model, Picks, Row, Whole, whole
from northing.science.portfolios.problem import Portfolio
from northing.science.portfolios.tradeoffs import Objective


@dataclass(frozen=True)
class Spot:
    """A plan, with its values of the three objectives."""

    values: tuple[float, float, float]
    when: Mapping[str, int]


@dataclass(frozen=True)
class Surface:
    """Plans of which none beats another in all three objectives, and ``gap``: how far they can be from the best.

    Whatever plan there is, one of ``spots`` is in each objective at most its gap below it (in the objective's unit).
    ``shares`` gives the gaps as shares of the objectives' ranges.
    """

    spots: tuple[Spot, ...]
    gap: tuple[float, float, float]
    shares: tuple[float, float, float]
    solves: int
    seconds: float


def surface(
    portfolio: Portfolio,
    objectives: tuple[Objective, Objective, Objective],
    effort: Effort | None = None,
    *,
    steps: int = 6,
) -> Surface:
    """The frontier of three objectives, approximately: the best first one for each demand on the other two.

    The ranges of the second and the third are cut into ``steps`` demands each. A plan between two demands is matched by
    the plan found for the lower ones: at most a step below it in these two, and in the first as good, but for what was
    not proven in time. Objectives are as for ``frontier``; a smaller gap takes more steps, and time by their square.
    An infeasible portfolio has no spots.

    Raises ValueError for less than one step, and as `frontier` for its objectives.

    >>> from northing.science.portfolios import Feature
    >>> app = Portfolio(tuple(Feature(key, costs={"team": 1}) for key in "abc"), {"team": (2,)})
    >>> found = surface(app, ({"a": 4}, {"b": 4}, {"c": 4}), steps=4)
    >>> [spot.values for spot in found.spots]
    [(4.0, 4.0, 0.0), (4.0, 0.0, 4.0), (0.0, 4.0, 4.0)]
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}: it must be 1 or more")
    if len(objectives) != 3:
        raise ValueError(f"objectives has {len(objectives)}: give three; two have a whole `frontier`")
    return _Grid(portfolio, objectives, effort or Effort()).result(steps)


class _Grid:
    def __init__(self, portfolio: Portfolio, objectives: tuple[Objective, ...], effort: Effort) -> None:
        self.layout = Layout(portfolio)
        self.watch = Watch(effort)
        self.model = self.layout.model()
        scaled = [whole(self.layout.values(objective)) for objective in objectives]
        self.values = np.array([values for values, _ in scaled])
        self.scales = np.array([scale for _, scale in scaled], dtype=np.float64)
        self.solves = 0

    def result(self, steps: int) -> Surface:
        """Solve for every pair of demands that is not answered by the plan of another one."""
        ends = [self._best(self.model.maximising(sign * values)) for values in self.values for sign in (1, -1)]
        plans = [end.picks for end in ends if end.picks is not None]
        if len(plans) < len(ends):
            return Surface((), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), self.solves, self.watch.seconds)
        high = np.array([end.bound for end in ends[::2]])
        low = np.array([-end.bound for end in ends[1::2]])
        demands = [_demands(int(low[k]), int(high[k]), steps) for k in (1, 2)]
        unproven = 0
        answers: list[tuple[tuple[int, int], Answer]] = []
        for pair in product(*demands):
            answer = _answered(pair, answers, self.values) or self._ask(pair)
            answers.append((pair, answer))
            if answer.picks is not None:
                plans.append(answer.picks)
                unproven = max(unproven, answer.bound - answer.value)
        widths = [int(np.diff([*demands[k], int(high[k + 1]) + 1]).max()) - 1 for k in (0, 1)]
        gap = np.array([unproven, *widths]) / self.scales
        if any(answer.status is Status.UNKNOWN for _, answer in answers):
            # Nothing is known of the plans that meet such demands: nothing can be said.
            gap = (high - low) / self.scales
        shares = gap / np.maximum((high - low) / self.scales, 1e-12)
        return Surface(self._spots(plans), _three(gap), _three(shares), self.solves, self.watch.seconds)

    def _best(self, model: Model, hint: Picks | None = None) -> Answer:
        self.solves += 1
        return solve(model, Watch(replace(self.watch.effort, seconds=self.watch.left, progress=None)), hint)

    def _ask(self, pair: tuple[int, int]) -> Answer:
        rows = []
        for values, demand in zip(self.values[1:], pair, strict=True):
            columns = np.flatnonzero(values)
            rows.append(Row(columns, -values[columns], -demand))
        return self._best(self.model.maximising(self.values[0]).within(*rows))

    def _spots(self, plans: list[Picks]) -> tuple[Spot, ...]:
        """The plans that no other one beats, by falling first, second and third objective."""
        found = {tuple((self.values @ picks).tolist()): picks for picks in reversed(plans)}
        best = [
            point
            for point in sorted(found, reverse=True)
            if not any(other != point and all(a >= b for a, b in zip(other, point, strict=True)) for other in found)
        ]
        return tuple(Spot(_three(np.array(point) / self.scales), self.layout.plan(found[point])) for point in best)


def _demands(low: int, high: int, steps: int) -> Whole:
    return np.unique(low + (high - low + 1) * np.arange(steps, dtype=np.int64) // steps)


def _answered(pair: tuple[int, int], answers: list[tuple[tuple[int, int], Answer]], values: Whole) -> Answer | None:
    """An answer to lower demands that meets these as well, or that there is none even there."""
    for lower, answer in answers:
        if lower[0] <= pair[0] and lower[1] <= pair[1]:
            if answer.picks is None:
                return answer
            if values[1] @ answer.picks >= pair[0] and values[2] @ answer.picks >= pair[1]:
                return answer
    return None


def _three(numbers: np.ndarray) -> tuple[float, float, float]:
    first, second, third = numbers.tolist()
    return first, second, third
