"""Named writes: linking what was said to what is to be built, the goals it serves, and how it goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import MeasureValue, quantity_named, remove_measures, write_measures
from northing.features.models import Feature, FeatureGoal, FeatureRequest, Opportunity, Refusal
from northing.features.queries import Behind, behind
from northing.features.rules import FORECAST, GOAL_TYPES, OUT
from northing.features.sampling import in_other_money, of_no_account
from northing.insight.public import (
    REVENUE,
    Feedback,
    Insight,
    State,
    check_passage,
    refuse_cycles,
    title_from,
    trimmed,
)
from northing.kit import changes
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession, Edit, changing
from northing.kit.models import Record
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import id_of
from northing.kit.record_types import registry

VOICES = "voices"
COUNTED = (VOICES, REVENUE)
"""What is counted from who asks, for each feature; none is nought."""
_LONGEST_QUOTE = 20_000
_LONGEST_SOURCE = 200


def link_passage(
    actor: Actor,
    feedback_id: int,
    start: int,
    end: int,
    target: str,
    importance: int | None = None,
    note: str = "",
    *,
    processed: bool = False,
) -> FeatureRequest:
    """Mark characters `start` to `end` of feedback and say what they ask for: a feature (F-12) or opportunity (O-3).

    A passage marked before is used again; linked to the same target again, its note is renewed, and its importance if
    one is stated.
    `processed` takes the feedback out of the inbox. Raises `Invalid` for a passage outside the text.
    """
    passage = _passage(actor, feedback_id, start, end)
    goal = _target(actor, target)
    with changing(actor, "linked a passage") as change:
        return _link(change, passage, goal, importance, note, processed)


def link_to_new(
    actor: Actor,
    feedback_id: int,
    start: int,
    end: int,
    title: str,
    importance: int | None = None,
    *,
    processed: bool = False,
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
    change: ChangeSession, passage: _Passage, goal: dict[str, int], importance: int | None, note: str, processed: bool
) -> FeatureRequest:
    feedback, start, end = passage.feedback, passage.start, passage.end
    marking = (feedback.pk, start, end, feedback.passage_text[start:end])
    _bring_back(change, [marking], goal)
    [insight] = _marked(change, [marking])
    [request] = _linked(change, [insight], goal, importance, note)
    if processed and feedback.state != State.PROCESSED:
        change.update(registry.of(Feedback), [Edit(feedback.pk, {"state": State.PROCESSED, "snoozed_until": None})])
    return request


def _target(actor: Actor, key: str) -> dict[str, int]:
    """The column of a request that the key is for, with the record's id."""
    read = registry.keyed(key)
    if read is None or read.rest or read.record_type.model not in (Feature, Opportunity):
        raise Invalid([Problem("target", key, "must be the key of a feature (F-12) or of an opportunity (O-3)")])
    pk = id_of(actor, read.record_type, read.key)
    if not read.record_type.model.objects.within(actor).filter(pk=pk, archived_at=None).exists():
        raise Invalid([Problem("target", key, "is archived; bring it back first")])
    return {read.record_type.name: pk}


Marking = tuple[int, int, int, str]  # feedback, start, end, quote


def _bring_back(change: ChangeSession, markings: Sequence[Marking], target: dict[str, int]) -> None:
    """Bring links that were taken back to life where they are wanted again: beside a second one, the undo of that would
    leave both."""
    insights, requests = registry.of(Insight), registry.of(FeatureRequest)
    if not all(change.actor.may(Verb.ARCHIVE, one.name) for one in (insights, requests)):
        return
    passages = {marking[:3] for marking in markings}
    found: dict[tuple[int, int, int], FeatureRequest] = {}
    for some in batched({feedback for feedback, *_ in markings}, 500):
        asked = FeatureRequest.objects.within(change.actor).filter(insight__feedback__in=some, **target)
        # A passage brings back all that went with it, which may be more than is wanted again.
        went = FeatureRequest.objects.within(change.actor).exclude(pk=OuterRef("pk"))
        went = went.filter(insight=OuterRef("insight"), archived_at=OuterRef("archived_at"))
        # Nor is a passage brought back that was marked anew since then.
        anew = Insight.objects.within(change.actor).filter(archived_at=None).exclude(pk=OuterRef("insight"))
        anew = anew.filter(**{part: OuterRef(f"insight__{part}") for part in ("feedback", "start", "end")})
        asked = asked.exclude(Exists(went)).exclude(Exists(anew))
        for one in asked.select_related("insight").order_by(F("archived_at").desc(nulls_first=True), "-pk"):
            found.setdefault((one.insight.feedback_id, one.insight.start, one.insight.end), one)
    gone = [one for passage, one in found.items() if passage in passages and one.archived_at]
    change.unarchive(insights, [one.insight_id for one in gone])
    change.unarchive(requests, [one.pk for one in gone])


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
    change: ChangeSession, insights: Sequence[Insight], target: dict[str, int], importance: int | None, note: str
) -> list[FeatureRequest]:
    """The requests from insights to one target: renewed where there is one, made where not."""
    request_type = registry.of(FeatureRequest)
    same = FeatureRequest.objects.within(change.actor).filter(archived_at=None, **target)
    known: dict[int, int] = {}
    for some in batched((insight.pk for insight in insights), 500):
        known |= dict(same.filter(insight__in=some).values_list("insight", "pk"))
    stated = {} if importance is None else {"importance": importance}
    renewed = [Edit(pk, {"note": note, **stated}) for pk in known.values()]
    new = [
        {"title": title_from(insight.quote), "insight": insight.pk, "importance": importance, "note": note, **target}
        for insight in insights
        if insight.pk not in known
    ]
    return [*(change.update(request_type, renewed) if renewed else ()), *change.create(request_type, new)]


def unlink(actor: Actor, request_ids: Sequence[int]) -> None:
    """Take links back; a passage that then asks for nothing and has no note goes too. What is no evidence of a feature
    is not offered to it again."""
    with changing(actor, "unlinked a passage") as change:
        gone: list[Any] = change.archive(registry.of(FeatureRequest), request_ids)
        refuse(change, _asked_no_more(change, gone))
        live = FeatureRequest.objects.within(actor).filter(insight__in=[r.insight_id for r in gone], archived_at=None)
        kept = set(live.values_list("insight", flat=True))
        bare = Insight.objects.within(actor).filter(pk__in={r.insight_id for r in gone} - kept, note="")
        change.archive(registry.of(Insight), list(bare.values_list("pk", flat=True)))


def _asked_no_more(change: ChangeSession, gone: Sequence[FeatureRequest]) -> set[tuple[int, int]]:
    """Pairs of feature and message of requests taken back, without those of which another passage asks still."""
    ids = {one.feature_id for one in gone if one.feature_id}
    live = FeatureRequest.objects.within(change.actor).filter(feature__in=ids, archived_at=None)
    said = dict(
        Insight.objects.within(change.actor)
        .filter(pk__in={one.insight_id for one in gone})
        .values_list("pk", "feedback")
    )
    taken = {(one.feature_id, said[one.insight_id]) for one in gone if one.feature_id}
    return taken.difference(
        live.filter(insight__feedback__in=said.values()).values_list("feature", "insight__feedback")
    )


def refuse(change: ChangeSession, pairs: Collection[tuple[int, int]]) -> None:
    """Keep that messages do not ask for features, as pairs of feature and message. It is undone with the change."""
    known: set[tuple[int, int]] = set()
    for some in batched({feature for feature, _ in pairs}, 500):
        rows = Refusal.objects.within(change.actor).filter(feature__in=some)
        known.update(rows.values_list("feature", "feedback"))
    new = sorted(set(pairs) - known)
    workspace = change.actor.workspace
    change.add_rows([Refusal(workspace=workspace, feature_id=one, feedback_id=other) for one, other in new], "feature")


def link_messages(actor: Actor, feedback_ids: Sequence[int], target: str) -> tuple[int, int | None]:
    """Have whole messages ask for a feature (F-12) or opportunity (O-3), without a stated importance; what asks for it
    already stays as it is, and what was new in the inbox is processed. How many ask now, and the change."""
    goal = _target(actor, target)
    feedback = list(Feedback.objects.within(actor).filter(pk__in=feedback_ids, archived_at=None).order_by("pk"))
    with changing(actor, "linked messages") as change:
        ask(change, goal, feedback)
    return len(feedback), change.change_id


def ask(change: ChangeSession, target: dict[str, int], feedback: Collection[Feedback]) -> int:
    """Have whole messages ask for something, without a stated importance; what asks for it already stays as it is. What
    was new is dealt with. How many ask that did not."""
    asking = FeatureRequest.objects.within(change.actor).filter(archived_at=None, **target)
    known = set(asking.values_list("insight__feedback", flat=True))
    texts = [(one.pk, one.passage_text[:_LONGEST_QUOTE]) for one in feedback if one.pk not in known]
    markings = [(pk, 0, len(text), text) for pk, text in texts]
    _bring_back(change, markings, target)
    _linked(change, _marked(change, markings), target, None, "")
    new = [Edit(one.pk, {"state": State.PROCESSED}) for one in feedback if one.state == State.NEW]
    if new:
        change.update(registry.of(Feedback), new)
    return len(texts)


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


def settle_features(change: ChangeSession, features: Sequence[Feature]) -> None:
    """What follows from writing features: none is part of itself, and what went out is not forecast any more."""
    refuse_cycles(change, features)
    out = [feature.pk for feature in features if feature.status in OUT]
    remove_measures(change.actor, [(pk, FORECAST) for pk in out])


def settle_requests(change: ChangeSession, requests: Sequence[FeatureRequest]) -> None:
    """What follows from writing requests: what stands behind their features now, and behind those they were for."""
    asked = {request.feature_id for request in requests if request.feature_id is not None}
    count_behind(change.actor, sorted(asked.union(change.left(requests, "feature").values())))


def count_behind(actor: Actor, feature_ids: Sequence[int]) -> None:
    """Renew the measures of what stands behind features: how many distinct voices ask, and the yearly revenue of their
    accounts in the workspace's currency, where any account's is known."""
    for some in batched(feature_ids, 500):
        found = behind(actor, some)
        known = [_revenue(actor, pk, one) for pk, one in found.items() if one.revenue]
        write_measures(actor, [*(MeasureValue.exactly(pk, VOICES, one.voices) for pk, one in found.items()), *known])
        remove_measures(actor, [(pk, REVENUE) for pk, one in found.items() if not one.revenue])


def _revenue(actor: Actor, feature_id: int, found: Behind) -> MeasureValue:
    currency = actor.workspace.currency
    remarks = [*of_no_account(found.unknown, found.voices), *in_other_money(found.revenue, currency)]
    return MeasureValue.exactly(
        feature_id,
        REVENUE,
        float(found.revenue.get(currency, 0)),
        unit=quantity_named(REVENUE).unit_in(currency),
        source=shorten(" ".join(remarks), _LONGEST_SOURCE, placeholder="…"),
        detail={"voices": found.voices, "unknown": found.unknown},
    )
