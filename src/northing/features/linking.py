"""Pages that lead from what was said to features: the links of the inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions, link_targets
from northing.features.models import Feature, FeatureRequest
from northing.features.planning import suggest_features
from northing.features.rules import IMPORTANCE_WORDS
from northing.kit.history import latest_undo_url
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import get_record, labels
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole
from northing.ui.toasts import changed, toast

_LONGEST = 300
"""Characters of a key and a title; databases refuse to look for much longer ones."""


@page("GET")
def targets(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """What the marked passage can be linked to, each with one press; Enter in the field takes the first."""
    actor.require(Verb.CREATE, registry.of(FeatureRequest).name)
    feedback: insight.Feedback = get_record(actor, registry.of(insight.Feedback), key)
    start, end = (whole(request.GET.get(name, "")) or 0 for name in ("start", "end"))
    typed = request.GET.get("to", "").strip()[:200]
    found = link_targets.offered(actor, typed, feedback.passage_text[start:end], feedback.pk)
    return render(request, "features/targets.html", {"targets": found, "typed": typed})


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
    to = request.POST.get("target", "") or request.POST.get("to", "").strip()
    if not to:
        raise Invalid([Problem("to", to, "say what it asks for: a feature's key (F-12) or title")])
    if len(to) > _LONGEST:
        raise Invalid([Problem("to", to[:80], f"longer than {_LONGEST} characters; no title is")])
    start, end = (_number(request, name, most=10_000_000) for name in ("start", "end"))
    importance = _number(request, "importance", most=len(IMPORTANCE_WORDS) - 1)
    processed = "processed" in request.POST
    target = link_targets.named(actor, to, in_part="create" not in request.POST)
    if target:
        return actions.link_passage(actor, feedback.pk, start, end, target, importance, processed=processed)
    if "create" in request.POST:
        return actions.link_to_new(actor, feedback.pk, start, end, to, importance, processed=processed)
    raise Invalid(
        [Problem("to", to, "no feature has this key, or these words in its title; press New feature to make it")]
    )


def _number(request: HttpRequest, name: str, most: int) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16) or int(text) > most:
        raise Invalid([Problem(name, text, f"must be a whole number from 0 to {most:,}")])
    return int(text)


def _linked(actor: Actor, made: FeatureRequest, processed: bool) -> HttpResponse:
    """Say so; what was dealt with gives way to the next message."""
    response = HttpResponse(status=204)
    events = '"inbox-next": null, "inbox-changed": null' if processed else '"records-changed": null'
    response["HX-Trigger"] = f"{{{events}}}"
    about = labels(actor, registry.of(Feature), [made.feature_id]).get(made.feature_id or 0)
    text = f"Linked to {about.key} {about.title}" if about else "Linked"
    return toast(response, text[:120], undo=latest_undo_url(actor, made))


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
    return changed("Link taken back", undo=latest_undo_url(actor, made))
