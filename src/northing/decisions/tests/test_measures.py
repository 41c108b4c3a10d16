"""Current values: written in bulk, shown and sorted in lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from northing.access.actor import Actor
from northing.accounts.models import Team
from northing.decisions.models import Measure
from northing.decisions.public import MeasureValue, measure_column, measures_of, remove_measures, write_measures
from northing.kit.extensions import load_columns
from northing.kit.problems import Missing

pytestmark = pytest.mark.django_db
Records = Callable[[int], list[int]]


def test_a_value_replaces_the_one_before(actor: Actor, records: Records) -> None:
    one, two = records(2)
    write_measures(actor, [MeasureValue(one, "effort", 1, 2, 3), MeasureValue(two, "effort", 1, 2, 3)])
    write_measures(actor, [MeasureValue(one, "effort", 4, 5, 6, unit="days", detail={"p80": 5.5})])
    found = measures_of(actor, [one, two], ["effort"])
    assert (found[one]["effort"].p50, found[one]["effort"].detail, found[two]["effort"].p50) == (5, {"p80": 5.5}, 2)
    assert {row.type for row in Measure.objects.within(actor)} == {"team"}
    remove_measures(actor, [(one, "effort"), (two, "reach")])
    assert set(measures_of(actor, [one, two])) == {two}


def test_falling_or_infinite_quantiles_are_refused(actor: Actor, records: Records) -> None:
    [one] = records(1)
    for quantiles in [(3, 2, 4), (1, 2, float("inf")), (float("nan"), 2, 3)]:
        with pytest.raises(ValueError, match="P10 <= P50 <= P90"):
            write_measures(actor, [MeasureValue(one, "effort", *quantiles)])


def test_records_of_another_workspace_cannot_be_measured(stranger: Actor, records: Records) -> None:
    [one] = records(1)
    with pytest.raises(Missing):
        write_measures(stranger, [MeasureValue(one, "effort", 1, 2, 3)])


def test_writing_and_reading_many_takes_as_many_queries_as_a_few(
    actor: Actor, records: Records, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    teams = records(40)
    for some in (teams[:2], teams):
        with django_assert_num_queries(2):
            write_measures(actor, [MeasureValue(team, "effort", 1, 2, 3) for team in some])
        with django_assert_num_queries(1):
            measures_of(actor, some)


def test_a_column_sorts_by_the_likely_value_and_draws_one_scale(actor: Actor, records: Records) -> None:
    one, two, three = records(3)
    column = measure_column("effort", "Effort", "days", of="team")
    write_measures(
        actor,
        [
            MeasureValue(one, "effort", 3, 5, 9, unit="days"),
            MeasureValue(two, "effort", 1, 2, 4, assumed=True),
            MeasureValue(three, "effort", 7, 7, 7, unit="days"),
        ],
    )
    assert column.ranking is not None
    assert list(column.ranking(actor).order_by("-p50")) == [(three, 7), (one, 5), (two, 2)]
    shown = load_columns(actor, [column], [one, two, three])["effort"]
    assert len({value.scale for value in shown.values()}) == 1
    assert "5 <small>(3–9)</small>" in column.cell(shown[one])
    assert "guessed" in column.cell(shown[two])
    assert ">7</span>" in column.cell(shown[three])
    assert "No range yet" in column.cell(None)
    assert [column.text(shown.get(pk)) for pk in (one, three, 0)] == ["5 (3–9) days", "7 days", ""]
    assert column.to_json(shown[two])["assumed"] is True


def test_the_sort_reads_the_index(actor: Actor) -> None:
    column = measure_column("effort", "Effort", of="team")
    assert column.ranking is not None
    plan = column.ranking(actor).order_by("p50", "record_id")[:50].explain()
    assert "measure_by_value" in plan
    assert "TEMP B-TREE" not in plan.upper()


def test_dates_are_days(actor: Actor, records: Records) -> None:
    [one] = records(1)
    days = [date(2026, 12, 29), date(2027, 1, 13), date(2027, 2, 7)]
    write_measures(actor, [MeasureValue(one, "forecast", *[float(day.toordinal()) for day in days], is_date=True)])
    column = measure_column("forecast", "Forecast", of="release")
    shown = load_columns(actor, [column], [one])["forecast"][one]
    assert re.search(r"29 Dec(?: 2026)?–7 Feb", column.cell(shown))
    assert column.to_json(shown)["p50"] == "2027-01-13"


def test_a_measure_goes_with_its_record(actor: Actor, records: Records) -> None:
    [one] = records(1)
    write_measures(actor, [MeasureValue.exactly(one, "current", 4)])
    Team.objects.within(actor).get(pk=one).record.delete()
    assert not Measure.objects.within(actor).exists()
