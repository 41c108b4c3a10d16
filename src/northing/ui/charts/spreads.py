"""Charts of uncertainty itself: scatter with 50 % regions, density, histogram."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from textwrap import shorten
from typing import Literal

from northing.ui import formats
from northing.ui.cells import Interval
from northing.ui.charts.base import DataTable, Spec, token, values
from northing.ui.charts.placing import PADDING, Dot, places

# Half-axis, in standard deviations, of the region that holds half of a bivariate normal: sqrt(2 ln 2).
_HALF_REGION = math.sqrt(2 * math.log(2))
_Z_90 = 1.2815515655446004
_ELLIPSE_POINTS = 36

_MOST_NAMED = 10
_CROWDED = 2.5  # times the picture's area that regions may cover together; beyond, they would be one blob
_REGIONS_KEPT = 3
_NAME_LENGTH = 30
_NARROW = 460  # pixels of width below which only keys fit


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
    y is always better. An axis is logarithmic when every bound on it is positive. The regions take both numbers as
    independent and normal (on the axes' scale) with the given P10 and P90; where they would cover each other, only the
    first few have one. Of two numbers `on_one_scale` the axes are linear and equal, and the diagonal, above which y
    exceeds x, stands for the frontier: the first few are marked. `best` says in words what the frontier is.
    """

    spots: Sequence[Spot]
    """The best first: the frontier's and the first few are named in the picture."""
    x_title: str
    y_title: str
    better_x: Literal["low", "high"] = "low"
    on_one_scale: bool = False
    best: str = "no other is better on both counts"

    def frontier(self) -> list[Spot]:
        """The spots that no other beats on both medians, in order of x."""
        sign = 1 if self.better_x == "low" else -1
        best: list[Spot] = []
        for spot in sorted(self.spots, key=lambda one: (sign * one.x.mid, -one.y.mid)):
            if not best or spot.y.mid > best[-1].y.mid:
                best.append(spot)
        return sorted(best, key=lambda one: one.x.mid)

    def spec(self) -> Spec:
        """Regions, frontier, points, and the names of the best."""
        best = {one.key for one in self._best()}
        along = self._along()
        x, y = along[0].axis(self.x_title), along[1].axis(self.y_title)
        place = {"x": {"field": "x", **x}, "y": {"field": "y", **y}}
        drawn = self.spots[:_REGIONS_KEPT] if self._is_crowded() else self.spots
        outlines = [row | {"best": spot.key in best} for spot in drawn for row in _ellipse(spot, *along)]
        names = self._names(*along)
        points = [self._row(spot, spot.key in best) | names.get(spot.key, {}) for spot in self.spots]
        return {
            "datasets": {"spots": points, "regions": outlines},
            "data": {"name": "spots"},
            "layer": [
                _regions(place, "!datum.best", "viz-mute", 0.09),
                _regions(place, "datum.best", "accent", 0.16),
                self._line(place, along[0]),
                _written(place, halo=True),
                _written(place, halo=False),
                {
                    "mark": {"type": "circle", "size": 80, "opacity": 1, "stroke": token("raised"), "strokeWidth": 1.5},
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
                            {"field": "chance", "title": f"Chance that {self.best}"},
                        ],
                    },
                },
            ],
        }

    def _line(self, place: Spec, along: _Along) -> Spec:
        """The dashed line: the frontier, or the diagonal."""
        look: Spec = {"type": "line", "color": token("accent"), "strokeWidth": 1.5, "strokeDash": [5, 3]}
        if self.on_one_scale:
            ends = [{"x": end, "y": end} for end in (along.low, along.high)]
            return {"data": {"values": ends}, "mark": look, "encoding": place}
        interpolate = "step-after" if self.better_x == "low" else "step-before"
        return {
            "transform": [{"filter": "datum.best"}],
            "mark": {**look, "interpolate": interpolate},
            "encoding": place,
        }

    def _best(self) -> Sequence[Spot]:
        return self.spots[:_MOST_NAMED] if self.on_one_scale else self.frontier()

    def _along(self) -> tuple[_Along, _Along]:
        xs, ys = [one.x for one in self.spots], [one.y for one in self.spots]
        if self.on_one_scale:
            return (both := _Along.over([*xs, *ys], linear=True)), both
        return _Along.over(xs), _Along.over(ys)

    def _is_crowded(self) -> bool:
        """Whether the regions would cover each other."""
        x, y = self._along()
        area = sum(math.pi * _radius(one.x, x.log) * _radius(one.y, y.log) for one in self.spots)
        return area > _CROWDED * (x.high - x.low) * (y.high - y.low)

    def legend(self) -> str:
        """What the marks mean."""
        few = f" (drawn for the first {_REGIONS_KEPT})" if self._is_crowded() else ""
        line = "Dashed: as much of one as of the other" if self.on_one_scale else f"Blue, dashed: {self.best}"
        return f"{line}. Shaded: half of all cases lie inside{few}."

    def _names(self, along_x: _Along, along_y: _Along) -> dict[str, Spec]:
        """What is written beside the frontier's points and beside the first few, where there is room."""
        best = self._best()
        chosen = [*best, *(spot for spot in self.spots if spot not in best)][:_MOST_NAMED]
        there = Counter((spot.x.mid, spot.y.mid) for spot in self.spots)
        first_there = {(spot.x.mid, spot.y.mid): spot for spot in reversed(chosen)}.values()
        words = {
            spot.key: shorten(spot.title or spot.key, _NAME_LENGTH, placeholder="…")
            + (f" +{more}" if (more := there[spot.x.mid, spot.y.mid] - 1) else "")
            for spot in chosen
            if spot in first_there
        }
        dots = {spot.key: Dot(along_x.share(spot.x.mid), along_y.share(spot.y.mid)) for spot in self.spots}
        found = places(dots, list(words.items()))
        return {
            key: {"name": words[key], "align": place.align, "dx": place.dx, "dy": place.dy}
            for key, place in found.items()
        }

    @staticmethod
    def _row(spot: Spot, best: bool) -> Spec:
        return {
            "key": spot.key,
            "title": f"{spot.key} {spot.title}",
            "x": spot.x.mid,
            "y": spot.y.mid,
            "x_text": _in_words(spot.x),
            "y_text": _in_words(spot.y),
            "chance": formats.percent(spot.frontier_chance),
            "best": best,
        }

    def summary(self) -> str:
        """Which ones no other beats on both counts, or are above the diagonal; and how to read the axes."""
        if self.on_one_scale:
            above = sum(one.y.mid > one.x.mid for one in self.spots)
            verb = "stands" if above == 1 else "stand"
            y, x = (title.split(",")[0].lower() for title in (self.y_title, self.x_title))
            return f"{len(self.spots)} in all; {above} {verb} above the line: more {y} than {x}."
        best = formats.listed([f"{one.title} ({one.key})" if one.title else one.key for one in self.frontier()], "or")
        is_log = any(one.log for one in self._along())
        axes = " Where an axis has no 0, each line is about twice the one before." if is_log else ""
        return f"{self.best[:1].upper()}{self.best[1:]} than {best}. {len(self.spots)} in all.{axes}"

    def table(self) -> DataTable:
        """One row a spot."""
        rows = [
            tuple(self._row(one, False)[name] for name in ("title", "x_text", "y_text", "chance")) for one in self.spots
        ]
        return DataTable(("", self.x_title, self.y_title, f"Chance that {self.best}"), rows)


def _in_words(value: Interval) -> str:
    if value.low == value.high:
        return formats.significant(value.mid, 3)
    return formats.number_range(value.low, value.mid, value.high)


@dataclass(frozen=True, slots=True)
class _Along:
    """One axis: whether it is logarithmic, and the ends of what is drawn on it, on its own scale."""

    log: bool
    low: float
    high: float

    @classmethod
    def over(cls, values: Sequence[Interval], *, linear: bool = False) -> _Along:
        log = not linear and all(min(one.low, one.mid) > 0 for one in values)
        there = math.log if log else float
        reach = [(there(one.mid), _radius(one, log)) for one in values] or [(0.0, 1.0)]
        low, high = min(mid - radius for mid, radius in reach), max(mid + radius for mid, radius in reach)
        return cls(log, 0.0 if not log and min(mid for mid, _ in reach) >= 0 else low, high)

    def share(self, value: float) -> float:
        """How far along the axis a value lies, from 0 to 1."""
        return ((math.log(value) if self.log else value) - self.low) / ((self.high - self.low) or 1.0)

    def axis(self, title: str) -> Spec:
        """With room around the points, but none below a count of nothing; logarithmic: ticks at 1, 2 and 5 times
        powers of ten."""
        plain: Spec = {"type": "quantitative", "title": title}
        if not self.log:
            scale = {"domainMin": 0} if self.low == 0 else {"zero": False, "padding": PADDING}
            return plain | {"scale": scale, "axis": {"tickCount": 6}}
        powers = range(math.floor(self.low / math.log(10)), math.ceil(self.high / math.log(10)) + 1)
        ticks = [float(f"{step}e{power}") for power in powers for step in (1, 2, 5)]
        return plain | {"scale": {"type": "log", "nice": False, "padding": PADDING}, "axis": {"values": ticks}}


def _radius(value: Interval, log: bool) -> float:
    """The half-axis of the region that holds half of the probability, on the axis's own scale."""
    there = math.log if log else float
    low, high = (value.mid, value.mid) if log and value.low <= 0 else (value.low, value.high)
    return _HALF_REGION * (there(high) - there(low)) / (2 * _Z_90)


def _written(place: Spec, *, halo: bool) -> Spec:
    """The names; below them the same with a thick outline, which keeps them legible over regions and lines."""
    look: Spec = {"color": token("raised"), "stroke": token("raised"), "strokeWidth": 3.5} if halo else {}
    return {
        "transform": [{"filter": f"isValid(datum.name) && (width >= {_NARROW} || datum.best)"}],
        "mark": {
            "type": "text",
            "fontWeight": 550,
            "align": {"expr": "datum.align"},
            "baseline": "middle",
            "dx": {"expr": "datum.dx"},
            "dy": {"expr": "datum.dy"},
            "text": {"expr": f"width >= {_NARROW} ? datum.name : datum.key"},
            **look,
        },
        "encoding": place,
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
            "stroke": token(colour),
            "strokeWidth": 2,
            "opacity": opacity,
        },
        "encoding": {**place, "detail": {"field": "key"}, "order": {"field": "i"}},
    }


def _ellipse(spot: Spot, along_x: _Along, along_y: _Along) -> list[Spec]:
    """The outline of the region that holds half of the probability, on the axes' own scales."""
    turn = 2 * math.pi / _ELLIPSE_POINTS

    def at(value: Interval, along: _Along, step: float) -> float:
        there, back = (math.log, math.exp) if along.log else (float, float)
        return float(f"{back(there(value.mid) + _radius(value, along.log) * step):.4g}")

    return [
        {
            "key": spot.key,
            "i": i,
            "x": at(spot.x, along_x, math.cos(i * turn)),
            "y": at(spot.y, along_y, math.sin(i * turn)),
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
