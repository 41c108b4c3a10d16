import itertools
import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.priorities import Group, Ranker, Ranking, Verdict, in_words, rank, verdict


def random_scores(features: int, draws: int, seed: int = 3) -> np.ndarray[Any, np.dtype[np.float64]]:
    random = np.random.default_rng(seed)
    return random.normal(np.linspace(2, 0, features)[:, None], 1.0, (features, draws))


def assert_same(one: Ranking, other: Ranking) -> None:
    for field in fields(Ranking):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


def phi(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2


def test_two_normal_scores_match_the_closed_form() -> None:
    draws = 200_000
    random = np.random.default_rng(11)
    ranking = rank(["a", "b"], random.normal([[1.0], [0.5]], [[1.0], [0.8]], (2, draws)), top=1)
    chance = phi(0.5 / math.hypot(1.0, 0.8))
    error = 4 * math.sqrt(chance * (1 - chance) / draws)
    assert ranking.keys == ("a", "b")
    assert ranking.top_probability[0] == pytest.approx(chance, abs=error)
    assert ranking.beats_next[0] == pytest.approx(chance, abs=error)
    assert ranking.mean_rank[0] == pytest.approx(2 - chance, abs=error)
    assert ranking.mean_score == pytest.approx([1.0, 0.5], abs=0.01)
    assert ranking.low_score == pytest.approx([1 - 1.2816, 0.5 - 0.8 * 1.2816], abs=0.02)


def test_exchangeable_scores_share_the_top() -> None:
    draws = 40_000
    ranking = rank(list("abcde"), np.random.default_rng(4).standard_normal((5, draws)), top=2)
    assert ranking.top_probability == pytest.approx(np.full(5, 0.4), abs=4 * math.sqrt(0.24 / draws))
    assert ranking.mean_rank == pytest.approx(np.full(5, 3.0), abs=4 * math.sqrt(2 / draws))
    assert set(ranking.median_rank) == {3.0}
    assert in_words(ranking.groups) == "1-5 toss-up"


def test_independent_uniforms_match_enumeration() -> None:
    levels = [(1.0, 6.0), (2.0, 5.0), (0.0, 4.0)]
    draws = np.array(list(itertools.product(*levels))).T
    ranking = rank(["x", "y", "z"], draws, top=1)
    assert dict(zip(ranking.keys, ranking.top_probability, strict=True)) == {"x": 0.5, "y": 0.375, "z": 0.125}


def test_certain_scores_give_the_plain_order_with_mid_ranks() -> None:
    ranking = rank(["a", "b", "c", "d"], np.array([[1.0], [7.0], [7.0], [3.0]]), top=1)
    assert ranking.keys == ("b", "c", "d", "a")
    assert ranking.median_rank.tolist() == [1.5, 1.5, 3.0, 4.0]
    assert ranking.top_probability.tolist() == [0.5, 0.5, 0.0, 0.0]
    assert ranking.verdicts == (Verdict.TOSS_UP, Verdict.CLEAR_LEAD, Verdict.CLEAR_LEAD)
    assert in_words(ranking.groups) == "1-2 toss-up, 3-4 clear"


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(6)))
def test_order_of_input_does_not_matter(order: list[int]) -> None:
    keys = [f"F-{i}" for i in range(6)]
    scores = np.round(random_scores(6, 60), 1)
    assert_same(rank([keys[i] for i in order], scores[order], top=2), rank(keys, scores, top=2))


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_scale_changes_scores_only(scale: float) -> None:
    one, other = rank(list("abcd"), random_scores(4, 80)), rank(list("abcd"), random_scores(4, 80) * scale)
    assert one.keys == other.keys
    np.testing.assert_array_equal(one.beats_next, other.beats_next)


def test_blocks_are_the_same_as_one_array() -> None:
    scores = random_scores(20, 500)
    blocks = (scores[:, start : start + 70] for start in range(0, 500, 70))
    one, other = rank([f"{i}" for i in range(20)], scores), rank([f"{i}" for i in range(20)], blocks, draws=500)
    np.testing.assert_array_equal(one.median_rank, other.median_rank)
    np.testing.assert_array_equal(one.beats_next, other.beats_next)
    np.testing.assert_array_equal(one.high_score, other.high_score)
    np.testing.assert_allclose(one.mean_score, other.mean_score, rtol=1e-12)


def test_raising_a_score_never_lowers_its_place() -> None:
    scores = random_scores(8, 300)
    keys = list("abcdefgh")
    before = rank(keys, scores, top=3)
    scores[5] += 0.4
    after = rank(keys, scores, top=3)
    assert after.keys.index("f") <= before.keys.index("f")
    assert after.mean_rank[after.keys.index("f")] < before.mean_rank[before.keys.index("f")]


def test_verdicts_at_their_thresholds() -> None:
    assert [verdict(chance) for chance in (0.9, 0.89, 2 / 3, 0.66, 0.1)] == [
        Verdict.CLEAR_LEAD,
        Verdict.CLOSE_CALL,
        Verdict.CLOSE_CALL,
        Verdict.TOSS_UP,
        Verdict.TOSS_UP,
    ]


@pytest.mark.parametrize("chance", [-0.1, 1.1, np.nan])
def test_no_chance_has_no_verdict(chance: float) -> None:
    with pytest.raises(ValueError, match="must lie from 0 to 1"):
        verdict(chance)


def test_groups_cut_where_the_first_has_a_clear_lead() -> None:
    scores = np.random.default_rng(8).normal([[9.0], [5.0], [4.9], [4.8], [0.0]], 0.5, (5, 4000))
    groups = rank(list("abcde"), scores).groups
    assert groups == (
        Group(1, 1, Verdict.CLEAR_LEAD),
        Group(2, 4, Verdict.TOSS_UP),
        Group(5, 5, Verdict.CLEAR_LEAD),
    )


def test_long_groups_are_found_whole() -> None:
    means = np.repeat([9.0, 0.0], [60, 20])[:, None]
    scores = np.random.default_rng(8).normal(means, 1.0, (80, 2000))
    groups = rank([f"{i:02}" for i in range(80)], scores).groups
    assert [(group.first, group.last) for group in groups] == [(1, 60), (61, 80)]


@pytest.mark.parametrize(
    ("keys", "scores", "top", "message"),
    [
        ([], np.zeros((0, 3)), 1, "nothing to rank"),
        (["a", "a"], np.zeros((2, 3)), 1, "'a' stands twice"),
        (["a"], np.zeros((1, 0)), 1, "draws: 0"),
        (["a"], np.zeros((1, 3)), 0, "top: 0"),
        (["a", "b"], np.zeros((3, 3)), 1, "block has shape"),
        (["a", "b"], np.array([[0.0, 1.0], [1.0, math.nan]]), 1, "score of 'b' in draw 2 is nan"),
        (["a", "b"], np.array([[0.0, 1.0], [math.inf, 1.0]]), 1, "score of 'b' in draw 1 is inf"),
        (["a"], np.full((1, 9), 1e308), 1, "larger unit"),
    ],
)
def test_bad_input_names_field_value_and_rule(keys: list[str], scores: Any, top: int, message: str) -> None:
    with pytest.raises(ValueError, match=message), np.errstate(over="ignore"):
        rank(keys, scores, top=top)


def test_missing_draws_are_refused() -> None:
    ranker = Ranker(["a", "b"], draws=4)
    ranker.add(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="3 of 4"):
        ranker.result()
    with pytest.raises(ValueError, match="at most 1 more draws"):
        ranker.add(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="draws: say how many"):
        rank(["a"], iter([np.zeros((1, 2))]))
