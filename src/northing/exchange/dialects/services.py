"""Services whose tables need a word more than the general vocabulary has."""

from __future__ import annotations

from typing import Any

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings
from northing.exchange.records import SourceRow


def _completed(row: SourceRow) -> dict[str, Any]:
    """A task is done when it was completed, in whatever section it stands."""
    return {"status_category": "done"} if row.values.get("Completed At") else {}


ASANA = Dialect(
    name="asana-csv",
    title="Asana CSV export",
    source="asana",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("task id"), headers("name"), headers("section column"), headers("completed at")),
    least=0.95,
    columns=meanings(
        status="section column", body="notes", project="projects", parent="parent task", estimate="estimated time"
    ),
    ids=(("task id",),),
    units={"estimated time": "hours"},
    details=_completed,
)

CLICKUP = Dialect(
    name="clickup-csv",
    title="ClickUp CSV export",
    source="clickup",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("task id"), headers("task name"), headers("list name, space name")),
    least=0.95,
    columns=meanings(
        title="task name",
        body="task content, description",
        kind="task type",
        created="date created",
        updated="date updated",
        finished="date closed, date done",
        project="list name",
        assignee="assignees, assignee",
        aside="date created text, due date text, start date text, project name folder name, space name, task custom id",
    ),
    ids=(("task id",),),
)

GITLAB = Dialect(
    name="gitlab-issues",
    title="GitLab issues export",
    source="gitlab",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        headers("title"),
        headers("url, web url"),
        headers("state"),
        headers("issue id, iid"),
        headers("author username"),
    ),
    least=0.95,
    kinds=TABLES | JSON,
    columns=meanings(
        sprint="milestone, milestone title",
        created="created at utc, created at",
        updated="updated at utc, updated at",
        finished="closed at utc, closed at",
        url="url, web url",
        parent="epic title",
        votes="upvotes",
        estimate="weight",
        aside="id, issue id, iid, project id, time estimate, epic id",
    ),
    ids=(("url",), ("web url",), ("id",)),
    caps=(100, 20),
    units={"weight": "points"},
)

HELP_DESK = Dialect(
    name="support-tickets",
    title="export of a help desk",
    source="",
    record_types=("feedback", "work_item"),
    needs=(
        headers("subject, title, betreff, objet, asunto, assunto, oggetto, 件名, 主题"),
        headers("requester, requester name, requester email, contact, contact email, customer email, customer, kunde"),
        headers("ticket id, id, case number, ticket, ticket number, conversation id"),
        headers("via, channel, group, satisfaction score, organization, source, kanal"),
    ),
    signs=headers("description, assignee, status, priority, tags, created at"),
    least=0.75,
    kinds=TABLES | JSON,
    columns=meanings(
        author="requester, requester name, contact", author_email="requester email", account="organization"
    ),
    ids=(("ticket id",), ("id",), ("case number",), ("ticket number",), ("ticket",), ("conversation id",)),
    caps=(1000, 100),
    words={"feedback_state": dict.fromkeys(headers("done, complete, completed, in progress, active"), "new")},
)
