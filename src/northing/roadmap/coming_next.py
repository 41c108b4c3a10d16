"""The page on which a plan begins: how many people build, and what comes next; it is forecast at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import F
from django.db.models.lookups import IsNull
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import MeasureValue, measures_of
from northing.features.public import RANK, VOICES, Feature
from northing.kit.history import undo_url
from northing.kit.problems import Invalid, Problem
from northing.kit.reading import list_url
from northing.kit.record_types import registry
from northing.kit.views.doors import go_to, page, whole, whole_numbers
from northing.roadmap import actions, queries
from northing.roadmap.jobs import forecast_anew
from northing.roadmap.views import base_of

OFFERED, TICKED, MOST_TEAMS = 40, 10, 20
_EFFORT, _TEAM, _OUR_TEAM = "effort", "team", "Our team"


@dataclass(frozen=True, slots=True)
class Row:
    """A feature that is in the plan or could be, with its rank, voices and effort as far as they are known."""

    feature: Feature
    key: str
    known: Mapping[str, MeasureValue]


@page("GET", "POST")
def coming_next(request: HttpRequest, actor: Actor) -> HttpResponse:
    """People by team, and the features that come next, in the order of their ranks."""
    actor.require(Verb.UPDATE, registry.of(Feature).name)
    if request.method == "POST":
        return _planned(request, actor)
    ours = queries.planned_features(actor).select_related("team")
    planned = _rows(actor, ours.order_by(IsNull(F("team"), False), "-pk")[:OFFERED])
    offered = _rows(actor, queries.undecided_in_order(actor, OFFERED))
    ordered = [row for row in offered if row.known.keys() & {RANK, VOICES}]
    datable = [row.feature.pk for row in ordered if _EFFORT in row.known]
    teams = queries.teams_in_order(actor)[:MOST_TEAMS]
    context = {
        "teams": teams,
        "builders": queries.builders(teams),
        "may_staff": actor.may(Verb.UPDATE, _TEAM),
        "our_team": _OUR_TEAM,
        "planned": planned,
        "offered": offered,
        "ticked": set(datable[: max(TICKED - len(planned), 0)]),
        "is_ranked": any(RANK in row.known for row in offered),
        "is_asked": bool(ordered),
        "teams_url": list_url(actor, registry.named(_TEAM)),
        "features_url": list_url(actor, registry.of(Feature)),
        "links": len(queries.published_views(actor)),
        "base": base_of(actor),
    }
    return render(request, "roadmap/coming_next.html", context)


def _rows(actor: Actor, found: Iterable[Feature]) -> list[Row]:
    features = list(found)
    known = measures_of(actor, [feature.pk for feature in features], [RANK, VOICES, _EFFORT])
    return [Row(feature, registry.of(Feature).key(feature), known.get(feature.pk, {})) for feature in features]


def _planned(request: HttpRequest, actor: Actor) -> HttpResponse:
    ids = whole_numbers("feature", request.POST.getlist("feature"), "tick what is on the list")
    if not ids and not queries.planned_features(actor).exists():
        raise Invalid([Problem("feature", "", "tick at least one: nothing is planned yet")])
    people = {pk: text for pk, text in _changed(request, "people").items() if text}
    teams = {pk: _team(text) for pk, text in _changed(request, _TEAM).items()}
    new_team = {"name": _OUR_TEAM, "people": typed} if (typed := request.POST.get("people", "").strip()) else None
    change_id = actions.begin_plan(actor, ids, teams, people, new_team)
    messages.success(request, forecast_anew(actor), extra_tags=undo_url(actor, change_id))
    return go_to(request, base_of(actor))


def _changed(request: HttpRequest, name: str) -> dict[int, str]:
    """What was typed in the fields of this name, by the id that stands behind it, where it is not what the page had
    shown: what nobody touched is nobody's word, and another may have changed it meanwhile."""
    typed = {field: str(value).strip() for field, value in request.POST.items() if field.startswith(f"{name}-")}
    by_id = {pk: field for field in typed if (pk := whole(field.removeprefix(f"{name}-"))) is not None}
    return {pk: typed[field] for pk, field in by_id.items() if typed[field] != request.POST.get(f"was-{field}", "")}


def _team(text: str) -> int | None:
    if text and whole(text) is None:
        raise Invalid([Problem(_TEAM, text, "choose one of the list, or none")])
    return whole(text)
