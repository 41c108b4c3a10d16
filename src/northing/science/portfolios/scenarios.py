"""Choice under uncertainty: the best expected value, the best worst share of cases, the best chance of a goal."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from northing.science.portfolios.aims import Aim, Expected, Floats, WorstCases
from northing.science.portfolios.choice import Plan, solve, to_plan
from northing.science.portfolios.effort import Answer, Effort, Status, Watch
from northing.science.portfolios.model import Layout, Model, Picks, whole
from northing.science.portfolios.problem import Portfolio


def choose_under_risk(
    portfolio: Portfolio, samples: Mapping[str, ArrayLike], aim: Aim, effort: Effort | None = None
) -> Plan:
    """The plan that is best by the aim, over samples of the features' values.

    ``samples`` holds for each feature one value per draw, all equally long; a feature that is not there has its certain
    value in every draw, as bonuses have. The plan's ``value`` and ``bound`` are in the unit of the aim.

    Raises ValueError where samples differ in length, are not finite, or name what is no feature. Conditional value at
    risk: Rockafellar and Uryasev (2000); its cutting planes: Kuenzi-Bay and Mayer (2006).

    >>> from northing.science.portfolios import Chance, Expected, Feature, Portfolio, WorstCases
    >>> bets = Portfolio((Feature("safe", 0, {"team": 1}), Feature("bold", 0, {"team": 1})), {"team": (1,)})
    >>> values = {"safe": [4, 4, 4, 4], "bold": [0, 2, 8, 12]}
    >>> [choose_under_risk(bets, values, aim).keys for aim in (Expected(), WorstCases(0.25), Chance(6))]
    [('bold',), ('safe',), ('bold',)]
    """
    watch = Watch(effort or Effort())
    layout = Layout(portfolio)
    model = layout.model()
    table = sampled_values(layout, samples)
    expected = _expected(model, table, watch)
    if isinstance(aim, Expected) or expected.picks is None:
        return to_plan(layout, 1, expected, watch)
    # HiGHS and numba load where they are used.
    if isinstance(aim, WorstCases):
        from northing.science.portfolios.uncertain import worst_cases

        picks, bound = worst_cases(model, table, aim, expected.picks, watch)
    else:
        from northing.science.portfolios.chances import chance

        picks, bound = chance(model, table, aim, expected.picks, watch)
    return _plan(layout, picks, aim.of(table @ picks), bound, watch)


def sampled_values(layout: Layout, samples: Mapping[str, ArrayLike]) -> Floats:
    """What each column gives in each draw (draws x columns)."""
    drawn = {key: np.asarray(values, dtype=np.float64) for key, values in samples.items()}
    sizes = {values.shape for values in drawn.values()}
    if len(sizes) != 1 or len(next(iter(sizes))) != 1 or not next(iter(sizes))[0]:
        raise ValueError(f"samples have the shapes {sorted(sizes)}: give each feature the same number of draws")
    for key, values in drawn.items():
        if key not in layout.place:
            raise ValueError(f"samples name {key!r}, which is no feature: add it or remove the samples")
        if not np.all(np.isfinite(values)):
            raise ValueError(f"samples of {key!r} hold a value that is not finite: every draw must be a number")
    draws = next(iter(sizes))[0]
    table = np.tile(layout.values(), (draws, 1))
    for key, values in drawn.items():
        first = layout.done(key, 0)
        one = layout.values({key: 1.0})[first : first + layout.periods]
        table[:, first : first + layout.periods] = np.outer(values, one)
    return table


def _expected(model: Model, table: Floats, watch: Watch) -> Answer:
    """The best mean; what rounding to whole numbers may hide is below a millionth of the values."""
    objective, scale = whole(table.mean(axis=0))
    answer = solve(model.maximising(objective, scale), watch)
    if answer.picks is None:
        return answer
    value = float(table.mean(axis=0) @ answer.picks)
    bound = max(value, answer.bound / scale) if answer.bound > answer.value else value
    return Answer(answer.status, answer.picks, value, bound)  # type: ignore[arg-type]


def _plan(layout: Layout, picks: Picks, value: float, bound: float, watch: Watch) -> Plan:
    when = layout.plan(picks)
    is_best = bound <= value + 1e-9 * max(abs(value), 1.0)
    status = Status.OPTIMAL if is_best else Status.FEASIBLE
    return Plan(when, value, max(value, bound), status, layout.portfolio.use(when), watch.seconds, watch.effort.seed)
