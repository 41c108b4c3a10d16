"""A valid record of any type, made from its field specifications and the module's `tests/samples.py`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from itertools import count
from typing import Any

from northing.access.actor import Actor
from northing.kit import changes
from northing.kit.fields import (
    AnyRecord,
    Choice,
    Day,
    Email,
    Field,
    Flag,
    Json,
    Moment,
    Number,
    Person,
    Reference,
    Tags,
    WebAddress,
)
from northing.kit.measured import Measured
from northing.kit.record_types import RecordType, registry

_serial = count(1)


def given(record_type: RecordType) -> Mapping[str, Any]:
    """What the module says a sample needs beyond the specifications."""
    module = record_type.model.__module__.rsplit(".", 1)[0]
    try:
        samples = importlib.import_module(f"{module}.tests.samples").SAMPLES
    except ModuleNotFoundError:
        return {}
    return samples.get(record_type.name, {})


def sample(actor: Actor, record_type: RecordType) -> dict[str, Any]:
    """Values that create a record: required fields, and whatever the module gives; needed records are made first."""
    values = {
        name: value_for(actor, spec)
        for name, spec in record_type.specs.items()
        if spec.required or name in (record_type.title, *record_type.unique)
    }
    extra = {name: value(actor) if callable(value) else value for name, value in given(record_type).items()}
    return values | extra


def make(actor: Actor, record_type: RecordType, **values: Any) -> Any:
    [record] = changes.create(actor, record_type, [sample(actor, record_type) | values])
    return record


def value_for(actor: Actor, spec: Field) -> Any:
    if isinstance(spec, Reference):
        return make(actor, registry.of(spec.to)).pk
    if isinstance(spec, AnyRecord):
        return make(actor, registry.named("team")).pk
    if isinstance(spec, Person):
        return actor.member_id
    if isinstance(spec, Choice):
        return spec.options[0][0]
    plain: dict[type[Field], Any] = {
        Number: 1,
        Measured: 1,
        Flag: True,
        Day: "2027-02-28",
        Moment: "2027-02-28T09:00:00Z",
        Tags: ["one"],
        Json: {},
        Email: f"sample{next(_serial)}@example.com",
        WebAddress: "https://example.com/",
    }
    return plain.get(type(spec), f"Sample {next(_serial)}")
