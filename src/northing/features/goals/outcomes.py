"""What a feature is to do to the numbers of its goals, what it did, and what it took: forecast beside measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import (
    EFFECT,
    MEASURED,
    MeasureValue,
    Score,
    effect_on,
    effects,
    enter_estimate,
    measures_on,
    quantity_named,
    record_in_words,
    score_of,
    scores_before,
)
from northing.features.models import Feature, FeatureGoal
from northing.features.rules import OUT
from northing.kit.changes import Edit, changing
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import Label, labels_of_any
from northing.kit.record_types import registry
from northing.strategy.public import KeyResult, Metric, Point, series

EFFORT = "effort"
_PERCENT, _POINTS = "%", "points"


@dataclass(frozen=True, slots=True)
class Row:
    """One number: what was forecast of it and what was measured, as far as either is known.

    `before` and `after` are where a metric stood when the feature went out, and where it stands now; the score is of
    what was forecast before.
    """

    quantity: str
    title: str
    url: str
    unit: str
    value: MeasureValue | None
    metric_unit: str = ""
    before: Point | None = None
    after: Point | None = None
    score: Score | None = None

    @property
    def is_hindsight(self) -> bool:
        """Whether something was expected, though nobody said so before it went out."""
        return self.score is None and self.value is not None and score_of(self.value) is not None

    @property
    def is_measured(self) -> bool:
        return self.value is not None and is_measured(self.value)

    @property
    def difference(self) -> float | None:
        """How far the metric has gone since the feature went out."""
        return self.after.value - self.before.value if self.before and self.after else None

    @property
    def offered(self) -> str:
        """What the field for what came is filled in with."""
        return "" if self.difference is None or self.is_measured else f"{self.difference:.6g}"


def panel(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """The forecast of each number beside what was measured, scored in plain words, and fields for what is not known."""
    is_out = feature.status in OUT
    rows = _effects(actor, feature, is_out=is_out)
    measures = measures_on(actor, feature)
    took = Row(EFFORT, "What it took", "", quantity_named(EFFORT).unit, measures.get(EFFORT)) if is_out else None
    scored = _scores(actor, [*measures.values()], {feature.pk: feature.released_at if is_out else None})
    rows = [replace(row, score=scored.get((feature.pk, row.quantity))) for row in rows]
    took = took and replace(took, score=scored.get((feature.pk, EFFORT)))
    scores = [row.score for row in [*rows, *([took] if took else [])] if row.score]
    is_live = feature.archived_at is None
    context = {
        "feature": feature,
        "rows": rows,
        "took": took,
        "folded": bool(rows) and not is_out and not any(row.value for row in rows),
        "is_out": is_out,
        "words": record_in_words(scores) if len(scores) > 1 else "",
        "today": timezone.localdate(),
        "may_say": is_live and actor.may(Verb.CREATE, "estimate"),
        "may_measure": is_live and actor.may(Verb.UPDATE, "estimate"),
        "may_update": is_live and actor.may(Verb.UPDATE, "feature"),
        "base": f"/{actor.workspace.slug}/goals/features/{registry.of(Feature).key(feature)}/",
    }
    return render_to_string("features/outcome.html", context, request)


def _scores(
    actor: Actor, values: Iterable[MeasureValue], out: Mapping[int, date | None]
) -> dict[tuple[int, str], Score]:
    """What was measured of features beside what was forecast before they went out, on the days given; where no day is
    known, before it was measured."""
    scored = {(value.record_id, value.name): score for value in values if (score := score_of(value))}
    ends = {
        pair: datetime.combine(day + timedelta(days=1), time.min, timezone.get_current_timezone())
        for pair in scored
        if (day := out.get(pair[0])) is not None
    }
    fair = scores_before(actor, ends) if ends else {}
    return {pair: score for pair, score in scored.items() if pair not in ends} | fair


def _effects(actor: Actor, feature: Feature, *, is_out: bool) -> list[Row]:
    """The metrics of the key results that it serves, and others that somebody forecast an effect on."""
    measures = measures_on(actor, feature)
    metrics = {metric.pk: metric for metric in [*_metrics_served(actor, feature), *_metrics_named(actor, measures)]}
    courses = series(actor, metrics) if is_out and feature.released_at and metrics else {}
    metric_type = registry.of(Metric)
    rows = []
    for metric in metrics.values():
        key = metric_type.key(metric)
        course = courses.get(metric.pk, ())
        before = [point for point in course if feature.released_at and point.at <= feature.released_at]
        after = [point for point in course if feature.released_at and point.at > feature.released_at]
        ends = (before[-1] if before else None, after[-1] if after else None)
        url, name = f"/{actor.workspace.slug}/{metric_type.path}/{key}/", effect_on(key)
        rows.append(Row(name, metric.name, url, _unit(metric), measures.get(name), metric.unit, *ends))
    return rows


def _unit(metric: Metric) -> str:
    """What effects on a metric are counted in: a percentage moves by points."""
    return _POINTS if metric.unit == _PERCENT else metric.unit


def _metrics_served(actor: Actor, feature: Feature) -> list[Metric]:
    """Those of the key results that it serves; where it serves none, those of its objectives."""
    served = FeatureGoal.objects.within(actor).filter(feature=feature.pk).values("goal")
    results = KeyResult.objects.within(actor).filter(Q(pk__in=served) | Q(objective__in=served), archived_at=None)
    found = list(
        results.select_related("metric").annotate(own=Exists(served.filter(goal=OuterRef("pk")))).order_by("pk")
    )
    return [result.metric for result in [one for one in found if one.own] or found]


def _metrics_named(actor: Actor, quantities: Iterable[str]) -> list[Metric]:
    numbers = {number for name in quantities if (number := _number(name))}
    return list(Metric.objects.within(actor).filter(number__in=numbers).order_by("pk")) if numbers else []


def _number(quantity: str) -> int | None:
    """The number of the metric that a quantity is an effect on."""
    with suppress(Missing):
        return registry.of(Metric).number_from(quantity.removeprefix(EFFECT)) if quantity.startswith(EFFECT) else None
    return None


def say(actor: Actor, feature: Feature, quantity: str, entered: str, *, came: bool) -> int:
    """State what a feature will do to a metric or take, or, with `came`, what it did or took; returns the change.

    A number, a range or low - likely - high; a metric's in its own unit.
    """
    if feature.archived_at is not None:
        raise Invalid([Problem("entered", entered, "this feature is archived; bring it back first")])
    row = {"about": feature.pk, "quantity": quantity, "entered": entered.strip()}
    if quantity != EFFORT:
        metrics = _metrics_named(actor, [quantity])
        if not metrics:
            raise Invalid([Problem("quantity", quantity, "choose effort, or effect: and the key of a metric")])
        unit = _unit(metrics[0])
        plain = entered.strip().removesuffix(unit).removesuffix(metrics[0].unit).strip()
        row |= {"entered": plain, "unit": unit}
    return enter_estimate(actor, row | ({"method": "measured"} if came else {}))[1]


def say_when(actor: Actor, feature: Feature, day: str) -> int | None:
    """Keep the day that a feature went out, as typed, empty to forget it; returns the change, if it makes one."""
    with changing(actor, "said when it went out") as change:
        change.update(registry.of(Feature), [Edit(feature.pk, {"released_at": day})])
    return change.change_id


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one feature was to do to a metric, and did, as a line of the goals' page."""

    feature: Label
    metric: Label
    value: MeasureValue
    is_out: bool
    score: Score | None

    @property
    def is_measured(self) -> bool:
        return is_measured(self.value)


def verdicts(actor: Actor) -> Sequence[Verdict]:
    """All effects that somebody forecast or measured, those to be measured first; a fixed number of queries."""
    found = effects(actor, registry.of(Feature).name)
    by_number = {metric.number: metric for metric in _metrics_named(actor, {value.name for value in found})}
    features = {value.record_id for value in found}
    labels = labels_of_any(actor, features | {one.pk for one in by_number.values()})
    live = Feature.objects.within(actor).filter(pk__in=features, archived_at=None)
    known = {pk: (status in OUT, day) for pk, status, day in live.values_list("pk", "status", "released_at")}
    scored = _scores(actor, found, {pk: day for pk, (is_out, day) in known.items() if is_out})
    rows = [
        Verdict(
            labels[value.record_id],
            labels[metric.pk],
            value,
            known[value.record_id][0],
            scored.get((value.record_id, value.name)),
        )
        for value in found
        if value.record_id in known and (metric := by_number.get(_number(value.name) or 0))
    ]
    return sorted(rows, key=lambda one: (one.is_measured, not one.is_out))


def is_measured(value: MeasureValue) -> bool:
    return value.source == MEASURED
