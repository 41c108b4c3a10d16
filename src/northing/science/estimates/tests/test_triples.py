import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.estimates import Fit, fit_triple

pytestmark = pytest.mark.science

BOUNDS = [(None, None), (0.0, None), (None, 1000.0), (0.0, 1000.0)]
bounds = st.sampled_from(BOUNDS)
values = st.one_of(st.floats(1e-9, 1000), st.integers(0, 12).map(float), st.just(1000.0))
P = np.array([0.1, 0.5, 0.9])


@settings(deadline=None)
@given(st.tuples(values, values, values), bounds)
def test_every_triple_is_met(triple: tuple[float, float, float], bounds: tuple[float | None, float | None]) -> None:
    fit = fit_triple(*triple, lower=bounds[0], upper=bounds[1])
    assert list(fit.triple) == sorted(triple)
    assert np.abs(fit.distribution.quantile(P) - fit.triple).max() <= 1e-9 * max(1.0, *triple)


@settings(deadline=None)
@given(st.tuples(values, values, values), bounds)
def test_every_distribution_rises_and_stays_within_its_bounds(
    triple: tuple[float, float, float], bounds: tuple[float | None, float | None]
) -> None:
    fit = fit_triple(*triple, lower=bounds[0], upper=bounds[1])
    x = fit.distribution.quantile(np.linspace(0.001, 0.999, 499))
    assert np.all(np.diff(x) >= -1e-9 * np.abs(x[1:]))
    assert x[0] >= (-math.inf if bounds[0] is None else bounds[0])
    assert x[-1] <= (math.inf if bounds[1] is None else bounds[1])
    assert (fit.form == "exact") == (fit.triple.p10 == fit.triple.p90)


@settings(deadline=None)
@given(st.tuples(values, values, values), bounds)
def test_the_chance_of_at_most_a_quantile_is_at_least_its_p(
    triple: tuple[float, float, float], bounds: tuple[float | None, float | None]
) -> None:
    distribution = fit_triple(*triple, lower=bounds[0], upper=bounds[1]).distribution
    p = np.array([0.02, 0.3, 0.6, 0.95])
    x = distribution.quantile(p)
    assert np.all(distribution.cdf(x + 1e-6 * np.abs(x) + 1e-12) >= p - 1e-9)


# Eighths: taking one from 1,000 loses none of its digits.
eighths = st.integers(4, 3200).map(lambda count: count / 8)


@settings(deadline=None)
@given(st.tuples(eighths, eighths, eighths))
def test_an_upper_bound_is_the_mirror_image_of_a_lower_one(triple: tuple[float, float, float]) -> None:
    below = fit_triple(*triple, lower=0.0)
    above = fit_triple(*(1000 - x for x in triple), lower=None, upper=1000.0)
    p = np.linspace(0.05, 0.95, 19)
    assert np.allclose(above.distribution.quantile(p), 1000 - below.distribution.quantile(1 - p), rtol=1e-6)
    assert above.form == below.form


@pytest.mark.parametrize(
    ("triple", "form", "notes"),
    [
        ((3, 5, 9), "metalog", ()),
        ((9, 5, 3), "metalog", ("Put in order: low 3, likely 5, high 9.",)),
        ((-2, 4, 5), "metalog", ("Raised to 0: there is nothing below.",
                                 "One chance in ten is on exactly 0: there is nothing below.")),
        ((1, 1.01, 50), "johnson", ("1 (1–50) is too lopsided for a metalog: a J-QPD carries the same values.",)),
        ((3, 3, 9), "two-piece", ("Two of the three values are equal: half of the chance is on exactly 3.",)),
        ((0, 0, 0), "exact", ()),
        ((7, 7, 7), "exact", ()),
    ],
)  # fmt: skip
def test_how_it_came_about_is_said(triple: tuple[float, float, float], form: str, notes: tuple[str, ...]) -> None:
    fit = fit_triple(*triple)
    assert (fit.form, fit.notes) == (form, notes)


def test_a_low_value_of_nothing_leaves_one_chance_in_ten_on_nothing() -> None:
    distribution = fit_triple(0, 3, 5).distribution
    assert distribution.cdf([-0.001, 0.0, 3.0]).round(12).tolist() == [0.0, 0.1, 0.5]
    draws = distribution.sample(200_000, seed=4)
    assert abs((draws == 0).mean() - 0.1) < 0.003
    assert distribution.mean() == pytest.approx(draws.mean(), rel=0.01)


def moments_by_integration(fit: Fit) -> tuple[float, float]:
    p = (np.arange(4_000_000) + 0.5) / 4_000_000
    x = fit.distribution.quantile(p)
    return float(x.mean()), float(x.var())


@pytest.mark.parametrize("triple", [(3, 5, 9), (0, 3, 5), (3, 3, 9), (3, 3.05, 6), (900, 990, 1000), (7, 7, 7)])
def test_moments_equal_plain_integration(triple: tuple[float, float, float]) -> None:
    fit = fit_triple(*triple, lower=0.0, upper=1000.0)
    mean, variance = moments_by_integration(fit)
    assert fit.distribution.mean() == pytest.approx(mean, rel=1e-4)
    assert fit.distribution.variance() == pytest.approx(variance, rel=5e-3, abs=1e-9)


@settings(deadline=None)
@given(st.tuples(values, values, values))
def test_the_drawn_density_is_finite_and_holds_the_chance_between_its_ends(
    triple: tuple[float, float, float],
) -> None:
    curve = fit_triple(*triple).distribution.curve(points=60)
    assert np.isfinite(curve.x).all()
    assert np.isfinite(curve.y).all()
    assert np.all(curve.y >= 0)
    assert 0.97 <= (curve.y * (curve.x[1] - curve.x[0])).sum() <= 1 + 1e-9


def test_the_same_seed_gives_the_same_draws() -> None:
    distribution = fit_triple(3, 5, 9).distribution
    assert np.array_equal(distribution.sample(10, seed=1), distribution.sample(10, seed=1))
    assert not np.array_equal(distribution.sample(10, seed=1), distribution.sample(10, seed=2))


@pytest.mark.parametrize(
    ("triple", "lower", "upper", "message"),
    [
        ((1, math.nan, 3), 0.0, None, "p50 is nan: give a finite number"),
        ((1, 2, math.inf), 0.0, None, "p90 is inf"),
        ((1, 2, 3), 5.0, 5.0, "lower 5.0 is not below upper 5.0"),
        ((1, 2, 3), -math.inf, None, "lower is -inf: give a finite bound, or None"),
        ((1, 2, 3), 0.0, math.inf, "upper is inf"),
        ((1, 2, 3), math.nan, None, "lower is nan"),
    ],
)
def test_what_is_no_number_is_refused(
    triple: tuple[float, float, float], lower: float, upper: float | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fit_triple(*triple, lower=lower, upper=upper)
