"""What a valid record of each type needs beyond its field specifications."""

from __future__ import annotations

SAMPLES = {"segment": {"rule": {"field": "tier", "is": "Pro"}}}
