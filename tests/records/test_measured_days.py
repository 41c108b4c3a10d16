"""What was measured was measured on a day that has come, through whichever door it enters."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member, Token
from northing.access.secrets import hash_secret
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.importing.running import run_file
from northing.strategy.models import DataPoint, Metric
from northing.strategy.records import DATA_POINT, METRIC

pytestmark = pytest.mark.django_db
AHEAD = "in the future, and what was measured has a day that has come: use "


def day(ahead: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=ahead)).isoformat()


@pytest.fixture
def metric(admin_actor: Actor) -> Metric:
    [made] = changes.create(admin_actor, METRIC, [{"name": "Weekly editors"}])
    return made


@pytest.mark.parametrize(("ahead", "status"), [(-1, 302), (0, 302), (1, 302), (2, 422)])
def test_a_day_is_allowed_for_where_it_is_tomorrow_already(
    signed_in: Client, metric: Metric, ahead: int, status: int
) -> None:
    answer = signed_in.post(f"/orchard/goals/metrics/{metric.pk}", {"value": "45", "at": day(ahead)})
    assert answer.status_code == status
    assert DataPoint.objects.count() == (status == 302)


def test_the_form_says_what_is_wrong_with_the_day(signed_in: Client, metric: Metric) -> None:
    given = {"metric": metric.pk, "value": "45", "at": day(30)}
    for address in ("data-points/new", f"goals/metrics/{metric.pk}"):
        answer = signed_in.post(f"/orchard/{address}", given, headers={"HX-Request": "true"})
        assert (answer.status_code, AHEAD in answer.content.decode()) == (422, True)


def test_the_api_names_field_value_and_way_out(admin: Member, metric: Metric) -> None:
    Token.objects.create(workspace=admin.workspace, member=admin, name="t", scope="write", secret_hash=hash_secret("t"))
    body = json.dumps({"metric": "M-1", "value": 45, "at": day(30)})
    client = Client(headers={"Authorization": "Bearer t"})
    answer = client.post("/api/v1/data-points", body, content_type="application/json")
    assert answer.status_code == 422
    assert all(said in answer.content.decode() for said in ('"at"', day(30), AHEAD, "the target of a key result"))


def test_a_file_says_which_row_it_is(admin_actor: Actor, metric: Metric, settings: Any, tmp_path: Path) -> None:
    settings.NORTHING_HOME = tmp_path / "home"
    path = tmp_path / "points.csv"
    path.write_text(f"Metric,Day,Value\nWeekly editors,{day(0)},41\nWeekly editors,{day(30)},45\n")
    report = run_file(admin_actor, DATA_POINT, path, mapping={})
    assert (report.created, report.rejected) == (1, 1)
    assert [(error.field, error.value, AHEAD in error.rule) for error in report.errors] == [("at", day(30), True)]


def test_what_already_has_such_a_day_can_still_be_changed(admin_actor: Actor, metric: Metric) -> None:
    [point] = changes.create(admin_actor, DATA_POINT, [{"metric": metric.pk, "at": day(0), "value": 45}])
    DataPoint.objects.update(at=day(30))
    changes.update(admin_actor, DATA_POINT, [Edit(point.pk, {"value": "46"})])
    assert DataPoint.objects.get().value == 46
