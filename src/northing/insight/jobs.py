"""Work outside the request: waking what was snoozed, folding near-duplicates, looking for themes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from northing.access.actor import Actor, system
from northing.access.models import Workspace
from northing.insight import planning
from northing.insight.actions import wake
from northing.insight.models import Feedback
from northing.kit.changes import ChangeSession
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


def settle_feedback(change: ChangeSession, feedback: Sequence[Feedback]) -> None:
    """What follows from new feedback: soon, a look at what says the same and what it is about."""
    if any(one.version == 1 for one in feedback):
        tidy_soon(change.actor, after=timedelta(minutes=5))  # it comes in bursts; one look at the end is enough


def tidy_soon(actor: Actor, after: timedelta = timedelta()) -> None:
    """Queue a look at the workspace's feedback: near-duplicates are folded, themes proposed."""
    tidy.using(run_after=timezone.now() + after).enqueue(actor.workspace_id)
