"""The best set of features within a budget, exactly. Importing this module loads numba: do it where used."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

MOST_STEPS = 100_000


@numba.njit(cache=True)
def solve(values: NDArray[np.float64], costs: NDArray[np.float64], budget: float, picks: NDArray[np.bool_]) -> None:
    """For each row of values (rows x features) the best set whose costs fit, into ``picks``."""
    for row in range(values.shape[0]):
        _solve(values[row], costs, budget, picks[row])


@numba.njit(cache=True)
def _solve(values: NDArray[np.float64], costs: NDArray[np.float64], budget: float, picks: NDArray[np.bool_]) -> None:
    """Depth first over features by falling worth per cost; a branch ends where its linear bound is no better."""
    ratio = np.empty(values.size)
    for j in range(values.size):
        worth = values[j] > 0.0 and costs[j] <= budget
        ratio[j] = (values[j] / costs[j] if costs[j] > 0.0 else np.inf) if worth else -1.0
    order = np.argsort(-ratio)
    count = int((ratio > 0.0).sum())
    taken = np.zeros(count, dtype=np.bool_)
    best = np.zeros(count, dtype=np.bool_)
    value, room, best_value = 0.0, budget, -1.0
    place = 0
    for _ in range(MOST_STEPS):
        # Forward: take what fits, as long as the bound allows something better.
        if place < count and _bound(values, costs, order, count, place, room, value) > best_value * (1.0 + 1e-14):
            j = order[place]
            if costs[j] <= room:
                taken[place] = True
                value += values[j]
                room -= costs[j]
            place += 1
            continue
        if place == count and value > best_value:
            best_value = value
            best[:] = taken
        # Back to the last one taken, and on without it.
        place -= 1
        while place >= 0 and not taken[place]:
            place -= 1
        if place < 0:
            break
        j = order[place]
        taken[place] = False
        value -= values[j]
        room += costs[j]
        place += 1
    for i in range(count):
        picks[order[i]] = best[i]


@numba.njit(cache=True)
def _bound(
    values: NDArray[np.float64],
    costs: NDArray[np.float64],
    order: NDArray[np.int64],
    count: int,
    place: int,
    room: float,
    value: float,
) -> float:
    """What is reached when the first feature that does not fit may be taken in part (Dantzig 1957)."""
    for i in range(place, count):
        j = order[i]
        if costs[j] > room:
            return float(value + values[j] * room / costs[j])
        value += values[j]
        room -= costs[j]
    return value
