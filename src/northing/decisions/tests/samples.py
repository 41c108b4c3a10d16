"""What a valid record of each type needs beyond its field specifications."""

from __future__ import annotations

from typing import Any

# A decision would be its maker's own; no sample has an owner, so that pages of all types are counted alike.
SAMPLES: dict[str, dict[str, Any]] = {
    "estimate": {"quantity": "effort", "entered": "3-9"},
    "decision": {"owner": None},
}
