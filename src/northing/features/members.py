"""The messages of a theme, and which of them are linked with it unless somebody says otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features.models import Feature, FeatureRequest
from northing.kit.problems import Missing
from northing.kit.reading import labels
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole

_SHOWN = 50
_READ = 400  # characters of a message
_NAME = re.compile(r"(theme|proposal)-(\d{1,15})")
Name = str
"""A theme as forms carry it: `theme-3`, or `proposal-5` for one that waits for a yes."""


@dataclass(frozen=True, slots=True)
class Members:
    """Ids of messages, the clearest first: those that are linked unless somebody says otherwise, those that do not
    read like the feature, those that may be about the theme too, and those that ask for the feature already."""

    sure: Sequence[int]
    far: Sequence[int] = ()
    perhaps: Sequence[int] = ()
    known: Sequence[int] = ()

    def asking(self, shown: Iterable[int], ticked: Iterable[int]) -> list[int]:
        """Those that ask: of those that somebody has seen the ticked ones, of the others the sure ones.

        >>> Members([1, 2, 3], [4], [5]).asking(shown=[1, 2, 4, 5], ticked=[1, 5])
        [1, 3, 5]
        """
        seen, chosen, sure = set(shown), set(ticked), {*self.sure, *self.known}
        everybody = (*self.sure, *self.known, *self.far, *self.perhaps)
        return [pk for pk in everybody if pk in (chosen if pk in seen else sure)]


def numbered(names: Iterable[Name]) -> dict[str, list[int]]:
    """The ids of themes by kind, without what is no name.

    >>> numbered(["theme-3", "proposal-5", "x"])
    {'theme': [3], 'proposal': [5]}
    """
    found: dict[str, list[int]] = {"theme": [], "proposal": []}
    for name in names:
        if read := _NAME.fullmatch(name):
            found[read[1]].append(int(read[2]))
    return found


def held(actor: Actor, names: Iterable[Name]) -> dict[Name, Members]:
    """The messages of themes by name, without themes that are gone."""
    ids = numbered(names)
    live = insight.themes(actor, ids["theme"])
    found = insight.feedback_ids_of_themes(actor, [theme.pk for theme in live])
    wanted = set(ids["proposal"])
    waiting = insight.proposals(actor) if wanted else []
    return {f"theme-{pk}": Members(some) for pk, some in found.items()} | {
        f"proposal-{one.pk}": Members(one.feedback_ids, perhaps=one.perhaps_ids) for one in waiting if one.pk in wanted
    }


def evidence(actor: Actor, said: Mapping[int, Iterable[Members]]) -> dict[int, Members]:
    """What the messages of several themes are together as evidence of a feature, by its id: each is there once.

    Messages of a theme that do not read like the feature are set apart, unless most do not: then words do not tell.
    """
    themes = {pk: list(some) for pk, some in said.items()}
    every = {pk: dict.fromkeys(chain.from_iterable(one.sure for one in some)) for pk, some in themes.items()}
    standing = insight.standing(actor, chain.from_iterable(every.values()))
    known = _known(actor, themes)
    new = {pk: [one for one in ids if one in standing and one not in known[pk]] for pk, ids in every.items()}
    unlike = insight.unlike(actor, registry.of(Feature), new)
    found = {}
    for pk, some in themes.items():
        told = [one.sure for one in some if 2 * sum(each in unlike[pk] for each in one.sure) > len(one.sure)]
        far = unlike[pk].difference(*told)
        perhaps = dict.fromkeys(chain.from_iterable(one.perhaps for one in some))
        found[pk] = Members(
            [one for one in new[pk] if one not in far],
            [one for one in new[pk] if one in far],
            [one for one in perhaps if one not in every[pk] and one not in known[pk]],
            [one for one in every[pk] if one in known[pk]],
        )
    return found


def _known(actor: Actor, feature_ids: Iterable[int]) -> Mapping[int, set[int]]:
    """The feedback that asks for features already."""
    found: dict[int, set[int]] = defaultdict(set)
    requests = FeatureRequest.objects.within(actor).filter(feature__in=list(feature_ids), archived_at=None)
    for feature, feedback in requests.values_list("feature", "insight__feedback"):
        found[feature].add(feedback)
    return found


@page("GET")
def shown(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The messages of the themes `of`, together if they are evidence of a `feature`, each to be ticked; below them
    those that may be about it too."""
    actor.require(Verb.VIEW, registry.of(insight.Feedback).name)
    names = request.GET.get("of", "").split(",")
    feature = whole(request.GET.get("feature", "")) or 0
    found = held(actor, names)
    if not found or (feature and not Feature.objects.within(actor).filter(pk=feature).exists()):
        raise Missing(f"theme {names[0][:40]}")
    some = evidence(actor, {feature: found.values()})[feature] if feature else next(iter(found.values()))
    line = f"feature-{feature}" if feature else next(iter(found))
    return render(
        request,
        "features/members.html",
        {"list": listed(actor, line, some, some.asking((), ())), "workspace": actor.workspace.slug},
    )


def listed(actor: Actor, line: str, found: Members, asking: Iterable[int]) -> dict[str, Any]:
    """What a list of messages shows; those `asking` are ticked."""
    ticked = set(asking)
    offered = [
        ("", found.sure),
        ("reads unlike the feature", found.far),
        ("perhaps", found.perhaps),
    ]
    ids = [one for _, some in offered for one in some[:_SHOWN]]
    feedback = insight.Feedback.objects.within(actor).filter(archived_at=None).in_bulk(ids)
    folded = insight.folded_counts(actor, ids)
    titles = labels(actor, registry.of(insight.Feedback), ids)
    return {
        "line": line,
        "rows": [
            (one, titles[one], feedback[one].passage_text[:_READ], one in ticked, remark, folded.get(one, 0))
            for remark, some in offered
            for one in some[:_SHOWN]
            if one in feedback and one in titles
        ],
        "shown": ",".join(map(str, ids)),
        "more": max(0, len(found.sure) - _SHOWN),
        "known": len(found.known),
    }
