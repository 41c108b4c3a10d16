"""What makes work items and risks sensible."""

from __future__ import annotations

from collections.abc import Iterable

from northing.kit.problems import Problem
from northing.kit.record_types import Values

LONGEST_DELAY = 10_000
"""Working days, forty years: beyond it there is no calendar to forecast in."""


def check_work_item(before: Values | None, after: Values) -> Iterable[Problem]:
    started, finished = after["started_at"], after["finished_at"]
    if started and finished and finished < started:
        yield Problem("finished_at", finished, "is before it was started; correct one of the two")
    if after["estimate"] is not None and after["estimate"] < 0:
        yield Problem("estimate", after["estimate"], "must not be negative")


def check_risk(before: Values | None, after: Values) -> Iterable[Problem]:
    if not 0 <= after["probability"] <= 100:
        yield Problem("probability", after["probability"], "must be from 0 to 100 %")
    for name in ("delay", "cost"):
        if after[name] is not None and after[name] < 0:
            yield Problem(name, after[name], "must not be negative")
    if after["delay"] is not None and after["delay"] > LONGEST_DELAY:
        yield Problem("delay", after["delay"], f"at most {LONGEST_DELAY:,} working days; what takes longer is no delay")
