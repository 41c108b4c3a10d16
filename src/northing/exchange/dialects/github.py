"""GitHub issues as JSON: the REST form, GraphQL, that of the command line client, and simplified dumps; and as CSV."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from northing.exchange.dates import parse_datetime
from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings
from northing.exchange.dialects.threads import thread
from northing.exchange.records import SourceRow

_REPOSITORY = re.compile(r"github\.com/(?:repos/)?([\w.-]+/[\w.-]+)")
_AUTHORS = ("comments.author.login", "comments.user.login")
_MOMENTS = ("comments.createdAt", "comments.created_at")
_PULL_ONLY = headers("headRefName, head.ref, merged, mergedAt, merged_at, isDraft, additions")


def _details(row: SourceRow) -> dict[str, Any]:
    """Pull requests come in the same list: told by their link, or by fields that issues do not have."""
    values = row.values
    links = [str(values.get(name) or "") for name in ("html_url", "url", "repository_url", "repo")]
    found: dict[str, Any] = {
        "is_pull_request": any("/pull/" in link or "/pulls/" in link for link in links)
        or any(name.startswith("pull_request.") and value for name, value in values.items())
        or any(name in values for name in _PULL_ONLY)
        or str(values.get("type") or values.get("kind") or "").lower() in ("pr", "pull_request", "pullrequest")
    }
    if repository := next((match[1] for link in links if (match := _REPOSITORY.search(link))), None) or links[-1]:
        found["project"] = found["product"] = repository
    ended = [str(values.get(name) or "") for name in ("closedAt", "closed_at", "mergedAt", "merged_at")]
    if moment := next((moment for moment in map(parse_datetime, ended) if moment), None):
        found["finished_at"] = moment
    if comments := thread(row, "comments.body", _AUTHORS, _MOMENTS):
        found["comments"] = comments
    return found


GITHUB = Dialect(
    name="github-issues-json",
    title="GitHub issues export",
    source="github",
    record_types=("work_item", "feedback", "feature"),
    needs=(
        headers("number"),
        headers("title"),
        headers("""
        user login, user, author login, author, html url, repo, url, labels name, labels, state
    """),
    ),
    signs=headers("""
        html url, user login, author login, author association, created at, repo, labels, labels
        name, state
    """),
    kinds=JSON,
    columns=meanings(
        title="title",
        body="body, body text",
        status="state",
        resolution="state reason",
        url="html url",
        author="user login, user, author login, author",
        assignee="assignees login",
        labels="labels name, labels",
        sprint="milestone title",
        due="milestone due on",
        created="created at, date",
        finished="closed at",
        updated="updated at",
        votes="reactions total count",
        comments="comments body",
        kind="type name",
        aside="""
        author name, assignee login, merged at, repo, repository, number, id, comments, closed,
        author is bot, type, milestone number, labels description, milestone description, milestone
        state
    """,
    ),
    ids=(
        ("html url",),
        ("repository url", "number"),
        ("repo", "number"),
        ("repository", "number"),
        ("url",),
        ("node id",),
        ("id",),
        ("number",),
    ),
    caps=(1000, 500, 100, 30),
    details=_details,
    words={"feedback_state": {"closed": "processed"}},
)

GITHUB_TABLE = replace(
    GITHUB,
    name="github-issues-csv",
    needs=(headers("number"), headers("title"), headers("state"), headers("url, html url")),
    least=0.8,
    kinds=TABLES,
)
