"""Objectives, key results and the data points that say where they stand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from northing.access.actor import Actor, system
from northing.access.models import Workspace
from northing.decisions.public import estimates_of, measures_of, scorecard
from northing.kit import changes, exporting, history
from northing.kit.changes import Edit
from northing.kit.extensions import extensions
from northing.kit.importing.running import run_file
from northing.kit.listing import ListRequest
from northing.kit.models import Change
from northing.kit.problems import Invalid
from northing.strategy.actions import measure_results
from northing.strategy.models import DataPoint
from northing.strategy.public import (
    RESULT,
    Point,
    expect,
    goals,
    latest_points,
    pace_of,
    record_data_points,
    series,
    standings,
)
from northing.strategy.records import DATA_POINT, INITIATIVE, KEY_RESULT, METRIC, OBJECTIVE
from northing.ui import cells

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)


@pytest.fixture
def actor() -> Actor:
    return system(Workspace.objects.create(name="Orchard", slug="orchard"))


@pytest.fixture
def stranger() -> Actor:
    return system(Workspace.objects.create(name="Harbour", slug="harbour"))


def metric(actor: Actor, name: str = "Weekly editors", **values: Any) -> Any:
    [one] = changes.create(actor, METRIC, [{"name": name, "unit": "users", **values}])
    return one


def key_result(actor: Actor, of: Any, goal: Any = None, **values: Any) -> Any:
    goal = goal or changes.create(actor, OBJECTIVE, [{"title": "Editors come back"}])[0]
    row = {"objective": goal.pk, "title": "From 40 to 60", "metric": of.pk, "baseline": 40, "target": 60}
    [one] = changes.create(actor, KEY_RESULT, [row | values])
    return one


def live_values(actor: Actor) -> list[float]:
    return [row.value for row in DataPoint.objects.within(actor).filter(archived_at=None).order_by("at")]


def progress_of(actor: Actor, result: Any) -> float | None:
    found = measures_of(actor, [result.pk]).get(result.pk, {})
    return found["progress"].p50 if found else None


def test_a_data_point_moves_the_metric_and_its_key_results(actor: Actor) -> None:
    editors = metric(actor)
    result = key_result(actor, editors)
    assert progress_of(actor, result) is None
    record_data_points(actor, editors.pk, {DAY: 42, DAY + timedelta(days=7): 45})
    current = measures_of(actor, [editors.pk])[editors.pk]["current"]
    assert (current.p10, current.p50, current.unit) == (45, 45, "users")
    assert current.as_of is not None
    assert current.as_of.date() == DAY + timedelta(days=7)
    assert progress_of(actor, result) == 0.25
    [standing] = standings(actor, [result])
    assert (standing.latest, standing.progress) == (Point(DAY + timedelta(days=7), 45), 0.25)


def test_a_later_key_result_and_a_new_target_are_measured_at_once(actor: Actor) -> None:
    errors = metric(actor, "Failed exports", direction="down")
    record_data_points(actor, errors.pk, {DAY: 7})
    result = key_result(actor, errors, baseline=10, target=4)
    assert progress_of(actor, result) == 0.5
    changes.update(actor, KEY_RESULT, [Edit(result.pk, {"target": 7})])
    assert progress_of(actor, result) == 1


def test_an_older_data_point_does_not_move_the_present(actor: Actor) -> None:
    editors = metric(actor)
    record_data_points(actor, editors.pk, {DAY: 50})
    record_data_points(actor, editors.pk, {DAY - timedelta(days=30): 41})
    assert latest_points(actor, [editors.pk]) == {editors.pk: Point(DAY, 50)}
    assert [point.value for point in series(actor, [editors.pk])[editors.pk]] == [41, 50]
    assert [point.value for point in series(actor, [editors.pk], since=DAY)[editors.pk]] == [50]


def test_the_same_day_again_is_a_correction(actor: Actor) -> None:
    editors = metric(actor)
    record_data_points(actor, editors.pk, {DAY: 50})
    record_data_points(actor, editors.pk, {DAY: 52, DAY + timedelta(days=1): 53})
    assert live_values(actor) == [52, 53]
    history.undo(actor, Change.objects.within(actor).latest("pk").pk)
    assert live_values(actor) == [50]
    assert latest_points(actor, [editors.pk])[editors.pk].value == 50


def test_a_day_twice_in_one_file_keeps_the_last(actor: Actor) -> None:
    editors = metric(actor)
    changes.create(actor, DATA_POINT, [{"metric": editors.pk, "at": DAY, "value": value} for value in (1, 2, 3)])
    assert live_values(actor) == [3]


def test_archived_data_points_do_not_count(actor: Actor) -> None:
    editors = metric(actor)
    result = key_result(actor, editors)
    [first, second] = record_data_points(actor, editors.pk, {DAY: 44, DAY + timedelta(days=1): 60})
    changes.archive(actor, DATA_POINT, [second.pk])
    assert progress_of(actor, result) == pytest.approx(0.2)
    changes.archive(actor, DATA_POINT, [first.pk])
    assert progress_of(actor, result) is None
    assert measures_of(actor, [editors.pk]) == {}


def test_a_file_of_data_points_names_its_metrics(actor: Actor) -> None:
    metric(actor, "Weekly editors")
    rows = [
        {"metric": "weekly editors", "at": "2026-01-05", "value": "41"},
        {"metric": "M-1", "at": DAY + timedelta(7), "value": 42.5},
    ]
    assert [point.value for point in changes.create(actor, DATA_POINT, rows)] == [41, 42.5]


@pytest.mark.parametrize(
    ("attempt", "field"),
    [
        (
            lambda a: changes.create(
                a, OBJECTIVE, [{"title": "X", "period_start": "2027-06-01", "period_end": "2027-01-01"}]
            ),
            "period_end",
        ),
        (lambda a: changes.create(a, INITIATIVE, [{"title": "X", "share": 120}]), "share"),
        (lambda a: key_result(a, metric(a), target=40), "target"),
        (
            lambda a: changes.create(a, DATA_POINT, [{"metric": metric(a).pk, "at": "2026-01-05", "value": "nan"}]),
            "value",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(actor: Actor, attempt: Callable[[Actor], Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        attempt(actor)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_a_metric_that_goals_need_is_not_archived_and_key_results_go_with_their_objective(actor: Actor) -> None:
    editors = metric(actor)
    result = key_result(actor, editors)
    with pytest.raises(Invalid):
        changes.archive(actor, METRIC, [editors.pk])
    changes.archive(actor, OBJECTIVE, [result.objective_id])
    result.refresh_from_db()
    assert result.archived_at is not None


def test_an_objective_is_not_part_of_itself(actor: Actor) -> None:
    [above] = changes.create(actor, OBJECTIVE, [{"title": "Above"}])
    [below] = changes.create(actor, OBJECTIVE, [{"title": "Below", "parent": above.pk}])
    with pytest.raises(Invalid):
        changes.update(actor, OBJECTIVE, [Edit(above.pk, {"parent": below.pk})])


def test_goals_read_the_same_queries_however_many(actor: Actor, stranger: Actor) -> None:
    def grow(number: int) -> None:
        for place in range(number):
            of = metric(actor, f"Metric {number} {place}")
            goal = changes.create(actor, OBJECTIVE, [{"title": f"Goal {place}", "period_end": DAY}])[0]
            key_result(actor, of, goal)
            key_result(actor, of, goal, target=50)
            record_data_points(actor, of.pk, {DAY: 45})

    def read() -> int:
        with CaptureQueriesContext(connection) as captured:
            found = goals(actor)
            assert all(goal.progress == pytest.approx((0.25 + 0.5) / 2) for goal in found)
            assert all(standing.key_result.metric.name for goal in found for standing in goal.standings)
        return len(captured)

    grow(1)
    few = read()
    grow(4)
    assert read() == few == 3
    assert goals(stranger) == []


def test_writing_many_data_points_takes_the_same_queries(actor: Actor) -> None:
    of = [metric(actor, f"Metric {place}") for place in range(2)]

    def write(days: int, start: date) -> int:
        rows = [
            {"metric": one.pk, "at": start + timedelta(days=day), "value": day} for one in of for day in range(days)
        ]
        with CaptureQueriesContext(connection) as captured:
            changes.create(actor, DATA_POINT, rows)
        return len(captured)

    assert write(2, DAY) == write(12, DAY + timedelta(days=50))


def test_a_number_may_be_typed_with_the_metrics_unit(actor: Actor) -> None:
    editors, rate = metric(actor), metric(actor, "Activation", unit="%")
    result = key_result(actor, rate, baseline="4,5 %", target="8%")
    assert (result.baseline, result.target) == (4.5, 8)
    key_result(actor, editors, baseline="40 users", target="60 Users")
    record_data_points(actor, rate.pk, {"2026-01-05": "5 %"})
    assert live_values(actor) == [5]


@pytest.mark.parametrize(("unit", "words"), [("users", "is counted in users"), ("", "has no unit")])
def test_a_unit_that_is_not_the_metrics_is_refused(actor: Actor, unit: str, words: str) -> None:
    editors = metric(actor, unit=unit)
    for attempt in (
        lambda: key_result(actor, editors, target="60 days"),
        lambda: record_data_points(actor, editors.pk, {"2026-01-05": "60 days"}),
    ):
        with pytest.raises(Invalid, match=words):
            attempt()
    assert not DataPoint.objects.exists()


def test_a_metric_without_a_value_shows_none_and_not_a_missing_range() -> None:
    assert extensions.columns["metric"]["current"].cell(None) == cells.EMPTY


def test_percent_typed_into_an_export_is_the_number_before_it(actor: Actor, tmp_path: Path, settings: Any) -> None:
    settings.NORTHING_HOME = tmp_path / "home"
    result = key_result(actor, metric(actor, "Activation", unit="%"), baseline="4,5 %", target="8 %")
    text = b"".join(exporting.export(actor, KEY_RESULT, ListRequest(), "csv")).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    path = tmp_path / "edited.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row | {"Target": "9,5 %"})
    assert run_file(actor, KEY_RESULT, path, mapping={}).updated == 1
    result.refresh_from_db()
    assert (result.baseline, result.target) == (4.5, 9.5)


@pytest.mark.parametrize(("target", "likely"), [(70, True), (30, False)])
def test_a_key_result_knows_where_its_pace_leads(actor: Actor, target: float, likely: bool) -> None:
    editors = metric(actor)
    result = key_result(actor, editors, target=target, due=DAY + timedelta(days=56))
    course = [Point(DAY + timedelta(days=7 * week), value) for week, value in enumerate((40, 45, 47, 53, 57))]
    pace = pace_of(result, course, DAY)
    assert pace
    assert pace.likely == pytest.approx(74)
    assert pace.low < 74 < pace.high
    assert (pace.chance > 0.5) is likely
    assert pace_of(result, course[:3], DAY) is None  # too few values
    endless = [Point(one.at, one.value * 1e300) for one in course]
    assert pace_of(result, endless, DAY) is None  # beyond what can be reckoned with
    assert pace_of(result, course, DAY + timedelta(days=56)) is None  # its day has come


def expected(actor: Actor, due: date) -> tuple[Any, Any]:
    editors = metric(actor)
    return editors, key_result(actor, editors, due=due)


def test_what_was_expected_is_scored_once_the_day_has_come(actor: Actor) -> None:
    today = timezone.localdate()
    editors, result = expected(actor, today + timedelta(days=1))
    expect(actor, result, "50-55 users")
    record_data_points(actor, editors.pk, {today: 58})
    measure_results(actor, today)
    assert scorecard(actor, [result.pk]) == {}
    for _ in range(2):  # the second time there is nothing more to say
        measure_results(actor, today + timedelta(days=2))
    score = scorecard(actor, [result.pk])[result.pk][RESULT]
    assert (score.measured, score.words) == (58, "Came out above the range.")
    assert len(estimates_of(actor, [result.pk], [RESULT], history=True)) == 2
    record_data_points(actor, editors.pk, {today: 53})
    measure_results(actor, today + timedelta(days=2))
    assert scorecard(actor, [result.pk])[result.pk][RESULT].words == "Came out inside the range."


def test_a_value_from_before_is_no_answer_to_what_was_expected(actor: Actor) -> None:
    today = timezone.localdate()
    editors, result = expected(actor, today + timedelta(days=1))
    record_data_points(actor, editors.pk, {today - timedelta(days=1): 58})
    expect(actor, result, "50-55")
    measure_results(actor, today + timedelta(days=2))
    assert scorecard(actor, [result.pk]) == {}


def test_nothing_is_expected_of_what_is_archived(actor: Actor) -> None:
    _, result = expected(actor, timezone.localdate() + timedelta(days=9))
    result.archived_at = timezone.now()
    with pytest.raises(Invalid, match="archived"):
        expect(actor, result, "50")


@pytest.mark.parametrize("days", [None, 0, -3])
def test_nothing_is_expected_without_a_day_to_come(actor: Actor, days: int | None) -> None:
    due = None if days is None else timezone.localdate() + timedelta(days=days)
    with pytest.raises(Invalid, match="due"):
        expect(actor, expected(actor, due)[1], "50")  # type: ignore[arg-type]
