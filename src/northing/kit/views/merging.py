"""The dialog that merges a record into another of its type: which one, what would move, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor
from northing.kit import history, merging, reading
from northing.kit.fields import Field
from northing.kit.forms import RecordInput
from northing.kit.problems import BadValue, Invalid, Missing, Problem
from northing.kit.record_types import RecordType
from northing.kit.tables import field_drawer
from northing.kit.titles import record_titled
from northing.kit.views.doors import go_to, record_page
from northing.kit.views.lists import ticked
from northing.ui.shell import layout
from northing.ui.toasts import changed

_PREVIEW = "merge-preview"


@record_page("GET", "POST")
def merge(request: HttpRequest, actor: Actor, record_type: RecordType, key: str) -> HttpResponse:
    """GET asks into which record, and with `into` says what would move; POST merges into the one that was `shown`."""
    record = _mergeable(actor, record_type, key)
    given = request.GET if request.method == "GET" else request.POST
    into = given.get("shown") or given.get("into", "")
    if request.method == "GET" or "shown" not in given:
        return _dialog(request, actor, record_type, record, into.strip()[:300])
    other = _named(actor, record_type, into)
    change_id = merging.merge(actor, record_type, record.pk, other.pk)
    url, into = reading.record_url(actor, record_type, other), record_type.key(other)
    text = f"{key} merged into {into}"
    if "beside" not in given:
        messages.success(request, f"{text}. It can be undone here.")
        return go_to(request, url)
    undo = history.undo_url(actor, change_id)
    return changed(text, undo=undo, also="close-dialog close-drawer", onward=(into, url))


@record_page("POST")
def merge_ticked(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """The dialog for two ticked records: the later one would be merged into the earlier."""
    merging.require(actor, record_type)
    ids = ticked(request)
    if len(ids) != 2:
        raise Invalid([Problem("ids", len(ids), f"tick the two {record_type.nouns} that are the same")])
    records = record_type.model.objects.within(actor).in_bulk(ids)
    if missing := [pk for pk in ids if pk not in records]:
        raise Missing(f"{record_type.noun} {missing[0]}")
    return _dialog(request, actor, record_type, records[ids[1]], record_type.key(records[ids[0]]), beside=True)


def _mergeable(actor: Actor, record_type: RecordType, key: str) -> Any:
    merging.require(actor, record_type)
    return reading.get_record(actor, record_type, key)


def _dialog(
    request: HttpRequest, actor: Actor, record_type: RecordType, record: Any, into: str, *, beside: bool = False
) -> HttpResponse:
    known = RecordInput(f"/{actor.workspace.slug}/known?types={record_type.name}")
    url = f"{reading.record_url(actor, record_type, record)}merge"
    context = {
        "layout": layout(request),
        "record_type": record_type,
        "key": record_type.key(record),
        "title": record_type.title_of(record),
        "url": url,
        "list_url": reading.list_url(actor, record_type),
        "field": known.render("into", into, {"id": "merge-into", "class": "field"}),
        "beside": beside or "beside" in request.GET or "beside" in request.POST,
    }
    context |= _shown(actor, record_type, record, into) if into else {}
    is_preview = request.headers.get("HX-Target") == _PREVIEW
    return render(request, "kit/merge_preview.html" if is_preview else "kit/merge.html", context)


def _shown(actor: Actor, record_type: RecordType, record: Any, into: str) -> dict[str, Any]:
    """What would be merged into what, or why not."""
    try:
        other = _named(actor, record_type, into)
        preview = merging.preview(actor, record_type, record, other)
    except Invalid as error:
        return {"faults": [problem.rule for problem in error.problems]}
    return {
        "preview": preview,
        "further": list(_both(actor, record_type, preview.further, record, other)),
        "kept": list(_both(actor, record_type, preview.kept, other, record)),
        "into": record_type.key(other),
        "into_title": record_type.title_of(other),
        "other_way": f"{reading.record_url(actor, record_type, other)}merge?into={record_type.key(record)}",
    }


def _both(
    actor: Actor, record_type: RecordType, specs: Iterable[Field], stays: Any, goes: Any
) -> Iterator[tuple[str, Any, Any]]:
    """What two records say in some fields, drawn: label, what stays, and what goes."""
    for spec in specs:
        draw = field_drawer(actor, record_type, spec, [stays, goes])
        yield spec.label, draw(stays), draw(goes)


def _named(actor: Actor, record_type: RecordType, text: str) -> Any:
    """The record with this key, or of this title."""
    pk: int | None = None
    with suppress(Missing):
        pk = reading.id_of(actor, record_type, text)
    try:
        pk = pk or record_titled(actor, text, (record_type.name,))
    except BadValue as error:
        raise Invalid([Problem("into", text[:80], str(error))]) from None
    return record_type.model.objects.within(actor).get(pk=pk)
