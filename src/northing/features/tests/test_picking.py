"""Picking features from themes: what is ticked, what is linked to a feature that is there, and what it is called."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import northing.insight.public as insight
from northing.access.actor import Actor, for_member
from northing.access.models import Member, Workspace
from northing.access.roles import Role
from northing.features import actions, queries
from northing.features.models import Feature, FeatureRequest
from northing.features.records import FEATURE, OPPORTUNITY
from northing.features.tests.test_pages import client_of, said, text_of, titled
from northing.insight.models import Feedback, Theme, ThemeProposal
from northing.kit import changes
from northing.kit.changes import Edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return client_of(Workspace.objects.create(name="Orchard", slug="orchard"), Role.EDITOR)


@pytest.fixture
def actor(client: Client) -> Actor:
    return for_member(Member.objects.get())


def test_features_are_picked_from_found_themes(actor: Actor, client: Client) -> None:
    feedback = said(actor)
    found = [
        ThemeProposal.objects.create(
            workspace=actor.workspace, title=title, feedback_ids=[feedback.pk], found_at=timezone.now()
        )
        for title in ("Slow export", "Masks")
    ]
    assert text_of(client.get("/orchard/themes/pick")).count('name="pick"') == 2
    answer = client.post(
        "/orchard/themes/pick", {"pick": f"proposal-{found[0].pk}", f"title-proposal-{found[0].pk}": "Resume"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/orchard/sizing/")
    assert [feature.title for feature in Feature.objects.within(actor)] == ["Resume"]
    again = text_of(client.get("/orchard/themes/pick"))
    assert "Masks" in again
    assert "Slow export" not in again
    assert client.post("/orchard/themes/pick").status_code == 422


def proposed(actor: Actor, title: str, *texts: str, **values: Any) -> ThemeProposal:
    heard = [said(actor, title=text, text=text, author=f"{text} {place}") for place, text in enumerate(texts)]
    found = {"title": title, "feedback_ids": [one.pk for one in heard], "voices": len(heard)} | values
    return ThemeProposal.objects.create(workspace=actor.workspace, found_at=timezone.now(), **found)


def into(page: str) -> dict[str, str]:
    """The feature that each theme is linked to unless one says otherwise, by its title."""
    evidence, _, new = page.partition('id="pick-new"')
    found = re.findall(r'name="into-[^"]+" value="(F-\d+)', evidence)
    titles = re.findall(r">“([^”]+)” is evidence of<", evidence)
    return dict(zip(titles, found, strict=True)) | dict.fromkeys(
        re.findall(r'aria-label="Title of the feature from ([^"]+)"', new), "new"
    )


def lines(page: str) -> dict[str, tuple[int, int]]:
    """How many voices and messages each line counts."""
    rows = re.findall(r'data-messages="(\d+)".*?aria-label="Pick ([^"]+)".*?(\d+) voices?</span>', page, re.S)
    return {title: (int(voices), int(messages)) for messages, title, voices in rows}


def test_a_theme_that_reads_like_a_feature_is_offered_to_it(actor: Actor, client: Client) -> None:
    titled(actor, "DATEV interface", "Single sign-on", "Offline mode in the mobile app", "Invoice templates")
    proposed(actor, "Datev export", "The Datev export is missing", "Our books need a Datev export")
    proposed(actor, "SSO for IT", "We need SSO", "No roll-out without SSO, that is single sign-on")
    proposed(actor, "Mobile crashes", "The mobile crashes when I scroll in the calendar and then once more")
    page = text_of(client.get("/orchard/themes/pick"))
    assert into(page) == {"Datev export": "F-1", "SSO for IT": "F-2", "Mobile crashes": "new"}
    assert 'data-into="F-3 Offline mode in the mobile app"' in page, "what it may be about is one press away"


def pick(client: Client, *found: ThemeProposal, **values: Any) -> Any:
    """Pick themes, filled in as given: `into` is the feature they are linked to, if any."""
    into = values.pop("into", "")
    fields = {f"into-proposal-{one.pk}": into for one in found} | values
    return client.post("/orchard/themes/pick", {"pick": [f"proposal-{one.pk}" for one in found], **fields})


def test_themes_of_one_feature_are_one_line_that_counts_what_is_linked(actor: Actor, client: Client) -> None:
    [datev] = titled(actor, "DATEV interface")
    texts = ("No Datev interface", "We need the DATEV interface", "DATEV interface please")
    first, second = (
        proposed(actor, "Datev interface", *texts),
        proposed(actor, "Interface to Datev", "An interface to DATEV"),
    )
    second.feedback_ids += first.feedback_ids[:2]
    second.save()
    actions.link_messages(actor, first.feedback_ids[:1], "F-1")
    assert lines(text_of(client.get("/orchard/themes/pick"))) == {"DATEV interface": (3, 3)}
    pick(client, first, second, into="F-1 DATEV interface")
    assert queries.behind(actor, [datev.pk])[datev.pk].voices == 4, "three more than the one that asked"
    assert not Theme.objects.within(actor).exists(), "what is evidence of a feature needs no theme"
    assert "No themes to pick from" in text_of(client.get("/orchard/themes/pick"))


def test_a_linked_theme_asks_for_the_feature_that_is_there(actor: Actor, client: Client) -> None:
    [datev] = titled(actor, "DATEV interface")
    found = proposed(actor, "Datev export", "No Datev export", "We need Datev", "Datev please")
    asked = Feedback.objects.within(actor).get(title="We need Datev")
    before = actions.link_passage(actor, asked.pk, 8, 13, "F-1", 3)
    assert pick(client, found, into="F-1 DATEV interface")["Location"] == "/orchard/sizing/"
    requests = FeatureRequest.objects.within(actor).filter(feature=datev.pk)
    assert sorted(requests.values_list("importance", flat=True), key=str) == [3, None, None]
    assert requests.get(importance=3).pk == before.pk, "what asks already stays as it is"
    assert queries.behind(actor, [datev.pk])[datev.pk].voices == 3


def test_what_is_linked_to_a_feature_with_a_theme_goes_under_that(actor: Actor, client: Client) -> None:
    pick(client, proposed(actor, "Datev", "No Datev"))
    pick(client, proposed(actor, "Files", "Files!", "Files?"), into="datev")
    theme = Theme.objects.within(actor).get()
    assert insight.feedback_ids_of_themes(actor, [theme.pk])[theme.pk] == list(
        Feedback.objects.within(actor).order_by("pk").values_list("pk", flat=True)
    )


def test_an_accepted_theme_becomes_part_of_the_features(actor: Actor, client: Client) -> None:
    pick(client, proposed(actor, "Datev", "No Datev"))
    [files] = insight.accept_themes(actor, [proposed(actor, "Files", "Files!").pk])
    client.post("/orchard/themes/pick", {"pick": f"theme-{files.pk}", f"into-theme-{files.pk}": "F-1"})
    files.refresh_from_db()
    assert files.parent == Feature.objects.within(actor).get().theme


def test_a_theme_is_taken_out_of_a_feature_and_put_to_another(actor: Actor, client: Client) -> None:
    titled(actor, "DATEV interface", "Filing")
    found = proposed(actor, "Datev interface", "No Datev interface", "We need the DATEV interface")
    form = {
        "again": "1",
        "offered": "x",
        "pick": f"proposal-{found.pk}",
        f"was-proposal-{found.pk}": "F-1 DATEV interface",
    }
    at = f"into-proposal-{found.pk}"
    apart = text_of(client.post("/orchard/themes/pick", form | {at: "", f"title-proposal-{found.pk}": "Datev"}))
    assert into(apart) == {"Datev interface": "new"}
    assert 'value="Datev"' in apart
    moved = text_of(client.post("/orchard/themes/pick", form | {at: "filin"}))
    assert into(moved) == {"Datev interface": "F-2"}


def test_what_comes_to_a_feature_that_was_opened_is_ticked(actor: Actor, client: Client) -> None:
    [datev] = titled(actor, "DATEV interface")
    first, second = proposed(actor, "Datev interface", "No Datev interface"), proposed(actor, "Books", "Books by hand")
    fields = {
        "again": "1",
        "offered": "x",
        "pick": [f"proposal-{first.pk}", f"proposal-{second.pk}"],
        f"shown-feature-{datev.pk}": first.feedback_ids,
        f"was-proposal-{first.pk}": "F-1 DATEV interface",
        f"into-proposal-{first.pk}": "F-1 DATEV interface",
        f"into-proposal-{second.pk}": "F-1",
    }
    page = text_of(client.post("/orchard/themes/pick", fields))
    assert members(page) == {"No Datev interface": False, "Books by hand": True}
    assert lines(page)["DATEV interface"][1] == 1


def members(page: str) -> dict[str, bool]:
    """Whether each message of an opened theme is ticked, by what it says."""
    rows = re.findall(
        r'name="member-[^"]+" value="\d+"( checked)?>\s*<span>\s*<span class="message-text">([^<]+)<', page
    )
    return {text: bool(checked) for checked, text in rows}


def test_a_theme_opens_to_its_messages_the_doubtful_ones_unticked(actor: Actor, client: Client) -> None:
    titled(actor, "DATEV interface", "Dark theme")
    texts = ("No Datev export", "We need Datev", "Datev please", "The theme is dark")
    may_be = said(actor, title="Data for my books", text="Data for my books")
    found = proposed(actor, "Datev export", *texts, perhaps_ids=[may_be.pk])
    at = f"/orchard/themes/pick/messages?of=proposal-{found.pk}"
    first, second = Feature.objects.within(actor).order_by("pk").values_list("pk", flat=True)
    assert members(text_of(client.get(at))) == {**dict.fromkeys(texts, True), "Data for my books": False}
    near = members(text_of(client.get(f"{at}&feature={first}")))
    assert near == {**dict.fromkeys(texts[:3], True), "The theme is dark": False, "Data for my books": False}
    unlike = members(text_of(client.get(f"{at}&feature={second}")))
    assert unlike == members(text_of(client.get(at))), "where few are like the feature, words do not tell"


def test_only_ticked_messages_are_linked(actor: Actor, client: Client) -> None:
    found = proposed(actor, "Slow export", "One", "Two", "Three")
    one, two, three = found.feedback_ids
    values = {f"shown-proposal-{found.pk}": f"{one},{two}", f"member-proposal-{found.pk}": [two]}
    pick(client, found, **values)
    asking = FeatureRequest.objects.within(actor).values_list("insight__feedback", flat=True)
    assert set(asking) == {two, three}, "what nobody looked at is linked as it was proposed"
    assert {row.feedback_id for row in insight.Theme.feedback.through.objects.within(actor)} == {two, three}


def test_of_an_accepted_theme_only_ticked_messages_are_linked(actor: Actor, client: Client) -> None:
    [theme] = insight.accept_themes(actor, [proposed(actor, "Slow export", "One", "Two").pk])
    one, two = (said.pk for said in Feedback.objects.within(actor).order_by("pk"))
    values = {f"shown-theme-{theme.pk}": f"{one},{two}", f"member-theme-{theme.pk}": [two]}
    client.post("/orchard/themes/pick", values | {"pick": f"theme-{theme.pk}"})
    assert [row.insight.feedback_id for row in FeatureRequest.objects.within(actor)] == [two]


def test_what_a_theme_links_is_processed_until_it_is_undone(actor: Actor, client: Client) -> None:
    found = proposed(actor, "Slow export", "One", "Two")
    answer = client.post("/orchard/themes/pick", {"pick": f"proposal-{found.pk}"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/orchard/sizing/"
    states = Feedback.objects.within(actor).values_list("state", flat=True)
    assert set(states.all()) == {"processed"}
    undo = re.search(r'hx-post="(/orchard/changes/\d+/undo)"', text_of(client.get("/orchard/sizing/")))
    assert undo
    assert client.post(undo[1]).status_code < 300
    assert set(states.all()) == {"new"}
    assert not Feature.objects.within(actor).filter(archived_at=None).exists()


@pytest.mark.parametrize("chosen", ["x", "F-9", "O-9", "F-2", "O-1"])
def test_a_feature_that_is_not_there_is_not_linked_to(actor: Actor, client: Client, chosen: str) -> None:
    titled(actor, "Round trips", "Gone")
    changes.create(actor, OPPORTUNITY, [{"title": "Books by hand"}])
    changes.archive(actor, FEATURE, [Feature.objects.within(actor).get(title="Gone").pk])
    found = proposed(actor, "Datev export", "No Datev export")
    refused = pick(client, found, into=chosen, offered="x", **{f"title-proposal-{found.pk}": "Datev"})
    assert refused.status_code == 422
    page = text_of(refused)
    assert f'name="into-proposal-{found.pk}" value="{chosen}"' in page
    assert f'aria-describedby="fault-proposal-{found.pk}"' in page
    others = {"F-2": "F-2 is archived", "O-1": "O-1 is an opportunity; a feature is needed here"}
    assert others.get(chosen, f"There is no {chosen} in this workspace") in page
    assert 'value="Datev"' in page, "what else was typed stays"
    assert ThemeProposal.objects.within(actor).filter(dismissed=False).exists(), "nothing is done by halves"


def test_a_picked_theme_takes_the_name_that_one_gave(actor: Actor, client: Client) -> None:
    found = proposed(actor, "Sso: fehlt", "SSO fehlt", "Uns fehlt SSO", "SSO fehlt immer noch", phrases=["fehlt"])
    pick(client, found, **{f"title-proposal-{found.pk}": "Single sign-on"})
    feature = Feature.objects.within(actor).get()
    theme = Theme.objects.within(actor).get()
    assert (feature.theme, theme.title) == (theme, "Single sign-on")
    assert feature.description == theme.description == ""
    insight.propose_themes(actor)
    assert "Sso: fehlt" not in [one.title for one in insight.proposals(actor)]


def test_an_accepted_theme_takes_the_name_too(actor: Actor, client: Client) -> None:
    [theme] = insight.accept_themes(actor, [proposed(actor, "Sso", "SSO fehlt").pk])
    client.post("/orchard/themes/pick", {"pick": f"theme-{theme.pk}", f"title-theme-{theme.pk}": "Single sign-on"})
    theme.refresh_from_db()
    assert theme.title == Feature.objects.within(actor).get().title == "Single sign-on"


def ticked(page: str) -> set[str]:
    return set(re.findall(r'aria-label="Pick ([^"]+)" checked', page))


def test_what_says_too_little_or_is_part_of_another_is_not_ticked(actor: Actor, client: Client) -> None:
    titled(actor, "Sky masks")
    heard = [said(actor).pk]
    for title in ("Lens", "Lens correction", "Bug", "Slow export"):
        ThemeProposal.objects.create(
            workspace=actor.workspace, title=title, voices=9, feedback_ids=heard, found_at=timezone.now()
        )
    ThemeProposal.objects.create(
        workspace=actor.workspace, title="Export: slow, large", broad=True, feedback_ids=heard, found_at=timezone.now()
    )
    for title, values in (
        ("Left and died", {}),
        ("Please give us a", {"phrases": [insight.SAME_WORDS]}),
        ("Masks", {"feedback_ids": [said(actor, title="The brush for masks lags and then stops").pk]}),
        ("Full sun", {"feedback_ids": [said(actor, title=f"Love it {n}", rating=5).pk for n in range(3)]}),
    ):
        proposed(actor, title, **{"voices": 9, "feedback_ids": heard, **values})
    page = text_of(client.get("/orchard/themes/pick"))
    assert ticked(page) == {"Lens correction", "Slow export"}, "what is broad takes no tick from others"
    for why in (
        "Part of Lens correction",
        "Link to F-1 Sky masks?",
        "Too general",
        "A turn of phrase",
        "One message&#x27;s words",
        "Mostly praise",
    ):
        assert why in page


def test_more_messages_than_can_be_done_at_once_are_refused(actor: Actor, client: Client) -> None:
    found = proposed(actor, "Slow export", "One")
    answer = pick(client, found, **{f"shown-proposal-{found.pk}": ",".join(map(str, range(1, 3000)))})
    assert (answer.status_code, "at most 2,000 at once" in text_of(answer)) == (422, True)


def test_what_one_left_out_stays_left_out(actor: Actor, client: Client) -> None:
    found = {
        title: ThemeProposal.objects.create(
            workspace=actor.workspace, title=title, voices=9, feedback_ids=[said(actor).pk], found_at=timezone.now()
        ).pk
        for title in ("Slow export", "Retouching", "Bug")
    }
    page = text_of(client.get("/orchard/themes/pick"))
    shown = {f"title-proposal-{pk}": title for title, pk in found.items()}
    shown["offered"] = re.findall(r'name="offered" value="([^"]+)"', page)
    assert (
        client.post("/orchard/themes/pick", shown | {"keep": "1", "pick": f"proposal-{found['Bug']}"}).status_code
        == 204
    )
    page = text_of(client.get("/orchard/themes/pick"))
    assert ticked(page) == {"Bug"}
    assert "Left out by you" in page
    assert client.post("/orchard/themes/pick", shown | {"pick": f"proposal-{found['Bug']}"}).status_code == 302
    assert ticked(text_of(client.get("/orchard/themes/pick"))) == set()


@pytest.mark.parametrize("role", Role.values)
def test_picking_is_offered_to_who_may_do_it(actor: Actor, client: Client, role: str) -> None:
    found = proposed(actor, "Slow export", "One")
    changes.archive(actor, FEATURE, [one.pk for one in titled(actor, "Of the first day")])
    Member.objects.update(role=role)
    may = role in (Role.ADMIN, Role.EDITOR)
    assert ("themes/pick" in text_of(client.get("/orchard/inbox/"))) == may
    assert "Slow export" in text_of(client.get("/orchard/inbox/"))
    assert ("themes/pick" in text_of(client.get("/orchard/"))) == may
    assert ("themes/pick" in text_of(client.get("/orchard/search", {"q": "pick features"}))) == may
    assert client.get("/orchard/themes/pick").status_code == (200 if may else 403)
    assert pick(client, found).status_code == (302 if may else 403)


def test_a_feature_that_was_renamed_while_one_picked_is_linked_to_by_its_key(actor: Actor, client: Client) -> None:
    [datev] = titled(actor, "DATEV interface")
    found = proposed(actor, "Datev interface", "No Datev interface")
    changes.update(actor, FEATURE, [Edit(datev.pk, {"title": "Accounting link"})])
    assert pick(client, found, into="F-1 DATEV interface").status_code == 302
    assert FeatureRequest.objects.within(actor).get().feature == datev


def test_of_more_features_than_can_be_looked_up_at_once_none_is(actor: Actor, client: Client) -> None:
    typed = {f"into-proposal-{number}": f"Nothing like this {number}" for number in range(501)}
    with CaptureQueriesContext(connection) as captured:
        answer = client.post("/orchard/themes/pick", typed | {"again": "1"})
    assert (answer.status_code, "name at most 500 features at once" in text_of(answer).casefold()) == (422, True)
    assert len(captured) < 40


def test_a_feature_typed_many_times_is_looked_up_once(actor: Actor, client: Client) -> None:
    def queries_for(times: int) -> int:
        typed = {f"into-proposal-{number}": "Nothing like this" for number in range(times)}
        with CaptureQueriesContext(connection) as captured:
            client.post("/orchard/themes/pick", typed | {"again": "1"})
        return len(captured)

    assert queries_for(1) == queries_for(600)


def test_all_lines_that_are_open_are_read_at_once(actor: Actor, client: Client) -> None:
    found = [proposed(actor, f"Theme {number} of zebras", f"Zebra {number}") for number in range(6)]

    def queries_with(count: int) -> int:
        shown = {f"shown-proposal-{one.pk}": one.feedback_ids for one in found[:count]}
        with CaptureQueriesContext(connection) as captured:
            page = text_of(client.post("/orchard/themes/pick", shown | {"again": "1", "offered": "x"}))
        assert page.count('class="pick-messages"') == count
        return len(captured)

    queries_with(0)
    assert queries_with(1) == queries_with(6)


def test_two_themes_that_become_one_ask_with_the_messages_of_both(actor: Actor, client: Client) -> None:
    [theme] = insight.accept_themes(actor, [proposed(actor, "Slow export", "One", "Two").pk])
    again = proposed(actor, "Slow export", "Three")
    one, *_ = insight.feedback_ids_of_themes(actor, [theme.pk])[theme.pk]
    values = {f"shown-theme-{theme.pk}": one, "pick": [f"theme-{theme.pk}", f"proposal-{again.pk}"]}
    client.post("/orchard/themes/pick", values)
    assert Feature.objects.within(actor).count() == 1
    quotes = FeatureRequest.objects.within(actor).values_list("insight__quote", flat=True)
    assert set(quotes) == {"Two", "Three"}


def test_what_only_praises_or_names_the_desk_is_not_ticked(actor: Actor, client: Client) -> None:
    for title in ("Otherwise happy", "Support answered", "Climb view"):
        proposed(actor, title, *(f"{title}, says customer {number}" for number in range(5)), voices=5)
    assert ticked(text_of(client.get("/orchard/themes/pick"))) == {"Climb view"}
