"""Where not all days can be kept, targets give way before promises."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.access.actor import Actor
from northing.roadmap import actions
from northing.roadmap.freezing import freeze
from northing.roadmap.order import ahead_by_date, in_line, rule

from .conftest import Make, in_days
from .plans import Job, order, plan


@pytest.mark.parametrize(
    ("jobs", "then"),
    [
        ([Job(10, 12, 1), Job(10, None, 2, promised=15)], ["f1", "f0"]),  # the target gives way
        ([Job(10, 12, 1), Job(10, None, 2, promised=25)], ["f0", "f1"]),  # there is room for both
        ([Job(10, None, 1), Job(10, 12, 2), Job(10, None, 3, promised=35)], ["f1", "f0", "f2"]),  # as far as it has to
        ([Job(10, None, 2, promised=15), Job(10, None, 1, promised=15)], ["f1", "f0"]),  # among promises the rank
        ([Job(10, 12, 2), Job(10, 12, 1), Job(5, None, 3, promised=30)], ["f1", "f0", "f2"]),  # among targets the rank
        ([Job(30, None, 1, promised=20), Job(10, 12, 2)], ["f1", "f0"]),  # too late even alone
        (
            [Job(10, 5, 3, promised=25), Job(10, 12, 1), Job(10, None, 2)],
            ["f1", "f0", "f2"],
        ),  # its own target is let go
        ([Job(10, 12), Job(10, promised=15)], ["f1", "f0"]),
    ],
)
def test_targets_give_way_before_promises(jobs: list[Job], then: list[str]) -> None:
    assert order(plan(*jobs)) == then


def test_what_a_promised_one_waits_for_goes_before_targets_too() -> None:
    waits = {"9": ["1", "2", "FS", 0]}
    jobs = Job(10, 12, 1), Job(10, rank=9), Job(10, rank=8, promised=25)
    assert order(plan(*jobs, dependencies=waits)) == ["f1", "f2", "f0"]


def test_what_goes_ahead_as_it_is_promised_is_told_from_what_is_aimed_at() -> None:
    inputs = plan(Job(10, rank=1), Job(5, 10, 3), Job(5, 4, 2, promised=5))
    assert ahead_by_date(inputs, ["f0"]) == {"f2": True, "f1": False}


def test_a_plan_frozen_before_promises_were_told_apart_is_read_as_it_was() -> None:
    inputs = plan(Job(10, 12, 1), Job(10, None, 2, promised=15))
    for row in inputs["activities"].values():
        del row["promised"]
    assert order(inputs) == ["f0", "f1"]
    assert rule(inputs).endswith("kept, rank decides.")


def are_kept(numbers: Sequence[int], jobs: Sequence[Job], people: float) -> bool:
    """Whether all promises are, in that order."""
    ends = accumulate(jobs[number].days / people for number in numbers)
    return all(end <= (jobs[number].promised or 999) for number, end in zip(numbers, ends, strict=True))


def can_all_be_kept(jobs: Sequence[Job], people: float) -> bool:
    return any(are_kept(numbers, jobs, people) for numbers in permutations(range(len(jobs))))


days = st.none() | st.integers(1, 40)
ranks = st.none() | st.integers(1, 9)
jobs = st.lists(
    st.builds(lambda *row: Job(*row[:3], promised=row[3]), st.integers(1, 9), days, ranks, days), min_size=1, max_size=5
)
some_people = st.sampled_from((0.25, 0.5, 1.0))


@given(jobs, some_people)
def test_no_promise_is_missed_that_another_order_would_hold(jobs: list[Job], people: float) -> None:
    if can_all_be_kept(jobs, people):
        assert are_kept([int(key[1:]) for key in order(plan(*jobs, people=[people]))], jobs, people)


@given(jobs, some_people)
def test_promises_alone_go_as_targets_alone_where_all_can_be_kept(jobs: list[Job], people: float) -> None:
    if can_all_be_kept(jobs, people):
        targets = [job._replace(due=job.promised, promised=None) for job in jobs]
        assert in_line(plan(*(job._replace(due=None) for job in jobs), people=[people])) == in_line(
            plan(*targets, people=[people])
        )


@pytest.mark.django_db
def test_the_promise_of_what_it_leads_to_is_frozen_beside_the_day_that_pulls(actor: Actor, make: Make) -> None:
    led = make("feature", "Led", effort="10-10-10", due=20)
    assert freeze(actor)["activities"][f"f{led.pk}"]["promised"] is None
    actions.place(actor, led, make("release", "Spring", promised=in_days(40)))
    row = freeze(actor)["activities"][f"f{led.pk}"]
    assert (row["priority"], row["promised"]) == (in_days(20).toordinal(), in_days(40).toordinal())
