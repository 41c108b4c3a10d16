"""Which texts are like this one? Cosine of TF-IDF vectors over words and the letter groups inside them."""

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
_GRAM_SHARE = 0.35  # what all letter groups of a word weigh against the word itself
_STOP_WEIGHT = 0.05
_BUCKETS = 2**20


@dataclass(frozen=True, slots=True)
class Match:
    """A text by its position in what was searched, and its likeness from 0 to 1."""

    index: int
    likeness: float


def most_alike(query: str, texts: Sequence[str], limit: int = 5, floor: float = 0.05) -> tuple[Match, ...]:
    """The texts most like the query, best first, ties in order; those below `floor` are left out.

    Words weigh by how rare they are among the texts (Salton and Buckley 1988, tfc: log(1 + tf) * idf, cosine).
    Groups of four letters inside words let "exporting" meet "export", and one spelling another.

    >>> most_alike("exporting to pdf fails", ["Dark theme", "PDF export", "Crop to a ratio"], limit=1)[0].index
    1
    """
    if limit < 1:
        raise ValueError(f"limit {limit}: must be at least 1")
    vectors = _Vectors([query, *texts])
    scores = vectors.cosines_with_first()
    order = np.lexsort((np.arange(len(scores)), -scores))[:limit]
    return tuple(Match(int(i), float(scores[i])) for i in order if scores[i] >= floor)


class _Vectors:
    """Sparse unit vectors of texts, as three arrays: which text, which term (hashed), what weight."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(words(text)) for text in texts]
        frequency = Counter(word for counts in counted for word in counts)
        number = {word: place for place, word in enumerate(frequency)}
        terms = [_terms_of(word, math.log((len(texts) + 1) / count) + 0.2) for word, count in frequency.items()]
        used = np.fromiter((number[word] for counts in counted for word in counts), np.int64)
        often = np.fromiter((count for counts in counted for count in counts.values()), np.float64)
        texts_of_words = np.repeat(np.arange(len(texts)), [len(counts) for counts in counted])
        # Every word of a text is replaced by its terms: a run of the flat list of all words' terms.
        sizes = np.array([len(ids) for ids, _ in terms], np.int64)
        runs = sizes[used]
        places = np.repeat((np.cumsum(sizes) - sizes)[used] - (np.cumsum(runs) - runs), runs) + np.arange(runs.sum())
        self._count = len(texts)
        self._rows = np.repeat(texts_of_words, runs)
        self._ids = np.array([term for ids, _ in terms for term in ids], np.int64)[places]
        weights = np.array([weight for _, weights in terms for weight in weights], np.float64)
        self._weights = weights[places] * np.repeat(np.log1p(often), runs)

    def cosines_with_first(self) -> NDArray[np.float64]:
        """The likeness of every text but the first with the first."""
        keys, inverse = np.unique(self._rows * _BUCKETS + self._ids, return_inverse=True)
        weights = np.bincount(inverse, self._weights, len(keys))
        rows, ids = keys // _BUCKETS, keys % _BUCKETS
        lengths = np.sqrt(np.bincount(rows, weights**2, self._count))
        sought, its_weights = ids[rows == 0], weights[rows == 0]
        if not len(sought):
            return np.zeros(self._count - 1)
        place = np.minimum(np.searchsorted(sought, ids), len(sought) - 1)
        common = np.where(sought[place] == ids, its_weights[place] * weights, 0.0)
        products = np.bincount(rows, common, self._count)
        cosines = np.zeros(self._count)
        np.divide(products, lengths * lengths[0], out=cosines, where=lengths > 0)
        return cosines[1:]


def _terms_of(word: str, rarity: float) -> tuple[list[int], list[float]]:
    """A word and its letter groups as hashed terms with weights."""
    weight = rarity * (_STOP_WEIGHT if word in stop_words() else 1.0)
    framed = f" {word} "
    grams = [framed[i : i + _GRAM] for i in range(len(framed) - _GRAM + 1)] if len(word) > 2 else []
    ids = [zlib.crc32(term.encode()) % _BUCKETS for term in ["=" + word, *grams]]
    gram_weight = weight * _GRAM_SHARE / math.sqrt(max(1, len(grams)))
    return ids, [weight, *[gram_weight] * len(grams)]
