"""Named writes: features made of themes, and themes that features answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features.actions import ask, refuse
from northing.features.models import Feature
from northing.insight.public import Feedback, Theme, feedback_of_themes, inbox, themes
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession, Edit, changing
from northing.kit.problems import Missing
from northing.kit.record_types import registry


@dataclass(frozen=True, slots=True)
class Wanted:
    """A feature to be made of a theme, called like the theme unless it has a `title`; of the theme's feedback those
    `asking` ask for it, or all."""

    theme_id: int
    title: str = ""
    asking: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was said for a feature that is there already: messages, and themes that it answers with them. Those
    `left_out` do not ask for it."""

    feedback_ids: Sequence[int]
    theme_ids: Sequence[int] = ()
    left_out: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of themes: the features that were made, how many messages ask for something that did not, and the
    change."""

    made: list[Feature]
    linked: int
    change_id: int | None


_ANSWERING = ((Verb.CREATE, "feature"), (Verb.UPDATE, "feature"), (Verb.CREATE, "theme"), (Verb.UPDATE, "theme"))


def may_answer_themes(actor: Actor) -> bool:
    """Whether the actor may make features of themes, accept those that were found, and put them under others."""
    return all(actor.may(verb, name) for verb, name in _ANSWERING)


def require_answering_themes(actor: Actor) -> None:
    """Raises `Forbidden` where `may_answer_themes` is false."""
    for verb, name in _ANSWERING:
        actor.require(verb, name)


def answer_themes(actor: Actor, wanted: Sequence[Wanted], evidence: Mapping[int, Evidence] | None = None) -> Answered:
    """Make features of themes for which their feedback asks, and have `evidence`, by feature, ask for others.

    A theme that has a feature gets no other. None of the feedback states an importance, and what asks already stays as
    it is; what was new in the inbox is processed then. A feature without a theme gets the one it answers; of a feature
    that has one, it becomes a part of that theme.
    """
    evidence = evidence or {}
    features = Feature.objects.within(actor).filter(archived_at=None).in_bulk(evidence)
    if unknown := evidence.keys() - features.keys():
        raise Missing(f"feature {min(unknown)}")
    ids = [one.theme_id for one in wanted]
    answered = set(
        Feature.objects.within(actor).filter(theme__in=ids, archived_at=None).values_list("theme", flat=True)
    )
    found = {one.pk: one for one in themes(actor, [*ids, *(pk for one in evidence.values() for pk in one.theme_ids)])}
    unanswered = found.keys() - answered
    new = [one for one in wanted if one.theme_id in unanswered]
    held = feedback_of_themes(actor, [one.theme_id for one in new])
    with changing(actor, "answered themes") as change:
        titles: dict[int, str] = {}
        for one in new:
            titles.setdefault(one.theme_id, one.title)
        rows = [_feature_of(found[pk], title) for pk, title in titles.items()]
        made: dict[int, Feature] = dict(zip(titles, change.create(registry.of(Feature), rows), strict=True))
        linked = 0
        for one in new:
            linked += ask(change, {"feature": made[one.theme_id].pk}, _those_asking(held, one))
        for pk, said in evidence.items():
            linked += ask(change, {"feature": pk}, _standing(actor, said.feedback_ids))
            refuse(change, [(pk, one) for one in said.left_out])
            for theme_id in found.keys() & set(said.theme_ids):
                features[pk] = _answer(change, features[pk], theme_id)
    return Answered([*made.values()], linked, change.change_id)


def _feature_of(theme: Theme, title: str) -> dict[str, Any]:
    return {"title": title or theme.title, "description": theme.description, "theme": theme.pk}


def _those_asking(held: Mapping[int, list[Feedback]], wanted: Wanted) -> list[Feedback]:
    found = held.get(wanted.theme_id, [])
    if wanted.asking is None:
        return found
    asking = set(wanted.asking)
    return [one for one in found if one.pk in asking]


def _standing(actor: Actor, feedback_ids: Iterable[int]) -> list[Feedback]:
    """Live feedback that stands for itself, of these."""
    return [one for some in batched(feedback_ids, 500) for one in inbox(actor).filter(pk__in=some)]


def _answer(change: ChangeSession, feature: Feature, theme_id: int) -> Feature:
    """Have a feature answer a theme: as its own, else as a part of its own. Where its own is a part of that one, the
    wider one becomes its own."""
    own = feature.theme
    above = own and own.parent
    while above is not None and above.pk != theme_id:
        above = above.parent
    if own is None or own.archived_at or above is not None:
        [feature] = change.update(registry.of(Feature), [Edit(feature.pk, {"theme": theme_id})])
    elif theme_id != own.pk:
        change.update(registry.named("theme"), [Edit(theme_id, {"parent": own.pk})])
    return feature


def answer_both(change: ChangeSession, merged: Feature, into: Feature) -> None:
    """What two features answered one answers now, so that no third is made of a theme that they had."""
    if merged.theme_id and into.theme_id:
        _answer(change, into, merged.theme_id)
