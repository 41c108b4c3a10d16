"""What is to be decided, on samples of what each feature is worth, and what perfect information would add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from northing.expressions import Unit
from northing.science.information.choices import Choice, Picks
from northing.science.priorities.ranks import Floats

FOLDS = 10
SOLVED = 1_000  # draws for which a choice is made that is not quick
_CHUNK = 2_000_000  # values chosen from at once
_PEOPLE = {"person", "people"}
_Any = TypeVar("_Any", bound=np.generic)


class Input(NamedTuple):
    """An uncertain number: a feature's quantity, or one that all features share (``key`` is empty)."""

    key: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Worth:
    """What it is worth to know some inputs exactly before deciding, in the problem's unit.

    ``inputs`` is empty where everything is known. ``error``: standard error of ``value``; ``share``: of the worth of
    knowing everything.
    """

    inputs: tuple[Input, ...]
    value: float
    error: float
    share: float


@dataclass(frozen=True, eq=False)
class Problem:
    """Which features to take, where worth adds up.

    ``values``: samples of each feature's worth (features x draws) in ``unit``, which must add up over features,
    such as "EUR" or "people/quarter"; never a ratio to effort such as a RICE score. Draws must stand in random
    order, or in that of a Sobol' sequence; those beyond the last multiple of ten are left out. Raises ValueError for
    keys that repeat, samples that are not finite, and a unit that does not add up.

    >>> from northing.science.information import TopK
    >>> problem = Problem(["a", "b"], [[1.0, 5.0], [2.0, 2.0]], TopK(1), "EUR")
    >>> problem.taken, problem.value, problem.perfect.value
    (('a',), 3.0, 0.5)
    """

    keys: Sequence[str]
    values: Floats
    choice: Choice
    unit: str

    def __post_init__(self) -> None:
        values = np.ascontiguousarray(self.values, dtype=np.float64)
        if values.ndim != 2 or values.shape[0] != len(self.keys) or not values.size:
            raise ValueError(f"values have shape {values.shape}: they must be ({len(self.keys)} features, draws)")
        if len(set(self.keys)) < len(self.keys):
            raise ValueError("keys: one stands twice; give each feature once")
        if not np.isfinite(values).all():
            feature, draw = np.argwhere(~np.isfinite(values))[0]
            raise ValueError(
                f"value of {self.keys[feature]!r} in draw {draw + 1} is {values[feature, draw]}: every value must be a"
                " finite number; look for a missing estimate or a division by zero"
            )
        if any(power < 0 and word in _PEOPLE for word, power in Unit.parse(self.unit).powers):
            raise ValueError(
                f"unit {self.unit!r}: worth per effort does not add up over features; value each in one additive"
                " unit, such as EUR gained less EUR spent"
            )
        self.choice.check(len(self.keys))
        object.__setattr__(self, "keys", tuple(self.keys))
        object.__setattr__(self, "values", values)

    @property
    def draws(self) -> int:
        """How many draws are used: a multiple of the folds, if there are as many."""
        given = int(self.values.shape[1])
        return given - given % FOLDS if given >= FOLDS else given

    @cached_property
    def means(self) -> Floats:
        """What each feature is expected to be worth."""
        return np.asarray(self.values[:, : self.draws].mean(axis=1))

    @cached_property
    def variances(self) -> Floats:
        """The variance of what each feature is worth."""
        return np.asarray(self.values[:, : self.draws].var(axis=1))

    @cached_property
    def base(self) -> Picks:
        """Whether each feature is taken, if it is decided today."""
        return np.asarray(self.choice.choose(self.means[None])[0])

    @property
    def taken(self) -> tuple[str, ...]:
        """The features taken today."""
        return tuple(key for key, is_taken in zip(self.keys, self.base, strict=True) if is_taken)

    @property
    def value(self) -> float:
        """What the choice of today is expected to be worth."""
        return float(self.means @ self.base)

    @cached_property
    def by_fold(self) -> Floats:
        """The values as (folds x features x draws of the fold)."""
        parts = self.values[:, : self.draws].reshape(len(self.keys), FOLDS, -1)
        return np.ascontiguousarray(parts.transpose(1, 0, 2))

    @cached_property
    def fold_means(self) -> Floats:
        """What each feature is expected to be worth in each fold (folds x features)."""
        return np.asarray(self.by_fold.mean(axis=2))

    @cached_property
    def perfect(self) -> Worth:
        """The expected value of perfect information: of choosing when all is known (Raiffa and Schlaifer 1961).

        A choice that is not quick is made for the first 1,000 draws.
        """
        draws = self.draws if self.choice.is_quick else min(self.draws, SOLVED)
        gains = np.concatenate([self._gains(rows) for rows in chunks(self.values[:, :draws].T, len(self.keys))])
        value = max(float(gains.mean()), 0.0)
        error = float(gains.std(ddof=1) / np.sqrt(draws)) if draws > 1 else 0.0
        return Worth((), value, error, 1.0 if value > 0 else 0.0)

    def _gains(self, rows: Floats) -> Floats:
        rows = np.ascontiguousarray(rows)
        picks = self.choice.choose(rows)
        return np.asarray(((picks.astype(np.float64) - self.base) * rows).sum(axis=1))

    def worth(self, inputs: Sequence[Input], value: float, error: float) -> Worth:
        """A figure within what is possible: from nothing to the worth of knowing everything."""
        most = self.perfect.value
        value = min(max(value, 0.0), most)
        return Worth(tuple(inputs), value, error, value / most if most > 0 else 0.0)


def chunks(rows: NDArray[_Any], width: int) -> Iterator[NDArray[_Any]]:
    """Rows in parts of so many that tables of them, ``width`` wide, fit the memory."""
    step = max(1, _CHUNK // width)
    for start in range(0, len(rows), step):
        yield rows[start : start + step]
