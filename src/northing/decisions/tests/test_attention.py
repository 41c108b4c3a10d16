"""Cards of what needs a decision: replaced by their provider, ordered, snoozed, delegated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.utils import timezone

from northing.access.actor import Actor, Forbidden
from northing.access.roles import Role
from northing.decisions import attention, jobs
from northing.decisions.models import Attention
from northing.decisions.public import AttentionItem, attention_provider, cards, delegate, replace_attention, snooze
from northing.kit.problems import Invalid, Missing

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
