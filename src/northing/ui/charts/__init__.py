"""Charts from frozen dataclasses: one Vega-Lite specification for browser, report and slide.

>>> chart = Whiskers((Bar("Paired", 70, 66, 74), Bar("Used in week 2", 33, 30, 37)), value_title="Share, %")
>>> chart.summary()
'2 bars, from Paired at 70 (66–74) to Used in week 2 at 33 (30–37).'
"""

from northing.ui.charts.base import Chart, DataTable
from northing.ui.charts.comparisons import (
    Bar,
    Driver,
    Heatmap,
    Rank,
    RankIntervals,
    Tornado,
    Verdict,
    Whiskers,
)
from northing.ui.charts.courses import Band, Fan, Line, Lines, Marker, Point
from northing.ui.charts.render import render, render_png, render_svg
from northing.ui.charts.spreads import Density, Histogram, Scatter, Spot

__all__ = [
    "Band",
    "Bar",
    "Chart",
    "DataTable",
    "Density",
    "Driver",
    "Fan",
    "Heatmap",
    "Histogram",
    "Line",
    "Lines",
    "Marker",
    "Point",
    "Rank",
    "RankIntervals",
    "Scatter",
    "Spot",
    "Tornado",
    "Verdict",
    "Whiskers",
    "render",
    "render_png",
    "render_svg",
]
