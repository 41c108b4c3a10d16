import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from northing.science.estimates import Scale
from northing.science.estimates.distributions import TwoPieceNormal
from northing.science.estimates.johnson import johnson

pytestmark = pytest.mark.science

line_triples = st.tuples(st.floats(-3, 3), st.floats(0.01, 2), st.floats(0.01, 2)).filter(
    lambda t: abs(t[1] - t[2]) > 1e-3
)
CHANCES = np.array([0.001, 0.05, 0.1, 0.4, 0.5, 0.6, 0.9, 0.97, 0.999])


def published_j_qpd_s(p: np.ndarray, low: float, base: float, high: float) -> np.ndarray:
    """Hadlock and Bickel (2017), J-QPD-S with lower bound 0, written down as in the paper."""
    c = stats.norm.ppf(0.9)
    log_low, log_base, log_high = np.log([low, base, high])
    n = np.sign(log_low + log_high - 2 * log_base)
    theta = {1: low, 0: base, -1: high}[int(n)]
    least = min(log_base - log_low, log_high - log_base)
    delta = np.sinh(np.arccosh((log_high - log_low) / (2 * least))) / c
    scale = least / (delta * c)
    z = stats.norm.ppf(p)
    return theta * np.exp(scale * np.sinh(np.arcsinh(delta * z) + np.arcsinh(n * c * delta)))


@settings(deadline=None)
@given(line_triples)
def test_with_a_lower_bound_it_is_the_published_j_qpd_s(values: tuple[float, float, float]) -> None:
    y50, below, above = values
    line = y50 - below, y50, y50 + above
    ours = johnson(*line, Scale(lower=0.0)).quantile(CHANCES)
    assert np.allclose(ours, published_j_qpd_s(CHANCES, *np.exp(line)), rtol=1e-6)


@settings(deadline=None)
@given(line_triples, st.sampled_from([Scale(), Scale(lower=0.0), Scale(upper=1.0), Scale(0.0, 1.0)]))
def test_chance_density_and_quantile_belong_together(values: tuple[float, float, float], scale: Scale) -> None:
    y50, below, above = values
    distribution = johnson(y50 - below, y50, y50 + above, scale)
    p = np.array([0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
    x = distribution.quantile(p)
    assert np.allclose(distribution.cdf(x), p, atol=1e-6)
    step = 1e-6
    slope = (distribution.quantile(p + step) - distribution.quantile(p - step)) / (2 * step)
    assert np.allclose(1 / distribution.pdf(x), slope, rtol=1e-3)


@settings(deadline=None)
@given(st.floats(0.1, 4), st.sampled_from([Scale(), Scale(lower=0.0), Scale(0.0, 1.0)]))
def test_as_two_quantiles_meet_it_becomes_the_two_piece_normal(above: float, scale: Scale) -> None:
    nearly = johnson(-1e-9, 0.0, above, scale).quantile(CHANCES)
    assert np.allclose(nearly, TwoPieceNormal(0.0, 0.0, above, scale).quantile(CHANCES), atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("sigma", [0.05, 0.5, 2.0, 4.0])
def test_moments_of_a_lognormal_equal_the_closed_form(sigma: float) -> None:
    half = sigma * stats.norm.ppf(0.9)
    lognormal = TwoPieceNormal(1.0, half, half, Scale(lower=0.0))
    mean = math.exp(1 + sigma**2 / 2)
    assert lognormal.mean() == pytest.approx(mean, rel=1e-9)
    assert lognormal.variance() == pytest.approx(mean**2 * math.expm1(sigma**2), rel=1e-9)


@pytest.mark.parametrize(("down", "up"), [(1.0, 1.0), (0.0, 2.0), (3.0, 0.5)])
def test_moments_of_a_two_piece_normal_equal_the_closed_form(down: float, up: float) -> None:
    left, right = np.array([down, up]) / stats.norm.ppf(0.9)
    distribution = TwoPieceNormal(7.0, down, up, Scale())
    mean = (right - left) / math.sqrt(2 * math.pi)
    assert distribution.mean() == pytest.approx(7 + mean, rel=1e-9)
    assert distribution.variance() == pytest.approx((left**2 + right**2) / 2 - mean**2, rel=1e-8)
