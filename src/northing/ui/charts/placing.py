"""Where the names of points stand in a scatter: beside their point, off the frame's edge and off each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# The drawing is planned on a frame of this size in pixels; wider ones only give names more room.
WIDTH, HEIGHT, PADDING = 640.0, 400.0, 24.0
_LETTER, _LINE, _GAP, _DOT = 6.4, 14.0, 9.0, 5.0


class Dot(NamedTuple):
    """A point's place, each way from 0 to 1 of the data's extent, y upwards."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Place:
    """How a name stands to its point: which of its ends is at the point, and pixels to the right and down."""

    align: str
    dx: float
    dy: float


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        apart = self.right < other.left or other.right < self.left
        return not (apart or self.bottom < other.top or other.bottom < self.top)


def places(dots: Mapping[str, Dot], names: Sequence[tuple[str, str]]) -> dict[str, Place]:
    """A place for each name that finds room, the earlier names choosing first.

    `dots` are all points by key, `names` the keys to be named with the words to write.

    >>> dots = {"a": Dot(0, 0.5), "b": Dot(1, 0.5)}
    >>> {key: place.align for key, place in places(dots, [("a", "Offline mode"), ("b", "Dark theme")]).items()}
    {'a': 'left', 'b': 'right'}
    """
    centres = {key: _centre(dot) for key, dot in dots.items()}
    around = {key: _Box(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for key, (x, y) in centres.items()}
    taken: list[_Box] = []
    found: dict[str, Place] = {}
    for key, words in names:
        others = [*taken, *(box for other, box in around.items() if other != key)]
        for place, box in _candidates(*centres[key], len(words) * _LETTER):
            if _inside(box) and not any(box.meets(other) for other in others):
                found[key] = place
                taken.append(box)
                break
    return found


def _centre(dot: Dot) -> tuple[float, float]:
    return (
        PADDING + dot.x * (WIDTH - 2 * PADDING),
        HEIGHT - PADDING - dot.y * (HEIGHT - 2 * PADDING),
    )


def _candidates(x: float, y: float, width: float) -> Iterator[tuple[Place, _Box]]:
    """Right, left, above, below, and askew, in the order in which a reader expects them."""
    for dy in (0.0, -10.0, 10.0):
        yield Place("left", _GAP, dy), _Box(x + _GAP, y + dy - _LINE / 2, x + _GAP + width, y + dy + _LINE / 2)
        yield Place("right", -_GAP, dy), _Box(x - _GAP - width, y + dy - _LINE / 2, x - _GAP, y + dy + _LINE / 2)
    for dy in (-14.0, 14.0):
        yield Place("center", 0, dy), _Box(x - width / 2, y + dy - _LINE / 2, x + width / 2, y + dy + _LINE / 2)


def _inside(box: _Box) -> bool:
    return box.left >= 0 and box.right <= WIDTH and box.top >= 0 and box.bottom <= HEIGHT
