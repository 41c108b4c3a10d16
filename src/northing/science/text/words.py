"""Text to words: one way of reading for likeness, duplicates and themes, in any language."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

# Scripts that are written without spaces: two neighbouring characters stand for a word.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])\w)+(?:['’](?:(?![{_UNSPACED}])\w)+)*")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Signs are looked at from where they begin, and given back by no part: long runs would take quadratic time and more.
_SENTENCE = re.compile(r"(?<![.!?。！？])[.!?。！？]+(?:\s|$)|[\n\r,;:()\[\]{}|/\"“”«»•*#>]+|(?:\s[-–—]+\s)")
_OPENING = re.compile(  # up to five words before a sign; a dot or hyphen within a word is none
    r"\W*+((?:[\w'’]++\s){0,4}[\w'’]++)[^\S\n]*+(?:[,;:!?–—\n]|[.\-](?=[\s.\-]))[\s,;:!.?\-–—]*+(?=[\w\"'“«¿¡(])"
)
_FORWARDED = frozenset(["aw", "fw", "fwd", "re", "tr", "wg"])
# Who is called so is not what a text is about: "Dear support, ...".
_CALLING = re.compile(
    r"\W*+(?:beste|bonjour|caro|ciao|dear|estimad[oa]s?|hallo|hello|hey|hi|hola|liebe[rs]?|oi|olá|salut|salve)"
    r"(?:[^\S\n][\w'’]++)?[^\S\n]*+[,!\n]\s*+(?=\w)",
    re.IGNORECASE,
)
# A mail address begins after a space: looked for everywhere, a long run without one would take quadratic time.
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@[^\s@]+\.[^\s@]+")


def words(text: str) -> list[str]:
    """The words of a text in order, without case and accents' variants (NFKC); addresses are left out.

    Scripts without spaces give every two neighbouring characters as a word.

    >>> words("Don't EXPORT to https://example.com, please")
    ["don't", 'export', 'to', 'please']
    >>> words("写真の編集")
    ['写真', '真の', 'の編', '編集']
    """
    plain = unicodedata.normalize("NFKC", without_addresses(text)).casefold()
    found: list[str] = []
    for word in _WORD.findall(plain):
        if _IS_UNSPACED.match(word):
            found += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        else:
            found.append(word.replace("’", "'"))
    return found


def sentences(text: str) -> list[str]:
    """Pieces of a text that a phrase does not reach across.

    >>> sentences("Export fails. It says: no space!")
    ['Export fails', 'It says', 'no space']
    """
    return [piece.strip() for piece in _SENTENCE.split(without_addresses(text)) if piece.strip()]


def without_addresses(text: str) -> str:
    """A text without addresses of pages and people.

    >>> without_addresses("See https://example.com now")
    'See   now'
    """
    return _ADDRESS.sub(" ", text)


@cache
def stop_words() -> frozenset[str]:
    """Words that carry no topic: function words of a dozen languages, and praise and politeness in English."""
    return frozenset(word for line in _listed("stop_words.txt") for word in line.split())


def has_stop_words(text: str) -> bool:
    """Whether some of the words say nothing by themselves.

    >>> has_stop_words("Left and died"), has_stop_words("Offline maps")
    (True, False)
    """
    return not stop_words().isdisjoint(words(text))


def without_set_phrases(read: Sequence[str]) -> list[list[str]]:
    """The words of a sentence in the runs between set phrases: greetings, thanks, closings and "since the last update"
    say not what it is about.

    >>> without_set_phrases(words("Hello team the export fails thanks in advance Kim"))
    [['the', 'export', 'fails'], ['kim']]
    """
    known = _set_phrases()
    if known.keys().isdisjoint(read):
        return [[*read]] if read else []
    runs: list[list[str]] = [[]]
    place = 0
    while place < len(read):
        said = next((one for one in known.get(read[place], ()) if [*read[place : place + len(one)]] == one), ())
        if said:
            runs.append([])
        else:
            runs[-1].append(read[place])
        place += len(said) or 1
    return [run for run in runs if run]


def without_greeting(text: str) -> str:
    """A text from where it begins to say something: after greetings and marks of forwarding.

    >>> without_greeting("FW: Hello team, the export fails")
    'the export fails'
    """
    begin = 0
    while first := _CALLING.match(text, begin) or _greeting(text, begin):
        begin = first.end()
    return text[begin:]


def _greeting(text: str, begin: int) -> re.Match[str] | None:
    found = _OPENING.match(text, begin)
    return found if found and not _telling(words(found[1])) else None


def _telling(read: Sequence[str]) -> bool:
    return bool(without_set_phrases([word for word in read if word not in _FORWARDED]))


@cache
def _set_phrases() -> Mapping[str, list[list[str]]]:
    """By their first word, the longest first."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    for phrase in (words(one) for line in _listed("set_phrases.txt") for one in line.split("|")):
        found[phrase[0]].append(phrase)
    return {first: sorted(phrases, key=len, reverse=True) for first, phrases in found.items()}


def _listed(name: str) -> list[str]:
    """The lines of a word list here, each without the language before the colon."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.partition(":")[2].strip() for line in lines]
