"""What a valid record of each type needs beyond its field specifications."""

from __future__ import annotations

SAMPLES = {
    "feedback": {"text": "The export stops at half of the file."},
    "segment": {"rule": {"field": "tier", "is": "Pro"}},
}
