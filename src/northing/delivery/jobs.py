"""Work outside the request: what was moved from one record to another, or came in by another way, counts too."""

from __future__ import annotations

from django_tasks import task

from northing.access.actor import system_in
from northing.delivery.actions import count_work, weigh_risks
from northing.delivery.queries import threatened, worked_on
from northing.kit.jobs.schedule import every


@every(hours=1)
@task
def count_all_work(workspace_id: int) -> None:
    """Renew how far the work on every feature and work package is."""
    actor = system_in(workspace_id)
    count_work(actor, worked_on(actor))


@every(hours=1)
@task
def weigh_all_risks(workspace_id: int) -> None:
    """Renew how long open risks may hold up what they are about."""
    actor = system_in(workspace_id)
    weigh_risks(actor, threatened(actor))
