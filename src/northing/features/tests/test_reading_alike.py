"""Evidence of features that nobody found a theme for: new messages that read like them, one by one."""

from __future__ import annotations

import pytest
from django.test import Client

import northing.insight.public as insight
from northing.access.actor import Actor, for_member
from northing.access.models import Member, Workspace
from northing.access.roles import Role
from northing.features import actions
from northing.features.members import Members, evidence
from northing.features.models import Feature, FeatureRequest, Refusal
from northing.features.tests.test_pages import client_of, said, text_of, titled
from northing.features.tests.test_picking import into, lines, pick, proposed
from northing.insight.models import Feedback, State
from northing.kit.history import undo
from northing.kit.models import Change

pytestmark = pytest.mark.django_db

PAGE = "/orchard/themes/pick"
TITLES = ("Dark mode in the app", "Touch lock in rain", "Invoice templates")


@pytest.fixture
def client() -> Client:
    return client_of(Workspace.objects.create(name="Orchard", slug="orchard"), Role.EDITOR)


@pytest.fixture
def actor(client: Client) -> Actor:
    return for_member(Member.objects.get())


def heard(actor: Actor, *texts: str) -> list[Feedback]:
    return [said(actor, title=text, text=text, author=text) for text in texts]


def asking(actor: Actor, feature: Feature) -> set[str]:
    requests = FeatureRequest.objects.within(actor).filter(feature=feature, archived_at=None)
    return set(requests.values_list("insight__feedback__title", flat=True))


def test_new_messages_that_read_like_a_feature_are_evidence_without_a_theme(actor: Actor, client: Client) -> None:
    dark, touch, _ = titled(actor, *TITLES)
    heard(actor, "Please, a dark mode for the app", "Dark mode!", "Rain locks the touch screen", "The box was empty")
    page = text_of(client.get(PAGE))
    assert lines(page) == {dark.title: (2, 2), touch.title: (1, 1)}
    answer = client.post(PAGE, {"pick": [f"alike-{dark.pk}"]})
    assert answer["Location"] == "/orchard/sizing/"
    assert asking(actor, dark) == {"Please, a dark mode for the app", "Dark mode!"}
    assert asking(actor, touch) == set()
    assert Feedback.objects.within(actor).filter(state=State.PROCESSED).count() == 2
    assert lines(text_of(client.get(PAGE))) == {touch.title: (1, 1)}


def test_what_was_left_out_once_is_not_offered_again(actor: Actor, client: Client) -> None:
    [dark, *_] = titled(actor, *TITLES)
    kept, left = heard(actor, "Please, a dark mode for the app", "Dark mode broke my app")
    name = f"feature-{dark.pk}"
    shown = {f"shown-{name}": f"{kept.pk},{left.pk}", f"member-{name}": f"{kept.pk}"}
    client.post(PAGE, {"pick": [f"alike-{dark.pk}"], **shown})
    assert asking(actor, dark) == {kept.title}
    assert lines(text_of(client.get(PAGE))) == {}
    heard(actor, "A dark mode for the app, now")
    assert lines(text_of(client.get(PAGE))) == {dark.title: (1, 1)}


def test_what_somebody_unlinked_is_not_offered_again(actor: Actor, client: Client) -> None:
    [dark, *_] = titled(actor, *TITLES)
    [one] = heard(actor, "Please, a dark mode for the app")
    actions.unlink(actor, [actions.link_passage(actor, one.pk, 0, 10, "F-1").pk])
    assert lines(text_of(client.get(PAGE))) == {}
    found = proposed(actor, "Dark mode", "The dark mode of the app", "An app with dark mode")
    found.feedback_ids.append(one.pk)
    found.save()
    opened = f"{PAGE}/messages?of=proposal-{found.pk},alike-{dark.pk}&feature={dark.pk}"
    listed = text_of(client.get(opened))
    assert listed.count("checked") == 2
    assert "left out before" in listed


def test_a_theme_whose_messages_read_like_a_feature_is_evidence_of_it(actor: Actor, client: Client) -> None:
    titled(actor, *TITLES)
    proposed(actor, "Late evening", "Dark mode for the late evening", "In the late evening I need the dark mode")
    assert into(text_of(client.get(PAGE))) == {"Late evening": "F-1"}


def test_what_somebody_wants_to_be_new_is_no_evidence_of_what_it_reads_like(actor: Actor, client: Client) -> None:
    [dark, *_] = titled(actor, *TITLES)
    found = proposed(
        actor, "Late evening", "Dark mode for the late evening", "In the late evening I need the dark mode"
    )
    heard(actor, "The app in dark mode")
    ticked = {"pick": [f"proposal-{found.pk},alike-{dark.pk}"]}
    moved = ticked | {f"was-proposal-{found.pk}": "F-1 Dark mode in the app", f"into-proposal-{found.pk}": ""}
    page = text_of(client.post(PAGE, moved | {"again": "1"}))
    assert lines(page) == {dark.title: (1, 1), "Late evening": (2, 2)}
    client.post(PAGE, moved)
    assert asking(actor, dark) == {"The app in dark mode"}
    assert asking(actor, Feature.objects.within(actor).get(title="Late evening")) == set(
        Feedback.objects.within(actor).filter(pk__in=found.feedback_ids).values_list("title", flat=True)
    )


def test_what_is_said_elsewhere_is_evidence_of_nothing_here(actor: Actor, client: Client) -> None:
    other = client_of(Workspace.objects.create(name="Other", slug="other"), Role.ADMIN)
    stranger = for_member(Member.objects.get(workspace__slug="other"))
    [foreign] = titled(stranger, "Dark mode in the app")
    heard(actor, "Please, a dark mode for the app")
    assert client.post(PAGE, {"pick": [f"alike-{foreign.pk}"]}).status_code == 302
    assert not FeatureRequest.objects.exists()
    assert lines(text_of(other.get("/other/themes/pick"))) == {}


def test_as_many_features_are_shown_as_a_form_can_carry(
    actor: Actor, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("northing.features.picking._MOST_SHOWN", 1)
    dark, touch, _ = titled(actor, *TITLES)
    heard(actor, "Please, a dark mode for the app", "Dark mode!", "Rain locks the touch screen")
    page = text_of(client.get(PAGE))
    assert lines(page) == {dark.title: (2, 2)}
    assert "And 1 more feature: they come up once these are linked." in page
    client.post(PAGE, {"pick": [f"alike-{dark.pk}"]})
    assert lines(text_of(client.get(PAGE))) == {touch.title: (1, 1)}


@pytest.mark.parametrize(
    "wish",
    [
        "I would love a dark mode in the app",
        "A dark mode in the app would be nice",
        "Happy to pay for a dark mode in the app",
        "Please make the dark mode of the app smooth",
        "Not happy: no dark mode in the app",
        "Dark mode in the app isn't good",
        "Ein dark mode in der app wäre toll",
    ],
)
def test_a_wish_in_kind_words_is_a_wish(actor: Actor, client: Client, wish: str) -> None:
    [dark, *_] = titled(actor, *TITLES)
    heard(actor, wish, "Love the dark mode in the app!")
    assert lines(text_of(client.get(PAGE))) == {dark.title: (1, 1)}


def test_undo_offers_again_what_was_left_out(actor: Actor, client: Client) -> None:
    [dark, *_] = titled(actor, *TITLES)
    kept, left = heard(actor, "Please, a dark mode for the app", "Dark mode broke my app")
    name = f"feature-{dark.pk}"
    shown = {f"shown-{name}": f"{kept.pk},{left.pk}", f"member-{name}": f"{kept.pk}"}
    client.post(PAGE, {"pick": [f"alike-{dark.pk}"], **shown})
    undo(actor, Change.objects.within(actor).latest("pk").pk)
    assert lines(text_of(client.get(PAGE))) == {dark.title: (2, 2)}


def test_a_message_is_refused_once_none_of_its_passages_asks(actor: Actor, client: Client) -> None:
    [dark, *_] = titled(actor, *TITLES)
    [one] = heard(actor, "Please, a dark mode for the app")
    first, second = (actions.link_passage(actor, one.pk, start, start + 6, "F-1") for start in (0, 8))
    actions.unlink(actor, [first.pk])
    assert not Refusal.objects.exists()
    actions.unlink(actor, [second.pk])
    assert Refusal.objects.get().feature == dark
    _, change_id = actions.link_messages(actor, [one.pk], "F-1")
    assert evidence(actor, {dark.pk: [Members([one.pk])]})[dark.pk].known == [one.pk], "a link goes before a refusal"
    assert change_id is not None
    undo(actor, change_id)
    assert evidence(actor, {dark.pk: [Members([one.pk])]})[dark.pk].refused == [one.pk], "and undone it stands again"


def test_a_found_theme_that_was_linked_is_offered_again_once_that_is_undone(actor: Actor, client: Client) -> None:
    titled(actor, "DATEV interface")
    found = proposed(actor, "Datev export", "No Datev export")
    pick(client, found, into="F-1 DATEV interface")
    assert not insight.proposals(actor)
    undo(actor, Change.objects.within(actor).latest("pk").pk)
    assert insight.proposals(actor) == [found]
    pick(client, found, into="F-1 DATEV interface")
    assert not insight.proposals(actor)


def test_what_is_only_perhaps_asked_for_waits_unticked_and_what_nobody_names_is_told(
    actor: Actor, client: Client
) -> None:
    dark, touch, _ = titled(actor, *TITLES)
    [doubtful] = heard(actor, "The screen is far too bright at night")
    page = text_of(client.get(PAGE))
    assert f'value="alike-{dark.pk}" aria-label="Pick {dark.title}">' in page
    assert "1 perhaps" in page
    assert f"F-2</span> {touch.title}" in page.partition("No new message reads like")[2]
    client.post(PAGE, {"pick": [f"alike-{dark.pk}"]})
    assert asking(actor, dark) == set(), "what nobody looked at is not linked"
    name = f"feature-{dark.pk}"
    ticked = {f"shown-{name}": f"{doubtful.pk}", f"member-{name}": f"{doubtful.pk}"}
    client.post(PAGE, {"pick": [f"alike-{dark.pk}"], **ticked})
    assert asking(actor, dark) == {doubtful.title}


def test_words_that_people_say_of_many_features_are_no_feature(actor: Actor, client: Client) -> None:
    titled(actor, *TITLES)
    wishes = ("dark mode in the app", "touch lock in rain", "invoice templates")
    proposed(actor, "Customers ask", *(f"Our customers ask for {wish}" for wish in wishes))
    page = text_of(client.get(PAGE))
    assert "For different features" in page
    assert "that do not say what to build" in page
