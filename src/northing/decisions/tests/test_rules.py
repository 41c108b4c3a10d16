"""Scores and voices, checked against their definitions."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.decisions.rules import Voice, heard, latest_of_each
from northing.decisions.scoring import record_in_words, score

Z90 = 1.2815515655446004
START = datetime(2027, 1, 1, tzinfo=UTC)
numbers = st.floats(-1e6, 1e6)


@given(st.tuples(numbers, numbers, numbers).map(sorted), numbers)
def test_the_loss_is_the_weighted_interval_score(quantiles: list[float], measured: float) -> None:
    """Bracher et al. 2021, eq. 1, with one interval of level 1 - alpha = 0.8, written out."""
    low, median, high = quantiles
    alpha = 0.2
    interval = high - low + 2 / alpha * max(low - measured, 0) + 2 / alpha * max(measured - high, 0)
    expected = (0.5 * abs(measured - median) + alpha / 2 * interval) / 1.5
    assert score((low, median, high), measured).loss == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("measured", [-2.0, 0.0, 1.0, 3.0])
def test_the_loss_approximates_the_crps(measured: float) -> None:
    """For a standard normal the CRPS is known (Gneiting and Raftery 2007, section 4.2); three quantiles come near."""
    density = math.exp(-(measured**2) / 2) / math.sqrt(2 * math.pi)
    crps = measured * math.erf(measured / math.sqrt(2)) + 2 * density - 1 / math.sqrt(math.pi)
    assert score((-Z90, 0.0, Z90), measured).loss == pytest.approx(crps, abs=0.15)


def test_a_true_forecast_beats_a_wider_and_a_narrower_one_in_the_long_run() -> None:
    values = np.random.default_rng(1).normal(size=4000)
    mean_loss = {
        width: np.mean([score((-width * Z90, 0, width * Z90), v).loss for v in values]) for width in (0.4, 1, 2.5)
    }
    assert min(mean_loss, key=lambda width: mean_loss[width]) == 1


def test_the_edge_of_the_range_is_inside() -> None:
    assert [score((3, 5, 9), value).side for value in (2.9, 3, 9, 9.1)] == ["below", "inside", "inside", "above"]
    assert record_in_words([]) == "Nothing has been measured yet."


def voice(number: int, author: int | None, method: str = "person", unit: str = "days") -> Voice:
    return Voice(number, author, method, START + timedelta(hours=number), 1, 2, 3, unit, method == "assumed")


speakers = st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from(["person", "model", "measured", "assumed"]))


@given(st.lists(speakers, min_size=1, max_size=12))
def test_every_speaker_has_one_last_word(said: list[tuple[int | None, str]]) -> None:
    voices = [voice(number, *speaker) for number, speaker in enumerate(said)]
    current = latest_of_each(voices)
    assert len({one.speaker for one in current}) == len(current) == len({one.speaker for one in voices})
    for one in current:
        assert one.id == max(v.id for v in voices if v.speaker == one.speaker)
    counted = heard(current).voices
    assert counted
    methods = {one.method for one in counted}
    assert methods == {"measured"} or "measured" not in {one.method for one in current}
    assert methods == {"assumed"} or "assumed" not in methods


def test_a_person_who_restates_an_imported_estimate_replaces_it() -> None:
    assert [one.id for one in latest_of_each([voice(1, 7, "imported"), voice(2, 7), voice(3, None, "model")])] == [2, 3]


@pytest.mark.parametrize("method", ["person", "round", "imported"])
def test_an_imported_estimate_that_nobody_stands_for_steps_aside_for_a_members(method: str) -> None:
    said = [voice(1, None, "imported"), voice(2, 7, method), voice(3, 8, method)]
    assert [one.id for one in latest_of_each(said)] == [2, 3]
    assert [one.id for one in latest_of_each([*said, voice(4, None, "imported")])] == [2, 3, 4]


@pytest.mark.parametrize("method", ["measured", "assumed", "model"])
def test_an_imported_estimate_stays_beside_what_is_no_judgement(method: str) -> None:
    assert [one.id for one in latest_of_each([voice(1, None, "imported"), voice(2, 7, method)])] == [1, 2]
