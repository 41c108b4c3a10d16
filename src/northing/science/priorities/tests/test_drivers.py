import math

import numpy as np
import pytest

from northing.science.priorities import CLASSIC_RICE, Driver, custom, prioritise
from northing.science.priorities.conditional import explained_variance

SUM = custom("x + y", {"x": "", "y": ""})


def normals(*deviations: float, draws: int = 20_000) -> list[np.ndarray]:
    random = np.random.default_rng(21)
    return [deviation * random.standard_normal(draws) for deviation in deviations]


def by_name(drivers: tuple[Driver, ...]) -> dict[tuple[str, str], Driver]:
    return {(driver.key, driver.quantity): driver for driver in drivers}


def test_share_of_the_pick_matches_the_closed_form() -> None:
    # a = x + y against 0, both standard normal: P(a first | x) = Phi(x), uniform, of variance 1/12.
    x, y = normals(1.0, 1.0)
    zero = np.zeros_like(x)
    samples = {"x": np.array([x, zero]), "y": np.array([y, zero])}
    found = by_name(prioritise(SUM, ["a", "b"], samples, top=1).drivers)
    assert set(found) == {("a", "x"), ("a", "y")}
    for driver in found.values():
        assert driver.pick_share == pytest.approx(1 / 3, abs=0.02)
        assert driver.pick_sway == pytest.approx(math.sqrt(1 / 12), abs=0.01)
        assert driver.places == pytest.approx(math.sqrt(1 / 12), abs=0.01)


def test_linear_shares_match_the_variances() -> None:
    # Far below and above each other's reach the rank is no help; the outcome itself is: x has 4/5 of the variance.
    x, y = normals(2.0, 1.0)
    order = np.argsort(x)
    share = explained_variance((x + y)[order][None])[0] / (x + y).var()
    assert share == pytest.approx(0.8, abs=0.02)


def test_noise_explains_nothing() -> None:
    outcomes = np.random.default_rng(9).standard_normal((200, 2_000))
    shares = explained_variance(outcomes)
    assert shares.mean() < 0.0015  # without the correction: 7 / 2000 = 0.0035


def test_features_taken_a_few_at_a_time_have_the_same_drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    samples = {"x": random.standard_normal((7, 500)), "y": random.standard_normal((7, 500))}
    at_once = by_name(prioritise(SUM, list("abcdefg"), samples, top=2).drivers)
    monkeypatch.setattr("northing.science.priorities.drivers.RANKS_AT_ONCE", 1_000)  # two features
    by_pairs = by_name(prioritise(SUM, list("abcdefg"), samples, top=2).drivers)
    assert by_pairs.keys() == at_once.keys()
    for name, driver in by_pairs.items():
        assert driver.places == pytest.approx(at_once[name].places)
        assert driver.pick_sway == pytest.approx(at_once[name].pick_sway)


def test_decided_places_have_no_drivers_of_the_pick() -> None:
    x, y = normals(1.0, 1.0, draws=4_000)
    samples = {"x": np.array([x, x + 50, y - 50]), "y": np.zeros((3, 1))}
    assert prioritise(SUM, ["a", "b", "c"], samples, top=1).drivers == ()


def test_the_wider_estimate_comes_first_whatever_the_order() -> None:
    random = np.random.default_rng(5)
    widths = {"reach": 0.9, "impact": 0.1, "confidence": 0.0, "effort": 0.4}
    samples = {name: np.exp(width * random.standard_normal((6, 4_000))) for name, width in widths.items()}
    keys = list("abcdef")
    found = prioritise(CLASSIC_RICE, keys, samples, top=2, drivers=18)
    assert {driver.quantity for driver in found.drivers[:6]} == {"reach"}
    assert {driver.quantity for driver in found.drivers[6:12]} == {"effort"}
    order = [4, 2, 0, 5, 1, 3]
    shuffled = {name: values[order] for name, values in samples.items()}
    assert prioritise(CLASSIC_RICE, [keys[i] for i in order], shuffled, top=2, drivers=18).drivers == found.drivers


def test_blocks_give_the_same_drivers_and_ranking() -> None:
    random = np.random.default_rng(6)
    samples = {"x": random.standard_normal((5, 900)), "y": random.standard_normal((5, 1))}
    blocks = (
        {name: values if values.shape[1] == 1 else values[:, start : start + 130] for name, values in samples.items()}
        for start in range(0, 900, 130)
    )
    whole, pieces = prioritise(SUM, list("abcde"), samples), prioritise(SUM, list("abcde"), blocks, draws=900)
    assert whole.drivers == pieces.drivers
    assert whole.ranking.keys == pieces.ranking.keys
    np.testing.assert_array_equal(whole.ranking.median_rank, pieces.ranking.median_rank)


def test_undefined_score_names_the_feature() -> None:
    ratio = custom("x / y", {"x": "", "y": ""})
    with pytest.raises(ValueError, match=r"score of 'b' in draw 1 is nan.*division by zero"):
        prioritise(ratio, ["a", "b"], {"x": [[1.0], [2.0]], "y": [[1.0], [0.0]]})
