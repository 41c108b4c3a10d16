"""Which texts are like this one? BM25 over words and the letter groups inside them."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from northing.science.text.words import stop_words, words

_GRAM = 4
_SATURATION, _BY_LENGTH = 1.2, 0.5  # of BM25: k1 and b
_STOP_WEIGHT = 0.05
_BUCKETS = 2**20


@dataclass(frozen=True, slots=True)
class Match:
    """A text by its position in what was searched, and its likeness from 0 to 1."""

    index: int
    likeness: float


def most_alike(query: str, texts: Sequence[str], limit: int = 5, floor: float = 0.05) -> tuple[Match, ...]:
    """The texts most like the query, best first, ties in order; those below `floor` are left out.

    Likeness is the share of the query's weight that a text has: rare words weigh more, the second mention
    less than the first, and a mention in a short text more than one in a long text (BM25; Robertson and Zaragoza
    2009). Groups of four letters inside words let "exporting" meet "export", and one spelling another.

    >>> most_alike("exporting to pdf fails", ["Dark theme", "PDF export", "Crop to a ratio"], limit=1)[0].index
    1
    """
    return most_alike_to_each([query], texts, limit, floor)[0]


def most_alike_to_each(
    queries: Sequence[str], texts: Sequence[str], limit: int = 5, floor: float = 0.05
) -> list[tuple[Match, ...]]:
    """What `most_alike` finds for each query, reading the texts once. Raises ValueError for a limit below 1.

    >>> [found[0].index for found in most_alike_to_each(["pdf fails", "a dark look"], ["Dark theme", "PDF export"])]
    [1, 0]
    """
    if limit < 1:
        raise ValueError(f"limit {limit}: must be at least 1")
    weighed = _Weighed(queries, texts)
    found = []
    for place in range(len(queries)):
        scores = weighed.likeness_to(place)
        order = np.lexsort((np.arange(len(scores)), -scores))[:limit]
        found.append(tuple(Match(int(i), float(scores[i])) for i in order if scores[i] >= floor))
    return found


def likenesses(queries: Sequence[str], texts: Sequence[str]) -> NDArray[np.float64]:
    """The likeness, as `most_alike` tells it, of every query (row) and every text (column).

    >>> likenesses(["PDF", "dark"], ["Dark theme", "PDF export"]) > 0.05
    array([[False,  True],
           [ True, False]])
    """
    weighed = _Weighed(queries, texts)
    found = [weighed.likeness_to(place) for place in range(len(queries))]
    return np.array(found).reshape(len(queries), len(texts))


class _Weighed:
    """The terms of queries and texts as three arrays, of the queries first: which of them, which term (hashed), how
    much of it; and the lengths of them all."""

    def __init__(self, queries: Sequence[str], texts: Sequence[str]) -> None:
        counted = [Counter(words(text)) for text in (*queries, *texts)]
        number = {word: place for place, word in enumerate({word: None for counts in counted for word in counts})}
        terms = [_terms_of(word) for word in number]
        used = np.fromiter((number[word] for counts in counted for word in counts), np.int64)
        often = np.fromiter((count for counts in counted for count in counts.values()), np.float64)
        texts_of_words = np.repeat(np.arange(len(counted)), [len(counts) for counts in counted])
        # Every word of a text is replaced by its terms: a run of the flat list of all words' terms.
        sizes = np.array([len(ids) for ids, _ in terms], np.int64)
        runs = sizes[used]
        places = np.repeat((np.cumsum(sizes) - sizes)[used] - (np.cumsum(runs) - runs), runs) + np.arange(runs.sum())
        ids = np.array([term for ids, _ in terms for term in ids], np.int64)[places]
        shares = np.array([share for _, shares in terms for share in shares], np.float64)[places]
        keys, inverse = np.unique(np.repeat(texts_of_words, runs) * _BUCKETS + ids, return_inverse=True)
        self._queries, self._count = len(queries), len(counted)
        self._texts, self._ids = keys // _BUCKETS, keys % _BUCKETS
        self._amounts = np.bincount(inverse, shares * np.repeat(often, runs), len(keys))
        whole = np.array([shares[0] for _, shares in terms], np.float64)[used]
        self._lengths = np.bincount(texts_of_words, whole * often, self._count)
        self._starts = np.searchsorted(self._texts, np.arange(self._queries + 1))
        self._counts = self._counting()
        searched = np.flatnonzero(self._texts >= self._queries)
        self._by_term = searched[np.argsort(self._ids[searched], kind="stable")]
        self._terms = self._ids[self._by_term]

    def likeness_to(self, query: int) -> NDArray[np.float64]:
        """The likeness of every text to a query."""
        count = self._count - self._queries
        own = slice(self._starts[query], self._starts[query + 1])
        sought = self._ids[own]
        if not len(sought) or not count:
            return np.zeros(count)
        first, last = (np.searchsorted(self._terms, sought, side) for side in ("left", "right"))
        having = last - first
        weights = np.log1p(self._amounts[own]) * _rarity(having, count)
        whole = (weights * self._counts[own]).sum()
        # The texts that have each of the terms: a run of what is in order of terms.
        places = np.repeat(first - (np.cumsum(having) - having), having) + np.arange(having.sum())
        met = self._by_term[places]
        products = np.bincount(
            self._texts[met] - self._queries, np.repeat(weights, having) * self._counts[met], minlength=count
        )
        return np.asarray(np.minimum(products / max(whole, 1e-300), 1.0))

    def _counting(self) -> NDArray[np.float64]:
        """What each term counts where it stands: less in a long text."""
        mean = max(self._lengths[self._queries :].mean(), 1e-9) if self._count > self._queries else 1.0
        slowness = 1 - _BY_LENGTH + _BY_LENGTH * self._lengths[self._texts] / mean
        return np.asarray(self._amounts / (self._amounts + _SATURATION * slowness))


def _rarity(having: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """How telling a query's terms are, by how many of the texts have each: it has them itself."""
    return np.asarray(np.log((count + 2) / (having + 1)) + 0.2)


def _terms_of(word: str) -> tuple[list[int], list[float]]:
    """A word and its letter groups as hashed terms, with what each counts."""
    weight = _STOP_WEIGHT if word in stop_words() else 1.0
    framed = f" {word} "
    grams = [framed[i : i + _GRAM] for i in range(len(framed) - _GRAM + 1)] if len(word) > 2 else []
    ids = [zlib.crc32(term.encode()) % _BUCKETS for term in ["=" + word, *grams]]
    return ids, [weight, *[weight / math.sqrt(max(1, len(grams)))] * len(grams)]
