from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.portfolios import Change, Portfolio, alternatives, choose, explain
from northing.science.portfolios.tests.cases import best_value, plans, portfolio, release

pytestmark = pytest.mark.science

SEEDS = st.integers(0, 10_000)
SLIGHT = 1e-3


def with_change(given_: Portfolio, key: str, change: Change, by: float) -> Portfolio:
    feature = given_.by_key[key]
    if change.of == "capacity":
        assert change.capacity is not None
        amounts = given_.capacities[change.capacity]
        wider = tuple(amount + (by if t == change.period else 0) for t, amount in enumerate(amounts))
        return replace(given_, capacities={**given_.capacities, change.capacity: wider})
    if change.of == "value":
        changed = replace(feature, value=feature.value + by)
    else:
        assert change.capacity is not None
        changed = replace(feature, costs={**feature.costs, change.capacity: feature.costs[change.capacity] - by})
    return replace(given_, features=tuple(changed if f.key == key else f for f in given_.features))


def best_with(given_: Portfolio, key: str) -> float | None:
    return max((given_.value(when) for when in plans(given_) if key in when), default=None)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([portfolio, release]), SEEDS)
def test_the_smallest_change_brings_it_in_and_less_does_not(make: object, seed: int) -> None:
    given_ = make(seed, features=6)  # type: ignore[operator]
    best = best_value(given_)
    for feature in given_.features if best is not None else ():
        reason = explain(given_, feature.key)
        assert reason.best.value == pytest.approx(best)
        for change in reason.changes:
            assert change.is_confirmed
            changed = with_change(given_, feature.key, change, change.by)
            assert best_with(changed, feature.key) == pytest.approx(best_value(changed))
            assert feature.key in change.plan.when
            if change.by > SLIGHT:
                less = with_change(given_, feature.key, change, change.by - SLIGHT)
                within, without = best_with(less, feature.key), best_value(less)
                assert within is None or (without is not None and within < without - 1e-9)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_what_the_other_way_loses_is_what_enumeration_says(seed: int) -> None:
    given_ = portfolio(seed, features=5)
    found = list(plans(given_))
    for feature in given_.features if found else ():
        reason = explain(given_, feature.key)
        free = replace(given_, features=tuple(replace(f, must=f.must and f is not feature) for f in given_.features))
        others = [given_.value(when) for when in plans(free) if (feature.key in when) != reason.is_in]
        assert (reason.difference is None) == (not others)
        if others:
            assert reason.difference == pytest.approx(best_value(given_) - max(others))  # type: ignore[operator]


def test_a_feature_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="'x', which is no feature"):
        explain(portfolio(1), "x")


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0, 0.5))
def test_alternatives_are_near_distinct_and_as_different_as_can_be(seed: int, within: float) -> None:
    given_ = portfolio(seed, features=5)
    every = [(frozenset(when), given_.value(when)) for when in plans(given_)]
    found = alternatives(given_, within=within, count=4)
    if not every:
        assert len(found) == 1
        return
    best = max(value for _, value in every)
    least = best - within * abs(best)
    near = {keys for keys, value in every if value >= least - 1e-6}
    assert len(found) == min(4, len(near))
    before: list[frozenset[str]] = []
    for plan in found:
        keys = frozenset(plan.when)
        assert keys in near
        assert keys not in before
        farthest = max(sum(len(other ^ one) for one in before) for other in near if other not in before)
        assert sum(len(keys ^ one) for one in before) == farthest
        before.append(keys)


def test_the_first_alternative_is_the_best_plan() -> None:
    assert alternatives(portfolio(2), count=1)[0].value == choose(portfolio(2)).value


@pytest.mark.parametrize(("within", "count"), [(-0.1, 3), (1.0, 3), (0.1, 0)])
def test_alternatives_without_sense_are_refused(within: float, count: int) -> None:
    with pytest.raises(ValueError, match=r"within|count"):
        alternatives(portfolio(1), within=within, count=count)
