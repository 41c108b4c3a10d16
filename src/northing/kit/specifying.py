"""From a model's column to the field specification it implies."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from northing.access.models import Member
from northing.kit.fields import (
    AnyRecord,
    Choice,
    Day,
    Email,
    Field,
    Flag,
    Json,
    LongText,
    Moment,
    Number,
    Person,
    Reference,
    Text,
    WebAddress,
)
from northing.kit.models import Record, RecordModel


def specify(model: type[RecordModel], name: str, kind: type[Field] | None = None, /, **changes: Any) -> Field:
    """The specification that a model's own column implies: label, help, choices, bounds, whether it is required.

    `kind` is the kind of field, where the column says too little."""
    column = model._meta.get_field(name)
    if not isinstance(column, models.Field):
        raise TypeError(f"{model.__name__}.{name} is not a column")
    implied: dict[str, Any] = {
        "name": name,
        "label": str(column.verbose_name).capitalize(),
        "help": str(column.help_text),
        "required": not (column.blank or column.null or column.has_default()),
        "editable": column.editable,
    }
    if column.has_default() and not isinstance(column, models.ForeignKey):
        implied["empty"] = column.get_default()
    spec, details = _spec_and_details(column)
    return (kind or spec)(**(implied | details | changes))


def _spec_and_details(column: models.Field[Any, Any]) -> tuple[type[Field], dict[str, Any]]:
    if isinstance(column, models.ForeignKey):
        target = column.related_model
        special: dict[Any, type[Field]] = {Member: Person, Record: AnyRecord}
        return (special[target], {}) if target in special else (Reference, {"to": target})
    if column.choices:
        return Choice, {"options": tuple((str(value), str(label)) for value, label in column.flatchoices)}
    for kind, spec in _SPECS:
        if isinstance(column, kind):
            return spec, _bounds(column)
    raise TypeError(f"no field specification for {type(column).__name__}")


def _bounds(column: models.Field[Any, Any]) -> dict[str, Any]:
    if isinstance(column, (models.CharField, models.TextField)):
        return {"longest": column.max_length or 100_000}
    if isinstance(column, models.IntegerField):
        low, high = connection.ops.integer_field_range(column.get_internal_type())
        return {"whole": True, "low": low, "high": high}
    if isinstance(column, models.DecimalField):
        most = min(10 ** (column.max_digits - column.decimal_places) - 1, 2**53)  # exact in every database
        return {"places": column.decimal_places, "low": -most, "high": most}
    return {}


_SPECS: tuple[tuple[type[models.Field[Any, Any]], type[Field]], ...] = (
    (models.EmailField, Email),
    (models.URLField, WebAddress),
    (models.TextField, LongText),
    (models.CharField, Text),
    (models.BooleanField, Flag),
    (models.DateTimeField, Moment),
    (models.DateField, Day),
    (models.IntegerField, Number),
    (models.DecimalField, Number),
    (models.FloatField, Number),
    (models.JSONField, Json),
)
