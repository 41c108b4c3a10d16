"""The timeline, drawn on the server: bars with P10, P50 and P90, targets, promises, dependencies, today.

A bar is solid until the P10 of its end, tinted to the P50 and fading to the P90; the tick is the median. A
diamond is the target, a flag the promise. Geometry is in pixels from the first day shown, so nothing needs a
`style` attribute and the same drawing prints.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Literal

from django.utils.safestring import SafeString

from northing.ui import formats
from northing.ui.tones import Tone

Zoom = Literal["week", "month", "quarter", "year"]
PIXELS_PER_DAY: dict[Zoom, float] = {"week": 16, "month": 7, "quarter": 3.6, "year": 1.6}

ROW, LANE, HEAD = 44, 34, 44
_BAR_TOP, _BAR_HEIGHT, _RADIUS = 10, 24, 6
_LABEL_ROOM = 190
_FLAG = 42  # pixels: the flag over today
_NARROW_LETTER = 6.2  # of the labels beside bars
_TONES: tuple[Tone, ...] = ("neutral", "accent", "good", "warn", "bad", "violet")


@dataclass(frozen=True, slots=True)
class Bar:
    """A feature or work package: when it starts, and when it ends with its 80 % range; `out` is when it likely goes
    out, where that is another day. `aimed` are the words of a target such as a quarter, whose last day `target` is;
    `warning` is what speaks against its days."""

    id: str
    title: str
    url: str
    start: date
    low: date
    mid: date
    high: date
    tone: Tone = "accent"
    target: date | None = None
    promised: date | None = None
    guessed: bool = False
    version: str = ""
    out: date | None = None
    aimed: str = ""
    warning: str = ""

    def __post_init__(self) -> None:
        if not self.start <= self.low <= self.mid <= self.high:
            raise ValueError(
                f"Bar {self.id}: start {self.start}, P10 {self.low}, P50 {self.mid} and P90 {self.high} "
                "must be in this order; sort them"
            )


@dataclass(frozen=True, slots=True)
class Lane:
    """Bars under a heading: an area, a team, a release."""

    title: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Link:
    """`after` cannot start before `before` ends; a risk when the forecasts overlap."""

    before: str
    after: str
    risk: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """What `render` draws."""

    lanes: Sequence[Lane]
    today: date
    links: Sequence[Link] = ()
    zoom: Zoom = "quarter"

    def first(self) -> date:
        """The first day shown: the start of the month of the earliest start, or of today."""
        return min([self.today, *(bar.start for bar in self._bars())]).replace(day=1)

    def last(self) -> date:
        """The last day shown, with room for the last label."""
        room = timedelta(days=round(_LABEL_ROOM / PIXELS_PER_DAY[self.zoom]))
        ends = [day for bar in self._bars() for day in (bar.high, bar.target, bar.promised) if day]
        return max([self.today + timedelta(days=90), *ends]) + room

    def signs(self) -> set[str]:
        """Which signs of the legend there are to see."""
        bars = list(self._bars())
        seen = {
            "target": any(bar.target for bar in bars),
            "promised": any(bar.promised for bar in bars),
            "guess": any(bar.guessed for bar in bars),
            "conflict": any(link.risk and {link.before, link.after} <= {bar.id for bar in bars} for link in self.links),
        }
        return {"ends"} | {name for name, is_seen in seen.items() if is_seen}

    def fits(self, width: int) -> bool:
        """Whether all of it, labels included, is in sight in so many pixels."""
        return (self.last() - self.first()).days * PIXELS_PER_DAY[self.zoom] <= width

    def _bars(self) -> Iterator[Bar]:
        for lane in self.lanes:
            yield from lane.bars


def render(timeline: Timeline, move_url: str = "", preview_url: str = "", heading: str = "Feature") -> SafeString:
    """The whole element. With `move_url` and `preview_url` (each with `{id}` in it) bars can be moved."""
    drawing = _Drawing(timeline, editable=bool(move_url))
    urls = f' data-move-url="{escape(move_url)}" data-preview-url="{escape(preview_url)}"' if move_url else ""
    return SafeString(
        f'<nx-timeline{urls}><div class="timeline-body">{_names(timeline, heading)}'
        f'<div class="timeline-chart" data-pixels-per-day="{drawing.scale:g}" '
        f'data-today="{drawing.x(timeline.today):.0f}">'
        f"{drawing.head()}{drawing.plot()}</div></div>{_PREVIEW if move_url else ''}</nx-timeline>"
    )


_PREVIEW = (
    '<aside class="preview-card" data-preview aria-live="polite" hidden><div data-preview-text></div>'
    '<div class="form-actions"><button type="button" class="button primary" data-preview-save>Save</button>'
    '<button type="button" class="button" data-preview-cancel>Cancel</button></div></aside>'
)


def _names(timeline: Timeline, heading: str) -> str:
    rows = [f'<div class="corner">{escape(heading)}</div>']
    for lane in timeline.lanes:
        rows.append(f'<div class="lane">{escape(lane.title)}</div>')
        rows += [
            f'<div data-name="{escape(bar.id)}"><a href="{escape(bar.url)}" data-drawer title="{escape(bar.title)}">'
            f"{escape(bar.title)}</a></div>"
            for bar in lane.bars
        ]
    return f'<div class="timeline-names">{"".join(rows)}</div>'


class _Drawing:
    """Turns days and rows into pixels and those into SVG."""

    def __init__(self, timeline: Timeline, editable: bool) -> None:
        self.timeline = timeline
        self.editable = editable
        self.scale = PIXELS_PER_DAY[timeline.zoom]
        self.first = timeline.first()
        self.tops: dict[str, int] = {}
        self.bars: dict[str, Bar] = {}
        self.height = self._lay_out()
        self.labels = {bar.id: self._label(bar) for bar in self.bars.values()}
        ends = [x + len(text) * _NARROW_LETTER + 10 for x, text in self.labels.values()]
        self.width = max([self.x(timeline.last()), *ends])

    def x(self, day: date) -> float:
        return (day - self.first).days * self.scale

    def _lay_out(self) -> int:
        y = 0
        for lane in self.timeline.lanes:
            y += LANE
            for bar in lane.bars:
                self.tops[bar.id], self.bars[bar.id] = y, bar
                y += ROW
        return y + ROW

    def _months(self) -> Iterator[date]:
        """The months that get a line: all, or every third when zoomed out."""
        step = 3 if self.timeline.zoom == "year" else 1
        month = self.first
        while self.x(month) < self.width:
            if (month.month - 1) % step == 0:
                yield month
            month = (month + timedelta(days=32)).replace(day=1)

    def head(self) -> str:
        """Months, and above them the flag over today."""
        labels, year = [], 0
        for month in self._months():
            text = f"{month:%b}" if month.year == year else f"{month:%b} {month.year}"
            year = month.year
            labels.append(f'<text x="{self.x(month) + 8:.1f}" y="36">{text}</text>')
        x = self.x(self.timeline.today)
        flag = (
            f'<g class="today-flag"><rect x="{x - _FLAG / 2:.1f}" y="3" width="{_FLAG}" height="17" rx="4"/>'
            f'<text x="{x:.1f}" y="15.5" text-anchor="middle">Today</text></g>'
        )
        return (
            f'<div class="timeline-head"><svg width="{self.width:.0f}" height="{HEAD}" aria-hidden="true">'
            f"{''.join(labels)}{flag}</svg></div>"
        )

    def plot(self) -> str:
        """Grid, dependencies, bars, today."""
        grid = "".join(_vertical(self.x(month), self.height, "grid-line") for month in self._months())
        today = _vertical(self.x(self.timeline.today), self.height, "today")
        arrows = "".join(self._arrow(link) for link in self.timeline.links)
        bars = "".join(self._bar(bar) for bar in self.bars.values())
        return (
            f'<svg class="timeline-plot" width="{self.width:.0f}" height="{self.height}" role="group" '
            f'aria-label="Timeline">{_DEFINITIONS}{grid}{today}{arrows}{bars}</svg>'
        )

    def _bar(self, bar: Bar) -> str:
        top = self.tops[bar.id]
        x0, x10, x50, x90 = (self.x(day) for day in (bar.start, bar.low, bar.mid, bar.high))
        x90 = max(x90, x0 + 4)
        y = top + _BAR_TOP
        label_x, text = self.labels[bar.id]
        aim = f", target {bar.aimed or formats.day(bar.target, self.timeline.today)}" if bar.target else ""
        label = f"{bar.title}: likely end {text.removeprefix('likely ')}{aim}"
        warning = f'<tspan class="warning">{escape(bar.warning)}</tspan>' if bar.warning else ""
        role = 'role="button" tabindex="0"' if self.editable else 'role="img"'
        guessed = _frame(x0, y, x90, "guessed") if bar.guessed else ""
        return (
            f'<g class="bar tone-{bar.tone}" data-id="{escape(bar.id)}" data-version="{escape(bar.version)}" {role} '
            f'aria-label="{escape(label)}">'
            f'<rect class="hit" x="{x0:.1f}" y="{top}" width="{x90 - x0:.1f}" height="{ROW}"/>'
            f'<path class="tail" fill="url(#fade-{bar.tone})" d="{_rounded(x0, x90, y)}"/>'
            f'<path class="likely" d="{_rounded(x0, x50, y, right_round=x50 >= x90)}"/>'
            f'<path class="sure" d="{_rounded(x0, x10, y, right_round=x10 >= x90)}"/>{guessed}'
            f'<rect class="median" x="{x50 - 1.25:.1f}" y="{y - 4}" width="2.5" height="{_BAR_HEIGHT + 8}" rx="1"/>'
            f"{self._promises(bar, top)}"
            f'<text class="label" x="{label_x:.1f}" y="{top + 26}">{text.removesuffix(bar.warning)}{warning}</text>'
            f"{_frame(x0 - 3, y - 5, x90 + 3, 'focus', 10)}</g>"
        )

    def _label(self, bar: Bar) -> tuple[float, str]:
        """Where the label begins, beyond a diamond or a flag that stands there, and what it says."""
        middle, spread = formats.day_interval(bar.low, bar.mid, bar.high, self.timeline.today)
        shown = middle if bar.low == bar.high else f"{middle} ({spread})"
        out = f", out {formats.day(bar.out)}" if bar.out else ""
        promised = f", promised {formats.day(bar.promised, self.timeline.today)}" if bar.promised else ""
        warning = f" • {bar.warning}" if bar.warning else ""
        text = f"likely {shown}{out}{promised}{warning}"
        end = self.x(bar.high) + 10
        marks = [self.x(day) + reach for day, reach in ((bar.target, 6), (bar.promised, 10)) if day]
        in_the_way = [mark for mark in marks if end - 16 < mark < end + len(text) * _NARROW_LETTER]
        return max([end, *(mark + 10 for mark in in_the_way)]), text

    def _promises(self, bar: Bar, top: int) -> str:
        """Diamond for the target, red when the median misses it; flag for the promise."""
        marks = self._target(bar, top)
        y = top + ROW / 2
        if bar.promised:
            x = self.x(bar.promised)
            marks += (
                f'<path class="promised" d="M{x:.1f} {y + 16}v-32h9l-2.5 4l2.5 4h-7.5v24Z">'
                f"<title>Promised {formats.day(bar.promised, self.timeline.today)}</title></path>"
            )
        return marks

    def _target(self, bar: Bar, top: int) -> str:
        """The diamond with room around it to take hold of; where there is no target yet, it shows once moved."""
        if not bar.target and not self.editable:
            return ""
        x, y = self.x(bar.target or bar.mid), top + ROW / 2
        kind = "unset" if not bar.target else "target missed" if bar.mid > bar.target else "target"
        aimed = escape(bar.aimed) or formats.day(bar.target, self.timeline.today) if bar.target else ""
        title = f"<title>Target {aimed}</title>" if bar.target else ""
        return (
            f'<g class="aim">{title}<circle class="hit" cx="{x:.1f}" cy="{y:g}" r="14"/>'
            f'<path class="{kind}" d="M{x:.1f} {y - 6:g}l6 6l-6 6l-6-6Z"/></g>'
        )

    def _labels_at(self, x: float, start: float, end: float) -> int:
        """Through how many labels an upright line would run between two heights."""
        low, high = sorted((start, end))
        return sum(
            left - 2 <= x <= left + len(text) * _NARROW_LETTER and low <= self.tops[key] + ROW / 2 <= high
            for key, (left, text) in self.labels.items()
        )

    def _arrow(self, link: Link) -> str:
        """From the median end of one to the start of the other; links to bars not shown are left out."""
        before, after = self.bars.get(link.before), self.bars.get(link.after)
        if not before or not after:
            return ""
        x1, x2 = self.x(before.mid), self.x(after.start) - 3
        y2 = self.tops[after.id] + ROW / 2
        down = self.tops[after.id] > self.tops[before.id]
        y1 = self.tops[before.id] + ROW / 2 + (16 if down else -16)
        turn = 6 if down else -6
        column = min((x1, x2 - 12), key=lambda x: self._labels_at(x, y1, y2))
        if x2 > x1 + 12:
            path = f"M{x1:.1f} {y1}H{column:.1f}V{y2 - turn}q0 {turn} 6 {turn}H{x2:.1f}"
        elif column < x1:
            path = f"M{x1:.1f} {y1}H{column:.1f}V{y2}H{x2:.1f}"
        else:
            between = self.tops[after.id] + (0 if down else ROW)
            path = f"M{x1:.1f} {y1}V{between}H{x2 - 12:.1f}V{y2}H{x2:.1f}"
        risk = " risk" if link.risk else ""
        ends = escape(f"{link.before} {link.after}")
        return f'<path class="arrow{risk}" data-ends="{ends}" d="{path}" marker-end="url(#arrow-head)"/>'


def _vertical(x: float, height: int, kind: str) -> str:
    return f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}"/>'


def _rounded(left: float, right: float, y: int, *, right_round: bool = True) -> str:
    """The outline of a bar's part, round on the left and, when it reaches the bar's end, on the right."""
    radius = min(_RADIUS, (right - left) / 2)
    inner, straight = right - left - 2 * radius, _BAR_HEIGHT - 2 * radius
    if not right_round:
        return (
            f"M{right:.1f} {y}v{_BAR_HEIGHT}H{left + radius:.1f}a{radius:g} {radius:g} 0 0 1 -{radius:g} -{radius:g}"
            f"v-{straight:g}a{radius:g} {radius:g} 0 0 1 {radius:g} -{radius:g}Z"
        )
    corner = f"a{radius:g} {radius:g} 0 0 1"
    return (
        f"M{left + radius:.1f} {y}h{inner:.1f}{corner} {radius:g} {radius:g}v{straight:g}"
        f"{corner} -{radius:g} {radius:g}"
        f"h-{inner:.1f}{corner} -{radius:g} -{radius:g}v-{straight:g}{corner} {radius:g} -{radius:g}Z"
    )


def _frame(left: float, y: float, right: float, kind: str, more: int = 0) -> str:
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{y}" width="{max(right - left, 1):.1f}" '
        f'height="{_BAR_HEIGHT + more}" rx="{_RADIUS}"/>'
    )


def _fade(tone: Tone) -> str:
    return (
        f'<linearGradient id="fade-{tone}" class="fade tone-{tone}"><stop offset="0" stop-opacity=".34"/>'
        f'<stop offset=".4" stop-opacity=".3"/><stop offset="1" stop-opacity=".07"/></linearGradient>'
    )


_DEFINITIONS = (
    '<defs><marker id="arrow-head" markerWidth="8" markerHeight="8" refX="5" refY="4" orient="auto" '
    'markerUnits="userSpaceOnUse"><path d="M1 1l4 3l-4 3"/></marker>'
    f"{''.join(_fade(tone) for tone in _TONES)}</defs>"
)
