"""Deciding on a page: the question, the options, what is known, the choice; and later what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions import deciding, queries
from northing.decisions.models import Decision, DecisionStatus
from northing.decisions.panels import draw_value
from northing.decisions.quantities import quantity_named
from northing.decisions.rules import MeasureValue
from northing.kit import changes, reading
from northing.kit.changes import Edit
from northing.kit.fields import Number
from northing.kit.problems import BadValue, Invalid, Problem
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole
from northing.ui import cells

ROLES = (("driver", "Drives it"), ("approver", "Approves"), ("contributors", "Contribute"), ("informed", "Are told"))
MOST_OPTIONS = 6


def _find(actor: Actor, key: str) -> Decision:
    decision: Decision = reading.get_record(actor, registry.of(Decision), key)
    return decision


@page("GET", "POST")
def decide(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Choose among the options. Opening the page decides nothing; what is known is frozen with the choice."""
    decision = _find(actor, key)
    if decision.status != DecisionStatus.OPEN:
        return HttpResponseRedirect(reading.record_url(actor, registry.of(Decision), decision))
    context = _context(actor, decision)
    if request.method == "GET":
        actor.require(Verb.UPDATE, "decision")
        return render(request, "decisions/deciding/decide.html", context)
    try:
        _save(request, actor, decision)
    except Invalid as error:
        context |= {"problems": error.problems, "given": request.POST}
        return render(request, "decisions/deciding/decide.html", context, status=422)
    return HttpResponseRedirect(reading.record_url(actor, registry.of(Decision), decision))


def _context(actor: Actor, decision: Decision) -> dict[str, Any]:
    options = list(decision.options)
    blanks = [{"title": "", "for": "", "against": ""}] * max(1, min(2, MOST_OPTIONS - len(options)))
    return {
        "decision": decision,
        "key": f"D-{decision.number}",
        "url": reading.record_url(actor, registry.of(Decision), decision),
        "options": list(enumerate([*options, *blanks])),
        "evidence": evidence_shown(actor, decision),
        "triggers": list(enumerate([*decision.triggers, {}])),
        "roles": [(name, label, decision.roles.get(name) or []) for name, label in ROLES],
        "members": reading.member_names(actor),
    }


def evidence_shown(actor: Actor, decision: Decision) -> list[dict[str, Any]]:
    """What the decision rests on, with its numbers as they stand."""
    links = list(queries.evidence_of(actor, decision.pk))
    ids = [link.record_id for link in links]
    labels, measures = reading.labels_of_any(actor, ids), queries.measures_of(actor, ids)
    return [
        {
            "label": labels[link.record_id],
            "url": labels[link.record_id].url(actor),
            "note": link.note,
            "numbers": [
                (quantity_named(name).label, drawn_value(value))
                for name, value in sorted(measures.get(link.record_id, {}).items())
            ],
        }
        for link in links
        if link.record_id in labels
    ]


def drawn_value(value: MeasureValue) -> SafeString:
    if value.is_date:
        low, likely, high = (date.fromordinal(round(one)) for one in (value.p10, value.p50, value.p90))
        return cells.day_interval(cells.DayInterval(low, likely, high))
    return draw_value(value, value.name)


def _save(request: HttpRequest, actor: Actor, decision: Decision) -> None:
    """Keep the options and everything else; decide only when that button was pressed."""
    given = request.POST
    values: dict[str, Any] = {
        "options": _options(request),
        "forecast": given.get("forecast", ""),
        "context": given.get("context", ""),
        "review_at": given.get("review_at", ""),
        "roles": _roles(request),
        "triggers": _triggers(request),
    }
    version = whole(given.get("version", ""))
    if "decide" not in given:
        changes.update(actor, registry.of(Decision), [Edit(decision.pk, values, version)], "worked on the question")
        return
    chosen = given.get("chosen", "")
    picked = given.get(f"title-{chosen}", "").strip() if chosen.isdecimal() else ""
    if not picked:
        raise Invalid([Problem("choice", "", "choose one of the options, or keep the question open")])
    deciding.decide(actor, decision.pk, picked, version=version, **values)


def _options(request: HttpRequest) -> list[dict[str, str]]:
    rows = [
        {name: request.POST.get(f"{name}-{number}", "").strip() for name in ("title", "for", "against")}
        for number in range(MOST_OPTIONS + 2)
    ]
    return [row for row in rows if row["title"]]


def _triggers(request: HttpRequest) -> list[dict[str, Any]]:
    """The numbers to watch: a row that names none watches nothing."""
    names = ("record", "name", "is", "value", "text")
    columns = [[value.strip() for value in request.POST.getlist(f"trigger-{name}")] for name in names]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=False)]
    return [_trigger(row) for row in rows if row["record"] or row["name"]]


def _trigger(row: Mapping[str, str]) -> dict[str, Any]:
    try:
        limit = Number(name="value", required=True).clean(row["value"])
    except BadValue as error:
        raise Invalid([Problem("reopen trigger", row["value"], str(error))]) from None
    named = {"record": row["record"], "name": re.sub(r"[\s-]+", "_", row["name"].lower()), "is": row["is"]}
    return named | {"value": limit} | ({"text": row["text"]} if row["text"] else {})


def _roles(request: HttpRequest) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for name, _ in ROLES:
        ids = [member for value in request.POST.getlist(f"role-{name}") if (member := whole(value))]
        if ids:
            chosen[name] = ids[0] if name in ("driver", "approver") else ids
    return chosen


@page("POST")
def reopen(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Ask the question anew; the old decision holds until the new one is made."""
    fresh = deciding.reopen(actor, _find(actor, key).pk, request.POST.get("why", "").strip()[:2000])
    return HttpResponseRedirect(f"/{actor.workspace.slug}/decisions/D-{fresh.number}/decide")


@page("POST")
def record_outcome(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """What came of it, in words; the date is today unless told."""
    decision = _find(actor, key)
    values = {
        "outcome": request.POST.get("outcome", ""),
        "outcome_at": request.POST.get("outcome_at") or timezone.localdate().isoformat(),
    }
    changes.update(actor, registry.of(Decision), [Edit(decision.pk, values)], "recorded the outcome")
    return HttpResponseRedirect(reading.record_url(actor, registry.of(Decision), decision))
