"""What a decision's own page shows: options, what was known then and is now, the outcome; and its ways on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.deciding_views import drawn_value, evidence_shown
from northing.decisions.models import Decision, DecisionStatus
from northing.decisions.rules import MeasureValue
from northing.kit.extensions import Action, MenuEntry, Panel, extensions


def _then(decision: Decision) -> list[dict[str, Any]]:
    """The frozen numbers, drawn."""
    return [
        {
            "title": row["title"],
            "key": row["record"],
            "name": row["name"],
            "drawn": drawn_value(
                MeasureValue(
                    0, row["name"], row["p10"], row["p50"], row["p90"], unit=row["unit"], is_date=row["is_date"]
                )
            ),
        }
        for row in decision.snapshot
    ]


def _render(request: HttpRequest, actor: Actor, decision: Decision) -> str:
    context = {
        "decision": decision,
        "base": f"/{actor.workspace.slug}/decisions/D-{decision.number}/",
        "evidence": evidence_shown(actor, decision),
        "then": _then(decision),
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
    extensions.add_menu(MenuEntry(group="", label="Decisions", path="decisions/", icon="scale", order=20, key="d"))
