"""Bars stand where their days are."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from northing.ui import samples, timeline
from northing.ui.timeline import Bar, Lane, Link, Timeline

TODAY = date(2026, 11, 23)


def _bar(id: str = "1", start: date = TODAY, **fields: object) -> Bar:
    days = {name: start + timedelta(days=n) for name, n in (("low", 10), ("mid", 14), ("high", 24))}
    return Bar(id, f"Bar {id}", "/x", start, **(days | fields))  # type: ignore[arg-type]


def _draw(*bars: Bar, **fields: object) -> str:
    return timeline.render(Timeline([Lane("Lane", bars)], TODAY, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("zoom", list(timeline.PIXELS_PER_DAY))
def test_the_median_stands_on_its_day(zoom: timeline.Zoom) -> None:
    found = re.search(r'class="median" x="([\d.]+)"', _draw(_bar(), zoom=zoom))
    assert found
    days = (_bar().mid - TODAY.replace(day=1)).days
    assert float(found[1]) + 1.25 == pytest.approx(days * timeline.PIXELS_PER_DAY[zoom], abs=0.06)


def test_a_target_before_the_median_is_missed() -> None:
    assert "target missed" in _draw(_bar(target=TODAY + timedelta(days=12)))
    assert "target missed" not in _draw(_bar(target=TODAY + timedelta(days=14)))


def test_only_a_timeline_with_an_address_can_be_moved() -> None:
    still = _draw(_bar())
    moved = timeline.render(Timeline([Lane("", [_bar()])], TODAY), "/{id}/move", "/{id}/preview")
    assert 'role="img"' in still
    assert "data-preview" not in still
    assert 'role="button" tabindex="0"' in moved
    assert "data-preview-save" in moved


def test_what_has_no_target_yet_can_be_given_one() -> None:
    moved = timeline.render(Timeline([Lane("", [_bar()])], TODAY), "/{id}/move", "/{id}/preview")
    assert 'class="unset"' in moved
    assert 'class="unset"' not in _draw(_bar())


def test_every_label_says_that_it_is_the_likely_end() -> None:
    near, far = TODAY + timedelta(days=40), TODAY + timedelta(days=300)
    assert ">likely 7 Dec (3 Dec–17 Dec)<" in _draw(_bar(target=near))
    assert ">likely 7 Dec (3 Dec–17 Dec)<" in _draw(_bar(target=far))
    assert ">likely 7 Dec<" in _draw(_bar(low=_bar().mid, high=_bar().mid, target=_bar().mid))


def test_the_drawing_has_room_for_every_label() -> None:
    drawn = _draw(_bar(target=TODAY + timedelta(days=125), high=TODAY + timedelta(days=100)))
    [width] = {float(found) for found in re.findall(r'class="timeline-plot" width="(\d+)"', drawn)}
    [(x, text)] = re.findall(r'class="label" x="([\d.]+)" y="\d+">([^<]+)<', drawn)
    assert text.startswith("likely ")
    assert float(x) + 6 * len(text) < width


def test_arrows_only_between_bars_that_are_shown() -> None:
    late = _bar("2", TODAY + timedelta(days=40))
    drawn = _draw(_bar("1"), late, links=[Link("1", "2", risk=True), Link("1", "99")])
    assert drawn.count('class="arrow risk"') == 1
    assert drawn.count("marker-end") == 1


def test_an_arrow_runs_beside_labels_where_it_can() -> None:
    """From the end of the first to the last, past a row whose label stands under that end."""
    first, last = _bar("1"), _bar("3", TODAY + timedelta(days=300))
    between = _bar("2", TODAY - timedelta(days=48))
    free, crossed = _draw(first, last, links=[Link("1", "3")]), _draw(first, between, last, links=[Link("1", "3")])
    end, late = (re.search(r'class="arrow" [^>]*d="M([\d.]+) [\d.]+H([\d.]+)V', drawn) for drawn in (free, crossed))
    assert end
    assert late
    assert end[1] == end[2]
    assert float(late[2]) > float(late[1])


def test_the_legend_shows_the_signs_that_are_there() -> None:
    plain, aimed = Timeline([Lane("", [_bar()])], TODAY), Timeline([Lane("", [_bar(target=TODAY)])], TODAY)
    assert (plain.signs(), aimed.signs()) == ({"ends"}, {"ends", "target"})


def test_the_flag_over_today_hides_no_month() -> None:
    head = _draw(_bar()).split("timeline-plot")[0]
    assert {"Nov 2026", "Dec", "Jan 2027"} <= set(re.findall(r">([^<>]+)</text>", head))


def test_titles_are_escaped() -> None:
    assert "<b>" not in _draw(replace(_bar(), title="<b>"))


def test_days_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="must be in this order"):
        _bar(low=TODAY - timedelta(days=1))


def test_the_label_stands_clear_of_target_and_promise() -> None:
    late = TODAY + timedelta(days=60)
    drawn = _draw(_bar(promised=late))
    label = re.search(r'class="label" x="([\d.]+)"', drawn)
    assert label
    assert float(label[1]) > (late - TODAY.replace(day=1)).days * 3.6


def test_every_colour_a_bar_asks_for_is_defined() -> None:
    drawn = timeline.render(samples.timeline())
    assert set(re.findall(r"url\(#([\w-]+)\)", drawn)) <= set(re.findall(r' id="([\w-]+)"', drawn))


def test_a_target_in_words_is_called_by_them() -> None:
    drawn = _draw(_bar(target=date(2027, 3, 31), aimed="Q1 <2027>"))
    assert "<title>Target Q1 &lt;2027&gt;</title>" in drawn
    assert "Target 31 Mar" not in drawn


def test_what_speaks_against_its_days_is_said_beside_a_bar_and_read_aloud() -> None:
    drawn = _draw(_bar(out=TODAY + timedelta(days=90), warning="Date at risk"))
    assert ', out 21 Feb 2027 • <tspan class="warning">Date at risk</tspan></text>' in drawn
    assert 'aria-label="Bar 1: likely end 7 Dec (3 Dec–17 Dec), out 21 Feb 2027 • Date at risk"' in drawn
    assert "warning" not in _draw(_bar())


def test_a_promise_is_told_in_words_and_a_target_read_aloud_beside_it() -> None:
    drawn = _draw(_bar(target=date(2026, 12, 20), promised=date(2026, 12, 24)))
    assert ", promised 24 Dec</text>" in drawn
    assert ', promised 24 Dec, target 20 Dec"' in drawn


def test_a_long_label_stands_clear_of_a_far_mark() -> None:
    end = _bar().high
    far = end + timedelta(days=80)
    short, long = _draw(_bar(target=far)), _draw(_bar(target=far, out=end, warning="Date at risk"))
    beside, beyond = (float(re.search(r'class="label" x="([\d.]+)"', drawn)[1]) for drawn in (short, long))  # type: ignore[index]
    assert beside < (far - TODAY.replace(day=1)).days * 3.6 < beyond
