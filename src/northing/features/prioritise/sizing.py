"""Twenty features in a grid: one question of each, answered by keys 1 to 5 or by a number typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import (
    draw_value,
    enter_estimate,
    estimates_of,
    is_quantity,
    measures_of,
    others_estimates,
    own_entries,
    own_estimates,
    quantity_named,
)
from northing.features.actions import VOICES
from northing.features.models import Feature
from northing.features.prioritise.left_out import in_delivery
from northing.features.prioritise.queries import having, lacking, most_asked
from northing.features.prioritise.scales import SCALES, TABS, Scale
from northing.kit.problems import Invalid, Missing
from northing.kit.record_types import registry
from northing.kit.views.doors import page
from northing.ui.formats import counted

AT_ONCE = 20
MOST = 100
_VIEWS = ("yours", "sized")


@page("GET")
def grid(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The features asked for (`ids`), candidates that have no value of the quantity yet, most asked for first; with
    `yours` those that only others have sized, or with `sized` all that have a value, largest first: what was misread
    stands on top.

    What others said is hidden until one has said oneself, or asks to see it (`shown`): it would draw one's own near.
    """
    actor.require(Verb.VIEW, registry.of(Feature).name)
    quantity = _quantity(request)
    scale = SCALES.get(quantity, Scale(f"{quantity_named(quantity).label}: how much?"))
    ids = _ids(request.GET)
    view = next((name for name in _VIEWS if name in request.GET and not ids), "")
    waiting = most_asked(actor, lacking(actor, [quantity]))
    theirs, own = (said(actor, quantity).values("about") for said in (others_estimates, own_estimates))
    by_others = most_asked(actor, having(actor, quantity).filter(pk__in=theirs).exclude(pk__in=own))
    may_size = actor.may(Verb.CREATE, "estimate")
    listed = {"": waiting[:AT_ONCE], "yours": by_others[:AT_ONCE], "sized": having(actor, quantity)[:MOST]}
    found = _chosen(actor, ids) if ids else list(listed[view])
    rows = _rows(actor, found, quantity, scale, may_hide=may_size)
    context = {
        "quantity": quantity,
        "label": quantity_named(quantity).label,
        "question": scale.question.format(currency=actor.workspace.currency),
        "scale": scale,
        "tabs": [(name, quantity_named(name).label) for name in dict.fromkeys([*TABS, quantity])],
        "ids": ",".join(str(pk) for pk in ids),
        "view": view,
        "rows": rows,
        "sized": sum(bool(row["typed"]) for row in rows),
        "waiting": waiting.count(),
        "by_others": by_others.count() if may_size else 0,
        "in_delivery": in_delivery(actor),
        "can_hide": any(row["others"] for row in rows),
        "shown": "shown" in request.GET,
        "has_features": bool(rows) or Feature.objects.within(actor).filter(archived_at=None).exists(),
        "may_size": may_size,
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


def _rows(
    actor: Actor, features: Sequence[Feature], quantity: str, scale: Scale, *, may_hide: bool
) -> list[dict[str, Any]]:
    ids = [feature.pk for feature in features]
    values = measures_of(actor, ids, [quantity, VOICES])
    typed = own_entries(actor, ids, quantity)
    others: dict[int, list[str]] = defaultdict(list)
    from_file: set[int] = set()
    for line in estimates_of(actor, [pk for pk in ids if pk not in typed and pk in values], [quantity]):
        if may_hide and line.author:
            others[line.record_id].append(line.author)
        elif line.method == "imported" and not line.author:
            from_file.add(line.record_id)
    steps = {step.entered for step in scale.steps}
    rows = [_row(one, quantity, values, typed.get(one.pk, ""), others.get(one.pk, ()), steps) for one in features]
    return [row | {"from_file": row["id"] in from_file} for row in rows]


def _row(
    feature: Feature, quantity: str, values: Any, entered: str, others: Sequence[str], steps: Collection[str]
) -> dict[str, Any]:
    found = values.get(feature.pk, {})
    return {
        "id": feature.pk,
        "key": registry.of(Feature).key(feature),
        "title": feature.title,
        "voices": found[VOICES].p50 if VOICES in found else 0,
        "value": draw_value(found.get(quantity), quantity),
        "others": f"by {others[0] if len(others) == 1 else counted(len(others), 'other')}" if others else "",
        "typed": entered.upper() if entered.upper() in steps else entered,
        "is_step": entered.upper() in steps or entered in steps,
        "is_lacking": quantity not in found,
    }
