"""The next estimate, widened and shifted by how such estimates came out so far."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from northing.science.calibration.history import History, Question
from northing.science.calibration.likeness import DEFAULTS, Settings, Weights, subject, usual_ratios, weights
from northing.science.calibration.scores import FloatArray
from northing.science.estimates.judgements import Record
from northing.science.estimates.triples import Triple

GRID: Final = np.linspace(0.0, 1.0, 101)
_AS_IT_IS: Final = GRID.copy()


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """The distribution of ln(actual / stated): ``values`` in order, and the chance of at most each.

    The values are ratios that occurred, so the spike at "exactly as estimated" is one of them.
    """

    values: FloatArray
    chances: FloatArray

    def quantile(self, p: npt.ArrayLike) -> FloatArray:
        """The least value with a chance of at least ``p`` of no more."""
        place = np.searchsorted(self.chances, np.asarray(p, dtype=float) - 1e-12)
        return np.asarray(self.values[np.minimum(place, len(self.values) - 1)])

    def between(self, value: float) -> tuple[float, float]:
        """The chances of less than ``value`` and of at most ``value``."""
        below, at_most = np.searchsorted(self.values, [value - 1e-9, value + 1e-9])
        padded = np.concatenate([[0.0], self.chances])
        return float(padded[below]), float(padded[at_most])

    def corrected(self, curve: FloatArray) -> "Ratios":
        """The same values with chances read off ``curve``, given on ``GRID``."""
        return Ratios(self.values, np.interp(self.chances, GRID, curve))


def ratios(errors: FloatArray, weighed: Weights, order: npt.NDArray[np.intp]) -> Ratios:
    """The weighted distribution of past ``errors`` and the usual record; ``order`` sorts both together.

    The next value falls into each of the m + 1 gaps around m past ones with the same chance (Vovk, Gammerman,
    Shafer 2005): each value takes half of both its gaps, the ends all of the outer ones. m is the effective
    number.
    """
    usual = usual_ratios()
    mass = np.concatenate([np.full(len(usual), weighed.prior / len(usual)), weighed.outcomes])[order]
    beyond = 1 / (1 + 1 / (mass @ mass))
    mass *= 1 - beyond
    mass[[0, -1]] += beyond / 2
    chances = np.cumsum(mass)
    return Ratios(np.concatenate([usual, errors])[order], chances / chances[-1])


def sorting(errors: FloatArray) -> npt.NDArray[np.intp]:
    """The order that ``ratios`` wants; worth keeping while the errors stay the same."""
    return np.argsort(np.concatenate([usual_ratios(), errors]), kind="stable")


def expected_ratios(
    history: History,
    question: Question,
    *,
    correction: FloatArray = _AS_IT_IS,
    plain: float = 0.0,
    settings: Settings = DEFAULTS,
) -> Ratios:
    """The distribution of ln(actual / likely value) to expect for the question.

    ``history`` may reach beyond the question's day: only earlier days count. ``correction`` is the feedback
    curve of a back-test (``Backtest.correction``), ``plain`` what it gives to all ratios alike (``Backtest.plain``).

    >>> from datetime import date
    >>> asked = Question(date(2024, 3, 1), "B-7", "app", "days", Triple(5, 5, 5))
    >>> np.exp(expected_ratios(History.of([]), asked).quantile([0.1, 0.5, 0.9])).round(1).tolist()
    [0.6, 1.0, 1.8]
    """
    known, weighed = _weighed(history, question, settings)
    return ratios(known.errors[1], weighed.mixed(plain), sorting(known.errors[1])).corrected(correction)


def recalibrated(history: History, question: Question, *, settings: Settings = DEFAULTS) -> Triple:
    """The question's low, likely and high, each moved to where it would have been right in the past.

    The 10 % quantile of actual / low moves the low value, and so on: conformalised quantile regression (Romano,
    Patterson, Candes 2019) on weighted outcomes. For a bare number it is the width that its record gives it.
    In the unit of the estimate; only outcomes of days before the question's count.

    >>> from datetime import date
    >>> asked = Question(date(2024, 3, 1), "B-7", "app", "days", Triple(5, 5, 5))
    >>> [round(value, 1) for value in recalibrated(History.of([]), asked)]
    [3.0, 5.0, 9.0]
    """
    known, weighed = _weighed(history, question, settings)
    moved = [
        value * np.exp(ratios(errors, weighed, sorting(errors)).quantile(level))
        for value, errors, level in zip(question.estimate, known.errors, (0.1, 0.5, 0.9), strict=True)
    ]
    return Triple(*(float(value) for value in sorted(moved)))


def record_for(
    history: History,
    question: Question,
    *,
    correction: FloatArray = _AS_IT_IS,
    plain: float = 0.0,
    settings: Settings = DEFAULTS,
) -> Record:
    """The question's record, to widen a bare number by (``estimates.from_number``), and whose it is.

    >>> from datetime import date
    >>> asked = Question(date(2024, 3, 1), "B-7", "app", "days", Triple(5, 5, 5))
    >>> record_for(History.of([]), asked).whose
    'such numbers'
    """
    known, weighed = _weighed(history, question, settings)
    weighed = weighed.mixed(plain)
    expected = ratios(known.errors[1], weighed, sorting(known.errors[1])).corrected(correction)
    low, likely, high = np.exp(expected.quantile((0.1, 0.5, 0.9))).tolist()
    own = weighed.outcomes[known.who == known.names.get(question.who, -1)].sum()
    whose = "such numbers"
    if weighed.prior < 0.5:
        whose = "your own numbers" if own >= 0.5 else "your team's numbers"
    return Record(low, likely, high, whose)


def _weighed(history: History, question: Question, settings: Settings) -> tuple[History, Weights]:
    known = history.before(question.day.toordinal())
    return known, weights(known, subject(known, question), settings)
