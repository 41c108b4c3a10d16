"""The messages of a theme, and which of them are linked with it unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import link_targets
from northing.features.models import Feature
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import id_of, labels
from northing.kit.record_types import registry
from northing.kit.views.doors import page

_SHOWN = 50
_READ = 400  # characters of a message
_LONGEST = 300  # characters of a key and a title
Kind = str
"""`theme`, or `proposal` for one that waits for a yes."""


@dataclass(frozen=True, slots=True)
class Members:
    """Ids of a theme's messages, the clearest first: those that are linked with it unless somebody says otherwise,
    those that do not read like the feature, and those that may be about the theme too."""

    sure: Sequence[int]
    far: Sequence[int] = ()
    perhaps: Sequence[int] = ()

    def asking(self, shown: Iterable[int], ticked: Iterable[int]) -> list[int]:
        """Those that ask: of those that somebody has seen the ticked ones, of the others the sure ones.

        >>> Members([1, 2, 3], [4], [5]).asking(shown=[1, 2, 4, 5], ticked=[1, 5])
        [1, 3, 5]
        """
        seen, chosen, sure = set(shown), set(ticked), set(self.sure)
        everybody = (*self.sure, *self.far, *self.perhaps)
        return [pk for pk in everybody if pk in (chosen if pk in seen else sure)]


def members(actor: Actor, kind: Kind, pks: Iterable[int], into: Mapping[int, int]) -> dict[int, Members]:
    """The messages of themes, or of proposals, by id; `into` says which feature each is linked to, if any."""
    wanted = list(pks)
    if kind == "theme":
        held = {pk: Members(ids) for pk, ids in insight.feedback_ids_of_themes(actor, wanted).items()}
    else:
        open_ones = {one.pk: one for one in insight.proposals(actor)}
        held = {
            pk: Members(open_ones[pk].feedback_ids, perhaps=open_ones[pk].perhaps_ids)
            for pk in wanted
            if pk in open_ones
        }
    return {pk: _near(actor, one, into[pk]) if into.get(pk) else one for pk, one in held.items()}


def _near(actor: Actor, found: Members, feature_id: int) -> Members:
    """Messages that do not read like the feature are set apart, unless most do not: then words do not tell."""
    far = insight.unlike(actor, registry.of(Feature), feature_id, found.sure)
    if 2 * len(far) > len(found.sure):
        return found
    return Members([pk for pk in found.sure if pk not in far], [pk for pk in found.sure if pk in far], found.perhaps)


def feature_named(actor: Actor, typed: str) -> int:
    """The id of the feature whose key or title was typed; 0 for nothing. Raises `Invalid` and `Missing`."""
    if not typed.strip():
        return 0
    feature = registry.of(Feature)
    key = link_targets.named(actor, typed[:_LONGEST], in_part=False)
    if not key.upper().startswith(f"{feature.prefix}-"):
        rule = "no feature has this key or title; choose one that is offered while you type, or none to make a new one"
        raise Invalid([Problem("feature", typed[:80], rule)])
    return id_of(actor, feature, key)


@page("GET")
def shown(request: HttpRequest, actor: Actor, kind: Kind, pk: int) -> HttpResponse:
    """The messages of one theme, each to be ticked; below them those that may be about it too."""
    actor.require(Verb.VIEW, registry.of(insight.Feedback).name)
    if kind not in ("theme", "proposal"):
        raise Missing(kind)
    typed = request.GET.get(f"into-{kind}-{pk}", "")
    target = feature_named(actor, typed)
    found = members(actor, kind, [pk], {pk: target}).get(pk)
    if found is None:
        raise Missing(f"{kind} {pk}")
    offered = [
        ("", True, found.sure),
        ("reads unlike the feature", False, found.far),
        ("perhaps", False, found.perhaps),
    ]
    ids = [one for *_, some in offered for one in some[:_SHOWN]]
    feedback = insight.Feedback.objects.within(actor).filter(archived_at=None).in_bulk(ids)
    folded = insight.folded_counts(actor, ids)
    titles = labels(actor, registry.of(insight.Feedback), ids)
    context = {
        "name": f"{kind}-{pk}",
        "feature": labels(actor, registry.of(Feature), [target] if target else []).get(target),
        "rows": [
            (one, titles[one], feedback[one].passage_text[:_READ], is_ticked, remark, folded.get(one, 0))
            for remark, is_ticked, some in offered
            for one in some[:_SHOWN]
            if one in feedback and one in titles
        ],
        "shown": ",".join(map(str, ids)),
        "more": max(0, len(found.sure) - _SHOWN),
        "workspace": actor.workspace.slug,
    }
    return render(request, "features/members.html", context)
