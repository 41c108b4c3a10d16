"""What are many texts about? Themes: groups of texts around a key phrase, named by it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from northing.science.text.words import sentences, stop_words, without_set_phrases, words

_MOST_COMMON = 0.35  # a term in more texts than this names what they all share, not a theme
_BELONGS = 0.6  # a term is part of a theme when so much of its use is inside it
_SURE, _PERHAPS = 0.5, 0.25  # shares of the core's usual likeness from which a text is, or may be, of a theme
_NAMES = 0.35  # a phrase names the theme of a word when it covers so much of it
_RENAMES = 0.6  # and that of a turn of phrase when it covers so much
_ALONE = 0.3  # what a word counts whose texts have nothing else in common
_PHRASE = 4.0  # a phrase says what people talk about where a word may be anything
_LOOKED_AT = 200  # texts of a word that are compared
_ENDINGS = ("s", "es", "ed", "ing", "er", "ers", "en", "n", "ung", "'s")
_CLOSES = 0.8  # a term closes messages when so much of its use is in what they end with
_ENDS, _SHORT, _LONG_ENOUGH = 2, 4, 4  # an end: the last two pieces of at most four words, where a text has four pieces
Indices = NDArray[np.int64]
Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """`texts` are positions, the clearest first; `perhaps` are those that have less of what these have in common, and
    `phrases` is that, the commonest first."""

    title: str
    phrases: tuple[str, ...]
    texts: tuple[int, ...]
    perhaps: tuple[int, ...] = ()


def find_themes(texts: Sequence[str], most: int = 20, smallest: int = 3) -> tuple[Theme, ...]:
    """Up to `most` themes of at least `smallest` texts each, the best first; a text may be in several or none.

    Key terms are words and pairs of neighbouring words without stop words, inflected forms joined. Themes are
    chosen one after another: the term that adds most, by the number of texts no earlier theme holds times its
    rarity (idf), as in greedy maximum coverage (Nemhauser, Wolsey and Fisher 1978), a lone word counting by how alike
    the texts with it are beside it. Terms used mostly inside a theme join it.

    A text is of a theme that has half as much of these as the texts with the chosen term usually have, each weighed by
    its rarity and by its share of those texts: so members are like the core, not like one another.

    What stands in one and the same sentence each time is a form, a signature or a turn of phrase, not a subject that
    several put in their own words: it is left out. So are greetings and thanks, what is counted ("3 months"), and what
    stands in the short pieces that longer texts end with, such as "Viele Grüße, Kim".

    >>> [theme.title for theme in find_themes(["Dark mode please", "a dark mode", "Dark modes!", "PDF", "crop"])]
    ['Dark mode']
    """
    if most < 1 or smallest < 2:
        raise ValueError(f"most {most}, smallest {smallest}: give at least 1 theme of at least 2 texts")
    terms = _Terms(texts, smallest)
    themes: list[Theme] = []
    held = np.zeros(len(texts), bool)
    # A gain only ever shrinks as more is held, so the largest is the first that is still what it was.
    ranked = sorted(terms.texts, reverse=True)
    gains = [(-terms.gain(term, held), place) for place, term in enumerate(ranked)]
    heapify(gains)
    used: set[Term] = set()
    while gains and len(themes) < most:
        _, place = heappop(gains)
        anchor = ranked[place]
        if anchor in used or np.count_nonzero(~held[terms.texts[anchor]]) < smallest:
            continue
        now = (-terms.gain(anchor, held), place)
        if gains and now > gains[0]:
            heappush(gains, now)
            continue
        theme, joined = terms.theme_around(anchor)
        held[list(theme.texts)] = True
        themes.append(theme)
        used |= joined
    return tuple(themes)


class _Terms:
    """The key terms of texts: where each occurs, and how people write it."""

    def __init__(self, texts: Sequence[str], smallest: int) -> None:
        read = [[words(sentence) for sentence in sentences(text)] for text in texts]
        family = _families(word for reading in read for sentence in reading for word in sentence)
        found: dict[Term, list[int]] = defaultdict(list)
        written: dict[Term, Counter[str]] = defaultdict(Counter)
        first: dict[Term, int] = {}
        numbers: dict[tuple[str, ...], int] = {}
        varied: set[Term] = set()
        closing: Counter[Term] = Counter()
        measures: Counter[Term] = Counter()
        for index, reading in enumerate(read):
            for place, sentence in enumerate(reading):
                closes = len(reading) >= _LONG_ENOUGH and place >= len(reading) - _ENDS and len(sentence) <= _SHORT
                number = numbers.setdefault(tuple(sentence), len(numbers))
                for term, surface, counted in _terms_in(sentence, family):
                    closing[term] += closes
                    measures[term] += counted
                    if not found[term] or found[term][-1] != index:
                        found[term].append(index)
                    written[term][surface] += 1
                    if first.setdefault(term, number) != number:
                        varied.add(term)
        ceiling = max(_MOST_COMMON * len(texts), smallest) if len(texts) > 20 else len(texts)
        self._count = len(texts)
        self.texts: dict[Term, Indices] = {
            term: np.array(where)
            for term, where in found.items()
            if smallest <= len(where) <= ceiling
            and term in varied
            and closing[term] < _CLOSES * (uses := written[term].total())
            and measures[term] <= uses / 2
        }
        self._written = written
        self._telling: dict[Term, float] = {}
        self._of_text: dict[int, list[Term]] = defaultdict(list)
        for term, where in self.texts.items():
            for index in where.tolist():
                self._of_text[index].append(term)

    def gain(self, term: Term, held: NDArray[np.bool_]) -> float:
        if term not in self._telling:
            self._telling[term] = _PHRASE if len(term) > 1 else _ALONE + self._cohesion(term)
        return float(np.count_nonzero(~held[self.texts[term]]) * self._rarity(term) * self._telling[term])

    def _cohesion(self, word: Term) -> float:
        """How alike the texts with a word are beside it: the mean cosine of two of them, by their other words."""
        where = self.texts[word]
        some = where[:: len(where) // _LOOKED_AT + 1].tolist()
        total: dict[Term, float] = defaultdict(float)
        for index in some:
            others = {term: self._rarity(term) for term in self._of_text[index] if len(term) == 1 and term != word}
            norm = sum(weight**2 for weight in others.values()) ** 0.5
            for term, weight in others.items():
                total[term] += weight / norm
        pairs = len(some) * (len(some) - 1)
        return max(0.0, (sum(weight**2 for weight in total.values()) - len(some)) / pairs)

    def _rarity(self, term: Term) -> float:
        return float(np.log(1 + self._count / len(self.texts[term])))

    def theme_around(self, anchor: Term) -> tuple[Theme, set[Term]]:
        """The theme that a term stands for, and the terms used up by it."""
        core = self.texts[anchor].tolist()
        inside = Counter(term for index in core for term in self._of_text[index])
        joined = {term: count for term, count in inside.items() if count >= _BELONGS * len(self.texts[term])}
        joined[anchor] = len(core)
        likeness: dict[int, float] = defaultdict(float)
        for term, count in joined.items():
            for index in self.texts[term].tolist():
                likeness[index] += self._rarity(term) * count / len(core)
        usual = sum(likeness[index] for index in core) / len(core)
        members = sorted(likeness, key=lambda index: (-likeness[index], index))
        sure = [index for index in members if likeness[index] >= _SURE * usual]
        perhaps = [index for index in members[len(sure) :] if likeness[index] >= _PERHAPS * usual]
        phrases = sorted(joined, key=lambda term: (-joined[term], -len(term), term))
        title = self._surface(self._name(anchor, phrases, inside))
        others = [surface for term in phrases if (surface := self._surface(term)) != title]
        return Theme(title[:1].upper() + title[1:], tuple(others[:5]), tuple(sure), tuple(perhaps)), {*joined}

    def _name(self, anchor: Term, phrases: Iterable[Term], inside: Mapping[Term, int]) -> Term:
        """A phrase whose words stand side by side, where there is one that says as much as the anchor or more."""
        if self._is_name(anchor):
            return anchor
        least = (_NAMES if len(anchor) == 1 else _RENAMES) * inside[anchor]
        wide = len(anchor) == 1  # a lone word stays part of its theme's name
        fit = (term for term in phrases if inside[term] >= least and not (wide and anchor[0] not in term))
        return next((term for term in fit if self._is_name(term)), anchor)

    def _is_name(self, term: Term) -> bool:
        return len(term) > 1 and len(self._surface(term).split()) == len(term)

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


def _terms_in(sentence: Sequence[str], family: Mapping[str, str]) -> Iterable[tuple[Term, str, bool]]:
    """The terms of a sentence, how they are written, and whether a number stands before them: words, and pairs with at
    most one stop word between."""
    for run in without_set_phrases(sentence):
        last = None
        for place, word in enumerate(run):
            if not _is_key(word):
                continue
            yield (family[word],), word, _counted(run, place)
            if (
                last is not None
                and place - last <= 2
                and not _counted(run, place)
                and family[run[last]] != family[word]
            ):
                yield (family[run[last]], family[word]), " ".join(run[last : place + 1]), _counted(run, last)
            last = place


def _counted(run: Sequence[str], place: int) -> bool:
    return place > 0 and run[place - 1].isdecimal()


def _is_key(word: str) -> bool:
    return len(word) > 1 and word.partition("'")[0] not in stop_words() and not word[0].isdecimal()
