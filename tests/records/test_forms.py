"""Forms made for people: they ask for what a person can say, and lead on to where the rest is said."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from northing.access.actor import Actor
from northing.accounts.records import TEAM
from northing.decisions.models import Decision
from northing.features.records import FEATURE
from northing.kit import changes, history
from northing.strategy.models import DataPoint, KeyResult, Metric
from northing.strategy.records import OBJECTIVE

pytestmark = pytest.mark.django_db
ASKED = {"question": "Build or buy?", "context": ""}


def test_the_form_of_a_question_asks_for_the_question_alone(signed_in: Client) -> None:
    form = signed_in.get("/orchard/decisions/new").content.decode()
    assert 'name="question"' in form
    assert not any(f'name="{name}"' in form for name in ("options", "roles", "triggers", "choice"))


def test_a_question_asked_is_worked_on_at_once(signed_in: Client) -> None:
    assert signed_in.post("/orchard/decisions/new", ASKED)["Location"] == "/orchard/decisions/D-1/decide"
    assert signed_in.post("/orchard/decisions/new", ASKED, headers={"HX-Request": "true"})["HX-Redirect"].endswith(
        "/D-2/decide"
    )


def test_the_form_of_an_open_decision_leads_to_its_options(signed_in: Client) -> None:
    signed_in.post("/orchard/decisions/new", ASKED)
    form = signed_in.get("/orchard/decisions/D-1/edit").content.decode()
    assert "/orchard/decisions/D-1/decide" in form
    assert 'name="options"' not in form


def test_a_number_to_watch_is_set_on_the_page(signed_in: Client, admin_actor: Actor) -> None:
    [watched] = changes.create(admin_actor, TEAM, [{"name": "Core"}])
    signed_in.post("/orchard/decisions/new", ASKED)
    row = {"name": "Lead time", "record": f"TM-{watched.number}", "is": "above", "value": "30,5", "text": ""}
    given = {f"trigger-{name}": value for name, value in row.items()}
    signed_in.post("/orchard/decisions/D-1/decide", {**given, "keep": "1", "version": "1"})
    expected = {"record": "TM-1", "name": "lead_time", "is": "above", "value": 30.5}
    assert Decision.objects.get().triggers == [expected]


@pytest.fixture
def objective(admin_actor: Actor) -> str:
    changes.create(admin_actor, OBJECTIVE, [{"title": "Editors come back"}])
    return "OB-1"


def add_result(signed_in: Client, metric: str) -> HttpResponse:
    given = {"objective": "OB-1", "title": "To 60", "metric": metric, "baseline": "40", "target": "60"}
    return signed_in.post("/orchard/key-results/new", given)


def test_a_key_result_makes_the_metric_that_it_names(signed_in: Client, objective: str) -> None:
    assert add_result(signed_in, "Weekly editors").status_code == 302
    assert add_result(signed_in, "weekly editors").status_code == 302
    assert [metric.name for metric in Metric.objects.all()] == ["Weekly editors"]
    assert KeyResult.objects.count() == 2


def test_a_metric_made_by_a_key_result_is_better_the_way_that_goes(signed_in: Client, objective: str) -> None:
    given = {"objective": objective, "title": "To 8,5", "metric": "Days to answer", "baseline": "12,5", "target": "8,5"}
    assert signed_in.post("/orchard/key-results/new", given).status_code == 302
    assert [metric.direction for metric in Metric.objects.all()] == ["down"]
    assert KeyResult.objects.get().baseline == 12.5


@pytest.mark.parametrize("named", ["Kündigungsquote, %", "Kündigungsquote (%)"])
def test_a_metric_may_be_named_with_its_unit(signed_in: Client, objective: str, named: str) -> None:
    assert add_result(signed_in, named).status_code == 302
    assert add_result(signed_in, named).status_code == 302
    assert [(metric.name, metric.unit) for metric in Metric.objects.all()] == [("Kündigungsquote", "%")]


def test_what_is_expected_of_a_key_result_is_said_on_its_page(signed_in: Client, objective: str) -> None:
    due = timezone.localdate() + timedelta(days=60)
    given = {"objective": objective, "title": "To 60", "metric": "Editors, users", "baseline": "40", "target": "60"}
    signed_in.post("/orchard/key-results/new", given | {"due": due.isoformat()})
    address = "/orchard/goals/key-results/KR-1/expect"
    assert f'action="{address}"' in signed_in.get("/orchard/key-results/KR-1/").content.decode()
    refused = signed_in.post(address, {"expected": "many"}, headers={"HX-Request": "true"})
    assert (refused.status_code, "expected-error" in refused.content.decode()) == (422, True)
    assert signed_in.post(address, {"expected": "50-58"}).status_code == 302
    assert "(50–58) users" in signed_in.get("/orchard/key-results/KR-1/").content.decode()


def test_a_number_is_typed_into_a_field_that_takes_a_comma(signed_in: Client, objective: str) -> None:
    form = signed_in.get("/orchard/key-results/new").content.decode()
    assert re.search(r'<input type="text" name="baseline"[^>]* inputmode="decimal"', form)
    given = {"objective": objective, "title": "To 8", "metric": "Days", "baseline": "1,234", "target": "8"}
    answer = signed_in.post("/orchard/key-results/new", given)
    assert (answer.status_code, "may be 1234 or 1.234" in answer.content.decode().lower()) == (422, True)


def test_a_key_that_stands_for_nothing_makes_no_metric(signed_in: Client, objective: str) -> None:
    assert add_result(signed_in, "M-99").status_code == 422
    assert not Metric.objects.exists()


def test_a_key_result_refused_leaves_no_metric_behind(signed_in: Client, objective: str) -> None:
    given = {"objective": objective, "title": "To 60", "metric": "Weekly editors", "baseline": "60", "target": "60"}
    assert signed_in.post("/orchard/key-results/new", given).status_code == 422
    assert not Metric.objects.exists()


@pytest.mark.parametrize("page", ["goals/", "objectives/OB-1/", "key-results/KR-1/", "metrics/M-1/"])
def test_a_value_is_entered_where_the_number_is_shown(signed_in: Client, objective: str, page: str) -> None:
    add_result(signed_in, "Weekly editors")
    metric_id = Metric.objects.get().pk
    signed_in.post(f"/orchard/goals/metrics/{metric_id}", {"value": "45,5"})
    shown = signed_in.get(f"/orchard/{page}").content.decode()
    assert f'action="/orchard/goals/metrics/{metric_id}"' in shown
    assert "45.5" in shown


def test_what_is_no_number_is_said_beside_the_field(signed_in: Client, objective: str) -> None:
    add_result(signed_in, "Weekly editors")
    address = f"/orchard/goals/metrics/{Metric.objects.get().pk}"
    answer = signed_in.post(address, {"value": "1,500"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "May be 1500 or 1.500" in answer.content.decode()
    assert 'value="1,500"' in answer.content.decode()


def test_the_list_of_key_results_says_progress_in_percent(signed_in: Client, objective: str) -> None:
    add_result(signed_in, "Weekly editors")
    signed_in.post(f"/orchard/goals/metrics/{Metric.objects.get().pk}", {"value": "50"})
    assert "50 %" in signed_in.get("/orchard/key-results/").content.decode()


def test_a_key_in_a_list_opens_its_record(signed_in: Client, objective: str) -> None:
    assert (
        '<a class="key" href="/orchard/objectives/OB-1/" data-drawer>'
        in signed_in.get("/orchard/objectives/").content.decode()
    )


def test_home_says_of_which_metric_a_value_was_entered(admin_actor: Actor, signed_in: Client, objective: str) -> None:
    add_result(signed_in, "Weekly editors")
    signed_in.post(f"/orchard/goals/metrics/{Metric.objects.get().pk}", {"value": "50"})
    newest = history.latest(admin_actor, 1)[0]
    assert newest.label is not None
    assert (newest.label.key, newest.label.title, newest.event) == ("M-1", "Weekly editors", "entered a value")


def test_a_metric_made_by_a_key_result_in_percent_is_in_percent(signed_in: Client, objective: str) -> None:
    given = {"objective": objective, "title": "To 8", "metric": "Activation", "baseline": "4,5 %", "target": "8 %"}
    assert signed_in.post("/orchard/key-results/new", given).status_code == 302
    assert (Metric.objects.get().unit, KeyResult.objects.get().baseline) == ("%", 4.5)
    wrong = given | {"baseline": "4 users"}
    assert "Activation is counted in %" in signed_in.post("/orchard/key-results/new", wrong).content.decode()


def test_a_past_value_is_entered_with_its_day(signed_in: Client, objective: str) -> None:
    add_result(signed_in, "Weekly editors")
    address = f"/orchard/goals/metrics/{Metric.objects.get().pk}"
    for given in ({"value": "45"}, {"value": "41", "at": "2026-02-28"}):
        signed_in.post(address, given)
    days = DataPoint.objects.order_by("at").values_list("value", "at")
    assert list(days) == [(41, date(2026, 2, 28)), (45, timezone.localdate())]
    answer = signed_in.post(address, {"value": "45", "at": "soon"}, headers={"HX-Request": "true"})
    assert "Must be a date" in answer.content.decode()


def test_a_title_is_one_line_and_a_text_keeps_its_lines(signed_in: Client, admin_actor: Actor) -> None:
    row = {"title": " Dark mode\r\n\n in the app\u2028today", "description": "One\n\nTwo"}
    [made] = changes.create(admin_actor, FEATURE, [row])
    assert (made.title, made.description) == ("Dark mode in the app today", "One\n\nTwo")
