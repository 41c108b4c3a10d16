"""The cards of what needs a decision: found by providers, and dealt with by deciding, asking or waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.models import Member
from northing.access.roles import Verb
from northing.decisions import deciding, queries
from northing.decisions.attention import AttentionItem, providers
from northing.decisions.models import Attention
from northing.decisions.rules import fires
from northing.kit.batches import batched
from northing.kit.problems import Invalid, Missing, Problem

WAITS_AT_MOST = timedelta(days=90)  # for a trigger that never fires
_LONGEST = 300  # of a question
_TOLD = (
    "question",
    "why_now",
    "cost_of_waiting",
    "cost_per_week",
    "verb",
    "url_name",
    "for_member",
    "options",
    "asks",
    "triggers",
)


def refresh_attention(actor: Actor) -> None:
    """Ask every provider what needs a decision in the workspace, and wake the cards whose wait is over."""
    deciding.watch_again(actor)
    for name, provider in providers().items():
        replace_attention(actor, name, provider(actor))
    wake_watched(actor)


def replace_attention(actor: Actor, provider: str, items: Iterable[AttentionItem]) -> None:
    """Make these the provider's cards, all but those whose question is asked or answered by a decision that rests on
    their record. One that was there already keeps its age, its delegate and its snooze."""
    found = [replace(item, question=item.question[:_LONGEST]) for item in items]
    known = queries.already_asked(actor, {item.question for item in found})
    rows = {
        (item.record_id, item.reason): _row(actor, provider, item)
        for item in found
        if (item.record_id, item.question) not in known
    }
    with transaction.atomic():
        before = Attention.objects.within(actor).filter(provider=provider)
        gone = [pk for pk, *card in before.values_list("pk", "record_id", "reason") if tuple(card) not in rows]
        for some in batched(gone, 500):
            before.filter(pk__in=some).delete()
        Attention.objects.within(actor).bulk_create(
            rows.values(), update_conflicts=True, unique_fields=["record", "provider", "reason"], update_fields=_TOLD
        )


def _row(actor: Actor, provider: str, item: AttentionItem) -> Attention:
    return Attention(
        workspace=actor.workspace,
        provider=provider,
        record_id=item.record_id,
        reason=item.reason,
        question=item.question,
        why_now=item.why_now[:500],
        cost_of_waiting=item.cost_of_waiting[:300],
        cost_per_week=item.cost_per_week,
        verb=item.verb,
        url_name=item.url_name,
        for_member_id=item.for_member_id,
        options=[dict(option) for option in item.options],
        asks=[asdict(ask) for ask in item.asks],
        triggers=[dict(trigger) for trigger in item.triggers],
    )


def wake_watched(actor: Actor) -> int:
    """Bring back the cards that waited for a number which has passed its trigger; how many."""
    waiting = list(Attention.objects.within(actor).exclude(waiting_for={}))
    ids = queries.resolve_keys(actor, {card.waiting_for["record"] for card in waiting})
    measures = queries.measures_of(actor, ids.values(), {card.waiting_for["name"] for card in waiting})
    awake = []
    for card in waiting:
        trigger = card.waiting_for
        value = measures.get(ids.get(trigger["record"], 0), {}).get(trigger["name"])
        if value is None or fires(trigger, value.p50):
            awake.append(card.pk)
    return Attention.objects.within(actor).filter(pk__in=awake).update(snoozed_until=None, waiting_for={})


def snooze(actor: Actor, attention_id: int, until: datetime) -> None:
    """Hide a card until then."""
    if until <= timezone.now():
        raise Invalid([Problem("until", until.isoformat(), "must lie in the future")])
    _change(_card(actor, attention_id), snoozed_until=until, waiting_for={})


def wait_for(actor: Actor, attention_id: int, place: int) -> None:
    """Hide a card until the trigger at this place of its list fires, three months at most."""
    card = _card(actor, attention_id)
    if not 0 <= place < len(card.triggers):
        raise Invalid([Problem("trigger", place, "choose one of the things that the card can wait for")])
    _change(card, snoozed_until=timezone.now() + WAITS_AT_MOST, waiting_for=card.triggers[place])


def delegate(actor: Actor, attention_id: int, member_id: int) -> None:
    """Make a card another member's, who sees it at once."""
    if not Member.objects.within(actor).filter(pk=member_id, is_active=True).exists():
        raise Missing(f"member {member_id}")
    _change(_card(actor, attention_id), delegated_to_id=member_id, snoozed_until=None, waiting_for={})


def draft_for(actor: Actor, attention_id: int) -> tuple[dict[str, Any], int]:
    """What the decision that a card asks for is filled in with, and the record that it rests on. Writes nothing."""
    card = _card(actor, attention_id)
    known = [card.why_now, card.cost_of_waiting, *(f"{ask['whom']}: {ask['what']}" for ask in card.asks)]
    values: dict[str, Any] = {
        "question": card.question,
        "context": "\n".join(filter(None, known)),
        "options": card.options,
        "triggers": [trigger for trigger in card.triggers if trigger["is"] == "above"],
        "owner_id": card.delegated_to_id or card.for_member_id or actor.member_id,
    }
    return values, card.record_id


def _card(actor: Actor, attention_id: int) -> Attention:
    actor.require(Verb.COMMENT, "attention")
    card: Attention | None = Attention.objects.within(actor).filter(pk=attention_id).first()
    if card is None:
        raise Missing(f"card {attention_id}")
    return card


def _change(card: Attention, **values: Any) -> None:
    for name, value in values.items():
        setattr(card, name, value)
    card.save(update_fields=list(values))
