"""The goals in the menu, and on a feature's page what it is to do to them and did."""

from __future__ import annotations

from northing.features.goals import outcomes, standing
from northing.kit.extensions import MenuEntry, Panel, extensions

extensions.add_panel("feature", Panel(name="outcome", title="Outcome", render=outcomes.panel, order=12))
extensions.add_panel(
    "objective", Panel(name="key_results", title="Key results", render=standing.of_objective, order=10)
)
extensions.add_panel(
    "key_result", Panel(name="standing", title="Where it stands", render=standing.of_key_result, order=10)
)
extensions.add_panel("metric", Panel(name="standing", title="Where it stands", render=standing.of_metric, order=10))
extensions.add_menu(
    MenuEntry(
        group="Learn",
        label="Goals",
        path="goals/",
        icon="target",
        order=80,
        key="o",
        also="okr objectives key results outcome effect impact prediction forecast measured",
    ),
    MenuEntry(
        group="Learn", label="Metrics", path="metrics/", icon="chart-line", order=82, also="kpi numbers north star"
    ),
)
