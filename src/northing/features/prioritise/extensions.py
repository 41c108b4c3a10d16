"""What this adds to the pages of features and work packages, and to the menu."""

from __future__ import annotations

from northing.access.roles import Verb
from northing.decisions.public import estimate_column, estimates_panel, measure_column
from northing.features.prioritise.queries import RANK, SCORE
from northing.kit.extensions import MenuEntry, Place, extensions

extensions.add_menu(
    MenuEntry(
        group="Plan",
        label="Prioritise",
        path="prioritise/",
        icon="chart-scatter",
        order=30,
        key="p",
        also="rank ranking score order voices rice ice wsjf cost of delay",
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
extensions.add_column(
    "feature",
    measure_column(RANK, "Rank", of="feature"),
    measure_column(SCORE, "Score", of="feature"),
)
extensions.add_column("work_package", estimate_column("effort", of="work_package"))
extensions.add_panel("feature", estimates_panel("effort", "reach", "impact", "value"))
extensions.add_panel("work_package", estimates_panel("effort", "lead_time"))
