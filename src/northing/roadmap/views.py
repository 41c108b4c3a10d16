"""The roadmap: timeline, now/next/later and list; moving targets; placing in releases; sharing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from northing.access.actor import Actor, system
from northing.access.requests import site_address
from northing.access.roles import Verb
from northing.features.public import Feature
from northing.kit import history, reading
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole
from northing.roadmap import actions, panels, queries
from northing.roadmap import why as reasons
from northing.roadmap.ageing import changed_since
from northing.roadmap.cards import chance
from northing.roadmap.drawing import ZOOMS, colours, draw, fitting, timeline
from northing.roadmap.jobs import forecast_anew
from northing.roadmap.lines import GROUPINGS, by_rank, by_stretch, lines, with_features
from northing.roadmap.models import PublishedView, Release
from northing.roadmap.order import rule
from northing.roadmap.rules import SHAREABLE, aimed_day, span
from northing.ui import formats
from northing.ui.shell import layout
from northing.ui.toasts import changed, toast

VIEWS = {"timeline": "Timeline", "now": "Now, next, later", "list": "List"}
MOST_MOVED = 6
SHOWN_AT_FIRST = ("status", "forecast", "releases")
PREVIEWED = 300
_FURTHEST = 36_500
_ZOOM = "roadmap zoom"  # what was chosen holds until another is


def base_of(actor: Actor) -> str:
    """The roadmap's address."""
    return f"/{actor.workspace.slug}/roadmap/"


@page("GET")
def roadmap(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The roadmap in one of its views."""
    actor.require(Verb.VIEW, "feature")
    view = _chosen(request, "view", VIEWS)
    by = _chosen(request, "by", GROUPINGS)
    shown = lines(actor)
    zoom = _chosen(request, "zoom", ZOOMS, request.session.get(_ZOOM) or fitting(shown))
    if request.GET.get("zoom") == zoom:
        request.session[_ZOOM] = zoom
    may_update = actor.may(Verb.UPDATE, "feature")
    forecast = queries.current_forecast(actor)
    builders = queries.builders(queries.teams_in_order(actor)) if forecast else []
    features_url = reading.list_url(actor, registry.of(Feature))
    context: dict[str, Any] = {
        "view": view,
        "views": VIEWS.items(),
        "by": by,
        "groupings": GROUPINGS.items(),
        "zoom": zoom,
        "zooms": [(name, name.capitalize()) for name in ZOOMS],
        "shown": shown,
        "dateless": [line for line in shown.features if line.outlook is None],
        "forecast": forecast,
        "since": changed_since(actor, forecast) if forecast else "",
        "order": rule(forecast.run.inputs) if forecast else "",
        "teamless": queries.without_team(actor) if len(builders) > 1 else 0,
        "builders": builders,
        "assumed_teams": queries.assumed_teams(actor) if forecast else 0,
        "teams_url": reading.list_url(actor, registry.named("team")),
        "is_dated": any(line.outlook for line in [*shown.features, *shown.marks]),
        "may_update": may_update,
        "may_staff": actor.may(Verb.UPDATE, "team"),
        "base": base_of(actor),
        "next_url": f"{base_of(actor)}next" if may_update else "",
        "lists": [
            (reading.list_url(actor, registry.named(name)), registry.named(name).nouns.capitalize())
            for name in ("release", "milestone", "dependency")
        ],
        "features_url": features_url,
    }
    if view == "timeline":
        drawn = timeline(actor, shown, by, zoom)
        context["timeline"] = draw(drawn, base_of(actor) if may_update else "")
        context["signs"] = drawn.signs()
        context["colours"] = colours(shown)
    elif view == "now":
        context["columns"] = by_stretch(shown.features)
    return render(request, "roadmap/roadmap.html", context)


def _chosen(request: HttpRequest, name: str, options: Any, otherwise: str = "") -> str:
    value = request.GET.get(name, "")
    return value if value in options else otherwise or next(iter(options))


@page("POST")
def refresh(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Forecast anew and say what moved; a large plan is left to a job."""
    actor.require(Verb.UPDATE, "feature")
    text = forecast_anew(actor)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(f"/{actor.workspace.slug}/" if "home" in request.POST else base_of(actor))
    return changed(text)


@page("GET")
def preview(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """What a target would mean: its chance, and what else would move; nothing is written."""
    actor.require(Verb.UPDATE, "feature")
    _, record = actions.dated_record(actor, key)
    target = _shifted(actor, record, request.GET.get("days", ""))
    large = queries.forecast_features(actor).count() > PREVIEWED
    found = (
        actions.Preview(queries.outlook_on(actor, record)) if large else actions.preview_target(actor, record, target)
    )
    labels = reading.labels_of_any(actor, [one.record_id for one in found.moved])
    others = [one for one in found.moved if one.record_id != record.pk]
    shown = [(labels[one.record_id], one) for one in others if one.record_id in labels]
    context = {
        "record": record,
        "target": target,
        "large": large,
        "outlook": found.outlook,
        "chance": chance(found.outlook, target) if found.outlook else None,
        "own": next((one for one in found.moved if one.record_id == record.pk), None),
        "moved": shown[:MOST_MOVED],
        "more": max(len(shown) - MOST_MOVED, 0),
        "count": len(shown),
    }
    return render(request, "roadmap/preview.html", context)


@page("POST")
def move(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Move a target by days: from its day or the last of its quarter; without one from the work's likely day."""
    record_type, record = actions.dated_record(actor, key)
    actor.require(Verb.UPDATE, record_type.name)
    target = _shifted(actor, record, request.POST.get("days", ""))
    moved = actions.move_target(actor, key, target, whole(request.POST.get("version", "")))
    return changed(f"{key} aims at {formats.day(target)}", history.latest_undo_url(actor, moved))


def _shifted(actor: Actor, record: Any, days: str) -> date:
    try:
        shift = int(days)
    except ValueError:
        shift = _FURTHEST + 1
    if abs(shift) > _FURTHEST:
        raise Invalid([Problem("days", days, "must be a whole number of days, such as -7 or 14")])
    outlook = queries.outlooks(actor, [record.pk]).get(record.pk)
    today = timezone.localdate()
    day = aimed_day(record, today) or (outlook.work.likely if outlook else today)
    return day + timedelta(days=shift)


@page("POST")
def aim(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Aim at now, next or later: where a card was dropped."""
    words = request.POST.get("column", "")
    if words not in ("now", "next", "later"):
        raise Invalid([Problem("column", words, "must be now, next or later")])
    feature = actions.aim(actor, key, words)
    return changed(f"{key} aims at {words}", history.latest_undo_url(actor, feature))


@page("GET")
def why(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Why the forecast says what it says, for the panel that fetches it."""
    record_type, record = actions.dated_record(actor, key)
    actor.require(Verb.VIEW, record_type.name)
    return render(request, "roadmap/why.html", {"sentences": reasons.why(actor, record)})


@page("GET", "POST")
def place(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The releases to choose from; or put a feature into one (`release`, a key), or take it out (`remove`)."""
    feature = reading.get_record(actor, registry.of(Feature), key)
    if request.method == "GET":
        return HttpResponse(panels.pick_release(request, actor, feature))
    if "remove" in request.POST:
        actions.displace(actor, feature, _release(actor, request.POST["remove"]))
    else:
        actions.place(actor, feature, _release(actor, request.POST.get("release", "")))
    return HttpResponseRedirect(reading.record_url(actor, registry.of(Feature), feature))


def _release(actor: Actor, key: str) -> Release:
    release: Release = reading.get_record(actor, registry.of(Release), key)
    return release


@page("GET", "POST")
def share(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Links that work without signing in: those there are, and a new one, whose address is shown once."""
    actor.require(Verb.UPDATE, "release")
    context, status = _share_form(request, actor), 200
    if request.method == "POST":
        context |= {"title": request.POST.get("title", ""), "chosen": request.POST.getlist("fields")}
        try:
            secret = actions.publish(actor, context["title"], context["chosen"])
            context["address"] = f"{site_address(request)}/shared/{secret}/"
        except Invalid as error:
            context["problems"], status = error.problems, 422
    context |= _shared_so_far(actor)
    return render(request, "roadmap/share.html", context, status=status)


def _share_form(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the form for a new link begins with."""
    return {
        "layout": layout(request),
        "base": base_of(actor),
        "options": SHAREABLE.items(),
        "chosen": SHOWN_AT_FIRST,
        "title": f"{actor.workspace.name} roadmap",
    }


def _shared_so_far(actor: Actor) -> dict[str, Any]:
    """The links that work, and what of the roadmap they do not show."""
    left_out = queries.aimed_candidates(actor).order_by("pk").values_list("title", flat=True)
    return {"links": queries.published_views(actor), "left_out": list(left_out)}


@page("POST")
def revoke(request: HttpRequest, actor: Actor, view_id: int) -> HttpResponse:
    """Let a link work no more."""
    actions.revoke(actor, view_id)
    if request.headers.get("HX-Request"):
        context = _share_form(request, actor) | _shared_so_far(actor)
        return toast(render(request, "roadmap/share.html", context), "The link works no more")
    return HttpResponseRedirect(base_of(actor))


@require_GET
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """The roadmap as outsiders may see it: titles of what is decided, and of status and dates what was chosen."""
    view = PublishedView.behind(secret)
    if view is None:
        raise Http404("No such page")
    actor = system(view.workspace)
    forecast = "forecast" in view.fields
    shown = lines(actor, decided=True, forecast=forecast)
    features = by_rank(actor, shown.features) if "rank" in view.fields else shown.features
    context = {
        "view": view,
        "columns": [(label, span(name, timezone.localdate()), found) for name, label, found in by_stretch(features)],
        "releases": with_features(actor, shown) if "releases" in view.fields else [],
        "shows": {name: name in view.fields for name in SHAREABLE},
        "forecast": queries.current_forecast(actor) if forecast else None,
    }
    response = render(request, "roadmap/shared.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
