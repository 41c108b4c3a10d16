"""Named writes: linking what was said to what is to be built, the goals it serves, and how it goes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import MeasureValue, write_measures
from northing.features.models import Feature, FeatureGoal, FeatureRequest, Opportunity
from northing.features.queries import voice_counts
from northing.features.rules import GOAL_TYPES
from northing.insight.public import (
    Feedback,
    Insight,
    State,
    check_passage,
    feedback_of_themes,
    themes,
    title_from,
    trimmed,
)
from northing.kit import changes
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession, Edit, changing
from northing.kit.models import Record
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import get_record
from northing.kit.record_types import registry

VOICES = "voices"
_LONGEST_QUOTE = 20_000


def link_passage(
    actor: Actor,
    feedback_id: int,
    start: int,
    end: int,
    target: str,
    importance: int = 1,
    note: str = "",
    *,
    processed: bool = False,
) -> FeatureRequest:
    """Mark characters `start` to `end` of feedback and say what they ask for: a feature (F-12) or opportunity (O-3).

    A passage marked before is used again; linked to the same target again, its importance and note are renewed.
    `processed` takes the feedback out of the inbox. Raises `Invalid` for a passage outside the text.
    """
    passage = _passage(actor, feedback_id, start, end)
    goal = _target(actor, target)
    with changing(actor, "linked a passage") as change:
        return _link(change, passage, goal, importance, note, processed)


def link_to_new(
    actor: Actor, feedback_id: int, start: int, end: int, title: str, importance: int = 1, *, processed: bool = False
) -> FeatureRequest:
    """Mark a passage and make the feature that it asks for, of the same product, in one change."""
    passage = _passage(actor, feedback_id, start, end)
    with changing(actor, "made a feature of a passage") as change:
        row = {"title": title, "product": passage.feedback.product_id}
        [feature] = change.create(registry.of(Feature), [row])
        return _link(change, passage, {"feature": feature.pk}, importance, "", processed)


@dataclass(frozen=True, slots=True)
class _Passage:
    """Words of feedback, without white space at their ends."""

    feedback: Feedback
    start: int
    end: int


def _passage(actor: Actor, feedback_id: int, start: int, end: int) -> _Passage:
    feedback = Feedback.objects.within(actor).filter(pk=feedback_id, archived_at=None).first()
    if feedback is None:
        raise Missing(f"feedback {feedback_id}")
    text = feedback.passage_text
    if problems := list(check_passage(text, start, end)):
        raise Invalid(problems)
    return _Passage(feedback, *trimmed(text, start, end))


def _link(
    change: ChangeSession, passage: _Passage, goal: dict[str, int], importance: int, note: str, processed: bool
) -> FeatureRequest:
    feedback, start, end = passage.feedback, passage.start, passage.end
    [insight] = _marked(change, [(feedback.pk, start, end, feedback.passage_text[start:end])])
    [request] = _linked(change, [insight], goal, importance, note)
    if processed and feedback.state != State.PROCESSED:
        change.update(registry.of(Feedback), [Edit(feedback.pk, {"state": State.PROCESSED, "snoozed_until": None})])
    return request


def _target(actor: Actor, key: str) -> dict[str, int]:
    """The column of a request that the key is for, with the record's id."""
    for column, model in (("feature", Feature), ("opportunity", Opportunity)):
        record_type = registry.of(model)
        if key.strip().upper().startswith(f"{record_type.prefix}-"):
            record = get_record(actor, record_type, key)
            if record.archived_at is not None:
                raise Invalid([Problem("target", key, "is archived; bring it back first")])
            return {column: record.pk}
    raise Invalid([Problem("target", key, "must be the key of a feature (F-12) or of an opportunity (O-3)")])


Marking = tuple[int, int, int, str]  # feedback, start, end, quote


def _marked(change: ChangeSession, markings: Sequence[Marking]) -> list[Insight]:
    """The insights of these passages, made where they are new, in order."""
    known: dict[tuple[int, int, int], Insight] = {}
    for some in batched({feedback for feedback, *_ in markings}, 500):
        for insight in Insight.objects.within(change.actor).filter(feedback__in=some, archived_at=None):
            known[insight.feedback_id, insight.start, insight.end] = insight
    new = [marking for marking in markings if marking[:3] not in known]
    rows = [{"feedback": pk, "start": start, "end": end, "quote": quote} for pk, start, end, quote in new]
    made = change.create(registry.of(Insight), rows)
    known |= {marking[:3]: insight for marking, insight in zip(new, made, strict=True)}
    return [known[marking[:3]] for marking in markings]


def _linked(
    change: ChangeSession, insights: Sequence[Insight], target: dict[str, int], importance: int, note: str
) -> list[FeatureRequest]:
    """The requests from insights to one target: renewed where there is one, made where not."""
    request_type = registry.of(FeatureRequest)
    same = FeatureRequest.objects.within(change.actor).filter(archived_at=None, **target)
    known: dict[int, int] = {}
    for some in batched((insight.pk for insight in insights), 500):
        known |= dict(same.filter(insight__in=some).values_list("insight", "pk"))
    renewed = [Edit(pk, {"importance": importance, "note": note}) for pk in known.values()]
    new = [
        {"title": title_from(insight.quote), "insight": insight.pk, "importance": importance, "note": note, **target}
        for insight in insights
        if insight.pk not in known
    ]
    return [*(change.update(request_type, renewed) if renewed else ()), *change.create(request_type, new)]


def unlink(actor: Actor, request_ids: Sequence[int]) -> None:
    """Take links back; a passage that then asks for nothing and has no note goes too."""
    with changing(actor, "unlinked a passage") as change:
        gone: list[Any] = change.archive(registry.of(FeatureRequest), request_ids)
        live = FeatureRequest.objects.within(actor).filter(insight__in=[r.insight_id for r in gone], archived_at=None)
        kept = set(live.values_list("insight", flat=True))
        bare = Insight.objects.within(actor).filter(pk__in={r.insight_id for r in gone} - kept, note="")
        change.archive(registry.of(Insight), list(bare.values_list("pk", flat=True)))


def features_from_themes(
    actor: Actor, theme_ids: Sequence[int], titles: Mapping[int, str] | None = None
) -> list[Feature]:
    """One new feature per theme, asked for by all its feedback with importance 1; themes that have one are left out.

    It is called like the theme, or as `titles` says by theme id.
    """
    called = titles or {}
    answered = Feature.objects.within(actor).filter(theme__in=list(theme_ids), archived_at=None)
    taken = set(answered.values_list("theme", flat=True))
    wanted = [theme for theme in themes(actor, theme_ids) if theme.pk not in taken]
    feedback = feedback_of_themes(actor, [theme.pk for theme in wanted])
    with changing(actor, "made features of themes") as change:
        rows = [
            {"title": called.get(theme.pk) or theme.title, "description": theme.description, "theme": theme.pk}
            for theme in wanted
        ]
        features: list[Feature] = change.create(registry.of(Feature), rows)
        for feature, theme in zip(features, wanted, strict=True):
            _asked_by(change, feature.pk, feedback.get(theme.pk, ()))
    return features


def link_themes(actor: Actor, into: Mapping[int, int]) -> int:
    """Have all feedback of themes (key) ask for features that are there already (value); what asks already stays as it
    is. How many themes.

    A feature without a theme gets it; of a feature that has one, it becomes a part of that theme.
    """
    features = Feature.objects.within(actor).filter(archived_at=None).in_bulk(set(into.values()))
    if unknown := set(into.values()) - features.keys():
        raise Missing(f"feature {min(unknown)}")
    feedback, linked = feedback_of_themes(actor, into), themes(actor, into)
    with changing(actor, "linked themes to features") as change:
        for theme in linked:
            feature = features[into[theme.pk]]
            _asked_by(change, feature.pk, feedback.get(theme.pk, ()))
            if feature.theme is None or feature.theme.archived_at:
                [features[feature.pk]] = change.update(registry.of(Feature), [Edit(feature.pk, {"theme": theme.pk})])
            elif theme.pk not in (feature.theme_id, feature.theme.parent_id):
                change.update(registry.named("theme"), [Edit(theme.pk, {"parent": feature.theme_id})])
    return len(linked)


def _asked_by(change: ChangeSession, feature_id: int, feedback: Collection[Feedback]) -> None:
    """Have whole messages ask for a feature with importance 1; what asks for it already stays as it is."""
    asking = FeatureRequest.objects.within(change.actor).filter(feature=feature_id, archived_at=None)
    known = set(asking.values_list("insight__feedback", flat=True))
    texts = [(one.pk, one.passage_text[:_LONGEST_QUOTE]) for one in feedback if one.pk not in known]
    insights = _marked(change, [(pk, 0, len(text), text) for pk, text in texts])
    _linked(change, insights, {"feature": feature_id}, 1, "")


def serve(actor: Actor, feature_ids: Sequence[int], goal_ids: Sequence[int]) -> None:
    """Say that features serve goals: objectives, key results or initiatives."""
    _require_features(actor, feature_ids)
    spine = Record.objects.within(actor).filter(pk__in=goal_ids, type__in=GOAL_TYPES)
    known = set(spine.values_list("pk", flat=True))
    if unknown := [pk for pk in goal_ids if pk not in known]:
        raise Missing(f"goal {unknown[0]}")
    links = [
        FeatureGoal(workspace=actor.workspace, feature_id=feature, goal_id=goal)
        for feature in feature_ids
        for goal in goal_ids
    ]
    FeatureGoal.objects.within(actor).bulk_create(links, ignore_conflicts=True)


def stop_serving(actor: Actor, feature_ids: Sequence[int], goal_ids: Sequence[int]) -> None:
    """Take the links between features and goals away."""
    _require_features(actor, feature_ids)
    FeatureGoal.objects.within(actor).filter(feature__in=feature_ids, goal__in=goal_ids).delete()


def _require_features(actor: Actor, feature_ids: Sequence[int]) -> None:
    actor.require(Verb.UPDATE, registry.of(Feature).name)
    known = Feature.objects.within(actor).in_bulk(list(feature_ids))
    if unknown := [pk for pk in feature_ids if pk not in known]:
        raise Missing(f"feature {unknown[0]}")


def report_health(actor: Actor, feature_ids: Sequence[int], health: str, note: str = "") -> list[Feature]:
    """Say how features are going, as of now."""
    values = {"health": health, "health_note": note, "health_at": timezone.now()}
    return changes.update(actor, registry.of(Feature), [Edit(pk, values) for pk in feature_ids], "reported health")


def settle_requests(change: ChangeSession, requests: Sequence[FeatureRequest]) -> None:
    """What follows from writing requests: how many voices their features have now."""
    count_voices(change.actor, sorted({request.feature_id for request in requests if request.feature_id is not None}))


def count_voices_behind(actor: Actor, feedback_ids: Collection[int]) -> None:
    """Renew the voices of the features that this feedback asks for."""
    asked: set[int] = set()
    for some in batched(feedback_ids, 500):
        rows = FeatureRequest.objects.within(actor).filter(insight__feedback__in=some, archived_at=None)
        asked |= set(rows.exclude(feature=None).values_list("feature", flat=True))
    count_voices(actor, sorted(asked))


def count_voices(actor: Actor, feature_ids: Sequence[int]) -> None:
    """Renew the measure of how many distinct voices ask for features."""
    for some in batched(feature_ids, 500):
        counts = voice_counts(actor, some)
        write_measures(actor, [MeasureValue.exactly(pk, VOICES, count) for pk, count in counts.items()])
