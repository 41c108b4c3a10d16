"""Asking, deciding and reopening: a decision keeps what was known when it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from northing.access.actor import Actor
from northing.access.models import Member
from northing.access.roles import Verb
from northing.decisions import queries
from northing.decisions.models import Attention, Decision, DecisionEvidence, DecisionStatus
from northing.decisions.moving import move_faults
from northing.decisions.naming import MOST_NAMED
from northing.decisions.rules import MeasureValue, marked
from northing.kit.changes import ChangeSession, Edit, changing
from northing.kit.models import Record
from northing.kit.people import members_in
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import Label, labels_of_any
from northing.kit.record_types import RecordType, Values, registry


def _decision_type() -> RecordType:
    return registry.of(Decision)


def open_decision(actor: Actor, values: Values, evidence: Mapping[int, str] | None = None) -> Decision:
    """Ask a question; `evidence` maps record ids to notes."""
    decision: Decision
    with changing(actor, "asked a question") as change:
        [decision] = change.create(_decision_type(), [values])
        _link(actor, decision, evidence or {})
    return decision


def add_evidence(actor: Actor, decision_id: int, evidence: Mapping[int, str]) -> None:
    """Let an open decision rest on more records (ids to notes)."""
    with transaction.atomic():
        _link(actor, _undecided(actor, decision_id), evidence)


def remove_evidence(actor: Actor, decision_id: int, record_ids: Iterable[int]) -> None:
    with transaction.atomic():
        decision = _undecided(actor, decision_id)
        queries.evidence_of(actor, decision.pk).filter(record_id__in=list(record_ids)).delete()


def _undecided(actor: Actor, decision_id: int) -> Decision:
    actor.require(Verb.UPDATE, _decision_type().name)
    decision = _decision(actor, decision_id)
    if decision.status != DecisionStatus.OPEN:
        rule = "this was decided and keeps its evidence; reopen it to decide anew"
        raise Invalid([Problem("evidence", _decision_type().key(decision), rule)])
    return decision


def _decision(actor: Actor, decision_id: int) -> Decision:
    decision: Decision | None = Decision.objects.within(actor).filter(pk=decision_id).first()
    if decision is None:
        raise Missing(f"decision {decision_id}")
    return decision


def _link(actor: Actor, decision: Decision, evidence: Mapping[int, str]) -> None:
    held = queries.evidence_of(actor, decision.pk).values_list("record_id", flat=True)
    if (count := len(evidence.keys() | set(held))) > MOST_NAMED:
        rule = f"a decision rests on at most {MOST_NAMED} records, and this would make {count:,}; leave some out"
        raise Invalid([Problem("evidence", registry.of(Decision).key(decision), rule)])
    known = Record.objects.within(actor).filter(pk__in=list(evidence)).values_list("pk", flat=True)
    if missing := evidence.keys() - set(known):
        raise Missing(f"record {min(missing)}")
    DecisionEvidence.objects.within(actor).bulk_create(
        [
            DecisionEvidence(workspace=actor.workspace, decision=decision, record_id=record_id, note=note)
            for record_id, note in evidence.items()
        ],
        update_conflicts=True,
        unique_fields=["decision", "record"],
        update_fields=["note"],
    )


def decide(actor: Actor, decision_id: int, choice: str, *, version: int | None = None, **values: Any) -> Decision:
    """Choose. What the evidence's numbers are now is frozen with it; further `values` are fields of the decision."""
    given = {"choice": choice, "status": DecisionStatus.DECIDED.value, **values}
    decision: Decision
    with changing(actor, "decided") as change:
        [decision] = change.update(_decision_type(), [Edit(decision_id, given, version)])
    return decision


def reopen(actor: Actor, decision_id: int, why: str = "") -> Decision:
    """Ask a decided question anew. The old decision holds until the new one is decided, and stays as it was.

    One that is asked anew already is not asked twice.
    """
    old = _decision(actor, decision_id)
    asked = queries.successor(actor, old)
    if asked is not None and asked.status == DecisionStatus.OPEN:
        return asked
    if old.status != DecisionStatus.DECIDED:
        raise Invalid([Problem("status", old.status, "only what was decided can be reopened")])
    copied = ("question", "context", "options", "roles", "triggers", "owner_id")
    values = {name.removesuffix("_id"): getattr(old, name) for name in copied} | {"supersedes": old.pk}
    values["triggers"] = [marked(trigger, False) for trigger in old.triggers]
    values["context"] = f"{why}\n\n{old.context}".strip()
    evidence = dict(queries.evidence_of(actor, old.pk).values_list("record_id", "note"))
    return open_decision(actor, values, evidence)


def settle_decisions(change: ChangeSession, decisions: Sequence[Decision]) -> None:
    """What follows from writing decisions: their references exist, and the newly decided are frozen."""
    _check_references(change.actor, [d for d in decisions if d.decided_at is None])
    fresh = [d for d in decisions if d.status == DecisionStatus.DECIDED and d.decided_at is None]
    if not fresh:
        return
    _freeze(change, fresh)
    _put_cards_away(change.actor, fresh)
    replaced = [Edit(d.supersedes_id, {"status": DecisionStatus.SUPERSEDED.value}) for d in fresh if d.supersedes_id]
    if replaced:
        change.update(_decision_type(), replaced)


def _check_references(actor: Actor, decisions: Sequence[Decision]) -> None:
    keys = {trigger["record"] for decision in decisions for trigger in decision.triggers}
    known = queries.resolve_keys(actor, keys) if keys else {}
    members = {member for decision in decisions for member in members_in(decision.roles)}
    if members:
        members -= set(Member.objects.within(actor).filter(pk__in=members).values_list("pk", flat=True))
    problems = [
        Problem("triggers", key, "no record with this key in this workspace") for key in sorted(keys - known.keys())
    ]
    problems += [
        Problem("supersedes", decision.question, "a decision cannot take its own place")
        for decision in decisions
        if decision.supersedes_id == decision.pk
    ]
    problems += [fault for decision in decisions for fault in move_faults(actor, decision.options)]
    problems += [Problem("roles", member, "no member with this id in this workspace") for member in sorted(members)]
    if problems:
        raise Invalid(problems)


def _freeze(change: ChangeSession, decisions: Sequence[Decision]) -> None:
    """Keep the numbers of all evidence as they stand, with the names they go by now, and which limits have passed."""
    actor = change.actor
    links = DecisionEvidence.objects.within(actor).filter(decision__in=decisions)
    evidence: dict[int, list[int]] = {decision.pk: [] for decision in decisions}
    for decision_id, record_id in links.order_by("pk").values_list("decision_id", "record_id"):
        evidence[decision_id].append(record_id)
    ids = {record_id for some in evidence.values() for record_id in some}
    measures, labels = queries.measures_of(actor, ids), labels_of_any(actor, ids)
    passed = {(one.decision.pk, one.place): one.has_passed for one in queries.watched(actor, decisions)}
    for decision in decisions:
        decision.triggers = [marked(one, passed[decision.pk, place]) for place, one in enumerate(decision.triggers)]
        known = [
            value
            for record_id in evidence[decision.pk]
            if record_id in labels
            for _, value in sorted(measures.get(record_id, {}).items())
        ]
        decision.snapshot = [_frozen(labels[value.record_id], value) for value in known]
        decision.decided_at = change.at
        if runs := {value.run_id for value in known if value.run_id}:
            decision.runs.add(*runs)
    Decision.objects.within(actor).bulk_update(decisions, ["snapshot", "decided_at", "triggers"])


def _put_cards_away(actor: Actor, decisions: Sequence[Decision]) -> None:
    """What was just decided needs no decision any more: the cards that asked it, and those of the question itself."""
    for decision in decisions:
        about = queries.evidence_of(actor, decision.pk).values("record")
        asking = Attention.objects.within(actor).filter(question=decision.question)
        asking.filter(Q(record__in=about) | Q(record=decision.pk)).delete()


def watch_again(actor: Actor) -> None:
    """Limits that had passed when their decision was made count again once their number has come back."""
    decisions = list(queries.standing(actor).exclude(triggers=[]))
    back = [one for one in queries.watched(actor, decisions) if one.trigger.get("passed") and not one.has_passed]
    for one in back:
        one.decision.triggers[one.place] = marked(one.trigger, False)
    Decision.objects.within(actor).bulk_update({one.decision for one in back}, ["triggers"])


def _frozen(label: Label, value: MeasureValue) -> dict[str, Any]:
    return {
        "record": label.key,
        "title": label.title,
        "name": value.name,
        "p10": value.p10,
        "p50": value.p50,
        "p90": value.p90,
        "unit": value.unit,
        "is_date": value.is_date,
        "assumed": value.assumed,
        "source": value.source,
        "as_of": value.as_of.isoformat() if value.as_of else None,
        "run": value.run_id,
    }
