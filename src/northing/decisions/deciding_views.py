"""Deciding on a page: the question, the options, what is known, the choice; and later what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions import cards, deciding, moving, queries
from northing.decisions.deciding_form import OF_ONE, ROLES, TEXTS, DecidingForm, stored, stored_text, typed
from northing.decisions.models import Decision, DecisionStatus
from northing.decisions.panels import draw_value
from northing.decisions.quantities import KNOWN, UNSAID, quantity_named
from northing.decisions.rules import MeasureValue
from northing.kit import changes, history, reading
from northing.kit.changes import Edit
from northing.kit.problems import Conflict, Invalid, Missing
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole
from northing.ui import cells, formats
from northing.ui.toasts import changed


def _find(actor: Actor, key: str) -> Decision:
    decision: Decision = reading.get_record(actor, registry.of(Decision), key)
    return decision


@page("GET", "POST")
def decide_card(request: HttpRequest, actor: Actor, attention_id: int) -> HttpResponse:
    """Decide what a card asks, or go on with its question where it is asked already.

    Nothing is kept until somebody saves, so that who leaves the page leaves nothing behind.
    """
    actor.require(Verb.CREATE, "decision")
    form = typed(actor, request.POST)
    try:
        values, about = cards.draft_for(actor, attention_id)
    except Missing:
        if not (form.more and request.POST.get("question")):
            raise
        # It has gone while somebody typed: what they answer is their question all the same.
        values, about = {"question": request.POST["question"], "owner_id": actor.member_id}, form.more[0]
    if asked := queries.asked(actor, values["question"], [about]):
        if request.method == "GET":
            return HttpResponseRedirect(f"{reading.record_url(actor, registry.of(Decision), asked)}decide")
        return _decided(request, actor, asked)
    draft = Decision(version=0, **values)
    if request.method == "GET":
        form = stored(actor, draft)
        form.more = [about]
        return _page(request, actor, draft, form)
    if "look" in request.POST:
        return _page(request, actor, draft, form, status=422 if form.faults else 200)
    try:
        with transaction.atomic():
            begun = deciding.open_decision(
                actor, {"question": draft.question, "triggers": draft.triggers, "owner": draft.owner_id}
            )
            form.version = str(begun.version)
            return _saved(request, actor, begun, form)
    except Invalid as error:
        form.version = "0"
        form.place(error.problems)
        return _page(request, actor, draft, form, status=422)


@page("GET", "POST")
def decide(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Choose among the options. Opening the page decides nothing; what is known is frozen with the choice."""
    decision = _find(actor, key)
    if request.method == "GET":
        if not is_open(decision):
            return HttpResponseRedirect(reading.record_url(actor, registry.of(Decision), decision))
        actor.require(Verb.UPDATE, "decision")
        return _page(request, actor, decision, stored(actor, decision))
    return _decided(request, actor, decision)


def _decided(request: HttpRequest, actor: Actor, decision: Decision) -> HttpResponse:
    """The answer to the page of a question that is there."""
    actor.require(Verb.UPDATE, "decision")
    form = typed(actor, request.POST)
    if "look" in request.POST:
        return _page(request, actor, decision, form, status=422 if form.faults else 200)
    try:
        return _saved(request, actor, decision, form)
    except Invalid as error:
        form.place(error.problems)
        return _page(request, actor, decision, form, status=422)
    except Conflict:
        decision = _find(actor, f"D-{decision.number}")
        form.version = str(decision.version)  # whoever sends it again has read whose place it takes
        return _page(request, actor, decision, form, status=409)


def _saved(request: HttpRequest, actor: Actor, decision: Decision, form: DecidingForm) -> HttpResponse:
    """Keep the form, and with a choice move the day that goes with it. Raises `Invalid` and `Conflict`."""
    is_choice = "decide" in request.POST
    with transaction.atomic():
        fresh = _save(actor, decision, form, is_choice=is_choice)
        if is_choice and fresh and form.is_moving:
            moving.make_chosen_move(actor, _find(actor, f"D-{decision.number}"))
    return HttpResponseRedirect(reading.record_url(actor, registry.of(Decision), decision))


def is_open(decision: Decision) -> bool:
    return decision.status == DecisionStatus.OPEN and decision.archived_at is None


def _page(
    request: HttpRequest, actor: Actor, decision: Decision, form: DecidingForm, status: int = 200
) -> HttpResponse:
    home = f"/{actor.workspace.slug}/"
    evidence = evidence_shown(actor, decision, form.more)
    known = {label for row in evidence for label, _ in row["numbers"]} | {one.label for one in KNOWN.values()}
    held = reading.member_names(actor, [whole(one) for ids in form.roles.values() for one in ids])
    context = {
        "decision": decision,
        "key": f"D-{decision.number}" if decision.pk else "",
        "url": reading.record_url(actor, registry.of(Decision), decision) if decision.pk else home,
        "form": form,
        "options": form.option_rows(moving.moves_of(actor, form.options)),
        "known_url": f"/{actor.workspace.slug}/known",
        "evidence": evidence,
        "picked": ", ".join(row["label"].key for row in evidence if row["is_new"]),
        "numbers": sorted(known),
        "roles": [(name, label, name not in OF_ONE, form.roles.get(name, [])) for name, label in ROLES.items()],
        "members": {str(pk): name for pk, name in (reading.member_names(actor) | held).items()},
        "is_open": is_open(decision),
        "refused": status == 422,
        "changed_by": history.changed_by(actor, decision) if status == 409 else "",
    }
    return render(request, "decisions/deciding/decide.html", context, status=status)


def evidence_shown(actor: Actor, decision: Decision, more: Iterable[int] = ()) -> list[dict[str, Any]]:
    """What the decision rests on, and what `more` it is to rest on, with the numbers as they stand."""
    held = dict(queries.evidence_of(actor, decision.pk).values_list("record_id", "note"))
    notes = {**dict.fromkeys(more, ""), **held}
    ids = [*held, *(pk for pk in notes if pk not in held)]
    labels, measures = reading.labels_of_any(actor, ids), queries.measures_of(actor, ids)
    return [
        {
            "id": str(pk),
            "is_new": pk not in held,
            "label": labels[pk],
            "url": labels[pk].url(actor),
            "note": notes[pk],
            "numbers": [
                (quantity_named(name).label, drawn_value(value))
                for name, value in sorted(measures.get(pk, {}).items())
                if name not in UNSAID
            ],
        }
        for pk in ids
        if pk in labels
    ]


def drawn_value(value: MeasureValue) -> SafeString:
    if value.is_date:
        low, likely, high = (date.fromordinal(round(one)) for one in (value.p10, value.p50, value.p90))
        return cells.day_interval(cells.DayInterval(low, likely, high))
    if value.p10 == value.p90:
        return cells.text(_fact(value))
    return draw_value(value, value.name)


def _fact(value: MeasureValue) -> str:
    if quantity_named(value.name).is_share:
        return formats.percent(value.p50)
    if value.unit == "%":
        return formats.percent(value.p50 / 100)
    return f"{formats.telling(value.p50)} {value.unit}".strip()


def _save(actor: Actor, decision: Decision, form: DecidingForm, *, is_choice: bool) -> bool:
    """Keep all that was typed, and decide only when that button was pressed; False where it was pressed twice.

    Raises `Invalid` and `Conflict`.
    """
    values = form.values(actor, decision)
    if not is_open(decision):
        if _is_as_decided(decision, form, values):
            return False
        raise Conflict(decision)
    if is_choice and not form.picked:
        way = "mark the option to take" if values["options"] else "write down an option and mark it"
        form.faults["choice"].append(f"{way}, or keep the question open")
    if form.faults:
        raise Invalid([])
    version = whole(form.version)
    with transaction.atomic():
        deciding.remove_evidence(actor, decision.pk, [pk for one in form.without if (pk := whole(one))])
        deciding.add_evidence(actor, decision.pk, _new_evidence(actor, decision, form))
        if is_choice:
            deciding.decide(actor, decision.pk, form.picked, version=version, **values)
        else:
            changes.update(actor, registry.of(Decision), [Edit(decision.pk, values, version)], "worked on the question")
    return True


def _new_evidence(actor: Actor, decision: Decision, form: DecidingForm) -> dict[int, str]:
    """The records named that it does not rest on yet: those it does keep their notes."""
    held = set(queries.evidence_of(actor, decision.pk).values_list("record_id", flat=True))
    return {pk: "" for pk in form.kept if pk not in held}


def _is_as_decided(decision: Decision, form: DecidingForm, values: Mapping[str, Any]) -> bool:
    same = all(getattr(decision, name) == values[name] for name in ("options", "roles", "triggers"))
    texts = all(stored_text(decision, name) == values[name].strip() for name in TEXTS)
    return same and texts and decision.choice == form.picked


@page("POST")
def reopen(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Ask the question anew; the old decision holds until the new one is made."""
    fresh = deciding.reopen(actor, _find(actor, key).pk, request.POST.get("why", "").strip()[:2000])
    return HttpResponseRedirect(f"/{actor.workspace.slug}/decisions/D-{fresh.number}/decide")


@page("POST")
def move(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Move the day that the chosen option moves, where that was not done with the decision."""
    decision = _find(actor, key)
    change_id = moving.make_chosen_move(actor, decision)
    made = moving.chosen_move(actor, decision)
    return changed(f"Moved {made.words}" if made else "Moved", undo=history.undo_url(actor, change_id))


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
