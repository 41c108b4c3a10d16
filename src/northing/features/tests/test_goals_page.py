"""Goals and metrics on their pages: what was entered can be seen and corrected, and where it leads is said."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.kit import changes
from northing.kit.record_types import registry
from northing.strategy.public import record_data_points

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "a-long-password", name="Ada")
    return for_member(Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN))


@pytest.fixture
def client(actor: Actor) -> Client:
    client = Client()
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def metric(actor: Actor) -> Any:
    """Weekly values that rise by two a week, with a key result that is due in five weeks."""
    [metric] = changes.create(actor, registry.named("metric"), [{"name": "Weekly editors", "unit": "thousand"}])
    [goal] = changes.create(actor, registry.named("objective"), [{"title": "More edit"}])
    due = timezone.localdate() + timedelta(weeks=5)
    row = {"title": "220 editors", "objective": goal.pk, "metric": metric.pk, "baseline": 170, "target": 220}
    changes.create(actor, registry.named("key_result"), [row | {"due": due}])
    values = {timezone.localdate() - timedelta(weeks=week): 200.0 - 2 * week + week % 2 for week in range(14)}
    record_data_points(actor, metric.pk, values)
    return metric


def page(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def test_a_metrics_values_stand_in_a_chart_and_in_a_list_that_leads_to_each(client: Client, metric: Any) -> None:
    shown = page(client, "/orchard/metrics/M-1/")
    assert "Weekly editors, thousand: 200 at" in shown
    assert "target 220" in shown
    assert len(re.findall(r'href="/orchard/data-points/DP-\d+/edit"', shown)) == 12
    assert f'2 earlier. <a class="link" href="/orchard/data-points/?metric={metric.pk}"' in shown


def test_a_value_is_removed_from_the_metrics_page_and_brought_back(client: Client, metric: Any) -> None:
    newest = registry.named("data_point").model.objects.order_by("-at").first()
    removed = client.post(f"/orchard/data-points/DP-{newest.number}/archive", headers={"HX-Request": "true"})
    assert '"undo": "/orchard/changes/' in removed.headers["HX-Trigger"]
    assert "Weekly editors, thousand: 199 at" in page(client, "/orchard/metrics/M-1/")


def test_a_metric_without_values_has_neither(actor: Actor, client: Client) -> None:
    changes.create(actor, registry.named("metric"), [{"name": "Churn"}])
    shown = page(client, "/orchard/metrics/M-1/")
    assert "No value yet" in shown
    assert 'class="chart"' not in shown


def test_the_goals_page_says_by_when_and_whether_it_will_get_there(client: Client, metric: Any) -> None:
    shown = page(client, "/orchard/goals/")
    assert "<th>By its day</th>" in shown
    assert re.search(r'At this pace [\d.]+ \([\d.]+–[\d.]+\) thousand">chance (&lt;)?\d+ %', shown)
