"""Plane: the export of a project, and work items as its programming interface gives them."""

from __future__ import annotations

from typing import Any

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings
from northing.exchange.dialects.threads import thread
from northing.exchange.records import SourceRow


def _comments(row: SourceRow) -> dict[str, Any]:
    found = thread(row, "comments.comment", ("comments.created_by", "comments.actor"), ("comments.created_at",))
    return {"comments": found} if found else {}


PLANE = Dialect(
    name="plane-csv",
    title="Plane CSV export",
    source="plane",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        headers("name"),
        headers("state, state name"),
        headers("module name, module, cycle name"),
        headers("created by, created at"),
    ),
    kinds=TABLES | JSON,
    signs=headers("target date, start date, completed at, archived at, cycle name, priority"),
    least=0.8,
    columns=meanings(
        sprint="cycle name",
        area="module name",
        status="state name",
        aside="""
        cycle start date, cycle end date, module start date, module target date, archived at
    """,
    ),
    ids=(("id",), ("identifier",)),
    units={"estimate": "points"},
    details=_comments,
)

PLANE_JSON = Dialect(
    name="plane-json",
    title="list of Plane work items",
    source="plane",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("sequence id"), headers("name"), headers("description html, description stripped, state group")),
    least=0.95,
    kinds=JSON,
    columns=meanings(
        title="name",
        body="description html, description stripped",
        status="state name, state detail name",
        status_category="state group, state detail group",
        assignee="assignees display name",
        labels="labels name",
        project="project detail name, project name",
        parent="parent",
        estimate="estimate point, point",
        due="target date",
        started="start date",
        finished="completed at",
        aside="""
        id, state, state id, sequence id, sort order, assignees, labels, created by, updated by, project, workspace
    """,
    ),
    ids=(("id",),),
    caps=(1000, 100),
    units={"estimate point": "points", "point": "points"},
)
