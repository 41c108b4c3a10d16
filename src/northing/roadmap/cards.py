"""Dates that the forecast does not bear, as cards of what needs a decision, each with its three ways on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from math import floor
from typing import Any

from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions.public import (
    Ask,
    AttentionItem,
    ask_about,
    attention_provider,
    cost_in_words,
    cost_of_a_week,
    estimates_of,
)
from northing.features.public import FORECAST
from northing.kit.reading import labels_of_any
from northing.kit.record_types import registry
from northing.roadmap import queries
from northing.roadmap.queries import Outlook
from northing.roadmap.rules import aimed_day, chance_by
from northing.ui import formats

WEEK = timedelta(days=7)
_ROUNDING = 1e-9
_WORTH_ASKING = 0.1  # of the variance
_ASKED = {
    "capacity": "how much time other work takes",
    "risk": "whether it can still happen, and how long it would hold things up",
}


@attention_provider("roadmap")
def dates_at_risk(actor: Actor) -> Iterable[AttentionItem]:
    """Promises and targets that the forecast does not bear: the dates that lines call at risk. Nobody has to decide on
    the target of what is not decided on."""
    records: list[Any] = [
        *queries.forecast_features(actor),
        *queries.open_releases(actor),
        *queries.open_milestones(actor),
    ]
    found = queries.outlooks(actor, [record.pk for record in records])
    ideas = set(queries.aimed_candidates(actor).values_list("pk", flat=True))
    for record in records:
        outlook = found.get(record.pk)
        if outlook is None:
            continue
        missed = outlook.misses(record)
        if missed == "promised":
            whom = f" to {record.promised_to}" if record.promised_to else ""
            question = f"{record.title}: promised{whom} for {formats.day(record.promised)}. Keep it?"
            yield _card(actor, record, "promised", question, outlook)
        elif missed == "target" and record.pk not in ideas:
            question = f"{record.title}: aimed at {_aimed(record)}. Move it, cut it or staff it?"
            yield _card(actor, record, "target", question, outlook.work)


def _aimed(record: Any) -> str:
    """Its target as somebody set it: a day, or a quarter or the like."""
    return formats.day(record.target) if record.target else str(record.target_text)


def _missed(record: Any, reason: str) -> date:
    day: date | None = record.promised if reason == "promised" else aimed_day(record, timezone.localdate())
    assert day is not None  # what is missed has a day
    return day


def _card(actor: Actor, record: Any, reason: str, question: str, outlook: Outlook) -> AttentionItem:
    day = _missed(record, reason)
    now = chance(outlook, day)
    odds = "That day is past" if day < timezone.localdate() else f"The chance is {formats.percent(now)}"
    cost = cost_of_a_week(actor, [record.pk])
    return AttentionItem(
        record.pk,
        reason,
        question,
        f"{odds}; safe to promise is {formats.day(outlook.safe)}.",
        cost_of_waiting=" ".join(filter(None, [_fading(outlook, day, now), cost_in_words(actor, cost)])),
        cost_per_week=cost.p50 if cost else None,
        for_member_id=record.owner_id,
        options=_options(record, reason, outlook, now),
        asks=list(_asks(actor, outlook)),
        triggers=_triggers(record, outlook),
    )


def chance(outlook: Outlook, day: date) -> float:
    """The chance of being finished by a day: as the forecast counted it, else between its quantiles.

    In whole percents, rounded down: a day before the one that holds four times in five never reads as 80 %.
    """
    return floor(100 * _chance(outlook, day) + _ROUNDING) / 100


def _chance(outlook: Outlook, day: date) -> float:
    return outlook.chances.get(day.isoformat(), chance_by(day, _ends(outlook)))


def _ends(outlook: Outlook) -> list[tuple[date, float]]:
    room = date.max - outlook.high  # absurd work ends with the calendar
    last = outlook.high + min(outlook.high - outlook.safe + timedelta(days=1), room)
    quantiles = ((outlook.start, 0.0), (outlook.low, 0.1), (outlook.likely, 0.5), (outlook.safe, 0.8))
    return [*quantiles, (outlook.high, 0.9), (last, 1.0)]


def _fading(outlook: Outlook, day: date, now: float) -> str:
    """What starting a week later does to the chance."""
    ends = _ends(outlook)
    later = max(0.0, now - (chance_by(day, ends) - chance_by(day - WEEK, ends)))
    if now - later < 0.01:
        return ""
    return f"If work stands still for a week, the chance falls to {formats.percent(later)}."


def _options(record: Any, reason: str, outlook: Outlook, now: float) -> list[dict[str, Any]]:
    day = _missed(record, reason)
    kept = formats.day(day) if reason == "promised" else _aimed(record)
    later = (outlook.safe - day).days
    moves = {"record": registry.of(type(record)).key(record), "field": reason, "to": outlook.safe.isoformat()}
    return [
        {
            "title": f"Keep {kept}",
            "for": "Nobody has to be told.",
            "against": f"The chance is {formats.percent(now)}.",
        },
        {
            "title": f"Move it to {formats.day(outlook.safe)}",
            "for": "Safe to promise: it holds 4 times in 5.",
            "against": f"{later} days later.",
            "moves": moves,
        },
        {
            "title": "Cut what it takes, or add people",
            "for": "The day may hold.",
            "against": "Say what goes, or who comes.",
        },
    ]


def _asks(actor: Actor, outlook: Outlook) -> Iterator[Ask]:
    """Whom to ask about what leaves the day most open."""
    for kind, key, share in outlook.causes:
        if share < _WORTH_ASKING:
            continue
        worth = f"It explains {formats.percent(share)} of how uncertain the day is."
        if kind == "work" and key[1:].isdecimal():
            yield from _about_work(actor, int(key[1:]), worth)
        elif kind in _ASKED and key.isdecimal():
            label = labels_of_any(actor, [int(key)]).get(int(key))
            if label is not None:
                yield Ask(label.title, _ASKED[kind], worth)


def _about_work(actor: Actor, record_id: int, worth: str) -> Iterator[Ask]:
    label = labels_of_any(actor, [record_id]).get(record_id)
    lines = estimates_of(actor, [record_id], ["effort", "lead_time"])
    if label is not None and lines:
        yield ask_about(max(lines, key=lambda line: line.p90 - line.p10), label.title, worth)


def _triggers(record: Any, outlook: Outlook) -> Sequence[dict[str, Any]]:
    """The forecast coming a week sooner or later, to wait for."""
    record_type = registry.of(type(record))
    later, sooner = outlook.likely + WEEK, outlook.likely - WEEK
    watched = {"record": record_type.key(record), "name": FORECAST}
    return [
        watched
        | {"is": "above", "value": later.toordinal() - 1, "text": f"The likely day slips to {formats.day(later)}"},
        watched
        | {"is": "below", "value": sooner.toordinal() + 1, "text": f"The likely day comes to {formats.day(sooner)}"},
    ]
