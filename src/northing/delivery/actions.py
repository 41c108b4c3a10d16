"""Named writes: what finished work and open risks say of the records that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue, remove_measures, write_measures
from northing.delivery.models import Risk, WorkItem
from northing.delivery.queries import progress_of, risks_to
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession
from northing.roadmap.public import AT_RISK, WORK_DONE
from northing.ui.formats import counted


def settle_work(change: ChangeSession, items: Sequence[WorkItem]) -> None:
    """What follows from writing work items: how far the work is that they are for, and were for before."""
    now = {pk for item in items for pk in (item.feature_id, item.work_package_id) if pk}
    count_work(change.actor, now.union(*(change.left(items, name).values() for name in ("feature", "work_package"))))


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


def settle_risks(change: ChangeSession, risks: Sequence[Risk]) -> None:
    """What follows from writing risks: how long they may hold up what they are about, and were about before."""
    about = {risk.about_id for risk in risks if risk.about_id is not None}
    weigh_risks(change.actor, about.union(change.left(risks, "about").values()))


def weigh_risks(actor: Actor, record_ids: Iterable[int]) -> None:
    """Renew the days that open risks cost records on average, with each risk's own; forecasts go by these."""
    for some in batched(sorted(record_ids), 500):
        found = risks_to(actor, some)
        write_measures(
            actor,
            [
                MeasureValue.exactly(
                    pk,
                    AT_RISK,
                    sum(chance * days for _, chance, days in risks),
                    unit="days",
                    source=counted(len(risks), "open risk", "open risks"),
                    detail={"risks": risks},
                )
                for pk, risks in found.items()
            ],
        )
        remove_measures(actor, [(pk, AT_RISK) for pk in some if pk not in found])
