"""Plain words for how sure an order is: clear lead, close call, toss-up."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from northing.science.priorities.ranks import Floats

CLEAR = 0.9
CLOSE = 2 / 3


class Verdict(StrEnum):
    """How one feature stands to another it is placed above."""

    CLEAR_LEAD = "clear lead"
    CLOSE_CALL = "close call"
    TOSS_UP = "toss-up"


def verdict(chance: float) -> Verdict:
    """A clear lead wins in at least 9 of 10 draws, a close call in at least 2 of 3, else it is a toss-up.

    Raises ValueError for a chance outside 0 to 1.

    >>> verdict(0.8)
    <Verdict.CLOSE_CALL: 'close call'>
    """
    if not 0 <= chance <= 1:
        raise ValueError(f"chance {chance}: must lie from 0 to 1")
    if chance >= CLEAR:
        return Verdict.CLEAR_LEAD
    return Verdict.CLOSE_CALL if chance >= CLOSE else Verdict.TOSS_UP


@dataclass(frozen=True, slots=True)
class Group:
    """Places ``first`` to ``last`` (from 1), which hang together.

    The first one has no clear lead over any in the group. A group is a toss-up if the first has not even two
    chances in three against the last, else a close call; a place alone is clear.
    """

    first: int
    last: int
    verdict: Verdict


def group(places: int, beats: Callable[[int, int, int], Floats]) -> tuple[Group, ...]:
    """Cut an order into groups; ``beats(i, j, k)`` are the chances of place i (from 0) against places j to k - 1.

    >>> group(3, lambda i, j, k: np.array([0.6, 0.95])[j - i - 1 : k - i - 1])
    (Group(first=1, last=2, verdict=<Verdict.TOSS_UP: 'toss-up'>), Group(first=3, last=3, verdict=<...>))
    """
    groups = []
    first = 0
    while first < places:
        chances = _chances_until_clear(first, places, beats)
        standing = verdict(chances[-1]) if chances.size else Verdict.CLEAR_LEAD
        groups.append(Group(first + 1, first + 1 + chances.size, standing))
        first += 1 + chances.size
    return tuple(groups)


def _chances_until_clear(first: int, places: int, beats: Callable[[int, int, int], Floats]) -> Floats:
    """The chances of a place against those below it, down to the first against which its lead is clear."""
    chances = np.empty(0)
    start, size = first + 1, 4
    while start < places:
        found = beats(first, start, min(start + size, places))
        clear = np.flatnonzero(found >= CLEAR)
        if clear.size:
            return np.concatenate([chances, found[: clear[0]]])
        chances = np.concatenate([chances, found])
        start, size = start + size, 2 * size  # ever more at once: few calls, little computed in vain
    return chances


def in_words(groups: tuple[Group, ...]) -> str:
    """The groups as one line, neighbouring clear places taken together.

    >>> in_words((Group(1, 1, Verdict.CLEAR_LEAD), Group(2, 2, Verdict.CLEAR_LEAD), Group(3, 5, Verdict.TOSS_UP)))
    '1-2 clear, 3-5 toss-up'
    """
    runs: list[tuple[int, int, str]] = []
    for each in groups:
        word = "clear" if each.verdict is Verdict.CLEAR_LEAD else str(each.verdict)
        if runs and word == runs[-1][2] == "clear":
            runs[-1] = (runs[-1][0], each.last, word)
        else:
            runs.append((each.first, each.last, word))
    return ", ".join(f"{first} {word}" if first == last else f"{first}-{last} {word}" for first, last, word in runs)
