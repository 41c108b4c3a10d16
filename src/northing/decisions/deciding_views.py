"""Deciding on a page: the question, the options, what is known, the choice; and later what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions import deciding, queries
from northing.decisions.deciding_form import OF_ONE, ROLES, TEXTS, DecidingForm, stored, stored_text, typed
from northing.decisions.models import Decision, DecisionStatus
from northing.decisions.naming import records_named
from northing.decisions.panels import draw_value
from northing.decisions.quantities import KNOWN, UNSAID, quantity_named
from northing.decisions.rules import MeasureValue
from northing.kit import changes, history, reading
from northing.kit.changes import Edit
from northing.kit.problems import BadValue, Conflict, Invalid
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole
from northing.ui import cells


def _find(actor: Actor, key: str) -> Decision:
    decision: Decision = reading.get_record(actor, registry.of(Decision), key)
    return decision


@page("GET", "POST")
def decide(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Choose among the options. Opening the page decides nothing; what is known is frozen with the choice."""
    decision = _find(actor, key)
    if request.method == "GET":
        if not is_open(decision):
            return HttpResponseRedirect(reading.record_url(actor, registry.of(Decision), decision))
        actor.require(Verb.UPDATE, "decision")
        return _page(request, actor, decision, stored(actor, decision))
    actor.require(Verb.UPDATE, "decision")
    form = typed(request.POST)
    try:
        _save(actor, decision, form, is_choice="decide" in request.POST)
    except Invalid as error:
        form.place(error.problems)
        return _page(request, actor, decision, form, status=422)
    except Conflict:
        decision = _find(actor, key)
        form.version = str(decision.version)  # whoever sends it again has read whose place it takes
        return _page(request, actor, decision, form, status=409)
    return HttpResponseRedirect(reading.record_url(actor, registry.of(Decision), decision))


def is_open(decision: Decision) -> bool:
    return decision.status == DecisionStatus.OPEN and decision.archived_at is None


def _page(
    request: HttpRequest, actor: Actor, decision: Decision, form: DecidingForm, status: int = 200
) -> HttpResponse:
    evidence = evidence_shown(actor, decision)
    known = {label for row in evidence for label, _ in row["numbers"]} | {one.label for one in KNOWN.values()}
    held = reading.member_names(actor, [whole(one) for ids in form.roles.values() for one in ids])
    context = {
        "decision": decision,
        "key": f"D-{decision.number}",
        "url": reading.record_url(actor, registry.of(Decision), decision),
        "form": form,
        "known_url": f"/{actor.workspace.slug}/known",
        "evidence": evidence,
        "numbers": sorted(known),
        "roles": [(name, label, name not in OF_ONE, form.roles.get(name, [])) for name, label in ROLES.items()],
        "members": {str(pk): name for pk, name in (reading.member_names(actor) | held).items()},
        "is_open": is_open(decision),
        "refused": status == 422,
        "changed_by": _changed_by(actor, decision) if status == 409 else "",
    }
    return render(request, "decisions/deciding/decide.html", context, status=status)


def _changed_by(actor: Actor, decision: Decision) -> str:
    """Who changed it last."""
    [latest, *_] = history.steps(registry.of(Decision), decision, limit=1)
    member = latest.entry.change.member
    if member is None:
        return "Northing"
    return "You, in another window," if member.pk == actor.member_id else member.user.name


def evidence_shown(actor: Actor, decision: Decision) -> list[dict[str, Any]]:
    """What the decision rests on, with its numbers as they stand."""
    links = list(queries.evidence_of(actor, decision.pk))
    ids = [link.record_id for link in links]
    labels, measures = reading.labels_of_any(actor, ids), queries.measures_of(actor, ids)
    return [
        {
            "id": str(link.record_id),
            "label": labels[link.record_id],
            "url": labels[link.record_id].url(actor),
            "note": link.note,
            "numbers": [
                (quantity_named(name).label, drawn_value(value))
                for name, value in sorted(measures.get(link.record_id, {}).items())
                if name not in UNSAID
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


def _save(actor: Actor, decision: Decision, form: DecidingForm, *, is_choice: bool) -> None:
    """Keep all that was typed, and decide only when that button was pressed. Raises `Invalid` and `Conflict`."""
    values = form.values(actor, decision)
    if not is_open(decision):
        if _is_as_decided(decision, form, values):  # pressed twice
            return
        raise Conflict(decision)
    if is_choice and not form.picked:
        way = "mark the option to take" if values["options"] else "write down an option and mark it"
        form.faults["choice"].append(f"{way}, or keep the question open")
    more = _evidence(actor, form)
    if form.faults:
        raise Invalid([])
    version = whole(form.version)
    with transaction.atomic():
        deciding.remove_evidence(actor, decision.pk, [pk for one in form.without if (pk := whole(one))])
        deciding.add_evidence(actor, decision.pk, dict.fromkeys(more, ""))
        if is_choice:
            deciding.decide(actor, decision.pk, form.picked, version=version, **values)
        else:
            changes.update(actor, registry.of(Decision), [Edit(decision.pk, values, version)], "worked on the question")


def _is_as_decided(decision: Decision, form: DecidingForm, values: Mapping[str, Any]) -> bool:
    same = all(getattr(decision, name) == values[name] for name in ("options", "roles", "triggers"))
    texts = all(stored_text(decision, name) == values[name].strip() for name in TEXTS)
    return same and texts and decision.choice == form.picked


def _evidence(actor: Actor, form: DecidingForm) -> list[int]:
    """The records that it is to rest on as well."""
    try:
        return records_named(actor, form.more)
    except BadValue as error:
        form.faults["evidence"].append(str(error))
        return []


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
