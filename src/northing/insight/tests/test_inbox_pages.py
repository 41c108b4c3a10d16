"""The inbox in a browser's words: tabs, the open message, its states, themes, and who may do what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.insight import actions
from northing.insight.inbox import Place, count_of_new, following
from northing.insight.models import Feedback, Theme, ThemeProposal
from northing.insight.queries import proposals
from northing.insight.records import FEEDBACK
from northing.kit import changes

pytestmark = pytest.mark.django_db
MESSAGE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "message"}


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.objects.create(name="Orchard", slug="orchard")


def member(workspace: Workspace, role: str = Role.EDITOR) -> Member:
    user = User.objects.create_user(f"{role}@example.com", "secret-orchard-7", name=role.title())
    return Member.objects.create(workspace=workspace, user=user, role=role)


@pytest.fixture
def editor(workspace: Workspace) -> Member:
    return member(workspace)


@pytest.fixture
def actor(editor: Member) -> Actor:
    return for_member(editor)


def client_of(someone: Member | User) -> Client:
    client = Client()
    client.force_login(someone.user if isinstance(someone, Member) else someone)
    return client


@pytest.fixture
def client(editor: Member) -> Client:
    return client_of(editor)


def test_what_a_file_brought_without_a_day_says_so(actor: Actor, client: Client) -> None:
    said(actor, "By hand")
    with changes.changing(actor, "brought", batch="file") as change:
        change.create(FEEDBACK, [{"title": "Undated"}, {"title": "Dated", "created_at": timezone.now()}])
    page = client.get("/orchard/inbox/").content.decode()
    assert page.count("undated, came") == 1
    undated = Feedback.objects.within(actor).get(title="Undated")
    assert (
        "Undated in the file it came with" in client.get(f"/orchard/inbox/?open=FB-{undated.number}").content.decode()
    )


def said(actor: Actor, *titles: str, **values: Any) -> list[Feedback]:
    return changes.create(actor, FEEDBACK, [{"title": title, "text": f"{title}!"} | values for title in titles])


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_newest_message_is_open_and_tabs_are_counted(actor: Actor, client: Client) -> None:
    said(actor, "Export is slow", "Masks <b>jump</b>")
    shown = text_of(client.get("/orchard/inbox/"))
    assert 'data-open="FB-2"' in shown
    assert "Masks &lt;b&gt;jump&lt;/b&gt;" in shown
    assert 'New <span class="badge">2</span>' in shown
    assert 'data-open="FB-1"' in text_of(client.get("/orchard/inbox/?open=FB-1"))


def test_the_counts_in_tabs_and_menu_come_with_the_list(actor: Actor, client: Client) -> None:
    older, _ = said(actor, "Older", "Newer")
    assert (
        'hx-get="/orchard/inbox/count" hx-trigger="records-changed from:body" hx-swap="outerHTML">2</span>'
        in text_of(client.get("/orchard/inbox/"))
    )
    actions.set_state(actor, [older.pk], "processed")
    shown = text_of(client.get("/orchard/inbox/", HTTP_HX_TARGET="inbox-list"))
    assert 'hx-swap="outerHTML" hx-swap-oob="true">1</span>' in shown
    assert '<nav id="inbox-tabs" class="segmented" aria-label="State" hx-swap-oob="true">' in shown
    assert 'New <span class="badge">1</span>' in shown


def test_themes_whose_messages_are_gone_are_not_shown(actor: Actor, client: Client) -> None:
    gone, archived, there = said(actor, "Danke", "Alles gut", "Export is slow")
    for one in (gone, archived, there):
        ThemeProposal.objects.create(
            workspace=actor.workspace, title=f"{one.title} theme", feedback_ids=[one.pk], found_at=timezone.now()
        )
    changes.archive(actor, FEEDBACK, [gone.pk])
    actions.set_state(actor, [archived.pk], "archived")
    assert [one.title for one in proposals(actor)] == ["Export is slow theme"]
    shown = text_of(client.get("/orchard/inbox/"))
    assert "Export is slow theme" in shown
    assert "Danke theme" not in shown


def test_an_empty_inbox_says_what_to_do(client: Client) -> None:
    assert "Drop a file" in text_of(client.get("/orchard/inbox/"))
    assert "Nothing found" in text_of(client.get("/orchard/inbox/?q=zebra"))


def test_the_list_takes_the_same_queries_however_long(
    actor: Actor, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    said(actor, *(f"First {number}" for number in range(51)))
    client.get("/orchard/inbox/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/orchard/inbox/", HTTP_HX_TARGET="inbox-list")
    said(actor, *(f"Message {number}" for number in range(60)))
    with django_assert_num_queries(len(captured)):
        shown = text_of(client.get("/orchard/inbox/", HTTP_HX_TARGET="inbox-list"))
    assert shown.count("<li data-id") == 50
    assert "Older" in shown


def test_what_is_folded_is_counted_and_can_be_taken_apart(actor: Actor, client: Client) -> None:
    first, second = said(actor, "Export is slow", "Export is too slow")
    actions.fold(actor, first.pk, [second.pk])
    shown = text_of(client.get("/orchard/inbox/"))
    assert "1 more message says nearly the same" in shown
    assert "+1" in shown
    assert "Export is too slow!" in shown, "it can be read where it is"
    assert 'href="/orchard/inbox/../feedback/FB-2/"' in shown
    assert shown.count("<li data-id") == 1
    assert client.post("/orchard/inbox/FB-2/unfold").status_code == 204
    assert text_of(client.get("/orchard/inbox/")).count("<li data-id") == 2


@pytest.mark.parametrize("state", ["archived", "processed"])
def test_a_message_done_with_gives_way_to_the_next_and_can_come_back(actor: Actor, client: Client, state: str) -> None:
    said(actor, "Older", "Newer")
    response = client.post("/orchard/inbox/FB-2/state?state=new&open=FB-2", {"state": state}, **MESSAGE)
    assert 'data-open="FB-1"' in text_of(response)
    assert response["HX-Replace-Url"] == "/orchard/inbox/?state=new&open=FB-1"
    assert Feedback.objects.within(actor).get(number=2).state == state
    undo = response["HX-Trigger"].partition('"undo": "')[2].partition('"')[0]
    assert client.post(undo).status_code == 204
    assert Feedback.objects.within(actor).get(number=2).state == "new"


def test_snoozing_needs_a_day_to_come(actor: Actor, client: Client) -> None:
    said(actor, "Older")
    address = "/orchard/inbox/FB-1/state"
    for until in ("", "soon", timezone.localdate().isoformat()):
        assert client.post(address, {"state": "snoozed", "until": until}).status_code == 422
    until = timezone.localdate() + timedelta(days=7)
    assert client.post(address, {"state": "snoozed", "until": until.isoformat()}).status_code == 200
    assert Feedback.objects.within(actor).get().snoozed_until == until


def test_a_message_is_assigned_and_found_under_mine(actor: Actor, client: Client, editor: Member) -> None:
    said(actor, "Older", "Newer")
    assert client.post("/orchard/inbox/FB-1/assign", {"assignee": editor.pk}).status_code == 204
    shown = text_of(client.get("/orchard/inbox/?state=mine"))
    assert "Older" in shown
    assert "Newer" not in shown
    assert client.post("/orchard/inbox/FB-1/assign", {"assignee": "somebody"}).status_code == 422


def test_themes_found_are_accepted_or_dismissed(actor: Actor, client: Client) -> None:
    one, two = said(actor, "Export is slow", "Masks jump")
    for title, feedback in (("Slow export", one), ("Masks", two)):
        ThemeProposal.objects.create(
            workspace=actor.workspace, title=title, feedback_ids=[feedback.pk], found_at=timezone.now()
        )
    slow, masks = ThemeProposal.objects.within(actor).order_by("pk")
    assert "Slow export" in text_of(client.get("/orchard/inbox/"))
    client.post("/orchard/inbox/themes", {"proposal": slow.pk}, **MESSAGE)
    client.post("/orchard/inbox/themes", {"proposal": masks.pk, "dismiss": "1"}, **MESSAGE)
    assert [theme.title for theme in Theme.objects.within(actor)] == ["Slow export"]
    assert "Themes found" not in text_of(client.get("/orchard/inbox/"))
    assert client.post("/orchard/inbox/themes", {"proposal": "all"}).status_code == 422


def test_whoever_only_reads_changes_nothing_and_outsiders_see_nothing(workspace: Workspace, actor: Actor) -> None:
    said(actor, "Older")
    reader = client_of(member(workspace, Role.VIEWER))
    assert 'data-key="a"' not in text_of(reader.get("/orchard/inbox/"))
    for address, values in (("state", {"state": "archived"}), ("assign", {}), ("unfold", {})):
        assert reader.post(f"/orchard/inbox/FB-1/{address}", values).status_code == 403
    outsider = client_of(User.objects.create_user("else@example.com", "secret-orchard-7", name="Else"))
    assert outsider.get("/orchard/inbox/").status_code == 404
    assert outsider.post("/orchard/inbox/FB-1/state", {"state": "archived"}).status_code == 404


@pytest.mark.parametrize("query", ["state=lost", "open=FB-9", "after=nowhere"])
def test_a_wrong_address_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/orchard/inbox/?{query}").status_code in (404, 422)


def test_the_last_message_leads_back_to_the_one_before_it(actor: Actor) -> None:
    old, new = said(actor, "Older", "Newer")
    assert following(actor, Place("new"), new) == old
    assert following(actor, Place("new"), old) == new
    assert count_of_new(actor) == 2
