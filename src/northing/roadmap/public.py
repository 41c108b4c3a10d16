"""What later modules may use of this one."""

from __future__ import annotations

from northing.features.public import FORECAST
from northing.roadmap.actions import move_target, place, publish, refresh, revoke
from northing.roadmap.ageing import awaits_refresh, moved_since
from northing.roadmap.cards import chance
from northing.roadmap.models import Dependency, LinkType, Milestone, Release, ReleaseStatus
from northing.roadmap.queries import (
    Outlook,
    is_dated,
    open_milestones,
    open_releases,
    outlooks,
    releases_of,
)
from northing.roadmap.rules import AT_RISK, WORK_DONE, WORTH_TELLING, Move, in_words

__all__ = [
    "AT_RISK",
    "FORECAST",
    "WORK_DONE",
    "WORTH_TELLING",
    "Dependency",
    "LinkType",
    "Milestone",
    "Move",
    "Outlook",
    "Release",
    "ReleaseStatus",
    "awaits_refresh",
    "chance",
    "in_words",
    "is_dated",
    "move_target",
    "moved_since",
    "open_milestones",
    "open_releases",
    "outlooks",
    "place",
    "publish",
    "refresh",
    "releases_of",
    "revoke",
]
