"""Features picked from themes: those that many ask for are ticked to begin with."""

from __future__ import annotations

from collections.abc import Iterator
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
    if request.method == "POST":
        return _picked(request, actor)
    rows = sorted([*_themes(actor), *_proposals(actor)], key=lambda row: (row.broad, -row.voices))
    least = enough([row.voices for row in rows])
    context = {
        "rows": list(_ticked(rows, least)),
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


def _ticked(rows: list[Row], least: int) -> Iterator[tuple[Row, str]]:
    """Rows, each with why it is not ticked."""
    for place, row in enumerate(rows):
        if row.broad:
            yield row, "one broad word"
        elif row.voices < least:
            yield row, "few voices"
        else:
            yield row, "" if place < MOST_TICKED else f"after the first {MOST_TICKED}"


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
