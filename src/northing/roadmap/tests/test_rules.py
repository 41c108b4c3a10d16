"""Circles, the words for dates, and what moved and why."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.features.public import Feature
from northing.roadmap.models import Forecast
from northing.roadmap.rules import (
    Move,
    check_dependency,
    check_release,
    cycle_among,
    in_words,
    moved_words,
    moves,
    reasons,
    stretch,
    waits_between,
)

TODAY = date(2026, 11, 20)


def test_nothing_waits_for_itself() -> None:
    row = {"predecessor": 3, "successor": 3, "lag": 0}
    assert [problem.field for problem in check_dependency(None, row)] == ["successor"]
    assert not list(check_dependency(None, row | {"successor": 4}))
    assert [problem.field for problem in check_dependency(None, row | {"successor": 4, "lag": 9999})] == ["lag"]


def test_a_promise_names_its_day_and_only_what_is_out_has_one() -> None:
    row = {"promised": None, "promised_to": "retail", "released_at": TODAY, "status": "planned"}
    assert [problem.field for problem in check_release(None, row)] == ["promised", "released_at"]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] != pair[1]), max_size=12))
def test_a_circle_is_found_exactly_when_one_can_walk_back(pairs: list[tuple[int, int]]) -> None:
    reach = set(pairs)
    for _ in range(7):
        reach |= {(a, d) for a, b in reach for c, d in reach if b == c}
    circle = cycle_among(waits_between(pairs, {}))
    assert bool(circle) == any(a == b for a, b in reach)
    walked = [key for key, _ in circle]
    assert all(a == b or (a, b) in pairs for a, b in pairwise(walked))


def test_a_feature_cannot_wait_for_the_release_it_goes_out_with() -> None:
    release, feature, package = 1, 2, 3
    assert not cycle_among(waits_between([], {release: [feature], feature: [package]}))
    assert cycle_among(waits_between([(release, feature)], {release: [feature]}))
    assert cycle_among(waits_between([(release, package)], {release: [feature], feature: [package]}))


@pytest.mark.parametrize(
    ("likely", "safe", "words"),
    [
        (date(2027, 1, 13), date(2027, 2, 2), "likely mid-January, safe to promise 2 February"),
        (date(2026, 12, 3), date(2026, 12, 24), "likely early December, safe to promise 24 December"),
        (date(2026, 12, 28), date(2027, 11, 30), "likely late December, safe to promise 30 November 2027"),
    ],
)
def test_dates_in_words(likely: date, safe: date, words: str) -> None:
    assert in_words(likely, safe, TODAY) == words


@pytest.mark.parametrize(
    ("target", "words", "likely", "found"),
    [
        (date(2026, 12, 31), "", None, "now"),
        (date(2026, 12, 31), "", date(2027, 1, 4), "next"),
        (None, "Q1 2027", date(2026, 12, 1), "now"),
        (date(2027, 1, 1), "later", None, "next"),
        (None, "later", date(2026, 12, 1), "later"),
        (None, "Q1 2027", None, "next"),
        (None, "", date(2027, 4, 1), "later"),
        (None, "", None, "later"),
    ],
)
def test_now_next_later(target: date | None, words: str, likely: date | None, found: str) -> None:
    assert stretch(Feature(target=target, target_text=words), likely, TODAY) == found


def test_moves_and_their_reasons() -> None:
    before = {"1": {"finish": [1, 10, 12, 14]}, "2": {"finish": [1, 10, 12, 14]}, "3": {"finish": [1, 10, 12, 14]}}
    after = {"1": {"finish": [1, 12, 12, 14]}, "2": {"finish": [1, 14, 15, 16]}, "4": {"finish": [1, 2, 3, 4]}}
    assert moves(before, after) == [Move(2, 4)]
    row = {"work": [1, 2, 3], "done": 0, "priority": 5, "team": "1"}
    old = {"activities": {"a": row, "b": row}, "teams": {"1": 2}, "dependencies": {}, "start": "2026-11-20"}
    new = {
        "activities": {"a": row | {"done": 0.5, "priority": 9}, "c": row},
        "teams": {"1": 3},
        "dependencies": {},
        "start": "2026-11-21",
    }
    assert reasons(old, new) == [
        "1 piece of work went on",
        "1 target moved",
        "1 piece of work joined",
        "1 piece of work left",
        "a team's capacity changed",
        "1 day passed",
    ]
    assert reasons(old, old) == []
    assert reasons(old, old, is_new_method=True) == ["the method of forecasting changed"]
    assert moved_words([], ["1 day passed"]) == "Nothing moved."


def test_the_words_of_a_refresh_fit_where_they_are_kept_whatever_changed() -> None:
    row = {"work": [1, 2, 3], "done": 0, "priority": 5, "team": "1"}
    other = {"work": [2, 2, 3], "done": 1, "priority": 6, "team": "2", "begun": True, "rank": 9}
    both = {f"a{number}": (row, other) for number in range(99_999)}
    old = {
        "activities": {key: one for key, (one, _) in both.items()} | {f"b{n}": row for n in range(99_999)},
        "teams": {},
        "dependencies": {},
        "start": "2016-11-20",
    }
    new = {
        "activities": {key: one for key, (_, one) in both.items()} | {f"c{n}": row for n in range(99_999)},
        "teams": {"1": 3},
        "dependencies": {"1": 1},
        "risks": {"1": 1},
        "with": {"1": ["2"]},
        "start": "2026-11-21",
    }
    counts = ["99,999 features", "99,999 releases", "99,999 milestones"]
    words = moved_words(counts, reasons(old, new), 99_999)
    assert words.endswith(" and more.")
    assert len(words) <= Forecast._meta.get_field("words").max_length
