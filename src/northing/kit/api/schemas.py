"""OpenAPI's description of each record type, generated from the same field specifications that validate.

The models here only describe and carry: their fields take anything, because the change mechanism is the one validator.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar, cast

from django.db.models import CharField
from ninja import Schema
from pydantic import ConfigDict, StringConstraints, WithJsonSchema, create_model

from northing.kit.fields import Field
from northing.kit.record_types import RecordType

EXTERNAL = ("external_source", "external_id")
"""Where a record came from, said when it is created."""


class Carrier(Schema):
    model_config = ConfigDict(extra="allow")


class Body(Carrier):
    """What is sent. A name that is not known is refused, for nobody wants what they wrote to get lost."""

    model_config = ConfigDict(extra="forbid")


One = TypeVar("One", bound=Carrier)


class Many(Schema, Generic[One]):
    """Records, as they are given many at once."""

    items: list[One]


class Listed(Many[One], Generic[One]):
    """A page of a list."""

    next: str | None


class FieldChange(Schema):
    field: str
    old: Any
    new: Any


class Step(Schema):
    """What one change did to a record."""

    version: int
    at: datetime
    by: str | None
    origin: str
    event: str
    what: str
    fields: list[FieldChange]


class History(Schema):
    items: list[Step]


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


def sent(record_type: RecordType, *, new: bool) -> list[str]:
    """The names that a body may have, for a new record or for a change."""
    editable = [name for name, spec in record_type.specs.items() if spec.editable]
    return [*editable, *EXTERNAL] if new else [*editable, "version"]


def creation(record_type: RecordType) -> type[Body]:
    """The body that creates a record. Required fields are only said here; the change mechanism asks for them."""
    fields = {name: _field(record_type, name) for name in sent(record_type, new=True)}
    specs = record_type.specs
    required: list[Any] = [name for name in fields if name in specs and specs[name].required]
    config = ConfigDict(extra="forbid", json_schema_extra={"required": required} if required else None)
    base = type("Body", (Body,), {"model_config": config})
    return create_model(f"New{_camel(record_type)}", __base__=base, **fields)


def edit(record_type: RecordType) -> type[Body]:
    """The body that changes some fields of a record."""
    fields = {name: _field(record_type, name) for name in sent(record_type, new=False)}
    return create_model(f"{_camel(record_type)}Edit", __base__=Body, **fields)


def _field(record_type: RecordType, name: str) -> Any:
    """A field's type in a body and its default: none of them must be sent."""
    if name in record_type.specs:
        return (_described(record_type.specs[name]), None)
    if name == "version":
        return (int | None, None)
    column = cast("CharField[str, str]", record_type.model._meta.get_field(name))
    return (Annotated[str, StringConstraints(max_length=column.max_length)] | None, None)


def answer(record_type: RecordType) -> type[Carrier]:
    """A record as the API gives it."""
    fields: dict[str, Any] = {"id": (int, ...), "key": (str, ...), "version": (int, ...), "archived": (bool, ...)}
    fields |= {name: (_described(spec), None) for name, spec in record_type.all_specs.items()}
    fields |= {"remarks": (list[str], [])} if record_type.remarks else {}
    return create_model(_camel(record_type), __base__=Carrier, **fields)


def _camel(record_type: RecordType) -> str:
    return "".join(word.capitalize() for word in record_type.name.split("_"))
