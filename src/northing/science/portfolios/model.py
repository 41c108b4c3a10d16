"""The portfolio as a linear model in whole numbers, which every solver here takes.

A column says "done by the end of period t" (of a feature, of all of a group, of any of a group): with these, what
is needed, what is earned and what is paid are implications between columns and differences of columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from northing.science.portfolios.problem import DECIMALS, Portfolio

Whole = NDArray[np.int64]
Picks = NDArray[np.bool_]
# Sums stay well inside 64-bit integers, and exact in a double.
LARGEST_SUM = 2**50


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """``coefficients @ columns <= limit``, in units of 1/``scale``; of a capacity in a period: which."""

    columns: Whole
    coefficients: Whole
    limit: int
    scale: int = 1
    capacity: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Maximise ``objective @ x`` over binary x; ``implies`` holds pairs (a, b): a needs b.

    The objective is in units of 1/``scale``. ``low`` and ``high`` bound x.
    """

    objective: Whole
    scale: int
    implies: Whole
    rows: tuple[Row, ...]
    low: Whole
    high: Whole

    def value(self, picks: Picks) -> int:
        """The objective of a choice."""
        return int(self.objective @ picks)

    def allows(self, picks: Picks) -> bool:
        """Whether a choice satisfies everything."""
        x = picks.astype(np.int64)
        pairs = self.implies
        return bool(
            np.all((x >= self.low) & (x <= self.high))
            and np.all(x[pairs[:, 0]] <= x[pairs[:, 1]])
            and all(int(row.coefficients @ x[row.columns]) <= row.limit for row in self.rows)
        )

    def within(self, *rows: Row) -> Model:
        """The same with more rows."""
        return replace(self, rows=(*self.rows, *rows))

    def fixing(self, column: int, value: int) -> Model:
        """The same with one column given."""
        low, high = self.low.copy(), self.high.copy()
        low[column] = high[column] = value
        return replace(self, low=low, high=high)

    def maximising(self, objective: Whole, scale: int = 1) -> Model:
        """The same with another objective."""
        return replace(self, objective=objective, scale=scale)


def whole(numbers: ArrayLike) -> tuple[Whole, int]:
    """Numbers as integers in units of 1/scale: exact up to six decimals, as far as the sum allows.

    >>> whole([0.5, 2.0])
    (array([ 5, 20]), 10)
    """
    values = np.asarray(numbers, dtype=np.float64)
    total = float(np.abs(values).sum())
    if total > LARGEST_SUM:
        raise ValueError(f"amounts add up to {total:g}: use a larger unit, so that they stay below {LARGEST_SUM:g}")
    scale = 1
    for places in range(DECIMALS + 1):
        if total * 10**places > LARGEST_SUM:
            break
        scale = 10**places
        if np.allclose(values * scale, np.rint(values * scale), rtol=0.0, atol=1e-7):
            break
    return np.rint(values * scale).astype(np.int64), scale


class Layout:
    """Which column of the model stands for what: items are features, then bonuses, then shared costs.

    Column ``item * periods + t`` says "done by the end of period t".
    """

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.periods = portfolio.periods
        self.place = {feature.key: i for i, feature in enumerate(portfolio.features)}
        self.bonuses = list(enumerate(portfolio.together, len(self.place)))
        self.shared = list(enumerate(portfolio.shared, len(self.place) + len(self.bonuses)))
        self.columns = (len(self.place) + len(self.bonuses) + len(self.shared)) * self.periods

    def model(self) -> Model:
        """The whole model, maximising the portfolio's own value."""
        low, high = self._bounds()
        objective, scale = whole(self.values())
        rows = (*self._capacities(), *self._exclusions(), *self._completions(objective), *self._first_payments())
        implies = np.array(list(self._implications()), dtype=np.int64).reshape(-1, 2)
        return Model(objective, scale, implies, rows, low, high)

    def values(self, values: Mapping[str, float] | None = None) -> NDArray[np.float64]:
        """What each column gives: by the portfolio's own value, or where features are worth ``values``."""
        for key, value in (values or {}).items():
            self._check_objective(key, value)
        gains = np.zeros(self.columns // self.periods)
        for feature, i in zip(self.portfolio.features, self.place.values(), strict=True):
            gains[i] = feature.value if values is None else values.get(feature.key, 0.0)
        for i, bonus in self.bonuses:
            gains[i] = bonus.value if values is None else 0.0
        factors = np.array([self.portfolio.factor(t) for t in range(self.periods)])
        return np.outer(gains, factors - np.append(factors[1:], 0.0)).ravel()

    def _check_objective(self, key: str, value: float) -> None:
        if key not in self.place:
            raise ValueError(f"an objective names {key!r}, which is no feature: add it or remove its value")
        if not math.isfinite(value):
            raise ValueError(f"an objective values {key!r} at {value}: it must be a finite number")

    def plan(self, picks: Picks) -> dict[str, int]:
        """The period of each feature that is in."""
        done = picks[: len(self.place) * self.periods].reshape(len(self.place), self.periods)
        return {key: int(done[i].argmax()) for key, i in self.place.items() if done[i, -1]}

    def picks(self, when: Mapping[str, int]) -> Picks:
        """The columns of a plan. Raises ValueError where it names what is no feature, or no period."""
        for key, period in when.items():
            if key not in self.place or period not in range(self.periods):
                rule = f"each must be a feature with a period from 0 to {self.periods - 1}"
                raise ValueError(f"start has {key!r} in period {period}: {rule}")
        done = np.zeros((self.columns // self.periods, self.periods), dtype=bool)
        for key, period in when.items():
            done[self.place[key], period:] = True
        for i, bonus in self.bonuses:
            done[i] = done[[self.place[key] for key in bonus.keys]].all(axis=0)
        for i, group in self.shared:
            done[i] = done[[self.place[key] for key in group.keys]].any(axis=0)
        return done.ravel()

    def done(self, key: str, period: int = -1) -> int:
        """The column of "the feature is done by the end of the period", at all where none is given."""
        return self._at(self.place[key], period)

    def _at(self, item: int, period: int = -1) -> int:
        return item * self.periods + period % self.periods

    def _bounds(self) -> tuple[Whole, Whole]:
        low, high = np.zeros(self.columns, dtype=np.int64), np.ones(self.columns, dtype=np.int64)
        for feature in self.portfolio.features:
            item = self.place[feature.key]
            low[self._at(item)] = feature.must
            high[self._at(item, 0) : self._at(item, 0) + feature.earliest] = 0
        return low, high

    def _implications(self) -> Iterator[tuple[int, int]]:
        """Done stays done; what is needed is done; a bonus needs all of its features, a feature its shared costs."""
        pairs = [(self.place[f.key], self.place[need]) for f in self.portfolio.features for need in f.needs]
        pairs += [(i, self.place[key]) for i, bonus in self.bonuses for key in bonus.keys]
        pairs += [(self.place[key], i) for i, group in self.shared for key in group.keys]
        for t in range(self.periods):
            yield from ((self._at(a, t), self._at(b, t)) for a, b in dict.fromkeys(pairs))
        for start in range(0, self.columns, self.periods):
            yield from ((t, t + 1) for t in range(start, start + self.periods - 1))

    def _capacities(self) -> Iterator[Row]:
        costs = [(self.place[feature.key], feature.costs) for feature in self.portfolio.features]
        costs += [(i, group.costs) for i, group in self.shared]
        for name, limits in self.portfolio.capacities.items():
            items = [i for i, cost in costs if cost.get(name)]
            amounts, scale = whole([*(cost[name] for _, cost in costs if cost.get(name)), *limits])
            taken, room = amounts[: len(items)], amounts[len(items) :]
            for t in range(self.periods) if items else ():
                now = np.array([self._at(i, t) for i in items], dtype=np.int64)
                columns = np.concatenate([now, now - 1]) if t else now
                amount = np.concatenate([taken, -taken]) if t else taken
                yield Row(columns, amount, int(room[t]), scale, (name, t))

    def _exclusions(self) -> Iterator[Row]:
        for keys in self.portfolio.excludes:
            yield _row([(self._at(self.place[key]), 1) for key in keys], 1)

    def _completions(self, objective: Whole) -> Iterator[Row]:
        """A bonus that would rather not be earned is, as soon as all of its features are done."""
        for i, bonus in self.bonuses:
            if np.any(objective[self._at(i, 0) : self._at(i, 0) + self.periods] < 0):
                for t in range(self.periods):
                    terms = [(self._at(self.place[key], t), 1) for key in bonus.keys]
                    yield _row([*terms, (self._at(i, t), -1)], len(bonus.keys) - 1)

    def _first_payments(self) -> Iterator[Row]:
        """With several periods a shared cost is not paid before it is due."""
        for i, group in self.shared if self.periods > 1 else ():
            for t in range(self.periods):
                terms = [(self._at(self.place[key], t), -1) for key in group.keys]
                yield _row([*terms, (self._at(i, t), 1)], 0)


def _row(terms: list[tuple[int, int]], limit: int) -> Row:
    columns, coefficients = zip(*terms, strict=True)
    return Row(np.array(columns, dtype=np.int64), np.array(coefficients, dtype=np.int64), limit)
