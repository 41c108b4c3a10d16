"""Explanations of infeasible plans, each checked by enumeration: together impossible, any one fewer possible."""

from math import prod

from hypothesis import HealthCheck, assume, given, settings

from northing.science.schedules import Change, Link, Mode, Problem, Task, Team, explain
from northing.science.schedules.conflicts import requirements, without
from northing.science.schedules.tests.small import choices, feasible, rich_problems

MOST_TRIED = 5_000  # schedules, so that trying them all is quick


def test_gate_lead_time_and_holiday() -> None:
    """Tooling takes 20 days from the gate, the team is away for 10, and the launch is on day 40."""
    tasks = (
        Task("tooling", (Mode(20),), release=8),
        Task("assembly", (Mode(5, {"workshop": 1}),)),
        Task("launch", (Mode(0),), deadline=40),
        Task("brochure", (Mode(3, {"marketing": 1}),), deadline=30),
    )
    teams = (Team("workshop", changes=(Change(28, 37),)), Team("marketing"))
    links = (Link("tooling", "assembly"), Link("assembly", "launch"))
    found = explain(Problem(tasks, teams, links))
    assert found is not None
    assert found.is_smallest
    assert {each.text for each in found.requirements} == {
        "the gate of tooling (day 8)",
        "the lead time of tooling (20 days)",
        "the work of assembly (5 days)",
        "the deadline of launch (day 40)",
        "that assembly waits for tooling",
        "that launch waits for assembly",
        "the holiday of workshop (days 28 to 37)",
    }
    assert found.text.startswith("The gate of tooling (day 8), the lead time of tooling (20 days)")
    assert found.text.endswith("cannot all hold.")


def test_too_few_people() -> None:
    found = explain(Problem((Task("a", (Mode(2, {"x": 3}),)),), (Team("x", 2),)))
    assert found is not None
    assert found.text == "The work of a (2 days) and the capacity of x (2) cannot both hold."


def test_waiting_in_a_circle() -> None:
    tasks = (Task("a", (Mode(1),)), Task("b", (Mode(0),)))
    found = explain(Problem(tasks, links=(Link("a", "b"), Link("b", "a"))))
    assert found is not None
    assert {each.kind for each in found.requirements} == {"days", "lag"}
    assert len(found.requirements) == 3


def test_a_feasible_plan_has_no_conflict() -> None:
    assert explain(Problem((Task("a", (Mode(1),), deadline=1),))) is None


def test_no_time_is_no_claim() -> None:
    tasks = tuple(Task(key, (Mode(2, {"x": 1}),), deadline=3) for key in "ab")
    assert explain(Problem(tasks, (Team("x"),))) is not None
    assert explain(Problem(tasks, (Team("x"),)), seconds=0.0) is None


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(rich_problems())
def test_conflicts_are_smallest(problem: Problem) -> None:
    assume(not any(feasible(problem)))
    found = explain(problem)
    assert found is not None
    assert found.is_smallest
    every = list(requirements(problem))

    def kept(requirements: tuple) -> Problem:  # type: ignore[type-arg]
        return without(problem, [each for each in every if each not in requirements])

    assume(prod(len(each) for each in choices(kept(found.requirements))) < MOST_TRIED)
    assert not any(feasible(kept(found.requirements)))
    for spared in found.requirements:
        rest = tuple(each for each in found.requirements if each is not spared)
        assert any(feasible(kept(rest)))
