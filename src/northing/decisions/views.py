"""Entering estimates: the density while one types, and the panel that everybody's stand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.actions import enter_estimate
from northing.decisions.models import Estimate
from northing.decisions.panels import render_estimates, usual_from
from northing.decisions.planning import preview_estimate
from northing.decisions.quantities import is_quantity, quantity_named
from northing.kit import reading
from northing.kit.history import undo_url
from northing.kit.models import Record
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import RecordType, registry
from northing.kit.views.doors import page
from northing.ui import formats
from northing.ui.toasts import toast

DASH = " – "


@page("GET")
def density(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The distribution of what is being typed, to draw: points, quantiles, and the same in words."""
    try:
        quantity, entered = _typed(request.GET)
        if not entered:
            raise ValueError("A number is enough; a range says more.")
        preview = preview_estimate(quantity, entered)
    except (Invalid, ValueError) as error:
        rule = error.problems[0].rule if isinstance(error, Invalid) else str(error)
        return HttpResponse(rule, status=422, content_type="text/plain; charset=utf-8")
    low, mid, high = preview.triple
    said = _in_words(actor, quantity, preview.triple)
    words = " ".join(["Likely", said + ".", *preview.notes])
    drawn = {"x": preview.x, "y": preview.y, "low": low, "mid": mid, "high": high}
    return JsonResponse({**drawn, "words": words, "guessed": preview.assumed})


@page("GET", "POST")
def estimates(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Everybody's estimates of one record, on any type's page; a POST enters one's own."""
    record_type, record = _record(actor, key)
    usual = usual_from(request.GET.get("usual", ""))
    if request.method == "GET":
        return HttpResponse(render_estimates(request, actor, record, usual))
    actor.require(Verb.CREATE, registry.of(Estimate).name)
    try:
        quantity, entered = _typed(request.POST)
        basis = request.POST.get("basis", "").strip()
        row = {"about": record.pk, "quantity": quantity, "entered": entered, "basis": basis}
        estimate, change_id = enter_estimate(actor, row)
    except Invalid as error:
        shown = render_estimates(request, actor, record, usual, refused=error.problems)
        return HttpResponse(shown, status=422)
    said = _in_words(actor, quantity, (estimate.p10, estimate.p50, estimate.p90))
    text = f"{quantity_named(quantity).label} of {record_type.key(record)}: {said}. {estimate.notes}".strip()
    may_undo = actor.may(Verb.ARCHIVE, registry.of(Estimate).name)
    undo = undo_url(actor, change_id if may_undo else None)
    return toast(HttpResponse(render_estimates(request, actor, record, usual)), text, undo=undo)


def _record(actor: Actor, key: str) -> tuple[RecordType, Any]:
    spine = Record.objects.within(actor).get(pk=reading.find_any(actor, key))
    record_type = registry.named(spine.type)
    return record_type, reading.get_record(actor, record_type, key)


def _typed(fields: Mapping[str, str]) -> tuple[str, str]:
    """The quantity, and the estimate as one text: the box, or the three fields written as a range."""
    quantity = fields.get("quantity", "effort")
    if not is_quantity(quantity):
        raise Invalid([Problem("quantity", quantity, "must be a word such as effort or battery_life")])
    entered = fields.get("entered", "").strip()
    low, mid, high = (fields.get(name, "").strip() for name in ("low", "mid", "high"))
    if entered or not (low or mid or high):
        return quantity, entered
    if bool(low) != bool(high):
        missing = "high" if low else "low"
        raise Invalid([Problem(missing, "", "give low and high, or only the likely value")])
    return quantity, DASH.join(value for value in (low, mid, high) if value)


def _in_words(actor: Actor, quantity: str, triple: tuple[float | None, ...]) -> str:
    known = quantity_named(quantity)
    factor, unit = (100, "%") if known.is_share else (1, known.unit_in(actor.workspace.currency))
    low, mid, high = (factor * (value or 0.0) for value in triple)
    return formats.number_range(low, mid, high, unit) if low < high else f"{formats.significant(mid)} {unit}".strip()
