"""The page on which features are picked from themes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions, ticks
from northing.features.members import feature_named, members
from northing.features.models import Feature
from northing.features.ticks import Row
from northing.kit.history import undo_url
from northing.kit.problems import Invalid, Problem
from northing.kit.reading import Label, labels
from northing.kit.record_types import registry
from northing.kit.views.doors import go_to, page, whole_numbers

MOST_TITLES = 2_000
MOST_OFFERED = 500
LINKS_AT, LINKS_BY_MESSAGES, LEAST_BY_MESSAGES = 0.25, 0.3, 0.2
"""Likeness from which a theme is taken for what a feature is about, unless the person says otherwise: of its title and
its messages on average, if the messages alone have the least; or of the messages alone."""
_COMPARED = 5
_EXAMPLES = 5
_RATED = 20  # messages of a theme by which it is known whether people are content
_FEWEST, _CONTENT = 3, 4.5  # how many came with stars, and how many stars on average
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
    if request.method == "POST":
        _keep_ticks(request, actor)
        return HttpResponse(status=204) if "keep" in request.POST else _picked(request, actor)
    rows = sorted([*_themes(actor), *_proposals(actor)], key=lambda row: (row.broad, -row.voices))
    existing = _existing(actor, rows)
    rows = [replace(row, **_reads_like(like)) for row, like in zip(rows, existing, strict=True)]
    offered = list(ticks.ticked(rows, _built(actor)))
    shown = list(_with_own(offered, _kept_ticks(request, actor)))
    context = {
        "rows": [
            (row, why, like, not proposed)
            for (row, why), (_, proposed), like in zip(shown, offered, existing, strict=True)
        ],
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


def _keep_ticks(request: HttpRequest, actor: Actor) -> None:
    """Remember, until the person signs out, which ticks are otherwise than the page proposed: coming back shows them
    so. What was proposed comes along, for to work it out takes all likenesses."""
    given = {f"{name}-{pk}" for name in ("proposal", "theme") for pk in _ids(request, name)}
    offered = [text.split(" ", 2) for text in request.POST.getlist("offered")[:MOST_OFFERED] if text.count(" ") >= 2]
    request.session[f"picked in {actor.workspace_id}"] = {
        title[:200]: row in given for row, proposed, title in offered if (row in given) != (proposed == "ticked")
    }


def _kept_ticks(request: HttpRequest, actor: Actor) -> dict[str, bool]:
    kept: dict[str, bool] = request.session.get(f"picked in {actor.workspace_id}", {})
    return kept


def _existing(actor: Actor, rows: Sequence[Row]) -> list[Existing | None]:
    """For each row, the feature that it reads like, if there is one: by its title and phrases, and by its clearest
    messages."""
    features = registry.of(Feature)
    names = [f"{row.title}\n{row.about}" for row in rows]
    said = ["\n".join(one.title for one in row.examples) for row in rows]
    found = insight.alike_to_each(actor, features, [*names, *said], _COMPARED)
    best = [_likest(*both) for both in zip(found[: len(rows)], found[len(rows) :], strict=True)]
    titles = labels(actor, features, [pk for pk, _ in best])
    return [Existing(pk, titles[pk], strong) if pk in titles else None for pk, strong in best]


def _likest(by_name: Sequence[insight.Alike], by_messages: Sequence[insight.Alike]) -> tuple[int, bool]:
    """The record most alike on average, and whether it is enough to link to it; 0 for none."""
    names, said = ({one.record_id: one.likeness for one in some} for some in (by_name, by_messages))
    average = {pk: (names.get(pk, 0) + said.get(pk, 0)) / 2 for pk in (*names, *said)}
    pk, likeness = max(average.items(), key=lambda row: (row[1], row[0]), default=(0, 0.0))
    least = LEAST_BY_MESSAGES if likeness >= LINKS_AT else LINKS_BY_MESSAGES
    strong = said.get(pk, 0) >= least
    return (pk, strong) if strong or likeness >= insight.READS_ALIKE else (0, False)


def _reads_like(like: Existing | None) -> dict[str, Any]:
    if like is None:
        return {}
    return {"linked": True} if like.strong else {"perhaps": like.label.key}


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
    held = {one.pk: one.feedback_ids for one in found}
    examples, content = _examples(actor, held), _content(actor, held)
    return (
        Row(
            "proposal",
            one.pk,
            one.title,
            ", ".join(one.phrases),
            one.voices,
            broad=one.broad,
            quoted=one.phrases == [insight.SAME_WORDS],
            praise=one.pk in content,
            examples=examples[one.pk],
        )
        for one in found
    )


def _content(actor: Actor, feedback_ids: Mapping[int, Sequence[int]]) -> set[int]:
    """The groups of feedback whose clearest messages came with the most stars: they praise, and ask for nothing."""
    first = {key: ids[:_RATED] for key, ids in feedback_ids.items()}
    stars = insight.ratings(actor, (pk for ids in first.values() for pk in ids))
    given = {key: [stars[pk] for pk in ids if pk in stars] for key, ids in first.items()}
    return {key for key, some in given.items() if len(some) >= _FEWEST and sum(some) >= _CONTENT * len(some)}


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
        found, asked = _chosen(request, actor, "proposal", proposals), _chosen(request, actor, "theme", themes)
        titles = {pk: _typed(request, "theme", pk) for pk in themes}
        insight.name_themes(actor, {pk: title for pk, title in titles.items() if title})
        called = _called(request, actor, {pk: chosen.feature for pk, chosen in found.items()})
        accepted = insight.accept_themes(actor, list(found), called, {pk: one.asking for pk, one in found.items()})
        into = {pk: one.feature for pk, one in asked.items()}
        into |= {theme.pk: one.feature for one, theme in zip(found.values(), accepted, strict=True)}
        answered = actions.answer_themes(actor, into, titles, {pk: one.asking for pk, one in asked.items()})
    undo = undo_url(actor, answered.change_id)
    messages.success(request, _told(len(answered.made), answered.linked), extra_tags=undo)
    return go_to(request, f"/{actor.workspace.slug}/{'sizing' if answered.made else 'features'}/")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What becomes of a ticked theme: the feature that it is linked to (0 for a new one), and the messages that ask."""

    feature: int
    asking: list[int]


def _chosen(request: HttpRequest, actor: Actor, kind: str, pks: Iterable[int]) -> dict[int, _Chosen]:
    """By id, in order, without those that are gone."""
    into = {pk: feature_named(actor, request.POST.get(f"into-{kind}-{pk}", "")) for pk in sorted(pks)}
    held = members(actor, kind, into, into)
    return {
        pk: _Chosen(feature, held[pk].asking(_ids(request, f"shown-{kind}-{pk}"), _ids(request, f"member-{kind}-{pk}")))
        for pk, feature in into.items()
        if pk in held
    }


def _called(request: HttpRequest, actor: Actor, into: Mapping[int, int]) -> dict[int, str]:
    """What found themes are called: as one typed, else, where they are linked to a feature, like it."""
    features = labels(actor, registry.of(Feature), (pk for pk in into.values() if pk))
    found = {one.pk: one.title for one in insight.proposals(actor)}
    typed = {pk: _typed(request, "proposal", pk) for pk in into}
    return {
        pk: typed[pk] if typed[pk] not in ("", found.get(pk)) or feature not in features else features[feature].title
        for pk, feature in into.items()
    }


def _told(made: int, linked: int) -> str:
    """
    >>> _told(2, 1), _told(0, 1)
    ('2 features made; now size them. 1 theme linked to what you have', '1 theme linked to what you have')
    """
    parts = [(made, "feature", "made; now size them"), (linked, "theme", "linked to what you have")]
    told = [f"{count} {noun}{'s' * (count != 1)} {what}" for count, noun, what in parts if count]
    return ". ".join(told) or "Nothing new: these themes have their features already"


def _typed(request: HttpRequest, name: str, pk: int) -> str:
    """The title typed over the one that a theme came with."""
    return request.POST.get(f"title-{name}-{pk}", "").strip()


def _ids(request: HttpRequest, name: str) -> list[int]:
    return whole_numbers(name, request.POST.getlist(name), "tick what is on the list")
