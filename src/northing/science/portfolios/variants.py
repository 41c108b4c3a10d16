"""Which plans are nearly as good as the best, but another choice?"""

from __future__ import annotations

import math

import numpy as np

from northing.science.portfolios.choice import Plan, solve, to_plan
from northing.science.portfolios.effort import Effort, Watch
from northing.science.portfolios.model import Layout, Picks, Row
from northing.science.portfolios.problem import Portfolio


def alternatives(
    portfolio: Portfolio, *, within: float = 0.02, count: int = 5, effort: Effort | None = None
) -> tuple[Plan, ...]:
    """The best plan and then plans that lose at most the share ``within`` of its value, as different as can be.

    Each further plan differs in as many features as possible, summed over the plans before it, and from each in at
    least one. Fewer than ``count`` are there where no more exist or the effort (for all of them) is spent. The bound of
    every plan is that of the best.

    Raises ValueError for a share outside [0, 1) or a count below 1.

    >>> from northing.science.portfolios import Feature, Portfolio
    >>> app = Portfolio(
    ...     (Feature("search", 8, {"team": 5}), Feature("export", 5, {"team": 3}), Feature("share", 4, {"team": 3})),
    ...     {"team": (6,)},
    ... )
    >>> [plan.keys for plan in alternatives(app, within=0.2)]
    [('export', 'share'), ('search',)]
    """
    if not 0 <= within < 1:
        raise ValueError(f"within is {within}: it must be a share from 0 to below 1")
    if count < 1:
        raise ValueError(f"count is {count}: it must be 1 or more")
    watch = Watch(effort or Effort())
    layout = Layout(portfolio)
    model = layout.model()
    best = solve(model, watch)
    plans = [to_plan(layout, model.scale, best, watch)]
    if best.picks is None:
        return tuple(plans)
    least = best.value - math.floor(within * abs(best.value))
    columns = np.flatnonzero(model.objective)
    near = model.within(Row(columns, -model.objective[columns], -least))
    chosen = np.array([layout.done(key) for key in layout.place], dtype=np.int64)
    distance = np.zeros(layout.columns, dtype=np.int64)
    picks: Picks | None = best.picks
    while len(plans) < count and picks is not None and not watch.is_over:
        # In where it was out counts 1, out where it was in too: linear in the columns but for a constant.
        signs = np.where(picks[chosen], -1, 1)
        distance[chosen] += signs
        near = near.within(Row(chosen, -signs, int(picks[chosen].sum()) - 1))
        found = solve(near.maximising(distance.copy()), watch)
        picks = found.picks
        if picks is not None:
            when = layout.plan(picks)
            value, bound = model.value(picks) / model.scale, best.bound / model.scale
            plans.append(Plan(when, value, bound, found.status, portfolio.use(when), watch.seconds, watch.effort.seed))
    return tuple(plans)
