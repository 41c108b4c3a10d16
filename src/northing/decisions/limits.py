"""The limits of watched numbers: said in words, written into a field, and read from what is typed there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from northing.decisions.columns import text_of
from northing.decisions.planning import read_number
from northing.decisions.quantities import quantity_named
from northing.decisions.queries import Watched
from northing.decisions.rules import MeasureValue
from northing.kit.fields import Day, Number
from northing.ui import formats

_DAY = Day(name="value", required=True)
_NUMBER = Number(name="value", required=True)
_DAYS = quantity_named("effort").unit


def in_words(watched: Watched, currency: str) -> str:
    """A trigger as a sentence: `Effort of F-3 Noise cancelling is above 45 days`."""
    trigger, value, label = watched.trigger, watched.value, watched.label
    if trigger.get("text"):
        return str(trigger["text"])
    known = quantity_named(trigger["name"])
    whose = f"{label.key} {label.title}" if label else trigger["record"]
    if value is not None and value.is_date:
        side = "after" if trigger["is"] == "above" else "before"
        return f"{known.label} of {whose} is {side} {formats.day(_day(trigger))}"
    unit = _unit(trigger["name"], value, currency)
    limit = text_of(MeasureValue.exactly(0, trigger["name"], trigger["value"], unit=unit))
    return f"{known.label} of {whose} is {trigger['is']} {limit}"


def now_in_words(watched: Watched) -> str:
    """Where the number stands, with its range; empty while nobody knows it."""
    return text_of(watched.value) if watched.value else ""


def likely_in_words(value: MeasureValue) -> str:
    """A number's likely value, which is what passes limits."""
    if value.is_date:
        return formats.day(date.fromordinal(round(value.p50)))
    return text_of(MeasureValue.exactly(0, value.name, value.p50, unit=value.unit))


def as_typed(watched: Watched) -> str:
    """The limit as its field shows it; `read_limit` reads it again as the same."""
    trigger, value = watched.trigger, watched.value
    if value is not None and value.is_date:
        return _day(trigger).isoformat()
    if quantity_named(trigger["name"]).is_share:
        return f"{100 * trigger['value']:.12g} %"
    return f"{trigger['value']:.15g}"


def read_limit(text: str, name: str, value: MeasureValue | None, currency: str) -> float:
    """The limit of a number that stands at `value` now: a day, a share in percent, or a number with or without unit,
    or in one that estimates know.

    Raises `BadValue`, whose message says what to type instead.

    >>> read_limit("6 weeks", "effort", None, "EUR"), read_limit("62,5", "confidence", None, "EUR")
    (30.0, 0.625)
    """
    if value is not None and value.is_date:
        return float(_DAY.clean(text.strip()).toordinal())
    known = quantity_named(name)
    unit = "%" if known.is_share else _unit(name, value, currency)
    number = _number(text.strip().removesuffix(unit).strip(), is_time=unit == _DAYS)
    is_percent = known.is_share and (text.strip().endswith("%") or number > 1)
    return number / 100 if is_percent else number


def _number(text: str, *, is_time: bool) -> float:
    if not text[-1:].isalpha():
        return float(_NUMBER.clean(text))
    return read_number(text, is_time=is_time)


def _unit(name: str, value: MeasureValue | None, currency: str) -> str:
    return (value.unit if value else "") or quantity_named(name).unit_in(currency)


def _day(trigger: Mapping[str, Any]) -> date:
    return date.fromordinal(min(max(round(trigger["value"]), 1), date.max.toordinal()))
