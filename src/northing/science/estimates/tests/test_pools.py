import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from northing.science.estimates import (
    Metalog,
    Scale,
    disagreement,
    fit_triple,
    linear_pool,
    logarithmic_pool,
)
from northing.science.estimates.distributions import TwoPieceNormal

pytestmark = pytest.mark.science

Z90 = stats.norm.ppf(0.9)
people = st.lists(st.tuples(st.floats(1, 50), st.floats(1.1, 2), st.floats(1.1, 2)), min_size=1, max_size=4)


def normal(mean: float, sd: float) -> TwoPieceNormal:
    return TwoPieceNormal(mean, sd * Z90, sd * Z90, Scale())


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 3), st.floats(0.1, 1)), min_size=1, max_size=5))
def test_moments_of_a_linear_pool_equal_the_closed_form(members: list[tuple[float, float, float]]) -> None:
    means, scales, weights = np.transpose(members)
    pool = linear_pool([Metalog((m, s), Scale()) for m, s, _ in members], weights)
    shares = weights / weights.sum()
    mean = shares @ means
    logistic_variances = scales**2 * math.pi**2 / 3
    assert pool.mean() == pytest.approx(mean, abs=1e-9)
    assert pool.variance() == pytest.approx(shares @ (logistic_variances + means**2) - mean**2, rel=1e-8)


@settings(max_examples=40, deadline=None)
@given(people)
def test_quantiles_of_a_linear_pool_lie_between_its_members(members: list[tuple[float, float, float]]) -> None:
    fits = [fit_triple(m / low, m, m * high).distribution for m, low, high in members]
    pool = linear_pool(fits)
    p = np.array([0.1, 0.5, 0.9])
    x = pool.quantile(p)
    each = np.stack([fit.quantile(p) for fit in fits])
    assert np.all((x >= each.min(axis=0) * (1 - 1e-9)) & (x <= each.max(axis=0) * (1 + 1e-9)))
    assert np.allclose(pool.cdf(x), p, atol=1e-9)


def test_a_pool_of_one_is_that_one_and_of_equals_is_them() -> None:
    alone = fit_triple(3, 5, 9).distribution
    p = np.array([0.05, 0.5, 0.99])
    for pool in (linear_pool([alone]), linear_pool([alone, alone]), logarithmic_pool([alone, alone])):
        assert np.allclose(pool.quantile(p), alone.quantile(p), rtol=1e-4)


def test_a_pool_with_a_certain_member_has_his_chance_on_his_value() -> None:
    pool = linear_pool([fit_triple(3, 5, 9).distribution, fit_triple(4, 4, 4).distribution], [1, 3])
    assert pool.quantile([0.2, 0.5, 0.8]).round(9).tolist() == [4, 4, 4]
    assert float(pool.cdf(4.0) - pool.cdf(4.0 - 1e-9)) == pytest.approx(0.75, abs=1e-6)


def test_a_logarithmic_pool_of_normals_is_the_precision_weighted_normal() -> None:
    pool = logarithmic_pool([normal(0, 1), normal(4, 2)], [1, 2])
    precision = 1 / 3 * 1 + 2 / 3 * 0.25
    mean = (2 / 3 * 0.25 * 4) / precision
    expected = stats.norm(mean, precision**-0.5)
    assert pool.mean() == pytest.approx(expected.mean(), abs=1e-4)
    assert pool.variance() == pytest.approx(expected.var(), rel=1e-3)
    assert np.allclose(pool.quantile([0.1, 0.5, 0.9]), expected.ppf([0.1, 0.5, 0.9]), atol=1e-3)
    assert np.allclose(pool.pdf([0.0, 1.0]), expected.pdf([0.0, 1.0]), rtol=1e-3)


@pytest.mark.parametrize("others", [(4, 4, 4), (4, 4, 9)])
def test_a_logarithmic_pool_refuses_a_certain_member(others: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="two equal values"):
        logarithmic_pool([fit_triple(3, 5, 9).distribution, fit_triple(*others).distribution])


def test_a_logarithmic_pool_of_beliefs_that_exclude_each_other_is_refused() -> None:
    low = fit_triple(1, 2, 3, lower=0, upper=4).distribution
    high = fit_triple(6, 7, 8, lower=5, upper=9).distribution
    with pytest.raises(ValueError, match="no value in common"):
        logarithmic_pool([low, high])


def test_disagreement_is_the_share_of_variance_between_people() -> None:
    told = disagreement([normal(-1, 0.5), normal(1, 0.5)])
    assert told.share == pytest.approx(1 / (1 + 0.25))
    just_touching = disagreement([normal(-Z90, 1), normal(Z90, 1)])
    assert just_touching.share == pytest.approx(0.62, abs=0.005)
    assert disagreement([normal(3, 1), normal(3, 2)]).words == "They agree."
    assert disagreement([fit_triple(4, 4, 4).distribution]).share == 0


@settings(deadline=None)
@given(people, st.floats(0.01, 100))
def test_disagreement_does_not_depend_on_unit_or_order(members: list[tuple[float, float, float]], unit: float) -> None:
    triples = [(m / low, m, m * high) for m, low, high in members]
    plain = disagreement([fit_triple(*t).distribution for t in triples])
    other = disagreement([fit_triple(*(x * unit for x in t)).distribution for t in reversed(triples)])
    assert other.share == pytest.approx(plain.share, abs=0.011)


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [0.0, 0.0], [1.0, math.inf]])
def test_weights_that_are_none_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        linear_pool([normal(0, 1), normal(1, 1)], weights)


def test_a_pool_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one estimate"):
        linear_pool([])


@settings(max_examples=10, deadline=None)
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_the_members_does_not_matter(members: list[tuple[float, float, float]], random: object) -> None:
    fits = [fit_triple(m / low, m, m * high).distribution for m, low, high in members]
    mixed = random.sample(fits, len(fits))  # type: ignore[attr-defined]
    p = np.array([0.1, 0.5, 0.9])
    for pool in (linear_pool, logarithmic_pool):
        assert np.allclose(pool(fits).quantile(p), pool(mixed).quantile(p), rtol=1e-9)


def test_moments_of_a_logarithmic_pool_equal_plain_integration() -> None:
    pool = logarithmic_pool([fit_triple(3, 5, 9).distribution, fit_triple(4, 7, 10).distribution], [2, 1])
    x = pool.quantile((np.arange(400_000) + 0.5) / 400_000)
    assert pool.mean() == pytest.approx(x.mean(), rel=1e-3)
    assert pool.variance() == pytest.approx(x.var(), rel=2e-2)
