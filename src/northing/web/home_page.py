"""Home: what needs a decision, how the goals stand; on the first day a checklist of three steps instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.models import ProductKinds, Workspace
from northing.access.roles import Verb
from northing.decisions import public as decisions
from northing.features.public import Feature
from northing.insight.public import Feedback, inbox_counts
from northing.kit import reading
from northing.kit.models import Change
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry
from northing.kit.views.doors import page
from northing.strategy.public import goals

SNOOZES = {"tomorrow": 1, "week": 7, "month": 30}


@dataclass(frozen=True)
class Step:
    """One step of the first day."""

    number: int
    title: str
    text: str
    done: bool
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Card:
    """One thing that needs a decision, with the addresses of the ways on."""

    attention: Any
    label: reading.Label
    url: str
    decide_url: str


@page("GET")
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    steps = _checklist(actor)
    if not all(step.done for step in steps):
        context = {"steps": steps, "kinds": ProductKinds.choices, "may_manage": actor.may(Verb.MANAGE, "workspace")}
        return render(request, "web/first_day.html", context)
    context = {
        "cards": _cards(actor),
        "goals": goals(actor)[:4],
        "feedback": inbox_counts(actor),
        "changes": _latest_changes(actor),
        "members": reading.member_names(actor),
    }
    return render(request, "web/home.html", context)


def _checklist(actor: Actor) -> list[Step]:
    """Three steps from an empty workspace to a ranked list; each is done when its trace is there."""
    base = f"/{actor.workspace.slug}/"
    sized = decisions.has_estimates(actor)
    fed = Feedback.objects.within(actor).exists()
    picked = Feature.objects.within(actor).exists()
    return [
        Step(
            1,
            "Drop a file with what people ask for",
            "Reviews, tickets, a survey: CSV, Excel or JSON. What it is is found out for you.",
            fed,
            f"{base}feedback/import/",
            "Import feedback",
        ),
        Step(
            2,
            "Pick what you might build",
            "Take themes from the feedback, bring a list of features, or type a few.",
            picked,
            f"{base}features/",
            "Add features",
        ),
        Step(3, "Size them", "S, M or L is enough: a key for each.", sized, f"{base}sizing/", "Open the sizing grid"),
    ]


def _cards(actor: Actor) -> list[Card]:
    found = decisions.cards(actor)
    labels = reading.labels_of_any(actor, (one.record_id for one in found))
    base = f"/{actor.workspace.slug}/"
    cards = []
    for one in found:
        label = labels.get(one.record_id)
        if label is not None:
            is_decision = label.path == "decisions"
            decide = f"{label.url(actor)}decide" if is_decision else f"{base}decisions/new?question={one.question}"
            cards.append(Card(one, label, label.url(actor), decide))
    return cards


def _latest_changes(actor: Actor) -> Sequence[Change]:
    rows = Change.objects.within(actor).select_related("member__user").order_by("-at")
    return list(rows.exclude(event="demo")[:6])


@page("POST")
def choose_kind(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What this workspace makes: apps, devices, or both."""
    actor.require(Verb.MANAGE, "workspace")
    kind = request.POST.get("kind", "")
    if kind not in ProductKinds.values:
        raise Invalid([Problem("kind", kind, f"choose one of: {', '.join(ProductKinds.values)}")])
    Workspace.objects.filter(pk=actor.workspace_id).update(kind=kind)
    return HttpResponseRedirect(f"/{actor.workspace.slug}/")


@page("POST")
def snooze(request: HttpRequest, actor: Actor, attention_id: int) -> HttpResponse:
    """Wait with a card, or give it to somebody else."""
    actor.require(Verb.UPDATE, registry.named("decision").name)
    if member := request.POST.get("member", ""):
        decisions.delegate(actor, attention_id, int(member) if member.isdecimal() else 0)
    else:
        days = SNOOZES.get(request.POST.get("until", ""), 1)
        decisions.snooze(actor, attention_id, timezone.now() + timedelta(days=days))
    return HttpResponseRedirect(f"/{actor.workspace.slug}/")
