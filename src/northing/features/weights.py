"""The weights of a scoring model as people write them: a number per quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from northing.kit.fields import Json
from northing.kit.problems import BadValue


@dataclass(frozen=True, kw_only=True)
class Weights(Json):
    """A number per quantity: as an object, or as people write it.

    >>> Weights(name="weights").parse("value 3, risk: -1")
    {'value': 3.0, 'risk': -1.0}
    >>> Weights(name="weights").to_text({"value": 3, "risk": -1})
    'value 3, risk -1'
    """

    is_typed: ClassVar[bool] = True

    def parse(self, value: Any) -> Any:
        if not isinstance(value, str) or value.lstrip().startswith(("{", "[")):
            return super().parse(value)
        return dict(map(self._pair, filter(None, map(str.strip, value.split(",")))))

    def _pair(self, text: str) -> tuple[str, float]:
        name, _, number = text.replace(":", " ").replace("=", " ").rpartition(" ")
        try:
            return name.strip(), float(number)
        except ValueError:
            raise BadValue(f"{text[:40]} is no weight; write them as value 3, risk -1") from None

    def to_text(self, value: Any) -> str:
        return ", ".join(f"{name} {number:g}" for name, number in (value or {}).items())
