"""List columns that show a measure: drawn as a range on the page's shared scale, sorted by the likely value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.decisions.models import Measure
from northing.decisions.planning import imported
from northing.decisions.quantities import quantity_named
from northing.decisions.queries import measures_of
from northing.decisions.rules import MeasureValue
from northing.kit.extensions import Column
from northing.ui import cells, formats


class Shown(NamedTuple):
    """A measure with the scale that the page's column shares."""

    value: MeasureValue
    interval: cells.Interval
    scale: cells.Scale


def measure_column(name: str, label: str, unit: str = "", *, of: str) -> Column:
    """A column of the measure `name` for lists of the record type `of`; the unit stands in the heading."""

    def ranking(actor: Actor) -> QuerySet[Any, tuple[int, Any]]:
        return Measure.objects.within(actor).filter(type=of, name=name).values_list("record_id", "p50")

    return Column(
        name=name,
        label=f"{label}, {unit}" if unit else label,
        load=load_measures,
        cell=draw_measure,
        text=measure_text,
        to_json=measure_json,
        ranking=ranking,
        numbers=measure_numbers,
    )


def load_measures(actor: Actor, record_ids: Sequence[int], names: Sequence[str]) -> dict[str, dict[int, Shown]]:
    """Measures of the records of a page, each with the scale of its column."""
    columns: dict[str, dict[int, MeasureValue]] = {name: {} for name in names}
    for pk, found in measures_of(actor, record_ids, names, detailed=False).items():
        for name, value in found.items():
            columns[name][pk] = value
    return {name: _on_one_scale(values) for name, values in columns.items()}


def _on_one_scale(values: Mapping[int, MeasureValue]) -> dict[int, Shown]:
    intervals = {pk: _interval(value) for pk, value in values.items()}
    scale = cells.Scale.over(intervals[pk] for pk, value in values.items() if not value.is_date)
    return {pk: Shown(value, intervals[pk], scale) for pk, value in values.items()}


def draw_measure(shown: Shown | None) -> SafeString:
    """The cell: a range, a fact, or a day with its range."""
    if shown is None:
        return cells.interval(None)
    value = shown.value
    if value.is_date:
        low, mid, high = _days(value)
        return cells.day_interval(cells.DayInterval(low, mid, high, value.source))
    if value.p10 == value.p90:
        return cells.number(shown.interval.mid)
    return cells.interval(shown.interval, shown.scale)


def measure_text(shown: Shown | None) -> str:
    """Plain text for exports: `12 (9–17) days`."""
    return text_of(shown.value) if shown else ""


def measure_numbers(shown: Shown) -> tuple[Any, Any, Any]:
    """Low, likely and high as numbers, four digits of each, or as days; a share is in percent, as its text."""
    if shown.value.is_date:
        return _days(shown.value)
    low, mid, high = (float(f"{one:.4g}") for one in (shown.interval.low, shown.interval.mid, shown.interval.high))
    return low, mid, high


def text_of(value: MeasureValue) -> str:
    if value.is_date:
        low, mid, high = _days(value)
        return formats.day(mid) if low == high else formats.day_range(low, mid, high)
    shown, unit = _interval(value), "%" if quantity_named(value.name).is_share else value.unit
    if value.p10 == value.p90:
        return f"{formats.number(shown.mid)} {unit}".strip()
    return formats.number_range(shown.low, shown.mid, shown.high, unit)


def estimate_text(quantity: str, entered: str, currency: str) -> str:
    """What is entered for a quantity, as it is read; empty where it cannot be.

    >>> estimate_text("effort", "4 weeks", "EUR")[:2], estimate_text("effort", "soon", "EUR")
    ('20', '')
    >>> estimate_text("value", "12k", "EUR")[-3:]
    'EUR'
    """
    reading = imported(quantity, entered)
    unit = quantity_named(quantity).unit_in(currency)
    return text_of(MeasureValue(0, quantity, *reading.triple, unit=unit)) if reading else ""


def measure_json(shown: Shown | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    value = shown.value
    low, mid, high = [day.isoformat() for day in _days(value)] if value.is_date else (value.p10, value.p50, value.p90)
    return {
        "p10": low,
        "p50": mid,
        "p90": high,
        "unit": value.unit,
        "assumed": value.assumed,
        "source": value.source,
        "as_of": value.as_of.isoformat() if value.as_of else None,
        "run": value.run_id,
    }


def _interval(value: MeasureValue) -> cells.Interval:
    """The range as it is drawn: a share in percent."""
    low, mid, high = value.p10, value.p50, value.p90
    if quantity_named(value.name).is_share:
        low, mid, high = (round(100 * one, 6) for one in (low, mid, high))
    return cells.Interval(low, mid, high, value.assumed, value.source)


def _days(value: MeasureValue) -> tuple[date, date, date]:
    low, mid, high = (date.fromordinal(round(day)) for day in (value.p10, value.p50, value.p90))
    return low, mid, high
