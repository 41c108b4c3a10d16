"""Ticked features go onto the roadmap in one go."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member, User
from northing.decisions.public import MeasureValue, write_measures
from northing.features.public import RANK, VOICES, Feature, Status
from northing.kit import history
from northing.kit.models import Change
from northing.roadmap import actions, queries
from northing.roadmap.models import Release

from .conftest import Make, member_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture
def client(client: Client, member: Member) -> Client:
    client.force_login(member.user)
    return client


def test_ticked_features_go_into_a_new_release_and_are_planned(actor: Actor, make: Make, client: Client) -> None:
    new, begun = make("feature", "Masks", status="new"), make("feature", "Export", status="in_delivery")
    ids = f"{new.pk},{begun.pk}"
    dialog = client.post("/orchard/roadmap/place", {"ids": ids}, **HTMX).content.decode()
    assert "Put 2 features into a release" in dialog
    choice = {"ids": ids, "choose": "1", "new": "Spring", "aim": "next", "decide": "1"}
    answer = client.post("/orchard/roadmap/place", choice, **HTMX)
    assert (answer.status_code, "2 features in Spring" in answer["HX-Trigger"]) == (204, True)
    assert {one.title for row in queries.releases_of(actor, [new.pk, begun.pk]).values() for one in row} == {"Spring"}
    assert dict(Feature.objects.within(actor).values_list("title", "status")) == {
        "Masks": Status.PLANNED,
        "Export": Status.IN_DELIVERY,
    }
    assert set(Feature.objects.within(actor).values_list("target_text", flat=True)) == {"next"}
    history.undo(actor, Change.objects.within(actor).latest("pk").pk)
    new.refresh_from_db()
    assert (new.status, new.target_text) == (Status.NEW, "")
    assert queries.open_releases(actor).count() == 0


def test_a_release_that_is_there_takes_them_once_and_gives_them_back(actor: Actor, make: Make, client: Client) -> None:
    old, feature, release = make("feature", "Looks"), make("feature", "Masks", status="new"), make("release", "Autumn")
    actions.place(actor, old, release)
    choice = {"ids": f"{old.pk},{feature.pk}", "choose": "1", "release": "RL-1", "decide": "1"}
    told = json.loads(client.post("/orchard/roadmap/place", choice, **HTMX)["HX-Trigger"])["toast"]
    assert (told["text"], told["onward"]) == ("2 features in Autumn", ["Roadmap", "/orchard/roadmap/"])
    assert queries.releases_of(actor, [feature.pk]) == {feature.pk: [release]}
    again = json.loads(client.post("/orchard/roadmap/place", choice, **HTMX)["HX-Trigger"])["toast"]
    assert again["undo"] == "", "nothing was otherwise"
    assert client.post(told["undo"], **HTMX).status_code == 204
    assert queries.releases_of(actor, [old.pk, feature.pk]) == {old.pk: [release]}
    feature.refresh_from_db()
    assert feature.status == Status.NEW


def test_a_place_alone_is_taken_back_and_both_are_told(actor: Actor, make: Make, client: Client) -> None:
    feature, _ = make("feature", "Masks"), make("release", "Autumn")
    choice = {"ids": feature.pk, "choose": "1", "release": "RL-1"}
    told = json.loads(client.post("/orchard/roadmap/place", choice, **HTMX)["HX-Trigger"])["toast"]
    assert json.loads(client.post(told["undo"], **HTMX)["HX-Trigger"])["toast"]["text"] == "Undone"
    assert queries.releases_of(actor, [feature.pk]) == {}
    events = [one.event for one in history.latest(actor, 2)]
    assert events == ["took back: put 1 feature into RL-1", "put 1 feature into RL-1"]


def test_who_may_not_place_takes_no_place_back(actor: Actor, make: Make, client: Client) -> None:
    feature, release = make("feature", "Masks"), make("release", "Autumn")
    planned = actions.plan(actor, [feature.pk], release, "", decided=False)
    before = Change.objects.within(actor).count()
    for role in ("viewer", "contributor"):
        client.force_login(User.objects.get(pk=member_of(actor.workspace, role).user_id))
        assert client.post(f"/orchard/changes/{planned.change_id}/undo").status_code == 403
    assert Change.objects.within(actor).count() == before
    assert queries.releases_of(actor, [feature.pk]) == {feature.pk: [release]}


def test_a_place_given_on_a_features_own_page_is_undone_like_any_change(actor: Actor, make: Make) -> None:
    feature, release = make("feature", "Masks"), make("release", "Autumn")
    actions.place(actor, feature, release)
    actions.place(actor, feature, release)
    latest = Change.objects.within(actor).latest("pk")
    assert latest.event == "put 1 feature into RL-1"
    history.undo(actor, latest.pk)
    assert queries.releases_of(actor, [feature.pk]) == {}


def test_what_is_declined_stays_out_and_is_named(actor: Actor, make: Make, client: Client) -> None:
    gone, feature = make("feature", "Looks", status="declined"), make("feature", "Masks")
    make("release", "Autumn")
    ids = f"{gone.pk},{feature.pk}"
    dialog = client.post("/orchard/roadmap/place", {"ids": ids}, **HTMX).content.decode()
    assert "1 of those ticked is declined and left out: F-1 Looks." in dialog
    assert f'name="ids" value="{feature.pk}"' in dialog
    answer = client.post("/orchard/roadmap/place", {"ids": ids, "choose": "1", "release": "RL-1"}, **HTMX)
    assert (answer.status_code, "F-1" in answer.content.decode()) == (422, True)
    assert client.post("/orchard/roadmap/F-1/place", {"release": "RL-1"}).status_code == 422
    assert queries.releases_of(actor, [gone.pk, feature.pk]) == {}


def test_what_is_released_already_is_named(actor: Actor, make: Make, client: Client) -> None:
    out, feature = make("feature", "Looks", status="released"), make("feature", "Masks")
    dialog = client.post("/orchard/roadmap/place", {"ids": f"{out.pk},{feature.pk}"}, **HTMX).content.decode()
    assert "1 of those ticked is released already: F-1 Looks." in dialog


def test_where_outsiders_read_the_plan_nothing_is_planned_unasked(actor: Actor, make: Make, client: Client) -> None:
    feature = make("feature", "Masks", status="new")

    def dialog() -> str:
        return client.post("/orchard/roadmap/place", {"ids": feature.pk}, **HTMX).content.decode()

    assert 'name="decide" value="1" checked' in dialog()
    actions.publish(actor, "For retail", [])
    assert 'name="decide" value="1" checked' not in dialog()
    assert "1 shared link shows outsiders what is planned" in dialog()


def test_what_is_planned_already_leaves_no_trace(actor: Actor, make: Make, client: Client) -> None:
    feature = make("feature", "Masks", status="planned")
    before = Change.objects.within(actor).count()
    answer = client.post("/orchard/roadmap/place", {"ids": feature.pk, "choose": "1", "decide": "1"}, **HTMX)
    assert '"undo": ""' in answer["HX-Trigger"]
    assert Change.objects.within(actor).count() == before


def test_what_makes_no_sense_is_refused(actor: Actor, make: Make, client: Client) -> None:
    feature = make("feature", "Masks")
    for values in ({"choose": "1"}, {"choose": "1", "aim": "soon"}, {"choose": "1", "release": "RL-9"}):
        assert client.post("/orchard/roadmap/place", {"ids": feature.pk} | values).status_code in (404, 422)
    assert client.post("/orchard/roadmap/place", {"choose": "1", "decide": "1"}).status_code == 422
    assert client.post("/orchard/roadmap/place", {"ids": 10**9, "choose": "1", "new": "X"}).status_code == 404
    assert Release.objects.within(actor).count() == 0


def test_the_list_and_the_ranking_offer_it_to_who_may(actor: Actor, make: Make, client: Client) -> None:
    feature = make("feature", "Masks", effort="M", status="candidate")
    write_measures(actor, [MeasureValue.exactly(feature.pk, name, 1) for name in (RANK, VOICES)])
    assert client.post("/orchard/prioritise/", {"method": "asked"}).status_code == 302
    for page in ("/orchard/features/", "/orchard/prioritise/"):
        shown = client.get(page).content.decode()
        assert "Put into a release" in shown
        assert f'data-id="{feature.pk}"' in shown
    viewer = member_of(actor.workspace, "viewer")
    client.force_login(User.objects.get(pk=viewer.user_id))
    assert "Put into a release" not in client.get("/orchard/prioritise/").content.decode()
    assert client.post("/orchard/roadmap/place", {"ids": feature.pk}).status_code == 403
