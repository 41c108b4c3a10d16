"""Entering estimates on a record's page: the density, the panel, who may."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from northing.access.actor import Actor
from northing.access.models import Member, User
from northing.access.roles import Role
from northing.decisions.actions import enter_estimates
from northing.decisions.columns import text_of
from northing.decisions.queries import estimates_of, measures_of
from northing.kit.reading import labels_of_any

pytestmark = pytest.mark.django_db
Records = Callable[[int], list[int]]
OF = "/orchard/estimates/of/TM-1?usual=effort,reach"


def browser_of(user_id: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def browser(actor: Actor) -> Client:
    assert actor.user_id is not None
    return browser_of(actor.user_id)


@pytest.fixture
def record(records: Records) -> int:
    return records(1)[0]


def density(browser: Client, **fields: str) -> Any:
    return browser.get("/orchard/estimates/density", fields)


def test_the_density_goes_through_what_is_typed(browser: Client) -> None:
    drawn = density(browser, quantity="effort", entered="M").json()
    assert (drawn["low"], drawn["mid"], drawn["high"], drawn["guessed"]) == (5, 10, 20, True)
    area = sum((b - a) * y for a, b, y in zip(drawn["x"], drawn["x"][1:], drawn["y"], strict=False))
    assert area == pytest.approx(0.99, abs=0.02)
    three = density(browser, quantity="value", low="-5", mid="1", high="9").json()
    assert (three["low"], three["high"], three["guessed"]) == (-5, 9, False)
    assert "Put in order" in density(browser, entered="9-3").json()["words"]
    assert "80 (50–100) %" in density(browser, quantity="confidence", entered="50-80-100").json()["words"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"entered": "lots"}, "type 5, 3-9"),
        ({"low": "3"}, "give low and high"),
        ({}, "A number is enough"),
        ({"quantity": "<b>", "entered": "3"}, "must be a word"),
    ],
)
def test_what_cannot_be_drawn_says_what_to_type(browser: Client, fields: dict[str, str], words: str) -> None:
    answer = density(browser, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_estimate_enters_is_mended_and_can_be_undone(browser: Client, actor: Actor, record: int) -> None:
    answer = browser.post(OF, {"quantity": "effort", "low": "9", "mid": "5", "high": "3", "basis": "A spike"})
    said = json.loads(answer["HX-Trigger"])["toast"]
    assert said["text"] == "Effort of TM-1: 5 (3–9) days. Put in order: low 3, likely 5, high 9."
    [line] = estimates_of(actor, [record])
    assert (line.p10, line.p50, line.p90, line.author, line.basis) == (3, 5, 9, "Ada", "A spike")
    page = answer.content.decode()
    assert "5 <small>(3–9)</small> days" in page
    assert "A spike" in page
    browser.post(said["undo"])
    assert estimates_of(actor, [record]) == []


def test_everybodys_are_kept_apart_beside_the_pool(browser: Client, actor: Actor, other: Actor, record: int) -> None:
    for one, entered in ((actor, "3-5-9"), (other, "40-60-90")):
        enter_estimates(one, [{"about": record, "quantity": "effort", "entered": entered}])
    page = browser.get(OF).content.decode()
    for words in ("Ada", "Bo", "60 <small>(40–90)</small>", "They disagree", "No range yet"):
        assert words in page, words


def test_what_was_said_before_is_shown_as_earlier(browser: Client, actor: Actor, record: int) -> None:
    for entered in ("3-5-9", "40-60-90"):
        enter_estimates(actor, [{"about": record, "quantity": "effort", "entered": entered}])
    now, _, earlier = browser.get(OF).content.decode().partition(">1 earlier<")
    assert "3-5-9" not in now
    assert "Entered as “3-5-9”" in earlier


def test_a_refusal_keeps_what_was_typed(browser: Client, record: int) -> None:
    answer = browser.post(OF, {"quantity": "reach", "entered": "<b>lots"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="&lt;b&gt;lots"' in page
    assert 'value="reach" selected' in page
    assert 'id="estimate-refused"' in page


def test_who_may(browser: Client, actor: Actor, other: Actor, stranger: Actor, record: int) -> None:
    user = User.objects.create_user("vi@example.com", name="Vi")
    Member.objects.create(workspace=actor.workspace, user=user, role=Role.VIEWER)
    viewer = browser_of(user.pk)
    assert "<form" not in viewer.get(OF).content.decode()
    assert viewer.post(OF, {"entered": "5"}).status_code == 403
    assert other.user_id
    contributed = browser_of(other.user_id).post(OF, {"entered": "5"})
    assert json.loads(contributed["HX-Trigger"])["toast"]["undo"] == ""
    assert stranger.user_id
    assert browser_of(stranger.user_id).get(OF).status_code == 404
    assert browser.get("/orchard/estimates/of/TM-99").status_code == 404


def test_a_half_is_rounded_the_same_everywhere(browser: Client, actor: Actor, record: int) -> None:
    answer = browser.post(OF, {"quantity": "confidence", "entered": "62,5 sure"})
    assert "63 (48–81) %" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    assert "63 <small>(48–81)</small> %" in answer.content.decode()
    assert "62 " not in strip_tags(answer.content.decode())
    assert text_of(measures_of(actor, [record])[record]["confidence"]) == "63 (48–81) %"


def test_an_estimate_is_named_with_what_it_is_about(actor: Actor, record: int) -> None:
    [estimate] = enter_estimates(actor, [{"about": record, "quantity": "effort", "entered": "5"}])
    assert labels_of_any(actor, [estimate.pk])[estimate.pk].title == "Effort of TM-1 Team 0"


def test_queries_do_not_grow(
    browser: Client, actor: Actor, record: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    names = ("effort", "reach", "impact", "value", "cost", "ease")
    enter_estimates(actor, [{"about": record, "quantity": name, "entered": "5"} for name in names])
    with django_assert_max_num_queries(10):
        assert browser.get(OF).status_code == 200
