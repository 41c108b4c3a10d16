import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.priorities import rank, rank_together, stability


def scores(*means: float, draws: int = 4_000, seed: int = 1, spread: float = 1.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.array(means)[:, None] + spread * random.standard_normal((len(means), draws))


def test_people_who_agree_are_as_one() -> None:
    people = {name: scores(3.0, 2.0, 0.0, seed=seed) for seed, name in enumerate(("Ann", "Ben", "Cy"))}
    found = rank_together(["a", "b", "c"], people, top=1)
    alone = rank(["a", "b", "c"], people["Ann"], top=1)
    assert found.ranking.keys == ("a", "b", "c")
    assert found.ranking.top_probability == pytest.approx(alone.top_probability, abs=0.03)
    assert found.asked_share == pytest.approx([0, 0, 0], abs=0.005)
    assert (found.differ, found.contested) == (0.0, ())


def test_sure_people_who_differ_make_an_unsure_order() -> None:
    # Each feature takes 3 or 1 with even chances: a beats b with 1/4, they tie with 1/2; all of it is whom one asks.
    one, other = scores(3.0, 1.0, spread=0.0), scores(1.0, 3.0, spread=0.0)
    found = rank_together(["a", "b"], {"Ann": one, "Ben": other}, top=1)
    assert found.ranking.beats_next[0] == pytest.approx(0.5, abs=0.03)
    assert found.differ == 1.0
    (pair,) = found.contested
    assert ({pair.key, pair.other}, pair.chance) == ({"a", "b"}, 1.0)
    assert [order.keys for order in found.orders.values()] == [("a", "b"), ("b", "a")]


def test_share_of_whom_one_asks_matches_the_law_of_total_variance() -> None:
    # Against a fixed 0: chances p = Phi(1) and 1 - p to be first, variance between (p - 1/2)^2 of 1/4 in all.
    people = {"Ann": scores(1.0, 0.0, draws=40_000), "Ben": scores(-1.0, 0.0, draws=40_000, seed=2)}
    for values in people.values():
        values[1] = 0.0
    found = rank_together(["a", "b"], people, top=1)
    p = math.erfc(-1 / math.sqrt(2)) / 2
    place = found.ranking.keys.index("a")
    assert found.asked_share[place] == pytest.approx((p - 0.5) ** 2 / 0.25, abs=0.02)
    assert found.asked_share[1 - place] == pytest.approx(0.0, abs=0.005)


def test_weights_decide_whom_one_asks() -> None:
    people = {"Ann": scores(3.0, 1.0, spread=0.1), "Ben": scores(1.0, 3.0, spread=0.1, seed=2)}
    found = rank_together(["a", "b"], people, weights={"Ann": 3, "Ben": 1}, top=1)
    # a is at 3 and b at 1 with 9/16; both alike with 6/16, of which half.
    assert found.ranking.beats_next[0] == pytest.approx(9 / 16 + 3 / 16, abs=0.03)
    only = rank_together(["a", "b"], people, weights={"Ann": 1}, top=1)
    assert only.ranking.beats_next[0] == 1.0


def test_chance_that_two_of_three_differ() -> None:
    people = {"Ann": scores(3.0, 1.0, 0.0), "Ben": scores(1.0, 3.0, 0.0), "Cy": scores(3.0, 1.0, 0.0, seed=4)}
    found = rank_together(["a", "b", "c"], people, top=3)
    assert found.contested[0].chance == pytest.approx(2 / 3)
    assert found.differ == pytest.approx(2 / 9)  # one pair of features in three


def test_features_that_only_some_have_estimated() -> None:
    ann, ben = scores(3.0, 1.0, 2.0), scores(3.0, 1.0, 2.0, seed=2)
    ann[2], ben[1] = np.nan, np.nan
    found = rank_together(["a", "b", "c"], {"Ann": ann, "Ben": ben}, top=1)
    assert found.ranking.keys == ("a", "c", "b")
    assert found.orders["Ann"].keys == ("a", "b")
    assert found.differ == 0.0
    # Whose weight is nothing still counts where nobody else knows.
    assert rank_together(["a", "b", "c"], {"Ann": ann, "Ben": ben}, weights={"Ann": 1}).ranking.keys == ("a", "c", "b")


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(4)), names=st.permutations(["Ann", "Ben", "Cy"]))
def test_order_of_features_and_people_does_not_matter(order: list[int], names: list[str]) -> None:
    keys = list("abcd")
    people = {name: scores(2.0, 1.5, 1.0, 0.0, draws=200, seed=i) for i, name in enumerate(("Ann", "Ben", "Cy"))}
    one = rank_together(keys, people, top=2)
    moved = {name: people[name][order] for name in names}
    other = rank_together([keys[i] for i in order], moved, top=2)
    assert one.ranking.keys == other.ranking.keys
    np.testing.assert_array_equal(one.ranking.mean_rank, other.ranking.mean_rank)
    np.testing.assert_allclose(one.asked_share, other.asked_share, atol=1e-12)
    assert one.contested == other.contested
    assert one.differ == pytest.approx(other.differ, abs=1e-12)


def test_bad_people_are_named() -> None:
    ann = scores(1.0, 2.0, draws=10)
    holes = ann.copy()
    holes[0, 3] = np.nan
    nobody = np.full_like(ann, np.nan)
    nobody[0] = 1.0
    for people, message in (
        ({}, "nobody has estimated anything"),
        ({"Ann": ann[:1]}, r"scores of 'Ann' have shape \(1, 10\)"),
        ({"Ann": holes}, "some draws that are no number"),
        ({"Ann": nobody}, "scores of 'b': nobody has estimated it"),
    ):
        with pytest.raises(ValueError, match=message):
            rank_together(["a", "b"], people)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="weights"):
        rank_together(["a", "b"], {"Ann": ann}, weights={"Ann": -1.0})
    with pytest.raises(ValueError, match="weights name 'Ben'"):
        rank_together(["a", "b"], {"Ann": ann}, weights={"Ann": 1.0, "Ben": 1.0})
    with pytest.raises(ValueError, match=r"scores of 'Ann' have shape \(\)"):
        rank_together(["a", "b"], {"Ann": 3.0})


def concordance(values: np.ndarray) -> float:
    """Kendall's W as it is defined: 12 S / m^2 (n^3 - n), of the rank sums over m draws."""
    ranks = (-values).argsort(axis=0).argsort(axis=0) + 1.0
    features, draws = ranks.shape
    sums = ranks.sum(axis=1)
    return float(12 * ((sums - sums.mean()) ** 2).sum() / (draws**2 * (features**3 - features)))


def test_agreement_is_kendalls_coefficient() -> None:
    values = scores(2.0, 1.5, 1.0, 0.0, draws=300)
    found = stability(rank(list("abcd"), values, top=2))
    assert found.agreement == pytest.approx(concordance(values), rel=1e-9)


def test_kept_places_and_the_first_match_counting() -> None:
    values = scores(2.0, 1.5, 1.0, 0.0, draws=5_000)
    ranking = rank(list("abcd"), values, top=2)
    best = (-values).argsort(axis=0)[:2]
    kept = np.isin(best, [list("abcd").index(key) for key in ranking.keys[:2]]).mean()
    assert stability(ranking).kept == pytest.approx(kept)
    assert stability(ranking).first_stays == ranking.beats_next[0]


def test_certain_and_random_orders_are_the_ends() -> None:
    certain = stability(rank(list("abc"), np.repeat([[3.0], [2.0], [1.0]], 50, axis=1), top=1))
    assert (certain.agreement, certain.kept, certain.first_stays, certain.unsettled) == (1.0, 1.0, 1.0, ())
    chance = stability(rank(list("abc"), scores(0.0, 0.0, 0.0), top=1))
    assert chance.agreement < 0.01
    assert chance.kept == pytest.approx(1 / 3, abs=0.03)
    assert chance.unsettled
    assert stability(rank(["a"], np.ones((1, 3)))).agreement == 1.0


def test_unsettled_neighbours_settle_with_more_draws() -> None:
    few = stability(rank(list("ab"), scores(0.1, 0.0, draws=100), top=1))
    many = stability(rank(list("ab"), scores(0.1, 0.0, draws=40_000), top=1))
    assert (few.unsettled, many.unsettled) == ((1,), ())
