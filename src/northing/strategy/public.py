"""What later modules may call."""

from __future__ import annotations

from northing.strategy.actions import CURRENT, PROGRESS, RESULT, expect, record_data_points
from northing.strategy.models import KeyResult, Metric
from northing.strategy.planning import Pace, pace_of
from northing.strategy.queries import (
    Goal,
    NorthStar,
    Point,
    Standing,
    entered_points,
    goals,
    key_results_of,
    latest_points,
    north_star,
    series,
    standings,
    targets_of,
)
from northing.strategy.rules import progress

__all__ = [
    "CURRENT",
    "PROGRESS",
    "RESULT",
    "Goal",
    "KeyResult",
    "Metric",
    "NorthStar",
    "Pace",
    "Point",
    "Standing",
    "entered_points",
    "expect",
    "goals",
    "key_results_of",
    "latest_points",
    "north_star",
    "pace_of",
    "progress",
    "record_data_points",
    "series",
    "standings",
    "targets_of",
]
