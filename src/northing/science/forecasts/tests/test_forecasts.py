"""Date forecasts against closed forms, hand-made schedules and convolution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.estimates import fit_triple
from northing.science.forecasts import (
    Absence,
    Activity,
    Calendar,
    Dependency,
    Gate,
    Plan,
    PlanForecast,
    Risk,
    Team,
    forecast_plan,
)

MONDAY = date(2030, 1, 7)
EXACT = (5.0, 5.0, 5.0)


def run(activities: Sequence[Activity], *dependencies: Dependency, people: float = 1, **more: Any) -> PlanForecast:
    plan = Plan(MONDAY, tuple(activities), (Team("app", people),), dependencies, **more)
    return forecast_plan(plan, draws=400, seed=3)


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


def test_certain_work_follows_the_calendar() -> None:
    """Six days of one person from a Monday end on the next Monday; a holiday moves that by a day."""
    work = [Activity("a", (6, 6, 6), team="app")]
    assert run(work).whole.finish.p50 == day(7)
    free = Calendar(holidays=frozenset({day(1)}))
    plan = Plan(MONDAY, tuple(work), (Team("app", 1, free),))
    assert forecast_plan(plan, draws=10).whole.finish.p50 == day(8)


def test_a_team_shares_its_people() -> None:
    """Three pieces of five days: one person takes three weeks, three people one, and two people two."""
    work = [Activity(key, EXACT, team="app") for key in "abc"]
    ends = [run(work, people=people).whole.finish.p90 for people in (1, 2, 3)]
    assert ends == [day(18), day(11), day(4)]


def test_lost_time_and_absence_lengthen_work() -> None:
    away = Team("app", 2, absences=(Absence(day(0), day(4), 1),))
    plan = Plan(MONDAY, (Activity("a", EXACT, team="app"),), (away,))
    # One of two is away in the first week, so each place works half days: 2.5 days done, then 2.5 full ones.
    assert forecast_plan(plan, draws=10).whole.finish.p50 == day(9)
    busy = Plan(MONDAY, (Activity("a", EXACT, team="app"),), (Team("app", 1, loss=np.array([0.5])),))
    assert forecast_plan(busy, draws=10).whole.finish.p50 == day(11)


def test_urgent_work_goes_first() -> None:
    late = run([Activity("a", EXACT, team="app", priority=2), Activity("b", EXACT, team="app", priority=1)])
    assert (late.activities["b"].finish.p50, late.activities["a"].finish.p50) == (day(4), day(11))


@pytest.mark.parametrize(
    ("link", "lag", "finish"),
    [
        ("finish-start", 0.0, day(11)),
        ("finish-start", 7.0, day(18)),
        ("start-start", 2.0, day(8)),
        ("finish-finish", 0.0, day(4)),
    ],
)
def test_links(link: Any, lag: float, finish: date) -> None:
    work = [Activity(key, EXACT, unit="working-days") for key in "ab"]
    assert run(work, Dependency("a", "b", link, lag)).activities["b"].finish.p50 == finish


def test_a_chain_is_the_convolution_of_its_parts() -> None:
    """Mean of a sum is the sum of means, its variance (independent parts) the sum of variances."""
    triple = (8.0, 15.0, 30.0)
    work = [Activity(key, triple, unit="calendar-days") for key in "ab"]
    plan = Plan(MONDAY, tuple(work), dependencies=(Dependency("a", "b"),), correlation=0.0)
    found = forecast_plan(plan, draws=20_000, seed=1).whole.finish
    part = fit_triple(*triple).distribution.quantile((np.arange(400) + 0.5) / 400)
    sums = np.sort(np.add.outer(part, part).ravel())
    for level, got in ((0.1, found.p10), (0.5, found.p50), (0.9, found.p90)):
        assert abs((got - MONDAY).days + 1 - sums[int(level * sums.size)]) <= 1.0


def test_waiting_for_several_is_the_latest_of_them() -> None:
    """P(max of two independent <= t) = F(t)^2, so its median is the parts' quantile at the root of a half."""
    triple = (20.0, 40.0, 80.0)
    work = [Activity("a", triple, unit="calendar-days"), Activity("b", triple, unit="calendar-days")]
    plan = Plan(MONDAY, tuple(work), groups={"g": ("a", "b")}, correlation=0.0)
    found = forecast_plan(plan, draws=20_000, seed=2).groups["g"].finish.p50
    expected = fit_triple(*triple).distribution.quantile(np.array([math.sqrt(0.5)]))[0]
    assert abs((found - MONDAY).days + 1 - expected) <= 1.5


def test_risks_and_gates_happen_as_often_as_said() -> None:
    work = (Activity("a", (10, 10, 10), unit="calendar-days"),)
    risk = Plan(MONDAY, work, risks=(Risk("r", 0.3, (7, 7, 7), ("a",)),), dates={"a": (day(9),)})
    [(_, chance)] = forecast_plan(risk, draws=1000).activities["a"].chances
    assert chance == pytest.approx(0.7, abs=0.002)
    gate = Plan(MONDAY, work, gates=(Gate("g", "a", 0.5, (5, 5, 5)),), dates={"a": (day(9), day(14), day(19))})
    chances = [share for _, share in forecast_plan(gate, draws=1000).activities["a"].chances]
    assert chances == pytest.approx([0.5, 0.75, 0.875], abs=0.005)


def test_the_uncertain_part_explains_the_date() -> None:
    work = [Activity("sure", EXACT, team="app"), Activity("open", (5, 20, 60), team="app")]
    forecast = run(work, Dependency("sure", "open"), correlation=0.0)
    assert [(cause.kind, cause.key) for cause in forecast.whole.causes] == [("work", "open")]
    assert forecast.whole.chain == {"open": 1.0, "sure": 1.0}


def test_conflict_is_the_chance_of_arriving_after_the_target_start() -> None:
    work = [Activity(key, (10, 10, 10), unit="calendar-days") for key in "ab"]
    for start, chance in ((day(9), 1.0), (day(10), 0.0)):
        [found] = run(work, Dependency("a", "b"), target_starts={"b": start}).dependencies
        assert found.conflict == chance


def test_cycles_are_named() -> None:
    work = [Activity(key, EXACT) for key in "abc"]
    with pytest.raises(ValueError, match=r"form a cycle: .*a -> b -> c"):
        run(work, Dependency("a", "b"), Dependency("b", "c"), Dependency("c", "a"))


def test_unknown_names_and_bad_values_are_refused() -> None:
    with pytest.raises(ValueError, match="team of 'a' names 'nobody'"):
        Plan(MONDAY, (Activity("a", EXACT, team="nobody"),))
    with pytest.raises(ValueError, match="every value must be a number from 0"):
        Activity("a", (-1.0, 2.0, 3.0))
    with pytest.raises(ValueError, match="has no activities"):
        forecast_plan(Plan(MONDAY, ()))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0.5, 20), st.floats(1, 3)), min_size=1, max_size=6), st.integers(1, 3))
def test_more_people_never_delay_independent_work_and_runs_repeat(sizes: list[tuple[float, float]], seed: int) -> None:
    work = tuple(
        Activity(f"a{i}", (mid / wide, mid, mid * wide), team="app", priority=i) for i, (mid, wide) in enumerate(sizes)
    )
    few, many = (Plan(MONDAY, work, (Team("app", people),)) for people in (1, len(work)))
    first, again = (forecast_plan(few, draws=200, seed=seed) for _ in range(2))
    assert first == again
    assert forecast_plan(many, draws=200, seed=seed).whole.finish.p90 <= first.whole.finish.p90
    finish = first.whole.finish
    assert finish.p10 <= finish.p50 <= finish.p80 <= finish.p90
