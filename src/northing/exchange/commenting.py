"""Comments in the cells of a table, with who wrote them and when where the tool says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Any

from northing.exchange.dates import parse_datetime
from northing.exchange.records import DateOrder


def comments_in(text: str, order: DateOrder = "day-first", zone: tzinfo = UTC) -> Iterator[dict[str, Any]]:
    """One comment a cell, or a JSON list of them (ClickUp: text, by, date).

    >>> [comment["author"] for comment in comments_in("12/Mar/24 9:15 AM;ada;Yes; please")]
    ['ada']
    """
    try:
        entries = json.loads(text) if text.startswith("[{") else None
    except (ValueError, RecursionError):
        entries = None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and entry.get("text") for entry in entries):
        yield _comment(text, order, zone)
        return
    for entry in entries:
        moment = parse_datetime(str(entry.get("date", "")), order, zone)
        author = str(entry.get("by") or entry.get("author") or "")
        yield {"author": author, "created_at": moment, "text": str(entry["text"]).strip()}


def _comment(text: str, order: DateOrder, zone: tzinfo) -> dict[str, Any]:
    """Jira writes "date;author;text"; others only the text."""
    when, _, rest = text.partition(";")
    author, divided, words = rest.partition(";")
    moment = parse_datetime(when, order, zone)
    if divided and moment:
        return {"author": author, "created_at": moment, "text": words.strip()}
    return {"author": "", "created_at": None, "text": text.strip()}
