"""Rank decides who goes first; a day pulls forward only as far as it has to."""

from __future__ import annotations

import time
from heapq import heapreplace
from itertools import accumulate, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue, write_measures
from northing.features.public import RANK
from northing.roadmap import actions, queries
from northing.roadmap.freezing import freeze
from northing.roadmap.order import _pressing, ahead_by_date, in_line, rule

from .conftest import Make, in_days
from .plans import Job, Waits, order, plan


def test_a_far_day_does_not_go_ahead_of_a_better_rank() -> None:
    assert order(plan((10, 270, 2), (10, None, 1))) == ["f1", "f0"]


def test_a_day_goes_ahead_of_better_ranks_only_as_far_as_it_has_to() -> None:
    assert order(plan((10, 25, 9), (10, None, 1), (10, None, 2), (10, None, 3))) == ["f1", "f0", "f2", "f3"]


def test_without_ranks_the_earlier_day_goes_first_and_what_has_none_last() -> None:
    assert order(plan((10, None, None), (10, 200, None), (10, 100, None))) == ["f2", "f1", "f0"]


def test_a_full_quarter_is_gone_through_by_rank_whatever_is_long_or_has_no_day() -> None:
    aimed = [Job(14, 128, rank) for rank in (4, 5, 6, 7, *range(9, 23))]
    inputs = plan(*aimed, Job(30, 128, 8), Job(4, 128, 2), Job(5, None, 3), Job(3, None, 1), people=[2])
    assert [inputs["activities"][key]["rank"] for key in order(inputs)] == list(range(1, 23))


@pytest.mark.parametrize(
    ("jobs", "then"),
    [
        ([(10, 25, 3), (10, 25, 2), (10, 25, 1)], ["f2", "f1", "f0"]),
        ([(20, 25, 2), (10, 60, 1), (10, 25, 3)], ["f0", "f1", "f2"]),  # the best rank can wait
        ([(30, 20, 2), (10, None, 1)], ["f1", "f0"]),  # too late even alone
        ([(30, 20, 3), (10, 15, 2), (10, None, 1)], ["f1", "f2", "f0"]),
        ([(10, 15, 3), (10, 15, 4), (40, None, 1), (10, 60, 5)], ["f2", "f0", "f3", "f1"]),  # later days are kept
        ([(10, 15, 2), (10, 15, 2), (10, None, 1)], ["f2", "f0", "f1"]),  # alike: neither
        ([(10, 12, None), (10, 15, None), (10, 40, None)], ["f0", "f1", "f2"]),
        ([(10, 10, None), (10, 5, None)], ["f1", "f0"]),
        ([(10, None, 1), (10, 15, None), (10, 14, None)], ["f0", "f2", "f1"]),
    ],
)
def test_where_not_all_days_can_be_kept_rank_decides_up_to_there(jobs: list[Any], then: list[str]) -> None:
    assert order(plan(*jobs)) == then


def test_what_goes_ahead_of_a_better_rank_to_keep_a_day_is_named() -> None:
    inputs = plan((10, 25, 9), (10, None, 1), (10, None, 2), (10, None, 3))
    assert [ahead_by_date(inputs, [key]) for key in ("f0", "f1", "f2", "f3")] == [{}, {}, {"f0": False}, {"f0": False}]


def test_what_is_alike_begins_together_so_that_the_plan_decides() -> None:
    assert in_line(plan((10, None, 1), (20, None, None), (30, None, None))) == {"f0": 0, "f1": 10, "f2": 10}


def test_what_a_pressing_one_waits_for_is_as_pressing() -> None:
    waits = {"9": ["1", "0", "FS", 0]}
    assert order(plan((10, 25, 2), (10, None, 9), (10, None, 1), dependencies=waits)) == ["f1", "f0", "f2"]


def test_the_time_between_two_is_left_too() -> None:
    jobs = ((10, 40, 2), (10, None, 9), (15, None, 1))
    assert order(plan(*jobs, dependencies={"9": ["1", "0", "FS", 0]})) == ["f2", "f1", "f0"]
    assert order(plan(*jobs, dependencies={"9": ["1", "0", "FS", 7]})) == ["f1", "f2", "f0"]


@pytest.mark.parametrize(
    ("due", "kind", "people", "then"),
    [
        (30, "FS", 1, ["f1", "f2"]),
        (30, "FF", 1, ["f2", "f1"]),
        (60, "FS", 1, ["f2", "f1"]),
        (60, "FS", 0.25, ["f1", "f2"]),
    ],
)
def test_what_waits_is_left_the_time_that_its_own_team_takes(
    due: int, kind: str, people: float, then: list[str]
) -> None:
    jobs = (Job(10, due), Job(10, team=1), Job(15, rank=1, team=1))
    inputs = plan(*jobs, dependencies={"9": ["1", "0", kind, 0]}, people=(people, 1))
    assert [key for key in order(inputs) if key != "f0"] == then


def test_each_team_has_a_line_of_its_own_and_begun_work_is_at_its_head() -> None:
    jobs = (Job(10, rank=1), Job(20, rank=2, begun=True), Job(30, rank=1, team=1))
    assert in_line(plan(*jobs, people=(1, 3))) == {"f0": 20, "f1": 0, "f2": 0}


def test_a_candidate_comes_after_all_that_is_planned_unless_that_waits_for_it() -> None:
    jobs = (Job(10, due=12, rank=1, candidate=True), Job(10, rank=2), Job(10))
    assert in_line(plan(*jobs)) == {"f1": 0, "f2": 10, "f0": 20}
    assert order(plan(*jobs, dependencies={"9": ["0", "1", "FS", 0]})) == ["f0", "f1", "f2"]


@pytest.mark.parametrize(
    ("jobs", "said"),
    [
        ([Job(1, rank=1), Job(1, rank=2)], "begun first; then by rank."),
        (
            [Job(1, rank=1), Job(1), Job(1, begun=True)],
            "begun first; then by rank; what has no rank after that, the earliest date first.",
        ),
        ([Job(1), Job(1, due=9)], "begun first; then, as nothing is ranked, the earliest date."),
        (
            [Job(1, due=9, rank=1), Job(1, rank=2, candidate=True)],
            "begun first; then by rank; candidates last; a date goes ahead only as far as it has to; "
            "where not all dates can be kept, rank decides.",
        ),
        (
            [Job(1, due=9, rank=1), Job(1, promised=9, rank=2)],
            "begun first; then by rank; a date goes ahead only as far as it has to; "
            "where not all dates can be kept, targets give way before promises, then rank decides.",
        ),
        (
            [Job(1, due=9), Job(1, promised=9)],
            "begun first; then, as nothing is ranked, the earliest date; "
            "where not all dates can be kept, targets give way before promises.",
        ),
    ],
)
def test_the_order_is_told_as_far_as_it_is_so(jobs: list[Job], said: str) -> None:
    assert rule(plan(*jobs)) == f"In line: {said}"


def test_where_all_is_begun_there_is_no_order_to_tell() -> None:
    assert rule(plan(Job(1, rank=1, begun=True))) == ""


def test_more_people_need_not_begin_as_early() -> None:
    jobs = [(10, 25, 9), *((10, None, rank) for rank in (1, 2, 3, 4))]
    assert order(plan(*jobs)).index("f0") == 1
    assert order(plan(*jobs, people=[2])).index("f0") == 3


def test_one_long_piece_that_is_begun_holds_up_one_person_and_no_more() -> None:
    jobs = (Job(60, begun=True), Job(4, begun=True), Job(5, due=12, rank=9), Job(5, rank=1))
    assert order(plan(*jobs, people=[2]))[2:] == ["f2", "f3"], "there is room by then beside the long one"
    assert order(plan(*jobs, people=[1]))[2:] == ["f3", "f2"], "behind both it would be too late"


lengths = st.lists(st.integers(1, 30), min_size=1, max_size=6)


@given(lengths, lengths, st.integers(1, 9), st.integers(1, 60), st.integers(1, 4))
def test_what_goes_ahead_of_better_ranks_keeps_its_day_by_whoever_is_free(
    begun: list[int], better: list[int], takes: int, due: int, people: int
) -> None:
    jobs = [Job(takes, due, 9), *(Job(one, begun=True) for one in begun), *(Job(one, rank=1) for one in better)]
    inputs = plan(*jobs, people=[people])
    free, ends = [0] * people, {}
    for key in order(inputs):
        ends[key] = heapreplace(free, free[0] + jobs[int(key[1:])].days) + jobs[int(key[1:])].days
    if ahead_by_date(inputs, [f"f{1 + len(begun)}"]):
        assert ends["f0"] <= due


days = st.none() | st.integers(1, 40)
ranks = st.none() | st.integers(1, 9)
some_people = st.sampled_from((0.25, 0.5, 1.0))


@given(st.lists(st.tuples(st.integers(1, 9), days, ranks), min_size=1, max_size=5), some_people)
def test_no_day_is_missed_that_another_order_would_hold(jobs: list[Any], people: float) -> None:
    def holds(numbers: Any) -> bool:
        ends = accumulate(jobs[number][0] / people for number in numbers)
        return all(end <= (jobs[number][1] or 999) for number, end in zip(numbers, ends, strict=True))

    if any(map(holds, permutations(range(len(jobs))))):
        begins = in_line(plan(*jobs, people=[people]))
        assert holds(sorted(range(len(jobs)), key=lambda number: begins[f"f{number}"]))


@given(
    st.lists(st.tuples(st.integers(1, 9), st.none() | st.just(12), st.integers(1, 99)), unique_by=lambda job: job[2])
)
def test_what_has_no_room_by_the_one_day_there_is_changes_nothing_about_rank(jobs: list[Any]) -> None:
    inputs = plan(*jobs)
    if sum(days for days, due, _ in jobs if due) > 12 and all(days <= 12 for days, *_ in jobs):
        assert [inputs["activities"][key]["rank"] for key in order(inputs)] == sorted(rank for *_, rank in jobs)


def test_a_team_with_very_much_to_do_is_put_in_line_at_once() -> None:
    jobs = [Job(1 + number % 20, 1 + number * 7919 % 20_000, 1 + number * 31 % 2_000) for number in range(2_000)]
    promises = [job._replace(promised=1 + number * 7919 % 29_000) for number, job in enumerate(jobs)]
    for inputs in (plan(*jobs, people=[3]), plan(*promises, people=[3])):
        begun = time.process_time()
        in_line(inputs)
        assert time.process_time() - begun < 1  # a twentieth of a second


def swept(inputs: dict[str, Any]) -> dict[str, Any]:
    """The plan with what waits written into the days and ranks of what is waited for, by looking at all dependencies
    again and again until nothing changes any more."""
    activities = {key: dict(row) for key, row in inputs["activities"].items()}
    takes = {key: row["work"][1] / min(inputs["teams"][row["team"]]["people"], 1) for key, row in activities.items()}
    before = None
    told = ("priority", "promised", "rank", "candidate")
    while before != (before := [[row[name] for name in told] for row in activities.values()]):
        for first, waiting, kind, lag in inputs["dependencies"].values():
            after = inputs["groups"][waiting]
            between = {key: (takes[key] + lag * 7 / 5) * (kind == "FS") for key in after}
            by = min(activities[key]["priority"] - days for key, days in between.items())
            at_last = min(activities[key]["promised"] - days for key, days in between.items())
            best = min(activities[key]["rank"] for key in after)
            is_candidate = all(activities[key]["candidate"] and not activities[key]["begun"] for key in after)
            for row in (activities[key] for key in inputs["groups"][first]):
                row["priority"], row["rank"] = min(row["priority"], by), min(row["rank"], best)
                row["promised"] = min(row["promised"], at_last)
                row["candidate"] = row["candidate"] and is_candidate
    return inputs | {"activities": activities, "dependencies": {}}


@st.composite
def plans_that_wait(draw: st.DrawFn) -> dict[str, Any]:
    """Plans in which later work waits for earlier work, also that of several together, in any order of telling."""
    numbers = (st.integers(1, 9), st.integers(1, 60), st.integers(1, 9), st.integers(0, 1))
    job = st.builds(Job, *numbers, begun=st.booleans(), candidate=st.booleans(), promised=st.integers(1, 60))
    jobs = draw(st.lists(job, min_size=4, max_size=9))
    several = st.sets(st.integers(0, len(jobs) - 1), min_size=2, max_size=4)
    waits = st.tuples(several, st.sampled_from(("FS", "FF")), st.sampled_from((0, 5)))
    inputs = plan(*jobs, people=(draw(some_people), 2))
    for number, (members, kind, lag) in enumerate(draw(st.lists(waits, max_size=12))):
        first, *rest = sorted(members)
        inputs["groups"] |= {f"{number} first": [f"f{first}"], f"{number} rest": [f"f{one}" for one in rest]}
        inputs["dependencies"][str(number)] = [f"{number} first", f"{number} rest", kind, lag]
    return inputs


@given(plans_that_wait())
def test_one_look_at_each_dependency_finds_all_that_it_makes_pressing(inputs: dict[str, Any]) -> None:
    assert _pressing(inputs) == _pressing(swept(inputs))


@pytest.mark.parametrize(("due", "place"), [(28, 0), (34, 4)])
def test_one_and_a_half_people_are_two_places_of_three_quarters(due: int, place: int) -> None:
    """The last piece takes one of them 16 days, not 12: to be in time it begins before any other is through."""
    assert order(plan(*[(6, None, 1)] * 4, (12, due, 5), people=(1.5,))).index("f4") == place


def test_a_long_chain_told_from_its_beginning_is_looked_at_once() -> None:
    count = 3_000
    chain = {str(number): [str(number), str(number + 1), "FS", 0] for number in range(count - 1)}
    jobs = [*((1, None, None) for _ in range(count - 1)), (1, None, 1), (1, None, 2)]
    begun = time.process_time()
    assert order(plan(*jobs, dependencies=chain))[-1] == f"f{count}"
    assert time.process_time() - begun < 5  # looking at all again and again takes a quarter of a minute


@pytest.mark.django_db
def test_the_plan_goes_by_rank_until_a_day_is_near(actor: Actor, make: Make) -> None:
    aimed, better = make("feature", "Aimed", effort="10-10-10", due=270), make("feature", "Better", effort="10-10-10")
    write_measures(actor, [MeasureValue.exactly(aimed.pk, RANK, 2), MeasureValue.exactly(better.pk, RANK, 1)])
    actions.refresh(actor)
    found = queries.outlooks(actor, [aimed.pk, better.pk])
    assert found[better.pk].likely < found[aimed.pk].likely
    actions.move_target(actor, "F-1", in_days(16))
    actions.refresh(actor)
    found = queries.outlooks(actor, [aimed.pk, better.pk])
    assert found[aimed.pk].likely < found[better.pk].likely


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["target", "promised"])
@pytest.mark.parametrize("type_name", ["release", "milestone"])
def test_the_day_or_promise_of_what_it_leads_to_pulls_ahead(actor: Actor, make: Make, type_name: str, day: str) -> None:
    better, led = make("feature", "Better", effort="10-10-10"), make("feature", "Led", effort="10-10-10")
    write_measures(actor, [MeasureValue.exactly(better.pk, RANK, 1), MeasureValue.exactly(led.pk, RANK, 2)])
    coming = make(type_name, "Spring", **{day: in_days(20)})
    assert order(freeze(actor)) == [f"f{better.pk}", f"f{led.pk}"]
    if type_name == "release":
        actions.place(actor, led, coming)
    else:
        make("dependency", "needs it", predecessor=led.pk, successor=coming.pk)
    assert order(freeze(actor)) == [f"f{led.pk}", f"f{better.pk}"]


@pytest.mark.django_db
def test_of_a_target_and_a_promise_the_earlier_pulls(actor: Actor, make: Make) -> None:
    led = make("feature", "Led", effort="10-10-10")
    actions.place(actor, led, make("release", "Spring", due=20, promised=in_days(40)))
    assert freeze(actor)["activities"][f"f{led.pk}"]["priority"] == in_days(20).toordinal()


FIRST_WAITED_FOR: Waits = {"d": ["1", "2", "FS", 0]}


def test_what_others_wait_for_goes_before_them_also_where_their_day_cannot_be_kept() -> None:
    begins = in_line(plan((3, None, 1), (4, None, 9), (5, 8, 5), dependencies=FIRST_WAITED_FOR))
    assert begins["f0"] == 0 < begins["f1"] <= begins["f2"]


def test_a_day_that_gives_way_in_one_team_pulls_nothing_ahead_in_another() -> None:
    jobs = (3, None, 1), (4, None, 9), (5, 10, 5, 1), (6, 9, 1, 1)
    inputs = plan(*jobs, dependencies=FIRST_WAITED_FOR, people=(1, 1))
    begins = in_line(inputs)
    assert begins["f0"] == 0 < begins["f1"]
    assert not ahead_by_date(inputs, ["f0"])


@given(
    st.lists(
        st.builds(lambda *row: Job(*row[:3], promised=row[3]), st.integers(1, 9), days, ranks, days),
        min_size=2,
        max_size=8,
    )
)
def test_nothing_stands_before_what_it_waits_for_in_its_own_team(jobs: list[Job]) -> None:
    chain: Waits = {f"d{at}": [str(at), str(at + 1), "FS", 0] for at in range(0, len(jobs) - 1, 2)}
    begins = in_line(plan(*jobs, dependencies=chain))
    for first, then, *_ in chain.values():
        assert begins[f"f{first}"] <= begins[f"f{then}"]
