"""What later modules may use of this one."""

from __future__ import annotations

from northing.features.actions import (
    VOICES,
    link_passage,
    report_health,
    serve,
    stop_serving,
    unlink,
)
from northing.features.answering import may_answer_themes
from northing.features.horizons import Horizon, definite, horizon, target_horizon
from northing.features.models import (
    DayCount,
    Feature,
    FeatureKind,
    FeatureRequest,
    Health,
    Method,
    Opportunity,
    PackageKind,
    ScoringModel,
    Status,
    WorkPackage,
)
from northing.features.planning import suggest_features
from northing.features.prioritise.queries import RANK
from northing.features.queries import (
    Asking,
    BoardColumn,
    LinkedPassage,
    board,
    child_counts,
    children,
    features_of_goals,
    goals_of,
    linked_passages,
    packages_of,
    serves_nothing,
    who_asks,
)
from northing.features.rules import FORECAST, GOAL_TYPES, OPEN, OUT, needs_health

__all__ = [
    "FORECAST",
    "GOAL_TYPES",
    "OPEN",
    "OUT",
    "RANK",
    "VOICES",
    "Asking",
    "BoardColumn",
    "DayCount",
    "Feature",
    "FeatureKind",
    "FeatureRequest",
    "Health",
    "Horizon",
    "LinkedPassage",
    "Method",
    "Opportunity",
    "PackageKind",
    "ScoringModel",
    "Status",
    "WorkPackage",
    "board",
    "child_counts",
    "children",
    "definite",
    "features_of_goals",
    "goals_of",
    "horizon",
    "link_passage",
    "linked_passages",
    "may_answer_themes",
    "needs_health",
    "packages_of",
    "report_health",
    "serve",
    "serves_nothing",
    "stop_serving",
    "suggest_features",
    "target_horizon",
    "unlink",
    "who_asks",
]
