"""Compiled kernels for ranking large tables. Importing this module loads numba: do it where used.

A key holds how many steps a score lies below the best one of its draw, and the feature's index in its
lowest bits. Sorting the keys by their steps, digit by digit, orders the scores and carries the indices
along. Scores within a step are told apart afterwards, so the ranks are exact.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ranks = NDArray[np.unsignedinteger[Any]]
Keys = NDArray[np.uint64]
Indices = NDArray[np.int64]
# By tiles, since a plain transposed copy misses the cache at every element.
FEATURES = 32
DRAWS = 32
SHORT = 16  # scores that are sorted by insertion


@numba.njit(cache=True)
def pack(scores: Floats, best: Floats, steps: Floats, index_bits: int, keys: Keys) -> None:
    """Keys (draws x features) of scores (features x draws), with so many ``steps`` in a unit of each draw's scores."""
    features, draws = scores.shape
    for first in range(0, features, FEATURES):
        for first_draw in range(0, draws, DRAWS):
            for draw in range(first_draw, min(first_draw + DRAWS, draws)):
                highest, scale = best[draw], steps[draw]
                for feature in range(first, min(first + FEATURES, features)):
                    below = np.int64((highest - scores[np.uint64(feature), np.uint64(draw)]) * scale)
                    keys[np.uint64(draw), np.uint64(feature)] = (below << index_bits) | feature


@numba.njit(cache=True)
def transpose(by_draw: Ranks, ranks: Ranks) -> None:
    """``ranks[:] = by_draw.T``."""
    draws, features = by_draw.shape
    for first in range(0, features, FEATURES):
        for feature in range(first, min(first + FEATURES, features)):
            for draw in range(draws):
                ranks[np.uint64(feature), np.uint64(draw)] = by_draw[np.uint64(draw), np.uint64(feature)]


@numba.njit(cache=True)
def rank_draws(
    keys: Keys,
    scores: Floats,
    index_bits: int,
    digit_bits: int,
    digits: int,
    top: int,
    ranks: Ranks,
    top_count: Floats,
) -> int:
    """Doubled mid-ranks (draws x features) from keys, which get sorted; adds to each feature's count of top places.

    Returns how many scores stood in runs of three or more within a step that had to be told apart.
    """
    draws, features = keys.shape
    low = np.uint64((1 << index_bits) - 1)
    lower, upper = np.empty(1 << digit_bits, dtype=np.uint32), np.empty(1 << digit_bits, dtype=np.uint32)
    spare, close, values = np.empty_like(keys[0]), np.empty(features, dtype=np.int64), np.empty(features)
    crowded = 0
    for draw in range(draws):
        row = keys[draw]
        for digit in range(0, digits, 2):
            _sort(row, spare, lower, upper, np.uint64(index_bits + digit * digit_bits), np.uint64(digit_bits))
        found = _place(row, low, ranks[draw], close)
        for place in range(min(top, features)):
            top_count[row[place] & low] += 1.0
        taken = 0
        while taken < found:
            start = int(close[taken])
            stop, taken = start + 2, taken + 1
            while taken < found and close[taken] == stop - 1:
                stop, taken = stop + 1, taken + 1
            for place in range(start, min(stop, top)):
                top_count[row[place] & low] -= 1.0
            crowded += _sort_run(row, start, stop, scores, draw, low, values)
            _share_places(row, start, stop, values, low, top, ranks[draw], top_count)
    return crowded


@numba.njit(cache=True)
def _sort(keys: Keys, spare: Keys, lower: Ranks, upper: Ranks, shift: np.uint64, digit_bits: np.uint64) -> None:
    """Sort keys by two digits, the lower one from the bit ``shift`` on, by counting; equal ones stay in order."""
    mask = (np.uint64(1) << digit_bits) - np.uint64(1)
    lower[:] = 0
    upper[:] = 0
    for key in keys:
        lower[(key >> shift) & mask] += np.uint32(1)
        upper[(key >> (shift + digit_bits)) & mask] += np.uint32(1)
    below = above = np.uint32(0)
    for value in range(lower.size):
        lower[value], below = below, below + lower[value]
        upper[value], above = above, above + upper[value]
    for key in keys:
        value = (key >> shift) & mask
        spare[np.uint64(lower[value])] = key
        lower[value] += np.uint32(1)
    for key in spare:
        value = (key >> (shift + digit_bits)) & mask
        keys[np.uint64(upper[value])] = key
        upper[value] += np.uint32(1)


@numba.njit(cache=True)
def _place(keys: Keys, low: np.uint64, ranks: Ranks, close: Indices) -> int:
    """Ranks by place; lists, without branches, the places of keys within a step of the next one, and counts them."""
    count = 0
    last = ~keys[0]
    for place in range(keys.size):
        key = keys[place]
        ranks[key & low] = 2 * place + 2
        close[count] = place - 1
        count += int((key ^ last) <= low)
        last = key
    return count


@numba.njit(cache=True)
def _sort_run(keys: Keys, start: int, stop: int, scores: Floats, draw: int, low: np.uint64, values: Floats) -> int:
    """Sort keys within a step by falling scores, put in ``values``; how many, if three or more that differ."""
    differ = False
    for place in range(start, stop):
        values[place] = scores[keys[place] & low, draw]
        differ |= values[place] != values[start]
    if differ and stop - start > SHORT:
        order = start + np.argsort(-values[start:stop])
        keys[start:stop], values[start:stop] = keys[order], values[order]
    elif differ:
        for place in range(start + 1, stop):
            key, value, hole = keys[place], values[place], place
            while hole > start and values[hole - 1] < value:
                keys[hole], values[hole] = keys[hole - 1], values[hole - 1]
                hole -= 1
            keys[hole], values[hole] = key, value
    return stop - start if differ and stop - start > 2 else 0


@numba.njit(cache=True)
def _share_places(
    keys: Keys, start: int, stop: int, values: Floats, low: np.uint64, top: int, ranks: Ranks, top_count: Floats
) -> None:
    """Ranks and top places of a sorted run, equal scores sharing theirs."""
    while start < stop:
        end = start + 1
        while end < stop and values[end] == values[start]:
            end += 1
        share = min(max(top - start, 0) / (end - start), 1.0)
        for place in range(start, end):
            ranks[keys[place] & low] = start + end + 1
            if share > 0.0:
                top_count[keys[place] & low] += share
        start = end


@numba.njit(cache=True)
def summarise(ranks: Ranks, positions: NDArray[np.int64], found: Ranks, totals: NDArray[np.int64]) -> None:
    """``found[:] = np.sort(ranks)[:, positions]`` by counting (positions rise), and the totals of the rows."""
    features, draws = ranks.shape
    counts = np.zeros(2 * features + 1, dtype=np.uint32)
    for feature in range(features):
        row = ranks[feature]
        lowest, highest, total = row[0], row[0], 0
        for draw in range(draws):
            value = row[draw]
            counts[value] += 1
            total += value
            lowest, highest = min(lowest, value), max(highest, value)
        totals[feature] = total
        passed = 0
        wanted = 0
        for value in range(lowest, highest + 1):
            passed += counts[value]
            counts[value] = 0
            while wanted < positions.size and positions[wanted] < passed:
                found[feature, wanted] = value
                wanted += 1


@numba.njit(cache=True)
def half_wins(ranks: Ranks, ones: NDArray[np.int64], others: NDArray[np.int64], found: NDArray[np.int64]) -> None:
    """For each pair of features, twice the draws in which the one ranks above the other, plus the ties."""
    for pair in range(ones.size):
        own, its = ranks[ones[pair]], ranks[others[pair]]
        count = np.uint32(0)
        for draw in range(own.size):
            count += np.uint32(own[draw] < its[draw]) + np.uint32(own[draw] <= its[draw])
        found[pair] = count
