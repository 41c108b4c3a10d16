"""Record numbers: taken in blocks, never reused."""

from __future__ import annotations

from django.db import connection

from northing.kit.models import Sequence


def take_numbers(workspace_id: int, record_type: str, count: int) -> range:
    """The next `count` numbers of a type in a workspace.

    One short statement of its own: called before a change's transaction it holds no lock while the change works.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Sequence._meta.db_table} (workspace_id, type, next_number) VALUES (%s, %s, %s)"
            " ON CONFLICT (workspace_id, type) DO UPDATE SET next_number = "
            f"{Sequence._meta.db_table}.next_number + %s RETURNING next_number",
            [workspace_id, record_type, 1 + count, count],
        )
        after: int = cursor.fetchone()[0]
    return range(after - count, after)
