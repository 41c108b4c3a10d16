"""A candidate that has a target is forecast, but is no plan: it holds up nothing and is shown to nobody outside."""

from __future__ import annotations

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member
from northing.features.public import Status
from northing.roadmap import actions, cards, queries
from northing.roadmap.why import why

from .conftest import Make, in_days, signed_in

pytestmark = pytest.mark.django_db
BASE = "/orchard/roadmap/"
PAGES = ("features/F-2", "releases/RL-1")


@pytest.fixture
def client(member: Member) -> Client:
    return signed_in(member)


def test_a_candidate_with_a_target_is_not_in_the_plan_until_it_is_ticked(
    actor: Actor, make: Make, client: Client
) -> None:
    aimed = make("feature", "Masks", status="candidate", target_text="Q1 2027", effort="5")
    make("feature", "Hinge")
    offered, _, planned = client.get(f"{BASE}next").content.decode().partition('id="planned"')
    assert "Plan F-1 Masks" in offered
    assert "Target Q1 2027" in offered
    assert "Masks" not in planned
    assert client.post(f"{BASE}next", {"feature": [aimed.pk]}).status_code == 302
    aimed.refresh_from_db()
    assert aimed.status == Status.PLANNED


def test_no_release_waits_for_it(actor: Actor, make: Make, client: Client) -> None:
    work, spring = make("feature", "Hinge", effort="5-5-5"), make("release", "Spring")
    idea = make("feature", "Masks", effort="90-90-90", status="candidate", due=300)
    for feature in (work, idea):
        actions.place(actor, feature, spring)
    actions.refresh(actor)
    found = queries.outlooks(actor, [work.pk, idea.pk, spring.pk])
    assert found[spring.pk].likely == found[work.pk].likely < found[idea.pk].likely
    feature, release = (" ".join(client.get(f"/orchard/{path}/").content.decode().split()) for path in PAGES)
    assert "RL-1 Spring · not planned: Candidate" in feature
    assert "1 of these features is not planned, so not counted." in release


def test_its_target_asks_for_no_decision_but_a_promise_does(actor: Actor, make: Make) -> None:
    make("feature", "Masks", effort="90-90-90", status="candidate", due=5)
    promised = make("feature", "Hinge", effort="90-90-90", status="candidate", due=5, promised=in_days(6).isoformat())
    actions.refresh(actor)
    assert [(item.record_id, item.reason) for item in cards.dates_at_risk(actor)] == [(promised.pk, "promised")]


def test_who_shares_is_told_which_candidates_are_not_shown(client: Client, actor: Actor, make: Make) -> None:
    make("feature", "Big exports", status="candidate")
    assert "not shown" not in client.get(f"{BASE}share").content.decode()
    make("feature", "Vague idea", status="candidate", due=90)
    assert "1 candidate on your roadmap is not shown: “Vague idea”." in client.get(f"{BASE}share").content.decode()


def test_a_candidate_is_drawn_as_not_committed(client: Client, actor: Actor, make: Make) -> None:
    make("feature", "Vague idea", status="candidate", effort="5-5-5", due=90)
    actions.refresh(actor)
    assert "Candidate, not committed" in client.get(BASE).content.decode()


def test_a_candidate_is_said_to_be_no_plan(actor: Actor, make: Make) -> None:
    aimed = make("feature", "Masks", status="candidate", effort="5-5-5", due=9)
    actions.refresh(actor)
    assert "It is a candidate, not committed: what is planned goes first" in " ".join(why(actor, aimed))
