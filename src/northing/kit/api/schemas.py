"""OpenAPI's description of each record type, generated from the same field specifications that validate.

The models here only describe and carry: their fields take anything, because the change mechanism is the one validator.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

from django.db.models import CharField
from ninja import Schema
from pydantic import ConfigDict, StringConstraints, WithJsonSchema, create_model

from northing.kit.fields import Field
from northing.kit.record_types import RecordType


class Carrier(Schema):
    model_config = ConfigDict(extra="allow")


class FieldProblem(Schema):
    row: int
    field: str
    value: Any
    rule: str


class Refusal(Schema):
    """What every refusal says."""

    error: str
    problems: list[FieldProblem] = []


def _described(spec: Field) -> Any:
    return Annotated[Any, WithJsonSchema(spec.schema())]


def creation(record_type: RecordType) -> type[Carrier]:
    """The body that creates a record. Required fields are only said here; the change mechanism asks for them."""
    editable = {name: spec for name, spec in record_type.specs.items() if spec.editable}
    fields: dict[str, Any] = {name: (_described(spec), None) for name, spec in editable.items()}
    for name in ("external_source", "external_id"):
        column = cast("CharField[str, str]", record_type.model._meta.get_field(name))
        fields[name] = (Annotated[str, StringConstraints(max_length=column.max_length)] | None, None)
    required: list[Any] = [name for name, spec in editable.items() if spec.required]
    config = ConfigDict(extra="allow", json_schema_extra={"required": required} if required else None)
    base = type("Body", (Carrier,), {"model_config": config})
    return create_model(f"New{_camel(record_type)}", __base__=base, **fields)


def edit(record_type: RecordType) -> type[Carrier]:
    """The body that changes some fields of a record."""
    fields: dict[str, Any] = {n: (_described(spec), None) for n, spec in record_type.specs.items() if spec.editable}
    fields["version"] = (int | None, None)
    return create_model(f"{_camel(record_type)}Edit", __base__=Carrier, **fields)


def answer(record_type: RecordType) -> type[Carrier]:
    """A record as the API gives it."""
    fields: dict[str, Any] = {"id": (int, ...), "key": (str, ...), "version": (int, ...), "archived": (bool, ...)}
    fields |= {name: (_described(spec), None) for name, spec in record_type.all_specs.items()}
    return create_model(_camel(record_type), __base__=Carrier, **fields)


def _camel(record_type: RecordType) -> str:
    return "".join(word.capitalize() for word in record_type.name.split("_"))
