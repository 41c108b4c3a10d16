"""Named writes: data points by hand, file or API, and the current values that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from math import isclose

from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions.public import (
    EstimateLine,
    MeasureValue,
    enter_estimate,
    enter_estimates,
    estimates_of,
    records_measured,
    remove_measures,
    write_measures,
)
from northing.kit import changes
from northing.kit.changes import ChangeSession
from northing.kit.measured import Amount
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry
from northing.strategy.models import DataPoint, KeyResult, Metric
from northing.strategy.queries import Standing, latest_points, replaced_points, series, standings
from northing.strategy.rules import unit_fault

CURRENT = "current"
PROGRESS = "progress"
RESULT = "result"
"""The quantity of a key result that people state what they expect in, and that is measured on its due day."""


def record_data_points(
    actor: Actor, metric_id: int, values: Mapping[date, float] | Mapping[str, str], note: str = ""
) -> list[DataPoint]:
    """Enter what a metric was on some days, as numbers or as typed. A day that has a value already gets the new one."""
    rows = [{"metric": metric_id, "at": at, "value": value, "note": note} for at, value in values.items()]
    return changes.create(
        actor, registry.of(DataPoint), rows, "entered a value" if len(rows) == 1 else "entered values"
    )


def expect(actor: Actor, result: KeyResult, entered: str) -> int:
    """State what the metric will be on the due day, as a number or a range; returns the change, which can be undone.

    Refused without a due day, once archived, and once the day has come: what is known by then is no forecast.
    """
    if result.archived_at is not None:
        raise Invalid([Problem("expected", entered, "this key result is archived; bring it back first")])
    if result.due is None:
        raise Invalid([Problem("due", "", "give the key result a due day first: an expectation is of a day")])
    if result.due <= timezone.localdate():
        raise Invalid([Problem("due", result.due.isoformat(), "has come: what is expected is stated before")])
    typed = entered.strip().removesuffix(result.metric.unit).strip()
    row = {"about": result.pk, "quantity": RESULT, "entered": typed, "unit": result.metric.unit}
    return enter_estimate(actor, row)[1]


def measure_results(actor: Actor, today: date) -> None:
    """Put what came beside what was expected: the metric's last value on or before the due day, once that has come.

    Entered again when a value is corrected later. What was last measured before anybody said what to expect is no
    answer to it.
    """
    ids = records_measured(actor, RESULT)
    due = KeyResult.objects.within(actor).filter(pk__in=ids, due__lte=today, archived_at=None)
    results = list(due.select_related("metric"))
    courses = series(actor, {result.metric_id for result in results})
    said: dict[int, list[EstimateLine]] = {}
    for line in estimates_of(actor, [result.pk for result in results], [RESULT]):
        said.setdefault(line.record_id, []).append(line)
    rows = []
    for result in results:
        first = said[result.pk][0].at.date()
        came = [p for p in courses.get(result.metric_id, ()) if result.due and first <= p.at <= result.due]
        known = [line.p50 for line in said[result.pk] if line.method == "measured"]
        if came and not any(isclose(value, came[-1].value) for value in known):
            row = {"about": result.pk, "quantity": RESULT, "method": "measured", "p50": came[-1].value}
            rows.append(row | {"unit": result.metric.unit})
    if rows:
        enter_estimates(actor, rows, "measured what came")


def settle_data_points(change: ChangeSession, points: Sequence[DataPoint]) -> None:
    """What follows from writing data points: a new one takes the place of an older one of its day, and the current
    values are renewed.

    Only new ones do: when a change is undone, the old one comes back before the new one goes.
    """
    _drop_units(change.actor, points, "value")
    new = [point for point in points if point.version == 1]
    if new and (replaced := replaced_points(change.actor, new)):
        change.archive(registry.of(DataPoint), replaced)
    renew_standing(change.actor, {point.metric_id for point in points})


def settle_metrics(change: ChangeSession, metrics: Sequence[Metric]) -> None:
    """A metric's unit stands on its current value too."""
    renew_standing(change.actor, [metric.pk for metric in metrics])


def settle_key_results(change: ChangeSession, key_results: Sequence[KeyResult]) -> None:
    """What follows from writing key results: their progress."""
    _drop_units(change.actor, key_results, "baseline", "target")
    _write_progress(change.actor, standings(change.actor, key_results))


def _drop_units(actor: Actor, rows: Sequence[DataPoint | KeyResult], *names: str) -> None:
    """Leave the numbers alone of what was typed with a unit. Raises `Invalid` where that is not the metric's."""
    typed = [
        (place, row, name, amount)
        for place, row in enumerate(rows)
        for name in names
        if isinstance(amount := getattr(row, name), Amount)
    ]
    with_unit = {row.metric_id for _, row, _, amount in typed if amount.unit}
    metrics = Metric.objects.within(actor).in_bulk(with_unit) if with_unit else {}
    problems = []
    for place, row, name, amount in typed:
        setattr(row, name, float(amount))
        metric = metrics.get(row.metric_id)
        if metric is not None and (fault := unit_fault(amount.unit, metric.name, metric.unit)):
            problems.append(Problem(name, f"{amount:g} {amount.unit}", fault, place))
    if problems:
        raise Invalid(problems)


def renew_standing(actor: Actor, metric_ids: Iterable[int]) -> None:
    """Write the current value of metrics and the progress of their key results; forget what has no data any more."""
    metrics = list(Metric.objects.within(actor).filter(pk__in=list(metric_ids)))
    latest = latest_points(actor, [metric.pk for metric in metrics])
    remove_measures(actor, [(metric.pk, CURRENT) for metric in metrics if metric.pk not in latest])
    write_measures(
        actor,
        [
            MeasureValue.exactly(
                metric.pk, CURRENT, latest[metric.pk].value, unit=metric.unit, as_of=_start(latest[metric.pk].at)
            )
            for metric in metrics
            if metric.pk in latest
        ],
    )
    results = KeyResult.objects.within(actor).filter(metric__in=metrics, archived_at=None)
    _write_progress(actor, standings(actor, list(results)))


def _write_progress(actor: Actor, some: Sequence[Standing]) -> None:
    remove_measures(actor, [(one.key_result.pk, PROGRESS) for one in some if one.progress is None])
    write_measures(
        actor,
        [
            MeasureValue.exactly(one.key_result.pk, PROGRESS, one.progress, as_of=_start(one.latest.at))
            for one in some
            if one.progress is not None and one.latest is not None
        ],
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
