"""What do we trade? The whole frontier of two objectives, or as much of it as the effort allows, with proof."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from northing.science.portfolios import steps as known
from northing.science.portfolios.choice import relative_gap
from northing.science.portfolios.effort import Answer, Effort, Status, Watch
from northing.science.portfolios.model import Layout, Model, Picks, Row, whole
from northing.science.portfolios.problem import Portfolio

Objective = Mapping[str, float] | None
MOST_POINTS = 150
# Solves that go on side by side: the same number whatever the workers, so that these do not change the result.
BATCH = 4
# No single solve may take more than this share of the time at first; what was given up is asked again with twice that.
SHARE = 0.2


@dataclass(frozen=True)
class Point:
    """A plan that no other one beats in both objectives."""

    first: float
    second: float
    when: Mapping[str, int]


@dataclass(frozen=True)
class Box:
    """Where a point may still be missing: above the low and up to the high end, for each objective."""

    first: tuple[float, float]
    second: tuple[float, float]


@dataclass(frozen=True)
class Frontier:
    """Plans that no other plan beats in both objectives, by falling first objective.

    Every point that is not among ``points`` lies in one of ``boxes``, and may beat the point that ends the box; without
    boxes the frontier is whole. ``lower``
    is the hypervolume of the points over ``reference``, ``upper`` what it can be at most with those that are missing.
    """

    points: tuple[Point, ...]
    boxes: tuple[Box, ...]
    reference: tuple[float, float]
    lower: float
    upper: float
    solves: int
    seconds: float
    seed: int

    @property
    def status(self) -> Status:
        """How the search ended: optimal where the frontier is whole."""
        if self.boxes:
            return Status.FEASIBLE if self.points else Status.UNKNOWN
        return Status.OPTIMAL if self.points else Status.INFEASIBLE

    @property
    def is_whole(self) -> bool:
        """Whether every point is known."""
        return not self.boxes

    @property
    def gap(self) -> float:
        """How far the upper bound of the hypervolume is above the lower, as a share of the lower."""
        return relative_gap(self.lower, self.upper)


def frontier(
    portfolio: Portfolio,
    first: Objective,
    second: Objective,
    effort: Effort | None = None,
    *,
    reference: tuple[float, float] | None = None,
    most_points: int | None = MOST_POINTS,
) -> Frontier:
    """The exact frontier of two objectives, both to be large, unsupported points too.

    An objective gives the value of each feature (0 where it gives none), or is None for the portfolio's own value with
    its bonuses. The largest gap is asked first, so that a partial frontier is spread over the whole; it ends when
    ``most_points`` are proven (None: never) or the effort is spent. ``reference`` is the corner that the hypervolume is
    measured from; without it, the worst of both over the two ends. With ``effort.work`` that much is done in each
    solve. An infeasible portfolio has no points and no boxes; where no plan was found in time, one box holds all.

    Raises ValueError where an objective names what is no feature or is not finite, for a corner that is not finite, and
    for less than one point. The epsilon-constraint method (Haimes, Lasdon and Wismer 1971), its steps proven in turn.

    >>> from northing.science.portfolios import Feature
    >>> app = Portfolio(
    ...     tuple(Feature(key, costs={"team": cost}) for key, cost in {"search": 5, "export": 3, "ads": 3}.items()),
    ...     {"team": (6,)},
    ... )
    >>> found = frontier(app, {"search": 9, "export": 4, "ads": 1}, {"search": 1, "export": 2, "ads": 7})
    >>> [(point.first, point.second, tuple(point.when)) for point in found.points], found.is_whole
    ([(9.0, 1.0, ('search',)), (5.0, 9.0, ('export', 'ads'))], True)
    """
    if reference is not None and not np.isfinite(reference).all():
        raise ValueError(f"reference is {reference}: it must be two finite numbers, a corner below every plan")
    if most_points is not None and most_points < 1:
        raise ValueError(f"most_points is {most_points}: it must be 1 or more, or None for all")
    return _Tracer(portfolio, first, second, effort or Effort()).trace(reference, most_points)


class _Tracer:
    def __init__(self, portfolio: Portfolio, first: Objective, second: Objective, effort: Effort) -> None:
        self.layout = Layout(portfolio)
        self.watch = Watch(effort)
        plain = self.layout.model()
        values, self.scale = whole(self.layout.values(first))
        self.second, self.second_scale = whole(self.layout.values(second))
        self.model = plain.maximising(values, self.scale)
        # No plan has less of them.
        self.least = (int(np.minimum(values, 0).sum()), int(np.minimum(self.second, 0).sum()) - 1)
        self.steps: list[known.Step] = []
        self.gaps: list[known.Gap] = []
        self.lines: list[known.Line] = []
        self.solves = 0
        self.share = SHARE
        # numba loads where it is used, not with the package.
        from northing.science.portfolios import closure

        self.is_closure = closure.applies(self._demanding(0))
        # The most of both objectives, where no plan was found but there may be some.
        self.unknown: tuple[int, int] | None = None

    def trace(self, reference: tuple[float, float] | None, most_points: int | None) -> Frontier:
        """Settle the ends, then gap after gap."""
        if self._ends():
            with ThreadPoolExecutor(self.watch.effort.workers) as pool:
                while not self.watch.is_over and (most_points is None or self._proven() < most_points):
                    gaps = self._largest() or self._again()
                    if not gaps:
                        break
                    # In a list first: all are asked before any is split.
                    for gap, answer in list(zip(gaps, pool.map(self._ask, gaps), strict=True)):
                        self._split(gap, answer)
                    self.watch.tell(*self._areas(self._corner()))
        return self._result(reference)

    @property
    def corners(self) -> list[known.Step]:
        """The frontier as far as it is known."""
        return known.corners(self.steps)

    def _proven(self) -> int:
        """How many points are known to be on the frontier, there being no gap for which they are the floor."""
        open_ = {id(gap.floor) for gap in self.gaps}
        return sum(id(step) not in open_ for step in self.corners)

    def _ends(self) -> bool:
        """The most of the first and the most of the second; whether there is any plan."""
        most_first = self._solve(self.model)
        most_second = self._solve(self.model.maximising(self.second, self.second_scale))
        low, high = self._step(most_first), self._step(most_second)
        if low is None or high is None:
            if Status.INFEASIBLE not in (most_first.status, most_second.status):
                self.unknown = (most_first.bound, most_second.bound)
            return False
        answer = self._solve(self._demanding(high.second), high.picks)
        top = self._step(answer) or high
        self.steps += [low, top]
        nothing = replace(top, first=self.least[0])
        gaps = [
            known.Gap(low.second + 1, top.second - 1, most_first.bound, top),
            # These three are there only where an end was not proven in time.
            known.Gap(self.least[1], low.second, most_first.bound, low, is_given_up=True),
            known.Gap(high.second, top.second, answer.bound, top, is_given_up=True),
            known.Gap(
                top.second + 1, most_second.bound, min(answer.bound, most_first.bound), nothing, is_given_up=True
            ),
        ]
        self.gaps = [gap for gap in gaps if gap.is_open]
        if self.gaps and not self.is_closure:
            self._walk((low, top))
        return True

    def _walk(self, ends: tuple[known.Step, known.Step]) -> None:
        """Find most of the points before anything is proven: that no other is there is proven sooner than found out."""
        # numba loads where it is used, not with the package.
        from northing.science.portfolios import walks

        for step in walks.gather(self.model, self.second, ends, self.watch):
            self.steps.append(step)
            self.gaps = known.raised(self.gaps, step)

    def _largest(self) -> list[known.Gap]:
        """The gaps in which most may be missing."""
        gaps = [gap for gap in self.gaps if not gap.is_given_up]
        return sorted(gaps, key=lambda gap: (-gap.missing(self.lines), gap.low))[:BATCH]

    def _again(self) -> list[known.Gap]:
        """What was given up, with twice the time, as long as time is what counts and such a share is left."""
        self.share *= 2
        if self.share < 1 and self.watch.effort.work is None:
            self.gaps = [replace(gap, is_given_up=False) for gap in self.gaps]
        return self._largest()

    def _demand(self, gap: known.Gap) -> int:
        """What to ask: where cuts answer quickly the middle, else what settles the whole gap if nothing is in it."""
        return gap.middle if self.is_closure else gap.low

    def _ask(self, gap: known.Gap) -> Answer:
        model = self._demanding(self._demand(gap))
        if self.is_closure:
            return self._solve(model, gap.floor.picks)
        columns = np.flatnonzero(model.objective)
        worth = model.objective[columns]
        better = Row(columns, -worth, -gap.floor.first - 1), Row(columns, worth, gap.ceiling)
        answer = self._solve(model.within(*better))
        return replace(answer, bound=gap.floor.first) if answer.status is Status.INFEASIBLE else answer

    def _demanding(self, second: int) -> Model:
        columns = np.flatnonzero(self.second)
        return self.model.within(Row(columns, -self.second[columns], -second))

    def _solve(self, model: Model, hint: Picks | None = None) -> Answer:
        """By minimum cuts where that is possible, else by CP-SAT, which was quicker at this than HiGHS."""
        from northing.science.portfolios import closure, constraint

        effort = self.watch.effort
        watch = Watch(
            replace(effort, seconds=min(self.watch.left, self.share * effort.seconds), workers=1, progress=None)
        )
        if effort.work is not None:
            watch = Watch(replace(effort, workers=1, progress=None))
        self.solves += 1
        return closure.solve(model, watch, hint) if closure.applies(model) else constraint.solve(model, watch, hint)

    def _step(self, answer: Answer) -> known.Step | None:
        if answer.picks is None:
            return None
        return known.Step(self.model.value(answer.picks), int(self.second @ answer.picks), answer.picks)

    def _split(self, gap: known.Gap, answer: Answer) -> None:
        found = self._step(answer)
        if found is not None:
            self.steps.append(found)
            self.gaps = known.raised(self.gaps, found)
        demand = self._demand(gap)
        if answer.relaxed is not None:
            # The bound of the relaxation holds for every demand, at the price of this one.
            self.lines.append(known.Line(answer.relaxed + answer.slope * demand, answer.slope))
        self.gaps = known.lowered(self.gaps, demand, answer.bound)
        if answer.bound > (found or gap.floor).first:
            # Not proven: what is left from the demand on has been asked for in vain.
            asked = range(demand, gap.high + 1)
            self.gaps = [replace(left, is_given_up=True) if left.low in asked else left for left in self.gaps]

    def _corner(self) -> tuple[int, int]:
        """The worst of both objectives over the two ends."""
        return self.corners[-1].first, self.corners[0].second

    def _areas(self, corner: tuple[int, int]) -> tuple[float, float]:
        """The bounds of the hypervolume, in the objectives' own units."""
        unit = self.scale * self.second_scale
        lower = known.hypervolume(self.corners, corner)
        return lower / unit, (lower + sum(gap.missing(self.lines) for gap in self.gaps)) / unit

    def _result(self, reference: tuple[float, float] | None) -> Frontier:
        if not self.steps:
            return self._nothing(reference)
        corner = self._corner()
        if reference is not None:
            corner = (round(reference[0] * self.scale), round(reference[1] * self.second_scale))
        lower, upper = self._areas(corner)
        points = [
            Point(step.first / self.scale, step.second / self.second_scale, self.layout.plan(step.picks))
            for step in self.corners
        ]
        boxes = [
            self._box((gap.floor.first, gap.ceiling), (gap.low - 1, gap.high))
            for gap in sorted(self.gaps, key=lambda gap: gap.low)
        ]
        measured_from = (corner[0] / self.scale, corner[1] / self.second_scale)
        return Frontier(
            tuple(points),
            tuple(boxes),
            measured_from,
            lower,
            upper,
            self.solves,
            self.watch.seconds,
            self.watch.effort.seed,
        )

    def _nothing(self, reference: tuple[float, float] | None) -> Frontier:
        """No plan: there is none, or one may be anywhere."""
        if self.unknown is None:
            return Frontier(
                (), (), reference or (0.0, 0.0), 0.0, 0.0, self.solves, self.watch.seconds, self.watch.effort.seed
            )
        box = self._box((self.least[0], self.unknown[0]), (self.least[1], self.unknown[1]))
        corner = reference or (box.first[0], box.second[0])
        upper = max(box.first[1] - corner[0], 0.0) * max(box.second[1] - corner[1], 0.0)
        return Frontier((), (box,), corner, 0.0, upper, self.solves, self.watch.seconds, self.watch.effort.seed)

    def _box(self, first: tuple[int, int], second: tuple[int, int]) -> Box:
        return Box(
            (first[0] / self.scale, first[1] / self.scale),
            (second[0] / self.second_scale, second[1] / self.second_scale),
        )
