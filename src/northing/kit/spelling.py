"""Mistyped words of a search, mended by the words that the searched records use."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from django.db import connection

_SHORTEST = 4  # shorter words have too many neighbours
_LIKENESS = 0.75  # as difflib measures it: one letter wrong in four, two in eight
_MOST_WORDS = 5000
_NEWEST = 5000  # documents whose words PostgreSQL gathers


def mended(workspace_id: int, words: Sequence[str]) -> list[str]:
    """Each word, or the likest one in use that begins with the same letter.

    On SQLite the words are those of every workspace: show a mended word only where it found something.
    """
    return [_mended(workspace_id, word.casefold()) if len(word) >= _SHORTEST else word for word in words]


def _mended(workspace_id: int, word: str) -> str:
    if _is_in_use(workspace_id, word):
        return word
    find = _words_postgres if connection.vendor == "postgresql" else _words_sqlite
    likest = get_close_matches(word, find(workspace_id, word), n=1, cutoff=_LIKENESS)
    return likest[0] if likest else word


def _is_in_use(workspace_id: int, word: str) -> bool:
    """Whether the word itself is found, which is quicker to ask than what it is like."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT 1 FROM kit_searchdocument WHERE workspace_id = %s AND document @@ to_tsquery('simple', %s) LIMIT 1"
        )
        return bool(_column(query, [workspace_id, f"'{word}'"]))
    query = "SELECT 1 FROM kit_search WHERE kit_search MATCH %s LIMIT 1"
    return bool(_column(query, [f'scope : (w{workspace_id}) AND {{title body}} : ("{word}")']))


def _words_sqlite(workspace_id: int, word: str) -> list[str]:
    query = (
        "SELECT term FROM kit_search_words WHERE term >= %s AND term < %s AND length(term) BETWEEN %s AND %s"
        " ORDER BY doc DESC LIMIT %s"
    )
    return _column(query, [word[0], chr(ord(word[0]) + 1), len(word) - 2, len(word) + 2, _MOST_WORDS])


def _words_postgres(workspace_id: int, word: str) -> list[str]:
    documents = (
        f"SELECT document FROM kit_searchdocument WHERE workspace_id = {workspace_id:d}"
        f" ORDER BY record_id DESC LIMIT {_NEWEST}"
    )
    query = (
        "SELECT word FROM ts_stat(%s) WHERE starts_with(word, %s) AND length(word) BETWEEN %s AND %s"
        " ORDER BY ndoc DESC LIMIT %s"
    )
    return _column(query, [documents, word[0], len(word) - 2, len(word) + 2, _MOST_WORDS])


def _column(query: str, parameters: list[str | int]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [word for (word,) in cursor.fetchall()]
