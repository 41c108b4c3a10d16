"""The way back from what was just done to a record."""

from __future__ import annotations

from typing import Any

from northing.access.actor import Actor
from northing.kit import history
from northing.kit.record_types import registry


def undo_url(actor: Actor, record: Any) -> str:
    """Where a POST takes the record's latest change back; empty if it has none."""
    steps = history.steps(registry.of(type(record)), record, limit=1)
    return f"/{actor.workspace.slug}/changes/{steps[0].entry.change_id}/undo" if steps else ""
