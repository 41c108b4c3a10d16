"""Numbers that may be typed with their unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from northing.kit.fields import Number


class Amount(float):
    """A number with the unit that was typed behind it, if one was. What is stored is the number alone."""

    unit: str

    def __new__(cls, number: float, unit: str = "") -> Amount:
        amount = super().__new__(cls, number)
        amount.unit = unit
        return amount


_WITH_UNIT = re.compile(r"(.*\d)\s*([^\d\s.,'+-][^\d]*)")


@dataclass(frozen=True, kw_only=True)
class Measured(Number):
    """A number that may be typed with its unit (`4,5 %`), read as an `Amount`.

    Which unit is right another record says: the record type's `after` refuses a wrong one.
    """

    def parse(self, value: Any) -> Amount:
        if isinstance(value, Amount):
            return value
        found = _WITH_UNIT.fullmatch(value.strip()) if isinstance(value, str) else None
        return Amount(super().parse(found[1]), found[2].strip()) if found else Amount(super().parse(value))

    def to_json(self, value: Any) -> Any:
        unit = getattr(value, "unit", "")
        return f"{value:.15g} {unit}" if unit else super().to_json(value)
