"""The page on which features are picked from themes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions, ticks
from northing.features.models import Feature
from northing.features.ticks import Row
from northing.kit.problems import Invalid, Problem
from northing.kit.reading import Label, labels
from northing.kit.record_types import registry
from northing.kit.views.doors import page

MOST_TITLES = 2_000
LINKS_AT = 0.25
"""Likeness from which a theme is taken for what a feature is about, unless the person says otherwise."""
_COMPARED = 5
_EXAMPLES = 5
Offered = tuple[Row, str]
"""A theme, and why it is not ticked."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A feature that a theme reads like; `strong` where the theme is linked to it if nothing else is said."""

    id: int
    label: Label
    strong: bool


@page("GET", "POST")
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accept found themes and make a feature of each that is ticked, in one step."""
    actor.require(Verb.CREATE, registry.of(Feature).name)
    rows = sorted([*_themes(actor), *_proposals(actor)], key=lambda row: (row.broad, -row.voices))
    offered = list(ticks.ticked(rows, _built(actor)))
    if request.method == "POST":
        _keep_ticks(request, actor, offered)
        return HttpResponse(status=204) if "keep" in request.POST else _picked(request, actor)
    shown = list(_with_own(offered, _kept_ticks(request, actor)))
    context = {
        "rows": [(row, why, like) for (row, why), like in zip(shown, _existing(actor, rows), strict=True)],
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


def _existing(actor: Actor, rows: Sequence[Row]) -> list[Existing | None]:
    """For each row, the feature that it reads like, if there is one: half by its title and phrases, half by its
    clearest messages. One broad word decides nothing by itself."""
    features = registry.of(Feature)
    names = [f"{row.title}\n{row.about}" for row in rows]
    said = ["\n".join(one.title for one in row.examples) for row in rows]
    found = insight.alike_to_each(actor, features, [*names, *said], _COMPARED)
    best = [_likest(*both) for both in zip(found[: len(rows)], found[len(rows) :], strict=True)]
    titles = labels(actor, features, [pk for pk, _ in best])
    return [
        Existing(pk, titles[pk], likeness >= LINKS_AT and not row.broad) if pk in titles else None
        for row, (pk, likeness) in zip(rows, best, strict=True)
    ]


def _likest(*found: Sequence[insight.Alike]) -> tuple[int, float]:
    """The record most alike on average, and how much; 0 for none."""
    totals: dict[int, float] = defaultdict(float)
    for one in (one for some in found for one in some):
        totals[one.record_id] += one.likeness / len(found)
    return max(totals.items(), key=lambda row: (row[1], row[0]), default=(0, 0.0))


def _themes(actor: Actor) -> Iterator[Row]:
    """Accepted themes that no live feature answers yet, nor the theme that they are part of."""
    answered = Feature.objects.within(actor).filter(archived_at=None).exclude(theme=None).values("theme")
    rows = insight.Theme.objects.within(actor).filter(archived_at=None).exclude(pk__in=answered)
    found = list(rows.exclude(parent__in=answered).order_by("-pk")[:200])
    held = insight.feedback_ids_of_themes(actor, [theme.pk for theme in found])
    voices, examples = insight.voice_counts(actor, held), _examples(actor, held)
    return (
        Row("theme", theme.pk, theme.title, theme.description, voices[theme.pk], examples=examples[theme.pk])
        for theme in found
    )


def _proposals(actor: Actor) -> Iterator[Row]:
    found = insight.proposals(actor)
    examples = _examples(actor, {one.pk: one.feedback_ids for one in found})
    return (
        Row("proposal", one.pk, one.title, ", ".join(one.phrases), one.voices, one.broad, examples[one.pk])
        for one in found
    )


def _examples(actor: Actor, feedback_ids: Mapping[int, Sequence[int]]) -> dict[int, list[Label]]:
    """The clearest messages of each group."""
    first = {key: ids[:_EXAMPLES] for key, ids in feedback_ids.items()}
    titles = labels(actor, registry.of(insight.Feedback), (pk for ids in first.values() for pk in ids))
    return {key: [titles[pk] for pk in ids if pk in titles] for key, ids in first.items()}


def _picked(request: HttpRequest, actor: Actor) -> HttpResponse:
    proposals, themes = (_ids(request, name) for name in ("proposal", "theme"))
    if not proposals and not themes:
        raise Invalid([Problem("theme", "", "tick at least one theme")])
    with transaction.atomic():
        open_ones = {found.pk for found in insight.proposals(actor)}
        proposals = sorted(open_ones.intersection(proposals))
        insight.name_themes(actor, {pk: title for pk in themes if (title := _typed(request, "theme", pk))})
        accepted = insight.accept_themes(actor, proposals, {pk: _typed(request, "proposal", pk) for pk in proposals})
        into = {pk: _target(request, "theme", pk) for pk in themes}
        into |= {theme.pk: _target(request, "proposal", pk) for pk, theme in zip(proposals, accepted, strict=True)}
        titles = {pk: _typed(request, "theme", pk) for pk in themes}
        made = actions.features_from_themes(actor, [pk for pk, feature in into.items() if not feature], titles)
        linked = actions.link_themes(actor, {pk: feature for pk, feature in into.items() if feature})
    messages.success(request, _told(len(made), linked))
    return HttpResponseRedirect(f"/{actor.workspace.slug}/{'sizing' if made else 'features'}/")


def _told(made: int, linked: int) -> str:
    """
    >>> _told(2, 1), _told(0, 1)
    ('2 features made; now size them. 1 theme linked to what you have', '1 theme linked to what you have')
    """
    parts = [(made, "feature", "made; now size them"), (linked, "theme", "linked to what you have")]
    told = [f"{count} {noun}{'s' * (count != 1)} {what}" for count, noun, what in parts if count]
    return ". ".join(told) or "Nothing new: these themes have their features already"


def _target(request: HttpRequest, name: str, pk: int) -> int:
    """The feature chosen to be asked for by a theme; 0 for one to be made."""
    chosen = _ids(request, f"into-{name}-{pk}", "choose a feature of the list, or a new one")
    return chosen[0] if chosen else 0


def _typed(request: HttpRequest, name: str, pk: int) -> str:
    """The title typed over the one that a theme came with."""
    return request.POST.get(f"title-{name}-{pk}", "").strip()


def _ids(request: HttpRequest, name: str, way_out: str = "tick themes of the list") -> list[int]:
    given = [value for value in request.POST.getlist(name) if value]
    if not all(value.isascii() and value.isdecimal() and len(value) < 16 for value in given):
        raise Invalid([Problem(name, ", ".join(given)[:80], way_out)])
    return [int(value) for value in given]
