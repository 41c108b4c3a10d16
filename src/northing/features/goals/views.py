"""Objectives with their key results, the course of their metrics, and the features that serve them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features.goals import outcomes
from northing.features.goals.standing import rows_of
from northing.features.models import Feature
from northing.features.queries import features_of_goals, serves_nothing
from northing.kit import history
from northing.kit.problems import Invalid, Missing
from northing.kit.reading import get_record, record_url
from northing.kit.record_types import registry
from northing.kit.views.doors import page
from northing.strategy.public import KeyResult, Metric, expect, goals, record_data_points
from northing.ui import formats
from northing.ui.toasts import changed


@page("GET")
def show_goals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where the goals stand and what is being done for each."""
    actor.require(Verb.VIEW, "objective")
    found = goals(actor)
    standings = [standing for goal in found for standing in goal.standings]
    rows = {row.standing.key_result.pk: row for row in rows_of(actor, standings)}
    goal_ids = [goal.objective.pk for goal in found] + [standing.key_result.pk for standing in standings]
    serving = features_of_goals(actor, goal_ids)
    context = {
        "goals": [
            {
                "goal": goal,
                "rows": [rows[one.key_result.pk] for one in goal.standings],
                "features": _serving(serving, goal),
            }
            for goal in found
        ],
        "verdicts": outcomes.verdicts(actor),
        "unserved": serves_nothing(actor).count(),
        "may_update": actor.may(Verb.CREATE, "data_point"),
    }
    return render(request, "features/goals.html", context)


def _serving(serving: dict[int, list[Any]], goal: Any) -> list[Any]:
    """Features that serve the objective or one of its key results, each once."""
    ids = [goal.objective.pk, *(standing.key_result.pk for standing in goal.standings)]
    return list({feature.pk: feature for goal_id in ids for feature in serving.get(goal_id, ())}.values())


@page("POST")
def enter_point(request: HttpRequest, actor: Actor, metric_id: int) -> HttpResponse:
    """One data point by hand, of today unless another day is given; what is refused is said beside the fields."""
    metric = Metric.objects.within(actor).filter(pk=metric_id).first()
    if metric is None:
        raise Missing(f"metric {metric_id}")
    given, at = request.POST.get("value", ""), request.POST.get("at", "")
    try:
        [point] = record_data_points(actor, metric_id, {at or timezone.localdate().isoformat(): given})
    except Invalid as error:
        if not request.headers.get("HX-Request"):
            raise
        context = {"metric": metric, "given": given, "at": at, "problem": error.problems[0]}
        return render(request, "features/value_form.html", context, status=422)
    text = f"{metric.name}: {formats.number(point.value)} {metric.unit}".strip() + f", {formats.day(point.at)}"
    if request.headers.get("HX-Request"):
        return changed(text, history.latest_undo_url(actor, point))
    return HttpResponseRedirect(f"/{actor.workspace.slug}/goals/")


@page("POST")
def say(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """What a feature will do to a metric, or did (`came`), or took; what is refused is said beside the field."""
    feature: Feature = get_record(actor, registry.of(Feature), key)
    came, quantity = "came" in request.POST, request.POST.get("quantity", "")
    try:
        change_id = outcomes.say(actor, feature, quantity, request.POST.get("entered", ""), came=came)
    except Invalid as error:
        if not request.headers.get("HX-Request"):
            raise
        return HttpResponse(escape(error.problems[0].rule), status=422)
    text = f"{key}: {'what came of it' if came else 'your forecast'} is kept"
    return _answer(request, actor, feature, text, history.undo_url(actor, change_id))


@page("POST")
def say_when(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The day that a feature went out."""
    feature: Feature = get_record(actor, registry.of(Feature), key)
    change_id = outcomes.say_when(actor, feature, request.POST.get("released_at", ""))
    return _answer(request, actor, feature, f"{key}: the day is kept", history.undo_url(actor, change_id))


def _answer(request: HttpRequest, actor: Actor, feature: Feature, text: str, undo: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return changed(text, undo)
    return HttpResponseRedirect(record_url(actor, registry.of(Feature), feature))


@page("POST")
def state_expectation(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """What somebody expects a key result's metric to be on its day; what is refused is said beside the field."""
    key_result_type = registry.of(KeyResult)
    result: KeyResult = get_record(actor, key_result_type, key)
    given = request.POST.get("expected", "")
    try:
        change_id = expect(actor, result, given)
    except Invalid as error:
        if not request.headers.get("HX-Request"):
            raise
        context = {"result": result, "metric": result.metric, "given": given, "problem": error.problems[0]}
        return render(request, "features/expectation_form.html", context, status=422)
    if request.headers.get("HX-Request"):
        return changed(f"{key}: your expectation is kept", history.undo_url(actor, change_id))
    return HttpResponseRedirect(record_url(actor, key_result_type, result))
