"""What is estimated about a record, and by whom, as a panel of its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.models import Estimate, Method
from northing.decisions.quantities import KNOWN, Quantity, is_quantity, quantity_named
from northing.decisions.queries import EstimateLine, estimates_of, measures_on
from northing.decisions.rules import MeasureValue
from northing.kit.extensions import Panel
from northing.kit.models import RecordModel
from northing.kit.problems import Problem
from northing.kit.record_types import registry
from northing.ui import cells, formats

_IN_SIGHT = 4  # quantities; the others are folded away


def estimates_panel(*usual: str) -> Panel:
    """The panel "Estimates" of a record type; the usual quantities are shown even while nobody has estimated them."""

    def render(request: HttpRequest, actor: Actor, record: Any) -> str:
        return render_estimates(request, actor, record, usual)

    return Panel(name="estimates", title="Estimates", render=render, order=15)


@dataclass(frozen=True, slots=True)
class Block:
    """One quantity of a record: its current value, everybody's own, and what those took the place of."""

    quantity: Quantity
    value: SafeString
    words: str
    lines: Sequence[tuple[EstimateLine, SafeString, str]]
    earlier: Sequence[tuple[EstimateLine, SafeString, str]]


def render_estimates(
    request: HttpRequest,
    actor: Actor,
    record: Any,
    usual: Sequence[str],
    *,
    refused: Sequence[Problem] = (),
) -> str:
    """The panel as HTML; after a refusal with what was typed and what is wrong with it."""
    key = registry.of(type(record)).key(record)
    blocks = _blocks(actor, record, usual)
    chosen = request.POST.get("quantity", "") or (usual[0] if usual else "effort")
    more = blocks[max(len(usual), _IN_SIGHT) :]
    context = {
        "blocks": blocks[: len(blocks) - len(more)],
        "more": more,
        "more_open": any(block.quantity.name == chosen for block in more),
        "url": f"/{actor.workspace.slug}/estimates/of/{key}?usual={','.join(usual)}",
        "density_url": f"/{actor.workspace.slug}/estimates/density",
        "may_enter": actor.may(Verb.CREATE, registry.of(Estimate).name) and record.archived_at is None,
        "choices": [(name, label, name == chosen) for name, label in _choices(actor, blocks)],
        "typed": request.POST if refused else {},
        "refused": refused,
    }
    return render_to_string("decisions/estimates.html", context, request=request)


def usual_from(text: str) -> tuple[str, ...]:
    """The quantities named in an address, without what cannot be one.

    >>> usual_from("effort,reach,<b>")
    ('effort', 'reach')
    """
    return tuple(name for name in text.split(",") if is_quantity(name))[:20]


def _choices(actor: Actor, blocks: Sequence[Block]) -> Iterable[tuple[str, str]]:
    """Shown quantities first, then the others that people estimate, each with its unit."""
    estimated = [quantity.name for quantity in KNOWN.values() if not quantity.counted]
    named = dict.fromkeys([block.quantity.name for block in blocks] + estimated)
    for name in named:
        quantity = quantity_named(name)
        unit = "%" if quantity.is_share else quantity.unit_in(actor.workspace.currency)
        yield name, f"{quantity.label}, {unit}" if unit else quantity.label


def _blocks(actor: Actor, record: RecordModel, usual: Sequence[str]) -> list[Block]:
    lines, values = estimates_of(actor, [record.pk], history=True), measures_on(actor, record)
    blocks = []
    for name in dict.fromkeys([*usual, *(line.quantity for line in lines)]):
        quantity = quantity_named(name)
        own = [_drawn(line) for line in reversed(lines) if line.quantity == name]
        current = [drawn for drawn in own if drawn[0].superseded_at is None]
        earlier = [drawn for drawn in own if drawn[0].superseded_at is not None]
        shown = values.get(name)
        words = str(shown.detail.get("words", "")) if shown else ""
        blocks.append(Block(quantity, draw_value(shown, name), words, current, earlier))
    return blocks


def _drawn(line: EstimateLine) -> tuple[EstimateLine, SafeString, str]:
    value = MeasureValue(
        line.record_id, line.quantity, line.p10, line.p50, line.p90, unit=line.unit, assumed=line.assumed
    )
    return line, draw_value(value, line.quantity), line.author or Method(line.method).label


def draw_value(value: MeasureValue | None, quantity: str) -> SafeString:
    """A value with its range and unit; a share as percent, a fact without a range."""
    if value is None:
        return cells.interval(None)
    factor, unit = (100, "%") if quantity_named(quantity).is_share else (1, value.unit)
    low, likely, high = (factor * one for one in (value.p10, value.p50, value.p90))
    if low == high:
        return cells.text(f"{formats.number(round(likely, 1 if unit == '%' else 6))} {unit}".strip())
    return cells.interval(cells.Interval(low, likely, high, value.assumed, value.source), unit=unit)
