"""Which themes are worth a feature to begin with: those that many ask for and that say what to build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from northing.features.planning import is_turn_of_phrase
from northing.kit.reading import Label

MOST_TICKED, FEW = 20, 5
_LABELS = """
app basic bug bugs bundle design desktop duplicate edit editing enhancement feature features feedback general help idea
ideas improvement integration integrations issue issues misc mobile other performance question request requests story
support task todo ui usability ux web wish workflow
"""
_GENERIC = frozenset(_LABELS.split())
"""Words by which trackers label: many ask under them, for different things."""


@dataclass(frozen=True, slots=True)
class Row:
    """A theme, or one that was found and waits for a yes.

    `broad` when one word is all that names it, `quoted` when it is called by the words of one message, and `praise`
    when those who said it are content. `linked` when it is taken for what a feature that is there is about; `perhaps`
    is the key of one that it may be about.
    """

    name: str
    id: int
    title: str
    about: str
    voices: int
    broad: bool = False
    quoted: bool = False
    praise: bool = False
    linked: bool = False
    perhaps: str = ""
    examples: Sequence[Label] = ()


def enough(voices: Sequence[int]) -> int:
    """How many voices a theme needs to be ticked: five, or half of the most that any has where that is less.

    >>> enough([40, 12, 3]), enough([4, 1]), enough([])
    (5, 2, 1)
    """
    return max(1, min(FEW, (max(voices, default=0) + 1) // 2))


def ticked(rows: Sequence[Row], built: Iterable[str]) -> Iterator[tuple[Row, str]]:
    """Rows, each with why it is not ticked; `built` are the titles of what is a feature already."""
    least = enough([row.voices for row in rows])
    own = (row.title for row in rows if not row.broad and not row.quoted)
    known = [(title, _words(title)) for title in (*own, *built)]
    count = 0
    for row in rows:
        words = _words(row.title)
        wider = next((title for title, others in known if words < others), "")
        why = _doubt(row, wider) or ("" if row.linked else _unclear(row, words, least))
        if not why and count == MOST_TICKED:
            why = f"after the first {MOST_TICKED}"
        count += not why
        yield row, why


def _doubt(row: Row, wider: str) -> str:
    """What speaks against a theme also where there is a feature for it."""
    if row.broad:
        return "one broad word"
    if row.praise:
        return "mostly praise"
    return f"part of {wider}" if wider else ""


def _unclear(row: Row, words: frozenset[str], least: int) -> str:
    """Why nobody would know from a theme what to build."""
    if words <= _GENERIC:
        return "says not what to build"
    if row.quoted:
        return "the words of one message"
    if row.name == "proposal" and is_turn_of_phrase(row.title):
        return "a turn of phrase"
    if row.voices < least:
        return "few voices"
    return f"or is it {row.perhaps}?" if row.perhaps else ""


def _words(title: str) -> frozenset[str]:
    return frozenset(title.casefold().replace(",", " ").replace(":", " ").split())
