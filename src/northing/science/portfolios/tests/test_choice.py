import math
import threading
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.portfolios import (
    Effort,
    Feature,
    Plan,
    Portfolio,
    Progress,
    Shared,
    Status,
    Together,
    choose,
    closure,
    constraint,
    linear,
)
from northing.science.portfolios.effort import Watch
from northing.science.portfolios.model import Layout
from northing.science.portfolios.tests.cases import best_value, portfolio, release

pytestmark = pytest.mark.science

SEEDS = st.integers(0, 10_000)


def agrees(plan: Plan, given_: Portfolio) -> None:
    """The plan is the best there is, by enumeration, and says so."""
    best = best_value(given_)
    if best is None:
        assert plan.status is Status.INFEASIBLE
        assert not plan.when
        assert math.isnan(plan.value)
        return
    assert plan.status is Status.OPTIMAL
    assert plan.value == pytest.approx(best, abs=1e-6)
    assert plan.bound == plan.value
    assert plan.gap == 0
    assert given_.allows(plan.when)
    assert given_.value(plan.when) == pytest.approx(plan.value, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_plan_with_every_kind_of_rule_is_the_best_of_all(seed: int) -> None:
    agrees(choose(portfolio(seed)), portfolio(seed))


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_plan_over_periods_is_the_best_of_all(seed: int) -> None:
    given_ = portfolio(seed, features=5, periods=3)
    agrees(choose(given_), given_)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_a_release_by_minimum_cuts_is_the_best_of_all(seed: int) -> None:
    assert closure.applies(Layout(release(seed)).model())
    agrees(choose(release(seed)), release(seed))


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_a_release_searched_around_its_best_plan_first_is_the_best_of_all(seed: int) -> None:
    given_ = release(seed)
    with patch.multiple(closure, FEW_ITEMS=0, WIDE=-1.0):
        agrees(choose(given_), given_)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_the_three_solvers_agree(seed: int) -> None:
    model = Layout(release(seed, features=25)).model()
    answers = [solver.solve(model, Watch(Effort())) for solver in (closure, linear, constraint)]
    assert len({(answer.status, answer.value) for answer in answers}) == 1


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(seed: int, random: object) -> None:
    given_ = portfolio(seed)
    features = list(given_.features)
    random.shuffle(features)  # type: ignore[attr-defined]
    assert choose(replace(given_, features=tuple(features))).value == pytest.approx(choose(given_).value, nan_ok=True)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from(["design", "engineering"]), st.floats(0, 20))
def test_more_capacity_never_hurts(seed: int, team: str, more: float) -> None:
    given_ = portfolio(seed)
    wider = replace(given_, capacities={**given_.capacities, team: (given_.capacities[team][0] + more,)})
    before, after = choose(given_), choose(wider)
    assert before.status is Status.INFEASIBLE or after.value >= before.value - 1e-6


@pytest.mark.parametrize(
    "given_", [release(4, features=60), release(4, features=600), portfolio(4, features=14, periods=2)]
)
def test_by_work_the_same_plan_comes_on_one_and_on_two_workers(given_: Portfolio) -> None:
    one, again, two = (choose(given_, Effort(work=2, workers=workers, seed=7)) for workers in (1, 1, 2))
    assert one.when == again.when == two.when
    assert one.bound == again.bound == two.bound


def test_a_plan_to_begin_from_is_never_made_worse() -> None:
    given_ = release(5, features=200)
    start = choose(given_)
    again = choose(given_, Effort(work=1e-4), start=start.when)
    assert again.value == start.value


def test_a_start_that_breaks_a_rule_is_passed_over() -> None:
    given_ = portfolio(10)
    assert choose(given_, start={f.key: 0 for f in given_.features}).value == choose(given_).value


def hard(features: int = 70) -> Portfolio:
    """Values that follow costs, in four teams: far from solved in a second."""
    random = np.random.default_rng(1)
    costs = random.integers(10, 99, (features, 4))
    teams = [f"team {k}" for k in range(4)]
    made = [
        Feature(f"f{i}", float(row.sum() + random.integers(9)), dict(zip(teams, row.tolist(), strict=True)))
        for i, row in enumerate(costs)
    ]
    return Portfolio(tuple(made), {team: (float(costs[:, k].sum() // 2),) for k, team in enumerate(teams)})


def test_out_of_time_there_is_a_plan_with_a_bound_and_a_gap() -> None:
    given_ = hard()
    plan = choose(given_, Effort(seconds=1))
    assert plan.status is Status.FEASIBLE
    assert given_.allows(plan.when)
    assert plan.value < plan.bound < plan.value * 1.1
    assert plan.gap == pytest.approx((plan.bound - plan.value) / plan.value)
    assert plan.seconds < 10


def test_it_can_be_stopped_and_tells_how_far_it_is() -> None:
    stopped, told = threading.Event(), list[Progress]()

    def tell(progress: Progress) -> None:
        told.append(progress)
        stopped.set()

    plan = choose(hard(), Effort(seconds=60, stop=stopped.is_set, progress=tell))
    assert plan.seconds < 30
    assert told
    assert all(progress.value is None or progress.value <= progress.bound * (1 + 1e-9) for progress in told)


def test_a_stopped_constraint_search_ends() -> None:
    watch = Watch(Effort(seconds=60, stop=lambda: True))
    constraint.solve(Layout(hard()).model(), watch)
    assert watch.seconds < 30


def test_the_extremes() -> None:
    assert choose(Portfolio((), {})).when == {}
    free = Portfolio((Feature("a", 2), Feature("b", -1), Feature("c", 0)), {})
    assert choose(free).value == 2
    full = Portfolio((Feature("a", 2, {"t": 1}),), {"t": (0,)})
    assert choose(full).when == {}
    tight = Portfolio((Feature("a", 0.1, {"t": 0.1}), Feature("b", 0.2, {"t": 0.2})), {"t": (0.3,)})
    assert choose(tight).keys == ("a", "b")
    large = Portfolio(tuple(Feature(f"f{i}", 1e12 + i, {"t": 1e-6}) for i in range(3)), {"t": (2e-6,)})
    assert choose(large).keys == ("f1", "f2")
    must = Portfolio((Feature("a", -5, {"t": 4}, must=True),), {"t": (3,)})
    assert choose(must).status is Status.INFEASIBLE
    circle = Portfolio((Feature("a", 5, {"t": 2}, ("b",)), Feature("b", -1, {"t": 2}, ("a",))), {"t": (4,)})
    assert choose(circle).keys == ("a", "b")


def test_a_bonus_a_malus_and_shared_costs_are_what_they_say() -> None:
    two = (Feature("a", 3, {"t": 1}), Feature("b", 3, {"t": 1}))
    assert choose(Portfolio(two, {"t": (2,)}, together=(Together(("a", "b"), 4),))).value == 10
    assert choose(Portfolio(two, {"t": (2,)}, together=(Together(("a", "b"), -4),))).value == 3
    assert choose(Portfolio(two, {"t": (2,)}, shared=(Shared(("a", "b"), {"t": 1}),))).value == 3
    assert choose(Portfolio(two, {"t": (3,)}, shared=(Shared(("a", "b"), {"t": 1}),))).value == 6


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Portfolio((Feature("a"), Feature("a")), {}), "'a' twice"),
        (lambda: Portfolio((Feature("a", math.nan),), {}), "value of 'a' is nan"),
        (lambda: Portfolio((Feature("a", 1, {"t": -1}),), {"t": (1,)}), "0 or more"),
        (lambda: Portfolio((Feature("a", 1, {"u": 1}),), {"t": (1,)}), "'u'"),
        (lambda: Portfolio((Feature("a", needs=("b",)),), {}), "'b', which is no feature"),
        (lambda: Portfolio((), {"t": (1,), "u": (1, 2)}), "periods"),
        (lambda: Portfolio((), {"t": (-1,)}), "capacity 't' is -1"),
        (lambda: Portfolio((Feature("a", earliest=1),), {"t": (1,)}), "earliest of 'a'"),
        (lambda: Portfolio((Feature("a"),), {}, excludes=(("a", "a"),)), "each once"),
        (lambda: Portfolio((), {"t": (1,)}, worth=(1.0, 0.5)), "worth has 2"),
        (lambda: Portfolio((Feature("a"),), {}, together=(Together(("a",), math.inf),)), "together"),
        (lambda: choose(Portfolio((Feature("a", 1e16),), {})), "larger unit"),
        (lambda: choose(Portfolio((Feature("a"),), {}), start={"b": 0}), "start has 'b'"),
        (lambda: choose(Portfolio((Feature("a"),), {}), start={"a": 1}), "a period from 0 to 0"),
        (lambda: Effort(seconds=0), "seconds is 0"),
        (lambda: Effort(seconds=math.nan), "seconds is nan"),
        (lambda: Effort(work=-1), "work is -1"),
        (lambda: Effort(workers=0), "workers is 0"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]
