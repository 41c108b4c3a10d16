"""Named writes of the inbox: states, assignees, folding, and themes that were found; what accounts pay as a number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import MeasureValue, quantity_named, remove_measures, write_measures
from northing.insight.models import Account, Feedback, State, Theme, ThemeFeedback, ThemeOrigin, ThemeProposal
from northing.insight.queries import open_proposals
from northing.kit import changes
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession, Edit, changing
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.record_types import registry

REVENUE = "revenue"


def set_state(actor: Actor, feedback_ids: Sequence[int], state: str) -> list[Feedback]:
    """Give feedback a state; use `snooze` to snooze."""
    edits = [Edit(pk, {"state": state, "snoozed_until": None}) for pk in feedback_ids]
    return changes.update(actor, registry.of(Feedback), edits, f"marked as {state}"[:80])


def snooze(actor: Actor, feedback_ids: Sequence[int], until: date, today: date) -> list[Feedback]:
    """Take feedback out of the inbox until a day to come."""
    if until <= today:
        raise Invalid([Problem("snoozed_until", until.isoformat(), "must lie in the future")])
    edits = [Edit(pk, {"state": State.SNOOZED, "snoozed_until": until}) for pk in feedback_ids]
    return changes.update(actor, registry.of(Feedback), edits, "snoozed")


def wake(actor: Actor, today: date) -> int:
    """Bring back feedback whose snooze is over; how much."""
    due = Feedback.objects.within(actor).filter(state=State.SNOOZED, snoozed_until__lte=today, archived_at=None)
    return len(set_state(actor, list(due.values_list("pk", flat=True)), State.NEW))


def assign(actor: Actor, feedback_ids: Sequence[int], member_id: int | None) -> list[Feedback]:
    """Make feedback a member's to work through, or nobody's."""
    edits = [Edit(pk, {"assignee": member_id}) for pk in feedback_ids]
    return changes.update(actor, registry.of(Feedback), edits, "assigned")


def fold(actor: Actor, into_id: int, feedback_ids: Sequence[int]) -> list[Feedback]:
    """Let one piece of feedback stand for others that say the same. What they stood for comes along.

    Their voices still count: whoever said them asks for what it is linked to.
    """
    with changing(actor, "folded what says the same") as change:
        return fold_into(change, dict.fromkeys(feedback_ids, into_id))


def fold_into(change: ChangeSession, leaders: dict[int, int]) -> list[Feedback]:
    """Fold each piece of feedback (key) into another (value), within a change."""
    live = Feedback.objects.within(change.actor)
    above = dict(live.filter(pk__in=set(leaders.values())).values_list("pk", "folded_into"))
    if unknown := set(leaders.values()) - above.keys():
        raise Missing(f"feedback {min(unknown)}")
    aims = {pk: above[leader] or leader for pk, leader in leaders.items()}
    if loops := [pk for pk, leader in aims.items() if pk == leader]:
        raise Invalid([Problem("folded_into", loops[0], "already stands for the other; unfold that one first")])
    for pk, under in live.filter(folded_into__in=list(aims)).values_list("pk", "folded_into"):
        aims.setdefault(pk, aims[under])
    edits = [Edit(pk, {"folded_into": leader}) for pk, leader in aims.items()]
    return change.update(registry.of(Feedback), edits)


def unfold(actor: Actor, feedback_ids: Sequence[int]) -> list[Feedback]:
    """Let feedback stand for itself again; it is not folded anew unless by hand."""
    edits = [Edit(pk, {"folded_into": None, "kept_apart": True}) for pk in feedback_ids]
    return changes.update(actor, registry.of(Feedback), edits, "unfolded")


def lead_anew(actor: Actor) -> int:
    """Where feedback that stood for others is gone, let the earliest of those stand for the rest; for how many."""
    orphans = Feedback.objects.within(actor).filter(archived_at=None, folded_into__archived_at__isnull=False)
    first: dict[int, int] = {}
    leaders: dict[int, int | None] = {}
    for pk, gone in orphans.order_by("created_at", "pk").values_list("pk", "folded_into"):
        leaders[pk] = None if first.setdefault(gone, pk) == pk else first[gone]
    for some in batched(leaders.items(), 500):
        edits = [Edit(pk, {"folded_into": leader}) for pk, leader in some]
        changes.update(actor, registry.of(Feedback), edits, "stands for what it was folded with")
    return len(first)


def accept_themes(
    actor: Actor,
    proposal_ids: Sequence[int],
    titles: Mapping[int, str] | None = None,
    held: Mapping[int, Collection[int]] | None = None,
) -> list[Theme]:
    """Make found themes records that hold their feedback, or that which `held` says by proposal id, called as found or
    as `titles` says.

    A title that is a theme already gets the feedback too. What was found under another name is not proposed again. One
    theme for each proposal, in order; several may share one.
    """
    rows = open_proposals(actor).filter(pk__in=proposal_ids).order_by("pk")
    called = {proposal: (titles or {}).get(proposal.pk) or proposal.title for proposal in rows}
    with changing(actor, "accepted themes") as change:
        known = Theme.objects.within(actor).filter(title__in=called.values(), archived_at=None)
        themes = {theme.title: theme for theme in known}
        wanted = dict.fromkeys(title for title in called.values() if title not in themes)
        new = [{"title": title, "origin": ThemeOrigin.FOUND} for title in wanted]
        themes |= {theme.title: theme for theme in change.create(registry.of(Theme), new)}
        for proposal, title in called.items():
            put_under(actor, themes[title].pk, (held or {}).get(proposal.pk, proposal.feedback_ids))
        renamed = [proposal.pk for proposal, title in called.items() if title != proposal.title]
        rows.filter(pk__in=renamed).update(dismissed=True, dismissed_in=None)
        rows.delete()
    return [themes[title] for title in called.values()]


def name_themes(actor: Actor, titles: Mapping[int, str]) -> None:
    """Call themes otherwise, by id, where no other live theme is called so."""
    taken = set(
        Theme.objects.within(actor).filter(title__in=titles.values(), archived_at=None).values_list("title", flat=True)
    )
    edits = [Edit(pk, {"title": title}) for pk, title in titles.items() if title not in taken]
    changes.update(actor, registry.of(Theme), edits, "named themes")


def dismiss_themes(actor: Actor, proposal_ids: Sequence[int], change_id: int | None = None) -> None:
    """Say no to found themes; they are not proposed again, unless the change is undone with which that was said."""
    actor.require(Verb.CREATE, registry.of(Theme).name)
    rows = ThemeProposal.objects.within(actor).filter(pk__in=proposal_ids)
    rows.update(dismissed=True, dismissed_in=change_id)


def put_under(actor: Actor, theme_id: int, feedback_ids: Iterable[int]) -> None:
    """Let a theme hold more feedback."""
    actor.require(Verb.UPDATE, registry.of(Theme).name)
    if not Theme.objects.within(actor).filter(pk=theme_id).exists():
        raise Missing(f"theme {theme_id}")
    ids = list(feedback_ids)
    known: set[int] = set()
    for some in batched(ids, 500):
        known |= set(Feedback.objects.within(actor).filter(pk__in=some).values_list("pk", flat=True))
    links = [ThemeFeedback(workspace=actor.workspace, theme_id=theme_id, feedback_id=pk) for pk in ids if pk in known]
    ThemeFeedback.objects.within(actor).bulk_create(links, ignore_conflicts=True)


def take_from(actor: Actor, theme_id: int, feedback_ids: Sequence[int]) -> None:
    """Take feedback out of a theme."""
    actor.require(Verb.UPDATE, registry.of(Theme).name)
    ThemeFeedback.objects.within(actor).filter(theme=theme_id, feedback__in=feedback_ids).delete()


def measure_revenue(actor: Actor, accounts: Sequence[Account]) -> None:
    """Renew the measure of what accounts pay a year, where it is known."""
    currency, unit = actor.workspace.currency, quantity_named(REVENUE).unit_in
    amounts = [(one.pk, one.revenue, unit(one.currency or currency)) for one in accounts if one.revenue is not None]
    write_measures(
        actor, [MeasureValue.exactly(pk, REVENUE, float(amount), unit=money) for pk, amount, money in amounts]
    )
    unknown = [account for account in accounts if account.revenue is None and account.version > 1]
    remove_measures(actor, [(account.pk, REVENUE) for account in unknown])
