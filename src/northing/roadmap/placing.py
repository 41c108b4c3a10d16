"""The dialog that puts ticked features onto the roadmap: into a release, decided on, aimed at now, next or later."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features.public import Feature, Status
from northing.kit.history import undo_url
from northing.kit.problems import Invalid, Problem
from northing.kit.reading import get_record, labels
from northing.kit.record_types import registry
from northing.kit.views.doors import page
from northing.kit.views.lists import ticked
from northing.roadmap import actions, queries
from northing.roadmap.lines import STRETCHES
from northing.roadmap.models import Release
from northing.roadmap.rules import is_out
from northing.roadmap.views import base_of
from northing.ui import formats
from northing.ui.shell import layout
from northing.ui.toasts import changed


@page("POST")
def place_ticked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """With `ids` alone the dialog; with what was chosen there, all of them in one change."""
    actor.require(Verb.UPDATE, registry.of(Release).name)
    ids = ticked(request)
    if "choose" not in request.POST:
        return _dialog(request, actor, ids)
    aim, named = request.POST.get("aim", ""), request.POST.get("new", "").strip()
    if aim not in ("", *(name for name, _ in STRETCHES)):
        raise Invalid([Problem("aim", aim, "must be now, next or later")])
    release = named or _release(actor, request.POST.get("release", ""))
    if not (release or aim or "decide" in request.POST):
        raise Invalid([Problem("release", "", "choose a release, a time, or to plan them; nothing was chosen")])
    planned = actions.plan(actor, ids, release, aim, decided="decide" in request.POST)
    words = registry.of(Feature).counted(len(ids))
    text = f"{words} in {planned.release.title}" if planned.release else f"{words} planned"
    undo = undo_url(actor, planned.change_id)
    return changed(text, undo=undo, also="close-dialog", onward=("Roadmap", base_of(actor)))


def _dialog(request: HttpRequest, actor: Actor, ticked_ids: list[int]) -> HttpResponse:
    chosen = Feature.objects.within(actor).filter(pk__in=ticked_ids)
    features = {one.pk: one for one in chosen.only("status").order_by("pk")}
    declined = [pk for pk, one in features.items() if one.status == Status.DECLINED]
    released = [pk for pk, one in features.items() if is_out(one)]
    ids = [pk for pk in ticked_ids if pk not in set(declined)]
    found = labels(actor, registry.of(Feature), ids)
    context = {
        "layout": layout(request),
        "ids": ",".join(map(str, ids)),
        "count": len(found),
        "examples": list(found.values()),
        "declined": list(labels(actor, registry.of(Feature), declined).values()),
        "released": [found[pk] for pk in released if pk in found],
        "links": len(queries.published_views(actor)),
        "releases": [
            (registry.of(Release).key(one), f"{one.title}, {formats.day(one.target)}" if one.target else one.title)
            for one in queries.open_releases(actor)
        ],
        "stretches": STRETCHES,
    }
    return render(request, "roadmap/place_ticked.html", context)


def _release(actor: Actor, key: str) -> Release | None:
    release: Release | None = get_record(actor, registry.of(Release), key) if key else None
    return release
