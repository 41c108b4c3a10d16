"""Optimal values against enumeration, and what must hold of any solve."""

import math
import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.science.schedules import (
    Change,
    Link,
    Mode,
    Placed,
    Problem,
    Progress,
    Schedule,
    Solution,
    Task,
    Team,
    solve,
    value_of,
    violations,
)
from northing.science.schedules.rules import by_rules
from northing.science.schedules.solve import Run
from northing.science.schedules.tests.small import least_value, plain_problems, rich_problems
from northing.science.schedules.timeline import timeline

WORK = 300_000  # ample: small problems end as soon as they are proven


def solved(problem: Problem, **settings: int) -> Solution:
    """The solution by counted work, verified."""
    found = solve(problem, work=settings.pop("work", WORK), **settings)
    if found.schedule is not None:
        assert violations(problem, found.schedule) == []
        assert found.value == value_of(problem, found.schedule) >= found.bound
    return found


def task(key: str, days: int, **demands: int) -> Task:
    return Task(key, (Mode(days, demands),))


def test_two_tasks_share_a_bench() -> None:
    problem = Problem((task("a", 3, bench=1), task("b", 4, bench=1)), (Team("bench"),))
    found = solved(problem)
    assert (found.status, found.value, found.bound, found.gap) == ("optimal", 7, 7, 0)


def test_work_pauses_over_weekend_and_holiday_and_a_lead_time_does_not() -> None:
    week = Team("design", (1, 1, 1, 1, 1, 0, 0), (Change(7, 7),))
    problem = Problem((task("draw", 6, design=1), task("order", 6)), (week,))
    found = solved(problem)
    # Six days of work from Monday: five, the weekend, the holiday on Monday, and Tuesday.
    assert found.schedule == {"draw": Placed(0, 9), "order": Placed(0, 6)}


def test_people_are_free_while_their_task_waits_for_another_team() -> None:
    """Both are needed, y is away on days 1 and 2; x does its other task just then."""
    teams = (Team("x"), Team("y", changes=(Change(1, 2),)))
    problem = Problem((task("both", 2, x=1, y=1), task("alone", 2, x=1)), teams)
    assert solved(problem).schedule == {"both": Placed(0, 4), "alone": Placed(1, 3)}


def test_the_dearer_mode_is_taken_where_delay_costs_more() -> None:
    slow, fast = Mode(10), Mode(4, cost=50)
    assert solved(Problem((Task("a", (slow, fast), delay_cost=5),), objective="delay_cost")).value == 50
    assert solved(Problem((Task("a", (slow, fast), delay_cost=10),), objective="delay_cost")).value == 90


def test_the_heavier_task_goes_first() -> None:
    tasks = (replace(task("a", 3, x=1), due=3, weight=1), replace(task("b", 3, x=1), due=3, weight=2))
    assert solved(Problem(tasks, (Team("x"),), objective="tardiness")).value == 3


def test_a_longest_lag_pulls_the_first_task_later() -> None:
    tasks = (task("mix", 1), Task("pour", (Mode(1),), release=10))
    found = solved(Problem(tasks, links=(Link("mix", "pour", max_lag=2),)))
    assert found.schedule is not None
    assert 7 <= found.schedule["mix"].start <= 9


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(plain_problems(most=3))
def test_plain_problems_have_the_makespan_of_enumeration(problem: Problem) -> None:
    found = solved(problem)
    assert (found.status, found.value) == ("optimal", least_value(problem))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rich_problems())
def test_rich_problems_have_the_value_of_enumeration(problem: Problem) -> None:
    found = solved(problem)
    least = least_value(problem)
    assert (found.status, found.value) == (("infeasible", None) if least is None else ("optimal", least))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rich_problems())
def test_a_plan_too_large_to_be_proven_claims_no_more_than_enumeration(problem: Problem) -> None:
    """Its model leaves out late days, and what holds without them need not hold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("northing.science.schedules.solve"), "PROVABLE", 0)
        found = solved(problem)
    least = least_value(problem)
    assert (found.value is None) == (least is None)
    if found.value is not None and least is not None:
        assert found.bound <= least <= found.value


@settings(max_examples=20, deadline=None)
@given(plain_problems(), st.randoms(use_true_random=False))
def test_order_of_input_does_not_matter(problem: Problem, random: object) -> None:
    def shuffled(parts: tuple) -> tuple:  # type: ignore[type-arg]
        return tuple(sorted(parts, key=lambda _: random.random()))  # type: ignore[attr-defined]

    other = Problem(shuffled(problem.tasks), shuffled(problem.teams), shuffled(problem.links))
    first, second = solved(problem, work=500), solved(other, work=500)
    assert (first.schedule, first.bound) == (second.schedule, second.bound)


@settings(max_examples=20, deadline=None)
@given(plain_problems(), st.sampled_from("xy"))
def test_more_people_never_hurt(problem: Problem, key: str) -> None:
    more = tuple(replace(team, capacity=team.on(0) + 1) if team.key == key else team for team in problem.teams)
    assert (solved(replace(problem, teams=more)).value or 0) <= (solved(problem).value or 0)


@settings(max_examples=20, deadline=None)
@given(plain_problems(), st.integers(0, 5))
def test_a_later_gate_never_helps(problem: Problem, days: int) -> None:
    later = replace(problem.tasks[0], release=problem.tasks[0].release + days)
    assert (solved(replace(problem, tasks=(later, *problem.tasks[1:]))).value or 0) >= (solved(problem).value or 0)


def crowded(count: int = 24) -> Problem:
    """A plain problem that is not solved at once."""
    tasks = tuple(task(f"t{i:02}", 1 + i * 7 % 9, x=1 + i * 5 % 4, y=i * 3 % 4) for i in range(count))
    links = tuple(Link(f"t{i:02}", f"t{i + 5:02}") for i in range(count - 5))
    return Problem(tasks, (Team("x", 5), Team("y", 4)), links)


@pytest.mark.parametrize(("count", "seed"), [(24, 1), (24, 2), (50, 1)])
def test_same_seed_same_result_on_one_and_two_workers(count: int, seed: int) -> None:
    one, two = (solved(crowded(count), work=20_000, workers=workers, seed=seed) for workers in (1, 2))
    assert (one.schedule, one.value, one.bound, one.schedules) == (two.schedule, two.value, two.bound, two.schedules)


def test_a_rich_plan_is_searched_the_same_on_one_and_two_workers() -> None:
    plain = crowded()
    week = tuple(replace(team, capacity=(team.on(0),) * 5 + (0, 0)) for team in plain.teams)
    tasks = tuple(replace(each, modes=(*each.modes, Mode(each.modes[0].days + 2, {"x": 1}))) for each in plain.tasks)
    rich = replace(plain, tasks=tasks, teams=week)
    one, two = (solved(rich, work=2_000, workers=workers) for workers in (1, 2))
    assert (one.schedule, one.value, one.bound, one.schedules) == (two.schedule, two.value, two.bound, two.schedules)
    assert one.value is not None
    assert one.value < (solved(rich, work=0).value or 0)


def test_the_proof_finds_what_the_search_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = crowded(50)
    poor = max(by_rules(timeline(problem)), key=lambda each: value_of(problem, each))
    monkeypatch.setattr(Run, "_search", lambda *_: None)
    found = solve(problem, work=WORK, start=poor)
    assert found.schedules == 0
    assert found.schedule is not None
    assert violations(problem, found.schedule) == []
    assert value_of(problem, found.schedule) < value_of(problem, poor)


def test_progress_tells_better_values_and_bounds_only() -> None:
    told: list[Progress] = []
    found = solve(crowded(), work=50_000, progress=told.append)
    values = [each.value for each in told if each.value is not None]
    assert values == sorted(values, reverse=True)
    assert [each.bound for each in told] == sorted(each.bound for each in told)
    assert (told[-1].value, told[-1].bound) == (found.value, found.bound)


def test_a_cancelled_solve_returns_what_it_has() -> None:
    told: list[Progress] = []
    found = solve(crowded(60), seconds=600, progress=told.append, cancelled=lambda: bool(told))
    assert found.schedule is not None
    assert found.seconds < 60


def test_without_time_for_a_search_there_is_a_plan_by_rules() -> None:
    found = solve(crowded(60), seconds=0)
    assert found.schedule is not None
    assert violations(crowded(60), found.schedule) == []


def test_the_start_is_not_made_worse() -> None:
    best = solved(crowded(), work=5_000)
    again = solve(crowded(), work=0, start=best.schedule)
    assert (again.value, again.schedule) == (best.value, best.schedule)


def test_a_start_that_breaks_a_rule_is_refused() -> None:
    problem = Problem((task("a", 3),))
    wrong: Schedule = {"a": Placed(0, 2)}
    with pytest.raises(ValueError, match="a is worked on 2 days, not 3"):
        solve(problem, work=0, start=wrong)


@pytest.mark.parametrize(
    "setting", [{"seconds": -1}, {"seconds": math.nan}, {"work": -1}, {"work": 1.5}, {"workers": 0}, {"seed": -1}]
)
def test_settings_out_of_range_are_refused(setting: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(setting))):
        solve(Problem((task("a", 1),)), **setting)  # type: ignore[arg-type]


def test_degenerate_problems() -> None:
    assert solved(Problem(())).value == 0
    assert solved(Problem((task("a", 0),))).value == 0
    assert solved(Problem((task("a", 0), task("b", 0)), (Team("x"),), (Link("a", "b"),))).value == 0
    assert solved(Problem((task("a", 2, x=2),), (Team("x"),))).status == "infeasible"
    assert solved(Problem((task("a", 1), task("b", 1)), links=(Link("a", "b"), Link("b", "a")))).status == "infeasible"


def test_many_teams_and_large_numbers() -> None:
    """More teams than fit a word of the packed profile, and capacities at the edge of a field."""
    teams = tuple(Team(f"x{i}", 30_000) for i in range(9))
    tasks = tuple(task(f"t{i}", 2, **{f"x{i % 9}": 30_000, "x8": 3_334}) for i in range(10))
    # Nine tasks fill x8 to the brim; the tenth shares x0 with the first. The one that takes all of x8 runs alone.
    found = solved(Problem(tasks, teams))
    assert (found.status, found.value) == ("optimal", 4)


DATA = Path(os.environ.get("NORTHING_TEST_DATA") or Path(__file__).parents[6] / "shared" / "data")


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["j301_1", "j3010_1", "j3029_7", "j601_1"])
def test_published_optima(name: str) -> None:
    from benchmarks.psplib import instances, read

    if not (DATA / "psplib").is_dir():
        pytest.skip(f"the scheduling instances are not here: {DATA / 'psplib'}; set NORTHING_TEST_DATA")
    instance = next(each for each in instances(DATA, None) if each.path.stem == name)
    assert instance.known is not None
    found = solved(read(instance.path))
    assert (found.status, found.value) == ("optimal", instance.known[1])
