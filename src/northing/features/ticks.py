"""Which themes are worth a feature to begin with: those that many ask for and that say what to build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from northing.features.members import Members
from northing.features.planning import is_turn_of_phrase
from northing.features.praise import PRAISE, THANKS, words_of

MOST_TICKED, FEW = 20, 5
_LABELS = """
answered app basic bug bugs bundle design desktop duplicate edit editing enhancement feature features feedback general
help idea ideas improvement integration integrations issue issues misc mobile other performance question request
requests story support task team todo ui usability ux web wish workflow
"""
_GENERIC = frozenset(_LABELS.split())
"""Words by which trackers label: many ask under them, for different things."""
_BROAD, _CONTENT, _GENERAL, _PHRASE = "one broad word", "mostly praise", "too general", "a turn of phrase"
_SCATTERED = "for different features"
_VAGUE = {_BROAD, _CONTENT, _GENERAL, _PHRASE, _SCATTERED}
_SHORT_TITLE = 3  # words, of which one of praise says what the whole is about


@dataclass(frozen=True, slots=True)
class Row:
    """A theme, or one that was found and waits for a yes.

    `broad` when one word is all that names it, `quoted` when it is called by the words of one message, and `praise`
    when those who said it are content. `linked` when it is taken for what a feature that is there is about, `perhaps`
    when it may be about one, `scattered` when its messages are about several.
    """

    kind: str
    id: int
    title: str
    about: str
    voices: int
    members: Members
    broad: bool = False
    quoted: bool = False
    praise: bool = False
    linked: bool = False
    perhaps: bool = False
    scattered: bool = False
    examples: Sequence[str] = ()

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.id}"


def enough(voices: Sequence[int]) -> int:
    """How many voices a theme needs to be ticked: five, or half of the most that any has where that is less.

    >>> enough([40, 12, 3]), enough([4, 1]), enough([])
    (5, 2, 1)
    """
    return max(1, min(FEW, (max(voices, default=0) + 1) // 2))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a theme is not ticked; `small` where few would miss it, `vague` where it says not what to build."""

    why: str = ""
    small: bool = False
    vague: bool = False


def ticked(rows: Sequence[Row], built: Iterable[str]) -> Iterator[Doubt]:
    """What speaks against each row; `built` are the titles of what is a feature already. What is evidence of a feature
    takes no tick from what may be a new one."""
    least = enough([row.voices for row in rows])
    own = (row.title for row in rows if not row.broad and not row.quoted)
    known = [(title, words_of(title)) for title in (*own, *built)]
    count = 0
    for row in rows:
        words = words_of(row.title)
        # What many words say of a feature that is there is no lone word of its title.
        is_told = row.linked and len(words) > 1
        wider = "" if is_told else next((title for title, others in known if words < others), "")
        if why := _doubt(row, wider) or ("" if row.linked else _unclear(row, words, least)):
            yield Doubt(why, small=why != _part_of(wider) or row.voices < least, vague=_is_vague(row, why))
        elif row.linked:
            yield Doubt()
        elif row.perhaps:
            yield Doubt("reads like another")
        else:
            count += 1
            yield Doubt(f"after the first {MOST_TICKED}" if count > MOST_TICKED else "")


def _is_vague(row: Row, why: str) -> bool:
    """Whether it says not what to build; what may be about one feature says that much."""
    return why in _VAGUE and (row.broad or not row.perhaps)


def _doubt(row: Row, wider: str) -> str:
    """What speaks against a theme also where there is a feature for it."""
    if row.broad:
        return _BROAD
    if row.praise:
        return _CONTENT
    return _part_of(wider)


def _part_of(wider: str) -> str:
    return f"part of {wider}" if wider else ""


def _unclear(row: Row, words: frozenset[str], least: int) -> str:
    """Why nobody would know from a theme what to build."""
    if words <= _GENERIC:
        return _GENERAL
    if len(words) <= _SHORT_TITLE and words & (PRAISE | THANKS):
        return _CONTENT
    if row.scattered:
        return _SCATTERED
    if row.quoted:
        return "one message's words"
    if row.kind == "proposal" and is_turn_of_phrase(row.title):
        return _PHRASE
    return "few voices" if row.voices < least else ""
