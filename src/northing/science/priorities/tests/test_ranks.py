import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from northing.science.priorities import ranks as module
from northing.science.priorities.ranks import Floats, RankTable


def filled(scores: Floats, top: int, monkeypatch: pytest.MonkeyPatch, *, is_compiled: bool) -> RankTable:
    monkeypatch.setattr(module, "COMPILED_FROM", 0 if is_compiled else np.inf)
    monkeypatch.setattr(module, "SLICE", 3_000)  # several blocks
    monkeypatch.setattr(module, "HELD", 25)  # which go to the table now and then
    table = RankTable(*scores.shape, top)
    for start in range(0, scores.shape[1], table.width):
        table.add(scores[:, start : start + table.width])
    return table


def scores_of(kind: str, features: int, draws: int) -> Floats:
    random = np.random.default_rng(5)
    scores = random.standard_normal((features, draws))
    match kind:
        case "rounded":
            return np.round(scores)
        case "constant":
            return np.zeros_like(scores)
        case "signed zeros":
            return np.copysign(np.zeros_like(scores), scores)
        case "nearly equal":  # differ only in the bits that the keys give up
            return 1.0 + random.integers(0, 40, scores.shape) * np.finfo(float).eps
        case "heavy tails":  # crowded but for a few, so that the keys become longer
            return np.asarray(np.exp(6 * scores))
        case "outliers":  # beside which all others are within a step
            return np.asarray(np.where(scores > 1.5, 1e250, scores))
        case "extreme":
            return np.asarray(random.choice([-1e308, -5e-324, 0.0, 5e-324, 1e-300, 1e308, 1.5], scores.shape))
    return scores


@pytest.mark.parametrize("is_compiled", [False, True])
@pytest.mark.parametrize(
    "kind",
    ["normal", "rounded", "constant", "signed zeros", "nearly equal", "heavy tails", "outliers", "extreme"],
)
@pytest.mark.parametrize(("features", "draws"), [(1, 3), (2, 7), (37, 150), (300, 20)])
def test_equal_to_scipy(
    kind: str, features: int, draws: int, is_compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = scores_of(kind, features, draws)
    table = filled(scores, 5, monkeypatch, is_compiled=is_compiled)
    expected = rankdata(-scores, axis=0)
    np.testing.assert_array_equal(table.ranks / 2, expected)
    best, worst = rankdata(-scores, axis=0, method="min"), rankdata(-scores, axis=0, method="max")
    shares = np.clip((5 + 1 - best) / (worst - best + 1), 0, 1)
    np.testing.assert_allclose(table.top_count, shares.sum(axis=1), rtol=1e-12)
    mean, quantiles = table.summary((0.1, 0.5, 0.9))
    np.testing.assert_allclose(mean, expected.mean(axis=1), rtol=1e-14)
    by_numpy = np.quantile(expected, (0.1, 0.5, 0.9), axis=1, method="inverted_cdf").T
    np.testing.assert_array_equal(quantiles, by_numpy)


@pytest.mark.parametrize("kind", ["normal", "rounded"])
def test_compiled_and_numpy_are_equal_in_wide_types(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = scores_of(kind, 33_000, 3)
    by_numpy = filled(scores, 50, monkeypatch, is_compiled=False)
    compiled = filled(scores, 50, monkeypatch, is_compiled=True)
    assert by_numpy.ranks.dtype == np.uint32
    np.testing.assert_array_equal(by_numpy.ranks, compiled.ranks)
    np.testing.assert_allclose(by_numpy.top_count, compiled.top_count, rtol=1e-12)
    np.testing.assert_allclose(by_numpy.totals, compiled.totals, rtol=1e-12)


def test_long_runs_of_nearly_equal_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = 1.0 + np.random.default_rng(2).permuted(np.tile(np.arange(3_000.0), (4, 1)), axis=1).T * 2.0**-52
    table = filled(scores, 5, monkeypatch, is_compiled=True)
    np.testing.assert_array_equal(table.ranks / 2, rankdata(-scores, axis=0))


@pytest.mark.parametrize("kind", ["normal", "rounded", "nearly equal", "heavy tails", "outliers"])
def test_long_keys_rank_like_short_ones(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = scores_of(kind, 200, 40)
    short = filled(scores, 5, monkeypatch, is_compiled=True)
    monkeypatch.setattr(module, "SHORT_KEY", 0)
    long = filled(scores, 5, monkeypatch, is_compiled=True)
    np.testing.assert_array_equal(long.ranks, short.ranks)
    np.testing.assert_allclose(long.top_count, short.top_count, rtol=1e-12)


@pytest.mark.parametrize("is_compiled", [False, True])
def test_how_the_scores_lie_in_memory_does_not_matter(is_compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = scores_of("rounded", 37, 150)
    by_feature = filled(scores, 5, monkeypatch, is_compiled=is_compiled)
    by_draw = filled(np.asfortranarray(scores), 5, monkeypatch, is_compiled=is_compiled)
    np.testing.assert_array_equal(by_draw.ranks, by_feature.ranks)
    np.testing.assert_array_equal(by_draw.top_count, by_feature.top_count)


def test_wins_are_counted_over_more_draws_than_sixteen_bits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(4).standard_normal((2, 70_000))
    table = filled(scores, 1, monkeypatch, is_compiled=True)
    assert table.beats(np.array([0]), np.array([1])).tolist() == [np.mean(scores[0] > scores[1])]


@pytest.mark.parametrize("is_compiled", [False, True])
def test_beats_counts_ties_half(is_compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.array([[3.0, 1.0, 2.0, 5.0], [1.0, 3.0, 2.0, 4.0]])
    table = filled(scores, 1, monkeypatch, is_compiled=is_compiled)
    assert table.beats(np.array([0, 1]), np.array([1, 0])).tolist() == [0.625, 0.375]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 6), st.integers(1, 12), st.integers(1, 8), st.integers(0, 2**32))
def test_ranks_and_places_are_all_given_out(features: int, draws: int, top: int, seed: int) -> None:
    scores = np.random.default_rng(seed).integers(0, 4, (features, draws)).astype(float)
    table = RankTable(features, draws, top)
    table.add(scores)
    np.testing.assert_array_equal(table.ranks.sum(axis=0), features * (features + 1))
    assert table.top_count.sum() == pytest.approx(min(top, features) * draws)
