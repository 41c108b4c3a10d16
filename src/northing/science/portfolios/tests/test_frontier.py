from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.portfolios import Effort, Feature, Frontier, Portfolio, Status, frontier, surface
from northing.science.portfolios.tests.cases import plans, portfolio, release

pytestmark = pytest.mark.science

SEEDS = st.integers(0, 10_000)


def second(given_: Portfolio, seed: int) -> dict[str, float]:
    random = np.random.default_rng(seed + 1)
    return {feature.key: float(random.integers(-2, 15)) for feature in given_.features}


def enumerated(given_: Portfolio, other: dict[str, float]) -> list[tuple[float, float]]:
    """The frontier of a portfolio's own value and another, from every plan."""
    found = {(round(given_.value(when), 6), round(given_.value(when, other), 6)) for when in plans(given_)}
    return sorted((p for p in found if not any(q != p and q[0] >= p[0] and q[1] >= p[1] for q in found)), reverse=True)


def area(points: list[tuple[float, float]], corner: tuple[float, float]) -> float:
    """The hypervolume by horizontal slices."""
    levels = [corner[1], *sorted({second_value for _, second_value in points if second_value > corner[1]})]
    return sum(
        (high - low) * max(max(f for f, s in points if s >= high) - corner[0], 0.0) for low, high in pairwise(levels)
    )


def values(found: Frontier) -> list[tuple[float, float]]:
    return [(round(point.first, 6), round(point.second, 6)) for point in found.points]


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from([1, 2]))
def test_every_point_is_found_unsupported_ones_too(seed: int, periods: int) -> None:
    given_ = portfolio(seed, features=6 if periods == 1 else 4, periods=periods)
    other = second(given_, seed)
    found = frontier(given_, None, other)
    expected = enumerated(given_, other)
    assert found.is_whole
    assert values(found) == expected
    for point in found.points:
        assert given_.allows(point.when)
        assert given_.value(point.when) == pytest.approx(point.first)
        assert given_.value(point.when, other) == pytest.approx(point.second)
    if expected:
        corner = (expected[-1][0], expected[0][1])
        assert found.lower == found.upper == pytest.approx(area(expected, corner))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_profit_against_cost_by_minimum_cuts(seed: int) -> None:
    given_ = release(seed, features=8)
    costs = {feature.key: -feature.costs["team"] for feature in given_.features}
    free = Portfolio(tuple(Feature(f.key, f.value, {}, f.needs) for f in given_.features), {}, together=given_.together)
    found = frontier(free, None, costs, reference=(-50, -60))
    expected = enumerated(free, costs)
    assert values(found) == expected
    assert found.lower == found.upper == pytest.approx(area(expected, (-50, -60)))


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(2, 5))
def test_what_a_partial_frontier_lacks_lies_in_its_boxes(seed: int, most: int) -> None:
    given_ = portfolio(seed, features=7)
    other = second(given_, seed)
    found = frontier(given_, None, other, most_points=most)
    expected = enumerated(given_, other)
    for first_value, second_value in set(expected) - set(values(found)):
        assert any(
            box.first[0] <= first_value <= box.first[1] and box.second[0] < second_value <= box.second[1]
            for box in found.boxes
        )
    if expected:
        whole = area(expected, found.reference)
        assert found.lower - 1e-6 <= whole <= found.upper + 1e-6


def test_out_of_work_both_bounds_hold() -> None:
    random = np.random.default_rng(3)
    made = tuple(
        Feature(f"f{i}", 0, {"a": float(random.integers(5, 60)), "b": float(random.integers(5, 60))}) for i in range(20)
    )
    given_ = Portfolio(made, {"a": (260.0,), "b": (245.0,)})
    first = {feature.key: float(random.integers(10, 90)) for feature in made}
    other = {feature.key: 95 - first[feature.key] + float(random.integers(9)) for feature in made}
    whole = frontier(given_, first, other, Effort(seconds=60, seed=7), most_points=None)
    hasty = frontier(given_, first, other, Effort(work=1e-3), reference=whole.reference)
    assert whole.is_whole
    assert (whole.status, whole.seed) == (Status.OPTIMAL, 7)
    assert not hasty.is_whole
    assert hasty.status in (Status.FEASIBLE, Status.UNKNOWN)
    assert hasty.lower <= whole.lower <= hasty.upper


def test_stopped_at_once_a_point_may_be_in_any_box() -> None:
    given_ = portfolio(4, features=7)
    other = second(given_, 4)
    found = frontier(given_, None, other, Effort(stop=lambda: True))
    assert found.lower <= found.upper
    for point in set(enumerated(given_, other)) - set(values(found)):
        assert any(b.first[0] <= point[0] <= b.first[1] and b.second[0] < point[1] <= b.second[1] for b in found.boxes)


def test_by_work_the_same_frontier_comes_on_one_and_on_two_workers() -> None:
    given_ = portfolio(11, features=14)
    other = second(given_, 2)
    one, two = (frontier(given_, None, other, Effort(work=1, workers=workers)) for workers in (1, 2))
    assert [point.when for point in one.points] == [point.when for point in two.points]


def test_the_extremes() -> None:
    alone = Portfolio((Feature("a", 3),), {})
    assert values(frontier(alone, None, {"a": 2})) == [(3, 2)]
    assert values(frontier(alone, None, {"a": -2})) == [(3, -2), (0, 0)]
    assert values(frontier(alone, None, {})) == [(3, 0)]
    nothing = Portfolio((Feature("a", 1, {"t": 2}, must=True),), {"t": (1,)})
    assert frontier(nothing, None, {}).points == ()
    assert frontier(nothing, None, {}).status is Status.INFEASIBLE


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(1, 5))
def test_three_objectives_leave_no_plan_further_behind_than_stated(seed: int, steps: int) -> None:
    given_ = portfolio(seed, features=5)
    others = second(given_, seed), second(given_, seed + 1)
    found = surface(given_, (None, *others), steps=steps)
    every = [(given_.value(w), given_.value(w, others[0]), given_.value(w, others[1])) for w in plans(given_)]
    assert bool(found.spots) == bool(every)
    spots = np.array([spot.values for spot in found.spots]).reshape(-1, 3)
    for values_ in every:
        assert np.any(np.all(spots >= np.array(values_) - found.gap - 1e-6, axis=1))
    for spot in found.spots:
        assert given_.allows(spot.when)
        beats = [
            v for v in every if v != spot.values and np.all(np.array(v) >= spot.values) and v[0] > spot.values[0] + 1e-6
        ]
        assert not beats or any(found.gap)


def test_three_objectives_in_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="steps is 0"):
        surface(portfolio(1), (None, None, None), steps=0)
    with pytest.raises(ValueError, match="objectives has 2"):
        surface(portfolio(1), (None, None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("objective", "options", "message"),
    [
        ({"zz": 1.0}, {}, "an objective names 'zz', which is no feature"),
        ({"f0": np.nan}, {}, "an objective values 'f0' at nan"),
        ({}, {"reference": (np.nan, 0.0)}, "reference is"),
        ({}, {"most_points": 0}, "most_points is 0"),
    ],
)
def test_frontiers_of_what_is_no_objective_are_refused(
    objective: dict[str, float], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        frontier(portfolio(1), None, objective, **options)
