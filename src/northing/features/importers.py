"""How features from files become records, and their numbers estimates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from northing.decisions.public import can_be_read, estimate_typed
from northing.features.models import Feature
from northing.features.planning import widened
from northing.insight.public import fit
from northing.kit.changes import ChangeSession
from northing.kit.importing.importers import Brought, Importer, importers, shorten
from northing.kit.record_types import Values, registry

_RENAMED = {"status_category": "status", "status": "status as given", "target_date": "target"}
_QUANTITIES = ("impact", "reach", "effort", "value")


def adapt_feature(canonical: dict[str, Any]) -> dict[str, Any]:
    """Values of a feature from the canonical ones; numbers to be estimated, votes and comments have no field.

    >>> adapt_feature({"title": "Sync", "status": "Doing", "status_category": "in_delivery"})["status"]
    'in_delivery'
    """
    values = {_RENAMED.get(name, name): value for name, value in canonical.items()}
    if email := values.pop("owner_email", None):
        values["owner"] = email
    shorten(values, "product", 120)
    return fit(registry.of(Feature), values)


def estimate_imported(change: ChangeSession, brought: Sequence[Brought]) -> None:
    """Enter effort, reach, impact and value of what was imported as estimates, in the import's own change."""
    rows = [row for one in brought for row in _estimates(one.record.pk, one.canonical)]
    change.create(registry.named("estimate"), rows)
    estimate_typed(change, brought)


def _estimates(feature_id: int, canonical: Mapping[str, Any]) -> Iterator[Values]:
    """Estimates of one feature. An imported confidence sets the width of one number of them, once; it is also kept
    as it is, for the classic order."""
    numbers = {name: canonical[name] for name in _QUANTITIES if _is_usable(name, canonical.get(name))}
    confidence = canonical.get("confidence")
    confidence = confidence if confidence is not None and 0 <= confidence <= 1 else None
    widest = next((name for name, number in numbers.items() if isinstance(number, float) and number > 0), None)
    common = {"about": feature_id, "method": "imported"}
    for name, number in numbers.items():
        row = common | {"quantity": name, "entered": number if isinstance(number, str) else f"{number:.12g}"}
        if confidence is not None and name == widest:
            low, likely, high = widened(number, confidence)
            row |= {"p10": low, "p50": likely, "p90": high, "basis": f"imported with a confidence of {confidence:.0%}"}
        yield row
    if confidence is not None:
        yield common | {"quantity": "confidence", "p10": confidence, "p50": confidence, "p90": confidence}


def _is_usable(name: str, number: Any) -> bool:
    if isinstance(number, str):
        return can_be_read(name, number)
    if not isinstance(number, (int, float)) or not math.isfinite(number) or abs(number) >= 1e12:
        return False
    return name == "value" or number >= 0


importers.register(
    "feature",
    Importer(adapt=adapt_feature, makes=("product",), optional=("owner", "area", "parent"), after=estimate_imported),
)
importers.register("work_package", Importer(adapt=dict, after=estimate_typed))
