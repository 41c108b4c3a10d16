"""Work outside the request: waking what was snoozed, folding near-duplicates, looking for themes."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from northing.access.actor import system
from northing.access.models import Workspace
from northing.insight import planning
from northing.insight.actions import wake
from northing.kit.jobs.schedule import every


@every(hours=1)
@task
def wake_snoozed() -> None:
    """Bring back feedback whose snooze is over, in every workspace."""
    for workspace in Workspace.objects.all():
        wake(system(workspace), timezone.localdate())


@task(once=True)
def tidy(workspace_id: int) -> None:
    """Fold near-duplicates, then look for themes in what is left."""
    actor = system(Workspace.objects.get(pk=workspace_id))
    planning.fold_near_duplicates(actor)
    planning.propose_themes(actor)
