"""Which features fit: the best plan, and how sure it is that it is the best."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from northing.science.portfolios.effort import Answer, Effort, Status, Watch
from northing.science.portfolios.model import Layout, Model, Picks
from northing.science.portfolios.problem import Portfolio


@dataclass(frozen=True)
class Plan:
    """A choice of features: ``when`` holds the period of each that is in.

    ``value`` is what it gives, ``bound`` what no plan can exceed, ``use`` what it takes of each capacity by period.
    An infeasible portfolio has no plan: ``when`` is empty, value and bound are not numbers.
    """

    when: Mapping[str, int]
    value: float
    bound: float
    status: Status
    use: Mapping[str, tuple[float, ...]]
    seconds: float
    seed: int

    @property
    def keys(self) -> tuple[str, ...]:
        """The features that are in."""
        return tuple(self.when)

    @property
    def gap(self) -> float:
        """How far the bound is above the value, as a share of the value: 0 where the plan is proven best."""
        return relative_gap(self.value, self.bound)


def relative_gap(value: float, bound: float) -> float:
    """``bound`` above ``value``, as a share of ``value``.

    >>> relative_gap(100, 102), relative_gap(0, 0)
    (0.02, 0.0)
    """
    if math.isnan(value):
        return math.nan
    return 0.0 if bound <= value else (bound - value) / abs(value) if value else math.inf


def choose(portfolio: Portfolio, effort: Effort | None = None, *, start: Mapping[str, int] | None = None) -> Plan:
    """The plan of the largest value, exactly (within the effort), with its bound.

    ``start`` is a plan to begin from; one that breaks a rule is passed over. Prerequisites with one capacity and one
    period are solved by branch and bound on minimum cuts, everything else by HiGHS.

    Raises ValueError where ``start`` names what is no feature or period, or amounts add up to more than whole numbers
    hold. Cuts: Picard (1976); relaxation and branching: docs/science/portfolios.md.

    >>> from northing.science.portfolios import Feature
    >>> app = Portfolio(
    ...     (
    ...         Feature("accounts", 0, {"team": 3}),
    ...         Feature("sync", 9, {"team": 4}, needs=("accounts",)),
    ...         Feature("share", 6, {"team": 2}, needs=("accounts",)),
    ...         Feature("themes", 4, {"team": 2}),
    ...     ),
    ...     {"team": (7,)},
    ... )
    >>> plan = choose(app, Effort(work=1))
    >>> plan.keys, plan.value, plan.bound, plan.status.value
    (('accounts', 'share', 'themes'), 10.0, 10.0, 'optimal')
    """
    watch = Watch(effort or Effort())
    layout = Layout(portfolio)
    model = layout.model()
    answer = solve(model, watch, None if start is None else layout.picks(start))
    return to_plan(layout, model.scale, answer, watch)


def solve(model: Model, watch: Watch, hint: Picks | None = None) -> Answer:
    """The model solved by whatever is quickest for its kind."""
    # numba and HiGHS load where they are used, not with the package.
    from northing.science.portfolios import closure, linear

    if not model.objective.size:
        return Answer(Status.OPTIMAL, model.low.astype(bool), 0, 0)
    return closure.solve(model, watch, hint) if closure.applies(model) else linear.solve(model, watch, hint)


def to_plan(layout: Layout, scale: int, answer: Answer, watch: Watch) -> Plan:
    """An answer in the words of the portfolio."""
    if answer.picks is None:
        nothing = math.nan
        bound = nothing if answer.status is Status.INFEASIBLE else answer.bound / scale
        return Plan({}, nothing, bound, answer.status, {}, watch.seconds, watch.effort.seed)
    when = layout.plan(answer.picks)
    value, bound = answer.value / scale, answer.bound / scale
    return Plan(when, value, bound, answer.status, layout.portfolio.use(when), watch.seconds, watch.effort.seed)
