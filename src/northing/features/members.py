"""The messages of a theme, and which of them are linked with it unless somebody says otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features.models import Feature, FeatureRequest, Refusal
from northing.features.planning import said_first
from northing.features.praise import CONTENT, praises
from northing.kit.batches import batched
from northing.kit.problems import Missing
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole

_SHOWN = 50
_READ = 400  # characters of a message
_NAME = re.compile(r"(theme|proposal|alike)-(\d{1,15})")
_LEAST = 0.26  # likeness to a feature from which a new message is taken to ask for it, unless the person says otherwise
Name = str
"""What forms carry: a theme (`theme-3`), one that waits for a yes (`proposal-5`), or the messages that read like a
feature (`alike-12`)."""


@dataclass(frozen=True, slots=True)
class Members:
    """Ids of messages, the clearest first: those that are linked unless somebody says otherwise, those that do not
    read like the feature, those that may be about the theme too, those that ask for the feature already, and those of
    which somebody said that they do not. `is_told` where somebody said what they are evidence of, or where each was
    found by itself.
    """

    sure: Sequence[int]
    far: Sequence[int] = ()
    perhaps: Sequence[int] = ()
    known: Sequence[int] = ()
    refused: Sequence[int] = ()
    is_told: bool = False

    def asking(self, shown: Iterable[int], ticked: Iterable[int]) -> list[int]:
        """Those that ask: of those that somebody has seen the ticked ones, of the others the sure ones.

        >>> Members([1, 2, 3], [4], [5]).asking(shown=[1, 2, 4, 5], ticked=[1, 5])
        [1, 3, 5]
        """
        seen, chosen, sure = set(shown), set(ticked), {*self.sure, *self.known}
        everybody = (*self.sure, *self.known, *self.far, *self.perhaps, *self.refused)
        return [pk for pk in everybody if pk in (chosen if pk in seen else sure)]

    def without(self, ids: Container[int]) -> Members:
        """What is left when some messages are for something else."""
        return replace(
            self,
            sure=[pk for pk in self.sure if pk not in ids],
            perhaps=[pk for pk in self.perhaps if pk not in ids],
        )


def numbered(names: Iterable[Name]) -> dict[str, list[int]]:
    """The ids by kind, without what is no name.

    >>> numbered(["theme-3", "proposal-5", "x"])
    {'theme': [3], 'proposal': [5], 'alike': []}
    """
    found: dict[str, list[int]] = {"theme": [], "proposal": [], "alike": []}
    for name in names:
        if read := _NAME.fullmatch(name):
            found[read[1]].append(int(read[2]))
    return found


def held(actor: Actor, names: Iterable[Name]) -> dict[Name, Members]:
    """The messages by name, without themes that are gone."""
    ids = numbered(names)
    live = insight.themes(actor, ids["theme"])
    found = insight.feedback_ids_of_themes(actor, [theme.pk for theme in live])
    wanted = set(ids["proposal"])
    waiting = insight.proposals(actor) if wanted else []
    like = read_alike(actor) if ids["alike"] else {}
    return {
        **{f"theme-{pk}": Members(some) for pk, some in found.items()},
        **{
            f"proposal-{one.pk}": Members(one.feedback_ids, perhaps=one.perhaps_ids)
            for one in waiting
            if one.pk in wanted
        },
        **{f"alike-{pk}": like[pk] for pk in ids["alike"] if pk in like},
    }


def read_alike(actor: Actor) -> dict[int, Members]:
    """By feature, the new messages that read like it: no theme is needed to see what they ask for. Praise of what is
    there is no wish."""
    alike = insight.new_feedback_alike(actor, registry.of(Feature))
    refused = _refused(actor, alike)
    stars = insight.ratings(actor, [one.feedback_id for heard in alike.values() for one in heard])
    found = {}
    for pk, heard in alike.items():
        by_doubt: dict[bool, list[int]] = {True: [], False: []}
        for one in heard:
            if one.feedback_id not in refused[pk]:
                is_content = praises(one.text) or stars.get(one.feedback_id, 0) >= CONTENT
                by_doubt[is_content or one.likeness < _LEAST].append(one.feedback_id)
        found[pk] = Members(by_doubt[False], perhaps=by_doubt[True], is_told=True)
    return found


def awaits_linking(actor: Actor) -> bool:
    """Whether features came since anything that people say was last linked to one, and themes or messages wait that
    could be."""
    features, requests = Feature.objects.within(actor), FeatureRequest.objects.within(actor)
    newest = _newest(features)
    if not newest or newest < _newest(requests.filter(feature__isnull=False)):
        return False
    return insight.has_proposals(actor) or any(found.sure for found in read_alike(actor).values())


def _newest(rows: QuerySet[Any]) -> int:
    return rows.filter(archived_at=None).order_by("-pk").values_list("pk", flat=True).first() or 0


def evidence(actor: Actor, groups: Mapping[int, Iterable[Members]]) -> dict[int, Members]:
    """What the messages of several themes are together as evidence of a feature, by its id: each is there once.

    Messages of a theme that do not read like the feature are set apart, unless most do not: then words do not tell. Nor
    do they where somebody has told.
    """
    themes = {pk: list(some) for pk, some in groups.items()}
    every = {pk: dict.fromkeys(chain.from_iterable(one.sure for one in some)) for pk, some in themes.items()}
    standing = insight.standing(actor, chain.from_iterable(every.values()))
    known, refused = _known(actor, themes), _refused(actor, themes)
    asking = {pk: [one for one in ids if one in standing and one not in known[pk]] for pk, ids in every.items()}
    new = {pk: [one for one in ids if one not in refused[pk]] for pk, ids in asking.items()}
    unlike = insight.unlike(actor, registry.of(Feature), new)
    found = {}
    for pk, some in themes.items():
        told = [
            one.sure for one in some if one.is_told or 2 * sum(each in unlike[pk] for each in one.sure) > len(one.sure)
        ]
        far = unlike[pk].difference(*told)
        perhaps = dict.fromkeys(chain.from_iterable(one.perhaps for one in some))
        found[pk] = Members(
            [one for one in new[pk] if one not in far],
            [one for one in new[pk] if one in far],
            [one for one in perhaps if one not in every[pk] and one not in known[pk]],
            [one for one in every[pk] if one in known[pk]],
            [one for one in asking[pk] if one in refused[pk]],
        )
    return found


def _known(actor: Actor, feature_ids: Iterable[int]) -> Mapping[int, set[int]]:
    """The feedback that asks for features already."""
    found: dict[int, set[int]] = defaultdict(set)
    requests = FeatureRequest.objects.within(actor).filter(feature__in=list(feature_ids), archived_at=None)
    for feature, feedback in requests.values_list("feature", "insight__feedback"):
        found[feature].add(feedback)
    return found


def _refused(actor: Actor, feature_ids: Iterable[int]) -> Mapping[int, set[int]]:
    """The feedback of which somebody said that it does not ask for features."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in batched(feature_ids, 500):
        pairs = Refusal.objects.within(actor).filter(feature__in=some)
        for feature, feedback in pairs.values_list("feature", "feedback"):
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
    [one] = listed(actor, [Opened(line, some, some.asking((), ()))]).values()
    return render(request, "features/members.html", {"list": one, "workspace": actor.workspace.slug})


@dataclass(frozen=True, slots=True)
class Opened:
    """A line of which the messages are to be seen; those `asking` are ticked."""

    line: str
    members: Members
    asking: Sequence[int]

    @property
    def remarks(self) -> dict[int, str]:
        """The first messages of each kind, with what speaks against them."""
        kinds = (
            ("", self.members.sure),
            ("reads unlike the feature", self.members.far),
            ("perhaps", self.members.perhaps),
            ("left out before", self.members.refused),
        )
        return {pk: remark for remark, ids in kinds for pk in ids[:_SHOWN]}


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands on a list; `folded` are the others that it stands for."""

    id: int
    key: str
    text: str
    is_ticked: bool
    remark: str
    folded: int


@dataclass(frozen=True, slots=True)
class Listed:
    """The messages of a line that are shown; how many sure ones are not, and how many ask for the feature already."""

    line: str
    messages: Sequence[Message]
    shown: str
    more: int
    known: int


def listed(actor: Actor, opened: Sequence[Opened]) -> dict[str, Listed]:
    """The messages of lines, by line. Two queries per 500 messages."""
    ids = set(chain.from_iterable(one.remarks for one in opened))
    feedback: dict[int, insight.Feedback] = {}
    for some in batched(ids, 500):
        feedback |= insight.Feedback.objects.within(actor).filter(archived_at=None).in_bulk(some)
    folded = insight.folded_counts(actor, ids)
    return {one.line: _listed(one, feedback, folded) for one in opened}


def _listed(one: Opened, feedback: Mapping[int, insight.Feedback], folded: Mapping[int, int]) -> Listed:
    ticked, key = set(one.asking), registry.of(insight.Feedback).key
    messages = [
        Message(pk, key(found), said_first(found.passage_text)[:_READ], pk in ticked, remark, folded.get(pk, 0))
        for pk, remark in one.remarks.items()
        if (found := feedback.get(pk))
    ]
    shown = ",".join(map(str, one.remarks))
    return Listed(one.line, messages, shown, max(0, len(one.members.sure) - _SHOWN), len(one.members.known))
