"""Template tags of the interface: `{% load ui %}`."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString

from northing.ui import cells, formats, menus
from northing.ui import icons as _icons
from northing.ui.shell import Shell
from northing.ui.tones import Tone

register = template.Library()
_ISLANDS = Path(__file__).parents[1] / "static/ui/islands"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "inbox" %}`: an inline SVG."""
    return _icons.icon(name, label)


@register.simple_tag
def menu_groups(shell: Shell) -> SafeString:
    """`{% menu_groups shell %}`: the sidebar's lists of links."""
    return menus.groups(shell.menu, shell.here)


@register.simple_tag
def fresh_menu_count(url: str, count: str) -> SafeString:
    """`{% fresh_menu_count "/orchard/inbox/" "3" %}`: in an htmx answer, the count beside that entry of the menu."""
    return menus.menu_count(url, count, ' hx-swap-oob="true"')


@register.simple_tag
def avatar(name: str) -> SafeString:
    """`{% avatar member.name %}`"""
    return cells.avatar(name)


@register.simple_tag
def status(label: str, tone: Tone = "neutral") -> SafeString:
    """`{% status "Ready" "accent" %}`: a dot and a word."""
    return cells.status(label, tone)


@register.simple_tag
def interval(low: float, mid: float, high: float, unit: str = "") -> SafeString:
    """`{% interval 9 12 17 "weeks" %}`: 12 (9–17) weeks."""
    return cells.interval(cells.Interval(low, mid, high), unit=unit)


@register.simple_tag
def day_interval(low: date, mid: date, high: date) -> SafeString:
    """`{% day_interval low mid high %}`: 13 Jan (3 Jan–7 Feb)."""
    return cells.day_interval(cells.DayInterval(low, mid, high))


@register.filter
def is_only_here(address: str) -> bool:
    """Whether an address leads others nowhere: `{% if link|is_only_here %}`.

    >>> is_only_here("http://127.0.0.1:8321/shared/x/"), is_only_here("https://north.example.com/shared/x/")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


@register.filter
def day(value: date | None) -> str:
    """`{{ target|day }}`: 13 Jan."""
    return formats.day(value) if value else formats.MISSING


@register.filter
def ago(value: datetime | None) -> SafeString:
    """`{{ changed|ago }}`: 3 min ago, with the exact time in the tooltip."""
    return cells.moment(value)


@register.filter
def number(value: float | None) -> str:
    """A fact, in full: thousands marked."""
    return formats.MISSING if value is None else formats.number(value)


@register.filter
def significant(value: float | None) -> str:
    """`{{ value|significant }}`: two significant digits."""
    return formats.MISSING if value is None else formats.significant(value)


@register.filter
def percent(share: float | None) -> str:
    """`{{ share|percent }}`: 71 %."""
    return formats.MISSING if share is None else formats.percent(share)


@register.simple_tag
@cache
def islands() -> str:
    """Where each custom element's module lies, for the loader: `{"nx-table": "/static/ui/islands/table.js"}`."""
    return json.dumps({f"nx-{path.stem}": static(f"ui/islands/{path.name}") for path in _elements()})


def _elements() -> tuple[Path, ...]:
    """The modules that define a custom element of their own name; the others belong to the frame."""
    modules = sorted(_ISLANDS.glob("*.js"))
    return tuple(one for one in modules if f'"nx-{one.stem}"' in one.read_text(encoding="utf-8"))


@register.filter
def words(name: str) -> str:
    """`{{ "lead_time"|words }}`: Lead time."""
    return name.replace("_", " ").capitalize()
