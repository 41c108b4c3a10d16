import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from northing.science.priorities import OPPORTUNITY, Kano, Moscow, kano, moscow, opportunity_samples, prioritise

ERROR = 3 * 0.5 / math.sqrt(4_000)  # of a chance, three standard errors at most


def test_pairs_of_answers_fall_into_their_classes() -> None:
    pairs = {
        (1, 5): Kano.ONE_DIMENSIONAL,
        (1, 3): Kano.ATTRACTIVE,
        (3, 5): Kano.MUST_BE,
        (3, 3): Kano.INDIFFERENT,
        (5, 1): Kano.REVERSE,
        (2, 1): Kano.REVERSE,
        (1, 1): Kano.QUESTIONABLE,
        (5, 5): Kano.QUESTIONABLE,
    }
    for pair, kind in pairs.items():
        (found,) = kano({"a": [pair] * 12})
        assert found.kind is kind
        assert found.chance > 0.99


def test_coefficients_match_their_beta_posterior() -> None:
    # 8 attractive, 4 one-dimensional, 3 must-be, 5 indifferent: better has 12 + 1 against 8 + 1.
    (found,) = kano({"a": [(1, 3)] * 8 + [(1, 5)] * 4 + [(3, 5)] * 3 + [(3, 3)] * 5})
    assert found.better == pytest.approx(beta.ppf([0.1, 0.5, 0.9], 13, 9), abs=0.015)
    assert found.worse == pytest.approx(-beta.ppf([0.9, 0.5, 0.1], 8, 14), abs=0.015)
    assert found.answers == 20


def test_chance_of_a_class_matches_numerical_integration() -> None:
    # The larger of two gamma variables, the other four kinds being without answers and nearly never the largest.
    (found,) = kano({"a": [(1, 3)] * 11 + [(3, 3)] * 8})
    assert found.chances[Kano.ATTRACTIVE] == pytest.approx(beta.sf(0.5, 11.5, 8.5), abs=ERROR)
    assert sum(found.chances.values()) == pytest.approx(1.0)


def test_more_of_the_same_answers_make_surer() -> None:
    few, many = ([(1, 3)] * 3 * n + [(3, 3)] * 2 * n for n in (1, 20))
    assert kano({"a": few})[0].chance < 0.8 < 0.97 < kano({"a": many})[0].chance
    nobody = kano({"a": []})[0]
    assert list(nobody.chances.values()) == pytest.approx([1 / 6] * 6, abs=ERROR)


def test_median_vote_matches_the_beta_distribution() -> None:
    votes = ["must"] * 4 + ["could"] * 3 + ["won't"] * 3
    found = moscow({"a": votes}).classes[0]
    assert found.kind is Moscow.COULD
    below = [beta.sf(0.5, 4.5, 7.5), beta.sf(0.5, 5.0, 7.0), beta.sf(0.5, 8.5, 3.5), 1.0]
    exact = np.diff([0.0, *below])
    assert list(found.chances.values()) == pytest.approx(exact, abs=ERROR)
    assert list(found.shares.values()) == [0.4, 0.0, 0.3, 0.3]


def test_features_are_ranked_by_need_with_doubt() -> None:
    found = moscow(
        {"export": ["could"] * 9, "undo": ["must"] * 8 + ["should"], "share": ["should"] * 5 + ["could"] * 4}, top=1
    )
    assert found.ranking.keys == ("undo", "share", "export")
    assert [one.key for one in found.classes] == ["undo", "share", "export"]
    assert found.ranking.top_probability[0] > 0.95
    doubtful = moscow({"a": ["must", "could"], "b": ["should", "should"]})
    assert 0.3 < doubtful.ranking.beats_next[0] < 0.7


@settings(max_examples=20, deadline=None)
@given(st.permutations(["must", "must", "should", "could", "won't", "could"]), st.permutations("abc"))
def test_order_of_votes_and_features_does_not_matter(votes: list[str], keys: list[str]) -> None:
    given_votes = {"a": ["must", "should"], "b": ["could"] * 3, "c": votes}
    one = moscow({key: given_votes[key] for key in keys})
    other = moscow({key: sorted(given_votes[key]) for key in "abc"})
    assert one.classes == other.classes
    np.testing.assert_array_equal(one.ranking.top_probability, other.ranking.top_probability)


def test_opportunities_come_from_ratings() -> None:
    importance = {"undo": [5] * 18 + [2] * 2, "themes": [3] * 15 + [4] * 5}
    satisfaction = {"undo": [1] * 15 + [5] * 5, "themes": [4] * 18 + [1] * 2}
    samples = {
        "importance": opportunity_samples(importance, draws=4_000, seed=1),
        "satisfaction": opportunity_samples(satisfaction, draws=4_000, seed=2),
    }
    found = prioritise(OPPORTUNITY, list(importance), samples, top=1)
    assert found.ranking.keys == ("undo", "themes")
    assert samples["importance"].mean(axis=1) == pytest.approx(10 * beta.mean([18.5, 5.5], [2.5, 15.5]), abs=0.05)
    # Importance 8.8 and satisfaction 2.6 make 8.8 + 6.2.
    assert found.ranking.mean_score[0] == pytest.approx(15.0, abs=0.1)


def test_bad_answers_are_named() -> None:
    with pytest.raises(ValueError, match=r"answers of 'a': \(0, 3\)"):
        kano({"a": [(0, 3)]})
    with pytest.raises(ValueError, match="votes of 'a': 'maybe'"):
        moscow({"a": ["maybe"]})
    with pytest.raises(ValueError, match="ratings of 'a'"):
        opportunity_samples({"a": [6]}, draws=10)
    with pytest.raises(ValueError, match="draws: 0"):
        opportunity_samples({"a": [5]}, draws=0)
