"""What makes goals sensible, and how far a key result has got."""

from __future__ import annotations

from collections.abc import Iterator

from northing.kit.fields import Number
from northing.kit.problems import BadValue, Problem
from northing.kit.record_types import Values


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


def direction(typed: Values) -> Values:
    """Which way is better for a metric that a key result is the first to name: the way that it is to go.

    >>> direction({"baseline": "12,5", "target": "8"}), direction({"baseline": "8", "target": "12,5"})
    ({'direction': 'down'}, {})
    """
    try:
        baseline, target = (Number(name=name).clean(typed.get(name)) for name in ("baseline", "target"))
    except BadValue:
        return {}  # refused with the key result itself
    is_down = baseline is not None and target is not None and target < baseline
    return {"direction": "down"} if is_down else {}


def progress(baseline: float, target: float, current: float) -> float:
    """How much of the way from baseline to target is done: 1 at the target, below 0 on the wrong side.

    >>> progress(40, 60, 45), progress(10, 4, 4), progress(10, 4, 13)
    (0.25, 1.0, -0.5)
    """
    return (current - baseline) / (target - baseline)
