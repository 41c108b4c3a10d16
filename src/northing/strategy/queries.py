"""Where metrics and goals stand. Every function is a fixed number of queries, however many records it is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from northing.access.actor import Actor
from northing.kit.batches import batched
from northing.strategy.models import DataPoint, KeyResult, Metric, MetricRole, Objective
from northing.strategy.rules import progress

NORTH_STAR_SHOWN = 30
"""So many of its latest values are drawn."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a metric was on a day."""

    at: date
    value: float


def latest_points(actor: Actor, metric_ids: Iterable[int]) -> dict[int, Point]:
    """The newest data point of each metric; metrics without any are absent. One query per 500."""
    newest = DataPoint.objects.within(actor).filter(metric_id=OuterRef("pk"), archived_at=None).order_by("-at", "-pk")
    found: dict[int, Point] = {}
    for some in batched(set(metric_ids), 500):
        metrics = Metric.objects.within(actor).filter(pk__in=some)
        ids = metrics.annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")
        rows = DataPoint.objects.within(actor).filter(pk__in=ids).values_list("metric_id", "at", "value")
        found |= {metric_id: Point(at, value) for metric_id, at, value in rows}
    return found


def series(actor: Actor, metric_ids: Iterable[int], since: date | None = None) -> dict[int, list[Point]]:
    """The course of metrics, oldest first, by metric id; one value a day, the last that was entered."""
    points = DataPoint.objects.within(actor).filter(metric_id__in=list(metric_ids), archived_at=None)
    if since is not None:
        points = points.filter(at__gte=since)
    found: dict[int, dict[date, Point]] = defaultdict(dict)
    for metric_id, at, value in points.order_by("at", "pk").values_list("metric_id", "at", "value"):
        found[metric_id][at] = Point(at, value)
    return {metric_id: list(by_day.values()) for metric_id, by_day in found.items()}


def entered_points(actor: Actor, metric_id: int, most: int) -> list[DataPoint]:
    """The newest data points of a metric as records, newest first."""
    rows = DataPoint.objects.within(actor).filter(metric=metric_id, archived_at=None)
    return list(rows.order_by("-at", "-pk")[:most])


def targets_of(actor: Actor, metric_id: int) -> list[float]:
    """Where the key results of a metric are to get."""
    rows = KeyResult.objects.within(actor).filter(metric=metric_id, archived_at=None)
    return list(rows.order_by("due", "pk").values_list("target", flat=True))


@dataclass(frozen=True, slots=True)
class NorthStar:
    """The number that stands above the others, with its course, oldest first; `before` is its value four weeks ago."""

    metric: Metric
    course: Sequence[Point]
    latest: Point
    before: Point | None


def north_star(actor: Actor) -> NorthStar | None:
    """The metric that is the north star, where there is one with values; of several the oldest. Two queries."""
    stars = Metric.objects.within(actor).filter(role=MetricRole.NORTH_STAR, archived_at=None).order_by("pk")
    metric = stars.first()
    course = series(actor, [metric.pk]).get(metric.pk) if metric else None
    if metric is None or not course:
        return None
    earlier = [point for point in course if point.at <= course[-1].at - timedelta(weeks=4)]
    return NorthStar(metric, course[-NORTH_STAR_SHOWN:], course[-1], earlier[-1] if earlier else None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A key result with where its metric stands; `progress` is None without data, 1 at the target."""

    key_result: KeyResult
    latest: Point | None
    progress: float | None


def standings(actor: Actor, key_results: Sequence[KeyResult]) -> list[Standing]:
    """Where key results stand, in order. One query."""
    latest = latest_points(actor, (result.metric_id for result in key_results))
    return [_standing(result, latest.get(result.metric_id)) for result in key_results]


def _standing(result: KeyResult, latest: Point | None) -> Standing:
    done = None if latest is None else progress(result.baseline, result.target, latest.value)
    return Standing(result, latest, done)


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective with its key results."""

    objective: Objective
    standings: Sequence[Standing]

    @property
    def progress(self) -> float | None:
        """The mean of its key results, each counted from 0 to 1; None while none has data."""
        known = [min(max(one.progress, 0), 1) for one in self.standings if one.progress is not None]
        return sum(known) / len(known) if known else None


def goals(actor: Actor, objectives: QuerySet[Objective] | None = None) -> list[Goal]:
    """Objectives (all live ones unless told) with their key results, as they end. Three queries."""
    wanted = Objective.objects.within(actor).filter(archived_at=None) if objectives is None else objectives
    found = list(wanted.select_related("owner__user", "product", "parent").order_by("period_end", "pk"))
    by_objective = key_results_of(actor, [goal.pk for goal in found])
    return [Goal(objective, by_objective.get(objective.pk, [])) for objective in found]


def key_results_of(actor: Actor, objective_ids: Iterable[int]) -> dict[int, list[Standing]]:
    """The live key results by objective, as they are due. Two queries."""
    results = KeyResult.objects.within(actor).filter(objective__in=list(objective_ids), archived_at=None)
    found: dict[int, list[Standing]] = defaultdict(list)
    for standing in standings(actor, list(results.select_related("metric", "owner__user").order_by("due", "pk"))):
        found[standing.key_result.objective_id].append(standing)
    return dict(found)


def replaced_points(actor: Actor, new: Sequence[DataPoint]) -> list[int]:
    """Live data points for whose metric and day a newer one is among the new ones."""
    newest: dict[tuple[int, date], int] = {}
    for point in new:
        key = (point.metric_id, point.at)
        newest[key] = max(point.pk, newest.get(key, 0))
    days = {at for _, at in newest}
    replaced: list[int] = []
    for some in batched({metric_id for metric_id, _ in newest}, 500):
        rows = DataPoint.objects.within(actor).filter(
            metric_id__in=some, at__range=(min(days), max(days)), archived_at=None
        )
        for pk, *key in rows.values_list("pk", "metric_id", "at"):
            if pk < newest.get((key[0], key[1]), 0):
                replaced.append(pk)
    return replaced
