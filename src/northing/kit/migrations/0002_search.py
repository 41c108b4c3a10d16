"""The full-text index over `SearchDocument`: FTS5 kept by triggers on SQLite, a generated tsvector on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_SCOPE = "'w' || {0}.workspace_id || ' w' || {0}.workspace_id || replace({0}.type, '_', '')"
_NEW, _OLD = (f"{row}.record_id, {row}.title, {row}.body, {_SCOPE.format(row)}" for row in ("new", "old"))
_ADD = f"INSERT INTO kit_search(rowid, title, body, scope) VALUES ({_NEW});"
_TAKE_OUT = f"INSERT INTO kit_search(kit_search, rowid, title, body, scope) VALUES ('delete', {_OLD});"
# The scope is indexed like a word (w12 w12feature), so that a search meets only rows of its workspace and types.
SQLITE = (
    "CREATE VIEW kit_search_content AS SELECT record_id, title, body,"
    f" {_SCOPE.format('d')} AS scope FROM kit_searchdocument d",
    "CREATE VIRTUAL TABLE kit_search USING fts5(title, body, scope, content='kit_search_content',"
    " content_rowid='record_id', tokenize=\"unicode61 remove_diacritics 2\", prefix='3')",
    f"CREATE TRIGGER kit_search_added AFTER INSERT ON kit_searchdocument BEGIN {_ADD} END",
    f"CREATE TRIGGER kit_search_gone AFTER DELETE ON kit_searchdocument BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER kit_search_changed AFTER UPDATE ON kit_searchdocument BEGIN {_TAKE_OUT} {_ADD} END",
    "CREATE VIRTUAL TABLE kit_search_words USING fts5vocab(kit_search, 'row')",
)
POSTGRESQL = (
    "ALTER TABLE kit_searchdocument ADD COLUMN document tsvector GENERATED ALWAYS AS"
    " (setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', body)) STORED",
    "CREATE INDEX kit_search ON kit_searchdocument USING gin (document)",
)


def create_index(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]
    operations = [migrations.RunPython(create_index, migrations.RunPython.noop)]
