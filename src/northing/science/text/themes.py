"""What are many texts about? Themes: groups of texts around a key phrase, named by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from northing.science.text.words import sentences, stop_words, without_set_phrases, words

_MOST_COMMON = 0.35  # a term in more texts than this names what they all share, not a theme
_BELONGS = 0.6  # a term is part of a theme when so much of its use is inside it
_NAMES = 0.35  # a phrase names its theme when it covers so much of it
_PHRASE_BONUS = 4.0  # a phrase says what people talk about where a word may be anything
_ENDINGS = ("s", "es", "ed", "ing", "er", "ers", "en", "n", "ung", "'s")
_CLOSES = 0.8  # a term closes messages when so much of its use is in what they end with
_ENDS, _SHORT, _LONG_ENOUGH = 2, 4, 4  # an end: the last two pieces of at most four words, where a text has four pieces
Indices = NDArray[np.int64]
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """`texts` are positions, the clearest first; `phrases` are what they have in common, the commonest first."""

    title: str
    phrases: tuple[str, ...]
    texts: tuple[int, ...]


def find_themes(texts: Sequence[str], most: int = 20, smallest: int = 3) -> tuple[Theme, ...]:
    """Up to `most` themes of at least `smallest` texts each, the best first; a text may be in several or none.

    Key terms are words and pairs of neighbouring words without stop words, inflected forms joined. Themes are
    chosen one after another: the term that adds most, by the number of texts no earlier theme holds times its
    rarity (idf), as in greedy maximum coverage (Nemhauser, Wolsey and Fisher 1978); terms used mostly inside
    a theme join it. What stands in one and the same sentence each time is a form, a signature or a turn of phrase, not
    a subject that several put in their own words: it is left out. So are greetings and thanks, and what stands in the
    short pieces that longer texts end with, such as "Viele Grüße, Kim".

    >>> [theme.title for theme in find_themes(["Dark mode please", "a dark mode", "Dark modes!", "PDF", "crop"])]
    ['Dark mode']
    """
    if most < 1 or smallest < 2:
        raise ValueError(f"most {most}, smallest {smallest}: give at least 1 theme of at least 2 texts")
    terms = _Terms(texts, smallest)
    themes: list[Theme] = []
    held = np.zeros(len(texts), bool)
    left = dict(terms.texts)
    while left and len(themes) < most:
        anchor = max(left, key=lambda term: (terms.gain(term, held), term))
        if np.count_nonzero(~held[left.pop(anchor)]) < smallest:
            continue
        theme, used = terms.theme_around(anchor)
        held[list(theme.texts)] = True
        themes.append(theme)
        for term in used:
            left.pop(term, None)
    return tuple(themes)


class _Terms:
    """The key terms of texts: where each occurs, and how people write it."""

    def __init__(self, texts: Sequence[str], smallest: int) -> None:
        read = [[words(sentence) for sentence in sentences(text)] for text in texts]
        family = _families(word for reading in read for sentence in reading for word in sentence)
        found: dict[Term, list[int]] = defaultdict(list)
        written: dict[Term, Counter[str]] = defaultdict(Counter)
        first: dict[Term, Sequence[str]] = {}
        varied: set[Term] = set()
        closing: Counter[Term] = Counter()
        for index, reading in enumerate(read):
            for place, sentence in enumerate(reading):
                closes = len(reading) >= _LONG_ENOUGH and place >= len(reading) - _ENDS and len(sentence) <= _SHORT
                for term, surface in _terms_in(sentence, family):
                    closing[term] += closes
                    if not found[term] or found[term][-1] != index:
                        found[term].append(index)
                    written[term][surface] += 1
                    if first.setdefault(term, sentence) != sentence:
                        varied.add(term)
        ceiling = max(_MOST_COMMON * len(texts), smallest) if len(texts) > 20 else len(texts)
        self._count = len(texts)
        self.texts: dict[Term, Indices] = {
            term: np.array(where)
            for term, where in found.items()
            if smallest <= len(where) <= ceiling and term in varied and closing[term] < _CLOSES * written[term].total()
        }
        self._written = written
        self._of_text: dict[int, list[Term]] = defaultdict(list)
        for term, where in self.texts.items():
            for index in where.tolist():
                self._of_text[index].append(term)

    def gain(self, term: Term, held: NDArray[np.bool_]) -> float:
        where = self.texts[term]
        rarity = np.log(1 + self._count / len(where))
        return float(np.count_nonzero(~held[where]) * rarity * (_PHRASE_BONUS if len(term) > 1 else 1.0))

    def theme_around(self, anchor: Term) -> tuple[Theme, set[Term]]:
        """The theme that a term stands for, and the terms used up by it."""
        core = set(self.texts[anchor].tolist())
        inside = Counter(term for index in core for term in self._of_text[index])
        joined = [term for term, count in inside.items() if count >= _BELONGS * len(self.texts[term])]
        members = Counter(index for term in joined for index in self.texts[term].tolist())
        ranked = sorted(members, key=lambda index: (index not in core, -members[index], index))
        phrases = sorted(joined, key=lambda term: (-inside[term], -len(term), term))
        name = next(
            (t for t in phrases if len(t) > len(anchor) and inside[t] >= _NAMES * len(core) and set(anchor) <= set(t)),
            anchor,
        )
        title = self._surface(name)
        others = [surface for term in phrases if (surface := self._surface(term)) != title]
        return Theme(title[:1].upper() + title[1:], tuple(others[:5]), tuple(ranked)), {*joined, anchor}

    def _surface(self, term: Term) -> str:
        return min(self._written[term].items(), key=lambda item: (-item[1], item[0]))[0]


def _families(read: Iterable[str]) -> Mapping[str, str]:
    """Each word's shortest form in use: an ending is dropped where what is left is itself a word here."""
    counts = Counter(read)

    def root(word: str) -> str:
        for ending in _ENDINGS:
            stem = word.removesuffix(ending)
            if stem == word or len(stem) < 3:
                continue
            for form in (stem, stem + "e"):
                if form != word and form in counts:
                    return form
        return word

    first = {word: root(word) for word in counts}
    return {word: first.get(first[word], first[word]) for word in counts}


def _terms_in(sentence: Sequence[str], family: Mapping[str, str]) -> Iterable[tuple[Term, str]]:
    """The terms of a sentence with how they are written: words, and pairs with at most one stop word between."""
    for run in without_set_phrases(sentence):
        last = None
        for place, word in enumerate(run):
            if not _is_key(word):
                continue
            yield (family[word],), word
            if last is not None and place - last <= 2 and family[run[last]] != family[word]:
                yield (family[run[last]], family[word]), " ".join(run[last : place + 1])
            last = place


def _is_key(word: str) -> bool:
    return len(word) > 1 and word.partition("'")[0] not in stop_words() and not word[0].isdecimal()
