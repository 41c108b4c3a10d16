"""What all charts share: the face, the look, and small pieces of specification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from northing.ui import formats

Spec = dict[str, Any]
Coordinate = float | date

# Ticks are written as `northing.figures` writes numbers: "5,000", "20 k", "1.5 M".
_TICK = (
    "abs(datum.value) < 1e4 ? format(datum.value, ',~r')"
    " : abs(datum.value) < 1e6 ? format(datum.value / 1e3, ',~r') + ' k'"
    " : abs(datum.value) < 1e9 ? format(datum.value / 1e6, ',~r') + ' M'"
    " : format(datum.value / 1e9, ',~r') + ' bn'"
)

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True)
class DataTable:
    """The same numbers as rows, for those who cannot or would rather not look at the picture."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


class Chart(Protocol):
    """A picture of numbers that can also say them."""

    def spec(self) -> Spec:
        """The Vega-Lite specification without size and look; colours are names of tokens."""

    def summary(self) -> str:
        """One or two sentences that say what the picture shows."""

    def table(self) -> DataTable:
        """The numbers behind the picture."""


def token(name: str) -> str:
    """A colour of the style sheet, looked up where the chart is drawn."""
    return f"token:{name}"


def finished(chart: Chart, height: int, width: int | str = "container") -> Spec:
    """The whole specification: a chart's own part with size, description and look."""
    return {
        "$schema": _SCHEMA,
        "description": chart.summary(),
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": None,
        "config": _look(),
        **chart.spec(),
    }


def _look() -> Spec:
    text = {"labelColor": token("ink-2"), "titleColor": token("ink-2"), "labelFontSize": 11.5, "titleFontSize": 11.5}
    return {
        "font": "Inter",
        "view": {"stroke": None},
        "axis": {
            **text,
            "titleFontWeight": 500,
            "titlePadding": 10,
            "labelPadding": 6,
            "gridColor": token("line"),
            "domainColor": token("line"),
            "ticks": False,
            "labelLimit": 220,
        },
        "axisQuantitative": {"labelExpr": _TICK},
        "legend": {
            **text,
            "title": None,
            "orient": "top",
            "symbolType": "square",
            "symbolSize": 90,
            "symbolOpacity": 1,
            "offset": 4,
        },
        "line": {"strokeWidth": 2, "strokeJoin": "round", "strokeCap": "round"},
        "text": {"fontSize": 11.5, "color": token("ink")},
        "bar": {"cornerRadiusEnd": 3},
    }


def values(rows: Sequence[Spec]) -> Spec:
    """Rows as the data of a chart or layer."""
    return {"values": list(rows)}


def plain(value: Coordinate) -> float | str:
    """A coordinate as JSON."""
    return value.isoformat() if isinstance(value, date) else value


def written(value: Coordinate) -> str:
    """A coordinate as text."""
    return formats.day(value) if isinstance(value, date) else formats.significant(value, 3)


def axis_type(coordinates: Sequence[Coordinate]) -> str:
    """Whether an axis shows time or numbers."""
    return "temporal" if coordinates and isinstance(coordinates[0], date) else "quantitative"


def tall_enough(names: int, each: int = 32, least: int = 220) -> int:
    """The height of a chart with one row a name, so that rows stay as tall in long lists."""
    return max(least, names * each + 64)


def names_axis(field: str) -> Spec:
    """A vertical list of names in the order given."""
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"domain": False, "grid": False, "labelColor": token("ink")},
    }
