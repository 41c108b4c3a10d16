"""What this adds to the pages of features and work packages, and to the menu."""

from __future__ import annotations

from northing.decisions.public import estimates_panel, measure_column
from northing.features.prioritise.queries import RANK, SCORE
from northing.kit.extensions import MenuEntry, extensions

extensions.add_menu(
    MenuEntry(group="Plan", label="Prioritise", path="prioritise/", icon="chart-scatter", order=30, key="p")
)
extensions.add_column(
    "feature",
    measure_column(RANK, "Rank", of="feature"),
    measure_column(SCORE, "Score", of="feature"),
)
extensions.add_column("work_package", measure_column("effort", "Effort", "days", of="work_package"))
extensions.add_panel("feature", estimates_panel("effort", "reach", "impact", "value"))
extensions.add_panel("work_package", estimates_panel("effort", "lead_time"))
