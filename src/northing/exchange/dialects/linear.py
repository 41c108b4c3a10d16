"""Linear: the CSV of a workspace or team, and issues as its programming interface gives them."""

from __future__ import annotations

from typing import Any

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings
from northing.exchange.dialects.threads import thread
from northing.exchange.records import SourceRow

LINEAR = Dialect(
    name="linear-csv",
    title="Linear CSV export",
    source="linear",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        headers("title"),
        headers("status"),
        headers("cycle name, cycle number, cycle start"),
        headers("completed, canceled, archived, triaged"),
    ),
    kinds=TABLES | JSON,
    signs=headers("creator, project, team, labels, started, due date"),
    least=0.8,
    columns=meanings(
        body="issue description",
        sprint="cycle name",
        author="creator",
        area="team",
        parent="parent issue",
        aside="""
        cycle number, cycle start, cycle end, canceled, archived, project id, initiatives
    """,
    ),
    ids=(("id",), ("identifier",)),
    caps=(2000, 250),
    units={"estimate": "points"},
)


def _comments(row: SourceRow) -> dict[str, Any]:
    found = thread(row, "comments.body", ("comments.user.name", "comments.user.displayName"), ("comments.createdAt",))
    return {"comments": found} if found else {}


LINEAR_JSON = Dialect(
    name="linear-json",
    title="list of Linear issues",
    source="linear",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("identifier"), headers("title"), headers("state name, state type, priority label")),
    least=0.95,
    kinds=JSON,
    columns=meanings(
        title="title",
        body="description",
        status="state name",
        status_category="state type",
        priority="priority label",
        assignee="assignee name, assignee display name",
        assignee_email="assignee email",
        author="creator name, creator display name",
        author_email="creator email",
        labels="labels name",
        area="team name",
        project="project name",
        sprint="cycle name",
        parent="parent identifier",
        estimate="estimate",
        created="created at",
        started="started at",
        finished="completed at",
        updated="updated at",
        due="due date",
        url="url",
        comments="comments body",
        aside="id, number, priority, canceled at, archived at, cycle number, parent title, team key",
    ),
    ids=(("identifier",),),
    caps=(250, 100, 50),
    units={"estimate": "points"},
    details=_comments,
)
