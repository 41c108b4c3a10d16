"""The record types of this module."""

from __future__ import annotations

import northing.features.extensions
import northing.features.goals.extensions
import northing.features.importers
import northing.features.prioritise.extensions  # noqa: F401 - all of them register themselves
from northing.features.actions import VOICES, settle_features, settle_requests
from northing.features.horizons import TARGET_WORDS
from northing.features.jobs import count_behind_feedback
from northing.features.models import Feature, FeatureRequest, Opportunity, ScoringModel, WorkPackage
from northing.features.prioritise.actions import refuse_what_cannot_work, remarks_on
from northing.features.queries import by_target
from northing.features.rules import (
    check_feature,
    check_request,
    check_scoring_model,
    check_work_package,
)
from northing.features.weights import Weights
from northing.insight.public import follow_voices, refuse_cycles
from northing.kit.record_types import InWords, RecordType, registry

OPPORTUNITY = RecordType(
    model=Opportunity,
    name="opportunity",
    prefix="O",
    icon="lightbulb",
    fields=("title", "description", "state", "product", "area", "segment", "parent"),
    columns=("title", "state", "product", "segment", "owner"),
    filters=("state", "product", "area", "segment"),
    sorts=("title",),
    search=("description",),
    after=refuse_cycles,
    hint="Needs and problems worth solving, before anyone says how.",
)

FEATURE = RecordType(
    model=Feature,
    name="feature",
    prefix="F",
    icon="sparkles",
    fields=(
        "title",
        "description",
        "kind",
        "status",
        "product",
        "area",
        "team",
        "parent",
        "opportunity",
        "theme",
        "target",
        TARGET_WORDS,
        "promised",
        "promised_to",
        "released_at",
        "health",
        "health_note",
        "health_at",
        "url",
    ),
    columns=("title", "status", "rank", "value", "effort", VOICES, "target", "team", "owner"),
    filters=(
        "status",
        "kind",
        "product",
        "area",
        "team",
        "parent",
        "opportunity",
        "theme",
        "health",
        "target",
        "promised",
        "created_at",
    ),
    sorts=("title", "target", "promised", "created_at", "updated_at"),
    in_words={"target": InWords("target_text", by_target)},
    search=("description", "health_note"),
    tones={
        "status": {
            "new": "neutral",
            "candidate": "neutral",
            "planned": "accent",
            "in_delivery": "warn",
            "released": "good",
            "evaluated": "good",
            "declined": "neutral",
        },
        "health": {"none": "neutral", "on_track": "good", "at_risk": "warn", "off_track": "bad"},
    },
    check=check_feature,
    after=settle_features,
    mergeable=True,
    together=(
        ("status", "released_at"),
        ("target", "target_text"),
        ("promised", "promised_to"),
        ("health", "health_note", "health_at"),
    ),
    stages={"status": ("new", "candidate", "planned", "in_delivery", "released", "evaluated")},
    hint="What you might build: one record from idea to measured outcome.",
)

FEATURE_REQUEST = RecordType(
    model=FeatureRequest,
    name="feature_request",
    prefix="FR",
    icon="quote",
    fields=("title", "insight", "feature", "opportunity", "importance", "note"),
    columns=("title", "feature", "opportunity", "importance", "created_at"),
    filters=("feature", "opportunity", "importance"),
    sorts=("importance",),
    search=("note",),
    part_of="insight",
    check=check_request,
    after=settle_requests,
    in_menu=False,
    distinct_by=("insight", "feature", "opportunity"),
    when_moved="Whoever asked for both counts once, with what they said last.",
    hint="Passages of feedback, linked to what they ask for.",
)

WORK_PACKAGE = RecordType(
    model=WorkPackage,
    name="work_package",
    prefix="WP",
    icon="briefcase",
    fields=("title", "feature", "kind", "team", "days", "done", "note"),
    columns=("title", "feature", "kind", "team", "done"),
    filters=("feature", "kind", "team", "done"),
    sorts=("title",),
    search=("note",),
    part_of="feature",
    check=check_work_package,
    hint="What a feature takes: the effort of a team, a certification, a campaign.",
)

WEIGHTS = Weights(
    name="weights", label="Weights", help="For weighted, such as value 3, risk -1: a number per quantity.", empty={}
)
SCORING_MODEL = RecordType(
    model=ScoringModel,
    name="scoring_model",
    prefix="SM",
    icon="scale",
    title="name",
    fields=("name", "method", "formula", WEIGHTS, "unit", "description"),
    columns=("name", "method", "unit", "owner"),
    filters=("method",),
    sorts=("name",),
    default_sort="name",
    search=("formula", "description"),
    natural_key="name",
    unique=("name",),
    check=check_scoring_model,
    after=refuse_what_cannot_work,
    remarks=remarks_on,
    goes_on="rank",
    also="weighted scoring own formula weights criteria score",
    hint="How features are scored: a known method, weights, or your own formula.",
)

registry.register(OPPORTUNITY, FEATURE, FEATURE_REQUEST, WORK_PACKAGE, SCORING_MODEL)
follow_voices(count_behind_feedback)
