import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.estimates import fit_triple, normal_quantile, uniforms
from northing.science.priorities import VALUE_EFFORT, custom, prioritise, shapley_effects, sobol_indices


def turned(p: np.ndarray) -> np.ndarray:
    return (2 * p - 1) * math.pi


def test_ishigami_function_has_its_published_indices() -> None:
    # Ishigami and Homma 1990, with a = 7, b = 0.1: first 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437.
    def ishigami(x: dict[str, np.ndarray]) -> np.ndarray:
        return np.sin(x["1"]) + 7 * np.sin(x["2"]) ** 2 + 0.1 * x["3"] ** 4 * np.sin(x["1"])

    found = sobol_indices(ishigami, dict.fromkeys("123", turned), draws=16_384)  # type: ignore[arg-type]
    assert [one.first for one in found] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.005)
    assert [one.total for one in found] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.005)
    for one, first, total in zip(found, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert abs(one.first - first) < 3 * one.first_error
        assert abs(one.total - total) < 3 * one.total_error


def test_g_function_has_its_closed_indices() -> None:
    # Saltelli and Sobol' 1995: the product of (|4 x - 2| + a) / (1 + a); partial variances 1 / 3 (1 + a)^2.
    a = {"p": 0.0, "q": 1.0, "r": 9.0}
    part = {name: 1 / (3 * (1 + each) ** 2) for name, each in a.items()}
    whole = math.prod(1 + each for each in part.values()) - 1

    def g(x: dict[str, np.ndarray]) -> np.ndarray:
        return math.prod((np.abs(4 * x[name] - 2) + each) / (1 + each) for name, each in a.items())  # type: ignore[return-value]

    for one in sobol_indices(g, dict.fromkeys(a, lambda p: p), draws=16_384):  # type: ignore[arg-type]
        others = math.prod(1 + each for name, each in part.items() if name != one.name)
        assert one.first == pytest.approx(part[one.name] / whole, abs=0.005)
        assert one.total == pytest.approx(part[one.name] * others / whole, abs=0.005)


def test_a_scoring_method_on_estimates() -> None:
    value, effort = fit_triple(10, 20, 40).distribution, fit_triple(4, 5, 6).distribution
    found = sobol_indices(VALUE_EFFORT.score, {"value": value.quantile, "effort": effort.quantile})
    assert found[0].first > 0.8 > 0.2 > found[1].total > found[1].first
    assert found == sobol_indices(VALUE_EFFORT.score, {"value": value.quantile, "effort": effort.quantile})


def test_what_does_not_vary_explains_nothing() -> None:
    found = sobol_indices(lambda x: np.ones_like(x["a"]), {"a": lambda p: p}, draws=64)[0]
    assert (found.first, found.total) == (0.0, 0.0)
    idle = sobol_indices(lambda x: x["a"], {"a": lambda p: p, "b": lambda p: p}, draws=64)[1]
    assert (idle.first, idle.total) == (0.0, 0.0)


def gaussian_shapley(weights: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Exact effects of a linear model with normal inputs, over all orders in which they become known."""
    count = len(weights)
    reach = covariance @ weights

    def explained(known: tuple[int, ...]) -> float:
        rows = list(known)
        if not rows:
            return 0.0
        return float(reach[rows] @ np.linalg.solve(covariance[np.ix_(rows, rows)], reach[rows]))

    effects = np.zeros(count)
    for order in itertools.permutations(range(count)):
        for place, name in enumerate(order):
            effects[name] += explained(order[: place + 1]) - explained(order[:place])
    return effects / math.factorial(count) / (weights @ reach)


@pytest.mark.parametrize("correlation", [0.0, 0.8, -0.5])
def test_shapley_effects_of_normals_match_enumeration(correlation: float) -> None:
    covariance = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 2 * correlation], [0.0, 2 * correlation, 4.0]])
    points = normal_quantile(uniforms(8192, 3, 2, "sobol"))
    x = (points @ np.linalg.cholesky(covariance).T).T
    weights = np.array([1.0, 1.0, 1.0])
    found = shapley_effects(weights @ x, {"a": x[0], "b": x[1], "c": x[2]})
    exact = gaussian_shapley(weights, covariance)
    assert list(found.values()) == pytest.approx(exact, abs=0.005)
    assert sum(found.values()) == pytest.approx(1.0, abs=0.001)


def test_shapley_effects_of_independent_inputs_lie_between_the_indices() -> None:
    points = uniforms(8192, 2, 2, "sobol").T
    found = shapley_effects(points[0] + points[0] * points[1], {"a": points[0], "b": points[1]})
    for one in sobol_indices(lambda x: x["a"] + x["a"] * x["b"], {"a": lambda p: p, "b": lambda p: p}):
        assert found[one.name] == pytest.approx((one.first + one.total) / 2, abs=0.005)


@settings(max_examples=10, deadline=None)
@given(order=st.permutations("abc"), seed=st.integers(0, 99))
def test_shapley_effects_do_not_depend_on_order(order: list[str], seed: int) -> None:
    x = dict(zip("abc", np.random.default_rng(seed).standard_normal((3, 500)), strict=True))
    y = x["a"] * x["b"] + 2 * x["c"]
    one, other = shapley_effects(y, x), shapley_effects(y, {name: x[name] for name in order})
    assert {name: other[name] for name in "abc"} == pytest.approx(one, abs=1e-9)


def test_idle_and_fixed_inputs_get_nothing() -> None:
    x, idle = np.random.default_rng(4).standard_normal((2, 4000))
    found = shapley_effects(x, {"x": x, "idle": idle, "fixed": np.ones(4000)})
    assert found == pytest.approx({"x": 1.0, "idle": 0.0, "fixed": 0.0}, abs=0.005)
    assert shapley_effects(np.ones(200), {"x": x[:200]}) == {"x": 0.0}


def test_total_share_of_a_rank_matches_the_closed_form() -> None:
    # x + y against 0, standard normals: with y known, P(first) = Phi(y), and Phi (1 - Phi) is 1/6 on average, of 1/4.
    x, y = np.random.default_rng(3).standard_normal((2, 40_000))
    zero = np.zeros_like(x)
    method = custom("x + y", {"x": "", "y": ""})
    samples = {"x": np.array([x, zero]), "y": np.array([y, zero])}
    for driver in prioritise(method, ["a", "b"], samples, top=1).drivers:
        assert driver.rank_share == pytest.approx(1 / 3, abs=0.02)
        assert driver.rank_total == pytest.approx(2 / 3, abs=0.02)


def test_total_share_counts_ties_and_fixed_quantities() -> None:
    x = np.random.default_rng(3).integers(0, 3, 6_000).astype(float)
    method = custom("x + y", {"x": "", "y": ""})
    samples = {"x": np.array([x, np.ones_like(x)]), "y": np.array([[0.0], [0.0]])}
    driver = prioritise(method, ["a", "b"], samples, top=1).drivers[0]
    assert driver.rank_total == pytest.approx(1.0, abs=0.05)  # it alone moves the rank


@pytest.mark.parametrize(
    ("outcome", "inputs", "message"),
    [
        (np.zeros(200), {"x": np.zeros(100)}, r"'x' has shape \(100,\)"),
        (np.zeros(20), {"x": np.zeros(20)}, "draws: 20; give at least 100"),
        (np.full(200, np.nan), {"x": np.zeros(200)}, "'outcome': every value"),
        (np.zeros(200), {f"{i}": np.zeros(200) for i in range(11)}, "11 have too many sets"),
    ],
)
def test_bad_input_is_refused(outcome: np.ndarray, inputs: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shapley_effects(outcome, inputs)


def test_bad_models_are_refused() -> None:
    with pytest.raises(ValueError, match="draws: 8"):
        sobol_indices(lambda x: x["a"], {"a": lambda p: p}, draws=8)
    with pytest.raises(ValueError, match="not a finite number"):
        sobol_indices(lambda x: x["a"] * np.nan, {"a": lambda p: p}, draws=64)
