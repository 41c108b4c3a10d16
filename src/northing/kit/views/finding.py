"""Search from anywhere: the palette's results."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor, Forbidden
from northing.access.roles import Verb
from northing.kit import reading
from northing.kit.extensions import extensions
from northing.kit.problems import Missing
from northing.kit.record_types import registry
from northing.kit.search import search
from northing.kit.views.doors import page


@page("GET")
def palette(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Records that match, and pages whose name does."""
    text = request.GET.get("q", "").strip()[:200]
    label, records = _records(actor, text)
    groups = [(label, records), ("Go to", _pages(actor, text)), ("Create", _creations(actor, text))]
    context = {"groups": [{"label": label, "items": items} for label, items in groups if items]}
    return render(request, "ui/palette_results.html", context)


def _records(actor: Actor, text: str) -> tuple[str, list[dict[str, Any]]]:
    """What they are, and the records: the one whose key was typed, then those with the words."""
    found = search(actor, text, limit=12)
    ids = [hit.record_id for hit in found.hits]
    with suppress(Missing, Forbidden):
        ids.insert(0, reading.find_any(actor, text))
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
    entries = [(entry.label, entry.path, entry.icon) for entry in extensions.menu]
    known = {path for _, path, _ in entries}
    lists = [(t.nouns.capitalize(), f"{t.path}/", t.icon) for t in registry if actor.may(Verb.VIEW, t.name)]
    entries += [entry for entry in lists if entry[1] not in known]
    matching = [entry for entry in entries if text.casefold() in entry[0].casefold()]
    return [
        {"url": f"/{actor.workspace.slug}/{path}", "label": label, "icon": icon} for label, path, icon in matching[:8]
    ]


def _creations(actor: Actor, text: str) -> list[dict[str, Any]]:
    words = text.casefold().removeprefix("new").strip()
    return [
        {"url": f"{reading.list_url(actor, t)}new", "label": f"New {t.noun}", "icon": "plus"}
        for t in registry
        if text and words in t.noun and actor.may(Verb.CREATE, t.name)
    ][:4]
