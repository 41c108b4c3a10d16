import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from northing.science.calibration import brier, coverage, crps, pinball, randomised_pit

pytestmark = pytest.mark.science


def test_the_pit_of_a_right_forecast_with_a_spike_is_uniform() -> None:
    rng = np.random.default_rng(3)
    z = rng.normal(size=20_000)
    happened = np.where(np.abs(z) < 0.4, 0.0, z)  # a third of all sits exactly on nothing
    below = np.where(happened == 0, stats.norm.cdf(-0.4), stats.norm.cdf(happened))
    at_most = np.where(happened == 0, stats.norm.cdf(0.4), below)
    pit = randomised_pit(below, at_most, seed=1)
    assert stats.kstest(pit, "uniform").pvalue > 0.01
    assert coverage(pit, 0.8) == pytest.approx(0.8, abs=0.01)
    closed = np.mean((below <= 0.6) & (at_most >= 0.4))
    assert closed > 0.3  # the middle 20 % as a closed interval would seem to hold a third


def test_the_quantiles_of_the_truth_have_the_least_pinball_loss() -> None:
    happened = np.random.default_rng(1).exponential(size=50_000)
    levels = np.array([0.1, 0.5, 0.9])
    truth = stats.expon.ppf(levels)
    losses = [pinball(happened, np.tile(truth * factor, (50_000, 1)), levels) for factor in (0.8, 1.0, 1.2)]
    assert losses[1] == min(losses)
    # E of the loss at level p of an exponential: p - (1 - p) q + ... = -(1 - p) ln(1 - p) at q = -ln(1 - p).
    assert losses[1] == pytest.approx(np.mean(-(1 - levels) * np.log(1 - levels)), rel=0.02)


def test_crps_equals_its_integral() -> None:
    values, weights, at = np.array([4.0, 1.0, 2.5]), np.array([0.2, 0.5, 0.3]), 2.0

    def squared_distance(x: float) -> float:
        return float((weights[values <= x].sum() - (x >= at)) ** 2)

    integral = integrate.quad(squared_distance, 0, 5, points=[1.0, 2.0, 2.5, 4.0])[0]
    assert crps(at, values, weights) == pytest.approx(integral, abs=1e-9)


def test_crps_of_normal_draws_nears_the_closed_form() -> None:
    draws = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    exact = 0.7 * (2 * stats.norm.cdf(0.7) - 1) + 2 * stats.norm.pdf(0.7) - 1 / math.sqrt(math.pi)
    assert crps(0.7, draws) == pytest.approx(exact, abs=1e-3)


@settings(deadline=None)
@given(st.floats(0, 1), st.booleans())
def test_the_brier_score_of_one_chance_is_its_squared_miss(chance: float, happened: bool) -> None:
    assert brier([chance], [happened]) == pytest.approx((1 - chance if happened else chance) ** 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: randomised_pit([0.5], [0.4], seed=1), "below exceeds at_most"),
        (lambda: coverage([0.5], 80), "share is 80"),
        (lambda: brier([80], [True]), "chances, not percentages"),
        (lambda: pinball([1.0, 2.0], [[1.0, 2.0]], [0.1, 0.9]), "need 2 x 2"),
        (lambda: randomised_pit([math.nan], [0.4], seed=1), "below holds nan"),
        (lambda: randomised_pit([0.1, 0.2], [0.4], seed=1), "differ in shape"),
        (lambda: coverage([], 0.8), "pit is empty"),
        (lambda: coverage([0.2, math.nan], 0.8), "pit holds nan"),
        (lambda: brier([], []), "chances is empty"),
        (lambda: brier([0.8, 0.2], [True]), "once for each of the 2"),
        (lambda: brier([0.8], [0.5]), "true or false"),
        (lambda: pinball([math.inf], [[1.0]], [0.5]), "happened holds inf"),
        (lambda: pinball([1.0], [[math.nan]], [0.5]), "quantiles holds nan"),
        (lambda: pinball([1.0], [[1.0]], [50]), "levels holds 50"),
        (lambda: crps(math.nan, [1.0]), "happened holds nan"),
        (lambda: crps(1.0, [1.0, 2.0], [math.inf, 1.0]), "weights holds inf"),
        (lambda: crps(1.0, []), "values is empty"),
        (lambda: crps(1.0, [1.0, 2.0], [0.0, 0.0]), "not all 0"),
    ],
)
def test_what_is_no_chance_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
