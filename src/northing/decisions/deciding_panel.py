"""What a decision's own page shows: options, what was known then and is now, the outcome; and its ways on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions import limits, moving, queries
from northing.decisions.deciding_form import ROLES
from northing.decisions.deciding_views import drawn_value, evidence_shown, is_open
from northing.decisions.models import Decision, DecisionEvidence, DecisionStatus
from northing.decisions.quantities import UNSAID, quantity_named
from northing.decisions.rules import MeasureValue
from northing.kit import reading
from northing.kit.extensions import Action, Hanging, MenuEntry, Panel, Tie, extensions
from northing.kit.record_types import registry


def known_then(decision: Decision) -> list[dict[str, Any]]:
    """The frozen numbers, drawn."""
    return [
        {
            "title": row["title"],
            "key": row["record"],
            "label": quantity_named(row["name"]).label,
            "drawn": drawn_value(
                MeasureValue(
                    0, row["name"], row["p10"], row["p50"], row["p90"], unit=row["unit"], is_date=row["is_date"]
                )
            ),
        }
        for row in decision.snapshot
        if row["name"] not in UNSAID
    ]


def compared(then: Sequence[Mapping[str, Any]], evidence: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each number of the evidence as it was at the decision and as it is now, marked where the two differ."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for old in then:
        rows[old["key"], old["label"]] = {"key": old["key"], "title": old["title"], "then": old["drawn"]}
    for one in evidence:
        for label, drawn in one["numbers"]:
            row = rows.setdefault((one["label"].key, label), {"key": one["label"].key, "title": one["label"].title})
            row |= {"now": drawn, "url": one["url"]}
    return [
        row | {"label": label, "changed": bool(then) and _text(row, "then") != _text(row, "now")}
        for (_, label), row in rows.items()
    ]


def _text(row: Mapping[str, Any], name: str) -> str:
    """A drawn number as it reads: its tooltip does not count."""
    return strip_tags(str(row.get(name, "")))


def _render(request: HttpRequest, actor: Actor, decision: Decision) -> str:
    is_decided = decision.status == DecisionStatus.DECIDED
    again = queries.successor(actor, decision) if decision.status != DecisionStatus.OPEN else None
    context = {
        "decision": decision,
        "base": f"/{actor.workspace.slug}/decisions/D-{decision.number}/",
        "then": (then := known_then(decision)),
        "evidence": (evidence := evidence_shown(actor, decision)),
        "numbers": compared(then, evidence),
        "limits": limits_shown(actor, decision),
        "move": (move := moving.chosen_move(actor, decision) if is_decided else None),
        "may_move": (may_move := move is not None and move.may_be_made(actor)),
        "undo_move": moving.undo_url(actor, decision, move) if move and move.is_done and may_move else "",
        "who": who(actor, decision),
        "again": again,
        "again_url": reading.record_url(actor, registry.of(Decision), again) if again else "",
        "may_update": actor.may(Verb.UPDATE, "decision") and decision.archived_at is None,
        "is_decided": is_decided,
        "stands": is_decided and again is None,
    }
    return render_to_string("decisions/deciding/panel.html", context, request)


def limits_shown(actor: Actor, decision: Decision) -> list[dict[str, Any]]:
    """What would have the question asked again: in words, where the number stands, and whether it has passed since."""
    return [
        {
            "words": limits.in_words(one, actor.workspace.currency),
            "now": limits.now_in_words(one),
            "has_fired": one.has_fired,
            "was_passed": one.was_passed,
            "url": one.label.url(actor) if one.label else "",
        }
        for one in queries.watched(actor, [decision])
    ]


def who(actor: Actor, decision: Decision) -> list[tuple[str, str]]:
    """The parts in the decision that somebody has, with their names."""
    ids = {name: given if isinstance(given, list) else [given] for name, given in decision.roles.items() if given}
    if not ids:
        return []
    names = reading.member_names(actor, {pk for some in ids.values() for pk in some})
    said = {name: ", ".join(names[pk] for pk in some if pk in names) for name, some in ids.items()}
    return [(label, said[name]) for name, label in ROLES.items() if said.get(name)]


def register() -> None:
    extensions.add_ties(
        Tie(
            words="what a decision rests on",
            tied=lambda actor: (
                DecisionEvidence.objects.within(actor).filter(decision__archived_at=None).values("record")
            ),
        )
    )
    extensions.add_hanging(
        Hanging(
            model=DecisionEvidence,
            column="record",
            noun="decision that rests on it",
            nouns="decisions that rest on it",
            distinct_by=("decision",),
        )
    )
    extensions.add_panel("decision", Panel(name="deciding", title="Options and evidence", render=_render, order=10))
    extensions.add_action(
        "decision",
        Action(
            name="decide",
            label="Decide",
            icon="scale",
            url=lambda actor, record: f"/{actor.workspace.slug}/decisions/D-{record.number}/decide",
            shown=lambda actor, record: (
                actor.may(Verb.UPDATE, "decision") and isinstance(record, Decision) and is_open(record)
            ),
        ),
    )
    extensions.add_menu(
        MenuEntry(
            group="", label="Decisions", path="decisions/", icon="scale", order=20, key="d", also="questions choices"
        )
    )
