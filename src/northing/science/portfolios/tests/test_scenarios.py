import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.portfolios import Chance, Effort, Expected, Portfolio, Status, WorstCases, choose_under_risk
from northing.science.portfolios.aims import Aim
from northing.science.portfolios.tests.cases import plans, portfolio

pytestmark = pytest.mark.science

SEEDS = st.integers(0, 10_000)
DRAWS = 40


def samples(given_: Portfolio, seed: int, draws: int = DRAWS) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {f.key: random.normal(f.value, 6, draws) for f in given_.features[1:]}


def totals(given_: Portfolio, drawn: dict[str, np.ndarray], when: dict[str, int]) -> np.ndarray:
    """A plan's value by draw, from the portfolio's own arithmetic."""
    draws = len(next(iter(drawn.values())))
    certain = given_.value(when)
    extra = sum(
        (drawn[key] - given_.by_key[key].value) * given_.factor(period) for key, period in when.items() if key in drawn
    )
    return np.full(draws, certain) + extra


@settings(max_examples=24, deadline=None)
@given(SEEDS, st.sampled_from([Expected(), WorstCases(0.1), WorstCases(0.33), WorstCases(1.0), Chance(20), Chance(35)]))
def test_each_aim_is_met_as_well_as_by_the_best_of_all_plans(seed: int, aim: Aim) -> None:
    given_ = portfolio(seed)
    drawn = samples(given_, seed)
    values = [aim.of(totals(given_, drawn, when)) for when in plans(given_)]
    plan = choose_under_risk(given_, drawn, aim, Effort(seconds=20))
    if not values:
        assert plan.status is Status.INFEASIBLE
        return
    assert plan.value == pytest.approx(max(values), abs=1e-5)
    assert plan.bound == pytest.approx(plan.value, abs=1e-5)
    assert plan.status is Status.OPTIMAL
    assert aim.of(totals(given_, drawn, dict(plan.when))) == pytest.approx(plan.value, abs=1e-9)


@settings(max_examples=4, deadline=None)
@given(SEEDS)
def test_worst_cases_over_periods(seed: int) -> None:
    given_ = portfolio(seed, features=4, periods=2)
    drawn, aim = samples(given_, seed), WorstCases(0.2)
    values = [aim.of(totals(given_, drawn, when)) for when in plans(given_)]
    plan = choose_under_risk(given_, drawn, aim)
    assert not values or plan.value == pytest.approx(max(values), abs=1e-5)


def test_the_worst_share_is_the_mean_of_the_tail_with_the_edge_in_part() -> None:
    assert WorstCases(0.3).of(np.array([1.0, 5.0, 3.0, 9.0, 7.0])) == pytest.approx((1 + 0.5 * 3) / 1.5)
    assert WorstCases(1.0).of(np.array([1.0, 5.0])) == 3


def test_a_larger_goal_is_never_likelier() -> None:
    given_ = portfolio(12)
    drawn = samples(given_, 1)
    chances = [choose_under_risk(given_, drawn, Chance(goal)).value for goal in (-100.0, 10.0, 25.0, 40.0, 1000.0)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1
    assert chances[-1] == 0


@pytest.mark.parametrize(
    ("given_", "message"),
    [({}, "samples"), ({"f0": [1.0], "f1": [1.0, 2.0]}, "shapes"), ({"x": [1.0]}, "'x'"), ({"f0": [np.nan]}, "f0")],
)
def test_samples_that_are_none_are_refused(given_: dict[str, list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        choose_under_risk(portfolio(1), given_, Expected())


@pytest.mark.parametrize("share", [0.0, 1.5, -1.0])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        WorstCases(share)


@pytest.mark.parametrize("goal", [np.nan, np.inf])
def test_a_goal_that_is_none_is_refused(goal: float) -> None:
    with pytest.raises(ValueError, match="goal is"):
        Chance(goal)
