"""The inbox: messages on the left, the open one in the middle, what it asks for on the right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.insight import actions, queries
from northing.insight.inbox import TABS, Place, count_of_new, following, lines, opened, place_of, senders, wanted
from northing.insight.models import Feedback, State, Theme
from northing.insight.records import FEEDBACK
from northing.kit import listing, reading
from northing.kit.extensions import extensions, menu_count
from northing.kit.history import latest_undo_url
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry
from northing.kit.views.doors import page
from northing.ui import menus
from northing.ui.passages import Mark, marked
from northing.ui.toasts import changed, toast

MOST_FOLDED_SHOWN = 20
THEMES_SHOWN = 5
_DONE = {State.NEW: "Back in the inbox", State.PROCESSED: "Marked as processed", State.ARCHIVED: "Archived"}


@page("GET")
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The inbox; htmx asking for the list or for the message gets that alone."""
    place = place_of(request)
    part = request.headers.get("HX-Target", "")
    if part == "message":
        return _message(request, actor, place, opened(actor, place.open) if place.open else None)
    actor.require(Verb.VIEW, FEEDBACK.name)
    found = listing.page(actor, FEEDBACK, wanted(place), count=False)
    context = _frame(actor, place) | {
        "lines": lines(actor, place, found.records),
        "newest_url": "?" + place.query(after="", open=""),
        "next_url": "?" + place.query(after=found.next, open="") if found.next else "",
    }
    if part == "inbox-list":
        counts = {"fragment": True, "in_menu": menu_count(count_of_new(actor))}
        return render(request, "insight/list.html", context | counts)
    first = opened(actor, place.open) if place.open else next(iter(found.records), None)
    context |= _reading(request, actor, place, first) | _themes(actor)
    context["may_import"] = actor.may(Verb.IMPORT, FEEDBACK.name)
    return render(request, "insight/inbox.html", context)


@page("GET")
def count(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How much is new, for the menu."""
    actor.require(Verb.VIEW, FEEDBACK.name)
    return HttpResponse(menus.menu_count(f"/{actor.workspace.slug}/inbox/", menu_count(count_of_new(actor))))


def _frame(actor: Actor, place: Place) -> dict[str, Any]:
    counts = queries.inbox_counts(actor)
    return {
        "place": place,
        "base": f"/{actor.workspace.slug}/inbox/",
        "tabs": [(state, label, _capped(counts[state]), state == place.state) for state, label in TABS],
        "folded_in_all": _capped(counts["folded"]) if counts["folded"] else "",
        "in_all": _capped(sum(counts[state] for state in (*State.values, "folded"))),
        "may_update": actor.may(Verb.UPDATE, FEEDBACK.name),
    }


def _capped(count: int) -> str:
    return f"{min(count, listing.COUNT_LIMIT):,}" + "+" * (count > listing.COUNT_LIMIT)


def _message(request: HttpRequest, actor: Actor, place: Place, feedback: Feedback | None) -> HttpResponse:
    """The message and what stands beside it, in place of those shown."""
    context = {"place": place, "base": f"/{actor.workspace.slug}/inbox/", "is_fragment": True}
    context["may_update"] = actor.may(Verb.UPDATE, FEEDBACK.name)
    return render(request, "insight/message.html", context | _reading(request, actor, place, feedback))


def _reading(request: HttpRequest, actor: Actor, place: Place, feedback: Feedback | None) -> dict[str, Any]:
    """Everything about the open message."""
    if feedback is None:
        return {"feedback": None}
    accounts = queries.accounts(actor, [feedback.account_id] if feedback.account_id is not None else [])
    passages = queries.passages(actor, [feedback.pk]).get(feedback.pk, [])
    marks = [Mark(p.start, p.end, str(p.insight_id), p.note or "Marked passage") for p in passages]
    folded = list(queries.folded_under(actor, feedback.pk).order_by("-created_at", "-pk")[:MOST_FOLDED_SHOWN])
    today = timezone.localdate()
    return {
        "feedback": feedback,
        "is_undated": bool(queries.undated(actor, [feedback.pk])),
        "key": FEEDBACK.key(feedback),
        "here": place.query(open=FEEDBACK.key(feedback)),
        "url": reading.record_url(actor, FEEDBACK, feedback),
        "text": marked(feedback.passage_text, marks),
        "account": accounts.get(feedback.account_id or 0),
        "tone": FEEDBACK.tones["state"][feedback.state],
        "members": reading.member_names(actor),
        "folded": list(zip(folded, senders(actor, folded), strict=True)),
        "folded_count": queries.folded_counts(actor, [feedback.pk]).get(feedback.pk, 0),
        "snoozes": [(label, today + timedelta(days=days)) for label, days in _SNOOZES],
        "panels": [(p.title, p.render(request, actor, feedback)) for p in extensions.panels[FEEDBACK.name]],
    }


_SNOOZES = (("Until tomorrow", 1), ("For a week", 7), ("For a month", 30), ("For a quarter", 91))


@page("POST")
def give_state(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Archive, process, snooze (with `until`) or bring back; the next message is opened."""
    feedback = opened(actor, key)
    place = place_of(request)
    state = request.POST.get("state", "")
    after = following(actor, place, feedback)
    if state == State.SNOOZED:
        until = _day(request.POST.get("until", ""))
        [feedback] = actions.snooze(actor, [feedback.pk], until, timezone.localdate())
        text = f"Snoozed until {until.day} {until:%B}"
    elif state in _DONE:
        [feedback] = actions.set_state(actor, [feedback.pk], state)
        text = _DONE[State(state)]
    else:
        raise Invalid([Problem("state", state, f"use one of: {', '.join(State.values)}")])
    response = _message(request, actor, place, after)
    response["HX-Trigger"] = '{"inbox-changed": null}'
    query = place.query(open=FEEDBACK.key(after) if after else "")
    response["HX-Replace-Url"] = f"/{actor.workspace.slug}/inbox/?{query}"
    return toast(response, f"{key} · {text}", undo=latest_undo_url(actor, feedback))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid([Problem("until", text, "must be a day such as 2027-03-31")]) from None


@page("POST")
def give_assignee(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Make the message a member's to work through, or nobody's."""
    feedback = opened(actor, key)
    chosen = request.POST.get("assignee", "")
    if chosen and not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 16):
        raise Invalid([Problem("assignee", chosen, "choose a member, or nobody")])
    [feedback] = actions.assign(actor, [feedback.pk], int(chosen) if chosen else None)
    name = reading.member_names(actor, [feedback.assignee_id]).get(feedback.assignee_id or 0, "nobody")
    return changed(f"{key} · Assigned to {name}", latest_undo_url(actor, feedback))


@page("POST")
def take_apart(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Let a folded message stand for itself again."""
    [feedback] = actions.unfold(actor, [opened(actor, key).pk])
    return changed(f"{key} stands for itself again", latest_undo_url(actor, feedback))


def _themes(actor: Actor) -> dict[str, Any]:
    found = queries.proposals(actor)
    return {
        "proposals": found[:THEMES_SHOWN],
        "more_proposals": max(0, len(found) - THEMES_SHOWN),
        "may_theme": actor.may(Verb.CREATE, registry.of(Theme).name),
    }


@page("POST")
def settle_theme(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accept or dismiss one found theme, from the strip above the messages."""
    chosen = request.POST.get("proposal", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 16):
        raise Invalid([Problem("proposal", chosen, "choose one of the themes that were found")])
    settle = actions.dismiss_themes if "dismiss" in request.POST else actions.accept_themes
    settle(actor, [int(chosen)])
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(f"/{actor.workspace.slug}/inbox/")
    context = _themes(actor) | {"base": f"/{actor.workspace.slug}/inbox/"}
    response = render(request, "insight/themes.html", context)
    return toast(response, "Theme dismissed" if "dismiss" in request.POST else "Theme accepted")
