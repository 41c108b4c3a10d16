"""Compiled kernels for ranking large tables. Importing this module loads numba: do it where used.

A key holds how many steps a score lies below the best one of its draw, and the feature's index in its lowest bits.
Sorted keys order the scores and carry the indices along. Scores within a step are told apart afterwards, so the ranks
are exact.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ranks = NDArray[np.unsignedinteger[Any]]
Keys = NDArray[np.unsignedinteger[Any]]
Indices = NDArray[np.int64]
Mask = np.unsignedinteger[Any]
TILE = 32  # features at once, since a plain transposed copy misses the cache at every element
SHORT = 16  # scores that are sorted by insertion
SHORT_COUNT = 32_000  # draws, twice which still fit in 16 bits, of which many are added at once
COUNTED = 64  # counts that are added up before it is asked whether a quantile lies among them


@numba.njit(cache=True)
def pack(scores: Floats, step_bits: int, index_bits: int, keys: Keys, totals: Floats) -> None:
    """Keys (draws x features) of scores (features x draws), with 2 to the ``step_bits`` steps in each draw's range.

    Adds the scores of each feature to its total.
    """
    features, draws = scores.shape
    best, steps = _scale(scores, 2.0**step_bits - 1.0, totals)
    tile = np.empty((TILE, draws), dtype=keys.dtype)
    for first in range(0, features, TILE):
        count = min(TILE, features - first)
        for i in range(count):
            row, own = scores[first + i], tile[i]
            for draw in range(draws):
                own[draw] = (np.int64((best[draw] - row[draw]) * steps[draw]) << index_bits) | (first + i)
        for draw in range(draws):
            place = keys[draw, first : first + count]
            if count == TILE:  # a count that is known is unrolled
                for i in range(TILE):
                    place[i] = tile[i, draw]
            else:
                for i in range(count):
                    place[i] = tile[i, draw]


@numba.njit(cache=True, fastmath={"reassoc"})  # which lets it add several scores at once
def _scale(scores: Floats, most: float, totals: Floats) -> tuple[Floats, Floats]:
    """The best score of each draw, and how many steps are in a unit of its scores for ``most`` in its range."""
    best, worst = scores[0].copy(), scores[0].copy()
    for feature in range(totals.size):
        row, total = scores[feature], 0.0
        for draw in range(row.size):
            score = row[draw]
            total += score
            best[draw] = score if score > best[draw] else best[draw]
            worst[draw] = score if score < worst[draw] else worst[draw]
        totals[feature] += total
    steps = np.zeros_like(best)
    for draw in range(steps.size):
        span = best[draw] - worst[draw]
        # Where the range is nothing, or beyond what a number can hold, all scores are on one step.
        if span > 0.0 and np.isfinite(most / span):
            steps[draw] = most / span
    return best, steps


@numba.njit(cache=True)
def transpose(by_draw: Ranks, ranks: Ranks) -> None:
    """``ranks[:] = by_draw.T``."""
    draws, features = by_draw.shape
    for first in range(0, features, TILE):
        for feature in range(first, min(first + TILE, features)):
            for draw in range(draws):
                ranks[np.uint64(feature), np.uint64(draw)] = by_draw[np.uint64(draw), np.uint64(feature)]


@numba.njit(cache=True)
def rank_draws(keys: Keys, scores: Floats, low: Mask, top: int, ranks: Ranks, top_count: Floats) -> int:
    """Doubled mid-ranks (draws x features) from sorted keys; adds to each feature's count of top places.

    ``low`` has the bits of the index. Returns how many scores stood in runs of three or more within a step that had to
    be told apart.
    """
    draws, features = keys.shape
    close, values = np.empty(features, dtype=np.int64), np.empty(features)
    crowded = 0
    for draw in range(draws):
        row = keys[draw]
        found = _place(row, low, ranks[draw], close)
        for place in range(min(top, features)):
            top_count[row[place] & low] += 1.0
        for place in close[:found]:  # apart from all else, so that the loads need not wait for each other
            values[place] = scores[row[place] & low, draw]
            values[place + 1] = scores[row[place + 1] & low, draw]
        taken = 0
        while taken < found:
            start = int(close[taken])
            stop, taken = start + 2, taken + 1
            while taken < found and close[taken] == stop - 1:
                stop, taken = stop + 1, taken + 1
            for place in range(start, min(stop, top)):
                top_count[row[place] & low] -= 1.0
            crowded += _sort_run(row, start, stop, values)
            _share_places(row, start, stop, values, low, top, ranks[draw], top_count)
    return crowded


@numba.njit(cache=True)
def _place(keys: Keys, low: Mask, ranks: Ranks, close: Indices) -> int:
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
def _sort_run(keys: Keys, start: int, stop: int, values: Floats) -> int:
    """Sort keys within a step by falling scores, their ``values``; how many, if three or more that differ."""
    differ = False
    for place in range(start + 1, stop):
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
    keys: Keys, start: int, stop: int, values: Floats, low: Mask, top: int, ranks: Ranks, top_count: Floats
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
def summarise(ranks: Ranks, positions: Indices, found: Ranks, totals: Indices) -> None:
    """``found[:] = np.sort(ranks)[:, positions]`` by counting (positions rise), and the totals of the rows."""
    features = ranks.shape[0]
    counts = np.zeros(2 * features + 1 + COUNTED, dtype=np.uint32)
    for feature in range(features):
        row = ranks[feature]
        lowest, highest, total = row[0], row[0], 0
        for value in row:
            lowest, highest = min(lowest, value), max(highest, value)
            total += value
        totals[feature] = total
        for value in row:
            counts[value] += np.uint32(1)
        _read(counts, int(lowest), int(highest), positions, found[feature])
        counts[lowest : highest + 1] = 0


@numba.njit(cache=True)
def _read(counts: Ranks, lowest: int, highest: int, positions: Indices, found: Ranks) -> None:
    """The values at some positions of the sorted values from lowest to highest, which have been counted."""
    passed, wanted = 0, 0
    for first in range(lowest, highest + 1, COUNTED):
        here = np.uint32(0)
        for value in range(first, first + COUNTED):
            here += counts[value]
        value, below = first, passed
        while wanted < positions.size and positions[wanted] < passed + here:
            while below + counts[value] <= positions[wanted]:
                below += counts[value]
                value += 1
            found[wanted] = value
            wanted += 1
        passed += int(here)


@numba.njit(cache=True)
def half_wins(ranks: Ranks, ones: Indices, others: Indices, found: Indices) -> None:
    """For each pair of features, twice the draws in which the one ranks above the other, plus the ties."""
    for pair in range(ones.size):
        found[pair] = 0
        for start in range(0, ranks.shape[1], SHORT_COUNT):
            own, its = ranks[ones[pair], start : start + SHORT_COUNT], ranks[others[pair], start : start + SHORT_COUNT]
            count = np.uint16(0)
            for draw in range(own.size):
                count = np.uint16(count + np.uint16(own[draw] < its[draw]) + np.uint16(own[draw] <= its[draw]))
            found[pair] += count
