from dataclasses import replace

import numpy as np
import pytest

from northing.science.calibration import History, Outcome, verdict
from northing.science.calibration.tests.outcomes import history, question
from northing.science.estimates import Triple

pytestmark = pytest.mark.science


def ranges(actual: list[float], who: str = "B-7", group: str = "app") -> list[Outcome]:
    return [
        Outcome(replace(question(day, who, group=group), estimate=Triple(4, 5, 8)), value)
        for day, value in enumerate(actual)
    ]


def test_a_share_and_the_factors_that_would_have_held() -> None:
    actual = np.linspace(3, 13, 101)  # one in ten below 4, one in ten above 12
    told = verdict(History.of(ranges(list(actual))))
    assert told.held == pytest.approx(np.mean((actual >= 4) & (actual <= 8)))
    assert told.low_factor == pytest.approx(1.0)
    assert told.high_factor == pytest.approx(1.5)
    assert told.words == ("Your 80 % ranges hold 41 % of the time (101 outcomes): multiply high by 1.5, low by 1.")


def test_ranges_that_hold_as_promised_are_left_alone() -> None:
    told = verdict(History.of(ranges([2.0] + [6.0] * 8 + [9.0])))
    assert told.words == "Your 80 % ranges hold 80 % of the time (10 outcomes): as they should."


def test_people_and_groups_are_judged_apart() -> None:
    both = History.of([*ranges([6.0] * 20, "A-1", "app"), *ranges([20.0] * 20, "C-3", "firmware")])
    assert verdict(both, who="A-1").held == 1.0
    assert verdict(both, group="firmware").held == 0.0
    assert verdict(both).held == 0.5
    assert verdict(both, who="nobody").outcomes == 0


def test_bare_numbers_promise_no_range() -> None:
    told = verdict(history([1.0] * 50))
    assert told.outcomes == 0
    assert "too few" in told.words
