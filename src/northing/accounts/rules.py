"""What makes a team's calendar and capacity sensible."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from northing.kit.problems import Problem
from northing.kit.record_types import Values

_LEAST = 0.01  # of a person; with less, work would take longer than any calendar goes
_LONGEST_ABSENCE = timedelta(days=731)  # a team that is always away never finishes


def check_team(before: Values | None, after: Values) -> Iterable[Problem]:
    if after["people"] != 0 and not _LEAST <= after["people"] <= 10_000:
        yield Problem("people", after["people"], "must be 0, or from 0.01 to 10,000; half a person is 0.5")
    if not 1 <= after["focus"] <= 100:
        yield Problem("focus", after["focus"], "must be from 1 to 100 %")
    days = after["working_days"]
    if not isinstance(days, list) or not days or not all(day in range(7) for day in days):
        yield Problem("working_days", days, "must be a list of days from 0 (Monday) to 6 (Sunday), at least one")
    if not isinstance(after["absences"], list):
        yield Problem("absences", after["absences"], "must be a list of periods")
        return
    for absence in after["absences"]:
        if not _is_absence(absence):
            rule = 'each needs "from" and "to" as dates, two years apart at most, and "people" away, such as 2'
            yield Problem("absences", absence, rule)


def _is_absence(absence: Any) -> bool:
    try:
        first, last = date.fromisoformat(absence["from"]), date.fromisoformat(absence["to"])
        return first <= last <= first + _LONGEST_ABSENCE and float(absence.get("people", 1)) > 0
    except (TypeError, KeyError, ValueError, OverflowError):
        return False
