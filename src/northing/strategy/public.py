"""What later modules may call."""

from __future__ import annotations

from northing.strategy.actions import CURRENT, PROGRESS, record_data_points
from northing.strategy.models import KeyResult, Metric
from northing.strategy.queries import (
    Goal,
    NorthStar,
    Point,
    Standing,
    goals,
    key_results_of,
    latest_points,
    north_star,
    series,
    standings,
)
from northing.strategy.rules import progress

__all__ = [
    "CURRENT",
    "PROGRESS",
    "Goal",
    "KeyResult",
    "Metric",
    "NorthStar",
    "Point",
    "Standing",
    "goals",
    "key_results_of",
    "latest_points",
    "north_star",
    "progress",
    "record_data_points",
    "series",
    "standings",
]
