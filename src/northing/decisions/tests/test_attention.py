"""Cards of what needs a decision: replaced by their provider, ordered, snoozed, delegated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from northing.access.actor import Actor, Forbidden
from northing.access.roles import Role
from northing.decisions import attention, jobs
from northing.decisions.asking import cost_in_words, cost_of_a_week, widest
from northing.decisions.cards import draft_for, wait_for, wake_watched
from northing.decisions.models import Attention, Decision
from northing.decisions.public import (
    Ask,
    AttentionItem,
    MeasureValue,
    attention_provider,
    cards,
    cards_elsewhere,
    decide,
    delegate,
    enter_estimates,
    open_decision,
    remove_measures,
    replace_attention,
    snooze,
    write_measures,
)
from northing.kit.problems import Invalid, Missing
from northing.kit.reading import labels_of_any

pytestmark = pytest.mark.django_db
Records = Callable[[int], list[int]]


def item(record_id: int, reason: str = "late", cost: float | None = None, member: int | None = None) -> AttentionItem:
    return AttentionItem(
        record_id, reason, "Ship it late?", "The date moved.", cost_per_week=cost, for_member_id=member
    )


def shown(actor: Actor) -> list[int]:
    return [card.record_id for card in cards(actor)]


def test_a_provider_replaces_its_own_cards_only(actor: Actor, records: Records) -> None:
    one, two, three = records(3)
    replace_attention(actor, "roadmap", [item(one), item(two)])
    replace_attention(actor, "features", [item(three)])
    replace_attention(actor, "roadmap", [item(two, cost=5)])
    assert set(Attention.objects.within(actor).values_list("record_id", "cost_per_week")) == {(two, 5), (three, None)}


def test_a_card_that_stays_keeps_its_age_and_its_snooze(actor: Actor, records: Records) -> None:
    [one] = records(1)
    replace_attention(actor, "roadmap", [item(one)])
    [card] = cards(actor)
    snooze(actor, card.pk, timezone.now() + timedelta(days=7))
    replace_attention(actor, "roadmap", [item(one, cost=9)])
    kept = Attention.objects.within(actor).get()
    assert (kept.pk, kept.since, kept.cost_per_week) == (card.pk, card.since, 9)
    assert shown(actor) == []


def test_a_question_that_is_decided_stays_away_however_long_it_is(actor: Actor, records: Records) -> None:
    [one] = records(1)
    long = replace(item(one), question=f"{'Promised to everybody ' * 20}. Keep it?")
    replace_attention(actor, "roadmap", [long])
    [card] = cards(actor)
    decision = open_decision(actor, {"question": card.question, "options": [{"title": "Keep it"}]}, {one: ""})
    decide(actor, decision.pk, "Keep it")
    replace_attention(actor, "roadmap", [long])
    assert cards(actor) == []


def test_mine_come_first_then_what_costs_most(actor: Actor, other: Actor, records: Records) -> None:
    cheap, dear, mine, theirs, free = records(5)
    replace_attention(
        actor,
        "roadmap",
        [
            item(free),
            item(cheap, cost=10),
            item(dear, cost=900),
            item(mine, member=actor.member_id),
            item(theirs, cost=9000, member=other.member_id),
        ],
    )
    assert shown(actor) == [mine, dear, cheap, free]
    assert shown(other) == [theirs, dear, cheap, free]


def test_a_delegated_card_changes_hands(actor: Actor, other: Actor, records: Records) -> None:
    [one] = records(1)
    replace_attention(actor, "roadmap", [item(one, member=actor.member_id)])
    [card] = cards(actor)
    assert other.member_id is not None
    delegate(actor, card.pk, other.member_id)
    assert (shown(actor), shown(other)) == ([], [one])


def test_cards_are_behind_the_wall(actor: Actor, stranger: Actor, records: Records) -> None:
    [one] = records(1)
    replace_attention(actor, "roadmap", [item(one)])
    [card] = cards(actor)
    assert shown(stranger) == []
    with pytest.raises(Missing):
        snooze(stranger, card.pk, timezone.now() + timedelta(days=1))
    assert stranger.member_id is not None
    with pytest.raises(Missing):
        delegate(actor, card.pk, stranger.member_id)


def test_a_snooze_lies_in_the_future_and_viewers_have_none(actor: Actor, records: Records) -> None:
    [one] = records(1)
    replace_attention(actor, "roadmap", [item(one)])
    [card] = cards(actor)
    with pytest.raises(Invalid):
        snooze(actor, card.pk, timezone.now())
    with pytest.raises(Forbidden):
        snooze(Actor(actor.workspace, Role.VIEWER, actor.origin), card.pk, timezone.now() + timedelta(days=1))


def test_the_job_asks_every_provider(actor: Actor, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    [one] = records(1)
    monkeypatch.setattr(attention, "_providers", {})

    @attention_provider("roadmap")
    def found(asker: Actor) -> Iterable[AttentionItem]:
        yield item(one)

    jobs.refresh_attention.func(actor.workspace_id)
    jobs.refresh_attention.func(actor.workspace_id)
    assert Attention.objects.within(actor).get().provider == "roadmap"
    with pytest.raises(ValueError, match="already"):
        attention_provider("roadmap")(found)


def waiting(actor: Actor, record_id: int, cost: float = 10) -> Attention:
    """A card that can wait for the cost of a record to rise above 20."""
    write_measures(actor, [MeasureValue.exactly(record_id, "cost", cost)])
    key = labels_of_any(actor, [record_id])[record_id].key
    trigger = {"record": key, "name": "cost", "is": "above", "value": 20, "text": "It costs more than 20"}
    ask = Ask("Ada", "Cost of it: 5 (3-9)", "It explains half.")
    options = [{"title": "Keep it", "for": "Nobody is told.", "against": ""}]
    row = AttentionItem(
        record_id, "late", "Keep the day?", "It moved.", options=options, asks=[ask], triggers=[trigger]
    )
    replace_attention(actor, "roadmap", [row])
    return Attention.objects.within(actor).get()


def test_a_card_waits_until_its_trigger_fires(actor: Actor, records: Records) -> None:
    [one] = records(1)
    card = waiting(actor, one)
    wait_for(actor, card.pk, 0)
    assert shown(actor) == []
    assert wake_watched(actor) == 0
    write_measures(actor, [MeasureValue.exactly(one, "cost", 21)])
    assert wake_watched(actor) == 1
    assert shown(actor) == [one]
    with pytest.raises(Invalid):
        wait_for(actor, card.pk, 1)


def test_a_card_does_not_wait_for_what_is_gone(actor: Actor, records: Records) -> None:
    [one] = records(1)
    wait_for(actor, waiting(actor, one).pk, 0)
    remove_measures(actor, [(one, "cost")])
    assert wake_watched(actor) == 1


def test_a_card_fills_a_decision_in_and_writes_nothing(actor: Actor, records: Records) -> None:
    [one] = records(1)
    values, about = draft_for(actor, waiting(actor, one).pk)
    assert (values["question"], about) == ("Keep the day?", one)
    assert [option["title"] for option in values["options"]] == ["Keep it"]
    assert "Ada: Cost of it" in values["context"]
    assert not Decision.objects.within(actor).exists()


def test_a_card_goes_while_its_question_is_asked_or_decided_and_comes_with_another(
    actor: Actor, records: Records
) -> None:
    one, other = records(2)
    asked = open_decision(actor, {"question": "Ship it late?"}, {one: ""})
    replace_attention(actor, "roadmap", [item(one), item(other)])
    assert shown(actor) == [other]
    decide(actor, asked.pk, "Yes")
    replace_attention(actor, "roadmap", [item(one)])
    assert shown(actor) == []
    replace_attention(actor, "roadmap", [replace(item(one), question="Ship it later still?")])
    assert shown(actor) == [one]


def test_deciding_puts_the_card_away_at_once(actor: Actor, records: Records) -> None:
    [one] = records(1)
    replace_attention(actor, "roadmap", [item(one)])
    decide(actor, open_decision(actor, {"question": "Ship it late?"}, {one: ""}).pk, "No")
    assert shown(actor) == []


def test_waiting_costs_what_was_estimated_and_the_widest_ranges_are_asked_about(actor: Actor, records: Records) -> None:
    one, two = records(2)
    assert cost_in_words(actor, cost_of_a_week(actor, [one, two])) == ""
    rows = [
        {"about": one, "quantity": "cost_of_delay", "entered": "1000-2000-4000", "author": actor.member_id},
        {"about": two, "quantity": "cost_of_delay", "entered": "3000"},
        {"about": two, "quantity": "effort", "entered": "5-5-5"},
    ]
    enter_estimates(actor, rows)
    cost = cost_of_a_week(actor, [one, two])
    assert cost is not None
    assert cost.p50 == pytest.approx(5000)
    assert cost_in_words(actor, cost).startswith("A week's waiting costs 5,000 (")
    assert widest(actor, [one, two])[0].what.startswith("Cost of delay of")
    decision = open_decision(actor, {"question": "Which first?"}, {one: "", two: ""})
    [item] = [item for item in jobs.decisions_at_issue(actor) if item.record_id == decision.pk]
    assert (item.cost_per_week, item.asks[0].whom) == (pytest.approx(5000), "Ada")


def test_a_review_that_is_due_comes_before_what_costs_most(actor: Actor, records: Records) -> None:
    dear, due = records(2)
    replace_attention(actor, "roadmap", [item(dear, cost=900)])
    replace_attention(actor, "decisions", [item(due, "review")])
    assert shown(actor) == [due, dear]


def test_cards_that_home_does_not_show_are_counted_with_whose_they_are(
    actor: Actor, other: Actor, records: Records
) -> None:
    mine, *_, theirs = records(7)
    found = [item(pk, member=actor.member_id) for pk in range(mine, theirs)]
    replace_attention(actor, "roadmap", [*found, item(theirs, member=other.member_id)])
    left = cards_elsewhere(actor, cards(actor))
    assert (left.count, left.names) == (2, ["Bo"])


def test_what_passed_a_limit_comes_before_what_costs_most(actor: Actor, records: Records) -> None:
    dear, fired = records(2)
    replace_attention(actor, "decisions", [item(dear, cost=900), item(fired, reason="trigger-0")])
    assert shown(actor) == [fired, dear]
