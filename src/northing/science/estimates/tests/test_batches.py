import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.estimates import fit_triple, fit_triples, uniforms

pytestmark = pytest.mark.science

rows = st.lists(st.tuples(*[st.floats(0, 100)] * 3), min_size=1, max_size=6)


@settings(deadline=None)
@given(rows, st.sampled_from([(None, None), (0.0, None), (None, 200.0), (0.0, 200.0)]))
def test_a_batch_is_its_triples(
    triples: list[tuple[float, float, float]], bounds: tuple[float | None, float | None]
) -> None:
    batch = fit_triples(*np.transpose(triples), lower=bounds[0], upper=bounds[1])
    p = uniforms(5, len(triples), seed=1)
    for column, triple in enumerate(triples):
        single = fit_triple(*triple, lower=bounds[0], upper=bounds[1]).distribution.quantile(p[:, column])
        assert np.allclose(batch.quantile(p)[:, column], single, rtol=1e-9, atol=1e-9)


def test_only_unusual_columns_are_special_and_say_why() -> None:
    batch = fit_triples([3, 9, 1, 4], [5, 5, 1.01, 4], [9, 3, 50, 4])
    assert {column: fit.form for column, fit in batch.special.items()} == {
        1: "metalog",
        2: "johnson",
        3: "exact",
    }
    assert batch.special[1].notes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_draws_have_the_quantiles_of_their_triples(dtype: type[np.float32] | type[np.float64]) -> None:
    batch = fit_triples([3, 1, 7], [5, 1.01, 7], [9, 50, 7])
    draws = np.concatenate(list(batch.blocks(40_000, seed=(1, 2), dtype=dtype, rows=1_000)))
    assert draws.shape == (40_000, 3)
    assert draws.dtype == dtype
    at_most = (draws[:, :2] <= np.array([5.0, 1.01])).mean(axis=0)
    assert np.abs(at_most - 0.5).max() < 0.01
    assert np.all(draws[:, 2] == 7)
    assert np.isfinite(draws).all()


def test_blocks_are_the_same_in_any_order_and_differ_from_each_other() -> None:
    batch = fit_triples([3, 2], [5, 4], [9, 8])
    blocks = list(batch.blocks(600, seed=5))
    assert [len(block) for block in blocks] == [256, 256, 88]
    assert np.array_equal(blocks[2], batch.block(2, 88, seed=5))
    assert not np.array_equal(blocks[0], blocks[1])


def test_an_empty_batch_draws_nothing() -> None:
    batch = fit_triples([], [], [])
    assert len(batch) == 0
    assert next(batch.blocks(10, seed=1)).shape == (10, 0)


def test_lists_that_are_no_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="three lists of equal length"):
        fit_triples(1.0, 2.0, 3.0)  # type: ignore[arg-type]
