"""Estimates whose outcome is known: what everything else here learns from."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from northing.science.calibration.scores import FloatArray
from northing.science.estimates.triples import Triple

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """An estimate as it was given: when, by whom, in which group, of what, and how large.

    ``quantity`` tells apart what cannot be compared by size, such as hours of effort and people reached. A bare
    number is a triple of three equal values.
    """

    day: date
    who: str
    group: str
    quantity: str
    estimate: Triple

    def __post_init__(self) -> None:
        if not 0 < self.estimate.p10 <= self.estimate.p50 <= self.estimate.p90 < math.inf:
            raise ValueError(
                f"estimate {tuple(self.estimate)} of {self.who!r} must be above 0 and must not fall: "
                "leave out what was estimated as nothing, and put low, likely, high in order"
            )


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and the actual value, which may be learnt from after the question's day."""

    question: Question
    actual: float

    def __post_init__(self) -> None:
        if not 0 < self.actual < math.inf:
            raise ValueError(
                f"actual {self.actual} of {self.question.who!r} must be above 0: leave out what was never done"
            )


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """n outcomes as columns, in order of their day.

    ``size`` is the logarithm of the likely value; ``errors`` (3 x n) that of actual / low, actual / likely and
    actual / high. ``who``, ``group`` and ``quantity`` are codes of ``names``.
    """

    day: IntArray
    who: IntArray
    group: IntArray
    quantity: IntArray
    size: FloatArray
    errors: FloatArray
    names: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.day)

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "History":
        """The history of the outcomes, whatever their order; those of one day stay as they come."""
        rows = sorted(outcomes, key=lambda outcome: outcome.question.day)
        asked = [row.question for row in rows]
        names: dict[str, int] = {}
        codes = [
            [names.setdefault(text, len(names)) for text in (question.who, question.group, question.quantity)]
            for question in asked
        ]
        who, group, quantity = np.array(codes, dtype=np.int64).reshape(-1, 3).T
        stated = np.array([question.estimate for question in asked], dtype=float).reshape(-1, 3).T
        actual = np.array([row.actual for row in rows], dtype=float)
        return cls(
            day=np.array([question.day.toordinal() for question in asked], dtype=np.int64),
            who=who,
            group=group,
            quantity=quantity,
            size=np.log(stated[1]),
            errors=np.log(actual / stated),  # of the quotient, so that "exactly as estimated" is exactly 0
            names=names,
        )

    def part(self, rows: slice) -> "History":
        """The outcomes of ``rows``, without copying them."""
        return History(
            self.day[rows],
            self.who[rows],
            self.group[rows],
            self.quantity[rows],
            self.size[rows],
            self.errors[:, rows],
            self.names,
        )

    def before(self, day: int) -> "History":
        """What was known on the morning of ``day`` (an ordinal): the outcomes of earlier days."""
        return self.part(slice(0, int(np.searchsorted(self.day, day))))
