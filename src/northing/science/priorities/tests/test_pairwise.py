import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime, minimize

from northing.science.priorities import Comparison, compare

Pair = tuple[str, str]


def answers(wins: dict[Pair, int]) -> list[Pair]:
    return [pair for pair, count in wins.items() for _ in range(count)]


def by_key(found: Comparison) -> dict[str, float]:
    return dict(zip(found.ranking.keys, found.strength.tolist(), strict=True))


def test_citations_among_journals_have_their_published_strengths() -> None:
    # Stigler 1994, as in the R package BradleyTerry2 (Turner and Firth 2012): log strengths less that of Biometrika,
    # and their standard errors.
    cited = {
        "Biometrika": [0, 730, 498, 221],
        "Comm Statist": [33, 0, 68, 17],
        "JASA": [320, 813, 0, 142],
        "JRSS-B": [284, 276, 325, 0],
    }
    names = list(cited)
    pairs = {(one, names[i]): count for one, row in cited.items() for i, count in enumerate(row)}
    found = compare(answers(pairs), spread=math.inf)
    strength = by_key(found)
    first = found.ranking.keys.index("Biometrika")
    for name, value, error in (("Comm Statist", -2.949, 0.1026), ("JASA", -0.480, 0.0606), ("JRSS-B", 0.269, 0.0708)):
        other = found.ranking.keys.index(name)
        variance = found.covariance[first, first] + found.covariance[other, other] - 2 * found.covariance[first, other]
        assert strength[name] - strength["Biometrika"] == pytest.approx(value, abs=0.001)
        assert math.sqrt(variance) == pytest.approx(error, abs=0.0002)
    assert found.ranking.keys == ("JRSS-B", "Biometrika", "JASA", "Comm Statist")


def some_wins(seed: int, count: int = 6, most: int = 5) -> dict[Pair, int]:
    random = np.random.default_rng(seed)
    names = [f"F-{i}" for i in range(count)]
    return {(one, other): int(random.integers(0, most)) for one, other in product(names, names) if one != other}


@pytest.mark.parametrize("spread", [0.5, 1.5, math.inf])
def test_mode_and_errors_match_direct_optimisation(spread: float) -> None:
    wins = some_wins(3)
    names = sorted({name for pair in wins for name in pair})

    def loss(strength: np.ndarray) -> float:
        total = strength @ strength / (2 * spread**2)
        for (one, other), count in wins.items():
            total += count * math.log1p(math.exp(strength[names.index(other)] - strength[names.index(one)]))
        return float(total)

    best = minimize(loss, np.zeros(len(names)), tol=1e-12).x
    found = compare(answers(wins), spread=spread)
    exact = dict(zip(names, best - best.mean(), strict=True))
    assert by_key(found) == pytest.approx(exact, abs=1e-4)

    def slope(strength: np.ndarray) -> np.ndarray:
        return approx_fprime(strength, loss, 1e-6)

    curvature = np.array([(slope(best + step) - slope(best - step)) / 2e-3 for step in 1e-3 * np.eye(len(names))])
    centre = np.eye(len(names)) - 1 / len(names)
    covariance = centre @ np.linalg.pinv(centre @ curvature @ centre, rcond=1e-6) @ centre
    errors = dict(zip(names, np.sqrt(np.diag(covariance)), strict=True))
    assert dict(zip(found.ranking.keys, found.error, strict=True)) == pytest.approx(errors, rel=0.01)


def test_two_features_are_the_log_odds() -> None:
    found = compare([("a", "b")] * 12 + [("b", "a")] * 4, spread=math.inf)
    assert found.strength[0] - found.strength[1] == pytest.approx(math.log(3), abs=1e-9)
    assert 2 * found.error[0] == pytest.approx(math.sqrt(1 / 12 + 1 / 4), abs=1e-9)
    assert found.chance("a", "b") == pytest.approx(0.75)
    sure = math.erfc(-math.log(3) / math.sqrt(1 / 12 + 1 / 4) / math.sqrt(2)) / 2
    assert compare([("a", "b")] * 12 + [("b", "a")] * 4, spread=math.inf, top=1).ranking.top_probability[0] == (
        pytest.approx(sure, abs=0.01)
    )


@pytest.mark.parametrize(("won", "lost"), [(1, 0), (2, 0), (5, 0), (4, 1)])
def test_chance_to_be_better_is_near_the_exact_posterior(won: int, lost: int) -> None:
    difference = np.linspace(-30, 30, 60_001)  # of two normals with the standard deviation 1.5
    posterior = (
        np.exp(-(difference**2) / (4 * 1.5**2)) / (1 + np.exp(-difference)) ** won / (1 + np.exp(difference)) ** lost
    )
    exact = posterior[difference > 0].sum() / posterior.sum()
    found = compare([("a", "b")] * won + [("b", "a")] * lost, top=1)
    assert exact - 0.04 < found.ranking.top_probability[0] < exact


def test_ties_count_half() -> None:
    tied = compare([("a", "b")] * 3, ties=[("a", "b")] * 2)
    assert by_key(tied) == pytest.approx(by_key(compare([("a", "b")] * 4 + [("b", "a")])), abs=1e-9)
    halves = compare([("a", "b"), ("b", "a")] * 5)
    assert by_key(compare([], ties=[("a", "b")] * 10)) == pytest.approx(by_key(halves), abs=1e-9)
    assert halves.strength == pytest.approx([0.0, 0.0], abs=1e-9)


def test_unbeaten_features_stay_finite_and_unsure() -> None:
    few, many = compare([("a", "b")] * 2), compare([("a", "b")] * 50)
    assert 0 < few.strength[0] < many.strength[0] < 5
    assert few.ranking.beats_next[0] < 0.95 < many.ranking.beats_next[0]
    with pytest.raises(ValueError, match="without a prior"):
        compare([("a", "b")] * 2, spread=math.inf)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 500), mixed=st.randoms(use_true_random=False))
def test_order_of_answers_does_not_matter(seed: int, mixed: object) -> None:
    given_answers = answers(some_wins(seed, count=4, most=3)) or [("a", "b")]
    shuffled = given_answers.copy()
    mixed.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = compare(given_answers), compare(shuffled)
    assert one.ranking.keys == other.ranking.keys
    np.testing.assert_array_equal(one.strength, other.strength)
    np.testing.assert_array_equal(one.ranking.top_probability, other.ranking.top_probability)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 500))
def test_one_more_win_never_weakens(seed: int) -> None:
    wins = some_wins(seed, count=4, most=3)
    before = by_key(compare([*answers(wins), ("F-0", "F-1")]))
    after = by_key(compare([*answers(wins), ("F-0", "F-1"), ("F-0", "F-1")]))
    assert after["F-0"] > before["F-0"]
    assert after["F-1"] < before["F-1"]


def test_the_pair_never_asked_is_asked_next() -> None:
    wins = [("a", "b"), ("b", "a")] * 6 + [("c", "d"), ("d", "c")] * 6 + [("a", "c"), ("c", "a")]
    assert set(compare(wins).ask_next(2)) <= {("b", "d"), ("a", "d"), ("b", "c")}
    assert compare(wins).ask_next()[0] == ("b", "d")


@pytest.mark.parametrize(
    ("preferred", "spread", "message"),
    [([], 1.5, "no answers"), ([("a", "a")], 1.5, "against itself"), ([("a", "b")], 0.0, "spread 0.0")],
)
def test_bad_input_is_refused(preferred: list[Pair], spread: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(preferred, spread=spread)
    with pytest.raises(ValueError, match="'c': it was never compared"):
        compare([("a", "b")]).chance("a", "c")
