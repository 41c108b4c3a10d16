"""Charts of uncertainty itself: scatter with 50 % regions, density, histogram."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from northing.ui import formats
from northing.ui.cells import Interval
from northing.ui.charts.base import DataTable, Spec, token, values

# Half-axis, in standard deviations, of the region that holds half of a bivariate normal: sqrt(2 ln 2).
_HALF_REGION = math.sqrt(2 * math.log(2))
_Z_90 = 1.2815515655446004
_ELLIPSE_POINTS = 36

# "500" and "20k", but "0.5" where the usual short form would read "500m".
_SHORT = "datum.value < 1 ? format(datum.value, '~g') : format(datum.value, '~s')"


@dataclass(frozen=True, slots=True)
class Spot:
    """A thing with two uncertain numbers and its chance of being on the frontier (0 to 1)."""

    key: str
    title: str
    x: Interval
    y: Interval
    frontier_chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Scatter:
    """Things by two uncertain numbers: medians, 50 % regions, and the frontier through the best medians.

    `better_x` says which end of the x axis is wanted: "low" for effort, "high" for a second kind of value. More of
    y is always better. Axes are logarithmic when every bound is positive. The regions take both numbers as
    independent and normal (on the axes' scale) with the given P10 and P90.
    """

    spots: Sequence[Spot]
    x_title: str
    y_title: str
    better_x: Literal["low", "high"] = "low"

    def frontier(self) -> list[Spot]:
        """The spots that no other beats on both medians, in order of x."""
        sign = 1 if self.better_x == "low" else -1
        best: list[Spot] = []
        for spot in sorted(self.spots, key=lambda one: (sign * one.x.mid, -one.y.mid)):
            if not best or spot.y.mid > best[-1].y.mid:
                best.append(spot)
        return sorted(best, key=lambda one: one.x.mid)

    def _is_log(self) -> bool:
        return all(min(one.x.low, one.y.low) > 0 for one in self.spots)

    def spec(self) -> Spec:
        """Regions, frontier, points, and the keys of the frontier's points."""
        log = self._is_log()
        best = {one.key for one in self.frontier()}
        x = _axis(self.x_title, [one.x for one in self.spots], log)
        y = _axis(self.y_title, [one.y for one in self.spots], log)
        place = {"x": {"field": "x", **x}, "y": {"field": "y", **y}}
        outlines = [row | {"best": spot.key in best} for spot in self.spots for row in _ellipse(spot, log)]
        points = [self._row(spot, spot.key in best) for spot in self.spots]
        on_frontier = {"filter": "datum.best"}
        return {
            "datasets": {"spots": points, "regions": outlines},
            "data": {"name": "spots"},
            "layer": [
                _regions(place, "!datum.best", "viz-mute", 0.1),
                _regions(place, "datum.best", "accent", 0.16),
                {
                    "transform": [on_frontier],
                    "mark": {
                        "type": "line",
                        "interpolate": "step-after" if self.better_x == "low" else "step-before",
                        "color": token("accent"),
                        "strokeWidth": 1.5,
                        "strokeDash": [5, 3],
                    },
                    "encoding": place,
                },
                {
                    "mark": {"type": "circle", "size": 70, "opacity": 1, "stroke": token("raised"), "strokeWidth": 1.5},
                    "encoding": {
                        **place,
                        "color": {
                            "condition": {"test": "datum.best", "value": token("accent")},
                            "value": token("viz-mute"),
                        },
                        "tooltip": [
                            {"field": "title", "title": "Feature"},
                            {"field": "x_text", "title": self.x_title},
                            {"field": "y_text", "title": self.y_title},
                            {"field": "chance", "title": "On the frontier"},
                        ],
                    },
                },
                {
                    "transform": [on_frontier],
                    "mark": {"type": "text", "align": "right", "dx": -8, "dy": -9, "fontWeight": 600},
                    "encoding": {**place, "text": {"field": "key"}},
                },
            ],
        }

    @staticmethod
    def _row(spot: Spot, best: bool) -> Spec:
        return {
            "key": spot.key,
            "title": f"{spot.key} {spot.title}",
            "x": spot.x.mid,
            "y": spot.y.mid,
            "x_text": formats.number_range(spot.x.low, spot.x.mid, spot.x.high),
            "y_text": formats.number_range(spot.y.low, spot.y.mid, spot.y.high),
            "chance": formats.percent(spot.frontier_chance),
            "best": best,
        }

    def summary(self) -> str:
        """The frontier, by keys."""
        keys = ", ".join(one.key for one in self.frontier())
        return f"{len(self.spots)} by {self.x_title} and {self.y_title}. On the frontier: {keys}."

    def table(self) -> DataTable:
        """One row a spot."""
        rows = [
            tuple(self._row(one, False)[name] for name in ("title", "x_text", "y_text", "chance")) for one in self.spots
        ]
        return DataTable(("", self.x_title, self.y_title, "On the frontier"), rows)


def _axis(title: str, intervals: Sequence[Interval], log: bool) -> Spec:
    """An axis with room around the points; a logarithmic one has ticks at 1, 2 and 5 times powers of ten."""
    if not log:
        scale, axis = {"zero": False, "padding": 24}, {"tickCount": 6, "format": "~s"}
        return {"type": "quantitative", "title": title, "scale": scale, "axis": axis}
    low = math.floor(math.log10(min((one.low for one in intervals), default=1)))
    high = math.ceil(math.log10(max((one.high for one in intervals), default=1)))
    ticks = [float(f"{step}e{power}") for power in range(low, high + 1) for step in (1, 2, 5)]
    return {
        "type": "quantitative",
        "title": f"{title} (log scale)",
        "scale": {"type": "log", "nice": False, "padding": 24},
        "axis": {"values": ticks, "labelExpr": _SHORT},
    }


def _regions(place: Spec, test: str, colour: str, opacity: float) -> Spec:
    return {
        "data": {"name": "regions"},
        "transform": [{"filter": test}],
        "mark": {
            "type": "line",
            "interpolate": "linear-closed",
            "filled": True,
            "color": token(colour),
            "opacity": opacity,
        },
        "encoding": {**place, "detail": {"field": "key"}, "order": {"field": "i"}},
    }


def _ellipse(spot: Spot, log: bool) -> list[Spec]:
    """The outline of the region that holds half of the probability, on the axes' own scale."""
    there, back = (math.log, math.exp) if log else (float, float)

    def axis(value: Interval) -> tuple[float, float]:
        return there(value.mid), _HALF_REGION * (there(value.high) - there(value.low)) / (2 * _Z_90)

    (x, radius_x), (y, radius_y) = axis(spot.x), axis(spot.y)
    turn = 2 * math.pi / _ELLIPSE_POINTS
    return [
        {
            "key": spot.key,
            "i": i,
            "x": float(f"{back(x + radius_x * math.cos(i * turn)):.4g}"),
            "y": float(f"{back(y + radius_y * math.sin(i * turn)):.4g}"),
        }
        for i in range(_ELLIPSE_POINTS + 1)
    ]


@dataclass(frozen=True, slots=True)
class Density:
    """A distribution as a curve with its 80 % and 50 % bands and a tick at the median."""

    x: Sequence[float]
    y: Sequence[float]
    low: float
    mid: float
    high: float
    value_title: str

    def spec(self) -> Spec:
        """The bands, the curve, the median."""
        rows = [{"x": x, "y": y} for x, y in zip(self.x, self.y, strict=True)]
        x = {"field": "x", "type": "quantitative", "title": self.value_title, "axis": {"grid": False}}
        y = {"field": "y", "type": "quantitative", "axis": None}
        both = {"x": x, "y": y}

        def band(low: float, high: float, colour: str) -> Spec:
            inside = f"datum.x >= {low!r} && datum.x <= {high!r}"
            mark = {"type": "area", "color": token(colour)}
            return {"transform": [{"filter": inside}], "mark": mark, "encoding": both}

        median = {
            "data": values([{"x": self.mid}]),
            "mark": {"type": "rule", "strokeWidth": 2.5, "color": token("accent")},
            "encoding": {"x": x},
        }
        outline = {"mark": {"type": "line", "color": token("accent"), "strokeWidth": 1.5}, "encoding": both}
        bands = [band(self.low, self.high, "band-80"), band(self._quantile(0.25), self._quantile(0.75), "band-50")]
        return {"data": values(rows), "layer": [*bands, outline, median]}

    def _quantile(self, share: float) -> float:
        """The first point with at least a share of the area under the curve to its left (trapezoids)."""
        steps = zip(self.x, self.x[1:], self.y, self.y[1:], strict=False)
        areas = list(accumulate(((b - a) * (p + q) / 2 for a, b, p, q in steps), initial=0.0))
        at = next(i for i, area in enumerate(areas) if area >= share * areas[-1])
        return self.x[at]

    def summary(self) -> str:
        """The likely value with its range."""
        return f"{self.value_title}: likely {formats.number_range(self.low, self.mid, self.high)}."

    def table(self) -> DataTable:
        """The three quantiles."""
        rows = [
            (name, formats.significant(value, 3))
            for name, value in (("P10", self.low), ("P50", self.mid), ("P90", self.high))
        ]
        return DataTable(("", self.value_title), rows)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between edges (one edge more than counts), with a line at what was promised, if given."""

    edges: Sequence[float]
    counts: Sequence[float]
    value_title: str
    count_title: str = "Count"
    threshold: float | None = None
    threshold_label: str = ""

    def __post_init__(self) -> None:
        if len(self.edges) != len(self.counts) + 1:
            raise ValueError(
                f"Histogram: {len(self.edges)} edges for {len(self.counts)} counts; give one edge more than counts"
            )

    def spec(self) -> Spec:
        """Bars between their edges."""
        pairs = zip(self.edges, self.edges[1:], self.counts, strict=False)
        rows = [{"from": low, "to": high, "count": count} for low, high, count in pairs]
        x = {"field": "from", "type": "quantitative", "title": self.value_title, "axis": {"grid": False}}
        bars = {
            "mark": {"type": "bar", "color": token("band-50"), "binSpacing": 1, "tooltip": True},
            "encoding": {
                "x": {**x, "bin": {"binned": True}},
                "x2": {"field": "to"},
                "y": {"field": "count", "type": "quantitative", "title": self.count_title},
            },
        }
        if self.threshold is None:
            return {"data": values(rows), **bars}
        line = values([{"x": self.threshold, "label": self.threshold_label}])
        at = {"x": {"field": "x", "type": "quantitative"}}
        rule = {"mark": {"type": "rule", "strokeWidth": 2, "color": token("bad")}, "encoding": at}
        text = {
            "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 6, "y": 2, "color": token("bad")},
            "encoding": {**at, "text": {"field": "label"}},
        }
        return {"layer": [{"data": values(rows), **bars}, {"data": line, "layer": [rule, text]}]}

    def summary(self) -> str:
        """Where most of it lies."""
        total = sum(self.counts)
        if not total:
            return f"{self.value_title}: nothing yet."
        top = max(range(len(self.counts)), key=lambda i: self.counts[i])
        low, high = formats.significant(self.edges[top]), formats.significant(self.edges[top + 1])
        return f"{self.value_title}: {formats.significant(total, 3)} in all, most between {low} and {high}."

    def table(self) -> DataTable:
        """One row a bar."""
        pairs = zip(self.edges, self.edges[1:], self.counts, strict=False)
        rows = [(formats.significant(a), formats.significant(b), formats.significant(n, 3)) for a, b, n in pairs]
        return DataTable(("From", "To", self.count_title), rows)
