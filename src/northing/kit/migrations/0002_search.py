"""The full-text index over `SearchDocument`: FTS5 kept by triggers on SQLite, a generated tsvector on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE kit_search USING fts5(title, body, content='kit_searchdocument',"
    " content_rowid='record_id', tokenize=\"unicode61 remove_diacritics 2\", prefix='3')",
    "CREATE TRIGGER kit_search_added AFTER INSERT ON kit_searchdocument BEGIN"
    " INSERT INTO kit_search(rowid, title, body) VALUES (new.record_id, new.title, new.body); END",
    "CREATE TRIGGER kit_search_gone AFTER DELETE ON kit_searchdocument BEGIN"
    " INSERT INTO kit_search(kit_search, rowid, title, body) VALUES ('delete', old.record_id, old.title, old.body); END",
    "CREATE TRIGGER kit_search_changed AFTER UPDATE ON kit_searchdocument BEGIN"
    " INSERT INTO kit_search(kit_search, rowid, title, body) VALUES ('delete', old.record_id, old.title, old.body);"
    " INSERT INTO kit_search(rowid, title, body) VALUES (new.record_id, new.title, new.body); END",
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
