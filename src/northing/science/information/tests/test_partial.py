import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.information import (
    Alternatives,
    Budget,
    Choice,
    Input,
    Problem,
    Rule,
    TopK,
    Worth,
    partial_information,
)
from northing.science.information.tests.closed_forms import Floats, chance, loss, normals, two

BOTH = pytest.mark.parametrize("independent", [True, False], ids=["separable", "general"])


def by_input(found: tuple[Worth, ...]) -> dict[Input, Worth]:
    return {each.inputs[0]: each for each in found}


@BOTH
@pytest.mark.parametrize("lead", [0.0, 0.7, 2.0])
def test_two_normals_match_the_unit_normal_loss(lead: float, independent: bool) -> None:
    problem, samples = two(lead)
    found = by_input(partial_information(problem, samples, independent=independent))
    assert problem.perfect.value == pytest.approx(loss(lead, math.sqrt(10)), rel=0.01)
    for key in "ab":
        assert found[Input(key, "x")].value == pytest.approx(loss(lead, 2), rel=0.01)
        # At a lead of 2 that is a sixtieth of the worth of knowing all: there a thousandth of this is allowed.
        assert found[Input(key, "y")].value == pytest.approx(loss(lead, 1), rel=0.01, abs=problem.perfect.value / 1e3)


@BOTH
def test_random_draws_lie_within_three_standard_errors(independent: bool) -> None:
    problem, samples = two(0.7, method="random", draws=6_000, seed=8)
    for each in partial_information(problem, samples, independent=independent):
        exact = loss(0.7, {"x": 2.0, "y": 1.0}[each.inputs[0].quantity])
        assert each.value == pytest.approx(exact, abs=3 * each.error)
        assert each.error < 0.25 * exact
    assert problem.perfect.value == pytest.approx(loss(0.7, math.sqrt(10)), abs=3 * problem.perfect.error)


@BOTH
def test_top_two_of_five_matches_the_separable_formula(independent: bool) -> None:
    leads = np.array([2.0, 1.2, 1.0, 0.3, -0.5])
    points = normals(10)
    samples = {"x": points[:5], "y": points[5:]}
    values = leads[:, None] + samples["x"] + 0.5 * samples["y"]
    found = by_input(
        partial_information(Problem(list("abcde"), values, TopK(2), "EUR"), samples, independent=independent)
    )
    for key, lead in zip("abcde", leads, strict=True):
        distance = lead - 1.0 if lead > 1.1 else 1.2 - lead
        assert found[Input(key, "x")].value == pytest.approx(loss(distance, 1.0), rel=0.01)


def test_lognormal_worth_matches_its_closed_form() -> None:
    # One feature, taken where it pays: an option on a lognormal worth (Black and Scholes 1973 without interest).
    x, y = normals(2)
    effect, price = np.exp(0.6 * x), 1.4
    problem = Problem(["a", "none"], np.stack([effect - price + y, np.zeros_like(x)]), TopK(1), "EUR")
    found = partial_information(problem, {"effect": np.stack([effect, np.ones_like(x)])}, independent=True)
    d = (0.18 - math.log(price)) / 0.6 + 0.3
    exact = math.exp(0.18) * chance(d) - price * chance(d - 0.6)
    assert math.exp(0.18) < price  # not taken today
    assert found[0].value == pytest.approx(exact, rel=0.01)
    assert found[1].value == 0


@BOTH
def test_budget_matches_its_threshold(independent: bool) -> None:
    # 10 buys a and b (worth 9); a and c would be 8, c and d 6. c is in once it is worth 4 or more, a out below 3 - 2.
    means, costs = np.array([5.0, 4.0, 3.0, 3.0]), np.array([5.0, 5.0, 5.0, 5.0])
    x = normals(4)
    problem = Problem(list("abcd"), means[:, None] + x, Budget(costs, 10.0), "EUR")
    found = by_input(partial_information(problem, {"x": x}, independent=independent))
    for key, distance in zip("abcd", (2.0, 1.0, 1.0, 1.0), strict=True):
        assert found[Input(key, "x")].value == pytest.approx(loss(distance, 1.0), rel=0.02)


@BOTH
def test_a_set_is_told_from_another_by_each_of_its_features(independent: bool) -> None:
    x = normals(3)
    sets = [[1, 1, 0], [0, 0, 1]]
    problem = Problem(list("abc"), np.array([[1.0], [1.0], [1.5]]) + x, Alternatives(sets), "EUR")
    for each in partial_information(problem, {"x": x}, independent=independent):
        assert each.value == pytest.approx(loss(0.5, 1.0), rel=0.01)
    assert problem.perfect.value == pytest.approx(loss(0.5, math.sqrt(3)), rel=0.01)


def test_correlated_normals_match_the_closed_form() -> None:
    # Knowing x of a tells of x of b too: their difference given it is normal with spread 1 - 0.6.
    first, second, y, z = normals(4)
    x = np.stack([first, 0.6 * first + 0.8 * second])
    problem = Problem(["a", "b"], x + np.stack([y + 0.2, z]), TopK(1), "EUR")
    for each in partial_information(problem, {"x": x}, independent=False):
        assert each.value == pytest.approx(loss(0.2, 0.4), rel=0.01)


def test_what_all_share_is_found_whatever_else_is_independent() -> None:
    shared, y, z = normals(3)
    problem = Problem(["a", "b"], np.stack([shared + y, 0.3 - shared + z]), TopK(1), "EUR")
    found = partial_information(problem, {"market": shared}, independent=True)
    assert found[0].inputs == (Input("", "market"),)
    assert found[0].value == pytest.approx(loss(0.3, 2.0), rel=0.01)


@BOTH
def test_a_risk_that_may_strike_matches_enumeration(independent: bool) -> None:
    # It strikes one time in five and takes 4 from a, which leads by 1.5: then b is taken instead, at a gain of 1.7.
    uniform, y = normals(2)
    strikes = (uniform < -0.8416212).astype(float)
    samples = {"risk": np.stack([strikes, np.zeros_like(strikes)])}
    values = np.stack([1.5 + 0.8 - 4 * strikes + 0.1 * y, np.zeros_like(y)])
    problem = Problem(["a", "b"], values, TopK(1), "EUR")
    found = partial_information(problem, samples, independent=independent)
    assert found[0].value == pytest.approx(0.2 * 1.7, rel=0.01)


def test_both_ways_agree_where_features_are_independent() -> None:
    random = np.random.default_rng(7)
    widths = random.uniform(0.1, 0.8, (30, 1))
    samples = {name: np.exp(widths * random.standard_normal((30, 4_000))) for name in ("reach", "margin")}
    problem = Problem([f"F-{i:02}" for i in range(30)], samples["reach"] * samples["margin"], TopK(8), "EUR")
    one = by_input(partial_information(problem, samples, independent=True))
    other = by_input(partial_information(problem, samples, independent=False))
    off = np.array([other[name].value - one[name].value for name in one])
    assert np.abs(off).max() < 0.2 * max(each.value for each in one.values())
    # Idle inputs must not look worth knowing for the noise of thirty curves.
    assert abs(off.mean()) < 0.1 * np.mean([each.value for each in one.values()])


@BOTH
def test_a_planner_of_ones_own_is_as_good_as_a_known_choice(independent: bool) -> None:
    points = normals(4, draws=2_000)
    values = np.array([[3.0], [2.0], [1.5], [1.0]]) + points
    known: Choice = TopK(2)
    own = Rule(lambda worth: worth >= np.sort(worth)[-2])
    one, other = (
        partial_information(Problem(list("abcd"), values, choice, "EUR"), {"x": points}, independent=independent)
        for choice in (known, own)
    )
    for each, its in zip(one, other, strict=True):
        assert each.inputs == its.inputs
        assert its.value == pytest.approx(each.value, rel=0.02)


def some(seed: int, features: int = 6, draws: int = 400) -> tuple[Floats, dict[str, Floats]]:
    random = np.random.default_rng(seed)
    samples = {
        "reach": np.exp(random.normal(0.0, 0.6, (features, draws))),
        "cost": random.normal(0.5, 0.3, (features, draws)),
        "fixed": np.full((features, 1), 2.0),
    }
    return samples["reach"] * 2.0 - samples["cost"], samples


@BOTH
@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(6)), seed=st.integers(0, 50))
def test_order_of_features_does_not_matter(independent: bool, order: list[int], seed: int) -> None:
    values, samples = some(seed)
    keys = np.array(list("abcdef"))
    moved = {name: array[order] for name, array in samples.items()}
    one = by_input(
        partial_information(Problem(keys.tolist(), values, TopK(2), "EUR"), samples, independent=independent)
    )
    other = Problem(keys[order].tolist(), values[order], TopK(2), "EUR")
    for name, its in by_input(partial_information(other, moved, independent=independent)).items():
        assert its.value == pytest.approx(one[name].value, rel=1e-6, abs=1e-9)


@BOTH
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), k=st.integers(1, 5), unit=st.floats(1e-3, 1e6), moved=st.floats(-9, 9))
def test_worth_is_possible_repeatable_and_in_the_unit_of_values(
    independent: bool, seed: int, k: int, unit: float, moved: float
) -> None:
    values, samples = some(seed)
    problem = Problem(list("abcdef"), values, TopK(k), "EUR")
    found = partial_information(problem, samples, independent=independent)
    assert found == partial_information(problem, samples, independent=independent)
    assert all(0 <= each.value <= problem.perfect.value for each in found)
    assert all(each.value == each.error == 0 for each in found if each.inputs[0].quantity == "fixed")
    assert [each.value for each in found] == sorted((each.value for each in found), reverse=True)
    scaled = Problem(list("abcdef"), unit * (values + moved), TopK(k), "cents")
    its = by_input(partial_information(scaled, samples, independent=independent))
    for each in found:
        assert its[each.inputs[0]].value == pytest.approx(unit * each.value, rel=1e-6, abs=unit * 1e-9)


@BOTH
@pytest.mark.parametrize("k", [6, 9])
def test_where_all_are_taken_nothing_is_worth_knowing(k: int, independent: bool) -> None:
    values, samples = some(1)
    problem = Problem(list("abcdef"), values, TopK(k), "EUR")
    assert problem.perfect.value == 0
    assert {each.value for each in partial_information(problem, samples, independent=independent)} == {0.0}


@BOTH
def test_one_draw_and_one_feature_leave_nothing_to_learn(independent: bool) -> None:
    one = Problem(["a", "b"], np.array([[1.0], [2.0]]), TopK(1), "EUR")
    found = partial_information(one, {"x": np.array([[1.0], [2.0]])}, independent=independent)
    assert [each.value for each in found] == [0.0, 0.0]
    few = Problem(["a", "b"], np.array([[1.0, 4.0, 2.0], [2.0, 2.0, 2.0]]), TopK(1), "EUR")
    assert few.perfect.value == pytest.approx(2 / 3 - 1 / 3)
    fixed = partial_information(few, {"x": np.array([[1.0], [2.0]])}, independent=independent)
    assert [each.value for each in fixed] == [0.0, 0.0]
    values, samples = some(2, features=1)
    alone = Problem(["a"], values, TopK(1), "EUR")
    assert {each.value for each in partial_information(alone, samples, independent=independent)} == {0.0}


@BOTH
def test_a_wider_input_is_worth_more(independent: bool) -> None:
    points = normals(4, draws=2048)
    found = []
    for width in (0.5, 1.0, 2.0):
        x = width * points[:2]
        problem = Problem(["a", "b"], x + points[2:] + np.array([[0.5], [0.0]]), TopK(1), "EUR")
        found.append(by_input(partial_information(problem, {"x": x}, independent=independent))[Input("a", "x")].value)
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("values", "unit", "message"),
    [
        (np.zeros((3, 5)), "EUR", r"values have shape \(3, 5\)"),
        (np.array([[1.0, 2.0], [math.nan, 1.0]]), "EUR", "value of 'b' in draw 1 is nan"),
        (np.zeros((2, 5)), "EUR/person-week", "does not add up"),
        (np.zeros((2, 5)), "people/quarter/person/week", "does not add up"),
    ],
)
def test_problems_that_make_no_sense_are_refused(values: Floats, unit: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Problem(["a", "b"], values, TopK(1), unit)


def test_keys_and_samples_are_checked() -> None:
    values = normals(2, draws=128)
    with pytest.raises(ValueError, match="stands twice"):
        Problem(["a", "a"], values, TopK(1), "EUR")
    problem = Problem(["a", "b"], values, TopK(1), "EUR")
    with pytest.raises(ValueError, match=r"samples of 'x' have shape \(3, 128\)"):
        partial_information(problem, {"x": np.zeros((3, 128))}, independent=True)
    with pytest.raises(ValueError, match="samples of 'x': every value must be a finite"):
        partial_information(problem, {"x": np.full((2, 128), np.inf)}, independent=True)
    few = Problem(["a", "b"], values[:, :50], TopK(1), "EUR")
    with pytest.raises(ValueError, match="50 tell too little"):
        partial_information(few, {"x": values[:, :50]}, independent=True)
