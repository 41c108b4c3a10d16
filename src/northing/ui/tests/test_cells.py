"""Cells escape what comes from outside, and draw ranges where they belong."""

import re
from datetime import date

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from northing.ui import cells

NASTY = '<script>alert("x")</script>&\''


@pytest.mark.parametrize(
    "cell",
    [
        cells.text(NASTY),
        cells.key(NASTY, NASTY),
        cells.link(NASTY, NASTY),
        cells.status(NASTY),
        cells.person(NASTY),
        cells.avatar(NASTY),
        cells.tags([NASTY] * 5),
        cells.money(1, NASTY),
        cells.interval(cells.Interval(1, 2, 3, source=NASTY), unit=NASTY),
        cells.day_interval(cells.DayInterval(date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), NASTY)),
        cells.progress(0.5, NASTY),
        cells.sparkline([1, 2], NASTY),
        cells.editable(cells.text(NASTY), NASTY, NASTY),
    ],
)
def test_nothing_from_outside_becomes_markup(cell: SafeString) -> None:
    assert "<script" not in cell
    assert '"x"' not in cell
    assert isinstance(cell, SafeString)


def test_a_missing_interval_is_said_not_faked() -> None:
    assert cells.interval(None) == '<span class="none">No range yet</span>'
    assert cells.number(None) == cells.text("") == cells.sparkline([1]) == cells.EMPTY


@given(
    st.lists(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(sorted), min_size=1, max_size=8),
)
def test_every_range_lies_inside_its_column(quantiles: list[list[float]]) -> None:
    intervals = [cells.Interval(*one) for one in quantiles]
    scale = cells.Scale.over(intervals)
    for one in intervals:
        places = [scale.x(value) for value in (one.low, one.mid, one.high)]
        assert places == sorted(places)
        assert 2 <= places[0] <= places[2] <= cells.RANGE_WIDTH - 2


def test_a_logarithmic_column_gives_equal_ratios_equal_widths() -> None:
    scale = cells.Scale.over([cells.Interval(1, 10, 100)])
    assert scale.log
    assert scale.x(10) - scale.x(1) == pytest.approx(scale.x(100) - scale.x(10))


def test_a_guess_is_marked_in_picture_and_words() -> None:
    cell = cells.interval(cells.Interval(3, 5, 9, guessed=True), cells.Scale(0, 10))
    assert 'class="range guessed"' in cell
    assert 'title="Assumed range"' in cell


def test_the_tick_stands_on_the_likely_value() -> None:
    bar = cells.interval_bar(cells.Interval(2, 5, 8), cells.Scale(0, 10))
    tick = re.search(r'class="range-mid" x="([\d.]+)"', bar)
    assert tick
    assert float(tick[1]) + 1.25 == pytest.approx(cells.RANGE_WIDTH / 2, abs=0.06)
