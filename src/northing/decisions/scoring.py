"""How forecasts did: one against what was measured, and many together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LEVELS = (0.1, 0.5, 0.9)
COVERAGE = 0.8

Quantiles = tuple[float, float, float]
Side = Literal["inside", "above", "below"]


@dataclass(frozen=True, slots=True)
class Score:
    """A forecast beside what was measured.

    `loss` is the weighted interval score in the quantity's own unit, 0 for a certain forecast that was right; the
    smaller, the better. `side` says where the measured value lay.
    """

    forecast: Quantiles
    measured: float
    side: Side
    loss: float

    @property
    def words(self) -> str:
        if self.side == "inside":
            return "Came out inside the range."
        return f"Came out {self.side} the range."


def pinball(quantile: float, level: float, measured: float) -> float:
    """The loss of one quantile forecast: `level` per unit that it was too low, `1 - level` per unit too high.

    Koenker and Bassett 1978, Econometrica 46(1).

    >>> pinball(9, 0.9, 11), round(pinball(9, 0.9, 4), 9)
    (1.8, 0.5)
    """
    return level * (measured - quantile) if measured >= quantile else (1 - level) * (quantile - measured)


def score(forecast: Quantiles, measured: float) -> Score:
    """Score P10, P50 and P90 against the measured value.

    The loss is twice the mean pinball loss, which is the weighted interval score of the 80 % range and the median
    (Bracher, Ray, Gneiting and Reich 2021, eq. 1) and approximates the CRPS; for a forecast without width it is the
    absolute error.

    >>> score((3, 5, 9), 11).words, round(score((3, 5, 9), 11).loss, 6)
    ('Came out above the range.', 3.733333)
    """
    low, _, high = forecast
    side: Side = "below" if measured < low else "above" if measured > high else "inside"
    losses = [pinball(value, level, measured) for value, level in zip(forecast, LEVELS, strict=True)]
    return Score(forecast, measured, side, 2 * sum(losses) / len(losses))


def record_in_words(scores: Sequence[Score]) -> str:
    """How many forecasts held their range, beside how many should.

    >>> record_in_words([score((3, 5, 9), measured) for measured in (4, 6, 20)])
    '2 of 3 came out inside their range; 8 in 10 should.'
    """
    if not scores:
        return "Nothing has been measured yet."
    inside = sum(one.side == "inside" for one in scores)
    return f"{inside} of {len(scores)} came out inside their range; {COVERAGE * 10:.0f} in 10 should."
