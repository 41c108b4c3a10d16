"""Following a series on: exact cases, and coverage on simulated walks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from northing.science.forecasts import follow_course

pytestmark = pytest.mark.science


def test_a_straight_line_goes_on_as_it_went() -> None:
    course = follow_course([0, 1, 5, 7], [10, 11, 15, 17], 20)
    assert (course.likely, course.scale) == pytest.approx((30, 0))
    assert (course.chance_above(29), course.chance_above(31)) == (1, 0)


def test_a_walk_with_drift_is_held_in_eight_of_ten_at_any_intervals() -> None:
    """The forecast is exact for such walks, so the binomial bounds of 2,000 runs hold."""
    dice, held, above = np.random.default_rng(3), 0, 0
    days = np.array([0, 3, 10, 17, 19, 30.0])
    for _ in range(2_000):
        steps = np.diff([*days, 60.0])
        walk = 50 + np.cumsum([0, *(0.4 * steps + dice.normal(0, np.sqrt(steps)))])
        course = follow_course(days.tolist(), walk[:-1].tolist(), 60)
        held += course.quantile(0.1) <= walk[-1] <= course.quantile(0.9)
        above += course.chance_above(walk[-1]) <= 0.25
    low, high = stats.binom.ppf([0.001, 0.999], 2_000, 0.8)
    assert low <= held <= high
    low, high = stats.binom.ppf([0.001, 0.999], 2_000, 0.25)
    assert low <= above <= high


@pytest.mark.parametrize(
    ("days", "values", "day"),
    [
        ([0, 1, 2], [1, 2, 3], 9),
        ([0, 1, 1, 2], [1, 2, 3, 4], 9),
        ([0, 1, 2, 3], [1] * 4, 3),
        ([0, 1, 2, 3], [1, math.nan, 1, 1], 9),
        ([0, 1, 2, 3], [1] * 4, math.nan),
    ],
)
def test_what_has_no_course_is_refused(days: list[float], values: list[float], day: float) -> None:
    with pytest.raises(ValueError, match="days"):
        follow_course(days, values, day)
