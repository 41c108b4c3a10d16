"""Links from the inbox, the board, the tree and the panels, as a browser asks for them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.features import actions
from northing.features.models import Feature, FeatureRequest, Opportunity
from northing.features.records import FEATURE, OPPORTUNITY
from northing.insight.models import Account, Feedback
from northing.kit import changes, listing
from northing.kit.record_types import registry
from northing.products.public import PRODUCT
from northing.strategy.models import Objective

pytestmark = pytest.mark.django_db
TEXT = "I love it. But the export stops at 4 GB."


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.objects.create(name="Orchard", slug="orchard", currency="EUR")


def client_of(workspace: Workspace, role: str | None) -> Client:
    user = User.objects.create_user(f"{role}@example.com", "secret-orchard-7", name=f"A {role}")
    if role:
        Member.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(workspace: Workspace) -> Client:
    return client_of(workspace, Role.EDITOR)


@pytest.fixture
def actor(workspace: Workspace, client: Client) -> Actor:
    return for_member(Member.objects.get(workspace=workspace))


def make(actor: Actor, model: Any, *rows: dict[str, Any]) -> list[Any]:
    return changes.create(actor, registry.of(model), rows)


def titled(actor: Actor, *titles: str, **values: Any) -> list[Feature]:
    return make(actor, Feature, *({"title": title} | values for title in titles))


def said(actor: Actor, **values: Any) -> Feedback:
    [feedback] = make(actor, Feedback, {"title": "Export stops", "text": TEXT} | values)
    assert isinstance(feedback, Feedback)
    return feedback


def text_of(response: Any) -> str:
    return str(response.content.decode())


def undo_in(response: Any) -> str:
    return str(response["HX-Trigger"].partition('"undo": "')[2].partition('"')[0])


LINK = {"start": "11", "end": "40", "importance": "2"}


@pytest.mark.parametrize("to", ["F-1", "f-1 Large exports", "large EXPORTS", "expor", "exports lar"])
def test_a_passage_is_linked_by_key_or_title_and_taken_back(actor: Actor, client: Client, to: str) -> None:
    said(actor), titled(actor, "Large exports")
    response = client.post("/orchard/inbox/FB-1/link", LINK | {"to": to})
    request = FeatureRequest.objects.within(actor).select_related("insight").get()
    assert (response.status_code, request.importance) == (204, 2)
    assert request.insight.quote == "But the export stops at 4 GB."
    shown = text_of(client.get("/orchard/inbox/?open=FB-1"))
    assert "<mark" in shown
    assert "Take back the link to Large exports" in shown
    assert client.post(undo_in(response)).status_code == 204
    assert not FeatureRequest.objects.within(actor).filter(archived_at=None).exists()


def test_a_new_feature_is_made_of_a_passage_and_the_next_message_asked_for(actor: Actor, client: Client) -> None:
    said(actor)
    values = LINK | {"to": "Exports over 4 GB", "create": "1", "processed": "1"}
    response = client.post("/orchard/inbox/FB-1/link", values)
    assert "inbox-next" in response["HX-Trigger"]
    feature, feedback = Feature.objects.within(actor).get(), Feedback.objects.within(actor).get()
    assert (feature.title, feedback.state) == ("Exports over 4 GB", "processed")
    client.post(undo_in(response))
    feature.refresh_from_db(), feedback.refresh_from_db()
    assert feature.archived_at is not None
    assert feedback.state == "new"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"to": ""}, "Say what it asks for"),
        ({"to": "Unknown"}, "There is no Unknown in this workspace"),
        ({"to": "F-1", "importance": "4"}, "whole number from 0 to 3"),
        ({"to": "F-1", "end": "900"}, "Mark from 0 to at most 40"),
        ({"to": "F-1", "start": "-1"}, "whole number"),
    ],
)
def test_a_link_that_cannot_be_says_why(actor: Actor, client: Client, values: dict[str, str], message: str) -> None:
    said(actor), titled(actor, "Large exports")
    response = client.post("/orchard/inbox/FB-1/link", LINK | values)
    assert response.status_code == 422
    assert message in text_of(response)


def test_suggestions_and_links_stand_beside_the_message(actor: Actor, client: Client) -> None:
    said(actor), titled(actor, "Export stops at 4 GB", "Sky masks")
    assert "/orchard/inbox/FB-1/suggestions" in client.get("/orchard/inbox/").content.decode()
    shown = text_of(client.get("/orchard/inbox/FB-1/suggestions"))
    assert "Link to Export stops at 4 GB" in shown
    assert "Link to Sky masks" not in shown
    made = actions.link_passage(actor, Feedback.objects.within(actor).get().pk, 0, 10, "F-1")
    assert client.post("/orchard/inbox/FB-1/unlink", {"request": made.pk}).status_code == 204
    assert client.post("/orchard/inbox/FB-1/unlink", {"request": made.pk}).status_code == 404


def offers(client: Client, to: str = "", passage: str = TEXT) -> list[str]:
    """Keys of what is offered for a message of this text, in order."""
    place = {"to": to, "start": TEXT.index(passage), "end": TEXT.index(passage) + len(passage)}
    return re.findall(r'value="([FO]-\d+)"', text_of(client.get("/orchard/inbox/FB-1/targets", place)))


def test_what_reads_like_the_passage_is_offered_first(actor: Actor, client: Client) -> None:
    said(actor), titled(actor, "Sky masks", "Export stops at 4 GB", "Export")
    assert offers(client) == ["F-2", "F-3"]
    assert offers(client, passage="I love it.") == []
    assert offers(client, "a", passage="export stops")[0] == "F-2"


@pytest.mark.parametrize("to", ["masks", "sky ma", "mask sky", "ask", "F-1", "f-1 Sky"])
def test_a_part_of_a_title_finds_what_to_link_to(actor: Actor, client: Client, to: str) -> None:
    said(actor), titled(actor, "Sky masks", "Export stops at 4 GB")
    assert offers(client, to) == ["F-1"]


def test_opportunities_are_offered_too_and_archived_features_are_not(actor: Actor, client: Client) -> None:
    said(actor), titled(actor, "Sky masks")
    make(actor, Opportunity, {"title": "Masks take long"})
    changes.archive(actor, FEATURE, [Feature.objects.within(actor).get().pk])
    assert offers(client, "mask") == ["O-1"]


def test_a_new_feature_is_not_taken_for_a_longer_title(actor: Actor, client: Client) -> None:
    said(actor), titled(actor, "Sky masks for video")
    client.post("/orchard/inbox/FB-1/link", LINK | {"to": "Sky masks", "create": "1"})
    assert FeatureRequest.objects.within(actor).get().feature_id == Feature.objects.within(actor).latest("pk").pk
    assert Feature.objects.within(actor).count() == 2


def test_the_board_moves_cards_and_speaks_the_products_words(actor: Actor, client: Client) -> None:
    [product] = changes.create(actor, PRODUCT, [{"name": "Aria", "kind": "physical"}])
    [feature] = titled(actor, "Hinge", product=product.pk)
    assert "In production" in text_of(client.get("/orchard/board/"))
    address = f"/orchard/board/{feature.pk}/move"
    moved = client.post(address, {"column": "planned", "version": "1"})
    assert (moved.status_code, moved["X-Version"]) == (204, "2")
    assert client.post(address, {"column": "new", "version": "1"}).status_code == 409
    assert client.post(address, {"column": "lost"}).status_code == 422
    client.post(undo_in(moved))
    feature.refresh_from_db()
    assert feature.status == "new"


def test_a_board_without_features_says_how_to_begin(actor: Actor, client: Client) -> None:
    assert "Import a file" in text_of(client.get("/orchard/board/"))
    titled(actor, "One")
    assert "Import a file" not in text_of(client.get("/orchard/board/"))


def test_the_board_costs_the_same_however_full(
    actor: Actor, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    titled(actor, "One")
    client.get("/orchard/board/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/orchard/board/")
    titled(actor, *(f"Feature {number}" for number in range(40)))
    with django_assert_num_queries(len(captured)):
        shown = text_of(client.get("/orchard/board/"))
    assert shown.count('class="board-card"') == 30
    assert "All 41 as a list" in shown


def test_the_tree_opens_level_by_level(actor: Actor, client: Client) -> None:
    [problem] = make(actor, OPPORTUNITY.model, {"title": "Get big work out"})
    [solving] = titled(actor, "Large exports", opportunity=problem.pk)
    titled(actor, "Background export", parent=solving.pk)
    top = text_of(client.get("/orchard/tree/"))
    assert "Get big work out" in top
    assert "Large exports" not in top
    below = text_of(client.get("/orchard/tree/O-1/"))
    assert "Large exports" in below
    assert "Background export" not in below
    assert "Background export" in text_of(client.get("/orchard/tree/F-1/"))
    titled(actor, *(f"Feature {number}" for number in range(101)))
    assert "Show more" in text_of(client.get("/orchard/tree/"))
    assert client.get("/orchard/tree/?after=x").status_code == 422


def test_the_panels_say_who_asks_what_it_serves_and_how_it_goes(actor: Actor, client: Client) -> None:
    [account] = make(actor, Account, {"name": "Studio North", "revenue": "48000", "tier": "Pro"})
    [goal] = make(actor, Objective, {"title": "Bigger jobs", "period_start": "2027-01-01", "period_end": "2027-03-31"})
    titled(actor, "Large exports")
    assert "Nobody yet" in text_of(client.get("/orchard/features/F-1/"))
    actions.link_passage(actor, said(actor, account=account.pk, author="Kim").pk, 0, 10, "F-1", 3)
    asking = text_of(client.get("/orchard/features/F-1/asking"))
    assert "Studio North" in asking
    assert "48,000 EUR" in asking
    assert "Cannot do without: 1" in asking
    assert "I love it." in text_of(client.get("/orchard/features/F-1/panel/passages"))
    assert "Serves no goal" in text_of(client.get("/orchard/features/filters"))
    assert "Large exports" in text_of(client.get("/orchard/features/?goals=none"))
    assert "Bigger jobs" in text_of(client.post("/orchard/features/F-1/goals", {"goal": goal.pk}))
    assert 'data-title="Large exports"' not in text_of(client.get("/orchard/features/?goals=none"))
    assert "serves no goal yet" in text_of(client.post("/orchard/features/F-1/goals", {"remove": goal.pk}))
    reported = client.post("/orchard/features/F-1/health", {"health": "at_risk", "note": "Late"})
    assert "At risk" in text_of(reported)
    assert "reported" in text_of(reported)
    for address, values in (("goals", {"goal": "x"}), ("goals", {}), ("health", {"health": "fine"})):
        assert client.post(f"/orchard/features/F-1/{address}", values).status_code == 422


def test_ticked_messages_are_linked_in_one_change(actor: Actor, client: Client) -> None:
    [feature] = titled(actor, "Large exports")
    ids = f"{said(actor).pk},{said(actor).pk}"
    assert "Link to feature…" in text_of(client.get("/orchard/feedback/"))
    dialog = text_of(client.post("/orchard/inbox/link", {"ids": ids}))
    assert "Link 2 messages" in dialog
    assert 'hx-get="/orchard/known?types=feature,opportunity"' in dialog
    refused = client.post("/orchard/inbox/link", {"ids": ids, "choose": "1", "into": "No such"})
    assert "There is no No such in this workspace" in text_of(refused)
    answer = client.post("/orchard/inbox/link", {"ids": ids, "choose": "1", "into": "large EXPORTS"})
    assert "2 messages linked to F-1 Large exports" in answer["HX-Trigger"]
    assert "records-changed" in answer["HX-Trigger"]
    assert text_of(client.get("/orchard/inbox/count")).endswith("></span>"), "the menu asks for it then: none is new"
    requests = FeatureRequest.objects.within(actor).filter(feature=feature.pk, archived_at=None)
    states = Feedback.objects.within(actor).values_list("state", flat=True)
    assert (requests.count(), set(states.all())) == (2, {"processed"})
    client.post(undo_in(answer))
    assert (requests.count(), set(states.all())) == (0, {"new"})


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("Round TRIPS", "linked to O-1 Round trips"),
        ("large", "“large” may be F-2 Large imports or F-1 Large exports; give the key"),
        ("Same", "several records are called “Same”: F-4 Same and F-3 Same; give the key"),
        ("F-3 As it was called", "linked to F-3 Same"),
        ("F-3 Large exports", "F-3 is called “Same” now, and “Large exports” is F-1 Large exports; give the key"),
        ("F-9 Large exports", "There is no F-9 Large exports in this workspace"),
        ("F-1, F-2", "There is no F-1, F-2 in this workspace"),
    ],
)
def test_one_is_named_by_its_title_or_a_part_that_only_it_has(
    actor: Actor, client: Client, to: str, words: str
) -> None:
    titled(actor, "Large exports", "Large imports", "Same", "Same")
    make(actor, Opportunity, {"title": "Round trips"})
    answer = client.post("/orchard/inbox/link", {"ids": said(actor).pk, "choose": "1", "into": to})
    assert words.casefold() in (answer.get("HX-Trigger", "") + text_of(answer)).casefold()


def test_a_suggestion_taken_up_processes_the_message_and_stays(actor: Actor, client: Client) -> None:
    titled(actor, "Large exports")
    feedback = said(actor)
    values = {"to": "F-1", "start": "0", "end": "10", "processed": "stay"}
    answer = client.post(f"/orchard/inbox/FB-{feedback.number}/link", values)
    assert "records-changed" in answer["HX-Trigger"]
    assert "inbox-next" not in answer["HX-Trigger"]
    assert Feedback.objects.within(actor).get().state == "processed"
    assert FeatureRequest.objects.within(actor).get().importance is None


def test_of_how_it_goes_nothing_is_shown_where_nothing_is_known_or_can_be_said(
    workspace: Workspace, actor: Actor, client: Client
) -> None:
    titled(actor, "Large exports")
    assert "<h2>Health</h2>" in text_of(client.get("/orchard/features/F-1/"))
    assert "<h2>Health</h2>" not in text_of(client_of(workspace, Role.VIEWER).get("/orchard/features/F-1/"))


def test_who_may_only_read_changes_nothing_and_outsiders_find_nothing(workspace: Workspace, actor: Actor) -> None:
    feature, feedback = titled(actor, "Large exports")[0], said(actor)
    posts = {
        f"/orchard/board/{feature.pk}/move": {"column": "planned"},
        "/orchard/features/F-1/goals": {"goal": "1"},
        "/orchard/features/F-1/health": {"health": "at_risk"},
        "/orchard/inbox/FB-1/link": LINK | {"to": "F-1"},
        "/orchard/themes/pick": {"theme": "1"},
        "/orchard/inbox/link": {"ids": feedback.pk},
    }
    reader, outsider = client_of(workspace, Role.VIEWER), client_of(workspace, None)
    for address, values in posts.items():
        assert reader.post(address, values).status_code == 403, address
        assert outsider.post(address, values).status_code == 404, address
    for address in ("board/", "tree/", "features/F-1/asking"):
        assert reader.get(f"/orchard/{address}").status_code == 200
        assert outsider.get(f"/orchard/{address}").status_code == 404
    assert feedback.state == "new"
    assert "data-move-menu" not in text_of(reader.get("/orchard/board/"))
    assert FEATURE.model.objects.within(actor).get().status == "new"


def test_the_list_shows_and_sorts_targets_in_words(actor: Actor, client: Client) -> None:
    aims: list[dict[str, Any]] = [
        {"target_text": "later"},
        {"target": "2031-02-01"},
        {},
        {"target_text": "Q1 2031"},
        {"target_text": "H1 2030"},
    ]
    make(actor, Feature, *({"title": f"F {place}", **aim} for place, aim in enumerate(aims)))
    page = text_of(client.get("/orchard/features/?sort=target"))
    assert re.findall(r'data-title="F (\d)"', page) == ["4", "1", "3", "0", "2"]
    assert all(f">{words}<" in page for words in ("Q1 2031", "H1 2030", "later"))
    first = listing.page(actor, FEATURE, listing.ListRequest(sort="-target", size=2))
    rest = listing.page(actor, FEATURE, listing.ListRequest(sort="-target", after=first.next))
    shown = [[record.title for record in some.records] for some in (first, rest)]
    assert shown == [["F 0", "F 3"], ["F 1", "F 4", "F 2"]]


def test_a_day_set_in_the_form_empties_the_words_that_stood_in_its_place(actor: Actor, client: Client) -> None:
    [feature] = titled(actor, "Presets", target_text="Q1 2031")
    shown = {"title": "Presets", "status": "new", "target_text": "Q1 2031", "version": feature.version}
    assert client.post("/orchard/features/F-1/edit", shown | {"target": "2031-02-01"}).status_code < 400
    feature.refresh_from_db()
    assert (feature.target, feature.target_text) == (date(2031, 2, 1), "")


def test_a_new_record_takes_what_it_belongs_to_by_key(actor: Actor, client: Client) -> None:
    [whole] = make(actor, Feature, {"title": "Large exports"})
    chosen = f'<option value="{whole.pk}" selected>Large exports</option>'
    assert chosen in text_of(client.get("/orchard/work-packages/new?feature=F-1"))
    assert chosen in text_of(client.get("/orchard/features/new?parent=F-1"))
    assert "selected>Large" not in text_of(client.get("/orchard/features/new?parent=F-77"))
    assert "selected>Large" not in text_of(client.get("/orchard/features/new?parent=nonsense"))


def test_a_target_in_words_is_not_said_to_be_missing(actor: Actor, client: Client) -> None:
    changes.create(actor, FEATURE, [{"title": "Masks", "target_text": "Q1 2027"}, {"title": "Export"}])
    unfilled = [
        client.get(f"/orchard/features/{key}/").content.decode().split("Not filled in:")[1] for key in ("F-1", "F-2")
    ]
    assert [" Target," in text.split("</p>")[0] for text in unfilled] == [False, True]


def test_a_cell_that_says_nothing_of_its_field_leaves_it_alone(actor: Actor, client: Client) -> None:
    [sync] = titled(actor, "Sync", target="2027-03-31")
    assert client.post(f"/orchard/features/{FEATURE.key(sync)}/cell/target/", {"version": "1"}).status_code == 200
    sync.refresh_from_db()
    assert sync.target == date(2027, 3, 31)
