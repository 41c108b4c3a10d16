"""What tells one content from another, whatever order it is in."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any


def digest(content: Any) -> str:
    return hashlib.blake2b(_SORTED.encode(content).encode(), digest_size=16).hexdigest()


def plain_json(value: Any) -> Any:
    """Days and moments as JSON keeps them."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


_SORTED = json.JSONEncoder(sort_keys=True, default=plain_json)
