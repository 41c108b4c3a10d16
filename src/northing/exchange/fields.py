"""The canonical fields: where a column of a source can go, and what type its values then have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from northing.exchange.records import RecordType

ValueType = Literal[
    "text", "list", "number", "amount", "money", "guess", "rating", "share", "date", "datetime", "boolean", "word",
    "structure",
]  # fmt: skip
"""Python types: text str, list list[str], number, amount, money, rating and share float (a share from 0 to 1; an amount
may name the unit that `estimate_unit` then has; money is that of a year), guess float or str (a size or a range as an
estimate takes it: M, 3-9, 2 weeks), date date, datetime datetime in UTC, boolean bool, word str out of a vocabulary
(`words.toml`), structure list of dict."""


@dataclass(frozen=True, slots=True)
class Target:
    """A canonical field. `concept` is what the header vocabulary calls its meaning, whatever the record type.

    `otherwise` is a concept that serves where no column means the first one.
    """

    name: str
    type: ValueType
    concept: str
    vocabulary: str | None = None
    otherwise: str | None = None


def _targets(*targets: Target) -> dict[str, Target]:
    return {target.name: target for target in targets}


FEEDBACK = _targets(
    Target("title", "text", "title"),
    Target("text", "text", "body"),
    Target("origin", "text", "origin"),
    Target("channel", "text", "channel"),
    Target("author", "text", "author", otherwise="customer"),
    Target("account", "text", "account"),
    Target("account_tier", "text", "tier"),
    Target("account_revenue", "money", "revenue"),
    Target("account_currency", "text", "currency"),
    Target("contact_email", "text", "author_email"),
    Target("created_at", "datetime", "created"),
    Target("language", "text", "language"),
    Target("rating", "rating", "rating"),
    Target("app_version", "text", "version"),
    Target("device", "text", "device"),
    Target("sku", "text", "sku"),
    Target("product", "text", "product", otherwise="project"),
    Target("tags", "list", "labels"),
    Target("status", "text", "status"),
    Target("state", "word", "state", "feedback_state"),
    Target("url", "text", "url"),
    Target("reactions", "number", "votes"),
    Target("comments", "structure", "comments"),
)

FEATURE = _targets(
    Target("title", "text", "title"),
    Target("description", "text", "body"),
    Target("status", "text", "status"),
    Target("status_category", "word", "status_category", "feature_status", otherwise="is_done"),
    Target("kind", "word", "kind", "feature_kind"),
    Target("owner", "text", "assignee"),
    Target("owner_email", "text", "assignee_email"),
    Target("area", "text", "area"),
    Target("team", "text", "team"),
    Target("theme", "text", "theme"),
    Target("parent", "text", "parent"),
    Target("product", "text", "product"),
    Target("tags", "list", "labels"),
    Target("target_date", "date", "due"),
    Target("target_text", "text", "target_text", otherwise="due"),
    Target("reach", "guess", "reach"),
    Target("impact", "guess", "impact"),
    Target("confidence", "share", "confidence"),
    Target("effort", "guess", "effort", otherwise="estimate"),
    Target("value", "guess", "value"),
    Target("created_at", "datetime", "created"),
    Target("votes", "number", "votes"),
    Target("url", "text", "url"),
    Target("comments", "structure", "comments"),
)

WORK_ITEM = _targets(
    Target("title", "text", "title"),
    Target("description", "text", "body"),
    Target("kind", "word", "kind", "work_item_kind"),
    Target("status", "text", "status"),
    Target("status_category", "word", "status_category", "work_item_status", otherwise="is_done"),
    Target("resolution", "text", "resolution"),
    Target("area", "text", "area"),
    Target("priority", "word", "priority", "priority"),
    Target("assignee", "text", "assignee"),
    Target("assignee_email", "text", "assignee_email"),
    Target("reporter", "text", "author"),
    Target("reporter_email", "text", "author_email"),
    Target("labels", "list", "labels"),
    Target("estimate", "amount", "estimate", otherwise="effort"),
    Target("estimate_unit", "text", "estimate_unit"),
    Target("parent", "text", "parent"),
    Target("sprint", "text", "sprint"),
    Target("project", "text", "project", otherwise="product"),
    Target("created_at", "datetime", "created"),
    Target("started_at", "datetime", "started"),
    Target("finished_at", "datetime", "finished"),
    Target("updated_at", "datetime", "updated"),
    Target("due_date", "date", "due"),
    Target("url", "text", "url"),
    Target("is_pull_request", "boolean", "is_pull_request"),
    Target("state_times", "structure", "state_times"),
    Target("comments", "structure", "comments"),
)

TARGETS: dict[RecordType, dict[str, Target]] = {
    "feedback": FEEDBACK,
    "feature": FEATURE,
    "work_item": WORK_ITEM,
}
"""Canonical fields of each record type, by name."""

EXTERNAL_ID = "external_id"
"""Target of columns that identify a record in its source; open to every record type."""

DERIVED_WORD: dict[RecordType, str] = {
    "feedback": "state",
    "feature": "status_category",
    "work_item": "status_category",
}
"""The word field that follows from the free text of `status` where the source has no column for it."""

IDENTIFIED_BY_TITLE: frozenset[RecordType] = frozenset({"feature"})
"""Types whose records are known again by their title where a file has no ids: people name what they plan."""
BY_TITLE = "title:"
"""What the external ids of these begin with."""
