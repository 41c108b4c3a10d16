"""Features picked from themes: those that many ask for are ticked to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions
from northing.features.models import Feature
from northing.kit.problems import Invalid, Problem
from northing.kit.reading import Label, labels
from northing.kit.record_types import registry
from northing.kit.views.doors import page

MOST_TICKED, FEW = 20, 5
MOST_TITLES = 2_000
_GENERIC = frozenset(
    {
        "app",
        "bug",
        "bugs",
        "bundle",
        "desktop",
        "duplicate",
        "enhancement",
        "feature",
        "features",
        "feedback",
        "general",
        "help",
        "idea",
        "ideas",
        "improvement",
        "issue",
        "issues",
        "misc",
        "mobile",
        "other",
        "question",
        "request",
        "requests",
        "story",
        "support",
        "task",
        "todo",
        "ui",
        "ux",
        "web",
        "wish",
    }
)
"""Labels of trackers and the like: many ask under them, for different things."""


@dataclass(frozen=True, slots=True)
class Row:
    """A theme, or one that was found and waits for a yes. `broad` when one word is all that names it."""

    name: str
    id: int
    title: str
    about: str
    voices: int
    broad: bool = False
    example: Label | None = None


@page("GET", "POST")
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accept found themes and make a feature of each that is ticked, in one step."""
    actor.require(Verb.CREATE, registry.of(Feature).name)
    rows = sorted([*_themes(actor), *_proposals(actor)], key=lambda row: (row.broad, -row.voices))
    if request.method == "POST":
        _keep_ticks(request, actor, rows)
        return HttpResponse(status=204) if "keep" in request.POST else _picked(request, actor)
    least = enough([row.voices for row in rows])
    built = Feature.objects.within(actor).filter(archived_at=None).order_by("-pk").values_list("title", flat=True)
    ticks = _kept_ticks(request, actor)
    context = {
        "rows": list(_with_own(_ticked(rows, least, [row.title for row in rows] + list(built[:MOST_TITLES])), ticks)),
        "least": least,
        "most": MOST_TICKED,
        "what_a_voice_is": insight.WHAT_A_VOICE_IS,
    }
    return render(request, "features/pick.html", context | {"workspace": actor.workspace.slug})


def enough(voices: list[int]) -> int:
    """How many voices a theme needs to be ticked: five, or half of the most that any has where that is less.

    >>> enough([40, 12, 3]), enough([4, 1]), enough([])
    (5, 2, 1)
    """
    return max(1, min(FEW, (max(voices, default=0) + 1) // 2))


def _ticked(rows: list[Row], least: int, titles: Iterable[str]) -> Iterator[tuple[Row, str]]:
    """Rows, each with why it is not ticked; `titles` are those of all rows, and of what is a feature already."""
    known = [(title, _words(title)) for title in titles]
    for place, row in enumerate(rows):
        words = _words(row.title)
        if row.broad:
            yield row, "one broad word"
        elif words <= _GENERIC:
            yield row, "says not what to build"
        elif wider := next((title for title, others in known if words < others), ""):
            yield row, f"part of {wider}"
        elif row.voices < least:
            yield row, "few voices"
        else:
            yield row, "" if place < MOST_TICKED else f"after the first {MOST_TICKED}"


def _words(title: str) -> frozenset[str]:
    return frozenset(title.casefold().replace(",", " ").replace(":", " ").split())


def _with_own(rows: Iterable[tuple[Row, str]], ticks: Mapping[str, bool]) -> Iterator[tuple[Row, str]]:
    """Rows as the person left them, where they were here before."""
    for row, why in rows:
        if ticks.get(row.title, not why):
            yield row, ""
        else:
            yield row, why or "left out by you"


def _keep_ticks(request: HttpRequest, actor: Actor, rows: Iterable[Row]) -> None:
    """Remember, until the person signs out, what is ticked: coming back shows it as it was left."""
    given = {(name, pk) for name in ("proposal", "theme") for pk in _ids(request, name)}
    shown = {row.title: (row.name, row.id) in given for row in rows if f"title-{row.name}-{row.id}" in request.POST}
    request.session[f"picked in {actor.workspace_id}"] = _kept_ticks(request, actor) | shown


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
