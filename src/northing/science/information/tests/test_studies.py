import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.information import (
    Budget,
    Input,
    Problem,
    Rule,
    Study,
    StudyWorth,
    TopK,
    group_information,
    partial_information,
    results_information,
    study_information,
)
from northing.science.information.tests.closed_forms import loss, normals, two

AX, BX, AY = Input("a", "x"), Input("b", "x"), Input("a", "y")
BOTH = pytest.mark.parametrize("independent", [True, False], ids=["separable", "general"])


@BOTH
@pytest.mark.parametrize("lead", [0.0, 0.7, 2.0])
def test_groups_of_normals_match_the_unit_normal_loss(lead: float, independent: bool) -> None:
    problem, samples = two(lead)
    groups = {"x": [AX, BX], "a": [AX, AY], "all": [AX, BX, AY, Input("b", "y")]}
    found = group_information(problem, samples, groups, independent=independent)
    assert found["x"].value == pytest.approx(loss(lead, math.sqrt(8)), rel=0.01)
    assert found["a"].value == pytest.approx(loss(lead, math.sqrt(5)), rel=0.01)
    assert found["all"].value == pytest.approx(problem.perfect.value, rel=0.01)
    assert found["x"].inputs == (AX, BX)
    alone = partial_information(problem, samples, independent=independent)[0]
    assert alone.value < found["x"].value < found["all"].value


def test_a_group_of_correlated_inputs_within_three_standard_errors() -> None:
    first, second, y = normals(3, draws=6_000, method="random", seed=5)
    x = np.stack([first, 0.6 * first + 0.8 * second])
    problem = Problem(["a", "b"], x + np.stack([y, 0.2 - y]), TopK(1), "EUR")
    found = group_information(problem, {"x": x}, {"x": [AX, BX]}, independent=False)["x"]
    # The difference of the two, known from both, has the variance 2 (1 - 0.6).
    assert found.value == pytest.approx(loss(0.2, math.sqrt(0.8)), abs=3 * found.error)


def test_inputs_that_multiply_are_worth_more_together() -> None:
    points = normals(2)
    u, v = np.exp(0.5 * points)
    # ln(u v) is normal with spread sqrt(1/2): an option on a lognormal, at its mean.
    price = math.exp(0.25)
    problem = Problem(["a", "none"], np.stack([u * v - price, np.zeros_like(u)]), TopK(1), "EUR")
    samples = {"u": np.stack([u, np.ones_like(u)]), "v": np.stack([v, np.ones_like(v)])}
    pair = [Input("a", "u"), Input("a", "v")]
    together = group_information(problem, samples, {"both": pair}, independent=True)["both"]
    exact = price * math.erf(math.sqrt(0.5) / 2 / math.sqrt(2))
    assert together.value == pytest.approx(exact, rel=0.01)
    single = partial_information(problem, samples, independent=True)
    assert together.value > sum(each.value for each in single[:1])


def test_groups_under_a_budget_and_an_own_rule_agree() -> None:
    x = normals(4, draws=2_000)
    values = np.array([[5.0], [4.0], [3.5], [3.0]]) + x
    costs = np.array([5.0, 4.0, 3.0, 4.0])
    budget = Budget(costs, 8.0)
    rule = Rule(lambda worth: budget.choose(worth[None])[0])
    group = {"two": [Input("b", "x"), Input("c", "x")]}
    one, other = (
        group_information(Problem(list("abcd"), values, choice, "EUR"), {"x": x}, group, independent=True)["two"]
        for choice in (budget, rule)
    )
    assert one.value > 0
    assert other.value == pytest.approx(one.value, rel=0.02)


@BOTH
@pytest.mark.parametrize("lead", [0.0, 0.7])
@pytest.mark.parametrize("error", [0.2, 1.0, 3.0])
def test_study_of_a_normal_matches_its_preposterior(lead: float, error: float, independent: bool) -> None:
    problem, samples = two(lead)
    found = study_information(problem, samples, Study([AX], [error]), independent=independent)
    # The mean of 2 x after a result has the spread 2 / sqrt(1 + error^2) before it.
    assert found.value == pytest.approx(loss(lead, 2 / math.sqrt(1 + error**2)), rel=0.01)
    assert found.ceiling == pytest.approx(loss(lead, 2), rel=0.01)


@BOTH
def test_study_of_several_inputs_within_three_standard_errors(independent: bool) -> None:
    problem, samples = two(0.7)
    found = study_information(problem, samples, Study([AX, BX], [0.5, 1.0]), independent=independent)
    spread = 2 * math.sqrt(1 / (1 + 0.25) + 1 / (1 + 1.0))
    assert found.value == pytest.approx(loss(0.7, spread), abs=3 * found.error)
    assert found.error < 0.1 * found.value


def test_simulated_results_give_the_same() -> None:
    problem, samples = two(0.7)
    results = samples["x"][0] + 0.5 * np.random.default_rng(2).standard_normal(samples["x"].shape[1])
    found = results_information(problem, results)
    assert found.value == pytest.approx(loss(0.7, 2 / math.sqrt(1.25)), abs=3 * found.error)
    # Of many noisy results their mean says all: a second number that says nothing adds nothing.
    idle = np.random.default_rng(3).standard_normal(results.size)
    more = results_information(problem, np.stack([results, idle]))
    assert more.value == pytest.approx(found.value, rel=0.03)


def test_relative_error_is_that_of_the_logarithm() -> None:
    (z,) = normals(1)
    effect = np.exp(0.6 * z)
    problem = Problem(["a", "none"], np.stack([np.log(effect), np.full_like(z, 0.1)]), TopK(1), "EUR")
    samples = {"effect": np.stack([effect, np.ones_like(z)])}
    study = Study([Input("a", "effect")], [0.3], is_relative=True)
    found = study_information(problem, samples, study, independent=True)
    assert found.value == pytest.approx(loss(0.1, 0.36 / math.sqrt(0.36 + 0.09)), rel=0.01)


@BOTH
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 500), lead=st.floats(0, 1), errors=st.lists(st.floats(0.01, 20), min_size=2, max_size=4))
def test_value_rises_with_precision_up_to_that_of_knowing(
    independent: bool, seed: int, lead: float, errors: list[float]
) -> None:
    problem, samples = two(lead, draws=500, seed=seed, method="random")
    studies = [Study([AX], [error]) for error in [0.0, *sorted(errors), math.inf]]
    found = [study_information(problem, samples, study, independent=independent) for study in studies]
    exact = next(
        each.value for each in partial_information(problem, samples, independent=independent) if each.inputs == (AX,)
    )
    assert found[0].value == pytest.approx(exact, rel=1e-9, abs=1e-12)
    assert found[-1].value == 0
    assert all(0 <= each.value <= each.ceiling for each in found)
    for sharper, duller in pairwise(found):
        assert duller.value <= sharper.value + 3 * sharper.error / 10 + 1e-9


@BOTH
def test_discrete_input_can_be_studied(independent: bool) -> None:
    # A yes or no, even chances, read with a normal error: the posterior is that of two normals.
    u, y = normals(2)
    yes = (u > 0).astype(float)
    problem = Problem(["a", "b"], np.stack([yes - 0.5 + 0.2 * y, np.zeros_like(u)]), TopK(1), "EUR")
    samples = {"x": np.stack([yes, np.zeros_like(yes)])}
    found = study_information(problem, samples, Study([AX], [0.5]), independent=independent)
    # Take a where the result is above the middle, which is 1 error from either truth.
    right = 0.5 * (1 + math.erf(1 / math.sqrt(2)))
    assert found.ceiling == pytest.approx(0.25, rel=0.01)
    assert found.value == pytest.approx(0.5 * (right - 0.5), rel=0.01)


def test_net_of_cost_and_delay() -> None:
    problem, samples = two(0.0)
    study = Study([AX], [1.0], cost=0.1, delay=2.0, delay_cost=0.05)
    found = study_information(problem, samples, study, independent=True)
    assert found.spent == pytest.approx(0.2)
    assert found.net == pytest.approx(found.value - 0.2)
    assert found.verdict == "worth doing"
    assert StudyWorth(0.5, 0.2, 1.0, 0.6).verdict == "about breaks even"
    assert StudyWorth(0.5, 0.01, 1.0, 0.6).verdict == "not worth doing"
    assert StudyWorth(0.5, 0.01, 0.6, 0.6).verdict == "not worth doing, however precise"


def test_what_is_fixed_is_not_worth_a_study() -> None:
    problem, samples = two(0.0, draws=200)
    samples["x"] = np.ones_like(samples["x"])
    for study in (Study([AX], [0.5]), Study([AX, BX], [0.5, 0.5])):
        found = study_information(problem, samples, study, independent=True)
        assert (found.ceiling, found.value) == (0.0, pytest.approx(0.0, abs=3 * found.error))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"inputs": [AX], "errors": []}, "errors: 0 for 1 inputs"),
        ({"inputs": [AX, AX], "errors": [1.0, 1.0]}, "stands twice"),
        ({"inputs": [AX], "errors": [-1.0]}, "0 or more"),
        ({"inputs": [AX], "errors": [1.0], "cost": math.nan}, "cost nan"),
        ({"inputs": [AX], "errors": [1.0], "delay": -1.0}, "delay -1.0"),
    ],
)
def test_studies_that_make_no_sense_are_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Study(**fields)  # type: ignore[arg-type]


def test_names_and_shapes_are_checked() -> None:
    problem, samples = two(0.0, draws=200)
    with pytest.raises(ValueError, match=r"input \('c', 'x'\): there are no samples"):
        group_information(problem, samples, {"g": [Input("c", "x")]}, independent=True)
    with pytest.raises(ValueError, match="relative error needs values above 0"):
        study_information(problem, samples, Study([AX], [0.1], is_relative=True), independent=True)
    with pytest.raises(ValueError, match="results have shape"):
        results_information(problem, np.zeros(7))
    with pytest.raises(ValueError, match="results: every value must be a finite"):
        results_information(problem, np.where(np.arange(200) < 3, np.nan, 1.0))
