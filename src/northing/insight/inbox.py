"""What the inbox shows: the tabs, one page of messages, and the message that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest

from northing.access.actor import Actor
from northing.access.prepared import PreparedQuery
from northing.insight import queries
from northing.insight.models import Feedback, State
from northing.kit import listing, reading
from northing.kit.extensions import MENU_COUNTS_TO
from northing.kit.listing import NONE, ListRequest
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry

MINE = "mine"
TABS: tuple[tuple[str, str], ...] = (
    (State.NEW, "New"),
    (MINE, "Mine"),
    (State.SNOOZED, "Snoozed"),
    (State.PROCESSED, "Processed"),
    (State.ARCHIVED, "Archived"),
)
_PREVIEW = 240


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the inbox the reader is: the tab, the words searched for, the page and the open message."""

    state: str
    text: str = ""
    after: str = ""
    open: str = ""

    def query(self, **changes: str) -> str:
        """The place as a query string, with some parts changed."""
        parts = {"state": self.state, "q": self.text, "after": self.after, "open": self.open} | changes
        return urlencode({name: value for name, value in parts.items() if value})


def place_of(request: HttpRequest) -> Place:
    """The place that an address names. Raises `Invalid` for a tab that there is not."""
    query = request.GET
    state = query.get("state", State.NEW)
    names = [name for name, _ in TABS]
    if state not in names:
        raise Invalid([Problem("state", state, f"use one of: {', '.join(names)}")])
    return Place(state, query.get("q", "").strip()[:200], query.get("after", ""), query.get("open", ""))


def wanted(place: Place) -> ListRequest:
    """The list behind a place: what stands for itself, newest first."""
    filters: dict[str, tuple[str, ...]] = {"folded_into": (NONE,), "state": (place.state,)}
    if place.state == MINE:
        filters |= {"state": (State.NEW,), "assignee": ("me",)}
    return ListRequest(filters=filters, text=place.text, after=place.after)


@dataclass(frozen=True, slots=True)
class Line:
    """One message in the list."""

    feedback: Feedback
    key: str
    query: str
    preview: str
    folded: int
    sender: str
    is_undated: bool


def lines(actor: Actor, place: Place, found: Sequence[Feedback]) -> list[Line]:
    """Messages as the list shows them. Three queries."""
    folded = queries.folded_counts(actor, [one.pk for one in found])
    undated = queries.undated(actor, [one.pk for one in found])
    keys = {one.pk: registry.of(Feedback).key(one) for one in found}
    return [
        Line(
            feedback=one,
            key=keys[one.pk],
            query=place.query(open=keys[one.pk]),
            preview=_preview(one),
            folded=folded.get(one.pk, 0),
            sender=sender,
            is_undated=one.pk in undated,
        )
        for one, sender in zip(found, senders(actor, found), strict=True)
    ]


def _preview(feedback: Feedback) -> str:
    """What the text says beyond the title; all of it where that ends amid a sentence of the text."""
    text = feedback.text
    rest = text.removeprefix(feedback.title.rstrip("…"))
    is_amid = rest != text and rest[:1] not in ".,;:!?\r\n"
    return (text if is_amid else rest.lstrip(" .,;:!?\r\n")).strip()[:_PREVIEW]


def senders(actor: Actor, found: Sequence[Feedback]) -> list[str]:
    """Who wrote each message, as far as it is known."""
    accounts = queries.accounts(actor, {one.account_id for one in found if one.account_id is not None})
    return [_sender(one, accounts) for one in found]


def _sender(feedback: Feedback, accounts: Mapping[int, Any]) -> str:
    account = accounts.get(feedback.account_id or 0)
    return feedback.author or (account.name if account else "") or feedback.source or feedback.channel or "Somebody"


def following(actor: Actor, place: Place, feedback: Feedback) -> Feedback | None:
    """The message after this one in the list, else the first before it."""
    rows = listing.queryset(actor, registry.of(Feedback), wanted(place)).exclude(pk=feedback.pk)
    older = Q(created_at__lt=feedback.created_at) | Q(created_at=feedback.created_at, pk__lt=feedback.pk)
    after: Feedback | None = rows.filter(older).order_by("-created_at", "-pk").first()
    return after or rows.order_by("created_at", "pk").first()


def opened(actor: Actor, key: str) -> Feedback:
    """The message with this key. Raises `Missing`."""
    feedback: Feedback = reading.get_record(actor, registry.of(Feedback), key)
    return feedback


def became(actor: Actor, batch: str) -> str:
    """Which of the messages of an import do not wait to be read, in words."""
    folded, closed = queries.not_waiting(actor, batch)
    told = (
        [f"{folded:,} said the same as others and {'were' if folded != 1 else 'was'} folded into them"]
        if folded
        else []
    )
    told += (
        [f"{closed:,} {'were' if closed != 1 else 'was'} closed already and count{'s' * (closed == 1)} as processed"]
        if closed
        else []
    )
    return f"Of these, {'; '.join(told)}." if told else ""


def count_of_new(actor: Actor) -> int:
    """New messages, for the menu: one indexed query that stops at a bound."""
    return _new.count(actor)


_new = PreparedQuery(
    lambda scope: queries.inbox(scope).filter(state=State.NEW).order_by().values("pk")[:MENU_COUNTS_TO]
)
