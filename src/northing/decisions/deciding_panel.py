"""What a decision's own page shows: options, what was known then and is now, the outcome; and its ways on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.deciding_views import drawn_value, evidence_shown
from northing.decisions.models import Decision, DecisionStatus
from northing.decisions.quantities import quantity_named
from northing.decisions.rules import MeasureValue
from northing.kit.extensions import Action, MenuEntry, Panel, extensions


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
    context = {
        "decision": decision,
        "base": f"/{actor.workspace.slug}/decisions/D-{decision.number}/",
        "then": (then := known_then(decision)),
        "evidence": (evidence := evidence_shown(actor, decision)),
        "numbers": compared(then, evidence),
        "may_update": actor.may(Verb.UPDATE, "decision"),
        "is_open": decision.status == DecisionStatus.OPEN,
        "is_decided": decision.status == DecisionStatus.DECIDED,
    }
    return render_to_string("decisions/deciding/panel.html", context, request)


def register() -> None:
    extensions.add_panel("decision", Panel(name="deciding", title="Options and evidence", render=_render, order=10))
    extensions.add_action(
        "decision",
        Action(
            name="decide",
            label="Decide",
            icon="scale",
            url=lambda actor, record: f"/{actor.workspace.slug}/decisions/D-{record.number}/decide",
            shown=lambda actor, record: (
                actor.may(Verb.UPDATE, "decision") and getattr(record, "status", "") == DecisionStatus.OPEN
            ),
        ),
    )
    extensions.add_menu(
        MenuEntry(
            group="", label="Decisions", path="decisions/", icon="scale", order=20, key="d", also="questions choices"
        )
    )
