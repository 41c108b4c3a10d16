"""The roadmap says what has changed since its forecast, and who builds what names nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member
from northing.decisions.public import MeasureValue, enter_estimates, write_measures
from northing.features.public import RANK
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.models import Import
from northing.kit.record_types import registry
from northing.roadmap import actions
from northing.roadmap.ageing import changed_since
from northing.roadmap.rules import AT_RISK, WORK_DONE
from northing.roadmap.tests.conftest import Make, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client) -> str:
    return client.get("/orchard/roadmap/").content.decode()


def test_what_decides_dates_ages_a_forecast_and_a_refresh_renews_it(actor: Actor, make: Make, client: Client) -> None:
    feature = make("feature", "Masks", effort="5 sure")
    forecast = actions.refresh(actor)
    assert changed_since(actor, forecast) == ""
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "6 sure"}])
    changes.create(actor, registry.named("team"), [{"name": "Editors", "people": 2}])
    make("feature", "Brushes")
    write_measures(actor, [MeasureValue.exactly(feature.pk, RANK, 1)])
    said = changed_since(actor, forecast)
    for words in ("4 things changed since: 1 estimate, ", "1 team", "1 feature", "the order of features"):
        assert words in said
    assert "4 things changed since" in page(client)
    actions.refresh(actor)
    assert "changed since" not in page(client)


def test_a_forecast_by_an_earlier_method_is_aged(actor: Actor, make: Make) -> None:
    make("feature", "Masks", effort="5 sure")
    forecast = actions.refresh(actor)
    forecast.run.engine = "network-0"
    assert changed_since(actor, forecast) == "1 thing changed since: the method of forecasting"


def test_what_is_not_planned_or_decides_no_date_ages_nothing(actor: Actor, make: Make) -> None:
    feature, idea = make("feature", "Masks", effort="5 sure"), make("feature", "Idea", status="new")
    forecast = actions.refresh(actor)
    enter_estimates(actor, [{"about": idea.pk, "quantity": "effort", "entered": "6 sure"}])
    changes.update(actor, registry.named("feature"), [Edit(feature.pk, {"title": "Masks and more"})])
    assert changed_since(actor, forecast) == ""
    changes.update(actor, registry.named("feature"), [Edit(feature.pk, {"status": "released"})])
    assert changed_since(actor, forecast) == "1 thing changed since: 1 feature"


@pytest.mark.parametrize("type_name", ["feature", "release", "milestone"])
def test_a_promise_that_changes_ages_the_forecast(actor: Actor, make: Make, type_name: str) -> None:
    make("feature", "Masks", effort="5 sure")
    record = make(type_name, "Promised")
    forecast = actions.refresh(actor)
    changes.update(actor, registry.named(type_name), [Edit(record.pk, {"promised": in_days(30)})])
    assert changed_since(actor, forecast) == f"1 thing changed since: 1 {type_name}"


def test_a_plan_without_dates_has_no_forecast_to_speak_of(actor: Actor, make: Make, client: Client) -> None:
    make("feature", "Unsized")
    actions.refresh(actor)
    assert "Forecast just now" not in page(client)


def test_who_builds_what_names_no_team_is_said_where_there_is_a_choice(
    actor: Actor, make: Make, client: Client
) -> None:
    make("feature", "Masks", effort="5 sure")
    actions.refresh(actor)
    assert "no team" not in page(client)
    [editors] = changes.create(actor, registry.named("team"), [{"name": "Editors", "people": 2}])
    make("feature", "Brushes", effort="5 sure", team=editors.pk)
    assert "1 feature has no team: planned with Builders." in page(client)
    assert "/orchard/roadmap/next#planned" in page(client)
    assert "No team: planned with Builders" in client.get("/orchard/roadmap/?by=team").content.decode()
    planned = client.get("/orchard/roadmap/next").content.decode().partition('id="planned"')[2]
    assert "No team: planned with Builders" in planned
    assert planned.index("Masks") < planned.index("Brushes"), "what has no team stands first"


def test_what_is_counted_anew_ages_a_forecast_only_where_it_differs(actor: Actor, make: Make) -> None:
    feature = make("feature", "Masks", effort="5 sure")
    write_measures(actor, [MeasureValue.exactly(feature.pk, WORK_DONE, 40)])
    forecast = actions.refresh(actor)
    write_measures(actor, [MeasureValue.exactly(feature.pk, WORK_DONE, 40)])
    assert changed_since(actor, forecast) == ""
    write_measures(
        actor, [MeasureValue.exactly(feature.pk, WORK_DONE, 60), MeasureValue.exactly(feature.pk, AT_RISK, 2)]
    )
    said = changed_since(actor, forecast)
    assert said.startswith("2 things changed since: ")
    assert {"1 piece of work", "1 risk"} == set(said.split(": ")[1].split(", "))


def test_features_that_were_planned_and_placed_are_told_once(actor: Actor, make: Make) -> None:
    first, then = make("feature", "Masks", effort="5 sure"), make("feature", "Brushes", effort="5 sure")
    forecast = actions.refresh(actor)
    actions.plan(actor, [first.pk, then.pk], "Autumn", "next", decided=True)
    assert changed_since(actor, forecast) == "3 things changed since: 2 features, 1 release"


def test_teams_that_came_with_an_import_are_told_until_somebody_says_the_people_of_some(
    actor: Actor, make: Make, client: Client
) -> None:
    make("feature", "Masks", effort="5 sure")
    actions.refresh(actor)
    Import.objects.create(workspace=actor.workspace, record_type="feature", file_name="features.csv", batch="brought")
    with changes.changing(actor, "imported features.csv", batch="brought") as change:
        apps, _ = change.create(registry.named("team"), [{"name": "Apps"}, {"name": "Editors"}])
    make("team", "Own")
    assert "2 teams count as 1 person each: " in page(client)
    changes.update(actor, registry.named("team"), [Edit(apps.pk, {"people": 4})])
    assert "as 1 person" not in page(client), "who says it of one leaves the other at one with reason"


def test_a_place_in_a_release_ages_a_forecast_until_it_is_taken_back(actor: Actor, make: Make) -> None:
    placed, other = make("feature", "Masks", effort="5 sure"), make("feature", "Brushes", effort="5 sure")
    unsized, release = make("feature", "Unsized"), make("release", "Autumn")
    actions.place(actor, placed, release)
    forecast = actions.refresh(actor)
    assert changed_since(actor, forecast) == ""
    actions.place(actor, unsized, release)
    assert changed_since(actor, forecast) == ""
    actions.place(actor, other, release)
    assert changed_since(actor, forecast) == "1 thing changed since: 1 place in a release"
    actions.displace(actor, placed, release)
    assert changed_since(actor, forecast) == "2 things changed since: 2 places in releases"
    actions.displace(actor, other, release)
    actions.place(actor, placed, release)
    assert changed_since(actor, forecast) == ""
