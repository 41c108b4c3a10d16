"""The record types of this module."""

from __future__ import annotations

from northing.delivery import extensions, importers
from northing.delivery.actions import settle_risks, settle_work
from northing.delivery.models import Risk, WorkItem
from northing.delivery.rules import check_risk, check_work_item
from northing.kit.record_types import RecordType, registry

WORK_ITEM = RecordType(
    model=WorkItem,
    name="work_item",
    prefix="W",
    icon="list-checks",
    fields=(
        "title",
        "description",
        "kind",
        "status",
        "status_category",
        "priority",
        "feature",
        "work_package",
        "assignee",
        "assignee_name",
        "reporter",
        "estimate",
        "estimate_unit",
        "parent",
        "sprint",
        "project",
        "started_at",
        "finished_at",
        "due_date",
        "url",
        "state_times",
    ),
    columns=("title", "kind", "status_category", "priority", "feature", "assignee_name", "finished_at"),
    filters=("kind", "status_category", "priority", "assignee", "project", "created_at", "finished_at"),
    sorts=("title", "created_at", "finished_at"),
    search=("description", "project", "assignee_name"),
    tones={"status_category": {"in_progress": "accent", "done": "good"}, "kind": {"bug": "bad"}},
    check=check_work_item,
    after=settle_work,
    hint="Tickets from Jira, GitHub, Trello, Azure DevOps, Linear or Plane: finished ones say how fast work goes.",
)

RISK = RecordType(
    model=Risk,
    name="risk",
    prefix="R",
    icon="triangle-alert",
    fields=("title", "description", "about", "probability", "delay", "cost", "response", "state"),
    columns=("title", "about", "probability", "delay", "state", "owner"),
    filters=("state", "probability"),
    sorts=("title", "probability"),
    default_sort="-probability",
    search=("description", "response"),
    tones={"state": {"open": "warn", "mitigated": "accent", "struck": "bad", "closed": "good"}},
    check=check_risk,
    after=settle_risks,
    hint="What may go wrong, how likely, and what is done about it.",
)

registry.register(WORK_ITEM, RISK)
importers.register()
extensions.register()
