"""Search over every record: one document table, with FTS5 behind it on SQLite and tsvector on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit.models import SearchDocument
from northing.kit.record_types import RecordType, registry
from northing.kit.spelling import mended

NEWEST = 2000
_LONGEST_BODY = 20_000
_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Hit:
    record_id: int
    type: str
    title: str


@dataclass(frozen=True, slots=True)
class Hits:
    """Best first. `capped` says that only the newest matches were ranked, `instead` what was looked for in place of
    words that nothing has.
    """

    hits: tuple[Hit, ...]
    capped: bool
    instead: str = ""


def index_records(record_type: RecordType, records: Sequence[Any]) -> None:
    """Write what search knows of these records. Archived ones leave the index."""
    live = [record for record in records if record.archived_at is None]
    gone = [record.pk for record in records if record.archived_at is not None]
    if gone:
        SearchDocument.objects.filter(pk__in=gone).delete()
    specs = record_type.specs
    SearchDocument.objects.bulk_create(
        [
            SearchDocument(
                record_id=record.pk,
                workspace_id=record.workspace_id,
                type=record_type.name,
                title=record_type.title_of(record),
                body=" ".join(specs[name].to_text(getattr(record, name)) for name in record_type.search)[
                    :_LONGEST_BODY
                ],
            )
            for record in live
        ],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=["title", "body"],
    )


def search(actor: Actor, text: str, *, types: Sequence[str] = (), limit: int = 20) -> Hits:
    """Records whose title or text has all the words; the last word may be a beginning (from three letters).

    Where there are none, words are taken for mistyped ones. Ranks the newest 2,000 matches. Only types that the actor
    may see are searched.
    """
    words = _WORD.findall(text)[:12]
    names = [t.name for t in registry if (not types or t.name in types) and actor.may(Verb.VIEW, t.name)]
    if not words or not names:
        return Hits((), capped=False)
    find = _find_postgres if connection.vendor == "postgresql" else _find_sqlite
    rows, matches = find(actor.workspace_id, words, names, limit)
    instead: list[str] = []
    if not rows and (better := mended(actor.workspace_id, words)) != words:
        rows, matches = find(actor.workspace_id, better, names, limit)
        instead = better if rows else []
    return Hits(tuple(Hit(*row) for row in rows), capped=matches >= NEWEST, instead=" ".join(instead))


def matching(actor: Actor, text: str, record_type: RecordType, limit: int = NEWEST) -> list[int]:
    """Ids of the newest records of one type that have all the words, as in `search` but unranked: for filters."""
    words = _WORD.findall(text)[:12]
    if not words:
        return []
    if connection.vendor == "postgresql":
        query = (
            "SELECT record_id FROM kit_searchdocument WHERE document @@ to_tsquery('simple', %s)"
            " AND workspace_id = %s AND type = %s ORDER BY record_id DESC LIMIT %s"
        )
        parameters: list[Any] = [_postgres_query(words), actor.workspace_id, record_type.name, limit]
    else:
        query = "SELECT rowid FROM kit_search WHERE kit_search MATCH %s ORDER BY rowid DESC LIMIT %s"
        parameters = [_sqlite_query(actor.workspace_id, words, [record_type.name]), limit]
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [record_id for (record_id,) in cursor.fetchall()]


def _sqlite_query(workspace_id: int, words: Sequence[str], types: Sequence[str]) -> str:
    """An expression for FTS5: the words, in the scope of these types (of all, where they are all there are)."""
    names = [name.replace("_", "") for name in types] if len(types) < len(list(registry)) else [""]
    scope = " OR ".join(f"w{workspace_id}{name}" for name in names)
    sought = " ".join(f'"{word}"' for word in words) + "*" * (len(words[-1]) >= 3)
    return f"scope : ({scope}) AND {{title body}} : ({sought})"


def _postgres_query(words: Sequence[str]) -> str:
    return " & ".join(f"'{word}'" for word in words) + ":*" * (len(words[-1]) >= 3)


def _find_sqlite(
    workspace_id: int, words: Sequence[str], types: Sequence[str], limit: int
) -> tuple[list[tuple[int, str, str]], int]:
    newest = (
        "SELECT rowid AS id, bm25(kit_search, 4, 1, 0) AS score FROM kit_search WHERE kit_search MATCH %s"
        f" ORDER BY rowid DESC LIMIT {NEWEST}"
    )
    return _fetch(newest, [_sqlite_query(workspace_id, words, types)], limit, "score")


def _find_postgres(
    workspace_id: int, words: Sequence[str], types: Sequence[str], limit: int
) -> tuple[list[tuple[int, str, str]], int]:
    query = _postgres_query(words)
    newest = (
        "SELECT record_id AS id, ts_rank(document, to_tsquery('simple', %s)) AS score FROM kit_searchdocument"
        " WHERE document @@ to_tsquery('simple', %s) AND workspace_id = %s AND type = ANY(%s)"
        f" ORDER BY record_id DESC LIMIT {NEWEST}"
    )
    return _fetch(newest, [query, query, workspace_id, list(types)], limit, "score DESC")


def _fetch(newest: str, params: list[Any], limit: int, order: str) -> tuple[list[tuple[int, str, str]], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH newest AS ({newest}) SELECT d.record_id, d.type, d.title, (SELECT COUNT(*) FROM newest)"
            " FROM newest JOIN kit_searchdocument d ON d.record_id = newest.id"
            f" ORDER BY {order}, d.record_id DESC LIMIT %s",
            [*params, limit],
        )
        rows = cursor.fetchall()
    return [tuple(row[:3]) for row in rows], rows[0][3] if rows else 0
