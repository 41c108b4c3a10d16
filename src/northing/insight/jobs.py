"""Work outside the request: waking what was snoozed, folding near-duplicates, looking for themes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from northing.access.actor import Actor, system
from northing.access.models import Workspace
from northing.insight import planning
from northing.insight.actions import lead_anew, wake
from northing.insight.models import Feedback, State
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession
from northing.kit.jobs.schedule import every
from northing.kit.models import ChangeEntry, Kind

_OF_VOICES = {"folded_into", "contact", "source", "author"}
_followers: list[Callable[[Actor, Collection[int]], None]] = []


def follow_voices(follow: Callable[[Actor, Collection[int]], None]) -> None:
    """Have a later module told, in the same change, of feedback whose voices are no longer those it had."""
    _followers.append(follow)


@every(hours=1)
@task
def wake_snoozed() -> None:
    """Bring back feedback whose snooze is over, in every workspace."""
    for workspace in Workspace.objects.open():
        wake(system(workspace), timezone.localdate())


@task(once=True)
def tidy(workspace_id: int) -> None:
    """Let nothing be folded into what is gone, fold near-duplicates, then look for themes in what is left."""
    actor = system(Workspace.objects.get(pk=workspace_id))
    lead_anew(actor)
    planning.fold_near_duplicates(actor)
    planning.propose_themes(actor)


def settle_feedback(change: ChangeSession, feedback: Sequence[Feedback]) -> None:
    """What follows from feedback that comes, goes or comes back: soon, a look at what says the same and what it is
    about. From edited feedback: who counts the voices behind it counts anew."""
    edited = {one.pk: one for one in feedback if one.version > 1}
    entries = _entries(change, edited)
    if len(edited) < len(feedback) or any(_comes_or_goes(entry, edited[entry.record_id]) for entry in entries):
        tidy_soon(change.actor, after=timedelta(minutes=5))  # it comes in bursts; one look at the end is enough
    ids: set[int] = set()
    for entry in entries:
        if entry.kind != Kind.UPDATED or _OF_VOICES & entry.old.keys():
            pk = entry.record_id
            ids |= {pk, edited[pk].folded_into_id or pk, entry.old.get("folded_into") or pk}
    for follow in _followers if ids else ():
        follow(change.actor, ids)


def _comes_or_goes(entry: ChangeEntry, feedback: Feedback) -> bool:
    """Archived in the inbox, feedback says no more what people ask for."""
    if entry.kind != Kind.UPDATED:
        return True
    return "state" in entry.old and State.ARCHIVED in (entry.old["state"], feedback.state)


def _entries(change: ChangeSession, feedback_ids: Iterable[int]) -> list[ChangeEntry]:
    """What the change has done to feedback that was there."""
    return [entry for some in batched(feedback_ids, 500) for entry in change.change.entries.filter(record_id__in=some)]


def tidy_soon(actor: Actor, after: timedelta = timedelta()) -> None:
    """Queue a look at the workspace's feedback: near-duplicates are folded, themes proposed."""
    tidy.using(run_after=timezone.now() + after).enqueue(actor.workspace_id)
