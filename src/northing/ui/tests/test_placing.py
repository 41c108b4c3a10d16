"""Names beside the points of a scatter: inside the frame, off each other and off other points."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from northing.ui.charts.placing import HEIGHT, PADDING, WIDTH, Dot, Place, places

_SHARE = st.floats(0, 1)
_LETTER, _LINE = 6.4, 14.0


def box(dot: Dot, place: Place, words: str) -> tuple[float, float, float, float]:
    """Where a name is written, by what its place says: left, top, right, bottom."""
    x = PADDING + dot.x * (WIDTH - 2 * PADDING) + place.dx
    y = HEIGHT - PADDING - dot.y * (HEIGHT - 2 * PADDING) + place.dy
    width = len(words) * _LETTER
    left = {"left": x, "center": x - width / 2, "right": x - width}[place.align]
    return left, y - _LINE / 2, left + width, y + _LINE / 2


@given(st.lists(st.tuples(_SHARE, _SHARE), max_size=12))
def test_names_keep_inside_and_apart(points: list[tuple[float, float]]) -> None:
    dots = {f"F-{i}": Dot(*point) for i, point in enumerate(points)}
    names = [(key, f"Feature {key}") for key in dots]
    words = dict(names)
    boxes = [box(dots[key], place, words[key]) for key, place in places(dots, names).items()]
    slack = 1e-6
    for left, top, right, bottom in boxes:
        assert left >= -slack
        assert top >= -slack
        assert right <= WIDTH + slack
        assert bottom <= HEIGHT + slack
    for a, b in combinations(boxes, 2):
        apart = a[2] <= b[0] + slack or b[2] <= a[0] + slack or a[3] <= b[1] + slack or b[3] <= a[1] + slack
        assert apart


def test_the_first_names_have_the_choice() -> None:
    same = {"a": Dot(0.5, 0.5), "b": Dot(0.505, 0.5)}
    assert places(same, [("a", "A name that is longer than the picture is wide. " * 3)]) == {}
    assert next(iter(places(same, [("b", "Dark theme"), ("a", "Offline mode")]))) == "b"
