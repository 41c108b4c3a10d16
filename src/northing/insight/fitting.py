"""Making what other tools allow fit our fields: what is too long or malformed is kept aside, not lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from northing.kit.fields import Text, WebAddress
from northing.kit.problems import BadValue
from northing.kit.record_types import RecordType


def fit(record_type: RecordType, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with texts cut to their fields' length; what was cut, and addresses that are none, stay beside them.

    An import puts names that are no fields into the record's `custom`, so nothing is lost.
    """
    fitted = dict(values)
    for name, value in values.items():
        spec = record_type.specs.get(name)
        if not isinstance(value, str) or not isinstance(spec, Text):
            continue
        if isinstance(spec, WebAddress):
            if value and not _is_address(spec, value):
                fitted[f"{name} as given"] = fitted.pop(name)
        elif len(value) > spec.longest:
            fitted[name], fitted[f"{name} in full"] = value[: spec.longest - 1] + "…", value
    return fitted


def _is_address(spec: WebAddress, value: str) -> bool:
    try:
        spec.parse(value)
    except BadValue:
        return False
    return True
