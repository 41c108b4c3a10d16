"""Words of many languages and tools, folded so that case, accents and punctuation do not matter."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_NUMBERED = re.compile(r"(?:[a-z]?\d+ )?(.+?)(?: \d+)?")
_BRACKETED = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]\s*")
_ACCENTS = re.compile("[\u0300-\u036f]")
_STROKES = str.maketrans("łøđı", "lodi")
"""Letters that Unicode does not take apart."""
_LONGEST_WORD = 200


def fold(text: str) -> str:
    """Bring a word or header to the form in which it is compared. Words are remembered, whole texts are not.

    >>> fold("ReviewTitle"), fold("Priorität"), fold("E-Mail"), fold("Zgłoszono"), fold("課題キー")
    ('review title', 'prioritat', 'e mail', 'zgloszono', '課題キー')
    """
    return _fold(text) if len(text) <= _LONGEST_WORD else _fold.__wrapped__(text)


def is_doubted(word: str) -> bool:
    """Whether whoever wrote a word was not sure of it.

    >>> is_doubted("done?"), is_doubted("done")
    (True, False)
    """
    return word.endswith(("?", "？"))


def as_one_name(text: str) -> str:
    """A name or a title as it is compared with others: in small letters, with single spaces.

    >>> as_one_name(" Alpen  Guides GmbH ")
    'alpen guides gmbh'
    """
    return " ".join(text.casefold().split())


@lru_cache(maxsize=8192)
def _fold(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text)
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", wide)))
    return _NOT_WORD.sub(" ", _CAMEL.sub(" ", plain)).strip().casefold().translate(_STROKES)


@cache
def vocabularies() -> dict[str, dict[str, str]]:
    """Every vocabulary of `words.toml` as folded word -> canonical value."""
    return {
        name: {fold(word): value for value, words in entries.items() for word in words}
        for name, entries in _load("words.toml").items()
    }


@cache
def header_concepts() -> dict[str, tuple[tuple[str, int], ...]]:
    """Folded header -> the concepts it can mean, each with its rank (0 is the concept's best word)."""
    found: dict[str, list[tuple[str, int]]] = {}
    for concept, words in _load("headers.toml").items():
        for rank, word in enumerate(words):
            found.setdefault(fold(word), []).append((concept, rank))
    return {word: tuple(concepts) for word, concepts in found.items()}


def concepts_of(header: str) -> tuple[tuple[str, int], ...]:
    """The concepts that a header as a whole can mean."""
    return header_concepts().get(fold(header), ())


def translate(vocabulary: str, text: str) -> str | None:
    """The canonical value of a source's word, None where the vocabulary does not know it.

    Numbers that put words in order, and what stands in brackets behind one, do not matter.

    >>> translate("work_item_status", "Zu erledigen"), translate("priority", "最高")
    ('new', 'urgent')
    >>> translate("work_item_status", "2. Doing (3)"), translate("priority", "P1 - High"), translate("level", "3")
    ('in_progress', 'high', None)
    """
    return vocabularies()[vocabulary].get(fold(text)) or _translate_bare(vocabulary, text[:_LONGEST_WORD])


@lru_cache(maxsize=8192)
def _translate_bare(vocabulary: str, text: str) -> str | None:
    bare = _NUMBERED.fullmatch(fold(_BRACKETED.sub(" ", text)))
    return vocabularies()[vocabulary].get(bare[1]) if bare else None


def _load(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("vocabulary").joinpath(name).read_text(encoding="utf-8"))
