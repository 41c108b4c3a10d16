"""Home: a checklist on the first day, then what needs a decision with its three ways on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.models import Attention, Decision
from northing.decisions.public import enter_estimates, refresh_attention
from northing.kit import changes
from northing.kit.record_types import registry
from northing.roadmap.public import place, refresh
from northing.strategy.public import record_data_points

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "a-long-password", name="Ada")
    return for_member(Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN))


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def late(actor: Actor) -> Attention:
    """A feature whose target the forecast does not bear, in a workspace past its first day."""
    changes.create(actor, registry.named("team"), [{"name": "Builders", "people": 1, "focus": 100}])
    changes.create(actor, registry.named("feedback"), [{"title": "Export fails"}])
    target = timezone.localdate() + timedelta(days=40)
    row = {"title": "Large exports", "status": "planned", "target": target}
    [feature] = changes.create(actor, registry.named("feature"), [row])
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "10-20-60"}])
    refresh(actor)
    refresh_attention(actor)
    return Attention.objects.within(actor).get()


def words(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get("/orchard/").content.decode())


def test_the_first_day_is_a_checklist(actor: Actor) -> None:
    page = words(client_of(actor))
    assert "Drop a file with what people ask for" in page
    assert "Read them in the inbox" not in page


def test_a_done_step_leads_to_what_came_of_it(actor: Actor) -> None:
    changes.create(actor, registry.named("feedback"), [{"title": "Export fails"}])
    assert "Read them in the inbox" in words(client_of(actor))


def test_a_card_says_why_what_waiting_costs_and_whom_to_ask(actor: Actor, late: Attention) -> None:
    shown = words(client_of(actor))
    assert "Large exports: aimed at" in shown
    assert "safe to promise is" in shown
    assert "If work stands still for a week" in shown
    assert "of how uncertain the day is" in shown
    assert "The likely day slips to" in shown
    assert "F-1</span> Large exports" in shown, "what changed lately names its record"


def test_deciding_opens_a_filled_in_decision(actor: Actor, late: Attention) -> None:
    client = client_of(actor)
    answer = client.post(f"/orchard/attention/{late.pk}/decide", follow=True)
    decision = Decision.objects.within(actor).get()
    assert answer.redirect_chain == [(f"/orchard/decisions/D-{decision.number}/decide", 302)]
    assert decision.status == "open"
    assert "Move it to" in answer.content.decode()


def test_waiting_for_a_trigger_hides_the_card(actor: Actor, late: Attention) -> None:
    client = client_of(actor)
    assert client.post(f"/orchard/attention/{late.pk}/snooze", {"trigger": "7"}).status_code == 422
    assert client.post(f"/orchard/attention/{late.pk}/snooze", {"trigger": "0"}).status_code == 302
    assert "Nothing needs a decision right now" in words(client)


def test_what_comes_next_is_told_with_its_chance(actor: Actor, late: Attention) -> None:
    assert "What comes next" not in words(client_of(actor))
    row = {"title": "Autumn fair", "target": timezone.localdate() + timedelta(days=60)}
    changes.create(actor, registry.named("milestone"), [row])
    refresh(actor)
    assert re.search(r'Autumn fair</a> <b class="num">\d+ %</b>', words(client_of(actor)))


def test_home_leaves_out_the_chance_where_nothing_has_a_target(actor: Actor, late: Attention) -> None:
    [feature] = changes.create(actor, registry.named("feature"), [{"title": "Masks", "status": "planned"}])
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "3-9"}])
    [release] = changes.create(actor, registry.named("release"), [{"title": "Spring"}])
    place(actor, feature, release)
    refresh(actor)
    page = words(client_of(actor))
    assert "What comes next" in page
    assert "Chance of" not in page
    assert "4 of 5 runs are ready by then" in page


def test_the_north_star_stands_on_home_with_its_value_and_the_one_before(actor: Actor, late: Attention) -> None:
    row = {"name": "Weekly editors", "unit": "thousand", "role": "north_star"}
    [metric] = changes.create(actor, registry.named("metric"), [row])
    assert "North star" not in words(client_of(actor))
    today = timezone.localdate()
    record_data_points(actor, metric.pk, {today - timedelta(days=30): 180.0, today: 212.0})
    page = words(client_of(actor))
    assert "North star: Weekly editors" in page
    assert "212 thousand" in page
    assert "180 thousand four weeks before" in page


def test_the_menu_counts_new_messages_up_to_999(actor: Actor) -> None:
    feedback = registry.named("feedback")
    changes.create(actor, feedback, [{"title": "Export fails"}] * 999)
    assert '<span class="count num" id="count-orchard-inbox">999</span>' in words(client_of(actor))
    changes.create(actor, feedback, [{"title": "Export is slow"}] * 2)
    assert '<span class="count num" id="count-orchard-inbox">999+</span>' in words(client_of(actor))


def test_signing_in_leads_to_the_workspace_looked_at_last(actor: Actor) -> None:
    other = Workspace.objects.create(name="Workshop", slug="workshop")
    Member.objects.create(workspace=other, user_id=actor.user_id, role=Role.VIEWER)
    client_of(actor).post("/workshop/changed/seen")
    here = client_of(actor)
    assert here.get("/").url == "/workshop/"
    for slug in ("workshop", "orchard"):
        here.get(f"/{slug}/")
    here.post("/sign-in/logout/")
    here.force_login(User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert here.get("/").url == "/orchard/"
    Member.objects.within(actor).update(is_active=False)
    assert here.get("/").url == "/workshop/"
