"""Reads of the inbox, of who speaks, and of segments. Each is a fixed number of queries per 500 records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from northing.access.actor import Actor
from northing.access.scoping import Scope
from northing.insight.models import (
    Account,
    Contact,
    Feedback,
    Insight,
    Segment,
    State,
    Subject,
    Theme,
    ThemeFeedback,
    ThemeProposal,
)
from northing.insight.rules import voice
from northing.insight.segments import RuleError, condition
from northing.kit.batches import batched
from northing.kit.listing import COUNT_LIMIT
from northing.kit.models import Change, Kind

SAMPLE = 10_000
CLEAREST = 20  # messages by which a proposed theme is known to be still about something
SUBJECTS: Mapping[str, type[Account] | type[Contact]] = {Subject.ACCOUNTS: Account, Subject.CONTACTS: Contact}


def inbox(scope: Scope) -> QuerySet[Feedback]:
    """Live feedback that stands for itself."""
    return Feedback.objects.within(scope).filter(archived_at=None, folded_into=None)


def standing(actor: Actor, feedback_ids: Iterable[int]) -> set[int]:
    """Those of some feedback that are live and stand for themselves."""
    return {
        pk
        for some in batched(set(feedback_ids), 500)
        for pk in inbox(actor).filter(pk__in=some).values_list("pk", flat=True)
    }


def folded_under(actor: Actor, feedback_id: int) -> QuerySet[Feedback]:
    """Live feedback that another piece stands for."""
    return Feedback.objects.within(actor).filter(folded_into=feedback_id, archived_at=None)


def inbox_counts(actor: Actor) -> dict[str, int]:
    """How much feedback is in each state, under "mine" what is new and assigned to the actor, and under "folded" what
    another piece stands for; up to one more than lists count."""
    rows = inbox(actor)
    counted = {state: rows.filter(state=state) for state in State.values}
    counted["folded"] = Feedback.objects.within(actor).filter(archived_at=None).exclude(folded_into=None)
    counted["mine"] = rows.filter(state=State.NEW, assignee__in=[actor.member_id])
    return {name: some.order_by()[: COUNT_LIMIT + 1].count() for name, some in counted.items()}


def not_waiting(actor: Actor, batch: str) -> tuple[int, int]:
    """How many messages that an import made are folded into others, and how many stand for themselves and came as
    processed."""
    brought = Q(record__entries__change__batch=batch, record__entries__kind=Kind.CREATED)
    live = Feedback.objects.within(actor).filter(brought, archived_at=None)
    closed = live.filter(folded_into=None, state=State.PROCESSED).exclude(record__entries__old__has_key="state")
    return live.exclude(folded_into=None).count(), closed.count()


def undated(actor: Actor, feedback_ids: Iterable[int]) -> set[int]:
    """Those that a file brought without a day: what they are dated by is when they came in. One query."""
    brought = Q(record__entries__kind=Kind.CREATED, record__entries__change__batch__gt="")
    rows = Feedback.objects.within(actor).filter(brought, pk__in=list(feedback_ids))
    # Compared here: a database that took the two times for what joins the tables would go through all changes.
    times = rows.values_list("pk", "created_at", "record__entries__change__at")
    return {pk for pk, created, brought_at in times if created == brought_at}


def folded_counts(actor: Actor, feedback_ids: Iterable[int]) -> dict[int, int]:
    """How many others each piece of feedback stands for; those that stand for none are absent."""
    found: dict[int, int] = {}
    for some in batched(set(feedback_ids), 500):
        rows = Feedback.objects.within(actor).filter(folded_into__in=some, archived_at=None)
        found |= dict(
            rows.order_by().values("folded_into").annotate(count=Count("pk")).values_list("folded_into", "count")
        )
    return found


def said_often(actor: Actor, least: int) -> set[int]:
    """The feedback that stands, itself included, for at least so many. One query."""
    rows = Feedback.objects.within(actor).filter(archived_at=None).exclude(folded_into=None)
    counted = rows.order_by().values("folded_into").annotate(others=Count("pk")).filter(others__gte=least - 1)
    return set(counted.values_list("folded_into", flat=True))


def told(actor: Actor, feedback_ids: Iterable[int]) -> dict[int, str]:
    """What live feedback says, in one line without its subject where it has a text, by id."""
    found: dict[int, str] = {}
    for some in batched(set(feedback_ids), 500):
        rows = Feedback.objects.within(actor).filter(pk__in=some, archived_at=None)
        found |= {pk: " ".join((text or title).split()) for pk, title, text in rows.values_list("pk", "title", "text")}
    return found


def ratings(actor: Actor, feedback_ids: Iterable[int]) -> dict[int, float]:
    """The stars of feedback that has some."""
    found: dict[int, float] = {}
    for some in batched(set(feedback_ids), 500):
        rows = Feedback.objects.within(actor).filter(pk__in=some, rating__isnull=False)
        found |= dict(rows.values_list("pk", "rating"))
    return found


@dataclass(frozen=True, slots=True)
class Passage:
    """A marked passage of feedback; `start` and `end` count characters (code points), 0 and 0 if not known."""

    insight_id: int
    start: int
    end: int
    quote: str
    note: str


def passages(actor: Actor, feedback_ids: Iterable[int]) -> dict[int, list[Passage]]:
    """The marked passages of feedback, by feedback id, in order of the text."""
    found: dict[int, list[Passage]] = defaultdict(list)
    for some in batched(set(feedback_ids), 500):
        rows = Insight.objects.within(actor).filter(feedback__in=some, archived_at=None).order_by("start", "pk")
        for feedback_id, *passage in rows.values_list("feedback_id", "pk", "start", "end", "quote", "note"):
            found[feedback_id].append(Passage(*passage))
    return dict(found)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said a piece of feedback (or something folded into it, the message) and when. The account is the feedback's,
    else the contact's."""

    voice: str
    message_id: int
    contact_id: int | None
    account_id: int | None
    channel: str
    votes: int
    at: datetime


def speakers(actor: Actor, feedback_ids: Iterable[int]) -> dict[int, list[Speaker]]:
    """Everybody who said each piece of feedback: its own author, and those of what is folded into it."""
    found: dict[int, list[Speaker]] = defaultdict(list)
    live = Feedback.objects.within(actor).filter(archived_at=None)
    for some in batched(set(feedback_ids), 500):
        for stands_for, rows in (("pk", live.filter(pk__in=some)), ("folded_into", live.filter(folded_into__in=some))):
            names = ("contact", "account", "contact__account", "source", "author", "channel", "votes", "created_at")
            for key, pk, contact, account, their_account, source, author, channel, votes, at in rows.values_list(
                stands_for, "pk", *names
            ):
                who = voice(pk, contact, source, author, account)
                found[key].append(Speaker(who, pk, contact, account or their_account, channel, votes, at))
    return dict(found)


def feedback_said_by(actor: Actor, which: Literal["account", "contact"], ids: Sequence[int]) -> set[int]:
    """Live feedback of these accounts, that of their contacts too, or of these contacts, by id: where it is folded,
    what stands for it. At most two queries."""
    live = Feedback.objects.within(actor).filter(archived_at=None).order_by()
    found = set(live.filter(**{f"{which}__in": ids}).values_list(Coalesce("folded_into", "pk"), flat=True))
    if which == "account":
        found |= feedback_said_by(actor, "contact", list(contacts_of(actor, ids)))
    return found


def contacts_of(actor: Actor, account_ids: Sequence[int]) -> QuerySet[Contact, int]:
    """The contacts of accounts, by id."""
    return Contact.objects.within(actor).filter(account__in=account_ids).order_by().values_list("pk", flat=True)


def voice_counts(actor: Actor, groups: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """How many voices speak in each group of feedback, what is folded into it included: everybody counts once."""
    ids_of = {key: list(ids) for key, ids in groups.items()}
    heard = speakers(actor, (pk for ids in ids_of.values() for pk in ids))
    return {key: len({one.voice for pk in ids for one in heard.get(pk, ())}) for key, ids in ids_of.items()}


def channels(actor: Actor) -> Counter[str]:
    """How the newest 10,000 pieces of feedback came, by channel."""
    newest = Feedback.objects.within(actor).filter(archived_at=None).order_by("-created_at", "-pk")
    return Counter(newest.values_list("channel", flat=True)[:SAMPLE])


def tiers(actor: Actor) -> Counter[str]:
    """How many accounts are of each tier."""
    live = Account.objects.within(actor).filter(archived_at=None).order_by()
    return Counter(dict(live.values("tier").annotate(count=Count("pk")).values_list("tier", "count")))


def accounts(actor: Actor, account_ids: Iterable[int]) -> dict[int, Account]:
    """Accounts by id."""
    found: dict[int, Account] = {}
    for some in batched(set(account_ids), 500):
        found |= Account.objects.within(actor).in_bulk(some)
    return found


def members_of(actor: Actor, segment: Segment) -> QuerySet[Any]:
    """The live accounts or contacts that meet a segment's rule now."""
    model = SUBJECTS[segment.subject]
    return model.objects.within(actor).filter(condition(segment.subject, segment.rule), archived_at=None)


@dataclass(frozen=True, slots=True)
class Membership:
    """Which of some accounts and contacts belong to a segment."""

    segment: Segment
    account_ids: frozenset[int]
    contact_ids: frozenset[int]


def memberships(actor: Actor, account_ids: Iterable[int], contact_ids: Iterable[int]) -> list[Membership]:
    """The segments that any of the accounts and contacts belong to, by name. Three queries per 500."""
    wanted: Mapping[str, Sequence[int]] = {Subject.ACCOUNTS: [*account_ids], Subject.CONTACTS: [*contact_ids]}
    segments = list(Segment.objects.within(actor).filter(archived_at=None).order_by("name"))
    members: dict[int, set[int]] = defaultdict(set)
    for subject, ids in wanted.items():
        rules = _rules([segment for segment in segments if segment.subject == subject])
        for some in batched(set(ids), 500) if rules else ():
            tests = {f"in_{pk}": Case(When(rule, then=True), default=Value(False)) for pk, rule in rules.items()}
            rows = SUBJECTS[subject].objects.within(actor).filter(pk__in=some).annotate(**tests)
            for pk, *inside in rows.values_list("pk", *tests):
                for segment_id, is_member in zip(rules, inside, strict=True):
                    if is_member:
                        members[segment_id].add(pk)
    return [_membership(segment, frozenset(members[segment.pk])) for segment in segments if members[segment.pk]]


def _rules(segments: Iterable[Segment]) -> dict[int, Q]:
    """The conditions of segments by id, without those written under an older list of fields."""
    found = {}
    for segment in segments:
        with suppress(RuleError):
            found[segment.pk] = condition(segment.subject, segment.rule)
    return found


def _membership(segment: Segment, ids: frozenset[int]) -> Membership:
    nobody: frozenset[int] = frozenset()
    return Membership(segment, *((ids, nobody) if segment.subject == Subject.ACCOUNTS else (nobody, ids)))


def feedback_of_themes(actor: Actor, theme_ids: Iterable[int]) -> dict[int, list[Feedback]]:
    """Live feedback that stands for itself in each theme, in the theme's order."""
    found: dict[int, list[Feedback]] = defaultdict(list)
    rows = ThemeFeedback.objects.within(actor).filter(theme__in=list(theme_ids), feedback__archived_at=None)
    for row in rows.filter(feedback__folded_into=None).select_related("feedback").order_by("pk"):
        found[row.theme_id].append(row.feedback)
    return dict(found)


def themes(actor: Actor, theme_ids: Iterable[int]) -> list[Theme]:
    """Live themes by id, in no order."""
    return list(Theme.objects.within(actor).filter(pk__in=list(theme_ids), archived_at=None))


def feedback_ids_of_themes(actor: Actor, theme_ids: Iterable[int]) -> dict[int, list[int]]:
    """Ids of the live feedback that stands for itself in each theme, in the theme's order."""
    held: dict[int, list[int]] = {pk: [] for pk in theme_ids}
    rows = ThemeFeedback.objects.within(actor).filter(theme__in=held, feedback__archived_at=None).order_by("pk")
    for theme_id, feedback_id in rows.filter(feedback__folded_into=None).values_list("theme", "feedback"):
        held[theme_id].append(feedback_id)
    return held


def has_proposals(actor: Actor) -> bool:
    """Whether found themes wait for a yes or no."""
    return open_proposals(actor).exists()


def open_proposals(actor: Actor) -> QuerySet[ThemeProposal]:
    """Found themes that nobody has accepted or dismissed, or of which that was undone."""
    undone = Change.objects.within(actor).filter(undoes=OuterRef("dismissed_in"))
    return ThemeProposal.objects.within(actor).filter(Q(dismissed=False) | Exists(undone))


def theme_voices(actor: Actor, theme_ids: Iterable[int]) -> dict[int, int]:
    """How many voices speak in each theme: as many as will ask for the feature that is made of it."""
    return voice_counts(actor, feedback_ids_of_themes(actor, theme_ids))


def proposals(actor: Actor) -> list[ThemeProposal]:
    """Themes found in the feedback that wait for a yes or no, those with most voices first, broad words last; none
    whose clearest messages are all gone or archived since."""
    found = list(open_proposals(actor).order_by("broad", "-voices", "pk"))
    clearest = {pk for one in found for pk in one.feedback_ids[:CLEAREST]}
    live = Feedback.objects.within(actor).filter(archived_at=None).exclude(state=State.ARCHIVED)
    alive = set(live.filter(pk__in=clearest).values_list("pk", flat=True)) if clearest else set()
    return [one for one in found if alive.intersection(one.feedback_ids[:CLEAREST])]
