"""Which texts say the same in almost the same words? MinHash finds candidates, weighted Jaccard decides."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from northing.science.text.words import words

_BANDS = 20
_ROWS = 4
_SLICE = 4_000_000  # shingles hashed at a time, which bounds memory
_SEED = 20_240_501

Hashes = NDArray[np.uint64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Text `index` repeats the earlier text `of`; `likeness` is their weighted Jaccard index, 1 for equal words."""

    index: int
    of: int
    likeness: float


def near_duplicates(texts: Sequence[str], threshold: float = 0.8) -> tuple[Duplicate, ...]:
    """Texts that repeat an earlier one, each with the first it is like; texts without words repeat nothing.

    A text that stands for others repeats none itself, so all members of a group are like its first. Likeness is
    the Jaccard index over words and pairs of neighbouring words, each weighed by how rare it is (idf), so that a
    form's fixed words do not make two reports alike. Candidates come from MinHash signatures in 20 bands of 4
    (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, section 3.4): a pair at Jaccard 0.8
    is missed with probability below 1e-4, one at 0.6 with 6 %.

    >>> near_duplicates(["Please add a dark theme!", "Crop fails", "please add a dark theme"])
    (Duplicate(index=2, of=0, likeness=1.0),)
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold {threshold}: must be above 0 and at most 1")
    first_of_equal, readings = _distinct(texts)
    found = {index: (first, 1.0) for index, first in first_of_equal.items()}
    shingles = _Shingles([reading for _, reading in readings])
    pairs = shingles.candidates()
    likeness = shingles.weighted_jaccard(pairs)
    leaders: dict[int, tuple[int, float]] = {}
    is_close = likeness >= threshold
    for (early, late), value in zip(pairs[is_close].tolist(), likeness[is_close].tolist(), strict=True):
        if early not in leaders and late not in leaders:
            leaders[late] = (early, value)
    number = [index for index, _ in readings]
    merged = {number[late]: (number[early], value) for late, (early, value) in leaders.items()}
    found |= merged
    for index, first in first_of_equal.items():
        if first in merged:
            found[index] = merged[first]
    return tuple(Duplicate(index, of, value) for index, (of, value) in sorted(found.items()))


def _distinct(texts: Sequence[str]) -> tuple[dict[int, int], list[tuple[int, bytes]]]:
    """Which texts have the words of an earlier one, and the readings of the others: the numbers of their words, four
    bytes each."""
    vocabulary: dict[str, int] = {}
    seen: dict[bytes, int] = {}
    repeats: dict[int, int] = {}
    for index, text in enumerate(texts):
        reading = array("I", (vocabulary.setdefault(word, len(vocabulary) + 1) for word in words(text))).tobytes()
        if reading and (first := seen.setdefault(reading, index)) != index:
            repeats[index] = first
    return repeats, [(index, reading) for reading, index in seen.items()]


class _Shingles:
    """The sets of words and word pairs of texts: sorted hashes, one text after another."""

    def __init__(self, readings: Sequence[bytes]) -> None:
        flat = np.frombuffer(b"".join(readings), np.uint32).astype(np.uint64)
        lengths = np.array([len(reading) // 4 for reading in readings], np.int64)
        texts = np.repeat(np.arange(len(readings), dtype=np.int32), lengths)
        inside = texts[1:] == texts[:-1]
        pairs = flat[:-1] * (flat.max(initial=0) + np.uint64(1)) + flat[1:]
        owners = np.concatenate([texts, texts[:-1][inside] if len(flat) else texts])
        hashes = np.concatenate([flat, pairs[inside] if len(flat) else flat])
        order = np.lexsort((hashes, owners))
        owners, hashes = owners[order], hashes[order]
        new = np.ones(len(hashes), bool)
        new[1:] = (owners[1:] != owners[:-1]) | (hashes[1:] != hashes[:-1])
        self._owners, hashes = owners[new], hashes[new]
        values, terms, frequency = np.unique(hashes, return_inverse=True, return_counts=True)
        self._terms = terms.astype(np.int32)
        self._values: Hashes = values
        self._weights = np.log1p(len(readings) / frequency) if len(values) else np.zeros(0)
        self._starts = np.searchsorted(self._owners, np.arange(len(readings) + 1))

    def candidates(self) -> Indices:
        """Pairs (earlier, later) that agree on a whole band of their signatures, sorted by later, then earlier."""
        generator = np.random.default_rng(_SEED)
        found = [_within_buckets(self._band(generator)) for _ in range(_BANDS)]
        pairs = np.unique(np.concatenate(found), axis=0)
        return pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]

    def _band(self, generator: np.random.Generator) -> Hashes:
        """One band's bucket of every text: a mix of `_ROWS` minimum hashes."""
        texts = len(self._starts) - 1
        bucket = np.zeros(texts, np.uint64)
        for _ in range(_ROWS):
            odd, shift = generator.integers(1, 2**63, 2, np.uint64)
            hashed = _mix(self._values * (odd * np.uint64(2) + np.uint64(1)) + shift)
            bucket = _mix(bucket ^ self._minimum(hashed)) if texts else bucket
        return bucket

    def _minimum(self, hashed: Hashes) -> Hashes:
        """The least hash of each text's shingles."""
        starts = self._starts
        minima = [
            np.minimum.reduceat(hashed[self._terms[starts[a] : starts[b]]], starts[a:b] - starts[a])
            for a, b in self._slices()
        ]
        return np.concatenate(minima)

    def _slices(self) -> Iterator[tuple[int, int]]:
        """Runs of texts with about `_SLICE` shingles each."""
        texts, begin = len(self._starts) - 1, 0
        while begin < texts:
            end = int(np.searchsorted(self._starts, self._starts[begin] + _SLICE, "right")) - 1
            end = min(max(end, begin + 1), texts)
            yield begin, end
            begin = end

    def weighted_jaccard(self, pairs: Indices) -> NDArray[np.float64]:
        """The idf-weighted Jaccard index of each pair."""
        if not len(pairs):
            return np.zeros(0)
        weights = self._weights[self._terms]
        totals = np.add.reduceat(weights, self._starts[:-1])
        common = np.fromiter((self._common(int(a), int(b)) for a, b in pairs), np.float64, len(pairs))
        likeness: NDArray[np.float64] = common / (totals[pairs[:, 0]] + totals[pairs[:, 1]] - common)
        return likeness

    def _common(self, a: int, b: int) -> float:
        one = self._terms[self._starts[a] : self._starts[a + 1]]
        other = self._terms[self._starts[b] : self._starts[b + 1]]
        return float(self._weights[np.intersect1d(one, other, assume_unique=True)].sum())


def _mix(values: Hashes) -> Hashes:
    """Spread all bits of each value over the whole (the finaliser of SplitMix64; Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _within_buckets(buckets: Hashes) -> Indices:
    """In each bucket, every text paired with the bucket's first and with the one before it.

    All pairs would be quadratic in a bucket; over the bands these find the groups.
    """
    order = np.argsort(buckets, kind="stable").astype(np.int64)
    same = buckets[order][1:] == buckets[order][:-1]
    begins = np.concatenate([[True], ~same])[: len(order)]
    first = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))] if len(order) else order
    with_first = np.stack([first[1:], order[1:]], axis=1)[same]
    with_previous = np.stack([order[:-1], order[1:]], axis=1)[same]
    return np.concatenate([with_first, with_previous])
