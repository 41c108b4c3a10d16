"""Ranks of features draw by draw: 1 is the highest score, equal scores share the middle of their places.

The table holds doubled mid-ranks, which are whole numbers: with n features they run from 2 to 2 n.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Ranks = NDArray[np.unsignedinteger[Any]]

COMPILED_FROM = 4_000_000  # scores in a table; below, NumPy alone takes tenths of a second at most
SLICE = 128_000  # scores ranked at once, which with their keys stay in the processor's cache
HELD = 400  # draws whose ranks are held before they go to the table, so that its rows are visited seldom
SHORT_KEY = 32  # bits of a sort key, which holds a feature's index and how far its score is from the best
FEWEST_STEP_BITS, MOST_STEP_BITS = 18, 48
MOST_CROWDED = 0.05  # share of scores too close for short keys, from which on they have 64 bits


class RankTable:
    """A table of doubled mid-ranks (features x draws), filled from blocks of scores.

    ``top_count`` is the number of draws in which a feature is among the ``top``; features that tie
    across the edge share the places left, so that it sums to ``top`` times the draws. ``totals`` are the
    sums of the scores.
    """

    def __init__(self, features: int, draws: int, top: int) -> None:
        # The smaller type, where 2 n fits, halves memory and time.
        kind = np.uint16 if 2 * features <= np.iinfo(np.uint16).max else np.uint32
        self.ranks: Ranks = np.empty((features, draws), dtype=kind)
        self.top_count: Floats = np.zeros(features)
        self.totals: Floats = np.zeros(features)
        self.filled = 0
        self._top = top
        self.width = max(1, min(draws, SLICE // features))
        self._compiled = _CompiledRanks(self.ranks, self.width) if self.is_large else None

    @property
    def is_large(self) -> bool:
        """Whether compiled kernels are used; the result is the same."""
        return self.ranks.size >= COMPILED_FROM

    def add(self, scores: Floats) -> None:
        """Rank a block of at most ``width`` draws (features x draws) of finite scores.

        The quickest are those that lie draw by draw in memory, ``by_draw.T``.
        """
        stop = self.filled + scores.shape[1]
        if self._compiled:
            self._compiled.fill(np.ascontiguousarray(scores.T), self._top, self.top_count, self.totals)
        else:
            _fill(scores, self._top, self.ranks[:, self.filled : stop], self.top_count)
            with np.errstate(over="ignore", invalid="ignore"):  # the caller looks at the totals
                self.totals += scores.sum(axis=1)
        self.filled = stop

    def summary(self, levels: tuple[float, ...]) -> tuple[Floats, Floats]:
        """Each feature's mean rank, and its ranks (features x levels) at the given levels, which rise."""
        positions = order_positions(self.filled, levels)
        features = self.ranks.shape[0]
        if self.is_large and features <= 4 * self.filled:
            from northing.science.priorities import compiled  # numba is loaded for large tables only

            found = np.empty((features, len(levels)), dtype=self.ranks.dtype)
            totals = np.empty(features, dtype=np.int64)
            compiled.summarise(self.ranks, positions, found, totals)
        else:
            found = np.sort(self.ranks, axis=1)[:, positions]
            totals = self.ranks.sum(axis=1, dtype=np.int64)
        return totals / (2 * self.filled), found / 2

    def beats(self, ones: Indices, others: Indices) -> Floats:
        """For each pair, the share of draws in which the one ranks above the other, ties counting half."""
        found = np.empty(len(ones), dtype=np.int64)
        if self.is_large:
            from northing.science.priorities import compiled  # numba is loaded for large tables only

            compiled.half_wins(self.ranks, ones, others, found)
        else:
            for pair, (one, other) in enumerate(zip(ones, others, strict=True)):
                own, its = self.ranks[one], self.ranks[other]
                found[pair] = np.count_nonzero(own < its) + np.count_nonzero(own <= its)
        return found / (2 * self.filled)


def order_positions(count: int, levels: tuple[float, ...]) -> Indices:
    """Where in ``count`` sorted values the quantiles stand (inverse of the empirical distribution)."""
    # The tolerance keeps 0.9 * 10 at the ninth value where rounding would give the tenth.
    return np.maximum(np.ceil(np.array(levels) * count - 1e-9).astype(np.intp) - 1, 0)


def _fill(scores: Floats, top: int, ranks: Ranks, top_count: Floats) -> None:
    """By NumPy alone."""
    falling = np.ascontiguousarray(-scores.T)
    order = np.argsort(falling, axis=1, kind="stable")
    ordered = np.take_along_axis(falling, order, axis=1)
    places = np.arange(ordered.shape[1])
    edge = np.ones((ordered.shape[0], 1), dtype=bool)
    differs = ordered[:, 1:] != ordered[:, :-1]
    first = np.maximum.accumulate(np.where(np.hstack([edge, differs]), places, 0), axis=1)
    last = np.where(np.hstack([differs, edge]), places, places.size)
    last = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]
    share = np.clip((top - first) / (last - first + 1), 0.0, 1.0)
    top_count += np.bincount(order.ravel(), share.ravel(), minlength=places.size)
    doubled = np.empty_like(order)
    np.put_along_axis(doubled, order, first + last + 2, axis=1)
    ranks[:] = doubled.T


class _CompiledRanks:
    """The same by compiled kernels, in buffers that are used again; ``ranks`` are complete with the last draw."""

    def __init__(self, ranks: Ranks, width: int) -> None:
        features, draws = ranks.shape
        self._ranks = ranks
        self._index_bits = (features - 1).bit_length()
        # Short keys are sorted in less than half the time; long ones leave hardly any scores within a step.
        is_short = self._index_bits <= SHORT_KEY - FEWEST_STEP_BITS
        self._keys: Ranks = np.empty((width, features), dtype=np.uint32 if is_short else np.uint64)
        self._held: Ranks = np.empty((min(draws, max(width, HELD)), features), dtype=ranks.dtype)
        self._first = 0  # draw of those held
        self._count = 0

    def fill(self, scores: Floats, top: int, top_count: Floats, totals: Floats) -> None:
        """Rank some draws (draws x features)."""
        from northing.science.priorities import compiled  # numba is loaded for large tables only

        if self._count + len(scores) > len(self._held):
            self._release()
        keys, ranks = self._keys[: len(scores)], self._held[self._count : self._count + len(scores)]
        step_bits = min(8 * keys.itemsize - self._index_bits, MOST_STEP_BITS)
        compiled.pack(scores, scores.max(axis=1), scores.min(axis=1), step_bits, self._index_bits, keys, totals)
        keys.sort(axis=1)
        low = keys.dtype.type((1 << self._index_bits) - 1)
        crowded = compiled.rank_draws(keys, scores, low, top, ranks, top_count)
        if crowded > MOST_CROWDED * scores.size:
            self._keys = self._keys.astype(np.uint64)
        self._count += len(scores)
        if self._first + self._count == self._ranks.shape[1]:
            self._release()

    def _release(self) -> None:
        """Write those held to the table."""
        from northing.science.priorities import compiled  # numba is loaded for large tables only

        stop = self._first + self._count
        compiled.transpose(self._held[: self._count], self._ranks[:, self._first : stop])
        self._first, self._count = stop, 0
