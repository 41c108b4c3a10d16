"""Where key results and metrics stand, on their own pages: value, course, progress, and a field for the next value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.strategy.public import KeyResult, Metric, Standing, key_results_of, series, standings
from northing.ui import cells


@dataclass(frozen=True)
class Row:
    """A key result with the course of its metric."""

    standing: Standing
    course: SafeString


def rows_of(actor: Actor, some: Sequence[Standing]) -> list[Row]:
    """The rows of a table of key results, in order. One query."""
    courses = series(actor, {standing.key_result.metric_id for standing in some})
    return [
        Row(one, cells.sparkline([point.value for point in courses.get(one.key_result.metric_id, ())])) for one in some
    ]


def _table(request: HttpRequest, actor: Actor, some: Sequence[Standing], **more: Any) -> str:
    may_update = actor.may(Verb.CREATE, "data_point")
    context = {"rows": rows_of(actor, some), "may_update": may_update, "base": actor.workspace.slug}
    return render_to_string("features/key_results.html", context | more, request)


def of_objective(request: HttpRequest, actor: Actor, objective: Any) -> str:
    found = key_results_of(actor, [objective.pk]).get(objective.pk, [])
    return _table(request, actor, found, objective=objective)


def of_key_result(request: HttpRequest, actor: Actor, result: KeyResult) -> str:
    return _table(request, actor, standings(actor, [result]), alone=True)


def of_metric(request: HttpRequest, actor: Actor, metric: Metric) -> str:
    points = series(actor, [metric.pk]).get(metric.pk, [])
    context = {
        "metric": metric,
        "latest": points[-1] if points else None,
        "course": cells.sparkline([point.value for point in points]),
        "may_update": actor.may(Verb.CREATE, "data_point"),
    }
    return render_to_string("features/metric_value.html", context, request)
