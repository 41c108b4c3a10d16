"""What is decided: which features are taken, given what each is worth. Worth adds up over those taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from northing.science.priorities.ranks import Floats

Picks = NDArray[np.bool_]


class Choice(Protocol):
    """A rule that takes the best allowed set of features."""

    @property
    def is_quick(self) -> bool:
        """Whether it can be made afresh for every draw."""
        ...

    def check(self, features: int) -> None:
        """Raise ValueError where the choice does not fit so many features."""
        ...

    def choose(self, values: Floats) -> Picks:
        """The best set for each row of values (rows x features), as rows of truth values."""
        ...


@dataclass(frozen=True, slots=True)
class TopK:
    """The ``k`` features that are worth most, whatever they are worth; all where there are no more than k.

    >>> TopK(1).choose(np.array([[3.0, 5.0], [2.0, -1.0]])).tolist()
    [[False, True], [True, False]]
    """

    k: int

    @property
    def is_quick(self) -> bool:
        """True: it takes microseconds."""
        return True

    def check(self, features: int) -> None:
        """Raise ValueError for less than one, or part of a feature."""
        if not (self.k >= 1 and float(self.k).is_integer()):
            raise ValueError(f"k: {self.k}; a whole number of features, at least 1, must be taken")

    def choose(self, values: Floats) -> Picks:
        """The k largest of each row; of equal ones the first."""
        features = values.shape[1]
        if self.k >= features:
            return np.ones(values.shape, dtype=bool)
        picks = np.zeros(values.shape, dtype=bool)
        best = np.argpartition(-values, self.k - 1, axis=1)[:, : self.k]
        np.put_along_axis(picks, best, True, axis=1)
        return picks


@dataclass(frozen=True, slots=True, eq=False)
class Budget:
    """Any features whose ``costs`` (one each, 0 or more) add up to at most ``budget``, in one unit.

    The best set is found exactly by branch and bound (Horowitz and Sahni 1974; Martello and Toth 1990). After 100,000
    steps, which many features of nearly equal worth per cost need, the best set so far is taken: of 1,000 features
    it lay within 0.02 % of the linear bound.

    >>> Budget([2.0, 3.0, 4.0], 6.0).choose(np.array([[2.0, 4.0, 5.0], [9.0, 4.0, -5.0]])).tolist()
    [[True, False, True], [True, True, False]]
    """

    costs: ArrayLike
    budget: float

    @property
    def is_quick(self) -> bool:
        """True: it takes microseconds."""
        return True

    def check(self, features: int) -> None:
        """Raise ValueError where costs are missing, negative or not finite."""
        costs = np.asarray(self.costs, dtype=np.float64)
        if costs.shape != (features,):
            raise ValueError(f"costs have shape {costs.shape}: give one for each of the {features} features")
        if not (np.isfinite(costs).all() and (costs >= 0).all()):
            raise ValueError("costs: each must be a finite number, 0 or more; leave out what is not known")
        if not self.budget >= 0:
            raise ValueError(f"budget {self.budget}: must be 0 or more, in the unit of the costs")

    def choose(self, values: Floats) -> Picks:
        """The best set within the budget for each row."""
        from northing.science.information.knapsack import solve  # numba is loaded for budgets only

        picks = np.zeros(values.shape, dtype=bool)
        # A rounding error must not keep a set out that just fits.
        solve(np.ascontiguousarray(values), np.asarray(self.costs, dtype=np.float64), self.budget * (1 + 1e-12), picks)
        return picks


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """One of several given sets of features: ``sets`` has a row for each and a column for each feature.

    >>> Alternatives([[1, 1, 0], [0, 0, 1]]).choose(np.array([[1.0, 1.0, 3.0]])).tolist()
    [[False, False, True]]
    """

    sets: ArrayLike

    @property
    def is_quick(self) -> bool:
        """True: it takes microseconds."""
        return True

    def check(self, features: int) -> None:
        """Raise ValueError where the sets are not rows of as many truth values as there are features."""
        sets = np.asarray(self.sets)
        if sets.ndim != 2 or sets.shape[0] < 1 or sets.shape[1] != features:
            raise ValueError(
                f"sets have shape {sets.shape}: give rows of {features} truth values, one row for each set"
            )
        if not np.isin(sets, (0, 1)).all():
            raise ValueError("sets: each value must be 0 or 1, out or in")

    def choose(self, values: Floats) -> Picks:
        """The set that is worth most in each row; of equal ones the first."""
        sets = np.asarray(self.sets, dtype=bool)
        return np.asarray(sets[np.argmax(values @ sets.T.astype(np.float64), axis=1)])


@dataclass(frozen=True, slots=True)
class Rule:
    """Any other way to choose: ``best`` takes the worth of each feature and tells which are taken.

    It must return an allowed set of the greatest total worth (as truth values), such as a planner with
    prerequisites and several capacities does. It is asked for a sample of draws where others are for all.

    >>> Rule(lambda worth: worth > 0).choose(np.array([[1.0, -2.0]])).tolist()
    [[True, False]]
    """

    best: Callable[[Floats], ArrayLike]

    @property
    def is_quick(self) -> bool:
        """False: nothing is known of its time."""
        return False

    def check(self, features: int) -> None:
        """Raise ValueError where the rule's answer has another length."""
        found = np.asarray(self.best(np.zeros(features)))
        if found.shape != (features,):
            raise ValueError(f"best returned shape {found.shape}: it must tell for each of the {features} features")

    def choose(self, values: Floats) -> Picks:
        """The rule's set for each row, one call each."""
        return np.array([np.asarray(self.best(row), dtype=bool) for row in values])
