"""The page on which a plan begins: how many people build, and what comes next; it is forecast at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.db.models.lookups import IsNull
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import measures_of
from northing.features.public import RANK, VOICES, Feature
from northing.kit.history import undo_url
from northing.kit.problems import BadValue, Invalid, Problem
from northing.kit.reading import list_url
from northing.kit.record_types import registry
from northing.kit.views.doors import go_to, page, whole, whole_numbers
from northing.roadmap import actions, queries
from northing.roadmap.jobs import forecast_anew
from northing.roadmap.proposing import EFFORT, OWN, Offer, Proposal, Row, offer, propose
from northing.roadmap.views import base_of

OFFERED, MOST_TEAMS = 40, 20
_TEAM, _OUR_TEAM = "team", "Our team"
_WAY, _AGAIN = "take", "again"


@page("GET", "POST")
def coming_next(request: HttpRequest, actor: Actor) -> HttpResponse:
    """People by team, and the features that come next, in the order of their ranks. With `take` what is proposed by the
    people, teams and ticks as they stand on the page; nothing is written then."""
    actor.require(Verb.UPDATE, registry.of(Feature).name)
    if request.method == "POST" and _WAY not in request.POST:
        return _planned(request, actor)
    chosen = _changed(request, _TEAM)
    ours = queries.planned_features(actor).select_related("team")
    planned = _rows(actor, ours.order_by(IsNull(F("team"), False), "-pk")[:OFFERED], chosen)
    rows = _rows(actor, queries.undecided_in_order(actor, OFFERED), chosen)
    teams = queries.teams_in_order(actor)
    offered = offer(actor, rows, planned, _staffed(request, teams))
    context = {
        "teams": teams[:MOST_TEAMS],
        "builders": queries.builders(offered.teams),
        "may_staff": actor.may(Verb.UPDATE, _TEAM),
        "our_team": _OUR_TEAM,
        "planned": planned,
        "offered": rows,
        "ways": offered.ways,
        "proposal": _proposal(request, actor, offered),
        "is_ranked": any(RANK in row.known for row in rows),
        "is_asked": any(row.is_ordered for row in rows),
        "teams_url": list_url(actor, registry.named(_TEAM)),
        "features_url": list_url(actor, registry.of(Feature)),
        "links": len(queries.published_views(actor)),
        "base": base_of(actor),
    }
    return render(request, "roadmap/coming_next.html", context)


def _rows(actor: Actor, found: Iterable[Feature], teams: Mapping[int, str]) -> list[Row]:
    features = list(found)
    known = measures_of(actor, [feature.pk for feature in features], [RANK, VOICES, EFFORT])
    rows = [
        Row(feature, registry.of(Feature).key(feature), known.get(feature.pk, {}), feature.team_id)
        for feature in features
    ]
    for feature in features:
        if feature.pk in teams:
            feature.team_id = _team(teams[feature.pk])
    return rows


def _staffed(request: HttpRequest, teams: Sequence[Any]) -> Sequence[Any]:
    """The teams with as many people as stand on the page, as far as that can be; where there is none, the new one."""
    typed = _changed(request, "people")
    if not teams and (text := request.POST.get("people", "")):
        model: Any = registry.named(_TEAM).model
        teams, typed = [model(pk=0)], {0: text}
    for team in teams:
        team.people = _people(typed.get(team.pk, ""), team)
    return teams


def _people(text: str, team: Any) -> float:
    """The number that is typed, or while that is none that a team could have, what it has."""
    team_type = registry.named(_TEAM)
    try:
        number: float = team_type.specs["people"].parse(text)
    except BadValue:
        return float(team.people)
    values = {name: getattr(team, name, None) for name in team_type.specs} | {"people": number}
    return float(team.people) if any(team_type.check(None, values)) else number


def _proposal(request: HttpRequest, actor: Actor, offered: Offer) -> Proposal:
    """What is ticked: what is proposed with the people and teams by now, unless somebody ticked otherwise."""
    way = request.POST.get(_WAY, "")
    if way == _AGAIN:
        way, ticked = (request.POST.get(name, "") for name in ("taken", "was-feature"))
        own = request.POST.getlist("feature")
        if way == OWN or set(own) != set(filter(None, ticked.split(","))):
            return Proposal(
                OWN, [pk for text in own if (pk := whole(text)) is not None], "Ticked by you; none of it is changed."
            )
    return propose(actor, offered, way)


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
