"""Forecast beside outcome: what a feature is to do to a goal's number, and what it took, by one's own hand."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.public import enter_estimates, measures_of
from northing.features.public import Feature, serve
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.problems import Invalid
from northing.kit.record_types import registry
from northing.strategy.public import record_data_points

pytestmark = pytest.mark.django_db
AT, PAGE = "/orchard/goals/features/F-1/", "/orchard/features/F-1/"


def member_of(workspace: Workspace, role: Role) -> Actor:
    user = User.objects.create_user(f"{role}@example.com", "a-long-password", name=str(role))
    return for_member(Member.objects.create(workspace=workspace, user=user, role=role))


def client_of(actor: Actor) -> Client:
    client = Client()
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def actor() -> Actor:
    return member_of(Workspace.objects.create(name="Orchard", slug="orchard"), Role.ADMIN)


@pytest.fixture
def client(actor: Actor) -> Client:
    return client_of(actor)


@pytest.fixture
def feature(actor: Actor) -> Feature:
    """A planned feature that serves a key result in percent."""
    metric_type, result_type = registry.named("metric"), registry.named("key_result")
    [metric] = changes.create(actor, metric_type, [{"name": "First photo finished", "unit": "%"}])
    [goal] = changes.create(actor, registry.named("objective"), [{"title": "More finish"}])
    row = {"title": "38 %", "objective": goal.pk, "metric": metric.pk, "baseline": 31, "target": 38}
    [result] = changes.create(actor, result_type, [row])
    [made] = changes.create(actor, registry.of(Feature), [{"title": "Guided edit", "status": "planned"}])
    serve(actor, [made.pk], [result.pk])
    return made


def release(actor: Actor, feature: Feature, day: date | None = None) -> None:
    changes.update(actor, registry.of(Feature), [Edit(feature.pk, {"status": "released", "released_at": day})])


def say(client: Client, entered: str, quantity: str = "effect:M-1", *, came: bool = False) -> Any:
    fields = {"quantity": quantity, "entered": entered} | ({"came": "1"} if came else {})
    return client.post(f"{AT}say", fields, headers={"HX-Request": "true"})


def words(client: Client, address: str = PAGE) -> str:
    text = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
    return re.sub(r"\s+", " ", text)


def effect(actor: Actor, feature: Feature) -> Any:
    return measures_of(actor, [feature.pk])[feature.pk]["effect:M-1"]


@pytest.mark.parametrize("entered", ["4", "1-7", "1 - 4 - 7", "4 %", "4 points"])
def test_what_a_feature_will_do_to_a_goals_number_is_said_on_its_page(
    actor: Actor, client: Client, feature: Feature, entered: str
) -> None:
    assert "What it does to First photo finished What will it do?" in words(client)
    assert say(client, entered).status_code == 204
    value = effect(actor, feature)
    assert (value.unit, value.p50) == ("points", pytest.approx(4, abs=1.4))
    assert "Once it is out, this is held against what came" in words(client)


def test_what_came_is_asked_once_it_is_out_and_scored_in_plain_words(
    actor: Actor, client: Client, feature: Feature
) -> None:
    say(client, "1 - 4 - 7")
    release(actor, feature)
    assert "Not measured yet" in words(client)
    assert say(client, "2", came=True).status_code == 204
    page = words(client)
    assert "measured 2 points . Came out inside the range" in page
    assert "Came out inside the range" in words(client, "/orchard/goals/")


def test_what_the_metric_did_since_stands_beside_the_field(actor: Actor, client: Client, feature: Feature) -> None:
    today = timezone.localdate()
    metric = registry.named("metric").model.objects.within(actor).get()
    record_data_points(actor, metric.pk, {today - timedelta(days=40): 31.5, today - timedelta(days=2): 33.7})
    release(actor, feature, today - timedelta(days=30))
    assert "a difference of 2.2. Take off what came from elsewhere" in words(client)
    assert 'value="2.2"' in client.get(PAGE).content.decode()


def test_without_a_forecast_what_came_is_kept_and_not_scored(actor: Actor, client: Client, feature: Feature) -> None:
    release(actor, feature)
    say(client, "2", came=True)
    assert "Nobody had said before what to expect" in words(client)


def test_what_it_took_is_held_against_its_estimate(actor: Actor, client: Client, feature: Feature) -> None:
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "5-10-20"}])
    assert "What it took" not in words(client)
    release(actor, feature)
    assert say(client, "5 weeks", "effort", came=True).status_code == 204
    assert "measured 25 days . Came out above the range" in words(client)


def test_what_was_said_after_it_went_out_is_not_scored(actor: Actor, client: Client, feature: Feature) -> None:
    say(client, "1 - 4 - 7")
    since = timezone.now() - timedelta(days=40)
    registry.named("estimate").model.objects.within(actor).update(created_at=since)
    say(client, "2 - 2.1 - 2.2")
    release(actor, feature, timezone.localdate() - timedelta(days=3))
    say(client, "2", came=True)
    assert "Forecast 4 (1–7) points , measured 2 points" in words(client)
    assert "1–7" in words(client, "/orchard/goals/")
    release(actor, feature, timezone.localdate() - timedelta(days=60))
    assert "said only after it went out, which is not scored" in words(client)
    assert "None was given before" in words(client, "/orchard/goals/")


def test_what_is_said_on_the_day_it_goes_out_still_counts(actor: Actor, client: Client, feature: Feature) -> None:
    say(client, "1 - 4 - 7")
    release(actor, feature, timezone.localdate())
    say(client, "2", came=True)
    assert "Came out inside the range" in words(client)


def test_the_day_it_went_out_is_asked_with_today_offered(actor: Actor, client: Client, feature: Feature) -> None:
    release(actor, feature)
    undo: list[str] = []
    page = client.get(PAGE).content.decode()
    assert "When did it go out?" in page
    assert f'name="released_at" value="{timezone.localdate().isoformat()}"' in page
    for _ in range(2):
        answer = client.post(f"{AT}released", {"released_at": "1.7.2026"}, headers={"HX-Request": "true"})
        undo.append(json.loads(answer["HX-Trigger"])["toast"]["undo"])
    assert undo[0].endswith("/undo")
    assert undo[1] == "", "the same day once more changes nothing, so there is nothing of it to take back"
    assert Feature.objects.within(actor).get().released_at == date(2026, 7, 1)
    assert "Went out on 1 Jul" in words(client)


def test_nothing_went_out_on_a_day_to_come(actor: Actor, feature: Feature) -> None:
    with pytest.raises(Invalid, match="lies in the future"):
        release(actor, feature, timezone.localdate() + timedelta(days=9))


def test_a_feature_without_a_goal_says_where_it_begins(actor: Actor, client: Client) -> None:
    changes.create(actor, registry.of(Feature), [{"title": "Guided edit"}])
    assert "Say below which goal it serves" in words(client)


@pytest.mark.parametrize(
    ("quantity", "entered", "rule"),
    [("effect:M-9", "4", "choose effort"), ("effect:X", "4", "choose effort"), ("effect:M-1", "much", "“much”")],
)
def test_what_cannot_be_read_is_said_beside_the_field(
    client: Client, feature: Feature, quantity: str, entered: str, rule: str
) -> None:
    refused = say(client, entered, quantity)
    assert (refused.status_code, rule in refused.content.decode()) == (422, True), refused.content


def test_who_may_not_edit_says_and_measures_nothing(actor: Actor, feature: Feature) -> None:
    viewer = client_of(member_of(actor.workspace, Role.VIEWER))
    assert say(viewer, "4").status_code == 403
    assert viewer.post(f"{AT}released", {"released_at": "2026-07-01"}).status_code == 403
    assert "What will it do?" not in words(viewer)
    contributor = client_of(member_of(actor.workspace, Role.CONTRIBUTOR))
    assert say(contributor, "4").status_code == 204
    assert say(contributor, "2", came=True).status_code == 422, "who measures silences everybody"


def test_outcomes_are_found_by_the_words_for_them(client: Client) -> None:
    for word in ("outcome", "effect", "prediction"):
        assert "Goals" in words(client, f"/orchard/search?q={word}")
