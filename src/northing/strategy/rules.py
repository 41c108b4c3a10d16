"""What makes goals sensible, and how far a key result has got."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from northing.kit.measured import Measured
from northing.kit.problems import BadValue, Problem
from northing.kit.record_types import Values

PERCENT = "%"
_NAME_AND_UNIT = re.compile(r"(.+?)(?:,([^,()]+)|\(([^()]+)\))")
_UNITS = frozenset(
    """% ‰ € $ £ ¥ eur usd gbp chf jpy k ms s sec seconds sekunden min minutes minuten h hours stunden days tage weeks
    wochen months monate people personen users nutzer customers kunden accounts konten points punkte stars sterne
    sessions orders requests tickets gb mb""".split()  # noqa: SIM905 - a list of words
)
_AHEAD = timedelta(days=1)  # where the day begins first, it is tomorrow already


def check_period(before: Values | None, after: Values) -> Iterator[Problem]:
    """A period does not end before it starts."""
    start, end = after["period_start"], after["period_end"]
    if start and end and end < start:
        yield Problem("period_end", end.isoformat(), f"lies before the start, {start.isoformat()}")


def check_initiative(before: Values | None, after: Values) -> Iterator[Problem]:
    yield from check_period(before, after)
    if after["share"] is not None and not 0 <= after["share"] <= 100:
        yield Problem("share", after["share"], "must be from 0 to 100 %")


def check_data_point(before: Values | None, after: Values) -> Iterator[Problem]:
    """What was measured was measured on a day that has come."""
    day, today = after["at"], datetime.now(UTC).date()
    if day > today + _AHEAD and (before is None or before["at"] != day):
        rule = "lies in the future, and what was measured has a day that has come"
        way_out = f"use {today.isoformat()} or earlier; what is aimed at is the target of a key result"
        yield Problem("at", day.isoformat(), f"{rule}: {way_out}")


def check_key_result(before: Values | None, after: Values) -> Iterator[Problem]:
    if after["target"] == after["baseline"]:
        yield Problem(
            "target", after["target"], "is where the metric already stands; set it above or below the baseline"
        )


def metric_first_named(typed: Values) -> Values:
    """What a metric is like that a key result is the first to name: better the way that it is to go, and in the unit
    that was typed behind its name or behind a number.

    >>> metric_first_named({"metric": "Errors", "baseline": "12,5", "target": "8"})
    {'name': 'Errors', 'direction': 'down'}
    >>> metric_first_named({"metric": "Return rate, %"}), metric_first_named({"metric": "Wait", "target": "12 days"})
    ({'name': 'Return rate', 'unit': '%'}, {'name': 'Wait', 'unit': 'days'})
    """
    name, unit = name_and_unit(str(typed["metric"]))
    try:
        known = [Measured(name=side).clean(typed.get(side)) for side in ("baseline", "target")]
    except BadValue:
        return {"name": name}  # refused with the key result itself
    baseline, target = known
    is_down = baseline is not None and target is not None and target < baseline
    unit = unit or next((one.unit for one in known if one is not None and one.unit), "")
    return {"name": name} | ({"direction": "down"} if is_down else {}) | ({"unit": unit} if unit else {})


def name_and_unit(text: str) -> tuple[str, str]:
    """A metric's name and the unit that stands behind it, after a comma or in brackets; what is no unit stays.

    >>> name_and_unit("Kündigungsquote, %"), name_and_unit("Load time (ms)")
    (('Kündigungsquote', '%'), ('Load time', 'ms'))
    >>> name_and_unit("Time to value, enterprise")
    ('Time to value, enterprise', '')
    """
    found = _NAME_AND_UNIT.fullmatch(text.strip())
    unit = (found[2] or found[3]).strip() if found else ""
    if found and unit and unit.split()[0].casefold() in _UNITS:
        return found[1].strip(), unit
    return text.strip(), ""


def unit_fault(typed: str, metric: str, unit: str) -> str:
    """Why a number of a metric cannot be in the unit typed behind it; empty where it can.

    >>> unit_fault("Users", "Editors", "users"), unit_fault("%", "Editors", "")
    ('', '')
    >>> unit_fault("%", "Editors", "users")
    'is in %, but Editors is counted in users: write it in users, or the number alone'
    """
    if typed.casefold() in ("", unit.casefold()) or (typed == PERCENT and not unit):
        return ""
    if not unit:
        return f"is in {typed}, but {metric} has no unit: write the number alone, or give the metric its unit first"
    return f"is in {typed}, but {metric} is counted in {unit}: write it in {unit}, or the number alone"


def progress(baseline: float, target: float, current: float) -> float:
    """How much of the way from baseline to target is done: 1 at the target, below 0 on the wrong side.

    >>> progress(40, 60, 45), progress(10, 4, 4), progress(10, 4, 13)
    (0.25, 1.0, -0.5)
    """
    return (current - baseline) / (target - baseline)
