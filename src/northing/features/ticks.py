"""Which themes are worth a feature to begin with: those that many ask for and that say what to build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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
    """A theme, or one that was found and waits for a yes. `broad` when one word is all that names it."""

    name: str
    id: int
    title: str
    about: str
    voices: int
    broad: bool = False
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
    known = [(title, _words(title)) for title in (*(row.title for row in rows if not row.broad), *built)]
    for place, row in enumerate(rows):
        words = _words(row.title)
        if row.broad:
            yield row, "one broad word"
        elif words <= _GENERIC:
            yield row, "says not what to build"
        elif wider := next((title for title, others in known if words < others), ""):
            yield row, f"part of {wider}"
        elif row.voices < least:
            yield row, "few voices"
        else:
            yield row, "" if place < MOST_TICKED else f"after the first {MOST_TICKED}"


def _words(title: str) -> frozenset[str]:
    return frozenset(title.casefold().replace(",", " ").replace(":", " ").split())
