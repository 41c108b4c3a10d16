"""Work outside the request: waking what was snoozed, folding near-duplicates, looking for themes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from northing.access.actor import Actor, system
from northing.access.models import Workspace
from northing.insight import planning
from northing.insight.actions import wake
from northing.insight.models import Feedback
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession
from northing.kit.jobs.schedule import every
from northing.kit.models import Kind

_OF_VOICES = {"folded_into", "contact", "source", "author"}
_followers: list[Callable[[Actor, Collection[int]], None]] = []


def follow_voices(follow: Callable[[Actor, Collection[int]], None]) -> None:
    """Have a later module told, in the same change, of feedback whose voices are no longer those it had."""
    _followers.append(follow)


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
    """What follows from new feedback: soon, a look at what says the same and what it is about. From edited feedback:
    who counts the voices behind it counts anew."""
    if any(one.version == 1 for one in feedback):
        tidy_soon(change.actor, after=timedelta(minutes=5))  # it comes in bursts; one look at the end is enough
    if edited := [one for one in feedback if one.version > 1]:
        ids = _with_other_voices(change, edited)
        for follow in _followers if ids else ():
            follow(change.actor, ids)


def _with_other_voices(change: ChangeSession, edited: Sequence[Feedback]) -> set[int]:
    """Feedback whose voices the change has changed: what was edited, and what it was or is folded into."""
    leaders = {one.pk: one.folded_into_id for one in edited}
    found: set[int] = set()
    for some in batched(leaders, 500):
        entries = change.change.entries.filter(record_id__in=some)
        for pk, kind, old in entries.values_list("record_id", "kind", "old"):
            if kind != Kind.UPDATED or _OF_VOICES & old.keys():
                found |= {pk, leaders[pk] or pk, old.get("folded_into") or pk}
    return found


def tidy_soon(actor: Actor, after: timedelta = timedelta()) -> None:
    """Queue a look at the workspace's feedback: near-duplicates are folded, themes proposed."""
    tidy.using(run_after=timezone.now() + after).enqueue(actor.workspace_id)
