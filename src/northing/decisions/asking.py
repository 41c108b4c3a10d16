"""What waiting costs, and what could be found out first: the facts on a card of what needs a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from northing.access.actor import Actor
from northing.decisions.attention import Ask
from northing.decisions.models import Decision
from northing.decisions.quantities import quantity_named
from northing.decisions.queries import EstimateLine, estimates_of, measures_of
from northing.decisions.rules import MeasureValue
from northing.kit.reading import labels_of_any
from northing.ui import formats

COST_OF_DELAY = "cost_of_delay"
_ASKS = 2
_WIDE = 2.5  # P90 over P10 from which on a range is worth narrowing


def cost_of_a_week(actor: Actor, record_ids: Iterable[int]) -> MeasureValue | None:
    """What a week's waiting with these records costs: their estimated costs of delay, those that have one, summed.

    The sum of the P10s and P90s is a little wider than the true 80 % range, unless all go wrong together.
    """
    found = measures_of(actor, record_ids, [COST_OF_DELAY])
    known = [values[COST_OF_DELAY] for values in found.values()]
    if not known:
        return None
    low, likely, high = (sum(getattr(value, name) for value in known) for name in ("p10", "p50", "p90"))
    return MeasureValue(known[0].record_id, COST_OF_DELAY, low, likely, high)


def cost_in_words(actor: Actor, cost: MeasureValue | None) -> str:
    """One sentence; empty where nobody has estimated it."""
    if cost is None:
        return ""
    return f"A week's waiting costs {formats.number_range(cost.p10, cost.p50, cost.p90, actor.workspace.currency)}."


def contributors(decision: Decision, members: Mapping[int, str]) -> list[Ask]:
    """Those who are to contribute to a decision."""
    given = decision.roles.get("contributors") or []
    return [Ask(members[pk], "contributes to this decision") for pk in given if pk in members][:_ASKS]


def widest(actor: Actor, record_ids: Sequence[int]) -> list[Ask]:
    """The estimates about these records that leave most open, with whoever made them."""
    lines = [line for line in estimates_of(actor, record_ids) if line.p10 > 0 and line.p90 / line.p10 >= _WIDE]
    lines.sort(key=lambda line: (-line.p90 / line.p10, line.id))
    titles = labels_of_any(actor, [line.record_id for line in lines[:_ASKS]])
    return [ask_about(line, titles[line.record_id].title) for line in lines[:_ASKS] if line.record_id in titles]


def ask_about(line: EstimateLine, title: str, worth: str = "") -> Ask:
    """What to ask whoever estimated something."""
    label = quantity_named(line.quantity).label
    spread = formats.number_range(line.p10, line.p50, line.p90, line.unit)
    return Ask(line.author or "Whoever knows", f"{label} of {title}: {spread}", worth or "The range is wide.")
