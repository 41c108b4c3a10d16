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
    assert told.words == "Your 80 % ranges hold 41 % of the time (101 outcomes); widen upwards by 1.5x."


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        ([2.0] * 20 + [6.0] * 61 + [12.8] * 20, "widen upwards by 1.6x and widen downwards by 2x"),
        ([5.0] * 50 + [6.4] * 51, "take high 1.2x lower and take low 1.2x higher"),
        ([3.96] * 30 + [6.0] * 41 + [8.08] * 30, "their misses are small"),
    ],
)
def test_each_end_of_a_range_of_4_to_8_is_moved_on_its_own(actual: list[float], words: str) -> None:
    assert verdict(History.of(ranges(actual))).words.endswith(f"; {words}.")


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
