"""The inbox: states, folding, voices, segments, near-duplicates and themes, on a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from northing.access.actor import Actor, Forbidden, Origin, system
from northing.access.models import Workspace
from northing.access.roles import Role
from northing.insight import actions, inbox, planning, queries
from northing.insight.models import Feedback, State, Theme, ThemeProposal
from northing.insight.records import ACCOUNT, CONTACT, FEEDBACK, SEGMENT, THEME
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.models import Job
from northing.kit.problems import Invalid, Missing
from northing.products.public import PRODUCT

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture
def actor() -> Actor:
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.WEB)


def said(actor: Actor, *texts: str, **values: Any) -> list[Feedback]:
    """Feedback with these texts, each a minute after the one before."""
    start = datetime(2026, 5, 1, tzinfo=UTC)
    rows = [
        {"title": text[:60], "text": text, "created_at": start + timedelta(minutes=i)} | values
        for i, text in enumerate(texts)
    ]
    return changes.create(actor, FEEDBACK, rows)


def fresh(actor: Actor) -> dict[str, Feedback]:
    return {one.text: one for one in Feedback.objects.within(actor)}


def test_snoozed_feedback_comes_back_on_its_day(actor: Actor) -> None:
    [one, other] = said(actor, "export fails", "hinge squeaks")
    with pytest.raises(Invalid, match="must lie in the future"):
        actions.snooze(actor, [one.pk], DAY, DAY)
    actions.snooze(actor, [one.pk, other.pk], DAY + timedelta(days=2), DAY)
    assert actions.wake(actor, DAY + timedelta(days=1)) == 0
    actions.set_state(actor, [other.pk], State.PROCESSED)
    assert actions.wake(actor, DAY + timedelta(days=2)) == 1
    found = sorted(fresh(actor).values(), key=lambda feedback: feedback.pk)
    assert [(f.state, f.snoozed_until) for f in found] == [("new", None), ("processed", None)]


def test_folding_takes_followers_along_and_makes_no_chains(actor: Actor) -> None:
    a, b, c, d = said(actor, "a", "b", "c", "d")
    actions.fold(actor, b.pk, [c.pk])
    actions.fold(actor, a.pk, [b.pk])
    actions.fold(actor, c.pk, [d.pk])
    assert {f.text: f.folded_into_id for f in fresh(actor).values()} == {"a": None, "b": a.pk, "c": a.pk, "d": a.pk}
    assert queries.folded_counts(actor, [a.pk, b.pk]) == {a.pk: 3}
    with pytest.raises(Invalid, match="already stands for"):
        actions.fold(actor, d.pk, [a.pk])
    with pytest.raises(Missing):
        actions.fold(actor, 999_999, [a.pk])


def test_near_duplicates_fold_into_the_first_but_not_what_was_unfolded(actor: Actor) -> None:
    first, again, other = said(actor, "Export stops at 4 GB.", "export stops at 4 GB!", "The hinge squeaks")
    assert planning.fold_near_duplicates(actor) == 1
    assert fresh(actor)[again.text].folded_into_id == first.pk
    actions.unfold(actor, [again.pk])
    assert planning.fold_near_duplicates(actor) == 0
    said(actor, "EXPORT stops at 4 GB")
    assert planning.fold_near_duplicates(actor) == 1
    assert {f.text for f in queries.inbox(actor)} == {first.text, again.text, other.text}


def test_the_one_that_stands_for_others_goes_on_though_an_older_arrives(actor: Actor) -> None:
    leader, _ = said(actor, "Dark theme please", "dark theme please")
    planning.fold_near_duplicates(actor)
    said(actor, "dark theme, please!", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert planning.fold_near_duplicates(actor) == 1
    assert [f.pk for f in queries.inbox(actor)] == [leader.pk]


def test_the_same_words_about_two_products_stay_two(actor: Actor) -> None:
    phone, lamp = changes.create(actor, PRODUCT, [{"name": "Phone"}, {"name": "Lamp"}])
    said(actor, "Battery dies fast", product=phone.pk)
    said(actor, "Battery dies fast", product=lamp.pk)
    assert planning.fold_near_duplicates(actor) == 0


def test_new_feedback_asks_once_for_a_look_at_all_of_it(actor: Actor) -> None:
    said(actor, "a")
    [b] = said(actor, "b")
    actions.assign(actor, [b.pk], None)
    assert Job.objects.within(actor).filter(task="northing.insight.jobs.tidy").count() == 1


def test_themes_are_proposed_accepted_and_dismissed_for_good(actor: Actor) -> None:
    said(actor, *(f"the noise cancelling {word}" for word in ("hisses", "drops", "pulses", "whistles")))
    said(actor, *(f"{word} when it exports" for word in ("crashes", "stops", "hangs", "beeps")))
    assert planning.propose_themes(actor) == 2
    noise, exports = queries.proposals(actor)
    assert {noise.title, exports.title} == {"Noise cancelling", "Exports"}
    [theme] = actions.accept_themes(actor, [noise.pk])
    assert (theme.origin, queries.theme_voices(actor, [theme.pk])) == ("found", {theme.pk: 4})
    actions.dismiss_themes(actor, [exports.pk])
    assert planning.propose_themes(actor) == 0
    assert queries.proposals(actor) == []
    assert ThemeProposal.objects.within(actor).count() == 1


def test_themes_of_the_same_messages_are_one(actor: Actor) -> None:
    said(actor, *(f"{word} when the export fails" for word in ("hang", "stop", "beep", "halt")), tags="exporting")
    said(actor, *(f"{word} then an export runs" for word in ("slow", "warm", "late")))
    said(actor, *(f"the noise cancelling {word}" for word in ("hisses", "drops", "pulses", "whistles")))
    planning.propose_themes(actor)
    assert {one.title for one in queries.proposals(actor)} == {"Exporting", "Export runs", "Noise cancelling"}


def test_what_many_said_in_the_same_words_is_a_theme(actor: Actor) -> None:
    first, *_ = said(
        actor, *["Please. A battery saver mode would help on long rides"] * 3, *["ok"] * 4, "Hinge squeaks"
    )
    planning.fold_near_duplicates(actor)
    planning.propose_themes(actor)
    [found] = queries.proposals(actor)
    assert (found.title, found.feedback_ids) == ("A battery saver mode would help on long rides", [first.pk])
    assert found.voices == 3
    assert found.phrases == [planning.SAME_WORDS]


def test_a_found_theme_keeps_what_may_be_about_it_apart(actor: Actor) -> None:
    sure = said(actor, *(f"Offline maps of {place}, the download stops" for place in ("Portugal", "Crete", "Malta")))
    [perhaps] = said(actor, "Allow map download over WiFi")
    said(actor, *(f"{noun} squeaks" for noun in ("Hinge", "Lid", "Strap", "Dock")))
    planning.propose_themes(actor)
    [maps] = [one for one in queries.proposals(actor) if sure[0].pk in one.feedback_ids]
    assert (set(maps.feedback_ids), maps.perhaps_ids) == ({one.pk for one in sure}, [perhaps.pk])
    [theme] = actions.accept_themes(actor, [maps.pk])
    assert perhaps.pk not in queries.feedback_ids_of_themes(actor, [theme.pk])[theme.pk]


def test_what_is_archived_in_the_inbox_asks_for_a_look(actor: Actor) -> None:
    [one] = said(actor, "a")
    Job.objects.all().delete()
    actions.set_state(actor, [one.pk], State.PROCESSED)
    assert not Job.objects.exists()
    actions.set_state(actor, [one.pk], State.ARCHIVED)
    assert Job.objects.filter(task="northing.insight.jobs.tidy").exists()


def test_labels_that_feedback_brought_are_themes_before_words(actor: Actor) -> None:
    texts = [f"{word} please" for word in ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")]
    said(actor, *texts[:3], tags="ai-masks, Positive")
    said(actor, *texts[3:6], tags="lens")
    said(actor, "Adverts annoying", "adverts, annoying ones", "annoying adverts again", texts[6], texts[7])
    planning.propose_themes(actor)
    assert [found.title for found in queries.proposals(actor)][:2] == ["AI masks", "Lens"]
    by_title = {found.title: len(found.feedback_ids) for found in queries.proposals(actor)}
    assert by_title["AI masks"] == by_title["Lens"] == 3
    assert "Positive" not in by_title


def test_a_theme_is_not_below_itself(actor: Actor) -> None:
    top, middle = changes.create(actor, THEME, [{"title": "Top"}, {"title": "Middle"}])
    changes.update(actor, THEME, [Edit(middle.pk, {"parent": top.pk})])
    [low] = changes.create(actor, THEME, [{"title": "Low", "parent": middle.pk}])
    with pytest.raises(Invalid, match="is below itself"):
        changes.update(actor, THEME, [Edit(top.pk, {"parent": low.pk})])
    assert Theme.objects.within(actor).get(pk=top.pk).parent_id is None


def test_segments_are_always_of_now(actor: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = [{"name": "Kestrel", "tier": "Pro", "revenue": 9000}, {"name": "Wren", "tier": "Free"}]
    kestrel, wren = changes.create(actor, ACCOUNT, rows)
    buyer, user = changes.create(
        actor, CONTACT, [{"name": "Buyer", "account": wren.pk, "role": "Buyer"}, {"name": "User"}]
    )
    rules = {
        "Big": ("account", {"field": "revenue", "at_least": 5000}),
        "Not pro": ("contact", {"field": "account.tier", "is_not": "pro"}),
        "Buyers": (
            "contact",
            {"all": [{"field": "role", "contains": "buy"}, {"field": "account.tier", "filled": True}]},
        ),
    }
    big, *_ = changes.create(
        actor, SEGMENT, [{"name": name, "subject": of, "rule": rule} for name, (of, rule) in rules.items()]
    )
    with django_assert_num_queries(3):
        found = queries.memberships(actor, [kestrel.pk, wren.pk], [buyer.pk, user.pk])
    assert {m.segment.name: m.account_ids | m.contact_ids for m in found} == {
        "Big": {kestrel.pk},
        "Buyers": {buyer.pk},
        "Not pro": {buyer.pk, user.pk},
    }
    changes.update(actor, ACCOUNT, [Edit(wren.pk, {"revenue": "7000"})])
    assert set(queries.members_of(actor, big)) == {kestrel, wren}


def test_speakers_are_authors_and_those_folded(actor: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    [kestrel] = changes.create(actor, ACCOUNT, [{"name": "Kestrel"}])
    [kim] = changes.create(actor, CONTACT, [{"name": "Kim", "account": kestrel.pk}])
    [a] = said(actor, "a", contact=kim.pk)
    [b] = said(actor, "b", author="Lee", source="Store", votes=4)
    actions.fold(actor, a.pk, [b.pk])
    with django_assert_num_queries(2):
        found = queries.speakers(actor, [a.pk])
    assert [(s.voice, s.account_id, s.votes) for s in found[a.pk]] == [
        (f"contact {kim.pk}", kestrel.pk, 0),
        ("store: lee", None, 4),
    ]


def test_counts_and_the_wall(actor: Actor) -> None:
    a, b, c = said(actor, "a", "b", "c")
    actions.set_state(actor, [b.pk], State.PROCESSED)
    actions.fold(actor, a.pk, [c.pk])
    assert queries.inbox_counts(actor) == {
        "new": 1,
        "processed": 1,
        "snoozed": 0,
        "archived": 0,
        "mine": 0,
        "folded": 1,
    }
    stranger = system(Workspace.objects.create(name="Harbour", slug="harbour"))
    assert not queries.speakers(stranger, [a.pk])
    assert not queries.passages(stranger, [a.pk])
    with pytest.raises(Missing):
        actions.set_state(stranger, [a.pk], State.ARCHIVED)
    [theirs] = changes.create(stranger, THEME, [{"title": "Theirs"}])
    actions.put_under(stranger, theirs.pk, [a.pk])
    assert queries.theme_voices(stranger, [theirs.pk]) == {theirs.pk: 0}
    viewer = Actor(actor.workspace, Role.VIEWER, Origin.WEB)
    with pytest.raises(Forbidden):
        actions.set_state(viewer, [a.pk], State.ARCHIVED)


def test_what_is_hardly_alike_is_not_offered_and_what_is_said_in_passing_is(actor: Actor) -> None:
    crash = "The calendar crashes when I tap on a day of the month and all that I typed for the team is lost in the app"
    said(actor, "Offline mode in the mobile app", "Photo books", "Faster start", "Shared albums", "Undo for crops")
    assert planning.alike(actor, FEEDBACK, crash) == ()
    asides = "I like the sounds and the colours and my sister does as well even on long evenings. " * 8
    [book] = planning.alike(actor, FEEDBACK, f"{asides}But photo books! {asides}")
    assert book.title == "Photo books"


def test_alike_records_are_found_beyond_the_newest(actor: Actor) -> None:
    [wanted] = said(actor, "Exporting albums to a printed photo book")
    said(actor, *(f"number {i} is about something else entirely" for i in range(planning._NEWEST + 20)))
    [best] = planning.alike(actor, FEEDBACK, "please let me export an album as a photobook", limit=1)
    assert best.record_id == wanted.pk
    assert planning.alike(actor, FEEDBACK, "photo book", 1, without=[wanted.pk]) == ()


@pytest.mark.parametrize(
    ("title", "text", "shown"),
    [
        ("It rains and the pump sta", "It rains and the pump starts", "It rains and the pump starts"),
        ("It rains and the pump…", "It rains and the pump starts", "It rains and the pump starts"),
        ("It rains", "It rains. The pump starts", "The pump starts"),
        ("The pump", "It rains", "It rains"),
        ("It rains", "It rains", ""),
    ],
)
def test_a_message_is_shown_whole_where_its_title_ends_amid_a_sentence(
    actor: Actor, title: str, text: str, shown: str
) -> None:
    found = changes.create(actor, FEEDBACK, [{"title": title, "text": text}])
    assert [line.preview for line in inbox.lines(actor, inbox.Place(State.NEW), found)] == [shown]
