"""Named writes: what finished work says of the features and work packages that it is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue, remove_measures, write_measures
from northing.delivery.models import WorkItem
from northing.delivery.queries import progress_of
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession
from northing.roadmap.public import WORK_DONE


def settle_work(change: ChangeSession, items: Sequence[WorkItem]) -> None:
    """What follows from writing work items: how far the work is that they are for."""
    count_work(change.actor, {pk for item in items for pk in (item.feature_id, item.work_package_id) if pk})


def count_work(actor: Actor, record_ids: Iterable[int]) -> None:
    """Renew the share of work items done, in percent, of features and work packages; forecasts go by it."""
    for some in batched(sorted(record_ids), 500):
        found = progress_of(actor, some)
        write_measures(
            actor,
            [
                MeasureValue.exactly(pk, WORK_DONE, 100 * one.share, unit="%", source=f"{one.done} of {one.total} done")
                for pk, one in found.items()
            ],
        )
        remove_measures(actor, [(pk, WORK_DONE) for pk in some if pk not in found])
