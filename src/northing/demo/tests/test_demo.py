"""The demo: the same from the same seed, behind its own wall, gone in one step, and something on every page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from northing.access.actor import for_member, system
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.public import MEASURED, cards, measures_of
from northing.demo import public as demo
from northing.features.prioritise import public as prioritise
from northing.features.prioritise.methods import ASKED
from northing.features.prioritise.queries import run_in_use, shown_run
from northing.features.public import Feature
from northing.insight.public import REVENUE, Feedback
from northing.kit import clearing
from northing.kit.extensions import extensions
from northing.kit.models import Record
from northing.kit.record_types import registry
from northing.web.changed import changed

pytestmark = pytest.mark.django_db


def content(workspace: Workspace) -> list[Any]:
    """What the demo says, without what differs from run to run (ids, times)."""
    feedback = Feedback.objects.within(workspace).order_by("number").values_list("number", "text", "rating", "source")
    features = Feature.objects.within(workspace).order_by("number").values_list("title", "status", "target", "health")
    return [*feedback, *features]


def test_the_same_seed_tells_the_same_story_and_another_seed_another() -> None:
    first = content(demo.load({}, seed=3))
    assert content(demo.load({}, seed=3)) == first
    assert content(demo.load({}, seed=4)) != first
    assert Workspace.objects.open().filter(is_demo=True).count() == 1


def test_it_is_removed_whole_and_nothing_else_is() -> None:
    own = Workspace.objects.create(name="Mine", slug="mine")
    kim = User.objects.create_user("kim@example.com", name="Kim")
    workspace = demo.load({kim: Role.ADMIN})
    clearing.remove(workspace, kim.pk)
    assert list(Workspace.objects.open()) == [own]
    clearing.clear.call(workspace.pk)
    assert not Record.objects.exists()
    assert Workspace.objects.get() == own
    assert User.objects.get() == kim


def test_every_page_of_the_menu_has_something_to_show() -> None:
    user = User.objects.create_user("kim@example.com", name="Kim")
    workspace = demo.load({user: Role.ADMIN})
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in ("", *(entry.path for entry in extensions.menu)):
        page = client.get(f"/{workspace.slug}/{path}")
        assert page.status_code == 200, path
        assert 'class="empty"' not in page.content.decode(), path


def test_every_method_to_prioritise_has_an_order_and_rice_is_in_use() -> None:
    actor = system(demo.load({}))
    orders = {}
    for choice in prioritise.choices(actor):
        rows = shown_run(actor, None, choice.word).result["rows"]
        asked = choice.word in (ASKED, REVENUE)  # only what somebody asks for
        assert len(rows) > (7 if asked else 20), choice.label
        orders[choice.word] = tuple(row["key"] for row in rows[:10])
    assert len(set(orders.values())) == len(orders)
    assert run_in_use(actor).parameters["word"] == "rice"


def test_a_decision_whose_review_is_due_comes_first_on_home() -> None:
    user = User.objects.create_user("kim@example.com", name="Kim")
    workspace = demo.load({user: Role.ADMIN})
    [first, *_] = cards(for_member(Member.objects.get(workspace=workspace, user=user)))
    assert (first.question, first.verb) == ("Guide newcomers through a first edit?", "Record the outcome")
    decision = registry.named("decision").model.objects.get(pk=first.record_id)
    assert decision.owner.user == user
    assert decision.created_at < decision.decided_at
    assert decision.decided_at.date() < decision.review_at < timezone.localdate()


def test_nothing_was_made_today_but_the_estimates_of_the_last_week() -> None:
    began = timezone.now()
    actor = system(demo.load({}))
    made = {one.name: one.model.objects.within(actor).filter(created_at__gte=began).count() for one in registry}
    assert {name: count for name, count in made.items() if count} == {"estimate": 2}


def test_work_began_after_its_feature_was_written_down_and_ended_before_that_went_out() -> None:
    workspace = demo.load({})
    items = list(registry.named("work_item").model.objects.within(workspace).select_related("feature"))
    made = [item for item in items if item.created_at < item.feature.created_at]
    begun = [item for item in items if item.started_at and item.started_at < item.created_at]
    released = [item for item in items if item.feature.released_at]
    late = [item for item in released if not item.finished_at or item.finished_at.date() >= item.feature.released_at]
    assert (made, begun, late) == ([], [], [])
    assert len(released) > 100


def test_what_went_out_says_what_it_took_beside_what_was_expected() -> None:
    kim = User.objects.create_user("kim@example.com", name="Kim")
    workspace = demo.load({kim: Role.ADMIN})
    out = Feature.objects.within(workspace).exclude(released_at=None)
    took = measures_of(system(workspace), [feature.pk for feature in out], ["effort"])
    assert {value.source for values in took.values() for value in values.values()} == {MEASURED}
    guided = out.get(title="Guided first edit")
    client = Client()
    client.force_login(kim, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/{workspace.slug}/features/F-{guided.number}/").content.decode()
    assert "What it took" in page
    assert not [words for words in ("Not measured yet", "only after it went out") if words in page]


def test_the_last_week_has_a_little_of_everything() -> None:
    groups = [group.title for group in changed(system(demo.load({})), timezone.now() - timedelta(days=7))]
    assert {"3 dates moved", "2 features with a new status", "2 estimates made"} <= set(groups)
    assert any(title.endswith("new pieces of feedback") for title in groups)
    assert not any(title.endswith(("new feature", "new features")) for title in groups)
