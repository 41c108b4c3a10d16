"""Compiled kernels for ranking large tables. Importing this module loads numba: do it where used.

A score's bits, reordered to fall as the score rises, lose their lowest bits to the feature's index; one
sort of these integers then orders the scores and carries the indices along. Scores that differ only in
the lost bits are told apart again afterwards, so the ranks are exact.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.unsignedinteger[Any]]
SIGN = np.uint64(1 << 63)
# By tiles, since a plain transposed copy misses the cache at every element.
FEATURES = 32
DRAWS = 64


@numba.njit(cache=True)
def pack(scores: NDArray[np.float64], index_bits: int, packed: NDArray[np.uint64], totals: NDArray[np.float64]) -> None:
    """Sort keys (draws x features) of scores (features x draws); adds the scores to each feature's total."""
    features, draws = scores.shape
    bits = scores.view(np.uint64)
    kept = ~np.uint64((1 << index_bits) - 1)
    for first in range(0, features, FEATURES):
        for first_draw in range(0, draws, DRAWS):
            for draw in range(first_draw, min(first_draw + DRAWS, draws)):
                for feature in range(first, min(first + FEATURES, features)):
                    score = bits[np.uint64(feature), np.uint64(draw)]
                    score = np.uint64(0) if score == SIGN else score  # minus zero is zero
                    negative = np.uint64(np.int64(score) >> np.int64(63))
                    falling = ~(score ^ (negative | SIGN))
                    packed[np.uint64(draw), np.uint64(feature)] = (falling & kept) | np.uint64(feature)
                    totals[feature] += scores[np.uint64(feature), np.uint64(draw)]


@numba.njit(cache=True)
def transpose(by_draw: Ranks, ranks: Ranks) -> None:
    """``ranks[:] = by_draw.T``."""
    draws, features = by_draw.shape
    for first in range(0, features, FEATURES):
        for feature in range(first, min(first + FEATURES, features)):
            for draw in range(draws):
                ranks[np.uint64(feature), np.uint64(draw)] = by_draw[np.uint64(draw), np.uint64(feature)]


@numba.njit(cache=True)
def unpack(
    packed: NDArray[np.uint64],
    scores: NDArray[np.float64],
    index_bits: int,
    top: int,
    ranks: Ranks,
    top_count: NDArray[np.float64],
) -> None:
    """Doubled mid-ranks (draws x features) from sorted keys; adds to each feature's count of top places."""
    draws, features = packed.shape
    low = np.uint64((1 << index_bits) - 1)
    for draw in range(draws):
        keys = packed[draw]
        ties = False
        for place in range(1, features):
            ties |= (keys[place] ^ keys[place - 1]) <= low
        if ties:
            _unpack_ties(keys, scores[:, draw], low, top, ranks[draw], top_count)
            continue
        for place in range(features):
            ranks[draw, keys[place] & low] = 2 * place + 2
        for place in range(min(top, features)):
            top_count[keys[place] & low] += 1.0


@numba.njit(cache=True)
def _unpack_ties(
    keys: NDArray[np.uint64],
    scores: NDArray[np.float64],
    low: np.uint64,
    top: int,
    ranks: Ranks,
    top_count: NDArray[np.float64],
) -> None:
    """One draw in which some keys are equal but for their index."""
    start = 0
    while start < keys.size:
        score = scores[keys[start] & low]
        stop = start + 1
        is_equal = True
        while stop < keys.size and (keys[stop] ^ keys[start]) <= low:
            is_equal &= scores[keys[stop] & low] == score
            stop += 1
        if is_equal:
            _share_places(keys, start, stop, low, top, ranks, top_count)
        else:
            run = keys[start:stop]
            run[:] = run[np.argsort(-scores[(run & low).astype(np.int64)])]
            first = start
            for place in range(start + 1, stop + 1):
                if place == stop or scores[keys[place] & low] != scores[keys[first] & low]:
                    _share_places(keys, first, place, low, top, ranks, top_count)
                    first = place
        start = stop


@numba.njit(cache=True)
def _share_places(
    keys: NDArray[np.uint64],
    start: int,
    stop: int,
    low: np.uint64,
    top: int,
    ranks: Ranks,
    top_count: NDArray[np.float64],
) -> None:
    """The places from ``start`` to ``stop`` shared by equal scores."""
    share = min(max(top - start, 0) / (stop - start), 1.0)
    for place in range(start, stop):
        ranks[keys[place] & low] = start + stop + 1
        top_count[keys[place] & low] += share


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
