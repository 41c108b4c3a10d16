"""What later modules may use of the ranking."""

from __future__ import annotations

from northing.features.prioritise.actions import refresh
from northing.features.prioritise.methods import choices, chosen

__all__ = ["choices", "chosen", "refresh"]
