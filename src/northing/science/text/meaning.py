"""Which texts are about the same, also in other words? Word vectors and words together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from northing.science.text.likeness import likenesses
from northing.science.text.vectors import vectors
from northing.science.text.words import without_addresses

_WORD = re.compile(r"\w+")
_UNSEEN = 10
_LONGEST_WORD = 100  # characters that are read of what no space parts
_BY_MEANING = 2 / 3  # of a likeness, what meaning counts; words are surer, but are found less often


def meant_alike(said: Sequence[str], names: Sequence[str]) -> NDArray[np.float64]:
    """How much each text (row) is about what each name (column) says, from 0 to 1.

    Two thirds are the cosine between means of the vectors of their pieces, each weighed by its rarity among the texts
    (Arora, Liang and Ma 2017, with inverse document frequency for weights); one third is the likeness of words, the
    less of both ways (`likenesses`). English is known best; of other languages the words count more.

    >>> said = ["the probe is empty after five weeks", "please add a dark theme"]
    >>> meant_alike(said, ["Battery life of probes", "Night mode"]).argmax(axis=1)
    array([0, 1])
    """
    of_said, of_names = ([_pieces(text) for text in texts] for texts in (said, names))
    rarity = _rarity(of_said)
    by_meaning = _means(of_said, rarity) @ _means(of_names, rarity).T
    by_words = np.minimum(likenesses(said, names), likenesses(names, said).T)
    return np.asarray(np.clip(_BY_MEANING * by_meaning + (1 - _BY_MEANING) * by_words, 0, 1))


def _rarity(texts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """How telling each piece is, by how many of the texts have it; as if ten more had it not, for few tell little."""
    having = np.zeros(len(vectors().rows))
    for pieces in texts:
        having[list(set(pieces))] += 1
    return np.asarray(np.log((len(texts) + _UNSEEN) / (having + 1)))


def _means(texts: Sequence[Sequence[int]], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors of length 1, shape (texts, 256); zeros for a text that has no piece that counts."""
    rows = vectors().rows
    found = np.zeros((len(texts), rows.shape[1]))
    for place, pieces in enumerate(texts):
        found[place] = weights[pieces] @ rows[pieces].astype(np.float64)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12))


def _pieces(text: str) -> list[int]:
    plain = unicodedata.normalize("NFKC", without_addresses(text))
    return [piece for word in _WORD.findall(plain) for piece in _pieces_of(word)]


@lru_cache(maxsize=20_000)
def _pieces_of(word: str) -> tuple[int, ...]:
    """Those of the word as it is written, or in small letters where that is fewer: at the beginning of a sentence."""
    written = word[:_LONGEST_WORD]
    fewest: list[int] = min((vectors().pieces(form) for form in (written, written.lower())), key=len)
    return tuple(fewest)
