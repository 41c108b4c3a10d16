"""Where key results and metrics stand, on their own pages: value, course, progress, and a field for the next value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import estimates_of, scores_on
from northing.strategy.public import (
    RESULT,
    KeyResult,
    Metric,
    Pace,
    Point,
    Standing,
    entered_points,
    key_results_of,
    pace_of,
    series,
    standings,
    targets_of,
)
from northing.ui import cells, charts

_SHOWN = 12  # values in the list
_DRAWN = 400  # values in the chart


@dataclass(frozen=True)
class Row:
    """A key result with the course of its metric, oldest first, and drawn; and where its pace leads by its day."""

    standing: Standing
    points: Sequence[Point]
    course: SafeString
    pace: Pace | None


def rows_of(actor: Actor, some: Sequence[Standing]) -> list[Row]:
    """The rows of a table of key results, in order. One query."""
    courses = series(actor, {standing.key_result.metric_id for standing in some})
    today = timezone.localdate()
    return [
        Row(one, points, cells.sparkline([point.value for point in points]), pace_of(one.key_result, points, today))
        for one in some
        for points in [courses.get(one.key_result.metric_id, ())]
    ]


def _table(request: HttpRequest, actor: Actor, rows: Sequence[Row], **more: Any) -> str:
    may_update = actor.may(Verb.CREATE, "data_point")
    context = {"rows": rows, "may_update": may_update, "base": actor.workspace.slug}
    return render_to_string("features/key_results.html", context | more, request)


def of_objective(request: HttpRequest, actor: Actor, objective: Any) -> str:
    found = key_results_of(actor, [objective.pk]).get(objective.pk, [])
    return _table(request, actor, rows_of(actor, found), objective=objective)


def of_key_result(request: HttpRequest, actor: Actor, result: KeyResult) -> str:
    [row] = rows_of(actor, standings(actor, [result]))
    ahead = render_to_string("features/key_result_ahead.html", _ahead(actor, result, row.pace), request)
    return _table(request, actor, [row], alone=True) + ahead


def _ahead(actor: Actor, result: KeyResult, pace: Pace | None) -> dict[str, Any]:
    """What the pace so far leads to by the due day, what people expect, and, once it was measured, how they did."""
    said = [line for line in estimates_of(actor, [result.pk], [RESULT]) if line.method != "measured"]
    to_come = result.due is not None and result.due > timezone.localdate()
    return {
        "result": result,
        "metric": result.metric,
        "pace": pace,
        "said": said,
        "score": scores_on(actor, result).get(RESULT) if said else None,
        "may_expect": to_come and result.archived_at is None and actor.may(Verb.CREATE, "estimate"),
    }


def of_metric(request: HttpRequest, actor: Actor, metric: Metric) -> str:
    points = series(actor, [metric.pk]).get(metric.pk, [])
    context = {
        "metric": metric,
        "latest": points[-1] if points else None,
        "chart": _chart(actor, metric, points) if len(points) > 1 else "",
        "shown": entered_points(actor, metric.pk, _SHOWN) if points else [],
        "more": max(len(points) - _SHOWN, 0),
        "slug": actor.workspace.slug,
        "may_update": actor.may(Verb.CREATE, "data_point"),
        "may_edit": actor.may(Verb.UPDATE, "data_point"),
        "may_archive": actor.may(Verb.ARCHIVE, "data_point"),
    }
    return render_to_string("features/metric_value.html", context, request)


def _chart(actor: Actor, metric: Metric, points: Sequence[Point]) -> SafeString:
    """Its course, with the target where there is one alone."""
    [target] = targets if len(targets := targets_of(actor, metric.pk)) == 1 else [None]
    measured = [charts.Point(point.at, point.value) for point in points[-_DRAWN:]]
    unit = f"{metric.name}, {metric.unit}" if metric.unit else metric.name
    return charts.render(charts.Fan(measured, (), "Day", unit, target))
