"""Charts of a number over time: a forecast's fan, and lines with bands."""

from collections.abc import Sequence
from dataclasses import dataclass

from northing.ui import formats
from northing.ui.charts.base import Coordinate, DataTable, Spec, axis_type, plain, token, values, written

_HUES = ("viz-blue", "viz-amber", "viz-violet", "viz-green")


@dataclass(frozen=True, slots=True)
class Point:
    """A measured value."""

    x: Coordinate
    y: float


@dataclass(frozen=True, slots=True)
class Band:
    """A forecast value: median, 50 % band (P25 to P75) and 80 % band (P10 to P90)."""

    x: Coordinate
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float


@dataclass(frozen=True, slots=True)
class Marker:
    """Something that happened: a release, a price change."""

    x: Coordinate
    label: str


@dataclass(frozen=True, slots=True)
class Fan:
    """What was measured, and what is expected with its 50 % and 80 % bands."""

    measured: Sequence[Point]
    forecast: Sequence[Band]
    x_title: str
    y_title: str
    target: float | None = None
    target_label: str = "Target"

    def spec(self) -> Spec:
        """The bands below, then the dashed median, the measured line and the target."""
        kind = axis_type([one.x for one in self.measured] + [one.x for one in self.forecast])
        x = {"field": "x", "type": kind, "title": self.x_title, "axis": {"grid": False, "tickCount": 8}}
        y_shared = {"type": "quantitative", "title": self.y_title, "scale": {"zero": False}}

        def band(low: str, high: str, colour: str) -> Spec:
            return {
                "mark": {"type": "area", "color": token(colour)},
                "encoding": {"x": x, "y": {"field": low, **y_shared}, "y2": {"field": high}},
            }

        y_median = {"field": "p50", **y_shared}
        forecast = {
            "data": values(self._forecast_rows()),
            "layer": [
                band("p10", "p90", "band-80"),
                band("p25", "p75", "band-50"),
                {
                    "mark": {"type": "line", "strokeDash": [4, 3], "color": token("accent"), "tooltip": True},
                    "encoding": {
                        "x": x,
                        "y": y_median,
                        "tooltip": [x, {"field": "text", "title": "Likely (80 % range)"}],
                    },
                },
            ],
        }
        measured = {
            "data": values([{"x": plain(one.x), "y": one.y} for one in self.measured]),
            "mark": {"type": "line", "color": token("accent"), "tooltip": True, "point": {"size": 24}},
            "encoding": {"x": x, "y": {"field": "y", **y_shared}},
        }
        # An area over no rows at all has no extent, of which the library complains in the console.
        ahead = [forecast] if self.forecast else []
        return {"layer": [*ahead, measured, *self._target()]}

    def _forecast_rows(self) -> list[Spec]:
        return [
            {
                "x": plain(one.x),
                **{name: round(getattr(one, name), 6) for name in ("p10", "p25", "p50", "p75", "p90")},
                "text": formats.number_range(one.p10, one.p50, one.p90),
            }
            for one in self.forecast
        ]

    def _target(self) -> list[Spec]:
        if self.target is None:
            return []
        label = f"{self.target_label} {formats.significant(self.target, 3)}"
        y = {"y": {"field": "y", "type": "quantitative"}}
        rule = {"mark": {"type": "rule", "strokeDash": [2, 3], "color": token("good")}, "encoding": y}
        text = {
            "mark": {"type": "text", "align": "left", "x": 4, "dy": -8, "color": token("good"), "fontWeight": 550},
            "encoding": {**y, "text": {"field": "label"}},
        }
        return [{"data": values([{"y": self.target, "label": label}]), "layer": [rule, text]}]

    def summary(self) -> str:
        """Where it stands, where it is likely to go, and how that lies to the target."""
        parts = []
        if self.measured:
            last = self.measured[-1]
            parts.append(f"{self.y_title}: {formats.significant(last.y, 3)} at {written(last.x)}")
        if self.forecast:
            end = self.forecast[-1]
            parts.append(f"likely {formats.number_range(end.p10, end.p50, end.p90)} at {written(end.x)}")
        if self.target is not None:
            parts.append(f"{self.target_label.lower()} {formats.significant(self.target, 3)}")
        return ", ".join(parts) + "."

    def table(self) -> DataTable:
        """One row for each measured or forecast value."""
        rows = [(written(one.x), formats.significant(one.y, 3), "") for one in self.measured]
        rows += [(written(one.x), formats.significant(one.p50, 3), _range(one)) for one in self.forecast]
        return DataTable((self.x_title, self.y_title, "80 % range"), rows)


def _range(band: Band) -> str:
    return formats.interval(band.p10, band.p50, band.p90)[1]


@dataclass(frozen=True, slots=True)
class Line:
    """A named course; `low` and `high`, when given, are its 80 % band."""

    name: str
    points: Sequence[Point]
    low: Sequence[float] = ()
    high: Sequence[float] = ()

    def __post_init__(self) -> None:
        for name, bound in (("low", self.low), ("high", self.high)):
            if len(bound) not in (0, len(self.points)):
                raise ValueError(
                    f"Line {self.name!r}: {name} has {len(bound)} values for {len(self.points)} points; "
                    "give one each or none"
                )


@dataclass(frozen=True, slots=True)
class Lines:
    """Up to four courses with their bands, and markers of what happened."""

    lines: Sequence[Line]
    x_title: str
    y_title: str
    markers: Sequence[Marker] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= len(_HUES):
            raise ValueError(f"Lines: {len(self.lines)} lines; a chart tells 1 to {len(_HUES)} apart, split it")

    def spec(self) -> Spec:
        """Bands, lines and markers."""
        names = [one.name for one in self.lines]
        hues = {"domain": names, "range": [token(hue) for hue in _HUES[: len(names)]]}
        colour = {"field": "line", "type": "nominal", "scale": hues, "legend": {} if len(names) > 1 else None}
        kind = axis_type([point.x for line in self.lines for point in line.points])
        x = {"field": "x", "type": kind, "title": self.x_title, "axis": {"grid": False, "tickCount": 8}}
        y = {"type": "quantitative", "title": self.y_title}
        band = {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "area", "opacity": 0.17},
            "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}, "color": colour},
        }
        course = {
            "mark": {"type": "line", "point": {"size": 28}},
            "encoding": {
                "x": x,
                "y": {"field": "y", **y},
                "color": colour,
                "tooltip": [{"field": "at", "title": self.x_title or "When"}, {"field": "text", "title": self.y_title}],
            },
        }
        # An area over no rows at all has no extent, of which the library complains in the console.
        bands = [band] if any(line.low and line.high for line in self.lines) else []
        return {"data": values(self._rows()), "layer": [*bands, course, *self._marker_layers(x)]}

    def _rows(self) -> list[Spec]:
        rows = []
        for line in self.lines:
            for i, point in enumerate(line.points):
                bounds = {"low": line.low[i], "high": line.high[i]} if line.low and line.high else {}
                texts = {"at": written(point.x), "text": formats.significant(point.y, 3)}
                rows.append({"line": line.name, "x": plain(point.x), "y": point.y, **texts, **bounds})
        return rows

    def _marker_layers(self, x: Spec) -> list[Spec]:
        if not self.markers:
            return []
        data = values([{"x": plain(one.x), "label": one.label} for one in self.markers])
        rule = {"mark": {"type": "rule", "strokeDash": [2, 3], "color": token("ink-3")}, "encoding": {"x": x}}
        text = {
            "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 5, "y": 2, "color": token("ink-3")},
            "encoding": {"x": x, "text": {"field": "label"}},
        }
        return [{"data": data, "layer": [rule, text]}]

    def summary(self) -> str:
        """The last value of each course, and between what it lay."""
        alone = len(self.lines) == 1
        parts = [("" if alone else f"{line.name}: ") + _last_and_span(line) for line in self.lines if line.points]
        return f"{self.y_title}: {'; '.join(parts)}."

    def table(self) -> DataTable:
        """One row for each point of each course."""
        rows = [
            (line.name, written(point.x), formats.significant(point.y, 3))
            for line in self.lines
            for point in line.points
        ]
        return DataTable(("Line", self.x_title, self.y_title), rows)


def _last_and_span(line: Line) -> str:
    heights = [point.y for point in line.points]
    low, high, last = (formats.significant(value, 3) for value in (min(heights), max(heights), heights[-1]))
    return f"{last} at {written(line.points[-1].x)}, between {low} and {high} over the time shown"
