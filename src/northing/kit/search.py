"""Search over every record: one document table, with FTS5 behind it on SQLite and tsvector on PostgreSQL."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit.batches import batched
from northing.kit.models import SearchDocument
from northing.kit.record_types import RecordType, registry
from northing.kit.spelling import mended

NEWEST = 2000
_LONGEST_BODY = 20_000
_MOST_WORDS = 12
_SHORTEST_BEGINNING = 3
_WRITTEN_AT_ONCE = 500
# Letters and digits, as the indexes tell words apart: to SQLite some signs of New Tai Lue and of Vedic are gaps.
_WORD, _WORD_OF_SQLITE = re.compile(r"[^\W_]+"), re.compile(r"[^\W_\u19b0-\u19c9\u1cf2\u1cf3]+")


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
    live = {record.pk: record for record in records if record.archived_at is None}
    gone = [record.pk for record in records if record.archived_at is not None]
    if gone:
        SearchDocument.objects.filter(pk__in=gone).delete()
    for some in batched(live.values(), _WRITTEN_AT_ONCE):
        _write([value for record in some for value in _document(record_type, record)])


def _document(record_type: RecordType, record: Any) -> tuple[int, int, str, str, str]:
    texts = [record_type.specs[name].to_text(getattr(record, name)) for name in record_type.search]
    # The key comes last: what reads alike is told by how a text begins.
    body = f"{' '.join(texts)[:_LONGEST_BODY]} {record.source_key}".rstrip()
    title = record_type.title_of(record)
    return record.pk, record.workspace_id, record_type.name, _composed(title), _composed(body)


def _composed(text: str) -> str:
    """Letters with their accents in one: in two, PostgreSQL takes them for two words."""
    return unicodedata.normalize("NFC", text)


def _write(values: Sequence[Any]) -> None:
    """Rows in one statement: on SQLite each further statement costs more than indexing a row."""
    places = ", ".join(["(%s, %s, %s, %s, %s)"] * (len(values) // 5))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO kit_searchdocument (record_id, workspace_id, type, title, body) VALUES {places}"
            " ON CONFLICT (record_id) DO UPDATE SET title = excluded.title, body = excluded.body"
            " WHERE kit_searchdocument.title <> excluded.title OR kit_searchdocument.body <> excluded.body",
            values,
        )


@dataclass(frozen=True, slots=True)
class _Sought:
    """Words to be found in a workspace, in records of some types."""

    workspace_id: int
    types: tuple[str, ...]
    words: tuple[str, ...]

    def newest(self, limit: int, *, in_title: bool, beginning: bool) -> tuple[str, list[Any]]:
        """A query for the ids of the newest records that have all the words, the last one perhaps as a beginning."""
        if connection.vendor == "postgresql":
            query = (
                "SELECT record_id AS id FROM kit_searchdocument WHERE document @@ to_tsquery('simple', %s)"
                " AND workspace_id = %s AND type = ANY(%s) ORDER BY record_id DESC LIMIT %s"
            )
            return query, [self._postgres(in_title, beginning), self.workspace_id, list(self.types), limit]
        query = "SELECT rowid AS id FROM kit_search WHERE kit_search MATCH %s ORDER BY rowid DESC LIMIT %s"
        return query, [self._sqlite(in_title, beginning), limit]

    def _sqlite(self, in_title: bool, beginning: bool) -> str:
        """An expression for FTS5: the words, in the scope of these types (of all, where they are all there are)."""
        names = [name.replace("_", "") for name in self.types] if len(self.types) < len(list(registry)) else [""]
        scope = " OR ".join(f"w{self.workspace_id}{name}" for name in names)
        words = " ".join(f'"{word}"' for word in self.words) + "*" * beginning
        return f"scope : ({scope}) AND {'title' if in_title else '{title body}'} : ({words})"

    def _postgres(self, in_title: bool, beginning: bool) -> str:
        *others, last = self.words
        mark = "A" if in_title else ""
        return " & ".join([*(f"'{word}':{mark}" for word in others), f"'{last}':{'*' * beginning}{mark}"])

    def ways(self, *places: bool) -> Iterator[tuple[bool, bool]]:
        """In titles or anywhere, the words themselves before what only begins like the last one: finding beginnings
        means to go through all records that have any."""
        for in_title in places:
            yield in_title, False
            if len(self.words[-1]) >= _SHORTEST_BEGINNING:
                yield in_title, True


def search(actor: Actor, text: str, *, types: Sequence[str] = (), limit: int = 20) -> Hits:
    """Records whose title or text has all the words; the last word may be a beginning (from three letters).

    First come those that have them in the title, short titles before long ones, then the newest. Of more than 2,000
    titles the newest are ranked. Where nothing has the words they are taken for mistyped ones. Only types that the
    actor may see are searched.
    """
    words = _words(text)
    names = tuple(t.name for t in registry if (not types or t.name in types) and actor.may(Verb.VIEW, t.name))
    if not words or not names:
        return Hits((), capped=False)
    found = _best(_Sought(actor.workspace_id, names, words), limit)
    if not found.hits and (better := tuple(mended(actor.workspace_id, words))) != words:
        found = _best(_Sought(actor.workspace_id, names, better), limit)
        return Hits(found.hits, found.capped, " ".join(better) if found.hits else "")
    return found


def matching(actor: Actor, text: str, record_type: RecordType, limit: int = NEWEST) -> QuerySet[Any, int]:
    """Ids of the newest records of one type that have all the words, as in `search` but unranked: for filters.

    Where that many have the words themselves, beginnings are not looked for.
    """
    documents = SearchDocument.objects.within(actor).values_list("pk", flat=True)
    words = _words(text)
    if not words:
        return documents.none()
    sought = _Sought(actor.workspace_id, (record_type.name,), words)
    ids: list[int] = []
    for in_title, beginning in sought.ways(False):
        if len(ids) < limit:
            query, parameters = sought.newest(limit, in_title=in_title, beginning=beginning)
            ids = [row[0] for row in _fetch(query, parameters)]
    return documents.filter(pk__in=_as_table(ids))


def _words(text: str) -> tuple[str, ...]:
    word = _WORD if connection.vendor == "postgresql" else _WORD_OF_SQLITE
    return tuple(word.findall(_composed(text))[:_MOST_WORDS])


def _best(sought: _Sought, limit: int) -> Hits:
    found: dict[int, Hit] = {}
    capped = False
    for in_title, beginning in sought.ways(True, False):
        room = limit + len(found)  # those found already may come again
        newest, parameters = sought.newest(NEWEST if in_title else room, in_title=in_title, beginning=beginning)
        rows = _fetch(
            f"WITH newest AS ({newest}) SELECT d.record_id, d.type, d.title, (SELECT COUNT(*) FROM newest)"
            " FROM newest JOIN kit_searchdocument d ON d.record_id = newest.id"
            f" ORDER BY {'length(d.title), ' if in_title else ''}d.record_id DESC LIMIT %s",
            [*parameters, room],
        )
        capped |= in_title and bool(rows) and rows[0][3] >= NEWEST
        for record_id, name, title, _ in rows:
            found.setdefault(record_id, Hit(record_id, name, title))
        if len(found) >= limit:
            break
    return Hits(tuple(found.values())[:limit], capped)


def _as_table(ids: Sequence[int]) -> RawSQL:
    """Ids as one parameter, which is much quicker than thousands."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])


def _fetch(query: str, parameters: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
