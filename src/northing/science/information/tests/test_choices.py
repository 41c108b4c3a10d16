import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.information import Alternatives, Budget, Choice, Problem, Rule, TopK


def best_by_enumeration(values: np.ndarray, allowed: list[np.ndarray]) -> float:
    return max(float(values @ one) for one in allowed)


def subsets(features: int) -> list[np.ndarray]:
    return [np.array(one, dtype=float) for one in itertools.product((0, 1), repeat=features)]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9).flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(-4, 20), min_size=n, max_size=n),
            st.lists(st.integers(0, 9), min_size=n, max_size=n),
            st.integers(0, 30),
        )
    )
)
def test_budget_is_the_best_of_all_sets_that_fit(case: tuple[list[int], list[int], int]) -> None:
    values, costs, budget = np.array(case[0], dtype=float), np.array(case[1], dtype=float), float(case[2])
    picks = Budget(costs, budget).choose(values[None])[0]
    allowed = [one for one in subsets(len(values)) if one @ costs <= budget]
    assert picks @ costs <= budget
    assert values @ picks == best_by_enumeration(values, allowed)


def test_budget_agrees_with_dynamic_programming_on_many_features() -> None:
    random = np.random.default_rng(4)
    costs = random.integers(5, 60, 120)
    values = costs + random.integers(1, 20, 120)  # worth goes with cost: the hard kind
    best = np.zeros(901)
    for value, cost in zip(values, costs, strict=True):
        best[cost:] = np.maximum(best[cost:], best[:-cost] + value)
    picks = Budget(costs, 900.0).choose(values[None].astype(float))[0]
    assert values @ picks == best[900]


def test_budget_takes_what_fits_exactly_in_spite_of_rounding() -> None:
    assert Budget([0.1, 0.2], 0.3).choose(np.ones((1, 2))).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-9, 9), min_size=2, max_size=6), st.integers(1, 7))
def test_top_k_is_the_best_of_all_sets_of_that_size(values: list[float], k: int) -> None:
    worth = np.array(values)
    picks = TopK(k).choose(worth[None])[0]
    allowed = [one for one in subsets(len(values)) if one.sum() == min(k, len(values))]
    assert picks.sum() == min(k, len(values))
    assert worth @ picks == pytest.approx(best_by_enumeration(worth, allowed), abs=1e-12)


def test_alternatives_and_rule_agree() -> None:
    sets = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [0, 0, 0, 0]])
    values = np.random.default_rng(2).standard_normal((50, 4))
    rule = Rule(lambda worth: sets[np.argmax(sets @ worth)])
    np.testing.assert_array_equal(Alternatives(sets).choose(values), rule.choose(values))


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (TopK(0), "k: 0"),
        (TopK(1.5), "k: 1.5; a whole number"),  # type: ignore[arg-type]
        (Budget([1.0], 3.0), r"costs have shape \(1,\): give one for each of the 2"),
        (Budget([1.0, -1.0], 3.0), "0 or more"),
        (Budget([1.0, 1.0], -3.0), "budget -3.0"),
        (Alternatives([[1, 0, 0]]), r"sets have shape \(1, 3\)"),
        (Alternatives([[2, 0]]), "0 or 1"),
        (Rule(lambda worth: worth[:1] > 0), "best returned shape"),
    ],
)
def test_choices_that_do_not_fit_are_refused(choice: Choice, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Problem(["a", "b"], np.zeros((2, 3)), choice, "EUR")
