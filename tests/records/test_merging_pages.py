"""Merging on a page: which one, what would move, there and back; and where a merged key leads."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member, Scope, Token
from northing.access.secrets import hash_secret
from northing.features import actions as features
from northing.features.models import Feature
from northing.kit import changes, merging
from northing.kit.changes import Edit
from northing.kit.record_types import registry

from .samples import make

pytestmark = pytest.mark.django_db
FEATURE = registry.named("feature")
DIALOG = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}
PREVIEW = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "merge-preview"}
URL = "/orchard/features/F-2/merge"


@pytest.fixture
def two(admin_actor: Actor) -> tuple[Any, Any]:
    """F-1 and F-2, which are the same."""
    sso, single = (make(admin_actor, FEATURE, title=title) for title in ("SSO", "Single sign-on"))
    make(admin_actor, registry.named("work_package"), feature=single.pk)
    return sso, single


def is_there(feature: Any) -> bool:
    return Feature.objects.get(pk=feature.pk).archived_at is None


def plain(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_dialog_asks_and_says_what_would_move(signed_in: Client, two: Any) -> None:
    asked = signed_in.get(URL, **DIALOG)
    assert "Merge F-2 into another feature" in plain(asked)
    assert 'name="shown"' not in asked.content.decode()
    for typed in ("F-1", "sso", "f-1"):
        told = signed_in.get(URL, {"into": typed}, **PREVIEW)
        assert "To it move: 1 work package." in plain(told)
        assert 'name="shown" value="F-1"' in told.content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Nothing", "there is no Nothing"),
        ("F-2", "is the same feature"),
        ("F-99", "there is no F-99"),
        ("T-1", "no T-1"),
    ],
)
def test_what_cannot_be_meant_is_told(signed_in: Client, two: Any, typed: str, says: str) -> None:
    told = signed_in.get(URL, {"into": typed}, **PREVIEW)
    assert (told.status_code, says.casefold() in plain(told).casefold()) == (200, True)
    assert 'name="shown"' not in told.content.decode()


def test_nothing_is_merged_that_was_not_shown(signed_in: Client, two: Any) -> None:
    answer = signed_in.post(URL, {"into": "SSO"}, **DIALOG)
    assert (answer.status_code, 'value="F-1"' in answer.content.decode()) == (200, True)
    assert is_there(two[1])


def test_merged_on_its_page_one_comes_to_the_other_and_can_undo_it_there(signed_in: Client, two: Any) -> None:
    answer = signed_in.post(URL, {"into": "SSO", "shown": "F-1"}, **DIALOG)
    assert answer["HX-Redirect"] == "/orchard/features/F-1/"
    page = signed_in.get(answer["HX-Redirect"]).content.decode()
    assert "F-2 merged into F-1" in page
    [undo] = re.findall(r'hx-post="(/orchard/changes/\d+/undo)"', page)
    assert "Undone" in signed_in.post(undo)["HX-Trigger"]
    assert "was merged into this" not in signed_in.get("/orchard/features/F-1/").content.decode()
    assert signed_in.get("/orchard/features/F-2/").status_code == 200


def test_beside_the_list_it_stays_open_with_the_way_back(signed_in: Client, two: Any) -> None:
    answer = signed_in.post(URL, {"shown": "F-1", "beside": "list"}, **DIALOG)
    told = json.loads(answer["HX-Trigger"])
    assert {"close-dialog", "close-drawer", "records-changed"} <= told.keys()
    assert (told["toast"]["text"], told["toast"]["onward"]) == (
        "F-2 merged into F-1",
        ["F-1", "/orchard/features/F-1/"],
    )
    assert signed_in.post(told["toast"]["undo"]).status_code == 204
    assert is_there(two[1])


def test_of_two_that_are_ticked_the_earlier_stays_unless_one_says_otherwise(signed_in: Client, two: Any) -> None:
    assert "Merge" in signed_in.get("/orchard/features/").content.decode()
    ids = ",".join(str(one.pk) for one in two)
    dialog = signed_in.post("/orchard/features/merge", {"ids": ids}, **DIALOG).content.decode()
    assert 'name="shown" value="F-1"' in dialog
    assert 'href="/orchard/features/F-1/merge?into=F-2&amp;beside=list"' in dialog
    other_way = signed_in.get("/orchard/features/F-1/merge?into=F-2&beside=list", **DIALOG).content.decode()
    assert ('name="shown" value="F-2"' in other_way, 'name="beside"' in other_way) == (True, True)


def test_whichever_stays_the_status_further_along_counts_and_is_shown(
    signed_in: Client, admin_actor: Actor, two: Any
) -> None:
    changes.update(admin_actor, FEATURE, [Edit(two[1].pk, {"status": "planned"})])
    told = plain(signed_in.get(URL, {"into": "F-1"}, **PREVIEW))
    assert "F-2 is further along, which counts: Status Planned instead of New" in told
    assert "What F-1 says counts" not in told
    signed_in.post(URL, {"shown": "F-1"}, **DIALOG)
    assert Feature.objects.get(pk=two[0].pk).status == "planned"


def test_what_was_declined_is_not_further_along(admin_actor: Actor, two: Any) -> None:
    changes.update(admin_actor, FEATURE, [Edit(two[1].pk, {"status": "declined"})])
    merging.merge(admin_actor, FEATURE, two[1].pk, two[0].pk)
    assert Feature.objects.get(pk=two[0].pk).status == "new"


def test_what_is_declined_stays_so_when_a_wish_is_merged_into_it(admin_actor: Actor, two: Any) -> None:
    changes.update(admin_actor, FEATURE, [Edit(two[0].pk, {"status": "declined"})])
    merging.merge(admin_actor, FEATURE, two[1].pk, two[0].pk)
    assert Feature.objects.get(pk=two[0].pk).status == "declined"


@pytest.mark.parametrize("count", [1, 3])
def test_other_than_two_are_not_merged(signed_in: Client, admin_actor: Actor, two: Any, count: int) -> None:
    ids = [one.pk for one in (*two, make(admin_actor, FEATURE))][:count]
    answer = signed_in.post("/orchard/features/merge", {"ids": ",".join(map(str, ids))}, **DIALOG)
    assert (answer.status_code, "tick the two features that are the same" in plain(answer)) == (422, True)


def test_a_circle_is_told_in_the_dialog(signed_in: Client, admin_actor: Actor, two: Any) -> None:
    between = make(admin_actor, FEATURE)
    for first, then in ((two[0], between), (between, two[1])):
        make(admin_actor, registry.named("dependency"), predecessor=first.pk, successor=then.pk)
    answer = signed_in.post(URL, {"shown": "F-1"}, **DIALOG)
    assert (answer.status_code, "they would wait for each other: F-" in plain(answer)) == (422, True)
    assert is_there(two[1])


def test_other_types_have_no_such_page(signed_in: Client, admin_actor: Actor) -> None:
    team = make(admin_actor, registry.named("team"))
    key = registry.named("team").key(team)
    assert signed_in.get(f"/orchard/teams/{key}/merge").status_code == 404
    assert "Merge into another" not in signed_in.get(f"/orchard/teams/{key}/").content.decode()


def test_every_address_of_the_merged_leads_to_the_other(signed_in: Client, admin_actor: Actor, two: Any) -> None:
    merging.merge(admin_actor, FEATURE, two[1].pk, two[0].pk)
    for path in (
        "features/{}/",
        "features/{}/history",
        "features/{}/goals",
        "tree/{}/",
        "features/{}/edit",
        "estimates/of/{}?usual=effort",
    ):
        answer = signed_in.get(f"/orchard/{path.format('F-2')}")
        assert (answer.status_code, answer["Location"]) == (302, f"/orchard/{path.format('F-1')}")
    drawer = signed_in.get("/orchard/features/F-2/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="drawer", follow=True)
    assert "SSO" in drawer.content.decode()


def test_what_was_to_be_done_to_the_merged_is_not_done_to_the_other(
    signed_in: Client, admin_actor: Actor, two: Any
) -> None:
    merging.merge(admin_actor, FEATURE, two[1].pk, two[0].pk)
    for path, values in (("archive", {}), ("edit", {"title": "Sign in"}), ("comments", {"text": "Yes"})):
        answer = signed_in.post(f"/orchard/features/F-2/{path}", values, **DIALOG)
        assert (answer.status_code, "F-2 was merged into F-1; go on there." in plain(answer)) == (409, True)
    sso = Feature.objects.get(pk=two[0].pk)
    assert (sso.title, sso.archived_at) == ("SSO", None)


def test_programs_read_the_other_and_write_to_neither(admin: Member, admin_actor: Actor, two: Any) -> None:
    merging.merge(admin_actor, FEATURE, two[1].pk, two[0].pk)
    Token.objects.create(
        workspace=admin.workspace, member=admin, name="t", scope=Scope.WRITE, secret_hash=hash_secret("a-secret")
    )
    program = Client(headers={"Authorization": "Bearer a-secret"})
    answer = program.get("/api/v1/features/F-2")
    assert (answer.status_code, answer["Location"]) == (302, "/api/v1/features/F-1")
    assert program.get("/api/v1/features/F-2/history", follow=True).status_code == 200
    refused = program.patch("/api/v1/features/F-2", "{}", content_type="application/json")
    assert (refused.status_code, refused.json()["error"]) == (409, "F-2 was merged into F-1; go on there.")
    assert program.delete("/api/v1/features/F-2").status_code == 409
    body = json.dumps({"title": "Sign in", "feature": "F-2"})
    made = program.post("/api/v1/work-packages", body, content_type="application/json").json()
    assert made["feature"]["key"] == "F-1"


def test_the_history_says_what_moved_from_where_to_where(signed_in: Client, admin_actor: Actor, two: Any) -> None:
    make(admin_actor, registry.named("risk"), about=two[1].pk)
    merging.merge(admin_actor, FEATURE, two[1].pk, two[0].pk)
    for path in ("work-packages/WP-1", "risks/R-1"):
        page = plain(signed_in.get(f"/orchard/{path}/history"))
        assert "Ada merged F-2 into F-1" in page
        assert "Single sign-on SSO" in page
    assert "merged F-2 into F-1" in plain(signed_in.get("/orchard/features/F-1/history"))


def test_a_passage_that_is_linked_to_the_merged_asks_for_the_other(admin_actor: Actor, two: Any) -> None:
    merging.merge(admin_actor, FEATURE, two[1].pk, two[0].pk)
    feedback = make(admin_actor, registry.named("feedback"), text="Let us in")
    assert features.link_passage(admin_actor, feedback.pk, 0, 6, "F-2").feature_id == two[0].pk


def test_the_last_version_of_another_record_brings_no_merged_one_back(
    signed_in: Client, admin_actor: Actor, two: Any
) -> None:
    package = registry.named("work_package").model.objects.get()
    merging.merge(admin_actor, FEATURE, two[1].pk, two[0].pk)
    changes.update(admin_actor, registry.named("work_package"), [Edit(package.pk, {"title": "Sign in"})])
    signed_in.post("/orchard/work-packages/WP-1/restore/1")
    package.refresh_from_db()
    assert (package.feature_id, package.title != "Sign in") == (two[0].pk, True)
