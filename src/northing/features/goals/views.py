"""Objectives with their key results, the course of their metrics, and the features that serve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features.queries import features_of_goals, serves_nothing
from northing.kit.fields import Day, Number
from northing.kit.problems import BadValue, Invalid, Problem
from northing.kit.views.doors import page
from northing.strategy.public import Standing, goals, record_data_points, series
from northing.ui import cells


@dataclass(frozen=True)
class Row:
    """A key result with the course of its metric."""

    standing: Standing
    course: SafeString


@page("GET")
def show_goals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where the goals stand and what is being done for each."""
    actor.require(Verb.VIEW, "objective")
    found = goals(actor)
    standings = [standing for goal in found for standing in goal.standings]
    courses = series(actor, {standing.key_result.metric_id for standing in standings})
    goal_ids = [goal.objective.pk for goal in found] + [standing.key_result.pk for standing in standings]
    serving = features_of_goals(actor, goal_ids)
    context = {
        "goals": [
            {
                "goal": goal,
                "rows": [Row(one, _course(courses, one)) for one in goal.standings],
                "features": _serving(serving, goal),
            }
            for goal in found
        ],
        "unserved": serves_nothing(actor).count(),
        "may_update": actor.may(Verb.CREATE, "data_point"),
        "today": timezone.localdate(),
    }
    return render(request, "features/goals.html", context)


def _course(courses: dict[int, Any], standing: Standing) -> SafeString:
    return cells.sparkline([point.value for point in courses.get(standing.key_result.metric_id, ())])


def _serving(serving: dict[int, list[Any]], goal: Any) -> list[Any]:
    """Features that serve the objective or one of its key results, each once."""
    ids = [goal.objective.pk, *(standing.key_result.pk for standing in goal.standings)]
    return list({feature.pk: feature for goal_id in ids for feature in serving.get(goal_id, ())}.values())


@page("POST")
def enter_point(request: HttpRequest, actor: Actor, metric_id: int) -> HttpResponse:
    """One data point by hand."""
    try:
        value = Number(name="value", required=True).clean(request.POST.get("value"))
        at = Day(name="at", required=True).clean(request.POST.get("at"))
    except BadValue as error:
        raise Invalid([Problem("value", request.POST.get("value"), str(error))]) from None
    record_data_points(actor, metric_id, {at: value})
    return HttpResponseRedirect(f"/{actor.workspace.slug}/goals/")
