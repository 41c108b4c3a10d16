"""Work outside the request: waking what was snoozed, folding near-duplicates, looking for themes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from typing import Literal

from django.utils import timezone
from django_tasks import task

from northing.access.actor import Actor, system_in
from northing.insight import planning
from northing.insight.actions import lead_anew, measure_revenue, wake
from northing.insight.models import Account, Contact, Feedback, State
from northing.insight.queries import feedback_said_by
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession
from northing.kit.jobs.schedule import every
from northing.kit.models import ChangeEntry, Kind, RecordModel

_OF_VOICES = {"folded_into", "contact", "account", "source", "author"}
_OF_REVENUE = {"revenue", "currency"}
_followers: list[Callable[[Actor, Collection[int]], None]] = []


def follow_voices(follow: Callable[[Actor, Collection[int]], None]) -> None:
    """Have a later module told, in the same change, of feedback whose voices, or their accounts' revenue, are no longer
    those it had."""
    _followers.append(follow)


@every(hours=1)
@task
def wake_snoozed(workspace_id: int) -> None:
    """Bring back feedback whose snooze is over."""
    wake(system_in(workspace_id), timezone.localdate())


@task(once=True)
def tidy(workspace_id: int) -> None:
    """Let nothing be folded into what is gone, fold near-duplicates, then look for themes in what is left."""
    actor = system_in(workspace_id)
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
    _tell(change.actor, ids)


def settle_contacts(change: ChangeSession, contacts: Sequence[Contact]) -> None:
    """What follows from contacts that are now of another account: whoever counts the revenue behind what they said
    counts anew."""
    _tell_of_people(change.actor, "contact", _edited(change, contacts, {"account"}))


def settle_accounts(change: ChangeSession, accounts: Sequence[Account]) -> None:
    """What follows from accounts that come or now pay otherwise: what they pay is a number that decisions can rest on
    and watch, and whoever counts the revenue behind what they said counts anew."""
    repriced = _edited(change, accounts, _OF_REVENUE)
    measure_revenue(change.actor, [one for one in accounts if one.version == 1 or one.pk in repriced])
    _tell_of_people(change.actor, "account", repriced)


def _tell_of_people(actor: Actor, which: Literal["account", "contact"], ids: Sequence[int]) -> None:
    _tell(actor, {pk for some in batched(ids, 500) for pk in feedback_said_by(actor, which, some)})


def _edited(change: ChangeSession, records: Sequence[RecordModel], names: set[str]) -> list[int]:
    """Those of which the change has written one of these fields, by id."""
    edited = [record.pk for record in records if record.version > 1]
    return [entry.record_id for entry in _entries(change, edited) if names & entry.old.keys()]


def _tell(actor: Actor, feedback_ids: Collection[int]) -> None:
    for follow in _followers if feedback_ids else ():
        follow(actor, feedback_ids)


def _comes_or_goes(entry: ChangeEntry, feedback: Feedback) -> bool:
    """Archived in the inbox, feedback says no more what people ask for."""
    if entry.kind != Kind.UPDATED:
        return True
    return "state" in entry.old and State.ARCHIVED in (entry.old["state"], feedback.state)


def _entries(change: ChangeSession, record_ids: Iterable[int]) -> list[ChangeEntry]:
    """What the change has done to records that were there."""
    return [entry for some in batched(record_ids, 500) for entry in change.change.entries.filter(record_id__in=some)]


def tidy_soon(actor: Actor, after: timedelta = timedelta()) -> None:
    """Queue a look at the workspace's feedback: near-duplicates are folded, themes proposed."""
    tidy.using(run_after=timezone.now() + after).enqueue(actor.workspace_id)
