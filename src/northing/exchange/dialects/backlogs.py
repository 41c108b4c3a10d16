"""Backlogs as teams keep them in spreadsheets, and the stories of a tool that is no more but whose files are kept."""

from __future__ import annotations

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings, saying

PIVOTAL = Dialect(
    name="pivotal-csv",
    title="Pivotal Tracker export",
    source="pivotal",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("id"), headers("title"), headers("current state"), headers("requested by, owned by, accepted at")),
    least=0.95,
    columns=meanings(
        status="current state",
        assignee="owned by",
        author="requested by",
        finished="accepted at",
        due="deadline",
        sprint="iteration",
        aside="iteration start, iteration end, task, task status, blocker, blocker status",
    ),
    ids=(("id",),),
    units={"estimate": "points"},
    words={"work_item_status": {"accepted": "done", "rejected": "in_progress", "planned": "new"}},
)

BACKLOG = Dialect(
    name="backlog-table",
    title="backlog",
    source="",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        saying("title", "body"),
        saying("estimate", "sprint")
        | headers("""
        acceptance criteria, criterios de aceptacion, criterios de aceitacao, akzeptanzkriterien,
        criteres d acceptation, story id, task id, issue id, user story, user stories,
        historia de usuario, epic, moscow, backlog id, us id
        """),
    ),
    without=saying("rating", "votes", "author_email", "account", "reach", "confidence"),
    signs=headers("priority, sprint, story points, acceptance criteria, user story, epic, estimate, assigned to"),
    least=0.35,
    most=0.6,
    kinds=TABLES | JSON,
    caps=(1000, 500, 100),
)
