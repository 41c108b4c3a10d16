"""The page on which features are picked from themes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions, ticks
from northing.features.models import Feature
from northing.features.ticks import Row
from northing.kit.problems import Invalid, Problem
from northing.kit.reading import labels
from northing.kit.record_types import registry
from northing.kit.views.doors import page

MOST_TITLES = 2_000
Offered = tuple[Row, str]
"""A theme, and why it is not ticked."""


@page("GET", "POST")
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accept found themes and make a feature of each that is ticked, in one step."""
    actor.require(Verb.CREATE, registry.of(Feature).name)
    rows = sorted([*_themes(actor), *_proposals(actor)], key=lambda row: (row.broad, -row.voices))
    offered = list(ticks.ticked(rows, _built(actor)))
    if request.method == "POST":
        _keep_ticks(request, actor, offered)
        return HttpResponse(status=204) if "keep" in request.POST else _picked(request, actor)
    context = {
        "rows": list(_with_own(offered, _kept_ticks(request, actor))),
        "least": ticks.enough([row.voices for row in rows]),
        "most": ticks.MOST_TICKED,
        "what_a_voice_is": insight.WHAT_A_VOICE_IS,
    }
    return render(request, "features/pick.html", context | {"workspace": actor.workspace.slug})


def _built(actor: Actor) -> list[str]:
    """Titles of what is a feature already, the newest."""
    live = Feature.objects.within(actor).filter(archived_at=None)
    return list(live.order_by("-pk").values_list("title", flat=True)[:MOST_TITLES])


def _with_own(offered: Iterable[Offered], own: Mapping[str, bool]) -> Iterator[Offered]:
    """Rows as the person left them, where they were here before."""
    for row, why in offered:
        if own.get(row.title, not why):
            yield row, ""
        else:
            yield row, why or "left out by you"


def _keep_ticks(request: HttpRequest, actor: Actor, offered: Iterable[Offered]) -> None:
    """Remember, until the person signs out, which ticks are otherwise than proposed: coming back shows them so."""
    given = {(name, pk) for name in ("proposal", "theme") for pk in _ids(request, name)}
    left = {
        row.title: (row.name, row.id) in given
        for row, why in offered
        if f"title-{row.name}-{row.id}" in request.POST and ((row.name, row.id) in given) == bool(why)
    }
    request.session[f"picked in {actor.workspace_id}"] = left


def _kept_ticks(request: HttpRequest, actor: Actor) -> dict[str, bool]:
    kept: dict[str, bool] = request.session.get(f"picked in {actor.workspace_id}", {})
    return kept


def _themes(actor: Actor) -> Iterator[Row]:
    """Accepted themes that no live feature answers yet."""
    answered = Feature.objects.within(actor).filter(archived_at=None).exclude(theme=None).values("theme")
    rows = insight.Theme.objects.within(actor).filter(archived_at=None).exclude(pk__in=answered)
    found = list(rows.order_by("-pk")[:200])
    voices = insight.theme_voices(actor, [theme.pk for theme in found])
    return (Row("theme", theme.pk, theme.title, theme.description, voices[theme.pk]) for theme in found)


def _proposals(actor: Actor) -> Iterator[Row]:
    found = insight.proposals(actor)
    examples = labels(actor, registry.named("feedback"), (one.feedback_ids[0] for one in found))
    return (
        Row(
            "proposal",
            one.pk,
            one.title,
            ", ".join(one.phrases),
            one.voices,
            one.broad,
            examples.get(one.feedback_ids[0]),
        )
        for one in found
    )


def _picked(request: HttpRequest, actor: Actor) -> HttpResponse:
    proposals, themes = (_ids(request, name) for name in ("proposal", "theme"))
    if not proposals and not themes:
        raise Invalid([Problem("theme", "", "tick at least one theme")])
    chosen = [found for found in insight.proposals(actor) if found.pk in set(proposals)]
    accepted = insight.accept_themes(actor, proposals) if proposals else []
    titles = {pk: _typed(request, "theme", pk) for pk in themes}
    by_title = {found.title: _typed(request, "proposal", found.pk) for found in chosen}
    titles |= {theme.pk: by_title.get(theme.title, "") for theme in accepted}
    made = actions.features_from_themes(actor, [*themes, *(theme.pk for theme in accepted)], titles)
    messages.success(request, f"{len(made)} feature{'s' * (len(made) != 1)} made; now size them")
    return HttpResponseRedirect(f"/{actor.workspace.slug}/sizing/")


def _typed(request: HttpRequest, name: str, pk: int) -> str:
    """The title typed over the one that a theme came with."""
    return request.POST.get(f"title-{name}-{pk}", "").strip()


def _ids(request: HttpRequest, name: str) -> list[int]:
    given = request.POST.getlist(name)
    if not all(value.isascii() and value.isdecimal() and len(value) < 16 for value in given):
        raise Invalid([Problem(name, ", ".join(given)[:80], "tick themes of the list")])
    return [int(value) for value in given]
