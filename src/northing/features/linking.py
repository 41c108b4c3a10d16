"""Pages that lead from what was said to features: links of the inbox, and features picked from themes."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions
from northing.features.models import Feature, FeatureRequest
from northing.features.planning import suggest_features
from northing.features.rules import IMPORTANCE_WORDS
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import get_record, labels
from northing.kit.record_types import registry
from northing.kit.search import search
from northing.kit.views.doors import page
from northing.ui.toasts import toast

PICKED = 20
_OFFERED = 12
_KEY = re.compile(r"\s*([FO]-\d{1,15})\b", re.IGNORECASE)


@page("GET")
def targets(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Features and opportunities that match what is being typed, for the field's list."""
    text = request.GET.get("to", "").strip()[:200]
    found = []
    for name in ("feature", "opportunity"):
        hits = search(actor, text, types=[name], limit=_OFFERED).hits if text else []
        titles = labels(actor, registry.named(name), [hit.record_id for hit in hits])
        found += [titles[hit.record_id] for hit in hits if hit.record_id in titles]
    return render(request, "features/targets.html", {"targets": found})


@page("GET")
def suggestions(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Features that read like the feedback, each with one press to link it."""
    actor.require(Verb.CREATE, registry.of(FeatureRequest).name)
    feedback: insight.Feedback = get_record(actor, registry.of(insight.Feedback), key)
    found = suggest_features(actor, f"{feedback.title}\n{feedback.text}", feedback.pk)
    titles = labels(actor, registry.of(Feature), [one.record_id for one in found])
    context = {
        "suggested": [(one, titles[one.record_id]) for one in found if one.record_id in titles],
        "key": key,
        "workspace": actor.workspace.slug,
        "length": len(feedback.passage_text),
    }
    return render(request, "features/suggestions.html", context)


@page("POST")
def link(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Link a passage of feedback to the feature named, or to a new one of that title."""
    feedback: insight.Feedback = get_record(actor, registry.of(insight.Feedback), key)
    try:
        made = _link_to(request, actor, feedback)
    except Invalid as error:  # told beside the field, where what was marked stays
        return render(request, "features/problems.html", {"problems": error.problems}, status=422)
    return _linked(actor, made, "processed" in request.POST)


def _link_to(request: HttpRequest, actor: Actor, feedback: insight.Feedback) -> FeatureRequest:
    to = request.POST.get("to", "").strip()
    if not to:
        raise Invalid([Problem("to", to, "say what it asks for: a feature's key (F-12) or title")])
    start, end = (_number(request, name, most=10_000_000) for name in ("start", "end"))
    importance = _number(request, "importance", most=len(IMPORTANCE_WORDS) - 1)
    processed = "processed" in request.POST
    target = _target_key(actor, to)
    if target:
        return actions.link_passage(actor, feedback.pk, start, end, target, importance, processed=processed)
    if "create" in request.POST:
        return actions.link_to_new(actor, feedback.pk, start, end, to, importance, processed=processed)
    raise Invalid([Problem("to", to, "no feature has this key or title; press New feature to make it")])


def _number(request: HttpRequest, name: str, most: int) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16) or int(text) > most:
        raise Invalid([Problem(name, text, f"must be a whole number from 0 to {most:,}")])
    return int(text)


def _target_key(actor: Actor, to: str) -> str:
    """The key that the words begin with or, failing that, of the live feature with that title; else empty."""
    if found := _KEY.match(to):
        return found[1]
    named = Feature.objects.within(actor).filter(title__iexact=to, archived_at=None).order_by("pk").first()
    return registry.of(Feature).key(named) if named else ""


def _linked(actor: Actor, made: FeatureRequest, processed: bool) -> HttpResponse:
    """Say so; what was dealt with gives way to the next message."""
    response = HttpResponse(status=204)
    events = '"inbox-next": null, "inbox-changed": null' if processed else '"records-changed": null'
    response["HX-Trigger"] = f"{{{events}}}"
    about = labels(actor, registry.of(Feature), [made.feature_id]).get(made.feature_id or 0)
    text = f"Linked to {about.key} {about.title}" if about else "Linked"
    return toast(response, text[:120], undo=insight.undo_url(actor, made))


@page("POST")
def unlink(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Take one link of the feedback back."""
    feedback: insight.Feedback = get_record(actor, registry.of(insight.Feedback), key)
    request_id = _number(request, "request", most=10**15)
    found = FeatureRequest.objects.within(actor).filter(pk=request_id, insight__feedback=feedback.pk)
    made = found.filter(archived_at=None).first()
    if made is None:
        raise Missing(f"link {request_id}")
    actions.unlink(actor, [made.pk])
    made.refresh_from_db()
    response = HttpResponse(status=204)
    response["HX-Trigger"] = '{"records-changed": null}'
    return toast(response, "Link taken back", undo=insight.undo_url(actor, made))


@page("GET", "POST")
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accept found themes and make a feature of each that is ticked, in one step."""
    actor.require(Verb.CREATE, registry.of(Feature).name)
    if request.method == "POST":
        return _picked(request, actor)
    open_themes = _themes_without_feature(actor)
    sizes = insight.theme_sizes(actor, [theme.pk for theme in open_themes])
    rows: list[dict[str, Any]] = [
        {
            "name": "theme",
            "id": theme.pk,
            "title": theme.title,
            "about": theme.description,
            "count": sizes.get(theme.pk, 0),
        }
        for theme in open_themes
    ]
    proposals = insight.proposals(actor)
    examples = labels(actor, registry.named("feedback"), (found.feedback_ids[0] for found in proposals))
    rows += [
        {
            "name": "proposal",
            "id": found.pk,
            "title": found.title,
            "about": ", ".join(found.phrases),
            "example": examples.get(found.feedback_ids[0]),
            "count": len(found.feedback_ids),
        }
        for found in proposals
    ]
    for place, row in enumerate(rows):
        row["ticked"] = place < PICKED
    return render(request, "features/pick.html", {"rows": rows, "workspace": actor.workspace.slug})


def _themes_without_feature(actor: Actor) -> list[insight.Theme]:
    """Accepted themes that no live feature answers yet."""
    answered = Feature.objects.within(actor).filter(archived_at=None).exclude(theme=None).values("theme")
    rows = insight.Theme.objects.within(actor).filter(archived_at=None).exclude(pk__in=answered)
    return list(rows.order_by("-pk")[:200])


def _picked(request: HttpRequest, actor: Actor) -> HttpResponse:
    proposals, themes = (_ids(request, name) for name in ("proposal", "theme"))
    if not proposals and not themes:
        raise Invalid([Problem("theme", "", "tick at least one theme")])
    chosen = [found for found in insight.proposals(actor) if found.pk in set(proposals)]
    accepted = insight.accept_themes(actor, proposals) if proposals else []
    titles = {pk: _typed(request, "theme", pk) for pk in themes}
    by_title = {found.title: _typed(request, "proposal", found.pk) for found in chosen}
    titles |= {theme.pk: by_title.get(theme.title, "") for theme in accepted}
    made = actions.features_from_themes(actor, [*themes, *(theme.pk for theme in accepted)], titles)
    messages.success(request, f"{len(made)} feature{'s' * (len(made) != 1)} made; now size them")
    return HttpResponseRedirect(f"/{actor.workspace.slug}/sizing/")


def _typed(request: HttpRequest, name: str, pk: int) -> str:
    """The title typed over the one that a theme came with."""
    return request.POST.get(f"title-{name}-{pk}", "").strip()


def _ids(request: HttpRequest, name: str) -> list[int]:
    given = request.POST.getlist(name)
    if not all(value.isascii() and value.isdecimal() and len(value) < 16 for value in given):
        raise Invalid([Problem(name, ", ".join(given)[:80], "tick themes of the list")])
    return [int(value) for value in given]
