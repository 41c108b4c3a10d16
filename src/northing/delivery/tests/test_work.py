"""How work goes: counted by feature and by week, and told to whoever forecasts from it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.public import enter_estimates, measures_of
from northing.delivery import jobs, queries
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.problems import Invalid
from northing.kit.record_types import registry
from northing.roadmap.public import WORK_DONE, outlooks, refresh

pytestmark = pytest.mark.django_db
ITEM, FEATURE = registry.named("work_item"), registry.named("feature")
MONDAY = date(2031, 3, 3)


@pytest.fixture
def member() -> Member:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "a-long-password", name="Ada")
    return Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN)


@pytest.fixture
def actor(member: Member) -> Actor:
    return for_member(member)


def feature(actor: Actor, title: str = "Masks") -> Any:
    [made] = changes.create(actor, FEATURE, [{"title": title, "status": "planned"}])
    return made


def items(actor: Actor, *states: str, **values: Any) -> list[Any]:
    rows = [{"title": f"Ticket {number}", "status_category": state, **values} for number, state in enumerate(states)]
    return changes.create(actor, ITEM, rows)


def share(actor: Actor, record: Any) -> float | None:
    value = measures_of(actor, [record.pk], [WORK_DONE]).get(record.pk, {}).get(WORK_DONE)
    return value and value.p50


def test_work_done_leaves_cancelled_and_archived_items_out(actor: Actor) -> None:
    masks = feature(actor)
    assert share(actor, masks) is None
    made = items(actor, "done", "done", "new", "in_progress", "cancelled", feature=masks.pk)
    assert share(actor, masks) == 50
    changes.archive(actor, ITEM, [made[2].pk, made[3].pk])
    assert share(actor, masks) == 100
    changes.update(actor, ITEM, [Edit(made[0].pk, {"status_category": "new"})])
    assert share(actor, masks) == 50


def test_items_moved_to_another_feature_no_longer_count_for_the_first(actor: Actor) -> None:
    first, second = feature(actor, "First"), feature(actor, "Second")
    [item] = items(actor, "done", feature=first.pk)
    changes.update(actor, ITEM, [Edit(item.pk, {"feature": second.pk})])
    jobs.count_all_work.func(actor.workspace_id)
    assert (share(actor, first), share(actor, second)) == (None, 100)


def test_the_forecast_comes_nearer_as_work_finishes(actor: Actor) -> None:
    changes.create(actor, registry.named("team"), [{"name": "Builders", "people": 1, "focus": 100}])
    masks = feature(actor)
    enter_estimates(actor, [{"about": masks.pk, "quantity": "effort", "entered": "40-40-40"}])
    made = items(actor, "new", "new", "new", "new", feature=masks.pk)
    days = []
    for item in made:
        refresh(actor)
        days.append(outlooks(actor, [masks.pk])[masks.pk].likely)
        changes.update(actor, ITEM, [Edit(item.pk, {"status_category": "done"})])
    assert days == sorted(days, reverse=True)
    assert len(set(days)) == 4
    assert days[0] - days[2] >= timedelta(days=26), "half of forty working days"


def test_items_of_a_feature_say_nothing_of_its_certificate(actor: Actor) -> None:
    masks = feature(actor)
    package = registry.named("work_package")
    row = {"title": "Radio test", "feature": masks.pk, "kind": "certification", "days": "calendar"}
    [certificate] = changes.create(actor, package, [row])
    enter_estimates(actor, [{"about": certificate.pk, "quantity": "lead_time", "entered": "30-30-30"}])
    items(actor, "done", "done", feature=masks.pk)
    refresh(actor)
    assert outlooks(actor, [masks.pk])[masks.pk].likely == timezone.localdate() + timedelta(days=29)
    items(actor, "done", "new", work_package=certificate.pk)
    refresh(actor)
    assert outlooks(actor, [masks.pk])[masks.pk].likely == timezone.localdate() + timedelta(days=14)


def finished(actor: Actor, day: date, took: float = 2) -> None:
    at = timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=12)
    items(actor, "done", started_at=at - timedelta(days=took), finished_at=at)


def test_finished_work_by_week_leaves_the_running_week_out(actor: Actor) -> None:
    for back in (-1, 0, 1, 7, 8, 14, 700):
        finished(actor, MONDAY - timedelta(days=back))
    weeks = queries.finished_by_week(actor, weeks=3, today=MONDAY + timedelta(days=2))
    assert weeks == {
        MONDAY - timedelta(weeks=3): 0,
        MONDAY - timedelta(weeks=2): 2,
        MONDAY - timedelta(weeks=1): 2,
    }


def test_work_finished_long_ago_is_said_and_not_silently_none(actor: Actor, member: Member) -> None:
    finished(actor, timezone.localdate() - timedelta(weeks=60))
    items(actor, "done")
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/orchard/delivery/").content.decode()
    assert "2 more finished longer ago, the last on" in page
    assert "too long ago to say how fast work goes now" in page
    finished(actor, timezone.localdate() - timedelta(days=10))
    assert "too long ago" not in client.get("/orchard/delivery/").content.decode()


def test_every_finished_item_is_counted_once(actor: Actor, member: Member) -> None:
    today = timezone.localdate()
    border = today - timedelta(days=today.weekday(), weeks=queries.WEEKS)
    for back in range(8):
        finished(actor, border + timedelta(days=3 - back))
    finished(actor, today)
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = client.get("/orchard/delivery/").context
    assert (shown["finished"], shown["this_week"], shown["earlier"]) == (5, 1, 4)


def test_the_page_tells_pace_cycle_time_and_risks(actor: Actor, member: Member) -> None:
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/orchard/delivery/").status_code == 200
    today = timezone.localdate()
    for took in (1, 2, 3, 4, 5):
        finished(actor, today - timedelta(days=10), took)
    changes.create(actor, registry.named("risk"), [{"title": "Lens comes late", "probability": 40}])
    answer = client.get("/orchard/delivery/")
    assert answer.context["finished"] == 5
    assert answer.context["cycle"] == pytest.approx({"low": 1, "mid": 3, "high": 5})
    assert "Lens comes late" in answer.content.decode()


@pytest.mark.parametrize(
    ("type_name", "values", "named"),
    [
        ("work_item", {"started_at": "2031-03-04T09:00:00Z", "finished_at": "2031-03-03T09:00:00Z"}, "finished_at"),
        ("work_item", {"estimate": -1}, "estimate"),
        ("risk", {"probability": 101}, "probability"),
        ("risk", {"delay": -2}, "delay"),
        ("risk", {"cost": -2}, "cost"),
    ],
)
def test_what_makes_no_sense_is_named(actor: Actor, type_name: str, values: dict[str, Any], named: str) -> None:
    with pytest.raises(Invalid) as caught:
        changes.create(actor, registry.named(type_name), [{"title": "X", **values}])
    assert [problem.field for problem in caught.value.problems] == [named]


def test_where_no_start_is_known_the_days_from_filed_to_done_are_shown(actor: Actor, member: Member) -> None:
    now = timezone.now()
    for days in (2, 4, 6, 8, 10):
        at = now - timedelta(days=7)
        filed = at - timedelta(days=days)
        items(actor, "done", finished_at=at, created_at=filed, estimate=3, estimate_unit="points")
    items(actor, "done", finished_at=now - timedelta(days=7))  # nobody noted when it was filed
    took = queries.durations(actor)
    assert (took.worked, [round(days) for days in took.waited], took.pointed) == ([], [2, 4, 6, 8, 10], 5)
    page = Client()
    page.force_login(member.user)
    content = page.get("/orchard/delivery/").content.decode()
    assert "From filed to done" in content
    assert "6 days" in content
    assert "5 of those finished have story points" in content
    for at in range(5):
        finished(actor, timezone.localdate() - timedelta(days=8 + at))
    assert "From start to finish" in page.get("/orchard/delivery/").content.decode()
