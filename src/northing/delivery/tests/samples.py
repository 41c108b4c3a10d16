"""What a valid record of each type needs beyond its field specifications."""

from __future__ import annotations

SAMPLES = {"work_item": {"status": "In review", "status_category": "in_progress"}}
