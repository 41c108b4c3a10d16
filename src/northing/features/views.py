"""The tree, and what the panels on a feature's page do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions, panels
from northing.features import tree as trees
from northing.features.models import Feature, Health, Opportunity
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import get_record
from northing.kit.record_types import registry
from northing.kit.views.doors import page
from northing.ui.toasts import toast


@page("GET")
def tree(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Opportunities and features from the top; each opens what is below it."""
    actor.require(Verb.VIEW, registry.of(Feature).name)
    level = trees.roots(actor, _after(request))
    context = {"level": level, "more_url": f"/{actor.workspace.slug}/tree/", "workspace": actor.workspace.slug}
    context["may_create"] = actor.may(Verb.CREATE, registry.of(Feature).name)
    part = request.headers.get("HX-Request")
    return render(request, "features/branch.html" if part else "features/tree.html", context)


@page("GET")
def branch(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """What is below one record of the tree."""
    if key.upper().startswith("O-"):
        opportunity = get_record(actor, registry.of(Opportunity), key)
        level = trees.below_opportunity(actor, opportunity.pk, _after(request))
    else:
        level = trees.below_feature(actor, get_record(actor, registry.of(Feature), key).pk, _after(request))
    context = {"level": level, "more_url": request.path, "workspace": actor.workspace.slug}
    return render(request, "features/branch.html", context)


def _after(request: HttpRequest) -> int:
    text = request.GET.get("after", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Invalid([Problem("after", text[:40], "is not a part of this tree; start from the top")])
    return int(text)


@page("GET")
def asking(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Who asks for a feature, for the panel that fetches it."""
    feature: Feature = get_record(actor, registry.of(Feature), key)
    return HttpResponse(panels.asking(request, actor, feature))


@page("GET", "POST")
def goals(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The goals to choose from; or add or remove one that a feature serves, and the panel as it then is."""
    feature: Feature = get_record(actor, registry.of(Feature), key)
    if request.method == "GET":
        return HttpResponse(panels.pick_goal(request, actor, feature))
    name = "remove" if "remove" in request.POST else "goal"
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Invalid([Problem(name, text[:40], "choose a goal of the list")])
    act = actions.stop_serving if name == "remove" else actions.serve
    act(actor, [feature.pk], [int(text)])
    return trigger_client_event(HttpResponse(panels.goals(request, actor, feature)), "records-changed")


@page("POST")
def health(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Report how a feature goes; the panel as it then is."""
    feature: Feature = get_record(actor, registry.of(Feature), key)
    reported = request.POST.get("health", "")
    if reported not in Health.values:
        raise Invalid([Problem("health", reported, f"use one of: {', '.join(Health.values)}")])
    if feature.archived_at is not None:
        raise Missing(f"{key} is archived")
    [feature] = actions.report_health(actor, [feature.pk], reported, request.POST.get("note", "").strip())
    return toast(
        HttpResponse(panels.health(request, actor, feature)),
        f"{key} reported as {feature.get_health_display().lower()}",
    )
