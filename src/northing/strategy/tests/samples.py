"""What a valid record of each type needs beyond its field specifications."""

from __future__ import annotations

SAMPLES = {"key_result": {"baseline": 10, "target": 20}, "data_point": {"at": "2026-02-27"}}
