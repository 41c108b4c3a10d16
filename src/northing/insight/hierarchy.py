"""Records that have a parent of their own kind never come back to themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from northing.kit.batches import batched
from northing.kit.changes import ChangeSession
from northing.kit.problems import Invalid, Problem


def refuse_cycles(change: ChangeSession, records: Sequence[Any]) -> None:
    """Raise `Invalid` if a record just written is now among its own ancestors. One query per level above them."""
    model = type(records[0])
    parents: dict[int, int | None] = {record.pk: record.parent_id for record in records}
    while unknown := {parent for parent in parents.values() if parent is not None} - parents.keys():
        for some in batched(unknown, 500):
            above = model.objects.within(change.actor).filter(pk__in=some)
            parents |= dict.fromkeys(some) | dict(above.values_list("pk", "parent_id"))
    problems = [
        Problem("parent", str(record), "is below itself; choose a parent that is not one of its children", row)
        for row, record in enumerate(records)
        if _is_in_circle(record.pk, parents)
    ]
    if problems:
        raise Invalid(problems)


def _is_in_circle(start: int, parents: dict[int, int | None]) -> bool:
    seen = {start}
    above = parents[start]
    while above is not None and above not in seen:
        seen.add(above)
        above = parents[above]
    return above == start
