import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from northing.science.estimates import Metalog, Scale, feasible_share, fit_quantiles, fit_samples, fit_triple
from northing.science.estimates.metalog import GREATEST_SHARE, LEAST_SHARE, three_terms

pytestmark = pytest.mark.science

shares = st.floats(0.01, 0.99)


def metalog_of_share(share: float) -> Metalog:
    line = [np.asarray(value) for value in (0.0, share, 1.0)]
    return Metalog(tuple(float(a) for a in three_terms(*line)), Scale())


def test_the_feasible_shares_are_keelins_and_their_closed_form() -> None:
    root = optimize.brentq(lambda t: t * math.tanh(t) - 1, 1, 2, xtol=1e-15)
    assert pytest.approx(0.5 - 0.4 / root, abs=1e-15) == LEAST_SHARE
    assert (round(LEAST_SHARE, 5), round(GREATEST_SHARE, 5)) == (0.16658, 0.83342)


@pytest.mark.parametrize(("share", "feasible"), [(LEAST_SHARE, False), (GREATEST_SHARE, False)])
@pytest.mark.parametrize("inwards", [-1e-9, 1e-9])
def test_the_rule_is_exact_next_to_the_bound(share: float, feasible: bool, inwards: float) -> None:
    toward_middle = inwards if share < 0.5 else -inwards
    p = np.linspace(1e-6, 1 - 1e-6, 2_000_001)
    quantiles = metalog_of_share(share + toward_middle).quantile(p)
    # The slope touches zero over about 1e-4 of p at the bound; 1e-9 beyond, quantiles fall there.
    slope_at_flattest = np.diff(quantiles).min() / (p[1] - p[0])
    assert (slope_at_flattest > 0) == (inwards > 0)
    feasible = bool(feasible_share(*(np.float64(y) for y in (0.0, share + toward_middle, 1.0))))
    assert feasible == (inwards > 0)
    assert metalog_of_share(share + toward_middle).feasible() == feasible


@settings(deadline=None)
@given(shares)
def test_the_rule_says_whether_quantiles_rise(share: float) -> None:
    quantiles = metalog_of_share(share).quantile(np.linspace(0.0005, 0.9995, 4_001))
    margin = min(abs(share - LEAST_SHARE), abs(share - GREATEST_SHARE))
    if margin > 1e-5:
        rises = bool(np.all(np.diff(quantiles) > 0))
        assert rises == bool(feasible_share(np.float64(0), np.float64(share), np.float64(1)))


@settings(deadline=None)
@given(st.floats(-5, 5), st.floats(0.1, 3), st.floats(-1.6, 1.6))
def test_moments_without_bounds_equal_the_closed_form(a1: float, a2: float, tilt: float) -> None:
    a3 = tilt * a2
    metalog = Metalog((a1, a2, a3), Scale())
    # E[L] = 0, E[L^2] = pi^2 / 3, E[s L] = 1 / 2, E[(s L)^2] = 1 / 3 + pi^2 / 36 for L = logit(p), s = p - 1/2.
    assert metalog.mean() == pytest.approx(a1 + a3 / 2, abs=1e-9)
    closed = math.pi**2 / 3 * a2**2 + (1 / 12 + math.pi**2 / 36) * a3**2
    assert metalog.variance() == pytest.approx(closed, rel=1e-9)


@settings(deadline=None)
@given(st.floats(0.02, 0.97))
def test_the_mean_of_a_log_logistic_equals_the_closed_form(shape: float) -> None:
    metalog = Metalog((math.log(4), shape), Scale(lower=0.0))
    first = 4 * math.pi * shape / math.sin(math.pi * shape)
    assert metalog.mean() == pytest.approx(first, rel=1e-9)
    if 2 * shape < 0.97:
        second = 16 * 2 * math.pi * shape / math.sin(2 * math.pi * shape)
        assert metalog.variance() == pytest.approx(second - first**2, rel=1e-7)


def test_moments_that_do_not_exist_are_infinite() -> None:
    assert Metalog((0.0, 0.5), Scale(lower=0.0)).variance() == math.inf
    assert Metalog((0.0, 1.0), Scale(lower=0.0)).mean() == math.inf
    assert Metalog((0.0, 1.0), Scale(upper=0.0)).mean() == -math.inf
    assert Metalog((0.0, 1.0), Scale(lower=0.0, upper=9.0)).mean() == pytest.approx(4.5)


@pytest.mark.parametrize("terms", range(2, 10))
def test_longer_metalogs_go_through_as_many_quantiles_as_terms(terms: int) -> None:
    p = (np.arange(terms) + 0.5) / terms
    x = np.exp(np.log(p / (1 - p)) * 0.4 + 0.3 * (p - 0.5))
    metalog = fit_quantiles(p, x, lower=0.0)
    assert len(metalog.coefficients) == terms
    assert np.allclose(metalog.quantile(p), x, rtol=1e-9)
    assert np.allclose(metalog.cdf(x), p, atol=1e-9)


def test_the_density_is_the_slope_of_the_chance() -> None:
    metalog = fit_quantiles([0.1, 0.3, 0.5, 0.7, 0.9], [2, 4, 6, 9, 16], lower=0.0, upper=40.0)
    x = np.linspace(1, 35, 50)
    slope = (metalog.cdf(x + 1e-5) - metalog.cdf(x - 1e-5)) / 2e-5
    assert np.allclose(metalog.pdf(x), slope, rtol=1e-6)


def test_quantiles_no_long_metalog_can_follow_lose_terms_until_one_can() -> None:
    p, x = [0.05, 0.25, 0.5, 0.75, 0.95], [0.0, 0.1, 9.9, 10.0, 30.0]
    metalog = fit_quantiles(p, x)
    assert len(metalog.coefficients) < 5
    assert np.all(np.diff(metalog.quantile(np.linspace(0.001, 0.999, 2_000))) > 0)


def test_samples_give_back_the_distribution_they_come_from() -> None:
    truth = Metalog((math.log(5), 0.3, 0.1), Scale(lower=0.0))
    fitted = fit_samples(truth.sample(50_000, seed=3), lower=0.0, terms=3)
    assert np.allclose(fitted.coefficients, truth.coefficients, atol=0.01)


@pytest.mark.parametrize(
    ("probabilities", "values", "message"),
    [
        ([0.1, 0.9], [1, 2, 3], "one value for each"),
        ([0.0, 0.9], [1, 2], "strictly between 0 and 1"),
        ([0.1, 0.9], [0, 2], "strictly between 0.0 and inf"),
        ([0.1, 0.9], [5, 2], "do not grow"),
        ([0.1, 0.5, 0.9], [2, 2, 2], "do not grow"),
        ([0.1, 0.9], [1, math.inf], "values contains inf"),
        ([0.1], [5], "at least 2"),
    ],
)
def test_quantiles_that_cannot_be_fitted_are_refused_with_the_rule(
    probabilities: list[float], values: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fit_quantiles(probabilities, values, lower=0.0)


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 5"):
        fit_samples([1, 2, 3])


@settings(deadline=None)
@given(st.lists(st.floats(0.1, 100), min_size=5, max_size=30, unique=True), st.randoms(use_true_random=False))
def test_samples_and_quantiles_may_come_in_any_order(samples: list[float], random: object) -> None:
    mixed = random.sample(samples, len(samples))  # type: ignore[attr-defined]
    assert fit_samples(mixed, lower=0.0, terms=3) == fit_samples(samples, lower=0.0, terms=3)
    p = np.linspace(0.1, 0.9, len(samples))
    order = random.sample(range(len(samples)), len(samples))  # type: ignore[attr-defined]
    one = fit_quantiles(p, sorted(samples), lower=0.0, terms=2)
    other = fit_quantiles(p[order], np.sort(samples)[order], lower=0.0, terms=2)
    assert np.allclose(one.coefficients, other.coefficients, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("lower", "upper"), [(None, None), (0.0, None), (None, 50.0), (0.0, 50.0)])
def test_the_rule_is_the_same_on_the_line_of_every_boundedness(lower: float | None, upper: float | None) -> None:
    """Just inside the bound on transformed values a metalog is taken and rises; just outside there is a fall-back."""
    scale = Scale(lower, upper)
    low, high = scale.to_line([10.0, 30.0])
    for inwards, form in ((1e-9, "metalog"), (-1e-9, "johnson")):
        middle = scale.from_line(low + (LEAST_SHARE + inwards) * (high - low))
        fit = fit_triple(10.0, float(middle), 30.0, lower=lower, upper=upper)
        assert fit.form == form
        assert np.all(np.diff(fit.distribution.quantile(np.linspace(0.001, 0.999, 9_999))) >= -1e-12)
        assert any("J-QPD" in note for note in fit.notes) == (form == "johnson")
