"""What changed since a moment: by kind, in plain words, within the wall, by few queries."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.public import enter_estimates
from northing.insight.public import Feedback
from northing.kit import changes, history, recent
from northing.kit.changes import Edit
from northing.kit.models import Change
from northing.kit.record_types import registry
from northing.roadmap.public import refresh as refresh_forecast
from northing.web.changed import SHOWN, changed

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def actor() -> Actor:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "a-long-password", name="Ada")
    return for_member(Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN))


@pytest.fixture
def client(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=BACKEND)
    return client


def make(actor: Actor, name: str, *rows: dict[str, Any]) -> list[Any]:
    return changes.create(actor, registry.named(name), rows)


def edit(actor: Actor, record: Any, **values: Any) -> None:
    changes.update(actor, registry.of(type(record)), [Edit(record.pk, values)])


def long_ago(actor: Actor) -> None:
    Change.objects.within(actor).update(at=timezone.now() - timedelta(days=30))


def told(actor: Actor, days: int = 7) -> dict[str, list[str]]:
    groups = changed(actor, timezone.now() - timedelta(days=days))
    return {group.title: [f"{line.label.title} {line.text}".strip() for line in group.lines] for group in groups}


def test_what_changed_is_told_by_kind(actor: Actor) -> None:
    row = {"title": "Large exports", "target": date(2027, 3, 3), "status": "candidate"}
    [feature] = make(actor, "feature", row)
    make(actor, "team", {"name": "Builders"})
    long_ago(actor)
    edit(actor, feature, target="2027-03-10", status="planned")
    edit(actor, feature, target="2027-03-24")
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "3-9"}])
    make(actor, "feedback", {"title": "Export fails"}, {"title": "Export hangs"})
    assert told(actor) == {
        "1 date moved": ["Large exports Target: 3 Mar 2027 → 24 Mar 2027"],
        "1 feature with a new status": ["Large exports Status: Candidate → Planned"],
        "1 estimate made": ["Large exports Effort: 3-9"],
        "2 new pieces of feedback": ["Export hangs", "Export fails"],
    }


def test_a_first_day_is_set_and_has_not_moved(actor: Actor) -> None:
    [feature] = make(actor, "feature", {"title": "Large exports"})
    long_ago(actor)
    edit(actor, feature, target="2027-03-10")
    assert told(actor) == {"1 date set for the first time": ["Large exports Target: 10 Mar 2027"]}


def test_a_first_day_that_moved_since_says_which_it_was_first(actor: Actor) -> None:
    [feature] = make(actor, "feature", {"title": "Large exports"})
    long_ago(actor)
    for day in ("2027-02-20", "2027-02-26", "2027-03-03"):
        edit(actor, feature, promised=day)
    assert told(actor) == {"1 date moved": ["Large exports Promised: 3 Mar 2027, first 20 Feb 2027"]}
    edit(actor, feature, promised="2027-02-20")
    assert told(actor) == {"1 date set for the first time": ["Large exports Promised: 20 Feb 2027"]}


def test_a_new_name_tells_the_old_one(actor: Actor) -> None:
    [feature] = make(actor, "feature", {"title": "Background remover"})
    long_ago(actor)
    edit(actor, feature, title="Cut-outs")
    assert told(actor) == {"1 feature renamed": ["Cut-outs was Background remover"]}


def test_an_estimate_tells_what_the_same_person_said_before(actor: Actor) -> None:
    [feature] = make(actor, "feature", {"title": "Masks"})
    for entered in ("M", "6 sure"):
        long_ago(actor)
        enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": entered}])
    assert told(actor) == {"1 estimate made": ["Masks Effort: M → 6 sure"]}


def test_a_forecast_that_moved_says_by_how_much_and_why(actor: Actor) -> None:
    [feature] = make(actor, "feature", {"title": "Masks", "status": "planned"})
    make(actor, "team", {"name": "Builders", "people": 1, "focus": 100})
    refresh_forecast(actor)  # gives no dates yet
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "10 sure"}])
    refresh_forecast(actor)
    assert not [title for title in told(actor) if "forecast" in title]
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "20 sure"}])
    refresh_forecast(actor)
    [group] = [group for group in changed(actor, timezone.now() - timedelta(days=7)) if "forecast" in group.title]
    assert (group.title, group.note) == ("1 forecast moved by 3 days or more", "because 1 estimate changed")
    assert group.lines[0].text in ("likely 14 days later", "likely 13 days later", "likely 15 days later")
    assert not [title for title in told(actor, days=0) if "forecast" in title]


def test_what_came_with_something_is_told_with_it(actor: Actor) -> None:
    with changes.changing(actor, "imported reviews.csv") as change:
        change.create(registry.named("product"), [{"name": "Darkroom"}, {"name": "Lightroom"}])
        change.create(registry.named("feedback"), [{"title": "Export fails"}])
    make(actor, "product", {"name": "Sketchbook"})
    groups = {group.title: group for group in changed(actor, timezone.now() - timedelta(days=7))}
    assert groups["1 new piece of feedback"].note == "with 2 products"
    assert [line.label.title for line in groups["1 new product"].lines] == ["Sketchbook"]


def test_new_features_lead_to_those_alone(actor: Actor, client: Client) -> None:
    make(actor, "feature", {"title": "Masks"})
    since = timezone.localdate(timezone.now() - timedelta(days=7))
    page = client.get("/orchard/changed/").content.decode()
    assert f"/orchard/features/?created_at_from={since.isoformat()}" in page
    assert client.get(f"/orchard/features/?created_at_from={since.isoformat()}").status_code == 200


def test_what_came_back_to_where_it_was_has_not_moved(actor: Actor) -> None:
    [feature] = make(actor, "feature", {"title": "Large exports", "target": date(2027, 3, 3)})
    long_ago(actor)
    edit(actor, feature, target="2027-03-10")
    edit(actor, feature, target="2027-03-03")
    assert told(actor) == {}


def test_what_was_archived_is_counted_and_only_since_the_moment(actor: Actor) -> None:
    one, other = make(actor, "feature", {"title": "Large exports"}, {"title": "Masks"})
    changes.archive(actor, registry.named("feature"), [one.pk])
    long_ago(actor)
    assert told(actor) == {}
    changes.archive(actor, registry.named("feature"), [other.pk])
    assert told(actor) == {"1 feature archived": []}
    assert told(actor, days=60)["2 features archived"] == []


def test_of_more_changes_than_are_read_the_number_says_so(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = make(actor, "feature", *({"title": f"F {n}", "target": date(2027, 3, 3)} for n in range(12)))
    long_ago(actor)
    changes.update(actor, registry.named("feature"), [Edit(row.pk, {"target": "2027-04-01"}) for row in rows])
    [title, lines] = next(iter(told(actor).items()))
    assert (title, len(lines)) == ("12 dates moved", SHOWN)
    monkeypatch.setattr(recent, "MOST_READ", 10)
    assert list(told(actor)) == ["10+ dates moved"]


def test_nothing_of_another_workspace_is_told(actor: Actor, client: Client) -> None:
    harbour = Workspace.objects.create(name="Harbour", slug="harbour")
    stranger = User.objects.create_user("sea@example.com", "a-long-password", name="Sea")
    other = for_member(Member.objects.create(workspace=harbour, user=stranger, role=Role.ADMIN))
    make(other, "feature", {"title": "Secret pier"})
    assert told(actor) == {}
    for address in ("", "line", "seen"):
        assert client.generic("POST" if address == "seen" else "GET", f"/harbour/changed/{address}").status_code == 404


def test_more_changes_need_no_more_queries(actor: Actor, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/orchard/changed/").status_code == 200
        return len(captured)

    make(actor, "feature", *({"title": f"Feature {n}", "target": date(2027, 3, 3)} for n in range(3)))
    few = queries()
    rows = make(actor, "feature", *({"title": f"More {n}", "target": date(2027, 3, 3)} for n in range(60)))
    changes.update(actor, registry.named("feature"), [Edit(row.pk, {"target": "2027-04-01"}) for row in rows])
    assert queries() <= few + 1  # of what changed the present values are read


def test_since_the_last_visit_is_since_it_began(actor: Actor, client: Client) -> None:
    address = "/orchard/changed/?since=visit"
    client.post("/orchard/changed/seen")
    assert "Since you came last" not in client.get(address).content.decode()
    make(actor, "feature", {"title": "Large exports"})
    long_ago(actor)
    came = timezone.now() - timedelta(days=40)
    Member.objects.filter(pk=actor.member_id).update(last_seen_at=came)
    for _ in range(2):  # a visit that goes on does not forget when the one before began
        client.post("/orchard/changed/seen")
        page = re.sub(r"\s+", " ", client.get(address).content.decode())
        assert "1 new feature" in page
        assert f"since {came:%-d %B}" in page
    assert "1 new feature" not in client.get("/orchard/changed/").content.decode()


def test_what_was_taken_back_is_not_told(actor: Actor) -> None:
    make(actor, "feature", {"title": "Old"})
    long_ago(actor)
    for batch in ("first", "second"):
        with changes.changing(actor, "brought", batch=batch) as change:
            change.create(registry.named("feedback"), [{"title": f"{batch} {one}"} for one in range(3)])
    history.undo_batch(actor, "first")
    assert told(actor) == {"3 new pieces of feedback": ["second 2", "second 1", "second 0"]}
    edit(actor, Feedback.objects.within(actor).get(title="second 0"), title="kept")
    history.undo_batch(actor, "second")
    assert told(actor)["1 new piece of feedback"] == ["kept"], "what was changed since was left as it is"
    history.undo(actor, Change.objects.within(actor).earliest("pk").pk)
    assert "1 feature archived" in told(actor), "what it undid is from before"


def test_a_visit_that_begins_elsewhere_than_at_home_is_one(actor: Actor, client: Client) -> None:
    """What the session keeps is of the visit before."""
    came = [timezone.now() - timedelta(days=days) for days in (40, 20)]
    for moment in came:
        Member.objects.filter(pk=actor.member_id).update(last_seen_at=moment)
        if moment == came[0]:
            client.post("/orchard/changed/seen")
    page = re.sub(r"\s+", " ", client.get("/orchard/changed/?since=visit").content.decode())
    assert f"since {came[1]:%-d %B}" in page


def test_a_latest_change_counts_what_is_of_the_type_it_names(actor: Actor) -> None:
    with changes.changing(actor, "imported features.csv") as change:
        rows = change.create(registry.named("feature"), [{"title": "Masks"}, {"title": "Exports"}])
        change.create(registry.named("release"), [{"title": "Autumn"}])
        change.update(registry.named("feature"), [Edit(rows[0].pk, {"title": "Sky masks"})])
    [line] = history.latest(actor, 1)
    assert (line.label and line.label.title, line.more) == ("Sky masks", 1)


def test_home_tells_the_last_week_in_a_line(actor: Actor, client: Client) -> None:
    make(actor, "feedback", {"title": "Export fails"})
    line = client.get("/orchard/changed/line").content.decode()
    assert "Last week</a>: 1 new piece of feedback." in line
