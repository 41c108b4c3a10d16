"""Pages that lead from what was said to features: the links of the inbox."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions, link_targets
from northing.features.models import Feature, FeatureRequest
from northing.features.planning import suggest_features
from northing.features.rules import IMPORTANCE_WORDS
from northing.kit.forms import RecordInput
from northing.kit.history import latest_undo_url, undo_url
from northing.kit.problems import BadValue, Invalid, Missing, Problem
from northing.kit.reading import find_any, get_record, labels, labels_of_any
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole
from northing.kit.views.lists import ticked
from northing.ui.formats import counted
from northing.ui.shell import layout
from northing.ui.toasts import changed, toast


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
    return _linked(actor, made, onward=request.POST.get("processed", "stay") != "stay")


def _link_to(request: HttpRequest, actor: Actor, feedback: insight.Feedback) -> FeatureRequest:
    to = request.POST.get("target", "") or request.POST.get("to", "").strip()
    if not to:
        raise Invalid([Problem("to", to, "say what it asks for: a feature's key (F-12) or title")])
    start, end = (_number(request, name, most=10_000_000) for name in ("start", "end"))
    importance = _importance(request)
    processed = "processed" in request.POST
    named = link_targets.named_in_full if "create" in request.POST else link_targets.named
    try:
        target = named(actor, to)
    except BadValue as error:
        way_out = "" if "create" in request.POST else "; or press New feature to make it"
        raise Invalid([Problem("to", to[:80], f"{error}{way_out}")]) from None
    if not target:
        return actions.link_to_new(actor, feedback.pk, start, end, to, importance, processed=processed)
    return actions.link_passage(actor, feedback.pk, start, end, target, importance, processed=processed)


def _importance(request: HttpRequest) -> int | None:
    """What was stated of how much it is needed; None where nobody said."""
    stated = request.POST.get("importance", "")
    return _number(request, "importance", most=len(IMPORTANCE_WORDS) - 1) if stated else None


def _number(request: HttpRequest, name: str, most: int) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16) or int(text) > most:
        raise Invalid([Problem(name, text, f"must be a whole number from 0 to {most:,}")])
    return int(text)


def _linked(actor: Actor, made: FeatureRequest, *, onward: bool) -> HttpResponse:
    """Say so; what was dealt with gives way to the next message, unless there may be more to link in it."""
    response = HttpResponse(status=204)
    events = '"inbox-next": null, "inbox-changed": null' if onward else '"records-changed": null'
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


@page("POST")
def link_ticked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """With `ids` alone the dialog; with the feature named there, all of the messages are linked to it in one change."""
    actor.require(Verb.CREATE, registry.of(FeatureRequest).name)
    ids = ticked(request)
    if "choose" not in request.POST:
        return _dialog(request, actor, ids, "", [])
    to = request.POST.get("into", "").strip()
    try:
        target = _chosen(actor, to)
        linked, change_id = actions.link_messages(actor, ids, target)
    except Invalid as error:
        return _dialog(request, actor, ids, to, error.problems)
    label = labels_of_any(actor, [find_any(actor, target)])
    about = next((f"{one.key} {one.title}" for one in label.values()), target)
    text = f"{counted(linked, 'message')} linked to {about}"[:120]
    return changed(text, undo=undo_url(actor, change_id), also="close-dialog")


def _chosen(actor: Actor, to: str) -> str:
    if not to:
        raise Invalid([Problem("into", to, "say what they ask for: a feature's key (F-12) or title")])
    try:
        return link_targets.named(actor, to)
    except BadValue as error:
        raise Invalid([Problem("into", to[:80], str(error))]) from None


def _dialog(
    request: HttpRequest, actor: Actor, ids: Sequence[int], to: str, problems: Sequence[Problem]
) -> HttpResponse:
    found = labels(actor, registry.of(insight.Feedback), ids)
    context = {
        "layout": layout(request),
        "ids": ",".join(map(str, ids)),
        "count": len(found),
        "examples": list(found.values()),
        "field": RecordInput(f"/{actor.workspace.slug}/known?types=feature,opportunity").render(
            "into", to, {"id": "link-into", "class": "field", "autofocus": True}
        ),
        "problems": problems,
    }
    return render(request, "features/link_ticked.html", context)
