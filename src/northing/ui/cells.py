"""Table cells as typed functions that return escaped HTML.

A list shows hundreds of cells at once, so each is one f-string: a template include per cell costs twenty
times as much. Every text that comes from outside passes through `escape`. A missing value shows as a dash
that screen readers skip.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import NamedTuple
from zlib import crc32

from django.utils.safestring import SafeString

from northing.ui import formats
from northing.ui.icons import icon
from northing.ui.tones import Tone

EMPTY = SafeString('<span class="none" aria-hidden="true">–</span>')
_NO_RANGE = SafeString('<span class="none">No range yet</span>')
RANGE_WIDTH = 104
_SPARK_WIDTH, _SPARK_HEIGHT = 72, 18
_remembered = lru_cache(maxsize=4096)  # for cells of which lists show the same again and again


class Interval(NamedTuple):
    """A number with its 80 % range (P10, P50, P90), and where it came from. A tuple, since a list draws hundreds."""

    low: float
    mid: float
    high: float
    guessed: bool = False
    source: str = ""


class DayInterval(NamedTuple):
    """A day with its 80 % range (P10, P50, P90)."""

    low: date
    mid: date
    high: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale that all ranges of one column share, drawn over `RANGE_WIDTH` pixels."""

    low: float
    high: float
    log: bool = False

    @classmethod
    def over(cls, intervals: Iterable[Interval | None]) -> "Scale":
        """The scale that holds every range; logarithmic when all are positive and span more than 20-fold.

        >>> Scale.over([Interval(1, 2, 4), Interval(10, 20, 90)])
        Scale(low=1, high=90, log=True)
        """
        present = [one for one in intervals if one is not None]
        if not present:
            return cls(0, 1)
        low, high = min(one.low for one in present), max(one.high for one in present)
        if low > 0 and high / low > 20:
            return cls(low, high, log=True)
        return cls(min(low, 0), high if high > low else low + 1)

    def x(self, value: float) -> float:
        """The horizontal place of a value in pixels, kept inside the cell."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(max(value, self.low))
        share = (value - low) / (high - low) if high > low else 0.5
        return 2 + (RANGE_WIDTH - 4) * min(max(share, 0), 1)


def text(value: object) -> SafeString:
    """Plain text; the table cuts it off when long."""
    return SafeString(escape(str(value))) if value not in (None, "") else EMPTY


def key(value: str, url: str = "") -> SafeString:
    """A record's key such as F-128, in fixed-width type; opens the record in the drawer."""
    shown = escape(value)
    if not url:
        return SafeString(f'<span class="key">{shown}</span>')
    return SafeString(f'<a class="key" href="{escape(url)}" data-drawer>{shown}</a>')


def link(value: object, url: str, drawer: bool = True) -> SafeString:
    """A title that leads to its record, in the drawer unless told otherwise."""
    target = " data-drawer" if drawer else ""
    return SafeString(f'<a class="title" href="{escape(url)}"{target}>{escape(str(value))}</a>')


@_remembered
def status(label: str, tone: Tone = "neutral") -> SafeString:
    """A status: always a dot and a word."""
    return SafeString(f'<span class="chip {tone}">{escape(label)}</span>') if label else EMPTY


def number(value: float | Decimal | None, decimals: int | None = None) -> SafeString:
    """A fact, in full."""
    if value is None:
        return EMPTY
    return SafeString(f'<span class="num">{formats.number(value, decimals)}</span>')


def percent(share: float | None) -> SafeString:
    """A share (0 to 1) as whole percent."""
    return EMPTY if share is None else SafeString(f'<span class="num">{formats.percent(share)}</span>')


def money(amount: float | Decimal | None, currency: str) -> SafeString:
    """An amount that is a fact: an invoice, a quote, a price."""
    if amount is None:
        return EMPTY
    return SafeString(f'<span class="num">{escape(formats.money(amount, currency))}</span>')


def interval_bar(value: Interval, scale: Scale) -> SafeString:
    """The mini range alone: 80 % band and a tick at the likely value; hatched when guessed."""
    left, right, mid = scale.x(value.low), scale.x(value.high), scale.x(value.mid)
    guessed = " guessed" if value.guessed else ""
    return SafeString(
        f'<svg class="range{guessed}" width="{RANGE_WIDTH}" height="16" aria-hidden="true">'
        f'<rect class="range-band" x="{left:.1f}" y="4" width="{max(right - left, 2):.1f}" height="8" rx="4"/>'
        f'<rect class="range-mid" x="{mid - 1.25:.1f}" y="1" width="2.5" height="14" rx="1"/></svg>'
    )


@_remembered
def interval(value: Interval | None, scale: Scale | None = None, unit: str = "") -> SafeString:
    """A likely value with its 80 % range; with a scale, the mini range stands before it.

    >>> "12 <small>(9–17)</small>" in interval(Interval(9, 12, 17))
    True
    """
    if value is None:
        return _NO_RANGE
    middle, spread = formats.interval(value.low, value.mid, value.high)
    note = "Assumed range" if value.guessed else "80 % range"
    if value.source:
        note = f"{note}: {escape(value.source)}"
    bar = interval_bar(value, scale) if scale else ""
    after = f" {escape(unit)}" if unit else ""
    return SafeString(
        f'<span class="interval" title="{note}">{bar}<span class="num">{middle} '
        f"<small>({spread})</small>{after}</span></span>"
    )


def day(value: date | None, today: date | None = None) -> SafeString:
    """A day that is a fact or a person's target."""
    if value is None:
        return EMPTY
    shown = formats.day(value, today)
    return SafeString(f'<time class="num" datetime="{value.isoformat()}">{shown}</time>')


def day_interval(value: DayInterval | None, today: date | None = None) -> SafeString:
    """A forecast day with its 80 % range."""
    if value is None:
        return _NO_RANGE
    middle, spread = formats.day_interval(value.low, value.mid, value.high, today)
    note = f"80 % range: {value.source}" if value.source else "80 % range"
    return SafeString(f'<span class="num" title="{escape(note)}">{middle} <small>({spread})</small></span>')


def moment(value: datetime | None, now: datetime | None = None) -> SafeString:
    """How long ago something happened; the exact time in the tooltip."""
    if value is None:
        return EMPTY
    exact = value.isoformat(timespec="minutes")
    return SafeString(f'<time datetime="{exact}" title="{exact}">{formats.ago(value, now)}</time>')


@_remembered
def avatar(name: str) -> SafeString:
    """A person as initials; the tint is the same for the same name everywhere."""
    shown = escape(name)
    tint = crc32(name.encode()) % 5
    return SafeString(
        f'<span class="avatar tint-{tint}" role="img" aria-label="{shown}" title="{shown}">'
        f"{escape(formats.initials(name))}</span>"
    )


@_remembered
def person(name: str) -> SafeString:
    """A person as initials and name."""
    if not name:
        return EMPTY
    tint = crc32(name.encode()) % 5
    return SafeString(
        f'<span class="person" title="{escape(name)}"><span class="avatar tint-{tint}" aria-hidden="true">'
        f"{escape(formats.initials(name))}</span>{escape(name)}</span>"
    )


def tags(values: Sequence[str], shown: int = 3) -> SafeString:
    """Labels; beyond a few, how many more there are."""
    if not values:
        return EMPTY
    labels = "".join(f'<span class="tag">{escape(one)}</span>' for one in values[:shown])
    rest = values[shown:]
    more = f'<span class="tag" title="{escape(", ".join(rest))}">+{len(rest)}</span>' if rest else ""
    return SafeString(f'<span class="tags">{labels}{more}</span>')


def flag(value: bool | None) -> SafeString:
    """Yes or no."""
    if value is None:
        return EMPTY
    return SafeString(f'<span class="flag">{icon("check", "Yes")}</span>') if value else text("No")


def progress(share: float | None, label: str = "") -> SafeString:
    """How much is done (0 to 1), as a bar and whole percent."""
    if share is None:
        return EMPTY
    width = 64 * min(max(share, 0), 1)
    shown = formats.percent(share)
    return SafeString(
        f'<span class="progress-cell" title="{escape(label or shown)}"><svg width="64" height="6" aria-hidden="true">'
        f'<rect class="track" width="64" height="6" rx="3"/>'
        f'<rect class="fill" width="{width:.1f}" height="6" rx="3"/></svg><span class="num">{shown}</span></span>'
    )


def sparkline(values: Sequence[float], label: str = "") -> SafeString:
    """The course of a number, without axes; its first and last value are said to screen readers."""
    if len(values) < 2:
        return EMPTY
    low, high = min(values), max(values)
    step = (_SPARK_WIDTH - 4) / (len(values) - 1)
    rise = (_SPARK_HEIGHT - 4) / ((high - low) or 1)
    points = [(2 + i * step, _SPARK_HEIGHT - 2 - (value - low) * rise) for i, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    last_x, last_y = points[-1]
    said = label or f"from {formats.significant(values[0])} to {formats.significant(values[-1])}"
    return SafeString(
        f'<svg class="spark" width="{_SPARK_WIDTH}" height="{_SPARK_HEIGHT}" role="img" aria-label="{escape(said)}">'
        f'<polyline points="{path}"/><circle cx="{last_x:.1f}" cy="{last_y:.1f}" r="2"/></svg>'
    )


def editable(content: SafeString, name: str, label: str) -> SafeString:
    """A cell that turns into the field `name` when pressed (or by `e`): the table fetches its form.

    The content stays the button's name, so that a screen reader says the value; the label stands in the tooltip.
    """
    return SafeString(f"{_edit_button(name, label)}{content}</button>")


@_remembered
def _edit_button(name: str, label: str) -> str:
    return f'<button type="button" class="cell-edit" data-edit="{escape(name)}" title="Edit {escape(label)}">'
