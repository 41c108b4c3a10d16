"""Twenty features in a grid: one question of each, answered by keys 1 to 5 or by a number typed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import (
    draw_value,
    enter_estimate,
    is_quantity,
    measures_of,
    own_entries,
    quantity_named,
)
from northing.features.actions import VOICES
from northing.features.models import Feature
from northing.features.prioritise.queries import having, lacking, most_asked
from northing.features.prioritise.scales import SCALES, TABS, Scale
from northing.kit.problems import Invalid, Missing
from northing.kit.record_types import registry
from northing.kit.views.doors import page

AT_ONCE = 20
MOST = 100


@page("GET")
def grid(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The features asked for (`ids`), candidates that have no value of the quantity yet, most asked for first, or with
    `sized` those that have one, largest first: what was misread stands on top."""
    actor.require(Verb.VIEW, registry.of(Feature).name)
    quantity = _quantity(request)
    scale = SCALES.get(quantity, Scale(f"{quantity_named(quantity).label}: how much?"))
    ids = _ids(request.GET)
    waiting = most_asked(actor, lacking(actor, [quantity]))
    shows_sized = "sized" in request.GET and not ids
    if shows_sized:
        rows = list(having(actor, quantity)[:MOST])
    else:
        rows = _chosen(actor, ids) if ids else list(waiting[:AT_ONCE])
    values = measures_of(actor, [row.pk for row in rows], [quantity, VOICES])
    typed = own_entries(actor, [row.pk for row in rows], quantity)
    steps = {step.entered for step in scale.steps}
    context = {
        "quantity": quantity,
        "label": quantity_named(quantity).label,
        "question": scale.question.format(currency=actor.workspace.currency),
        "scale": scale,
        "tabs": [(name, quantity_named(name).label) for name in dict.fromkeys([*TABS, quantity])],
        "ids": ",".join(str(pk) for pk in ids),
        "rows": [_row(actor, row, quantity, values, typed, steps) for row in rows],
        "sized": sum(row.pk in typed for row in rows),
        "shows_sized": shows_sized,
        "waiting": waiting.count(),
        "has_features": bool(rows) or Feature.objects.within(actor).filter(archived_at=None).exists(),
        "may_size": actor.may(Verb.CREATE, "estimate"),
        "slug": actor.workspace.slug,
    }
    return render(request, "features/sizing.html", context)


@page("POST")
def size(request: HttpRequest, actor: Actor, record_id: int) -> HttpResponse:
    """Enter one's estimate of one feature; the answer is its value now, to be drawn in its row."""
    quantity = _quantity(request)
    if not Feature.objects.within(actor).filter(pk=record_id, archived_at=None).exists():
        raise Missing(f"feature {record_id}")
    entered = request.POST.get("size", "").strip()
    try:
        enter_estimate(actor, {"about": record_id, "quantity": quantity, "entered": entered})
    except Invalid as error:
        return HttpResponse(error.problems[0].rule, status=422, content_type="text/plain; charset=utf-8")
    value = measures_of(actor, [record_id], [quantity])[record_id][quantity]
    return HttpResponse(draw_value(value, quantity))


def _quantity(request: HttpRequest) -> str:
    name = request.GET.get("quantity", "effort")
    if not is_quantity(name):
        raise Missing(f"quantity {name!r}")
    return name


def _ids(query: QueryDict) -> list[int]:
    """Record ids, written `ids=4,5` or `ids=4&ids=5`."""
    words = [word for text in query.getlist("ids") for word in text.split(",")]
    return list(dict.fromkeys(int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 16))[
        :MOST
    ]


def _chosen(actor: Actor, ids: list[int]) -> list[Feature]:
    known = Feature.objects.within(actor).filter(archived_at=None).in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]


def _row(
    actor: Actor, feature: Feature, quantity: str, values: Any, typed: dict[int, str], steps: Collection[str]
) -> dict[str, Any]:
    entered, found = typed.get(feature.pk, ""), values.get(feature.pk, {})
    return {
        "id": feature.pk,
        "key": registry.of(Feature).key(feature),
        "title": feature.title,
        "voices": found[VOICES].p50 if VOICES in found else 0,
        "value": draw_value(found.get(quantity), quantity),
        "typed": entered.upper() if entered.upper() in steps else entered,
        "is_step": entered.upper() in steps or entered in steps,
        "is_lacking": quantity not in found,
    }
