"""The vectorised simulation against one that takes a single draw event by event, and properties of its results."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.forecasts import (
    Activity,
    Calendar,
    Dependency,
    Gate,
    Plan,
    Risk,
    Team,
    forecast_plan,
)
from northing.science.forecasts.causes import variance_shares
from northing.science.forecasts.dispatch import simulate
from northing.science.forecasts.draws import ranked, scores
from northing.science.forecasts.network import Network, prepare
from northing.science.forecasts.outlook import finish_draws

MONDAY = date(2030, 1, 7)
LINKS = st.sampled_from(["finish-start", "finish-start", "start-start", "finish-finish", "start-finish"])


@st.composite
def plans(draw: st.DrawFn, most: int = 7) -> Plan:
    """Small plans of two teams with waits, milestones, all kinds of dependencies and facts."""
    size = draw(st.integers(1, most))
    activities = []
    for number in range(size):
        likely = draw(st.floats(0.3, 20))
        team = draw(st.sampled_from(["red", "blue", None]))
        unit = draw(st.sampled_from(["person-days", "person-days", "calendar-days", "working-days"]))
        work = (0.0, 0.0, 0.0) if draw(st.integers(0, 5)) == 0 else (likely / 2, likely, likely * 2)
        earliest = MONDAY + timedelta(days=draw(st.integers(0, 20))) if draw(st.booleans()) else None
        finished = MONDAY - timedelta(days=3) if draw(st.integers(0, 7)) == 0 else None
        people, priority = draw(st.integers(1, 3)), draw(st.integers(0, 2))
        activities.append(
            Activity(f"a{number}", work, unit, team, people, earliest, finished=finished, priority=priority)
        )
    pairs = draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1), LINKS, st.integers(-2, 5))))
    links = [Dependency(f"a{a}", f"a{b}", link, float(lag)) for a, b, link, lag in pairs if a < b]
    days_off = frozenset({MONDAY + timedelta(days=8)})
    teams = (Team("red", draw(st.sampled_from([1, 2.5]))), Team("blue", 2, Calendar(holidays=days_off)))
    groups = {"all": tuple(activity.key for activity in activities)}
    return Plan(MONDAY, tuple(activities), teams, tuple(links), groups=groups)


def one_course(network: Network, days: list[float]) -> list[float]:
    """Finishes of one draw: again and again the most urgent of those that can begin on the earliest day begins."""
    facts = {row: float(fact) for row, fact in enumerate(network.finished) if not np.isnan(fact)}
    start, finish = dict(facts), dict(facts)
    free = [[0.0] * count for count in network.places]
    while len(finish) < len(days):
        options = []
        for row in set(range(len(days))) - finish.keys():
            begin = ready(network, row, days[row], start, finish)
            if begin is not None and network.team[row] >= 0:
                begin = max(begin, sorted(free[network.team[row]])[network.people[row] - 1])
            if begin is not None:
                options.append((int(begin + 1e-6) if network.team[row] >= 0 else -1, row, begin))
        _, row, begin = min(options)
        clock, clocks = network.clock[[row]], network.clocks
        start[row] = begin
        ended = clocks.until(clock, clocks.elapsed(clock, np.array([begin])) + days[row])[0]
        finish[row] = max(float(ended), begin)
        for _ in range(network.people[row] if network.team[row] >= 0 else 0):
            queue = free[network.team[row]]
            queue.remove(max(time for time in queue if time <= begin))
            queue.append(float(clocks.open(clock, np.array([finish[row]]))[0]))
    return [finish[row] for row in range(len(days))]


def ready(network: Network, row: int, days: float, start: dict[int, float], finish: dict[int, float]) -> float | None:
    """When dependencies let `row` begin; None while something it waits for has not begun."""
    clocks, clock, bounds = network.clocks, network.clock[[row]], [float(network.earliest[row])]
    for arrow in network.arrows:
        if arrow.after == row:
            if arrow.before not in finish:
                return None
            time = (start if arrow.link.startswith("start") else finish)[arrow.before] + arrow.lag
            if arrow.link.endswith("finish"):
                worked = clocks.elapsed(clock, np.array([time]))
                shut = clocks.until(clock, worked)[0] < time - 1e-6
                time = float(clocks.until(clock, worked - days + 2e-6 * shut)[0])
            bounds.append(time)
    return float(clocks.open(clock, np.array([max(bounds)]))[0])


@pytest.mark.parametrize("finished", [None, date(2030, 1, 4)])
def test_what_waits_for_two_that_begin_together_begins_after_both(finished: date | None) -> None:
    """Tooling and certification are ordered when the design is done; the launch waits for both."""
    activities = (
        Activity("design", (2.0, 3.0, 5.0), finished=finished),
        Activity("tooling", (20.0, 30.0, 40.0), unit="calendar-days"),
        Activity("approval", (5.0, 8.0, 12.0), unit="calendar-days"),
        Activity("launch", (1.0, 1.0, 2.0), team="sales"),
    )
    links = (("design", "tooling"), ("design", "approval"), ("tooling", "launch"), ("approval", "launch"))
    plan = Plan(
        start=date(2030, 1, 7),
        activities=activities,
        teams=(Team("sales", 1),),
        dependencies=tuple(Dependency(*pair) for pair in links),
    )
    network = prepare(plan)
    days = np.random.default_rng(1).uniform(1, 40, (len(activities), 50))
    together = simulate(network, days).finish
    for draw in range(50):
        assert together[:, draw] == pytest.approx(one_course(network, days[:, draw].tolist()), abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(0, 5))
def test_equal_to_one_draw_at_a_time(plan: Plan, seed: int) -> None:
    network = prepare(plan)
    days = np.random.default_rng(seed).uniform(0.1, 15, (len(network.activities), 5))
    days[[np.max(activity.work) == 0 for activity in network.activities]] = 0
    together = simulate(network, days).finish
    for draw in range(5):
        assert together[:, draw] == pytest.approx(one_course(network, days[:, draw].tolist()), abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(plan: Plan, random: object) -> None:
    def mixed(items: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(random.sample(items, len(items)))  # type: ignore[attr-defined]

    other = replace(plan, activities=mixed(plan.activities), teams=mixed(plan.teams))  # type: ignore[arg-type]
    other = replace(other, dependencies=mixed(plan.dependencies))  # type: ignore[arg-type]
    one, two = forecast_plan(plan, draws=50), forecast_plan(other, draws=50)
    assert one.activities == two.activities
    assert (one.groups, one.whole) == (two.groups, two.whole)


@settings(max_examples=30, deadline=None)
@given(plans(), st.integers(0, 6), st.floats(1, 3))
def test_without_teams_more_work_never_finishes_earlier(plan: Plan, chosen: int, factor: float) -> None:
    """Dependencies alone cannot reward a delay; a team's queue can (its order changes), so it is left out."""
    waits = tuple(replace(a, team=None, finished=None) for a in plan.activities)
    longer = list(waits)
    at = chosen % len(longer)
    longer[at] = replace(longer[at], work=tuple(factor * value for value in longer[at].work))  # type: ignore[arg-type]
    forward = tuple(d for d in plan.dependencies if d.link == "finish-start")
    before, after = (
        finish_draws(replace(plan, activities=work, dependencies=forward), draws=50) for work in (waits, tuple(longer))
    )
    for key, finish in before.items():
        assert (after[key] >= finish - 1e-5).all()


def test_the_same_draws_whatever_else_is_in_the_plan() -> None:
    work = tuple(Activity(key, (3, 8, 20), unit="calendar-days") for key in "ab")
    extra = Activity("z", (1, 2, 9), team="new")
    alone = finish_draws(Plan(MONDAY, work), draws=100, seed=3)
    among = finish_draws(Plan(MONDAY, (extra, *work), (Team("new", 1),)), draws=100, seed=3)
    assert all((alone[key] == among[key]).all() for key in "ab")
    assert (alone["a"] != alone["b"]).any()
    assert (alone["a"] != finish_draws(Plan(MONDAY, work), draws=100, seed=4)["a"]).any()


def test_a_team_takes_up_other_work_while_it_waits() -> None:
    """Urgent work that waits for a part until day 14 does not keep its team idle."""
    work = (
        Activity("part", (14, 14, 14), unit="calendar-days"),
        Activity("urgent", (5, 5, 5), team="red"),
        Activity("later", (5, 5, 5), team="red", priority=9),
    )
    plan = Plan(MONDAY, work, (Team("red", 1),), (Dependency("part", "urgent"),))
    found = forecast_plan(plan, draws=10).activities
    assert found["later"].finish.p50 == MONDAY + timedelta(days=4)
    assert found["urgent"].finish.p50 == MONDAY + timedelta(days=18)


def test_what_waits_is_as_urgent_as_what_it_blocks() -> None:
    work = tuple(Activity(key, (5, 5, 5), team="red", priority=rank) for key, rank in (("a", 9), ("b", 1), ("c", 5)))
    plan = Plan(MONDAY, work, (Team("red", 1),), (Dependency("a", "b"),))
    ends = {key: outlook.finish.p50 for key, outlook in forecast_plan(plan, draws=10).activities.items()}
    assert sorted(ends, key=ends.__getitem__) == ["a", "b", "c"]


def test_correlated_durations() -> None:
    """Scores correlate as asked; the marginal distribution stays exactly the one given."""
    common = scores(0, "estimates", "", 20_000)
    mixed = [np.sqrt(0.3) * common + np.sqrt(0.7) * scores(0, "activity", key, 20_000) for key in "ab"]
    assert np.corrcoef(mixed)[0, 1] == pytest.approx(0.3, abs=0.02)
    drawn = ranked((2.0, 5.0, 11.0), mixed[0])
    assert np.quantile(drawn, (0.1, 0.5, 0.9)) == pytest.approx((2, 5, 11), rel=1e-3)


def test_variance_shares_of_a_known_function() -> None:
    """Y = 3 A + 2 B + C^2 + noise: shares 9, 4 and 2 of 16 (Var C^2 = 2, noise 1)."""
    a, b, c, noise = (scores(5, "test", key, 50_000) for key in "abcn")
    target = 3 * a + 2 * b + c**2 + noise
    found = variance_shares([a, b, c], target[None, :])
    assert found[0] == pytest.approx(np.array([9, 4, 2]) / 16, abs=0.03)
    assert variance_shares([a], np.ones((1, 50_000))).tolist() == [[0.0]]


def test_criticality_of_two_parallel_waits() -> None:
    """With equal, independent durations each of two waits decides the end half of the time."""
    work = tuple(Activity(key, (5, 10, 20), unit="calendar-days") for key in "ab")
    found = forecast_plan(Plan(MONDAY, work, correlation=0.0), draws=4_000, seed=2)
    assert found.activities["a"].criticality == pytest.approx(0.5, abs=0.06)
    assert found.activities["a"].criticality + found.activities["b"].criticality == pytest.approx(1, abs=1e-9)
    assert found.whole.criticality == 1.0


def test_a_chain_runs_through_the_team() -> None:
    """The second piece waits for nothing but its team: what kept the team busy is on the chain."""
    work = (Activity("a", (2, 5, 9), team="red"), Activity("b", (2, 5, 9), team="red", priority=1))
    found = forecast_plan(Plan(MONDAY, work, (Team("red", 1),)), draws=100)
    assert found.whole.chain == {"a": 1.0, "b": 1.0}


def test_maximum_lags_are_watched() -> None:
    work = (Activity("a", (1, 1, 1), unit="calendar-days"), Activity("b", (1, 1, 1), earliest=MONDAY + timedelta(9)))
    late = Dependency("a", "b", max_lag=7.0)
    kept = Dependency("a", "b", max_lag=8.0)
    outcome = [forecast_plan(Plan(MONDAY, work, dependencies=(d,)), draws=10).dependencies[0] for d in (late, kept)]
    assert [found.exceeded for found in outcome] == [1.0, 0.0]


def test_degenerate_plans() -> None:
    milestone = Plan(MONDAY, (Activity("m", (0, 0, 0)),))
    assert forecast_plan(milestone, draws=1).whole.finish.p50 <= MONDAY
    done = Plan(MONDAY, (Activity("d", (1, 2, 3), finished=MONDAY - timedelta(days=2)),))
    assert forecast_plan(done, draws=3).whole.finish.p90 == MONDAY - timedelta(days=2)
    endless = Plan(MONDAY, (Activity("e", (1e6, 2e6, 3e6)),))
    assert forecast_plan(endless, draws=10).notes == ("In 100% of the draws the plan does not end within forty years.",)
    swapped = forecast_plan(Plan(MONDAY, (Activity("s", (9, 5, 3)),)), draws=10)
    assert swapped.notes == ("s: Put in order: low 3, likely 5, high 9.",)


def test_bad_input_names_field_and_way_out() -> None:
    cases = [
        (lambda: Activity("a", (1, 2, 3), people=0), "people of 'a' is 0: it must be a whole number, 1 or more"),
        (lambda: Activity("a", (1, 2, 3), people=2.5), "people of 'a' is 2.5"),  # type: ignore[arg-type]
        (lambda: Activity("a", (1, 2, 3), priority=math.nan), "priority of 'a' is nan"),
        (lambda: Gate("g", "a", 1.0, (1, 2, 3)), "fail of gate 'g' is 1.0"),
        (lambda: Risk("r", 1.2, (1, 2, 3), ("a",)), "probability of risk 'r' is 1.2"),
        (lambda: Team("t", 0), "people of team 't' is 0"),
        (lambda: Team("t", 1, loss=(0.2, 0.5, 1.0)), "and below 1"),
        (lambda: Dependency("a", "b", lag=3.0, max_lag=1.0), "max_lag"),
        (lambda: Plan(MONDAY, (Activity("a", (1, 2, 3)),), groups={"g": ()}), "group 'g' is empty"),
    ]
    for build, message in cases:
        with pytest.raises(ValueError, match=message):
            build()
