"""Rank decides who goes first; a day pulls forward only as far as it has to."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue, write_measures
from northing.features.public import RANK
from northing.roadmap import actions, queries
from northing.roadmap.order import FAR, in_line

from .conftest import Make, in_days

START = date(2026, 11, 23)
Job = tuple[int, int | None, int | None]  # days it takes, days until it has to be done, rank


def plan(*jobs: Job, dependencies: dict[str, list[Any]] | None = None, people: float = 1) -> dict[str, Any]:
    """The inputs of a plan of one team that works every day."""
    team = {"people": people, "focus": 100, "working_days": list(range(7)), "absences": []}
    activities = {
        f"f{number}": {
            "work": [days, days, days],
            "unit": "person-days",
            "team": "1",
            "done": 0.0,
            "begun": False,
            "priority": ((START + timedelta(days=due - 1)) if due else FAR).toordinal(),
            "rank": rank,
        }
        for number, (days, due, rank) in enumerate(jobs)
    }
    groups = {key[1:]: [key] for key in activities}
    return {
        "start": START.isoformat(),
        "teams": {"1": team},
        "activities": activities,
        "groups": groups,
        "dependencies": dependencies or {},
    }


def order(inputs: dict[str, Any]) -> list[str]:
    begins = in_line(inputs)
    return sorted(begins, key=begins.__getitem__)


def test_a_far_day_does_not_go_ahead_of_a_better_rank() -> None:
    assert order(plan((10, 270, 2), (10, None, 1))) == ["f1", "f0"]


def test_a_day_goes_ahead_of_better_ranks_only_as_far_as_it_has_to() -> None:
    assert order(plan((10, 25, 9), (10, None, 1), (10, None, 2), (10, None, 3))) == ["f1", "f0", "f2", "f3"]


def test_without_ranks_the_earlier_day_goes_first_and_what_has_none_last() -> None:
    assert order(plan((10, None, None), (10, 200, None), (10, 100, None))) == ["f2", "f1", "f0"]


def test_what_is_alike_begins_together_so_that_the_plan_decides() -> None:
    assert in_line(plan((10, None, 1), (20, None, None), (30, None, None))) == {"f0": 0, "f1": 10, "f2": 10}


def test_what_a_pressing_one_waits_for_is_as_pressing() -> None:
    waits = {"9": ["1", "0", "FS", 0]}
    assert order(plan((10, 25, 2), (10, None, 9), (10, None, 1), dependencies=waits)) == ["f1", "f0", "f2"]


def test_more_people_need_not_begin_as_early() -> None:
    jobs: list[Job] = [(10, 25, 9), *((10, None, rank) for rank in (1, 2, 3, 4))]
    assert order(plan(*jobs)).index("f0") == 1
    assert order(plan(*jobs, people=2)).index("f0") == 3


days = st.none() | st.integers(1, 40)


@given(st.lists(st.tuples(st.integers(1, 9), days, st.none() | st.integers(1, 9)), min_size=1, max_size=5))
def test_no_day_is_missed_that_another_order_would_hold(jobs: list[Job]) -> None:
    def holds(numbers: Any) -> bool:
        ends = accumulate(jobs[number][0] for number in numbers)
        return all(end <= (jobs[number][1] or 999) for number, end in zip(numbers, ends, strict=True))

    if any(map(holds, permutations(range(len(jobs))))):
        inputs = plan(*jobs)
        numbers = sorted(range(len(jobs)), key=lambda number: in_line(inputs)[f"f{number}"])
        assert holds(numbers)


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
