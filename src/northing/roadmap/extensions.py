"""What this module adds to the frame and to records of earlier modules."""

from __future__ import annotations

from northing.decisions.public import measure_column
from northing.kit.extensions import MenuEntry, Panel, extensions
from northing.roadmap import panels
from northing.roadmap.rules import DATED, FORECAST

extensions.add_menu(MenuEntry(group="Plan", label="Roadmap", path="roadmap/", icon="chart-gantt", order=40, key="r"))
for _name in DATED:
    extensions.add_column(_name, measure_column(FORECAST, "Forecast", of=_name))
    extensions.add_panel(_name, Panel(name="dates", title="Dates", render=panels.dates, order=15))
