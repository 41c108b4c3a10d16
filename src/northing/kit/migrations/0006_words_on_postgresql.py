"""On PostgreSQL the words of the index are those that one looks for: it took `F-2` for an `f` and a -2, `15.2` for one
number, an address for one word, and left out what stands between < and >."""

from __future__ import annotations

from string import punctuation
from typing import Any

from django.db import migrations

_SIGNS = punctuation.replace("'", "''")
_TITLE, _BODY = (
    f"to_tsvector('simple', translate({column}, '{_SIGNS}', repeat(' ', {len(punctuation)})))"
    for column in ("title", "body")
)
POSTGRESQL = (
    "DROP INDEX kit_search",
    "ALTER TABLE kit_searchdocument DROP COLUMN document",
    "ALTER TABLE kit_searchdocument ADD COLUMN document tsvector GENERATED ALWAYS AS"
    f" (setweight({_TITLE}, 'A') || {_BODY}) STORED",
    "CREATE INDEX kit_search ON kit_searchdocument USING gin (document)",
)


def make_anew(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL:
            schema_editor.execute(statement, params=None)  # with any, a % would stand for one


class Migration(migrations.Migration):
    dependencies = [("kit", "0005_merging")]
    operations = [migrations.RunPython(make_anew, migrations.RunPython.noop)]
