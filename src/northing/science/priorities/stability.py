"""How firm an order is as a whole: would it be the same in another world, and with other draws?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from northing.science.priorities.ranking import Ranking

_SURE = 2.576  # standard errors: 99 %


@dataclass(frozen=True, slots=True)
class Stability:
    """How firm a ranking is.

    ``agreement``: Kendall's coefficient of concordance among the draws (Kendall and Babington Smith 1939), 1 if
    every draw gives one order, about 1 / draws if none is like another; nearly the mean rank correlation of two
    draws. ``kept``: the expected share of the top places of this order that stay among the top. ``first_stays``: the
    chance of the first feature to score above the second. ``unsettled``: places (from 1) that more draws could still
    swap with the next one, the chance of either order being too near to one half.
    """

    agreement: float
    kept: float
    first_stays: float
    unsettled: tuple[int, ...]


def stability(ranking: Ranking) -> Stability:
    """How firm an order is, from the ranking alone.

    >>> from northing.science.priorities import rank
    >>> scores = np.array([[3.0, 3.0, 1.0, 3.0], [2.0, 2.0, 2.0, 2.0], [1.0, 1.0, 3.0, 1.0]])
    >>> stability(rank(["a", "b", "c"], scores, top=1))
    Stability(agreement=0.25, kept=0.75, first_stays=0.75, unsettled=(1, 2))
    """
    count = len(ranking.keys)
    most = (count**2 - 1) / 12  # variance of the mean ranks if all draws agree
    agreement = float(ranking.mean_rank.var()) / most if count > 1 else 1.0
    chances = ranking.beats_next
    # By the rule of three a chance of 0 or 1 is still unknown by 3 draws.
    error = np.sqrt(np.maximum(chances * (1 - chances), 3 / ranking.draws) / ranking.draws)
    unsettled = np.flatnonzero(np.abs(chances - 0.5) < _SURE * error) + 1
    return Stability(
        agreement=min(agreement, 1.0),
        kept=math.fsum(ranking.top_probability[: ranking.top]) / ranking.top,
        first_stays=float(chances[0]) if count > 1 else 1.0,
        unsettled=tuple(unsettled.tolist()),
    )
