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
from northing.decisions.jobs import refresh_attention as look_again
from northing.decisions.models import Attention, Decision
from northing.decisions.public import enter_estimates, refresh_attention, remove_measures
from northing.features.public import FORECAST, Feature, link_passage
from northing.insight.models import Feedback, ThemeProposal
from northing.kit import changes, history
from northing.kit.changes import Edit
from northing.kit.jobs.worker import Worker
from northing.kit.models import ChangeEntry
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


def test_with_feedback_in_the_list_of_features_is_brought_first(actor: Actor) -> None:
    changes.create(actor, registry.named("feedback"), [{"title": "Export fails"}])
    page = words(client_of(actor))
    assert 'button primary" href="/orchard/features/import/">Bring your list of features' in page
    assert "Pick from" not in page
    found = {"title": "Export fails", "phrases": ["export"], "feedback_ids": [1], "found_at": timezone.now()}
    ThemeProposal.objects.create(workspace=actor.workspace, **found)
    assert 'href="themes/pick">Pick from 1 theme' in words(client_of(actor))


def test_without_a_forecast_home_says_so_and_not_that_nothing_has_a_date(actor: Actor) -> None:
    changes.create(actor, registry.named("feedback"), [{"title": "Export fails"}])
    row = {"title": "Large exports", "target": timezone.localdate() + timedelta(days=40)}
    [feature] = changes.create(actor, registry.named("feature"), [row])
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "10-20-60"}])
    page = words(client_of(actor))
    assert "No forecast yet" in page
    assert "Plan what comes next" in page
    assert "has a date yet" not in page


def test_with_a_list_of_features_brought_the_checklist_leads_to_what_people_say_of_them(actor: Actor) -> None:
    [asked] = changes.create(actor, registry.named("feedback"), [{"title": "Export fails"}])
    changes.create(actor, registry.named("feature"), [{"title": "Large exports"}])
    found = {"title": "Export fails", "phrases": ["export"], "feedback_ids": [1], "found_at": timezone.now()}
    ThemeProposal.objects.create(workspace=actor.workspace, **found)
    assert 'button primary" href="/orchard/themes/pick">Pick features' in words(client_of(actor))
    link_passage(actor, asked.pk, 0, 6, "F-1")
    page = words(client_of(actor))
    assert 'href="themes/pick">Link what people say to them: 1 theme' in page
    assert 'button primary" href="/orchard/sizing/">' in page


def test_a_card_says_why_what_waiting_costs_and_whom_to_ask(actor: Actor, late: Attention) -> None:
    shown = words(client_of(actor))
    assert "Large exports: aimed at" in shown
    assert "safe to promise is" in shown
    assert "If work stands still for a week" in shown
    assert "of how uncertain the day is" in shown
    assert "The likely day slips to" in shown
    assert "F-1</span> Large exports" in shown, "what changed lately names its record"


def test_deciding_fills_in_a_question_and_leaves_nothing_behind_until_it_is_saved(
    actor: Actor, late: Attention
) -> None:
    page = client_of(actor).get(f"/orchard/attention/{late.pk}/decide").content.decode()
    assert "Move it to" in page
    assert "Also move the target of F-1 to" in page
    assert not Decision.objects.within(actor).exists()


def moving(late: Attention, **more: str) -> dict[str, str]:
    """What the page of a card sends when the day is to be moved."""
    [_, option, *_] = late.options
    to = option["moves"]["to"]
    asked = {"question": late.question, "more": "F-1", "version": "0", "chosen": "1", "decide": "1"}
    return asked | {"title-1": option["title"], "moves-1": "F-1 target", "to-1": to, "move-1": "1"} | more


def test_a_day_is_moved_with_the_decision_and_can_be_moved_back(actor: Actor, late: Attention) -> None:
    client, feature = client_of(actor), Feature.objects.within(actor).get()
    at = f"/orchard/attention/{late.pk}/decide"
    page = client.post(at, moving(late), follow=True).content.decode()
    feature.refresh_from_db()
    assert feature.target.isoformat() == late.options[1]["moves"]["to"]
    assert "Moved the target of F-1 to" in page
    assert "Move it back" in page
    assert not Attention.objects.within(actor).exists()
    entry = ChangeEntry.objects.filter(record_id=feature.pk).latest("pk")
    assert entry.change.event == "moved the target of F-1 as decided in D-1"
    history.undo(actor, entry.change_id)
    assert Feature.objects.within(actor).get().target == timezone.localdate() + timedelta(days=40)
    assert "Not moved yet" in client.get("/orchard/decisions/D-1/").content.decode()
    assert client.post("/orchard/decisions/D-1/move").status_code == 204
    assert Feature.objects.within(actor).get().target.isoformat() == late.options[1]["moves"]["to"]


def test_a_day_is_not_moved_by_a_decision_that_holds_no_longer(actor: Actor, late: Attention) -> None:
    client = client_of(actor)
    fields = {name: value for name, value in moving(late).items() if name != "move-1"}
    client.post(f"/orchard/attention/{late.pk}/decide", fields)
    decision = Decision.objects.within(actor).get()
    Decision.objects.within(actor).filter(pk=decision.pk).update(status="superseded")
    assert client.post("/orchard/decisions/D-1/move").status_code == 422
    assert Feature.objects.within(actor).get().target == timezone.localdate() + timedelta(days=40)


def test_a_day_stays_where_its_box_is_not_ticked_or_another_option_is_chosen(actor: Actor, late: Attention) -> None:
    fields = moving(late, **{"title-0": "Keep it", "chosen": "0"})
    client_of(actor).post(f"/orchard/attention/{late.pk}/decide", fields)
    assert Decision.objects.within(actor).get().choice == "Keep it"
    assert Feature.objects.within(actor).get().target == timezone.localdate() + timedelta(days=40)


def test_a_day_that_is_none_is_refused_and_nothing_is_kept(actor: Actor, late: Attention) -> None:
    refused = client_of(actor).post(f"/orchard/attention/{late.pk}/decide", moving(late, **{"to-1": "soon"}))
    assert (refused.status_code, "Say to which day it moves" in refused.content.decode()) == (422, True)
    assert not Decision.objects.within(actor).exists()


def test_deciding_twice_makes_one_decision(actor: Actor, late: Attention) -> None:
    client, at = client_of(actor), f"/orchard/attention/{late.pk}/decide"
    for _ in range(2):
        client.post(at, moving(late))
    assert Decision.objects.within(actor).count() == 1


def test_a_card_goes_on_with_its_question_where_it_is_open(actor: Actor, late: Attention) -> None:
    client, at = client_of(actor), f"/orchard/attention/{late.pk}/decide"
    kept = moving(late, keep="1")
    del kept["decide"]
    client.post(at, kept)
    assert client.get(at, follow=True).redirect_chain == [("/orchard/decisions/D-1/decide", 302)]
    refresh_attention(actor)
    assert Attention.objects.within(actor).get().reason == "open", "the question stands once"


def test_home_says_what_the_forecast_does_not_know_instead_of_that_all_is_decided(
    actor: Actor, late: Attention
) -> None:
    client = client_of(actor)
    values = {"target": timezone.localdate() + timedelta(days=900)}
    [feature] = Feature.objects.within(actor)
    changes.update(actor, registry.of(Feature), [Edit(feature.pk, values)])
    refresh(actor)
    refresh_attention(actor)
    assert "All is decided" in words(client)
    changes.update(actor, registry.of(Feature), [Edit(feature.pk, {"target": timezone.localdate()})])
    page = words(client)
    assert "All is decided" not in page
    assert "1 thing changed since: 1 feature. Dates at risk are known after the next forecast." in page
    assert client.post("/orchard/roadmap/refresh", {"home": "1"}).url == "/orchard/"
    assert "Large exports: aimed at" in words(client)


def test_home_says_that_what_needs_a_decision_is_being_looked_for(actor: Actor, late: Attention) -> None:
    Attention.objects.within(actor).delete()
    look_again.enqueue(actor.workspace_id)
    assert "What needs a decision is being looked for" in words(client_of(actor))
    Worker().run_due()
    assert "Large exports: aimed at" in words(client_of(actor))


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
    assert 'hx-swap="outerHTML">999</span>' in words(client_of(actor))
    changes.create(actor, feedback, [{"title": "Export is slow"}] * 2)
    assert 'hx-swap="outerHTML">999+</span>' in words(client_of(actor))


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


def test_where_nothing_has_a_date_yet_home_leads_to_the_plan(actor: Actor, late: Attention) -> None:
    late.delete()
    assert "Your next step" not in words(client_of(actor)), "it has one"
    remove_measures(actor, [(late.record_id, FORECAST)])
    Feedback.objects.within(actor).update(state="processed")
    page = words(client_of(actor)).partition("Your next step")[2]
    assert 'button primary" href="roadmap/next">Plan what comes next' in page


def test_where_messages_wait_for_new_features_home_leads_to_them_before_the_plan(actor: Actor, late: Attention) -> None:
    late.delete()
    remove_measures(actor, [(late.record_id, FORECAST)])
    changes.create(actor, registry.named("feedback"), [{"title": "I wait for large exports"}])
    page = words(client_of(actor))
    assert 'href="themes/pick">Pick features</a> <a class="button" href="roadmap/next">Plan what' in page
