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
SHORT = 16  # scores that are compared each with each
SHORT_COUNT = 32_000  # draws, twice which still fit in 16 bits, of which many are added at once
COUNTED = 64  # counts that are added up before it is asked whether a quantile lies among them


@numba.njit(cache=True)
def pack(
    scores: Floats, best: Floats, worst: Floats, step_bits: int, index_bits: int, keys: Keys, totals: Floats
) -> None:
    """Keys of scores (both draws x features), with 2 to the ``step_bits`` steps from the best to the worst of a draw.

    Adds the scores of each feature to its total.
    """
    most = 2.0**step_bits - 1.0
    for draw in range(keys.shape[0]):
        row, own, highest = scores[draw], keys[draw], best[draw]
        steps, span = 0.0, highest - worst[draw]
        # Where the range is nothing, or beyond what a number can hold, all scores are on one step.
        if span > 0.0 and np.isfinite(most / span):
            steps = most / span
        for feature in range(row.size):
            totals[feature] += row[feature]
        for feature in range(row.size):  # of its own, so that several keys are made at once
            own[feature] = (np.int64((highest - row[feature]) * steps) << index_bits) | feature


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
    """Doubled mid-ranks from sorted keys and scores (all draws x features); adds to each feature's count of top places.

    ``low`` has the bits of the index. Returns how many scores stood in runs of three or more within a step that had to
    be told apart.
    """
    draws, features = keys.shape
    close, values = np.empty(features, dtype=np.int64), np.empty(features)
    crowded = 0
    for draw in range(draws):
        row, score, own = keys[draw], scores[draw], ranks[draw]
        for place in range(features):
            own[row[place] & low] = 2 * place + 2
        for place in range(min(top, features)):
            top_count[row[place] & low] += 1.0
        found = _list_close(row, low, close)
        for place in close[:found]:  # apart from all else, so that the loads need not wait for each other
            values[place] = score[row[place] & low]
            values[place + 1] = score[row[place + 1] & low]
        taken = 0
        while taken < found:
            start = int(close[taken])
            stop, taken = start + 2, taken + 1
            while taken < found and close[taken] == stop - 1:
                stop, taken = stop + 1, taken + 1
            if stop - start == 2 and start >= top:  # by far the most, so without a call or a branch
                lead = int(values[start] > values[start + 1]) - int(values[start] < values[start + 1])
                own[row[start] & low] = 2 * start + 3 - lead
                own[row[start + 1] & low] = 2 * start + 3 + lead
            else:
                for place in range(start, min(stop, top)):
                    top_count[row[place] & low] -= 1.0
                crowded += _tell_apart(row, start, stop, values, low, top, own, top_count)
    return crowded


@numba.njit(cache=True)
def _list_close(keys: Keys, low: Mask, close: Indices) -> int:
    """Lists, without branches, the places of keys within a step of the next one, and counts them."""
    own, following = keys[:-1], keys[1:]
    any_close = np.uint32(0)
    for place in range(own.size):
        any_close = np.uint32(any_close + np.uint32((own[place] ^ following[place]) <= low))
    count = 0
    if any_close:
        for place in range(own.size):
            close[count] = place
            count += int((own[place] ^ following[place]) <= low)
    return count


@numba.njit(cache=True)
def _tell_apart(
    keys: Keys, start: int, stop: int, values: Floats, low: Mask, top: int, ranks: Ranks, top_count: Floats
) -> int:
    """Ranks and top places of a run of keys within a step, by their ``values``; how many, if three or more that differ.

    Equal scores share their places.
    """
    differ = False
    for place in range(start + 1, stop):
        differ |= values[place] != values[start]
    if differ and stop - start <= SHORT:
        for place in range(start, stop):
            above, equal = 0, 0
            for other in range(start, stop):
                above += int(values[other] > values[place])
                equal += int(values[other] == values[place])
            _share_places(keys[place : place + 1], start + above, equal, low, top, ranks, top_count)
        return stop - start if stop - start > 2 else 0
    if differ:
        order = start + np.argsort(-values[start:stop])
        keys[start:stop], values[start:stop] = keys[order], values[order]
    first = start
    while first < stop:
        end = first + 1
        while end < stop and values[end] == values[first]:
            end += 1
        _share_places(keys[first:end], first, end - first, low, top, ranks, top_count)
        first = end
    return stop - start if differ else 0


@numba.njit(cache=True)
def _share_places(keys: Keys, first: int, equal: int, low: Mask, top: int, ranks: Ranks, top_count: Floats) -> None:
    """Ranks and top places of some of ``equal`` scores that stand from the place ``first``."""
    share = min(max(top - first, 0) / equal, 1.0)
    for place in range(keys.size):
        ranks[keys[place] & low] = 2 * first + equal + 1
        if share > 0.0:
            top_count[keys[place] & low] += share


@numba.njit(cache=True)
def summarise(ranks: Ranks, positions: Indices, found: Ranks, totals: Indices) -> None:
    """``found[:] = np.sort(ranks)[:, positions]`` by counting (positions rise), and the totals of the rows."""
    features, draws = ranks.shape
    counts = np.zeros(2 * features + 1 + COUNTED, dtype=np.uint32)
    for feature in range(features):
        row = ranks[feature]
        lowest, highest, total = row[0], row[0], np.uint64(0)
        for draw in range(draws):  # by index, since only then are several added at once
            lowest, highest = min(lowest, row[draw]), max(highest, row[draw])
            total += np.uint64(row[draw])
        totals[feature] = total
        for draw in range(draws):
            counts[row[draw]] += np.uint32(1)
        _read(counts, int(lowest), positions, found[feature])
        counts[lowest : highest + 1] = 0


@numba.njit(cache=True)
def _read(counts: Ranks, lowest: int, positions: Indices, found: Ranks) -> None:
    """The values at some positions of the sorted values from lowest on, which have been counted."""
    first, passed, wanted = lowest, 0, 0
    while wanted < positions.size:
        block = counts[first : first + COUNTED]
        here = np.uint32(0)
        for i in range(block.size):
            here += block[i]
        i, below = 0, passed
        while wanted < positions.size and positions[wanted] < passed + here:
            while below + block[i] <= positions[wanted]:
                below += block[i]
                i += 1
            found[wanted] = first + i
            wanted += 1
        passed += int(here)
        first += COUNTED


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
