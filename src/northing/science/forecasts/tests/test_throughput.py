"""Forecasts from finished work: exact cases, no look-ahead, and coverage on simulated histories."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from northing.science.forecasts import back_test, forecast_throughput, weekly_counts
from northing.science.forecasts.throughput import _from_recent_weeks, _from_replay

pytestmark = pytest.mark.science

histories = st.lists(st.integers(0, 6), min_size=1, max_size=80).filter(any)


def test_weeks_are_cut_in_utc() -> None:
    """Half past midnight on a Monday two hours east of Greenwich is still Sunday; no zone means UTC."""
    east = datetime(2030, 1, 14, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    first = date(2030, 1, 1)
    assert weekly_counts([first, east], date(2030, 1, 21)).tolist() == [1, 0]
    assert weekly_counts([first, east.replace(tzinfo=UTC)], date(2030, 1, 21)).tolist() == [0, 1]
    assert weekly_counts([first, east.replace(tzinfo=None)], date(2030, 1, 21)).tolist() == [0, 1]


def test_without_a_whole_week_there_is_no_count() -> None:
    assert weekly_counts([], date(2030, 1, 1)).size == 0
    assert weekly_counts([date(2030, 1, 1)], date(2030, 1, 3)).size == 0


def test_drawn_weeks_are_the_negative_binomial() -> None:
    """One item in every fourth week, weighted alike: k items take as long as k successes of chance 1/4."""
    chances = _from_recent_weeks(np.array([0, 0, 0, 1] * 40), 3, 60, halves=1e9)
    weeks = np.arange(61)
    assert chances == pytest.approx(stats.nbinom.cdf(weeks - 3, 3, 0.25), abs=2e-6)


def test_replays_of_a_steady_history_take_what_it_took() -> None:
    """Two items a week, always: six take three weeks from every past week."""
    chances, replays = _from_replay(np.full(60, 2), 6, 10)
    assert chances == pytest.approx([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    assert replays > 0


def test_a_steady_history_leaves_no_doubt() -> None:
    found = forecast_throughput([5] * 60, items=20)
    assert (found.p10, found.p50, found.p80, found.p90) == (4, 4, 4, 4)
    assert found.finish(4, date(2030, 1, 7)) == date(2030, 2, 3)


@settings(max_examples=40, deadline=None)
@given(histories, st.integers(1, 12))
def test_chances_rise_and_quantiles_are_in_order(history: list[int], items: int) -> None:
    found = forecast_throughput(history, items)
    assert found.chances[0] == 0
    assert np.all(np.diff(found.chances) >= -1e-12)
    assert 1 <= found.p10 <= found.p50 <= found.p80 <= found.p90
    assert found == forecast_throughput(history, items)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=60, max_size=90).filter(any), st.lists(st.integers(0, 40), max_size=20))
def test_the_future_changes_no_forecast_of_the_past(history: list[int], future: list[int]) -> None:
    short, long = back_test(history), back_test([*history, *future])
    assert long[: len(short)] == short


def test_windows_do_not_overlap_and_took_what_they_took() -> None:
    counts = np.random.default_rng(3).poisson(1.5, 200)
    windows = back_test(counts)
    for window, following in pairwise(windows):
        assert window.origin + window.took <= following.origin
    for window in windows:
        done = np.cumsum(counts[window.origin :])
        assert done[window.took - 1] >= window.items
        assert window.took == 1 or done[window.took - 2] < window.items


@pytest.mark.parametrize("rate", [0.4, 3.0])
def test_forecasts_hold_as_often_as_said_on_simulated_work(rate: float) -> None:
    """Pace drifts by a random walk; pooled over histories, P50 and P80 pass the exact binomial test."""
    random = np.random.default_rng(8)
    places = []
    for _ in range(8):
        paces = rate * np.exp(np.cumsum(random.normal(0, 0.06, 300)))
        windows = back_test(random.poisson(paces.clip(rate / 4, 4 * rate)))
        places += [w.below + random.random() * (w.at_most - w.below) for w in windows]
    for level in (0.5, 0.8):
        held = sum(place <= level for place in places)
        assert stats.binomtest(held, len(places), level).pvalue > 0.01


def test_a_history_too_short_to_check_says_so() -> None:
    found = forecast_throughput([1], items=2)
    assert found.windows == 0
    assert "too few" in found.notes[0]


def test_a_stalled_history_stays_open() -> None:
    found = forecast_throughput([1] + [0] * 200, items=50)
    assert found.status == "open"
    assert found.p90 == 520


@pytest.mark.parametrize(
    ("counts", "items", "message"),
    [
        ([], 1, "one number for each week"),
        ([1, -1], 1, "whole numbers from 0"),
        ([0.5], 1, "whole numbers from 0"),
        ([0, 0], 1, "no finished item yet"),
        ([math.inf, 1], 1, "whole numbers from 0"),
        ([1], 0, "items is 0"),
        ([1], 2.5, "items is 2.5"),
        ([1], math.nan, "items is nan"),
    ],
)
def test_what_is_no_history_is_refused(counts: list[int], items: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        forecast_throughput(counts, items)


@pytest.mark.parametrize("weeks_of_work", [0.0, -1.0, math.nan, math.inf])
def test_windows_of_no_work_are_refused(weeks_of_work: float) -> None:
    with pytest.raises(ValueError, match="weeks_of_work is"):
        back_test([3, 5] * 20, weeks_of_work)
