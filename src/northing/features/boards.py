"""The board: features by status, moved by pointer, key or menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import measures_of
from northing.features import queries
from northing.features.models import Feature, Status
from northing.features.rules import status_words
from northing.kit import changes, reading
from northing.kit.changes import Edit
from northing.kit.history import latest_undo_url
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole
from northing.products.public import PRODUCT
from northing.ui import cells
from northing.ui.toasts import toast

CARDS = 30
_SHOWN = ("value", "effort")  # the first that a feature has stands on its card


@page("GET")
def board(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every status as a column, with the newest features of each."""
    record_type = registry.of(Feature)
    actor.require(Verb.VIEW, record_type.name)
    products = list(PRODUCT.model.objects.within(actor).filter(archived_at=None).order_by("name")[:200])
    product = _chosen(request, "product")
    owner = _chosen(request, "owner")
    where = Q(**({"product": product} if product else {}), **({"owner": owner} if owner else {}))
    columns = queries.board(actor, where, CARDS)
    counts = queries.status_counts(actor, where)
    words = status_words(_kind(products, product))
    is_empty = not counts and not where
    numbers = _numbers(actor, [feature.pk for column in columns for feature in column.features])
    context = {
        "columns": [
            {
                "status": column.status,
                "label": words[column.status],
                "tone": record_type.tones["status"][column.status],
                "count": counts.get(column.status, 0),
                "more": column.more,
                "cards": [_card(actor, feature, numbers) for feature in column.features],
            }
            for column in ([] if is_empty else columns)
        ],
        "is_empty": is_empty,
        "products": [(one.pk, one.name, one.pk == product) for one in products],
        "owners": [(pk, name, pk == owner) for pk, name in reading.member_names(actor).items()],
        "workspace": actor.workspace.slug,
        "filter": f"{f'&product={product}' if product else ''}{f'&owner={owner}' if owner else ''}",
        "may_update": actor.may(Verb.UPDATE, record_type.name),
        "may_create": actor.may(Verb.CREATE, record_type.name),
    }
    return render(request, "features/board.html", context)


def _chosen(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Invalid([Problem(name, text, "choose one of the list")])
    return int(text or 0)


def _kind(products: Sequence[Any], chosen: int) -> str:
    """The kind of product whose words are read: of the one chosen, else the one kind that all have, else none."""
    kinds = {product.kind for product in products if not chosen or product.pk == chosen}
    return kinds.pop() if len(kinds) == 1 else ""


def _numbers(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """The number on each card: its value, else its effort."""
    found: dict[int, str] = {}
    for pk, measures in measures_of(actor, ids, _SHOWN).items():
        name = next(name for name in _SHOWN if name in measures)
        value = measures[name]
        interval = cells.Interval(value.p10, value.p50, value.p90, value.assumed, value.source)
        found[pk] = cells.interval(interval, unit=value.unit)
    return found


def _card(actor: Actor, feature: Feature, numbers: dict[int, str]) -> dict[str, Any]:
    record_type = registry.of(Feature)
    return {
        "feature": feature,
        "key": record_type.key(feature),
        "url": reading.record_url(actor, record_type, feature),
        "number": numbers.get(feature.pk, ""),
        "owner": str(feature.owner.user) if feature.owner else "",
    }


@page("POST")
def move(request: HttpRequest, actor: Actor, record_id: int) -> HttpResponse:
    """Give a feature the status of the column it was put into."""
    record_type = registry.of(Feature)
    status, version = request.POST.get("column", ""), request.POST.get("version", "")
    if status not in Status.values:
        raise Invalid([Problem("column", status, f"use one of: {', '.join(Status.values)}")])
    edit = Edit(record_id, {"status": status}, whole(version))
    [feature] = changes.update(actor, record_type, [edit], "moved on the board")
    response = HttpResponse(status=204)
    response["X-Version"] = str(feature.version)
    if version == str(feature.version):
        return response  # put back where it was
    text = f"{record_type.key(feature)} is now {feature.get_status_display().lower()}"
    return toast(response, text, undo=latest_undo_url(actor, feature))
