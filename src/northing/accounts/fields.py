"""A team's calendar as people write it: weekdays by name, absences as periods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from northing.kit.fields import Day, Json
from northing.kit.problems import BadValue

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PERIOD = re.compile(
    r"(?P<from>\S.*?)(?:\s+(?:to|until|/|\u2013|-|bis)\s+|\u2013|(?<=\d{4}-\d\d-\d\d)[/-]|(?<=\.\d{4})[/-])"
    r"(?P<to>\S.*?)\s*(?::\s*(?P<people>\d+(?:\.\d+)?))?",
    re.IGNORECASE,
)
_DAY = Day(name="day", required=True)


def _day(text: str) -> str:
    try:
        return _DAY.parse(text).isoformat()
    except BadValue as error:
        raise BadValue(f"{text[:40]} {error}; write a period as 2026-12-24 to 2027-01-02: 3") from None


@dataclass(frozen=True, kw_only=True)
class Weekdays(Json):
    """Days of the week: a list from 0 (Monday) to 6, or their names.

    >>> Weekdays(name="days").parse("Tue, mon Friday"), Weekdays(name="days").to_text([0, 1, 4])
    ([0, 1, 4], 'Mon, Tue, Fri')
    """

    is_typed: ClassVar[bool] = True

    def parse(self, value: Any) -> Any:
        if not isinstance(value, str) or value.lstrip().startswith("["):
            return super().parse(value)
        written = [word[:3].capitalize() for word in re.split(r"[\s,;]+", value.strip()) if word]
        if unknown := [word for word in written if word not in DAYS]:
            raise BadValue(f"{unknown[0]} is no day; write them as Mon, Tue, Wed")
        return sorted({DAYS.index(word) for word in written})

    def to_text(self, value: Any) -> str:
        return ", ".join(DAYS[day] for day in value or ())


@dataclass(frozen=True, kw_only=True)
class Absences(Json):
    """Periods with how many people are away: a list, or as people write it.

    >>> Absences(name="away").parse("2026-12-24 to 2027-01-02: 3")
    [{'from': '2026-12-24', 'to': '2027-01-02', 'people': 3.0}]
    >>> Absences(name="away").parse("24.12.2026 - 2.1.2027")
    [{'from': '2026-12-24', 'to': '2027-01-02', 'people': 1.0}]
    >>> Absences(name="away").parse("24.12.2026-02.01.2027: 2")
    [{'from': '2026-12-24', 'to': '2027-01-02', 'people': 2.0}]
    >>> Absences(name="away").to_text([{"from": "2026-12-24", "to": "2027-01-02", "people": 3}])
    '2026-12-24 to 2027-01-02: 3'
    """

    is_typed: ClassVar[bool] = True

    def parse(self, value: Any) -> Any:
        if not isinstance(value, str) or value.lstrip().startswith("["):
            return super().parse(value)
        return [self._period(text) for text in re.split(r"[;\n]+", value) if text.strip()]

    def _period(self, text: str) -> dict[str, Any]:
        found = _PERIOD.fullmatch(text.strip())
        if found is None:
            raise BadValue(f"{text.strip()[:40]} is no period; write it as 2026-12-24 to 2027-01-02: 3")
        first, last = (_day(found[name]) for name in ("from", "to"))
        return {"from": first, "to": last, "people": float(found["people"] or 1)}

    def to_text(self, value: Any) -> str:
        return "; ".join(f"{one['from']} to {one['to']}: {one.get('people', 1):g}" for one in value or ())
