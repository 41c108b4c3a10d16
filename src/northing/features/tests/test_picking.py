"""Picking features from themes: what is ticked, what is linked to a feature that is there, and what it is called."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import northing.insight.public as insight
from northing.access.actor import Actor, for_member
from northing.access.models import Member, Workspace
from northing.access.roles import Role
from northing.features import actions, queries
from northing.features.models import Feature, FeatureRequest
from northing.features.tests.test_pages import client_of, said, text_of, titled
from northing.insight.models import Feedback, Theme, ThemeProposal

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
    assert text_of(client.get("/orchard/themes/pick")).count('name="proposal"') == 2
    answer = client.post("/orchard/themes/pick", {"proposal": found[0].pk, f"title-proposal-{found[0].pk}": "Resume"})
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
    found = re.findall(
        r'name="into-[^"]+"( value="[^"]+")? [^>]*aria-label="The feature that ([^"]+) is linked to"', page
    )
    return {title: value[len(' value="') :].partition(" ")[0] or "new" for value, title in found}


def test_a_theme_that_reads_like_a_feature_is_offered_to_it(actor: Actor, client: Client) -> None:
    titled(actor, "DATEV interface", "Single sign-on", "Offline mode in the mobile app", "Invoice templates")
    proposed(actor, "Datev export", "The Datev export is missing", "Our books need a Datev export")
    proposed(actor, "SSO for IT", "We need SSO", "No roll-out without SSO, that is single sign-on")
    proposed(actor, "Mobile crashes", "The mobile crashes when I scroll in the calendar and then once more")
    page = text_of(client.get("/orchard/themes/pick"))
    assert into(page) == {"Datev export": "F-1", "SSO for IT": "F-2", "Mobile crashes": "new"}
    assert 'data-into="F-3 Offline mode in the mobile app"' in page, "what it may be about is one press away"


def test_a_linked_theme_asks_for_the_feature_that_is_there(actor: Actor, client: Client) -> None:
    [datev] = titled(actor, "DATEV interface")
    found = proposed(actor, "Datev export", "No Datev export", "We need Datev", "Datev please")
    asked = Feedback.objects.within(actor).get(title="We need Datev")
    before = actions.link_passage(actor, asked.pk, 8, 13, "F-1", 3)
    values = {"proposal": found.pk, f"into-proposal-{found.pk}": "F-1 DATEV interface"}
    assert client.post("/orchard/themes/pick", values)["Location"] == "/orchard/features/"
    [feature] = Feature.objects.within(actor)
    assert feature.theme is not None
    assert (feature.title, feature.theme.title) == ("DATEV interface", "DATEV interface")
    requests = FeatureRequest.objects.within(actor).filter(feature=datev.pk)
    assert sorted(requests.values_list("importance", flat=True), key=str) == [3, None, None]
    assert requests.get(importance=3).pk == before.pk, "what asks already stays as it is"
    assert queries.behind(actor, [datev.pk])[datev.pk].voices == 3


def test_a_theme_of_another_name_becomes_part_of_the_features(actor: Actor, client: Client) -> None:
    titled(actor, "DATEV interface")
    for found, title in (
        (proposed(actor, "Datev export", "No Datev"), ""),
        (proposed(actor, "Files", "Files!"), "Filing"),
    ):
        values = {f"into-proposal-{found.pk}": "datev INTERFACE", f"title-proposal-{found.pk}": title}
        client.post("/orchard/themes/pick", values | {"proposal": found.pk})
    assert Theme.objects.within(actor).get(title="Filing").parent == Feature.objects.within(actor).get().theme
    assert "No themes to pick from" in text_of(client.get("/orchard/themes/pick"))


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
    at = f"/orchard/themes/pick/proposal/{found.pk}/"
    assert members(text_of(client.get(at))) == {**dict.fromkeys(texts, True), "Data for my books": False}
    near = members(text_of(client.get(at, {f"into-proposal-{found.pk}": "F-1"})))
    assert near == {**dict.fromkeys(texts[:3], True), "The theme is dark": False, "Data for my books": False}
    unlike = members(text_of(client.get(at, {f"into-proposal-{found.pk}": "F-2"})))
    assert unlike == members(text_of(client.get(at))), "where few are like the feature, words do not tell"


def test_only_ticked_messages_are_linked(actor: Actor, client: Client) -> None:
    found = proposed(actor, "Slow export", "One", "Two", "Three")
    one, two, three = found.feedback_ids
    values = {f"shown-proposal-{found.pk}": f"{one},{two}", f"member-proposal-{found.pk}": [two]}
    client.post("/orchard/themes/pick", values | {"proposal": found.pk})
    asking = FeatureRequest.objects.within(actor).values_list("insight__feedback", flat=True)
    assert set(asking) == {two, three}, "what nobody looked at is linked as it was proposed"
    assert {row.feedback_id for row in insight.Theme.feedback.through.objects.within(actor)} == {two, three}


def test_of_an_accepted_theme_only_ticked_messages_are_linked(actor: Actor, client: Client) -> None:
    [theme] = insight.accept_themes(actor, [proposed(actor, "Slow export", "One", "Two").pk])
    one, two = (said.pk for said in Feedback.objects.within(actor).order_by("pk"))
    values = {f"shown-theme-{theme.pk}": f"{one},{two}", f"member-theme-{theme.pk}": [two]}
    client.post("/orchard/themes/pick", values | {"theme": theme.pk})
    assert [row.insight.feedback_id for row in FeatureRequest.objects.within(actor)] == [two]


def test_what_a_theme_links_is_processed_until_it_is_undone(actor: Actor, client: Client) -> None:
    found = proposed(actor, "Slow export", "One", "Two")
    answer = client.post("/orchard/themes/pick", {"proposal": found.pk}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/orchard/sizing/"
    states = Feedback.objects.within(actor).values_list("state", flat=True)
    assert set(states.all()) == {"processed"}
    undo = re.search(r'hx-post="(/orchard/changes/\d+/undo)"', text_of(client.get("/orchard/sizing/")))
    assert undo
    assert client.post(undo[1]).status_code < 300
    assert set(states.all()) == {"new"}
    assert not Feature.objects.within(actor).filter(archived_at=None).exists()


@pytest.mark.parametrize(("chosen", "status"), [("x", 422), ("F-9", 404), ("O-1", 422)])
def test_a_feature_that_is_not_there_is_not_linked_to(actor: Actor, client: Client, chosen: str, status: int) -> None:
    found = proposed(actor, "Datev export", "No Datev export")
    values = {"proposal": found.pk, f"into-proposal-{found.pk}": chosen}
    assert client.post("/orchard/themes/pick", values).status_code == status
    assert ThemeProposal.objects.within(actor).filter(dismissed=False).exists(), "nothing is done by halves"


def test_a_picked_theme_takes_the_name_that_one_gave(actor: Actor, client: Client) -> None:
    found = proposed(actor, "Sso: fehlt", "SSO fehlt", "Uns fehlt SSO", "SSO fehlt immer noch", phrases=["fehlt"])
    client.post("/orchard/themes/pick", {"proposal": found.pk, f"title-proposal-{found.pk}": "Single sign-on"})
    feature = Feature.objects.within(actor).get()
    theme = Theme.objects.within(actor).get()
    assert (feature.theme, theme.title) == (theme, "Single sign-on")
    assert feature.description == theme.description == ""
    insight.propose_themes(actor)
    assert "Sso: fehlt" not in [one.title for one in insight.proposals(actor)]


def test_an_accepted_theme_takes_the_name_too(actor: Actor, client: Client) -> None:
    [theme] = insight.accept_themes(actor, [proposed(actor, "Sso", "SSO fehlt").pk])
    client.post("/orchard/themes/pick", {"theme": theme.pk, f"title-theme-{theme.pk}": "Single sign-on"})
    theme.refresh_from_db()
    assert theme.title == Feature.objects.within(actor).get().title == "Single sign-on"


def ticked(page: str) -> set[str]:
    return set(re.findall(r'aria-label="Pick ([^"]+)" checked', page))


def test_what_says_too_little_or_is_part_of_another_is_not_ticked(actor: Actor, client: Client) -> None:
    titled(actor, "Sky masks")
    heard = [said(actor).pk]
    for title in ("Lens", "Lens correction", "Bug", "Masks", "Slow export"):
        ThemeProposal.objects.create(
            workspace=actor.workspace, title=title, voices=9, feedback_ids=heard, found_at=timezone.now()
        )
    ThemeProposal.objects.create(
        workspace=actor.workspace, title="Export: slow, large", broad=True, feedback_ids=heard, found_at=timezone.now()
    )
    for title, values in (
        ("Left and died", {}),
        ("Please give us a", {"phrases": [insight.SAME_WORDS]}),
        ("Full sun", {"feedback_ids": [said(actor, title=f"Love it {n}", rating=5).pk for n in range(3)]}),
    ):
        proposed(actor, title, **{"voices": 9, "feedback_ids": heard, **values})
    page = text_of(client.get("/orchard/themes/pick"))
    assert ticked(page) == {"Lens correction", "Slow export"}, "what is broad takes no tick from others"
    for why in (
        "part of Lens correction",
        "part of Sky masks",
        "says not what to build",
        "a turn of phrase",
        "the words of one message",
        "mostly praise",
    ):
        assert why in page


def test_more_themes_than_can_be_done_at_once_are_refused(client: Client) -> None:
    answer = client.post("/orchard/themes/pick", {"theme": ",".join(map(str, range(1, 3000)))})
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
    assert client.post("/orchard/themes/pick", shown | {"keep": "1", "proposal": found["Bug"]}).status_code == 204
    page = text_of(client.get("/orchard/themes/pick"))
    assert ticked(page) == {"Bug"}
    assert "left out by you" in page
    assert client.post("/orchard/themes/pick", shown | {"proposal": found["Bug"]}).status_code == 302
    assert ticked(text_of(client.get("/orchard/themes/pick"))) == set()
