"""Work outside the request: the weekly forecast, and promises that the forecast does not bear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django_tasks import task

from northing.access.actor import Actor, system
from northing.access.models import Workspace
from northing.decisions.public import AttentionItem, attention_provider
from northing.kit.jobs.schedule import every
from northing.roadmap import queries
from northing.roadmap.actions import refresh
from northing.ui import formats


@task(once=True)
def refresh_forecast(workspace_id: int) -> None:
    """Forecast one workspace's plan anew."""
    refresh(system(Workspace.objects.get(pk=workspace_id)))


@every(days=7)
@task
def refresh_all_forecasts() -> None:
    """Forecast every workspace's plan anew."""
    for workspace_id in Workspace.objects.values_list("pk", flat=True):
        refresh_forecast.enqueue(workspace_id)


@attention_provider("roadmap")
def dates_at_risk(actor: Actor) -> Iterable[AttentionItem]:
    """Promised days, and else targets, before the day that is safe to promise."""
    records: list[Any] = [
        *queries.planned_features(actor),
        *queries.open_releases(actor),
        *queries.open_milestones(actor),
    ]
    found = queries.outlooks(actor, [record.pk for record in records])
    for record in records:
        outlook = found.get(record.pk)
        if outlook is None:
            continue
        if record.promised and record.promised < outlook.safe:
            whom = f" to {record.promised_to}" if record.promised_to else ""
            question = f"{record.title}: promised{whom} for {formats.day(record.promised)}. Keep it?"
            yield _card(record, "promised", question, outlook)
        elif record.target and record.target < outlook.safe:
            question = f"{record.title}: aimed at {formats.day(record.target)}. Move it, cut it or staff it?"
            yield _card(record, "target", question, outlook)


def _card(record: Any, reason: str, question: str, outlook: queries.Outlook) -> AttentionItem:
    day = getattr(record, reason)
    chance = outlook.chances.get(day.isoformat())
    past = day < timezone.localdate()
    odds = "That day is past" if past else f"The chance is {formats.percent(chance)}" if chance is not None else "Late"
    why = f"{odds}; safe to promise is {formats.day(outlook.safe)}."
    return AttentionItem(record.pk, reason, question, why, for_member_id=record.owner_id)
