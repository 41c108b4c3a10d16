"""Many new rows in one statement, without what Django's own `bulk_create` does for every value of every row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from northing.access.models import Workspace
from northing.kit.models import RecordModel

_AS_THEY_ARE = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.FloatField,
    models.BooleanField,
    models.ForeignKey,
)
"""Fields whose values are already what the database takes: those of a record have been cleaned."""


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Insert rows of values into a model's table in the transaction at hand. `columns` are names of attributes
    (`change_id`); keys that the database gives are not read back.

    Half of an import's time went into preparing values that need no preparation.
    """
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(fields[name].column)) for name in columns)
    places = ", ".join(["%s"] * len(columns))
    prepared = [list(row) for row in rows]
    for at, name in enumerate(columns):
        if prepare := _preparing(fields[name]):
            for row in prepared:
                row[at] = prepare(row[at])
    with connection.cursor() as cursor:
        table = quote(model._meta.db_table)
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", prepared)  # noqa: S608 - names of models


def insert_identities(workspace_id: int, record_type: str, numbers: range) -> list[int]:
    """Ids of new rows of the spine, one for each number (there must be some), in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE taken(number) AS"
            " (SELECT CAST(%s AS bigint) UNION ALL SELECT number + 1 FROM taken WHERE number < %s)"
            " INSERT INTO kit_record (workspace_id, type, number) SELECT %s, %s, number FROM taken"
            " RETURNING number, id",
            [numbers.start, numbers.stop - 1, workspace_id, record_type],
        )
        ids = dict(cursor.fetchall())
    return [ids[number] for number in numbers]


def insert_records(model: type[RecordModel], workspace: Workspace, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """Insert records of one type, given by attribute name; what is not given is the field's default. Returns them."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    made = [(field.attname, field.get_default) for field in fields if field.has_default() and callable(field.default)]
    constants = {field.attname: field.get_default() for field in fields}
    constants["workspace_id"] = workspace.pk
    values = []
    for row in rows:
        whole = constants | row
        for name, make in made:
            if name not in row:
                whole[name] = make()
        values.append([whole[name] for name in names])
    insert_rows(model, names, values)
    records = [model.from_db(connection.alias, names, row) for row in values]
    known = model._meta.get_field("workspace")
    for record in records:
        known.set_cached_value(record, workspace)
    return records


def _preparing(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How a value of this field is made ready for the database; None where it is as it stands."""
    if isinstance(field, _AS_THEY_ARE):
        return None
    database = connections[DEFAULT_DB_ALIAS]  # the proxy's way to it takes longer than the work
    if isinstance(field, models.JSONField):
        adapt, encoder = database.ops.adapt_json_value, field.encoder
        return lambda value: None if value is None else adapt(value, encoder)
    return lru_cache(maxsize=1000)(lambda value: field.get_db_prep_save(value, database))
