"""Search from anywhere: pages, things to do, records."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit import reading
from northing.kit.extensions import extensions
from northing.kit.record_types import registry
from northing.kit.search import search
from northing.kit.titles import offered, with_key
from northing.kit.views.doors import page

_PAGES, _DOINGS = 6, 3


@page("GET")
def palette(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Pages and things to do that go by such a name, and records that match."""
    text = request.GET.get("q", "").strip()[:200]
    label, records = _records(actor, text)
    pages, doings = _pages(actor, text), _doings(actor, text)
    groups = [("Go to", pages), ("Do", doings), (label, records)]
    context = {"groups": [{"label": label, "items": items} for label, items in groups if items]}
    return render(request, "ui/palette_results.html", context)


@page("GET")
def known(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Options for a field, whatever its name, that takes any record of these types: those that fit what is typed."""
    types = [name for name in request.GET.get("types", "").split(",") if name]
    typed = next((request.GET[name] for name in request.GET if name != "types"), "").strip()[:200]
    return render(request, "kit/known.html", {"labels": offered(actor, typed, types) if typed else []})


def _records(actor: Actor, text: str) -> tuple[str, list[dict[str, Any]]]:
    """What they are, and the records: the one whose key was typed, then those with the words."""
    found = search(actor, text, limit=12)
    ids = [*with_key(actor, text), *(hit.record_id for hit in found.hits)]
    labels = reading.labels_of_any(actor, ids)
    items = [
        {"url": label.url(actor), "label": label.title, "key": label.key, "icon": registry.at_path(label.path).icon}
        for record_id in dict.fromkeys(ids)
        if (label := labels.get(record_id))
    ]
    if found.instead:
        return f"Records with “{found.instead}”", items
    return "Records, the best of the newest 2,000" if found.capped else "Records", items


def _pages(actor: Actor, text: str) -> list[dict[str, Any]]:
    """Pages whose name has what was typed, then those that have it among their other names."""
    pages: list[dict[str, Any]] = []
    for entry in extensions.menu:
        key = f"g {entry.key}" if entry.key else ""
        pages.append(_option(actor, entry.label, entry.path, entry.icon, entry.also, hint=entry.group, key=key))
    pages += [
        _option(actor, place.label, place.path, place.icon, place.also, hint=place.group)
        for place in extensions.places
        if place.shown(actor)
    ]
    pages += [
        _option(actor, t.nouns.capitalize(), f"{t.path}/", t.icon, t.also)
        for t in registry
        if actor.may(Verb.VIEW, t.name)
    ]
    return _fitting(pages, text)[:_PAGES]


def _doings(actor: Actor, text: str) -> list[dict[str, Any]]:
    """What can be made or brought in, first what the work goes on from."""
    new, brought = [], []
    for t in sorted(registry, key=lambda one: one.name not in extensions.onward):
        if actor.may(Verb.CREATE, t.name):
            new.append(_option(actor, f"New {t.noun}", f"{t.path}/new", "plus", "add create make"))
        if t.importable and actor.may(Verb.IMPORT, t.name):
            words = "upload bring file csv excel spreadsheet undo"
            brought.append(_option(actor, f"Import {t.nouns}", f"{t.path}/import/", "upload", f"{words} {t.noun}"))
    return _fitting(new, text)[:_DOINGS] + _fitting(brought, text)[:_DOINGS]


def _option(actor: Actor, label: str, path: str, icon: str, also: str = "", **more: str) -> dict[str, Any]:
    return {"label": label, "url": f"/{actor.workspace.slug}/{path}", "icon": icon, "also": also, **more}


def _fitting(options: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Options, each address once, of whose words each typed one begins one; those that are called so come first."""
    typed = text.casefold().split()
    if not typed:
        return []
    by_name = [one for one in options if _has(one["label"], typed)]
    by_words = [one for one in options if _has(f"{one['label']} {one['also']}", typed)]
    found: dict[str, dict[str, Any]] = {}
    for one in by_name + by_words:
        found.setdefault(one["url"], one)
    return list(found.values())


def _has(text: str, typed: list[str]) -> bool:
    words = text.casefold().replace("-", " ").split()
    return all(any(word.startswith(start) for word in words) for start in typed)
