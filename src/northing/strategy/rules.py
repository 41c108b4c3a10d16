"""What makes goals sensible, and how far a key result has got."""

from __future__ import annotations

from collections.abc import Iterator

from northing.kit.measured import Measured
from northing.kit.problems import BadValue, Problem
from northing.kit.record_types import Values

PERCENT = "%"


def check_period(before: Values | None, after: Values) -> Iterator[Problem]:
    """A period does not end before it starts."""
    start, end = after["period_start"], after["period_end"]
    if start and end and end < start:
        yield Problem("period_end", end.isoformat(), f"lies before the start, {start.isoformat()}")


def check_initiative(before: Values | None, after: Values) -> Iterator[Problem]:
    yield from check_period(before, after)
    if after["share"] is not None and not 0 <= after["share"] <= 100:
        yield Problem("share", after["share"], "must be from 0 to 100 %")


def check_key_result(before: Values | None, after: Values) -> Iterator[Problem]:
    if after["target"] == after["baseline"]:
        yield Problem(
            "target", after["target"], "is where the metric already stands; set it above or below the baseline"
        )


def metric_first_named(typed: Values) -> Values:
    """What a metric is like that a key result is the first to name: better the way that it is to go, and in percent
    where that was typed.

    >>> metric_first_named({"baseline": "12,5", "target": "8"}), metric_first_named({"baseline": "8 %", "target": "12"})
    ({'direction': 'down'}, {'unit': '%'})
    """
    try:
        known = [Measured(name=name).clean(typed.get(name)) for name in ("baseline", "target")]
    except BadValue:
        return {}  # refused with the key result itself
    baseline, target = known
    is_down = baseline is not None and target is not None and target < baseline
    is_percent = any(one is not None and one.unit == PERCENT for one in known)
    return ({"direction": "down"} if is_down else {}) | ({"unit": PERCENT} if is_percent else {})


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
