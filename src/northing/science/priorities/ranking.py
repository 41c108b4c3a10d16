"""Which ranks are certain? Rank distributions of features from samples of their scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from northing.science.priorities.ranks import Floats, Ranks, RankTable, order_positions
from northing.science.priorities.verdicts import Group, Verdict, group, verdict

LEVELS = (0.1, 0.5, 0.9)
SCORES_KEPT = 1_000_000  # values from which the score quantiles are read
FEWEST_DRAWS_KEPT = 500


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The order of features and how sure it is; every sequence stands in that order, best first.

    The order is by median rank, then mean rank, then key. Rank 1 is the highest score; equal scores
    share the middle of their places. The mean rank of a feature is 1 plus the sum, over the others, of
    their chance to beat it, ties counting half.

    ``low_rank``, ``median_rank``, ``high_rank``: 10, 50 and 90 % quantiles over the draws.
    ``top_probability``: chance to be among the ``top``; sums to ``top``.
    ``low_score``, ``median_score``, ``high_score``: the same quantiles of the score (of large tables, from the
    first 500 draws or more); ``mean_score`` from all draws.
    ``beats_next``: chance of each feature to score above the next one, ties counting half.
    ``groups``: runs of places that the samples cannot tell apart.
    """

    keys: tuple[str, ...]
    draws: int
    top: int
    median_rank: Floats
    low_rank: Floats
    high_rank: Floats
    mean_rank: Floats
    top_probability: Floats
    mean_score: Floats
    low_score: Floats
    median_score: Floats
    high_score: Floats
    beats_next: Floats
    groups: tuple[Group, ...]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """In plain words, how each feature stands to the next one."""
        return tuple(verdict(chance) for chance in self.beats_next)


class Ranker:
    """Ranks scores that arrive in blocks, so that all of them never exist at once.

    ``keys`` name the features, ``draws`` is the number of draws in all the blocks together, ``top`` the
    number of features one would pick. Memory: 2 bytes per score (4 above 32,767 features), and the
    scores of the first draws.

    >>> ranker = Ranker(["search", "export"], draws=4, top=1)
    >>> ranker.add(np.array([[3.0, 4.0], [1.0, 2.0]]))
    >>> ranker.add(np.array([[5.0, 2.0], [2.0, 2.0]]))
    >>> ranking = ranker.result()
    >>> ranking.keys, ranking.top_probability, ranking.mean_rank
    (('search', 'export'), array([0.875, 0.125]), array([1.125, 1.875]))
    >>> ranking.verdicts
    (<Verdict.CLOSE_CALL: 'close call'>,)
    """

    def __init__(self, keys: Sequence[str], draws: int, top: int = 10) -> None:
        _check(keys, draws, top)
        self.keys = tuple(keys)
        self.draws = draws
        self.top = min(top, len(keys))
        self._table = RankTable(len(keys), draws, self.top)
        kept = min(draws, max(FEWEST_DRAWS_KEPT, SCORES_KEPT // len(keys)))
        self._kept = np.empty((len(keys), kept))

    def add(self, scores: Floats) -> None:
        """Rank a block of scores (features x draws); every score must be a finite number."""
        scores = np.asarray(scores, dtype=np.float64)
        filled = self._table.filled
        if scores.ndim != 2 or scores.shape[0] != len(self.keys) or scores.shape[1] > self.draws - filled:
            room = f"({len(self.keys)} features, at most {self.draws - filled} more draws)"
            raise ValueError(f"scores: the block has shape {scores.shape}; it must be {room}")
        for start in range(0, scores.shape[1], self._table.width):
            self._add(scores[:, start : start + self._table.width])

    def _add(self, scores: Floats) -> None:
        filled = self._table.filled
        self._table.add(scores)
        if not np.isfinite(self._table.totals).all():
            self._refuse(scores, filled)
        room = self._kept[:, filled : filled + scores.shape[1]]
        room[:] = scores[:, : room.shape[1]]

    def _refuse(self, scores: Floats, filled: int) -> None:
        found = np.argwhere(~np.isfinite(scores))
        if found.size:
            feature, draw = found[0]
            raise ValueError(
                f"score of {self.keys[feature]!r} in draw {filled + draw + 1} is {scores[feature, draw]}:"
                " every score must be a finite number; look for a missing estimate or a division by zero"
            )
        raise ValueError("scores: their sum is beyond 1e308; use a larger unit")

    def ranks_of_first(self, draws: int) -> Ranks:
        """Doubled mid-ranks (features in the order given x draws) in the first draws."""
        return self._table.ranks[:, :draws]

    def result(self) -> Ranking:
        """The ranking, when all draws have been added."""
        table = self._table
        if table.filled != self.draws:
            raise ValueError(f"draws: {table.filled} of {self.draws} have been added; add the rest first")
        mean_rank, quantiles = table.summary(LEVELS)
        order = np.lexsort((np.array(self.keys), mean_rank, quantiles[:, 1]))
        self._kept.sort(axis=1)
        scores = self._kept[:, order_positions(self._kept.shape[1], LEVELS)][order]

        def beats_below(first: int, start: int, stop: int) -> Floats:
            return table.beats(np.repeat(order[first], stop - start), order[start:stop])

        return Ranking(
            keys=tuple(self.keys[i] for i in order),
            draws=self.draws,
            top=self.top,
            low_rank=quantiles[order, 0],
            median_rank=quantiles[order, 1],
            high_rank=quantiles[order, 2],
            mean_rank=mean_rank[order],
            top_probability=table.top_count[order] / self.draws,
            mean_score=table.totals[order] / self.draws,
            low_score=scores[:, 0],
            median_score=scores[:, 1],
            high_score=scores[:, 2],
            beats_next=table.beats(order[:-1], order[1:]),
            groups=group(len(order), beats_below),
        )


def rank(keys: Sequence[str], scores: Floats | Iterable[Floats], *, draws: int | None = None, top: int = 10) -> Ranking:
    """Rank features by samples of their scores: an array (features x draws) or blocks of one.

    With blocks, ``draws`` says how many draws there are in all.

    Raises ValueError for no feature, keys that repeat, a score that is not finite, and draws that are missing.

    >>> ranking = rank(["a", "b", "c"], np.array([[1.0, 9.0], [5.0, 5.0], [0.0, 0.0]]), top=1)
    >>> ranking.keys, ranking.median_rank, ranking.high_rank
    (('a', 'b', 'c'), array([1., 1., 3.]), array([2., 2., 3.]))
    """
    blocks: Iterable[Floats] = [scores] if isinstance(scores, np.ndarray) else scores
    if isinstance(scores, np.ndarray) and scores.ndim == 2:
        draws = scores.shape[1]
    if draws is None:
        raise ValueError("draws: say how many draws the blocks of scores hold in all")
    ranker = Ranker(keys, draws, top)
    for block in blocks:
        ranker.add(block)
    return ranker.result()


def _check(keys: Sequence[str], draws: int, top: int) -> None:
    if not keys:
        raise ValueError("keys: there is nothing to rank; give at least one feature")
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"keys: {key!r} stands twice; give each feature once")
        seen.add(key)
    if draws < 1:
        raise ValueError(f"draws: {draws}; at least 1 is needed")
    if top < 1:
        raise ValueError(f"top: {top}; at least 1 feature is picked")
