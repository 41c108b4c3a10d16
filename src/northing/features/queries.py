"""Reads of features: who asks, what they serve, what they take, how they hang together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DateField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.prepared import PreparedQuery
from northing.access.scoping import Scope
from northing.features.horizons import horizon
from northing.features.models import Feature, FeatureGoal, FeatureRequest, Status, WorkPackage
from northing.features.rules import OPEN, Request, voices
from northing.features.sampling import Sample, bias
from northing.kit.models import SearchDocument
from northing.kit.reading import Label, labels_of_any

IMPORTANCES = 4


@dataclass(frozen=True, slots=True)
class AskingAccount:
    """An account that asks, with how many of its voices do, and in how many messages."""

    account_id: int
    name: str
    tier: str
    revenue: Decimal | None
    currency: str
    voices: int
    messages: int


@dataclass(frozen=True, slots=True)
class AskingSegment:
    """A segment with how many of those who ask belong to it."""

    segment_id: int
    name: str
    members: int


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a feature, and in how many messages. Everybody counts once, with what they said last.

    `importance` counts voices by importance 0, 1, 2 and 3, without those of whom nobody stated it; `revenue` sums
    distinct accounts per currency; `votes` are others' pluses on the same feedback, which nobody can tell apart; `bias`
    says who is over- and under-heard.
    """

    voices: int
    messages: int
    contacts: int
    importance: tuple[int, ...]
    votes: int
    accounts: tuple[AskingAccount, ...]
    segments: tuple[AskingSegment, ...]
    revenue: Mapping[str, Decimal]
    bias: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Heard:
    """The request of a voice that counts, who spoke, and in how many messages."""

    request: Request
    speaker: insight.Speaker
    messages: int


Heard = dict[str, _Heard]


def who_asks(actor: Actor, feature_ids: Sequence[int]) -> dict[int, Asking]:
    """Who asks for each feature; eight queries, however many features (up to 500 each)."""
    heard = _heard(actor, Q(feature__in=feature_ids), "feature")
    speakers = [one.speaker for by_voice in heard.values() for one in by_voice.values()]
    accounts = insight.accounts(actor, {s.account_id for s in speakers if s.account_id is not None})
    memberships = insight.memberships(actor, accounts, {s.contact_id for s in speakers if s.contact_id is not None})
    everybody = Sample(0, all_channels=insight.channels(actor), all_tiers=insight.tiers(actor))
    currency = actor.workspace.currency
    return {pk: _asking(heard.get(pk, {}), accounts, memberships, everybody, currency) for pk in feature_ids}


@dataclass(frozen=True, slots=True)
class Behind:
    """How many distinct voices ask for a feature, how many of them belong to no known account, and per currency the
    yearly revenue of the distinct accounts that ask."""

    voices: int
    unknown: int
    revenue: Mapping[str, Decimal]


def behind(actor: Actor, feature_ids: Sequence[int]) -> dict[int, Behind]:
    """What stands behind each feature; four queries, however many features (up to 500 each)."""
    heard = _heard(actor, Q(feature__in=feature_ids), "feature")
    asking = {pk: [one.speaker.account_id for one in heard.get(pk, {}).values()] for pk in feature_ids}
    accounts = insight.accounts(actor, {one for some in asking.values() for one in some if one is not None})
    return {pk: _behind(some, accounts, actor.workspace.currency) for pk, some in asking.items()}


def _behind(asking: Sequence[int | None], accounts: Mapping[int, insight.Account], currency: str) -> Behind:
    of_account = [pk for pk in asking if pk is not None and pk in accounts]
    known = [accounts[pk] for pk in dict.fromkeys(of_account)]
    return Behind(
        len(asking), len(asking) - len(of_account), _revenue((one.currency or currency, one.revenue) for one in known)
    )


def _revenue(amounts: Iterable[tuple[str, Decimal | None]]) -> dict[str, Decimal]:
    """Sums per currency, without those that nobody knows."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        if amount:
            sums[currency] += amount
    return dict(sums)


def _heard(actor: Actor, which: Q, target: str) -> dict[int, Heard]:
    """By target: each voice with the request that counts."""
    rows = FeatureRequest.objects.within(actor).filter(which, archived_at=None)
    requests = list(rows.values_list(target, "insight__feedback", "importance", "pk"))
    speakers = insight.speakers(actor, {feedback for _, feedback, *_ in requests})
    said: dict[int, dict[Request, insight.Speaker]] = defaultdict(dict)
    messages: dict[tuple[int, str], set[int]] = defaultdict(set)
    for target_id, feedback, importance, pk in requests:
        for speaker in speakers.get(feedback, ()):
            said[target_id][Request(speaker.voice, importance, speaker.at, pk)] = speaker
            messages[target_id, speaker.voice].add(speaker.message_id)
    return {
        target_id: {
            voice: _Heard(request, by_request[request], len(messages[target_id, voice]))
            for voice, request in voices(by_request).items()
        }
        for target_id, by_request in said.items()
    }


def _asking(
    heard: Heard,
    accounts: Mapping[int, insight.Account],
    memberships: Iterable[insight.Membership],
    everybody: Sample,
    currency: str,
) -> Asking:
    speakers = [one.speaker for one in heard.values()]
    by_account = Counter(s.account_id for s in speakers if s.account_id in accounts)
    messages: Counter[int | None] = Counter()
    for one in heard.values():
        messages[one.speaker.account_id] += one.messages
    contact_ids = {s.contact_id for s in speakers if s.contact_id is not None}
    asking = [
        AskingAccount(pk, a.name, a.tier, a.revenue, a.currency or currency, by_account[pk], messages[pk])
        for pk, a in accounts.items()
        if pk in by_account
    ]
    segments = [
        AskingSegment(m.segment.pk, m.segment.name, size)
        for m in memberships
        if (size := len(m.account_ids & by_account.keys()) + len(m.contact_ids & contact_ids))
    ]
    sample = Sample(
        len(heard),
        Counter(s.channel for s in speakers),
        Counter(account.tier for account in asking),
        {account.name: account.voices for account in asking},
        everybody.all_channels,
        everybody.all_tiers,
    )
    importance = Counter(one.request.importance for one in heard.values())
    return Asking(
        voices=len(heard),
        messages=messages.total(),
        contacts=len(contact_ids),
        importance=tuple(importance[level] for level in range(IMPORTANCES)),
        votes=sum(s.votes for s in speakers),
        accounts=tuple(sorted(asking, key=lambda a: (-(a.revenue or 0), -a.voices, a.name))),
        segments=tuple(segments),
        revenue=_revenue((account.currency, account.revenue) for account in asking),
        bias=bias(sample),
    )


@dataclass(frozen=True, slots=True)
class LinkedPassage:
    """A passage of feedback with one thing that it asks for."""

    request_id: int
    insight_id: int
    feedback_id: int
    start: int
    end: int
    quote: str
    importance: int | None
    note: str
    target_id: int
    at: datetime


def linked_passages(actor: Actor, which: Q) -> list[LinkedPassage]:
    """The live requests that meet a condition, in order of the text. One query.

    For feedback: `Q(insight__feedback__in=ids)`; for a feature: `Q(feature=pk)`.
    """
    rows = FeatureRequest.objects.within(actor).filter(which, archived_at=None).select_related("insight")
    return [
        LinkedPassage(
            request.pk,
            request.insight_id,
            request.insight.feedback_id,
            request.insight.start,
            request.insight.end,
            request.insight.quote,
            request.importance,
            request.note,
            request.feature_id or request.opportunity_id,
            request.created_at,
        )
        for request in rows.order_by("insight__start", "pk")
    ]


def goals_of(actor: Actor, feature_ids: Sequence[int]) -> dict[int, list[tuple[int, Label]]]:
    """The goals that each feature serves, as id and label. One query, and one per type of goal."""
    rows = _goals(actor, feature_ids)
    labels = labels_of_any(actor, (goal for _, goal in rows))
    found: dict[int, list[tuple[int, Label]]] = defaultdict(list)
    for feature, goal in rows:
        if goal in labels:
            found[feature].append((goal, labels[goal]))
    return dict(found)


@PreparedQuery
def _goals(scope: Scope, feature_ids: Sequence[int]) -> QuerySet[FeatureGoal, tuple[int, int]]:
    return _live_goals(scope).filter(feature__in=feature_ids).order_by("pk").values_list("feature", "goal")


def features_of_goals(actor: Actor, goal_ids: Sequence[int]) -> dict[int, list[Feature]]:
    """The live features that serve each goal. One query."""
    rows = FeatureGoal.objects.within(actor).filter(goal__in=goal_ids, feature__archived_at=None)
    found: dict[int, list[Feature]] = defaultdict(list)
    for row in rows.select_related("feature").order_by("feature"):
        found[row.goal_id].append(row.feature)
    return dict(found)


def serves_nothing(actor: Actor) -> QuerySet[Feature]:
    """Open features without a live goal of their own or of their parent."""
    live = Feature.objects.within(actor).filter(archived_at=None, status__in=OPEN)
    goals = _live_goals(actor)
    own, parents = goals.filter(feature=OuterRef("pk")), goals.filter(feature=OuterRef("parent"))
    return live.filter(~Exists(own), ~Exists(parents))


def _live_goals(scope: Scope) -> QuerySet[FeatureGoal]:
    """Links to goals that are not archived: those that search still knows."""
    known = SearchDocument.objects.within(scope).filter(pk=OuterRef("goal"))
    return FeatureGoal.objects.within(scope).filter(Exists(known))


def children(actor: Actor, parent_ids: Sequence[int]) -> dict[int, list[Feature]]:
    """The live features below others by name and status. One query."""
    found: dict[int, list[Feature]] = defaultdict(list)
    for feature in _below(actor, parent_ids):
        found[feature.parent_id].append(feature)
    return dict(found)


@PreparedQuery
def _below(scope: Scope, parent_ids: Sequence[int]) -> QuerySet[Any]:
    live = Feature.objects.within(scope).filter(parent__in=parent_ids, archived_at=None)
    return live.only("workspace", "number", "title", "status", "parent").order_by("title", "pk")


def child_counts(actor: Actor, parent_ids: Sequence[int]) -> dict[int, int]:
    """How many live features are below each; those with none are absent. One query."""
    rows = Feature.objects.within(actor).filter(parent__in=parent_ids, archived_at=None).order_by()
    return dict(rows.values("parent").annotate(count=Count("pk")).values_list("parent", "count"))


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """The newest features of a status; `more` when there are others."""

    status: Status
    features: Sequence[Feature]
    more: bool


def board(actor: Actor, where: Q | None = None, size: int = 50) -> list[BoardColumn]:
    """Features by status, up to `size` each. One query per status."""
    live = Feature.objects.within(actor).filter(where or Q(), archived_at=None).select_related("owner__user", "product")
    columns = []
    for status in Status:
        found = list(live.filter(status=status).order_by("-pk")[: size + 1])
        columns.append(BoardColumn(status, found[:size], len(found) > size))
    return columns


def status_counts(actor: Actor, where: Q | None = None) -> dict[str, int]:
    """How many live features are in each status; empty ones are absent. One query."""
    rows = Feature.objects.within(actor).filter(where or Q(), archived_at=None).order_by()
    return dict(rows.values("status").annotate(count=Count("pk")).values_list("status", "count"))


def packages_of(actor: Actor, feature_ids: Sequence[int]) -> dict[int, list[WorkPackage]]:
    """The live work packages of each feature, in the order they were made. One query."""
    found: dict[int, list[WorkPackage]] = defaultdict(list)
    for package in _packages(actor, feature_ids):
        found[package.feature_id].append(package)
    return dict(found)


@PreparedQuery
def _packages(scope: Scope, feature_ids: Sequence[int]) -> QuerySet[WorkPackage]:
    live = WorkPackage.objects.within(scope).filter(feature__in=feature_ids, archived_at=None).select_related("team")
    return live.only("workspace", "number", "title", "feature", "kind", "days", "done", "team__name").order_by("pk")


def by_target(actor: Actor) -> QuerySet[Any, tuple[int, Any]] | None:
    """The day that each feature aims at, the last one of those that its words stand for; None where none has words."""
    every, today = Feature.objects.within(actor), timezone.localdate()
    words = every.exclude(target_text="").order_by().values_list("target_text", flat=True).distinct()
    days = [When(target_text=one, then=Value(horizon(one, today).end or date.max)) for one in words]
    if not days:
        return None
    aimed = every.annotate(aims_at=Coalesce("target", Case(*days, output_field=DateField())))
    rows: QuerySet[Any, tuple[int, Any]] = aimed.filter(aims_at__isnull=False).values_list("record_id", "aims_at")
    return rows
