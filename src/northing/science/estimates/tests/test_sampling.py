import numpy as np
import pytest
from scipy import stats

from northing.science.estimates import correlate, fit_triple, uniforms
from northing.science.estimates.sampling import Method, open_uniforms

pytestmark = pytest.mark.science


@pytest.mark.parametrize("method", ["random", "latin", "sobol"])
def test_points_lie_inside_and_repeat_by_seed(method: Method) -> None:
    points = uniforms(100, 3, 7, method)
    assert points.shape == (100, 3)
    assert np.all((points > 0) & (points < 1))
    assert np.array_equal(points, uniforms(100, 3, 7, method))
    assert not np.array_equal(points, uniforms(100, 3, 8, method))


def test_each_latin_column_has_one_point_in_each_slice() -> None:
    slices = np.sort(np.floor(uniforms(50, 4, 1, "latin") * 50), axis=0)
    assert np.array_equal(slices, np.tile(np.arange(50.0)[:, None], 4))


@pytest.mark.parametrize("method", ["latin", "sobol"])
def test_even_points_beat_random_ones_on_a_mean(method: Method) -> None:
    distribution = fit_triple(3, 5, 9).distribution

    def error(method: Method) -> float:
        means = [distribution.quantile(uniforms(256, 1, seed, method)).mean() for seed in range(20)]
        return float(np.std(means - np.asarray(distribution.mean())))

    assert error(method) < error("random") / 3


def test_float32_draws_never_reach_an_end() -> None:
    class Ends(np.random.Generator):
        def random(self, shape, dtype):  # type: ignore[no-untyped-def, override]
            return np.array([0.0, 1.0 - 2.0**-24], dtype).reshape(shape)

    points = open_uniforms(Ends(np.random.PCG64(1)), (2,), np.float32)
    assert points.dtype == np.float32
    assert np.isfinite(np.log(points / (1 - points))).all()


@pytest.mark.parametrize("r", [-0.9, -0.3, 0.0, 0.5, 0.95])
def test_the_copula_gives_the_rank_correlation_and_keeps_the_columns_uniform(r: float) -> None:
    points = correlate(uniforms(8_192, 2, 3, "sobol"), [[1, r], [r, 1]])
    assert stats.spearmanr(points[:, 0], points[:, 1]).statistic == pytest.approx(r, abs=0.01)
    for column in points.T:
        assert stats.kstest(column, "uniform").statistic < 0.01


def test_normal_correlation_is_kept_where_asked_for() -> None:
    points = correlate(uniforms(8_192, 2, 3, "sobol"), [[1, 0.7], [0.7, 1]], ranks=False)
    assert np.corrcoef(stats.norm.ppf(points).T)[0, 1] == pytest.approx(0.7, abs=0.01)


def test_full_correlation_gives_equal_columns() -> None:
    points = correlate(uniforms(50, 2, 1), np.ones((2, 2)))
    assert np.allclose(points[:, 0], points[:, 1], atol=1e-6)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.eye(3), "2 x 2"),
        ([[1, 0.5], [0.4, 1]], "symmetric"),
        ([[1, 1.5], [1.5, 1]], "from -1 to 1"),
    ],
)
def test_what_is_no_correlation_is_refused(matrix: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        correlate(uniforms(10, 2, 1), matrix)  # type: ignore[arg-type]


def test_correlations_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="contradicts itself"):
        correlate(uniforms(10, 3, 1), [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])


def test_no_points_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        uniforms(0, 2, 1)
    with pytest.raises(ValueError, match="'even' is none of random, latin, sobol"):
        uniforms(8, 2, 1, "even")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at most 21,201; take latin"):
        uniforms(8, 30_000, 1, "sobol")
