"""Charts that compare things: whisker bars, tornado, rank intervals, heat map."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from northing.ui import formats
from northing.ui.charts.base import DataTable, Spec, names_axis, tall_enough, token, values

Verdict = Literal["clear lead", "close call", "toss-up"]
_VERDICT_COLOURS: dict[str, str] = {"clear lead": "good", "close call": "viz-blue", "toss-up": "viz-amber"}
_BAND = {"band": 0.6}


@dataclass(frozen=True, slots=True)
class Bar:
    """A value with its interval; without one (a fact) the whisker is left out."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None

    def end(self) -> float:
        """Where the bar or its whisker ends."""
        return self.value if self.high is None else max(self.value, self.high)

    def text(self) -> str:
        """The value with its interval."""
        if self.low is None or self.high is None:
            return formats.significant(self.value, 3)
        return formats.number_range(self.low, self.value, self.high)


@dataclass(frozen=True, slots=True)
class Whiskers:
    """Bars with an 80 % interval each: funnels, comparisons."""

    bars: Sequence[Bar]
    value_title: str

    def spec(self) -> Spec:
        """Bars, whiskers and the numbers behind them."""
        rows = [
            {
                "label": one.label,
                "value": one.value,
                "low": one.low,
                "high": one.high,
                "end": one.end(),
                "text": one.text(),
            }
            for one in self.bars
        ]
        y = names_axis("label")
        room = 1.22 * max((one.end() for one in self.bars), default=1)
        x_axis = {
            "type": "quantitative",
            "title": self.value_title,
            "scale": {"domainMax": room},
            "axis": {"tickCount": 6},
        }
        return {
            "height": tall_enough(len(rows)),
            "data": values(rows),
            "encoding": {"y": y},
            "layer": [
                {
                    "mark": {"type": "bar", "height": _BAND, "color": token("band-50")},
                    "encoding": {"x": {"field": "value", **x_axis}},
                },
                {
                    "transform": [{"filter": "isValid(datum.low)"}],
                    "mark": {"type": "rule", "strokeWidth": 2, "color": token("accent")},
                    "encoding": {"x": {"field": "low", **x_axis}, "x2": {"field": "high"}},
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 8, "color": token("ink-2")},
                    "encoding": {"x": {"field": "end", **x_axis}, "text": {"field": "text"}},
                },
            ],
        }

    def summary(self) -> str:
        """First and last bar."""
        if not self.bars:
            return "No bars."
        first, last = self.bars[0], self.bars[-1]
        return f"{len(self.bars)} bars, from {first.label} at {first.text()} to {last.label} at {last.text()}."

    def table(self) -> DataTable:
        """One row a bar."""
        return DataTable(("", self.value_title), [(one.label, one.text()) for one in self.bars])


@dataclass(frozen=True, slots=True)
class Driver:
    """How far the result moves when one input goes to its P10 and to its P90."""

    label: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tornado:
    """What moves a result most, largest first."""

    drivers: Sequence[Driver]
    value_title: str

    def _sorted(self) -> list[Driver]:
        return sorted(self.drivers, key=lambda one: abs(one.high - one.low), reverse=True)

    def spec(self) -> Spec:
        """Two bars per driver, from zero."""
        rows = [
            {"label": one.label, "case": case, "x": x, "zero": 0}
            for one in self._sorted()
            for case, x in (("Low case", one.low), ("High case", one.high))
        ]
        hues = {"domain": ["Low case", "High case"], "range": [token("viz-amber"), token("viz-blue")]}
        return {
            "height": tall_enough(len(self.drivers)),
            "data": values(rows),
            "mark": {"type": "bar", "height": _BAND, "tooltip": True},
            "encoding": {
                "y": names_axis("label"),
                "x": {"field": "x", "type": "quantitative", "title": self.value_title, "axis": {"tickCount": 7}},
                "x2": {"field": "zero"},
                "color": {"field": "case", "type": "nominal", "scale": hues},
            },
        }

    def summary(self) -> str:
        """The input that matters most."""
        if not self.drivers:
            return "No inputs."
        top = self._sorted()[0]
        return f"{top.label} matters most: {formats.significant(top.low)} to {formats.significant(top.high)}."

    def table(self) -> DataTable:
        """One row an input."""
        rows = [(one.label, formats.significant(one.low), formats.significant(one.high)) for one in self._sorted()]
        return DataTable(("Input", "Low case", "High case"), rows)


@dataclass(frozen=True, slots=True)
class Rank:
    """A likely rank (1 is best) with its 80 % interval."""

    label: str
    low: float
    mid: float
    high: float
    verdict: Verdict = "close call"


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """Which places are certain and which are a toss-up."""

    ranks: Sequence[Rank]

    def spec(self) -> Spec:
        """A rule from best to worst likely rank, with a point at the median."""
        rows = [
            {"label": one.label, "low": one.low, "mid": one.mid, "high": one.high, "verdict": one.verdict}
            for one in self.ranks
        ]
        hues = {"domain": list(_VERDICT_COLOURS), "range": [token(name) for name in _VERDICT_COLOURS.values()]}
        scale = {"zero": False, "nice": False, "padding": 8}
        axis = {"tickMinStep": 1, "tickCount": 10}
        x = {"type": "quantitative", "title": "Rank", "scale": scale, "axis": axis}
        colour = {"field": "verdict", "type": "nominal", "scale": hues}
        return {
            "height": tall_enough(len(rows)),
            "data": values(rows),
            "encoding": {"y": names_axis("label"), "color": colour},
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 7, "strokeCap": "round", "opacity": 0.3},
                    "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "tooltip": True},
                    "encoding": {"x": {"field": "mid", **x}},
                },
            ],
        }

    def summary(self) -> str:
        """How many places are clear."""
        clear = sum(one.verdict == "clear lead" for one in self.ranks)
        tossed = sum(one.verdict == "toss-up" for one in self.ranks)
        return f"{len(self.ranks)} ranked: {clear} clear leads, {tossed} toss-ups."

    def table(self) -> DataTable:
        """One row an item."""
        rows = [(one.label, formats.number_range(one.low, one.mid, one.high), one.verdict) for one in self.ranks]
        return DataTable(("", "Rank (80 % range)", ""), rows)


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Shares (0 to 100) by row and column, such as retention by start week; None where there is none yet."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[float | None]]
    x_title: str

    def spec(self) -> Spec:
        """Coloured cells with their numbers."""
        data = [
            {"row": row, "column": column, "value": value}
            for row, line in zip(self.rows, self.cells, strict=True)
            for column, value in zip(self.columns, line, strict=False)
            if value is not None
        ]
        top = max((one["value"] for one in data if isinstance(one["value"], int | float)), default=1)
        colour = {
            "field": "value",
            "type": "quantitative",
            "scale": {"range": [token("heat-low"), token("heat-high")]},
            "legend": None,
        }
        ink = {"condition": {"test": f"datum.value > {0.55 * top}", "value": token("heat-ink")}, "value": token("ink")}
        return {
            "height": tall_enough(len(self.rows), each=24),
            "data": values(data),
            "encoding": {
                "x": {
                    "field": "column",
                    "type": "ordinal",
                    "sort": None,
                    "title": self.x_title,
                    "axis": {"labelAngle": 0},
                },
                "y": names_axis("row"),
            },
            "layer": [
                {"mark": {"type": "rect", "cornerRadius": 3}, "encoding": {"color": colour}},
                {
                    "mark": {"type": "text", "fontSize": 11},
                    "encoding": {"text": {"field": "value", "format": ".0f"}, "color": ink},
                },
            ],
        }

    def summary(self) -> str:
        """The extent and the range of values."""
        found = [value for line in self.cells for value in line if value is not None]
        extent = f"{len(self.rows)} rows by {len(self.columns)} columns"
        if not found:
            return f"{extent}, no values yet."
        return f"{extent}, from {formats.significant(min(found))} to {formats.significant(max(found))}."

    def table(self) -> DataTable:
        """The cells as they stand."""
        rows = [
            (row, *("" if value is None else formats.significant(value) for value in line))
            for row, line in zip(self.rows, self.cells, strict=True)
        ]
        return DataTable(("", *self.columns), rows)
