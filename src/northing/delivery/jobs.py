"""Work outside the request: work items may have been moved from one feature to another."""

from __future__ import annotations

from django_tasks import task

from northing.access.actor import system
from northing.access.models import Workspace
from northing.delivery.actions import count_work
from northing.delivery.queries import worked_on
from northing.kit.jobs.schedule import every


@every(hours=1)
@task
def count_all_work() -> None:
    """Renew how far the work on every feature and work package is, in every workspace."""
    for workspace in Workspace.objects.all():
        actor = system(workspace)
        count_work(actor, worked_on(actor))
