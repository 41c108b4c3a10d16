import numpy as np
import pytest
from scipy import special

from northing.science.estimates import normal_cdf, normal_quantile

pytestmark = pytest.mark.science


def test_the_cdf_equals_scipys_far_into_the_tails() -> None:
    z = np.linspace(-37, 37, 20_001)
    assert np.allclose(normal_cdf(z), special.ndtr(z), rtol=1e-8, atol=0)
    assert np.abs(normal_cdf(z) - special.ndtr(z)).max() < 1e-15


def test_the_quantile_equals_scipys_from_end_to_end() -> None:
    p = np.concatenate([10.0 ** -np.arange(1, 300), np.linspace(0, 1, 20_001)])
    assert np.allclose(normal_quantile(p), special.ndtri(p), rtol=3e-15, atol=1e-16)
    assert normal_quantile([0.0, 1.0]).tolist() == [-np.inf, np.inf]
