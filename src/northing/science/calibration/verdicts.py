"""How good somebody's ranges are, in one sentence."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from northing.science.calibration.history import History
from northing.science.calibration.scores import FloatArray

_PROMISED: Final = 0.8
_TOO_FEW: Final = 10
_WORTH_TELLING: Final = 0.05  # as a logarithm: one part in twenty


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of ``outcomes`` stated ranges the share ``held`` held; what would have held 80 %; and that in words.

    ``low_factor`` and ``high_factor`` multiply the low and the high value so that one outcome in ten lies below
    and one in ten above.
    """

    outcomes: int
    held: float
    low_factor: float
    high_factor: float
    words: str


def verdict(history: History, *, who: str | None = None, group: str | None = None) -> Verdict:
    """Judge the ranges of one person, one group or everybody; bare numbers promise nothing and are left out.

    A share counts as off where it is more than 1.64 standard errors of a binomial from 80 %.

    >>> from datetime import date, timedelta
    >>> from northing.science.calibration.history import Outcome, Question
    >>> from northing.science.estimates import Triple
    >>> outcomes = [
    ...     Outcome(Question(date(2024, 1, 1) + timedelta(i), "B-7", "app", "days", Triple(4, 5, 6)), 4 + i / 4)
    ...     for i in range(20)
    ... ]
    >>> verdict(History.of(outcomes), who="B-7").words
    'Your 80 % ranges hold 45 % of the time (20 outcomes); widen upwards by 1.4x and take low 1.1x higher.'
    """
    chosen = history.errors[2] < history.errors[0]
    for codes, name in ((history.who, who), (history.group, group)):
        if name is not None:
            chosen &= codes == history.names.get(name, -1)
    low, high = history.errors[0, chosen], history.errors[2, chosen]
    count = int(chosen.sum())
    if count < _TOO_FEW:
        words = f"{count} outcomes of ranges so far: too few to judge before there are {_TOO_FEW}."
        return Verdict(count, math.nan, 1.0, 1.0, words)
    held = float(np.mean((low >= 0) & (high <= 0)))
    factors = _factor(low, 0.1), _factor(high, 0.9)
    return Verdict(count, held, *factors, _words(count, held, *factors))


def _factor(errors: FloatArray, level: float) -> float:
    return float(np.exp(np.quantile(errors, level)))


def _words(count: int, held: float, low_factor: float, high_factor: float) -> str:
    start = f"Your 80 % ranges hold {100 * held:.0f} % of the time ({count} outcomes)"
    if abs(held - _PROMISED) <= 1.64 * math.sqrt(_PROMISED * (1 - _PROMISED) / count):
        return f"{start}: as they should."
    moves = [move for move in (_upwards(high_factor), _downwards(low_factor)) if move]
    return f"{start}; {' and '.join(moves) or 'their misses are small'}."


def _upwards(factor: float) -> str:
    if abs(math.log(factor)) < _WORTH_TELLING:
        return ""
    return f"widen upwards by {factor:.2g}x" if factor > 1 else f"take high {1 / factor:.2g}x lower"


def _downwards(factor: float) -> str:
    if abs(math.log(factor)) < _WORTH_TELLING:
        return ""
    return f"widen downwards by {1 / factor:.2g}x" if factor < 1 else f"take low {factor:.2g}x higher"
