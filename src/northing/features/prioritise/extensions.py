"""What this adds to the pages of features and work packages, and to the menu."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from northing.access.roles import Verb
from northing.decisions.public import estimate_column, estimates_panel, measure_column
from northing.features.models import ScoringModel
from northing.features.prioritise.queries import RANK, SCORE
from northing.features.prioritise.wording import places
from northing.kit.extensions import Action, MenuEntry, Place, extensions
from northing.kit.reading import record_url
from northing.kit.record_types import registry
from northing.ui import cells


def _place_text(shown: Any) -> str:
    """The place in the order that the page Prioritise shows, and the places that it may as well have."""
    return f"{shown.value.p50:.0f} ({places(shown.value.p10, shown.value.p90)})" if shown else ""


def _place(shown: Any) -> SafeString:
    if not shown:
        return cells.EMPTY
    place, spread = _place_text(shown).split()
    told = f"{shown.value.source[:1].upper()}{shown.value.source[1:]}; in brackets its places in 8 of 10 runs"
    return format_html('<span class="num" title="{}">{} <small>{}</small></span>', told, place, spread)


extensions.add_menu(
    MenuEntry(
        group="Plan",
        label="Prioritise",
        path="prioritise/",
        icon="chart-scatter",
        order=30,
        key="p",
        also="rank ranking score order voices revenue value over effort rice ice wsjf cost of delay opportunity "
        "weighted formula",
    )
)
extensions.add_places(
    Place(
        label="Sizing grid",
        path="sizing/",
        icon="ruler",
        also="size features estimate effort weeks points",
        group="Plan",
        shown=lambda actor: actor.may(Verb.CREATE, "estimate"),
    )
)
extensions.add_action(
    "scoring_model",
    Action(
        name="rank",
        label="Rank by it",
        icon="chart-scatter",
        url=lambda actor, model: f"{record_url(actor, registry.of(ScoringModel), model)}rank",
    ),
)
extensions.add_column(
    "feature",
    replace(measure_column(RANK, "Rank", of="feature"), cell=_place, text=_place_text, ascending_first=True),
    measure_column(SCORE, "Score", of="feature"),
)
extensions.add_column("work_package", estimate_column("effort", of="work_package"))
extensions.add_panel("feature", estimates_panel("effort", "reach", "impact", "value"))
extensions.add_panel("work_package", estimates_panel("effort", "lead_time"))
