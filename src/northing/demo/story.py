"""What the chapters of the demo share: who writes, the dice, and the records made so far by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from northing.access.actor import Actor
from northing.kit import changes
from northing.kit.record_types import Values, registry


@dataclass
class Story:
    """The demo in the making. Same seed and same day: same content."""

    actor: Actor
    dice: Random
    today: date
    made: dict[tuple[str, str], Any] = field(default_factory=dict)
    lead: int = 0
    """The member whose products these are: who looks at the demo."""
    owners: dict[str, int] = field(default_factory=dict)
    """The member who looks after each area."""

    def create(self, record_type: str, rows: Sequence[Values], event: str = "made it for the demo") -> list[Any]:
        """Create records and remember each by its title."""
        kind = registry.named(record_type)
        records = changes.create(self.actor, kind, rows, event) if rows else []
        self.made |= {(record_type, kind.title_of(record)): record for record in records}
        return records

    def find(self, record_type: str, title: str) -> Any:
        return self.made[record_type, title]

    def id(self, record_type: str, title: str) -> int:
        return int(self.made[record_type, title].pk)

    def day(self, offset: int) -> date:
        """A day so many days from today."""
        return self.today + timedelta(days=offset)

    def moment(self, offset: float) -> datetime:
        """A working hour on a day so many days from today."""
        hour = 8 + self.dice.random() * 9
        at = time(int(hour), int(hour % 1 * 60))
        return datetime.combine(self.day(int(offset)), at, tzinfo=UTC)
