"""Bad input, the verifier, bounds and the compiled generation, each against a second reading."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.science.schedules import Change, Link, Mode, Placed, Problem, Task, Team, value_of, violations
from northing.science.schedules.arranging import Arranging
from northing.science.schedules.bounds import lower_bound
from northing.science.schedules.effort import Effort
from northing.science.schedules.exact import model_of
from northing.science.schedules.generation import forward, mirrored, network_of, profile, turned
from northing.science.schedules.plain import plain
from northing.science.schedules.population import NOTHING
from northing.science.schedules.rules import by_rules
from northing.science.schedules.solving import run
from northing.science.schedules.tests.small import least_value, plain_problems, rich_problems
from northing.science.schedules.timeline import Timeline, linked_in_order, timeline

WORK = 100_000  # ample


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Mode(-1), "days is -1: it must be a whole number"),
        (lambda: Mode(1, {"x": 2.5}), "demand for 'x' is 2.5"),
        (lambda: Mode(True), "days is True"),
        (lambda: Task("a", ()), "modes of 'a' is empty"),
        (lambda: Task("a", (Mode(1),), release=-2), "release of 'a' is -2"),
        (lambda: Change(3, 2), "last of 'holiday' is 2: it must be a whole number from 3"),
        (lambda: Team("x", ()), "capacity of team 'x' is empty"),
        (lambda: Link("a", "b", "before"), "kind of link 'a' -> 'b' is 'before'"),
        (lambda: Link("a", "b", lag=3, max_lag=2), "max_lag of link 'a' -> 'b' is 2"),
        (lambda: Problem((Task("a", (Mode(1),)),) * 2), "tasks has 'a' twice"),
        (lambda: Problem((Task("a", (Mode(1, {"x": 1}),)),)), "demands of 'a' names 'x'"),
        (lambda: Problem((Task("a", (Mode(1),)),), links=(Link("a", "a"),)), "cannot wait for itself"),
        (lambda: Problem((), objective="profit"), "objective is 'profit'"),
        (lambda: timeline(Problem(tuple(Task(f"{i}", (Mode(30_000),)) for i in range(9)))), "may last 27000"),
    ],
)
def test_bad_input_is_named(make, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=said.replace("(", r"\(").replace(">", ".")):
        make()


def test_the_verifier_finds_every_broken_rule() -> None:
    tasks = (Task("a", (Mode(2, {"x": 1}),), release=1, deadline=3), Task("b", (Mode(2, {"x": 1}),)))
    problem = Problem(tasks, (Team("x", (1, 1, 1, 1, 0)),), (Link("a", "b", lag=1, max_lag=2),))
    assert violations(problem, {"a": Placed(1, 3), "b": Placed(5, 7)}) == []
    assert violations(problem, {"a": Placed(1, 3)}) == ["b is not scheduled"]
    assert violations(problem, {"a": Placed(0, 2), "b": Placed(3, 6)}) == ["a starts on day 0, before its release 1"]
    assert violations(problem, {"a": Placed(2, 4), "b": Placed(5, 7)}) == ["a finishes at 4, after its deadline 3"]
    assert violations(problem, {"a": Placed(1, 3), "b": Placed(6, 8)}) == [
        "a -> b (finish-start) has a lag of 3, not at least 1, at most 2"
    ]
    assert violations(problem, {"a": Placed(1, 3), "b": Placed(5, 7, 1)}) == ["b has no mode 1"]
    assert violations(problem, {"a": Placed(1, 3), "b": Placed(5, 7), "c": Placed(0, 1)}) == ["c is no task"]
    broken = violations(problem, {"a": Placed(1, 3), "b": Placed(2, 4)})
    assert broken == [
        "a -> b (finish-start) has a lag of -1, not at least 1, at most 2",
        "x is asked for 2 on day 2 and has 1",
    ]
    assert violations(problem, {"a": Placed(1, 3), "b": Placed(4, 7)}) == [
        "b starts or finishes on a day on which it is not worked on"
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rich_problems())
def test_no_schedule_is_below_the_bound(problem: Problem) -> None:
    least, bound = least_value(problem), lower_bound(timeline(problem))
    assert least is None or (bound is not None and bound <= least)


@settings(max_examples=40, deadline=None)
@given(plain_problems())
def test_rules_lead_to_schedules_of_plain_problems(problem: Problem) -> None:
    found = list(by_rules(timeline(problem)))
    assert found
    assert not any(violations(problem, each) for each in found)


def test_rules_wait_so_that_a_most_lag_is_kept() -> None:
    """Mixing at once would leave more than 2 days before the mould is free."""
    tasks = (Task("mix", (Mode(1),)), Task("pour", (Mode(1, {"mould": 1}),)), Task("other", (Mode(9, {"mould": 1}),)))
    links = (Link("mix", "pour", max_lag=2), Link("other", "pour"))
    found = next(by_rules(timeline(Problem(tasks, (Team("mould"),), links))))
    assert (found["mix"], found["pour"]) == (Placed(6, 7), Placed(9, 10))


@settings(max_examples=40, deadline=None)
@given(plain_problems(), st.booleans())
def test_generated_schedules_are_feasible_both_ways(problem: Problem, back: bool) -> None:
    """Compiled generation against the verifier; a mirrored schedule turned round keeps the gates."""
    line = timeline(problem)
    network, order = network_of(plain(line)), np.array(linked_in_order(problem))
    if back:
        network, order = mirrored(network), order[::-1].copy()
    left, starts = profile(network), np.zeros_like(order)
    free = left.copy()
    end = forward(network, order, NOTHING, left, starts)
    assert (left == free).all()
    assert forward(network, order, end, left, starts.copy()) == end  # gives up
    assert forward(network, order, end + 1, left, starts.copy()) == end
    assert (left == free).all()
    if back:
        starts = end - starts - network.days
    assert end == (starts + network.days).max()
    assert violations(problem, line.placed(starts)) == []


@settings(max_examples=40, deadline=None)
@given(plain_problems())
def test_a_schedule_generated_from_its_end_is_no_longer(problem: Problem) -> None:
    """Justification, forth and back; seen from its end a schedule's tasks are sorted by their starts there."""
    forth = network_of(plain(timeline(problem)))
    order, ends = np.array(linked_in_order(problem)), [NOTHING]
    starts, times, counts = np.zeros_like(order), np.zeros_like(order), np.zeros(forth.horizon + 3, dtype=np.int64)
    for network in (forth, mirrored(forth)) * 2:
        ends.append(forward(network, order, NOTHING, profile(network), starts))
        back = np.zeros_like(order)
        turned(network, order, starts, ends[-1], counts, times, back)
        assert (np.diff(times[back]) >= 0).all()
        assert (times == ends[-1] - starts - network.days).all()
        order = back
    assert ends == sorted(ends, reverse=True)


@pytest.mark.parametrize("seed", range(5))
def test_generation_starts_where_trying_every_day_does(seed: int) -> None:
    """Long and short tasks, more links into one than are looked at together, more teams than fit a word."""
    random = np.random.default_rng(seed)
    days = random.choice([0, 1, 2, 5, 15, 16, 17, 63, 64, 65, 150], 40).tolist()
    demands = random.integers(0, 4, (40, 6)).tolist()
    pairs = {(int(a), int(b)) for a, b in random.integers(0, 40, (90, 2)) if a < b}
    tasks = tuple(
        Task(f"t{i:02}", (Mode(days[i], {f"x{k}": demands[i][k] for k in range(6)}),), release=7 * (i % 3))
        for i in range(40)
    )
    links = tuple(Link(f"t{a:02}", f"t{b:02}", lag=(a + b) % 3) for a, b in sorted(pairs))
    network = network_of(plain(timeline(Problem(tasks, tuple(Team(f"x{k}", 5) for k in range(6)), links))))
    starts = np.zeros(40, dtype=np.int64)
    forward(network, np.arange(40), NOTHING, profile(network), starts)
    used = np.zeros((network.horizon, 6), dtype=np.int64)
    for i in range(40):
        start = max([7 * (i % 3), *(starts[a] + days[a] + (a + b) % 3 for a, b in pairs if b == i)])
        while (used[start : start + days[i]] + demands[i] > 5).any():
            start += 1
        used[start : start + days[i]] += demands[i]
        assert starts[i] == start


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rich_problems())
def test_arranged_schedules_are_feasible_and_no_worse_than_they_began(problem: Problem) -> None:
    problem = replace(problem, links=tuple(replace(link, max_lag=None) for link in problem.links))
    line = timeline(problem)
    for began in by_rules(line):
        arranging = Arranging(line, began, seed=1)
        arranging.round()
        found, least = arranging.schedule(), least_value(problem)
        assert violations(problem, found) == []
        assert least is not None
        assert least <= value_of(problem, found) == arranging.value <= value_of(problem, began)


def test_arranging_moves_the_task_that_is_in_the_way() -> None:
    """By rules the long task goes first; only the other order leaves room for both modes' quick ones."""
    tasks = (
        Task("a", (Mode(3, {"x": 1}),), due=3, weight=1),
        Task("b", (Mode(2, {"x": 1}),), due=3, weight=9),
        Task("c", (Mode(4, {"x": 1}), Mode(1, {"x": 1, "y": 1})), due=4, weight=5),
    )
    problem = Problem(tasks, (Team("x"), Team("y", (0, 0, 1))), objective="tardiness")
    line = timeline(problem)
    began = {"a": Placed(0, 3), "b": Placed(3, 5), "c": Placed(5, 6, 1)}
    arranging = Arranging(line, began, seed=1)
    arranging.round()
    assert arranging.value == least_value(problem)


def test_which_of_two_goes_first_is_a_choice_where_a_team_is_too_small_for_both() -> None:
    """Not where there is room for both, nor where one pauses, for the other may be done meanwhile."""
    tasks = (Task("a", (Mode(1, {"x": 2}),)), Task("b", (Mode(2, {"x": 2}),)), Task("c", (Mode(2, {"x": 1}),)))
    paused = Task("d", (Mode(2, {"x": 2, "y": 1}),))
    problem = Problem((*tasks, paused), (Team("x", 3), Team("y", (1, 0))))
    names = [each.name for each in model_of(problem, timeline(problem)).cp.proto.variables]
    assert [name for name in names if " before " in name] == ["a before b"]


@pytest.mark.parametrize("end", [3, 4])
def test_a_decision_says_whether_a_schedule_ends_by_a_day(end: int) -> None:
    """Two exclude each other, the third fits beside them: 4 days by enumeration."""
    tasks = (Task("a", (Mode(1, {"x": 2}),)), Task("b", (Mode(3, {"x": 2}),)), Task("c", (Mode(2, {"x": 1}),)))
    problem = Problem(tasks, (Team("x", 3),))
    answer = run(model_of(problem, Timeline(problem, end), most=end, is_decision=True), Effort(None, WORK), 1.0)
    assert least_value(problem) == 4
    assert answer.outcome == ("optimal" if end == 4 else "infeasible")


def test_solvers_load_only_when_used() -> None:
    code = (
        "import sys, northing.science.schedules; print([m for m in ('numba', 'ortools', 'scipy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
