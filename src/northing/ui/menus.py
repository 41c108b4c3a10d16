"""The sidebar's entries. Every page draws all of them, so each is one f-string, as table cells are."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

from northing.ui.icons import icon
from northing.ui.shell import MenuGroup, MenuItem


def groups(menu: Iterable[MenuGroup], here: str = "") -> SafeString:
    """Every group as a list, under its heading if it has one; the entry whose URL is `here` is marked.

    >>> groups([MenuGroup("Plan", [MenuItem("Board", "/board/", "house", key="b")])])[:64]
    '<h2 id="menu-1">Plan</h2><ul aria-labelledby="menu-1"><li><a hre'
    """
    return SafeString("".join(_group(place, group, here) for place, group in enumerate(menu, 1)))


def _group(place: int, group: MenuGroup, here: str) -> str:
    entries = "".join(_entry(item, here) for item in group.items)
    if not group.label:
        return f"<ul>{entries}</ul>"
    return f'<h2 id="menu-{place}">{escape(group.label)}</h2><ul aria-labelledby="menu-{place}">{entries}</ul>'


def _entry(item: MenuItem, here: str) -> str:
    label = escape(item.label)
    current = ' aria-current="page"' if item.url == here else ""
    key = f' data-key="g {escape(item.key)}" data-key-label="Go to {label}"' if item.key else ""
    count = "" if item.count is None else menu_count(item.url, item.count)
    return f'<li><a href="{escape(item.url)}"{current}{key}>{icon(item.icon)}<span>{label}</span>{count}</a></li>'


def menu_count(url: str, count: str, more: str = "") -> SafeString:
    """The count beside the entry with this URL, empty for none, which asks for itself anew when records were changed;
    `more` are further attributes.

    >>> menu_count("/orchard/inbox/", "3")[:76]
    '<span class="count num" id="count-orchard-inbox" hx-get="/orchard/inbox/coun'
    """
    place = escape(url.strip("/").replace("/", "-"))
    anew = f'hx-get="{escape(url)}count" hx-trigger="records-changed from:body" hx-swap="outerHTML"'
    return SafeString(f'<span class="count num" id="count-{place}" {anew}{more}>{escape(count)}</span>')
