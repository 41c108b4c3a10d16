"""What later modules may call."""

from __future__ import annotations

from northing.strategy.actions import CURRENT, PROGRESS, record_data_points
from northing.strategy.queries import Goal, Point, Standing, goals, latest_points, series, standings
from northing.strategy.rules import progress

__all__ = [
    "CURRENT",
    "PROGRESS",
    "Goal",
    "Point",
    "Standing",
    "goals",
    "latest_points",
    "progress",
    "record_data_points",
    "series",
    "standings",
]
