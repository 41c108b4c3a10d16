"""What changed: a page of its own, and one line of it on the home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.models import Member
from northing.access.requests import WorkspaceRequest
from northing.kit.extensions import Place, extensions
from northing.kit.views.doors import page
from northing.web.changed import changed

WEEK = timedelta(days=7)
VISIT = timedelta(hours=4)
"""Whoever comes back after this long begins another visit."""
IN_A_LINE = 4
extensions.add_places(Place(label="What changed", path="changed/", icon="history", also="news last week since history"))


@dataclass(frozen=True, slots=True)
class Span:
    """Since when: the last week, or when the member came last."""

    name: str
    label: str
    since: datetime


def spans(request: HttpRequest) -> list[Span]:
    """The last week and, for whoever came before, since then."""
    found = [Span("week", "Last week", timezone.now() - WEEK)]
    if last := _last_visit(request):
        found.append(Span("visit", "Since you came last", last))
    return found


def _last_visit(request: HttpRequest) -> datetime | None:
    """When the visit before this one began."""
    member = cast("WorkspaceRequest", request).member
    if begins_visit(member):
        return member.last_seen_at  # what the session keeps is of a visit that is over
    kept = request.session.get(f"visit before {member.pk}")
    return datetime.fromisoformat(kept) if kept else None


def begins_visit(member: Member) -> bool:
    return member.last_seen_at is None or member.last_seen_at < timezone.now() - VISIT


@page("GET")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that changed, by kind."""
    offered = spans(request)
    chosen = next((span for span in offered if span.name == request.GET.get("since")), offered[0])
    context = {"spans": offered, "chosen": chosen, "groups": changed(actor, chosen.since)}
    return render(request, "web/changed.html", context)


@page("GET")
def line(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The last week in one line, which the home page asks for once it stands."""
    groups = changed(actor, timezone.now() - WEEK)
    return render(request, "web/changed_line.html", {"groups": groups[:IN_A_LINE], "more": len(groups) > IN_A_LINE})


@page("POST")
def seen(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Note that a visit begins, and keep when the one before began."""
    member = cast("WorkspaceRequest", request).member
    if begins_visit(member):
        if member.last_seen_at is not None:
            request.session[f"visit before {member.pk}"] = member.last_seen_at.isoformat()
        Member.objects.within(actor).filter(pk=member.pk).update(last_seen_at=timezone.now())
    return HttpResponse(status=204)
