"""Work items from trackers' exports."""

from __future__ import annotations

from typing import Any

from northing.delivery.models import ItemKind, Priority, StatusCategory
from northing.insight.public import fit
from northing.kit.importing.importers import Importer, importers
from northing.kit.record_types import registry

_RENAMED = {"assignee": "assignee_name", "labels": "tags"}
_CHOICES = {"kind": (ItemKind, "other"), "priority": (Priority, ""), "status_category": (StatusCategory, "new")}


def adapt(given: dict[str, Any]) -> dict[str, Any]:
    """Canonical values as fields. What is too long for its field is cut and kept whole
    beside it; what has no field stays in `custom`.

    >>> adapt({"title": "Crash", "kind": "epic", "labels": ["ui"], "assignee": "Kim", "is_pull_request": False})
    {'title': 'Crash', 'kind': 'epic', 'tags': ['ui'], 'assignee_name': 'Kim', 'assignee': 'Kim'}
    """
    values = {_RENAMED.get(name, name): value for name, value in given.items()}
    if who := values.pop("assignee_email", None) or values.get("assignee_name"):
        values["assignee"] = who
    if values.pop("is_pull_request", False):
        values["kind"] = ItemKind.PULL_REQUEST
    for name, (choices, otherwise) in _CHOICES.items():
        if name in values and values[name] not in choices.values:
            values[name] = otherwise
    return fit(registry.named("work_item"), values)


def register() -> None:
    importers.register("work_item", Importer(adapt, optional=("assignee",), status="status_category"))
