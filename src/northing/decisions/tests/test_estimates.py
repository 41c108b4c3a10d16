"""Entering estimates: read, kept apart per person, pooled into one measure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from northing.access.actor import Actor, system
from northing.decisions import jobs
from northing.decisions.models import Estimate, Measure
from northing.decisions.planning import POOLED_AT_ONCE, imported, preview_estimate
from northing.decisions.public import enter_estimates, estimates_of, measures_of, scorecard
from northing.decisions.records import ESTIMATE
from northing.kit import changes, history
from northing.kit.changes import Edit
from northing.kit.models import Change, Job
from northing.kit.problems import Invalid
from northing.science.estimates import fit_triple

pytestmark = pytest.mark.django_db
Records = Callable[[int], list[int]]


def enter(actor: Actor, about: int, entered: str, quantity: str = "effort", **more: Any) -> Estimate:
    [estimate] = enter_estimates(actor, [{"about": about, "quantity": quantity, "entered": entered, **more}])
    return Estimate.objects.within(actor).get(pk=estimate.pk)


def triple(measure: Any) -> tuple[float, float, float]:
    return (measure.p10, measure.p50, measure.p90)


@pytest.mark.parametrize(
    ("quantity", "text", "likely"),
    [
        ("reach", "rund 500", 500),
        ("value", "20 k (10–50 k) EUR", 20000),
        ("effort", "ca. 4 Wo", 20),
        ("effort", "large", 30),
    ],
)
def test_what_is_read_in_a_file_is_read_where_it_is_typed(quantity: str, text: str, likely: float) -> None:
    typed, from_file = preview_estimate(quantity, text), imported(quantity, text)
    assert from_file is not None
    assert typed.triple == from_file.triple
    assert typed.triple.p50 == likely


def test_what_was_typed_is_kept_and_read(actor: Actor, records: Records) -> None:
    [team] = records(1)
    estimate = enter(actor, team, " 1-2-4 weeks ")
    assert (estimate.entered, triple(estimate), estimate.unit) == ("1-2-4 weeks", (5.0, 10.0, 20.0), "days")
    assert (estimate.author_id, estimate.method, estimate.assumed) == (actor.member_id, "person", False)
    measure = measures_of(actor, [team])[team]["effort"]
    assert (triple(measure), measure.unit, measure.detail) == ((5.0, 10.0, 20.0), "days", {"people": 1})


@pytest.mark.parametrize(("entered", "assumed"), [("5", True), ("M", True), ("5 sure", False), ("3-9", False)])
def test_only_a_bare_number_or_size_is_assumed(actor: Actor, records: Records, entered: str, assumed: bool) -> None:
    [team] = records(1)
    assert enter(actor, team, entered).assumed is assumed
    assert measures_of(actor, [team])[team]["effort"].assumed is assumed


def test_a_record_is_named_by_its_key_and_a_quantity_in_plain_words(actor: Actor, records: Records) -> None:
    [team] = records(1)
    [estimate] = enter_estimates(actor, [{"about": "TM-1", "quantity": "Lead time", "entered": "2w sure"}])
    assert (estimate.about_id, estimate.quantity) == (team, "lead_time")
    assert estimate.p50 == pytest.approx(10)


def test_contradictions_are_mended_with_a_note(actor: Actor, records: Records) -> None:
    [team] = records(1)
    typed = enter(actor, team, "9-3")
    given = enter(actor, team, "", "cost", p10=-4, p50=30, p90=20)
    assert (typed.p10, typed.p90) == (3, 9)
    assert "Put in order" in typed.notes
    assert "put in order" in typed.basis
    assert "as given" not in typed.basis
    assert triple(given) == (0, 20, 30)
    assert "Put in order" in given.notes
    assert "nothing below" in given.notes
    assert given.unit == "CHF"


def test_shares_are_written_as_percent(actor: Actor, records: Records) -> None:
    [team] = records(1)
    assert triple(enter(actor, team, "50-80-90", "confidence")) == pytest.approx((0.5, 0.8, 0.9))
    assert enter(actor, team, "80%", "confidence").p90 == 1
    assert triple(enter(actor, team, "0.2-0.4-0.5", "confidence")) == pytest.approx((0.2, 0.4, 0.5))


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"entered": "soon"}, "entered"),
        ({"entered": ""}, "entered"),
        ({"entered": "", "p10": 3, "p90": 9}, "p10"),
        ({"entered": "3", "unit": "weeks"}, "unit"),
        ({"entered": "3", "quantity": "2 much!"}, "quantity"),
    ],
)
def test_what_cannot_be_read_is_refused_by_row_and_field(
    actor: Actor, records: Records, row: dict[str, Any], field: str
) -> None:
    [team] = records(1)
    good = {"about": team, "quantity": "effort", "entered": "3"}
    with pytest.raises(Invalid) as caught:
        enter_estimates(actor, [good, good | row])
    assert [(problem.row, problem.field) for problem in caught.value.problems] == [(1, field)]
    assert not Measure.objects.within(actor).exists()


def test_a_new_estimate_of_the_same_person_supersedes_the_old_one(actor: Actor, records: Records) -> None:
    [team] = records(1)
    old, new = enter(actor, team, "3-9"), enter(actor, team, "10-20-40")
    old.refresh_from_db()
    assert old.superseded_at is not None
    assert [line.id for line in estimates_of(actor, [team])] == [new.pk]
    assert [line.id for line in estimates_of(actor, [team], history=True)] == [old.pk, new.pk]
    assert triple(measures_of(actor, [team])[team]["effort"]) == (10, 20, 40)


def test_two_people_are_kept_apart_and_pooled(actor: Actor, other: Actor, records: Records) -> None:
    [team] = records(1)
    enter(actor, team, "3-5-9")
    enter(other, team, "20-30-45")
    assert [line.author for line in estimates_of(actor, [team])] == ["Ada", "Bo"]
    measure = measures_of(actor, [team])[team]["effort"]
    # By definition of the mixture: the mean of both people's chances at a pooled quantile is its level.
    both = [fit_triple(3, 5, 9).distribution, fit_triple(20, 30, 45).distribution]
    chances = np.mean([one.cdf(triple(measure)) for one in both], axis=0)
    assert chances == pytest.approx([0.1, 0.5, 0.9], abs=1e-6)
    assert measure.detail == {"people": 2, "disagreement": 0.85, "words": "They disagree: ask why before you average."}
    assert not measure.assumed


def test_what_was_assumed_counts_only_until_somebody_says_more(actor: Actor, job: Actor, records: Records) -> None:
    [team] = records(1)
    enter(job, team, "30", method="assumed")
    assert measures_of(actor, [team])[team]["effort"].assumed
    enter(actor, team, "3-5-9")
    measure = measures_of(actor, [team])[team]["effort"]
    assert (triple(measure), measure.assumed) == ((3, 5, 9), False)


def test_another_unit_is_left_out_of_the_pool(actor: Actor, other: Actor, records: Records) -> None:
    [team] = records(1)
    enter(actor, team, "100-200-400", "value", unit="USD")
    enter(other, team, "10-20-40", "value")
    measure = measures_of(actor, [team])[team]["value"]
    assert (triple(measure), measure.unit, measure.detail) == ((10, 20, 40), "CHF", {"people": 1, "left_out": 1})


def test_an_archived_estimate_gives_way_to_the_one_before(actor: Actor, records: Records) -> None:
    [team] = records(1)
    old, new = enter(actor, team, "3-5-9"), enter(actor, team, "10-20-40")
    admin = system(actor.workspace)
    changes.archive(admin, ESTIMATE, [new.pk])
    assert triple(measures_of(actor, [team])[team]["effort"]) == (3, 5, 9)
    changes.archive(admin, ESTIMATE, [old.pk])
    assert measures_of(actor, [team]) == {}


def test_an_older_estimate_that_is_imported_late_changes_nothing(actor: Actor, records: Records) -> None:
    [team] = records(1)
    enter(actor, team, "3-5-9")
    late = enter(actor, team, "10-20-40", created_at=timezone.now() - timedelta(days=30))
    assert late.superseded_at is not None
    assert triple(measures_of(actor, [team])[team]["effort"]) == (3, 5, 9)


def test_an_estimate_is_not_edited(actor: Actor, records: Records) -> None:
    [team] = records(1)
    estimate = enter(actor, team, "3-9")
    for field, value in {"entered": "4", "p50": 4, "quantity": "cost", "author": None}.items():
        with pytest.raises(Invalid) as caught:
            changes.update(actor, ESTIMATE, [Edit(estimate.pk, {field: value})])
        assert caught.value.problems[0].field == field
    [after] = changes.update(actor, ESTIMATE, [Edit(estimate.pk, {"basis": "asked the supplier"})])
    assert (after.basis, after.p50) == ("asked the supplier", estimate.p50)


def test_a_measurement_is_a_fact_and_scores_the_forecast(actor: Actor, other: Actor, records: Records) -> None:
    [team] = records(1)
    enter(actor, team, "1-2-4", "effect:M-3")
    enter(other, team, "1-2-4", "effect:M-3")
    assert scorecard(actor, [team]) == {}
    enter(actor, team, "5", "effect:M-3", method="measured")
    measure = measures_of(actor, [team])[team]["effect:M-3"]
    assert (triple(measure), measure.assumed, measure.source) == ((5, 5, 5), False, "measured")
    score = scorecard(actor, [team])[team]["effect:M-3"]
    assert score.forecast == pytest.approx((1, 2, 4))
    assert (score.measured, score.words) == (5, "Came out above the range.")


def test_hindsight_does_not_count(actor: Actor, records: Records) -> None:
    [team] = records(1)
    enter(actor, team, "1-2-4", "effect:M-3")
    enter(actor, team, "5", "effect:M-3", method="measured")
    enter(actor, team, "4-5-6", "effect:M-3")
    assert scorecard(actor, [team])[team]["effect:M-3"].forecast == (1, 2, 4)
    assert measures_of(actor, [team])[team]["effect:M-3"].p50 == 5


def test_many_pools_are_left_to_jobs_of_the_same_change(actor: Actor, job: Actor, records: Records) -> None:
    teams = records(POOLED_AT_ONCE + 1)
    rows = [{"about": team, "quantity": "effort", "entered": "3-5-9"} for team in teams]
    enter_estimates(actor, rows)
    enter_estimates(job, [row | {"entered": "20-30-45", "method": "model"} for row in rows])
    assert {found["effort"].p50 for found in measures_of(actor, teams).values()} == {5}
    [queued] = Job.objects.within(actor).filter(task=jobs.pool_estimates.module_path)
    jobs.pool_estimates.func(**queued.arguments)
    assert {found["effort"].detail["people"] for found in measures_of(actor, teams).values()} == {2}


def test_nothing_is_seen_from_another_workspace(actor: Actor, stranger: Actor, records: Records) -> None:
    [team] = records(1)
    enter(actor, team, "3-9")
    assert measures_of(stranger, [team]) == {}
    assert estimates_of(stranger, [team]) == []
    with pytest.raises(Invalid):
        enter(stranger, team, "3-9")


def test_the_number_of_queries_does_not_grow_with_the_rows(actor: Actor, records: Records) -> None:
    def queries(teams: list[int]) -> int:
        rows = [{"about": team, "quantity": "effort", "entered": "3-9"} for team in teams]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            enter_estimates(actor, rows)
        return len(captured)

    teams = records(24)
    assert queries(teams[:3]) == queries(teams[3:])


def test_a_members_estimate_takes_an_imported_ones_place_until_it_is_undone(
    actor: Actor, job: Actor, records: Records
) -> None:
    [team] = records(1)
    imported = enter(job, team, "10", method="imported")
    given = enter(actor, team, "3 weeks")
    assert [line.id for line in estimates_of(actor, [team])] == [given.pk]
    assert triple(measures_of(actor, [team])[team]["effort"]) == triple(given)
    assert measures_of(actor, [team])[team]["effort"].detail == {"people": 1}
    history.undo(actor, Change.objects.within(actor).latest("pk").pk)
    assert [line.id for line in estimates_of(actor, [team])] == [imported.pk]
    assert triple(measures_of(actor, [team])[team]["effort"]) == triple(imported)
