"""Work outside the request: pooling in bulk, what needs attention, runs that nothing needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from northing.access.actor import Actor, system_in
from northing.decisions import asking, cards, deciding, limits, planning, queries
from northing.decisions.actions import prune_runs
from northing.decisions.attention import AttentionItem, attention_provider
from northing.decisions.models import Decision, Estimate
from northing.kit import reading
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession
from northing.kit.jobs.schedule import every
from northing.kit.models import Job
from northing.ui import formats

_PAIRS_PER_JOB = 200
UNKNOWN_COST = "Nobody has said yet what a week's waiting costs: estimate the cost of delay of what it is about."


@task
def pool_estimates(workspace_id: int, pairs: list[list[Any]]) -> None:
    """Renew the measures of records' quantities, given as pairs of record id and name."""
    actor = system_in(workspace_id)
    changed = [(record_id, quantity) for record_id, quantity in pairs]
    planning.pool_estimates(actor, changed)
    _look_again(actor, changed)


def _look_again(actor: Actor, pairs: Sequence[queries.Pair]) -> None:
    """After numbers have changed: whoever waits for one of them need not wait for the hourly round."""
    if queries.is_watched(actor, pairs):
        refresh_attention.enqueue(actor.workspace_id)


@every(hours=1)
@task(once=True)
def refresh_attention(workspace_id: int) -> None:
    """Ask every provider what needs a decision in the workspace."""
    cards.refresh_attention(system_in(workspace_id))


def is_refreshing(actor: Actor) -> bool:
    """Whether what needs attention is being looked for right now, or is as soon as a worker is free."""
    soon = Q(state=Job.State.READY, run_at__lte=timezone.now()) | Q(state=Job.State.RUNNING)
    return Job.objects.within(actor).filter(soon, task=refresh_attention.module_path).exists()


@every(days=1)
@task
def forget_runs(workspace_id: int) -> None:
    """Delete old runs that no number, decision or plan refers to."""
    prune_runs(system_in(workspace_id))


def settle_estimates(change: ChangeSession, estimates: Sequence[Estimate]) -> None:
    """What follows from writing estimates; what is too much for the change itself becomes jobs of it."""
    for pairs in batched(planning.settle_estimates(change, estimates), _PAIRS_PER_JOB):
        pool_estimates.enqueue(change.actor.workspace_id, [list(pair) for pair in pairs])
    _look_again(change.actor, [(estimate.about_id, estimate.quantity) for estimate in estimates])


def settle_decisions(change: ChangeSession, decisions: Sequence[Decision]) -> None:
    """What follows from writing decisions, and soon after, what needs attention."""
    deciding.settle_decisions(change, decisions)
    refresh_attention.enqueue(change.actor.workspace_id)


@attention_provider("decisions")
def decisions_at_issue(actor: Actor) -> Iterable[AttentionItem]:
    """Open questions, decisions whose trigger has fired, and those due for review."""
    active = reading.member_names(actor)
    for decision in queries.open_decisions(actor):
        why = f"Open since {formats.day(decision.created_at.date())}."
        approver = decision.roles.get("approver")
        whose = approver if approver in active else decision.owner_id
        about = [link.record_id for link in queries.evidence_of(actor, decision.pk)]
        cost = asking.cost_of_a_week(actor, about)
        yield AttentionItem(
            decision.pk,
            "open",
            decision.question,
            why,
            cost_of_waiting=asking.cost_in_words(actor, cost) or UNKNOWN_COST,
            cost_per_week=cost.p50 if cost else None,
            for_member_id=whose,
            asks=[*asking.contributors(decision, active), *asking.widest(actor, about)],
            triggers=decision.triggers,
        )
    for fired in queries.fired_triggers(actor):
        decision = fired.decision
        words = limits.in_words(fired, actor.workspace.currency)
        why = f"{words}: now {limits.now_in_words(fired)}."
        yield AttentionItem(
            decision.pk,
            f"{queries.FIRED}{fired.place}",
            decision.question,
            why,
            verb="Reopen",
            for_member_id=decision.owner_id,
        )
    for decision in queries.due_for_review(actor, timezone.localdate()):
        why = f"Its review was due on {decision.review_at:%-d %B %Y}."
        yield AttentionItem(
            decision.pk,
            queries.REVIEW,
            decision.question,
            why,
            verb="Record the outcome",
            for_member_id=decision.owner_id,
        )
