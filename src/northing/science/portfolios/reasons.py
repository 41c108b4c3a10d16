"""Why a feature is in or out, and the smallest change that would bring it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from northing.science.portfolios.choice import Plan, choose, solve, to_plan
from northing.science.portfolios.effort import Answer, Effort, Status, Watch
from northing.science.portfolios.model import Layout, Model, Row
from northing.science.portfolios.problem import Feature, Portfolio

# A larger capacity lets other plans in, which may ask for a larger one still; each round rules out all before it.
MOST_ROUNDS = 50


@dataclass(frozen=True)
class Change:
    """The smallest change of one amount that brings a feature into a best plan.

    ``of`` is "value", "cost" or "capacity"; ``capacity`` and ``period`` say of which, ``by`` by how much (a cost
    falls; a value or a capacity rises). ``plan`` is a best plan of the changed portfolio with the feature in;
    ``is_confirmed`` says that solving the changed portfolio afresh found nothing better.
    """

    of: str
    by: float
    capacity: str | None
    period: int | None
    plan: Plan
    is_confirmed: bool


@dataclass(frozen=True)
class Reason:
    """Why a feature is in or out.

    ``best`` is the best plan, ``other`` the best one with this feature the other way round, were it no must-have;
    ``difference`` is what that would lose (None where no plan allows it; below 0 it is what a must-have costs).
    ``changes`` is what would bring in a feature that is out: one of
    its value, and one of its cost and one of the capacity for each capacity that can do it alone.
    """

    key: str
    is_in: bool
    best: Plan
    other: Plan
    difference: float | None
    changes: tuple[Change, ...]


def explain(portfolio: Portfolio, key: str, effort: Effort | None = None) -> Reason:
    """Why the feature is in or out of the best plan, and what would bring it in.

    ``effort`` is for each of the solves, of which there are two, and two or more for each change.

    Raises ValueError for a key that is none of the portfolio's.

    >>> from northing.science.portfolios import Feature, Portfolio
    >>> app = Portfolio(
    ...     (Feature("search", 8, {"team": 5}), Feature("export", 5, {"team": 3}), Feature("share", 4, {"team": 3})),
    ...     {"team": (6,)},
    ... )
    >>> reason = explain(app, "search")
    >>> reason.is_in, reason.difference, [(change.of, change.by) for change in reason.changes]
    (False, 1.0, [('value', 1.0), ('cost', 2.0), ('capacity', 2.0)])
    """
    if key not in portfolio.by_key:
        raise ValueError(f"key is {key!r}, which is no feature of the portfolio: give one that is")
    question = _Question(portfolio, key, effort or Effort())
    best = question.solve(question.model)
    is_in = best.picks is not None and bool(best.picks[question.column])
    other = question.solve(question.model.fixing(question.column, int(not is_in)))
    known = best.picks is not None and other.picks is not None
    return Reason(
        key,
        is_in,
        question.plan(best),
        question.plan(other),
        (best.value - other.value) / question.model.scale if known else None,
        () if is_in or best.picks is None else tuple(question.changes(best, other)),
    )


class _Question:
    """One feature in one portfolio, and what is asked about it again and again."""

    def __init__(self, portfolio: Portfolio, key: str, effort: Effort) -> None:
        self.portfolio = portfolio
        self.feature = portfolio.by_key[key]
        self.effort = effort
        self.layout = Layout(portfolio)
        self.model = self.layout.model()
        self.column = self.layout.done(key)
        self.included = self.model.fixing(self.column, 1)

    def solve(self, model: Model) -> Answer:
        """The best of a model, within the effort."""
        return solve(model, Watch(self.effort))

    def plan(self, answer: Answer) -> Plan:
        """An answer in the words of the portfolio."""
        return to_plan(self.layout, self.model.scale, answer, Watch(self.effort))

    def changes(self, best: Answer, other: Answer) -> Iterator[Change]:
        """The changes that bring the feature in."""
        if other.picks is not None:
            yield from self._value(best, other)
        for row in self.model.rows:
            if row.capacity is not None:
                yield from self._cost(row, best)
                yield from self._capacity(row, best)

    def _value(self, best: Answer, other: Answer) -> Iterator[Change]:
        """Its value must rise by what including it loses, over what value counts in the period in which it is done."""
        assert other.picks is not None
        factor = self.portfolio.factor(self.layout.plan(other.picks)[self.feature.key])
        if factor > 0:
            by = (best.value - other.value) / self.model.scale / factor
            yield self._confirmed("value", by, None, replace(self.feature, value=self.feature.value + by))

    def _cost(self, row: Row, best: Answer) -> Iterator[Change]:
        """Its cost must fall by what the plans with it that are as good as the best take too much."""
        name, period = row.capacity or ("", 0)
        excess = self._excess(row, best.value)
        cost = self.feature.costs.get(name, 0.0)
        if excess is not None and 0 < excess <= cost:
            changed = replace(self.feature, costs={**self.feature.costs, name: cost - excess})
            yield self._confirmed("cost", excess, (name, period), changed)

    def _capacity(self, row: Row, best: Answer) -> Iterator[Change]:
        """The least room at which no plan without it is better; every round proves that less is not enough."""
        name, period = row.capacity or ("", 0)
        target = best.value
        for _ in range(MOST_ROUNDS):
            excess = self._excess(row, target)
            if excess is None or excess <= 0:
                return
            wider = self._wider(name, period, excess)
            found = solve(Layout(wider).model(), Watch(self.effort))
            if found.status is not Status.OPTIMAL or found.value <= target:
                yield self._confirmed("capacity", excess, (name, period), self.feature, wider)
                return
            target = found.value

    def _excess(self, row: Row, target: int) -> float | None:
        """How much more of one capacity the plan takes that has the feature, is worth the target and takes least."""
        objective = self.model.objective
        rows = [other for other in self.included.rows if other is not row]
        takes = np.zeros(objective.size, dtype=np.int64)
        np.add.at(takes, row.columns, row.coefficients)
        columns = np.flatnonzero(objective)
        rows.append(Row(columns, -objective[columns], -target))
        answer = self.solve(replace(self.included, objective=-takes, scale=row.scale, rows=tuple(rows)))
        if answer.picks is None or answer.status is not Status.OPTIMAL:
            return None
        return (-answer.value - row.limit) / row.scale

    def _wider(self, name: str, period: int, by: float) -> Portfolio:
        amounts = list(self.portfolio.capacities[name])
        amounts[period] += by
        return replace(self.portfolio, capacities={**self.portfolio.capacities, name: tuple(amounts)})

    def _confirmed(
        self, of: str, by: float, where: tuple[str, int] | None, feature: Feature, portfolio: Portfolio | None = None
    ) -> Change:
        """The change, with the changed portfolio solved afresh: free, and with the feature in."""
        portfolio = portfolio or self.portfolio
        features = tuple(feature if each.key == feature.key else each for each in portfolio.features)
        changed = replace(portfolio, features=features)
        free = choose(changed, self.effort)
        musts = tuple(replace(each, must=True) if each.key == feature.key else each for each in features)
        plan = choose(replace(changed, features=musts), self.effort)
        name, period = where or (None, None)
        return Change(of, by, name, period, plan, free.bound <= plan.value + 1e-6)
