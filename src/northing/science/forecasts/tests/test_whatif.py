"""What-ifs by common random numbers, cruciality, and compiled code against NumPy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.estimates import fit_triple
from northing.science.forecasts import Activity, Baseline, Dependency, Plan, Risk, Team, forecast_plan
from northing.science.forecasts.causes import cruciality
from northing.science.forecasts.dispatch import _compiled, simulate
from northing.science.forecasts.network import prepare
from northing.science.forecasts.tests.test_dispatch import plans

pytestmark = pytest.mark.science

MONDAY = date(2030, 1, 7)
TRIPLE = (5.0, 10.0, 20.0)


def waits(*works: tuple[float, float, float]) -> tuple[Activity, ...]:
    return tuple(Activity(f"a{number}", work, "calendar-days") for number, work in enumerate(works))


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(0, 5))
def test_compiled_and_numpy_give_the_same_times_to_the_bit(plan: Plan, seed: int) -> None:
    network = prepare(plan)
    days = np.random.default_rng(seed).uniform(0.1, 15, (len(network.activities), 7))
    days[[np.max(activity.work) == 0 for activity in network.activities]] = 0
    one, other = simulate(network, days), _compiled(network, days)
    assert np.array_equal(one.start, other.start)
    assert np.array_equal(one.finish, other.finish)


def test_a_fixed_delay_moves_the_end_by_itself_without_error() -> None:
    """A chain: whatever happens, seven days more in the first are seven days more at the end."""
    links = (Dependency("a0", "a1"),)
    before, after = (
        Plan(MONDAY, waits((days, days, days), TRIPLE), dependencies=links, dates={"a1": (MONDAY,)})
        for days in (3.0, 10.0)
    )
    found = Baseline(before, draws=200, seed=4).what_if(after)
    assert found.whole.days == pytest.approx(7)
    assert found.whole.error == pytest.approx(0, abs=1e-9)
    assert (found.whole.later, found.whole.earlier) == (1, 0)
    shift = found.shifts["a1"]
    assert [late - early for early, late in zip(shift.before, shift.after, strict=True)] == [timedelta(days=7)] * 4
    assert shift.chances == ((MONDAY, 0.0, 0.0),)


def test_common_draws_leave_what_is_untouched_where_it_is_and_cut_the_error() -> None:
    """Against independent draws of the same plans: the error of the difference is many times as large."""
    plan = Plan(MONDAY, waits(TRIPLE, TRIPLE), risks=(Risk("r", 0.3, (2, 4, 8), ("a0",)),))
    calmed = replace(plan, risks=(Risk("r", 0.1, (2, 4, 8), ("a0",)),))
    found = Baseline(plan, draws=2_000).what_if(calmed)
    assert found.shifts["a1"].days == 0
    delay = fit_triple(2, 4, 8).distribution.mean()
    assert found.shifts["a0"].days == pytest.approx(-0.2 * delay, abs=4 * found.shifts["a0"].error)
    apart = fit_triple(*TRIPLE).distribution.variance() * 2 / 2_000
    assert found.shifts["a0"].error < np.sqrt(apart) / 3
    assert found.shifts["a0"].later == 0


def test_a_later_start_moves_everything_and_other_keys_are_left_out() -> None:
    plan = Plan(MONDAY, waits(TRIPLE))
    found = Baseline(plan, draws=50).what_if(Plan(MONDAY + timedelta(days=3), waits(TRIPLE, TRIPLE)))
    assert found.shifts["a0"].days == pytest.approx(3)
    assert set(found.shifts) == {"a0"}


@settings(max_examples=20, deadline=None)
@given(plans())
def test_no_change_is_no_shift_and_runs_repeat(plan: Plan) -> None:
    baseline = Baseline(plan, draws=30, seed=2)
    same = baseline.what_if(plan)
    assert same == Baseline(plan, draws=30, seed=2).what_if(plan)
    assert all(shift.days == 0 and shift.error == 0 for shift in (same.whole, *same.shifts.values()))


def test_cruciality_of_a_chain_is_the_root_of_the_share_of_variance() -> None:
    """The end is the sum of two independent durations: their correlation with it is sd / sd of the sum."""
    works = (TRIPLE, (18.0, 20.0, 22.5))
    plan = Plan(MONDAY, waits(*works), dependencies=(Dependency("a0", "a1"),), correlation=0.0)
    found = forecast_plan(plan, draws=20_000, seed=1).activities
    variances = np.array([fit_triple(*work).distribution.variance() for work in works])
    expected = np.sqrt(variances / variances.sum())
    assert [found[key].cruciality for key in ("a0", "a1")] == pytest.approx(expected, abs=0.03)


def test_a_certain_activity_is_critical_and_not_crucial() -> None:
    plan = Plan(MONDAY, waits((30.0, 30.0, 30.0), TRIPLE), dependencies=(Dependency("a0", "a1"),))
    found = forecast_plan(plan, draws=500).activities
    assert (found["a0"].criticality, found["a0"].cruciality) == (1.0, 0.0)
    assert found["a1"].cruciality == pytest.approx(1.0)


def test_cruciality_is_the_correlation() -> None:
    random = np.random.default_rng(1)
    durations = random.normal(size=(3, 500))
    end = durations.sum(axis=0)
    assert cruciality(durations, end) == pytest.approx([np.corrcoef(row, end)[0, 1] for row in durations])
    assert cruciality(durations, np.ones(500)).tolist() == [0, 0, 0]


def test_bad_baselines_are_refused() -> None:
    with pytest.raises(ValueError, match="no activities"):
        Baseline(Plan(MONDAY, ()))
    with pytest.raises(ValueError, match="draws is 0"):
        Baseline(Plan(MONDAY, waits(TRIPLE), (Team("t", 1),)), draws=0)
