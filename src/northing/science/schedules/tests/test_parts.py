"""Bad input, the verifier, bounds and the compiled generation, each against a second reading."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.science.schedules import Change, Link, Mode, Placed, Problem, Task, Team, violations
from northing.science.schedules.bounds import lower_bound
from northing.science.schedules.generation import forward, mirrored, network_of
from northing.science.schedules.plain import plain
from northing.science.schedules.population import NOTHING
from northing.science.schedules.rules import by_rules
from northing.science.schedules.tests.small import least_value, plain_problems, rich_problems
from northing.science.schedules.timeline import linked_in_order, timeline


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
    """Compiled generation against the verifier; a mirrored schedule turned round is one without gates."""
    line = timeline(problem)
    network, order = network_of(plain(line)), np.array(linked_in_order(problem))
    if back:
        network, order = mirrored(network), order[::-1].copy()
    left, starts = np.tile(network.capacities, (network.horizon + 1, 1)), np.zeros_like(order)
    free = left.copy()
    end = forward(network, order, NOTHING, left, starts)
    assert (left == free).all()
    assert forward(network, order, end, left, starts.copy()) == end  # gives up
    assert forward(network, order, end + 1, left, starts.copy()) == end
    assert (left == free).all()
    if back:
        starts = end - starts - network.days
        tasks = tuple(Task(task.key, task.modes) for task in problem.tasks)
        problem = Problem(tasks, problem.teams, problem.links)
    assert end == (starts + network.days).max()
    assert violations(problem, line.placed(starts)) == []


def test_solvers_load_only_when_used() -> None:
    code = (
        "import sys, northing.science.schedules; print([m for m in ('numba', 'ortools', 'scipy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
