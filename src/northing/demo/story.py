"""What the chapters of the demo share: who writes, the dice, and the records made so far by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from northing.access.actor import Actor
from northing.kit import changes
from northing.kit.models import Change
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

    @contextmanager
    def happening(self, offset: int) -> Iterator[None]:
        """Let what is written meanwhile have happened so many days from today: its history, and the records made, but
        for those that were given a day of their own."""
        began, at = timezone.now(), self.at(offset)
        yield
        Change.objects.within(self.actor).filter(at__gte=began).update(at=at)
        later_one = Greatest("created_at", Value(at, DateTimeField()))
        for record_type in registry:
            records = record_type.model.objects.within(self.actor)
            records.filter(created_at__gte=began).update(created_at=at)
            records.filter(updated_at__gte=began).update(updated_at=later_one)

    def find(self, record_type: str, title: str) -> Any:
        return self.made[record_type, title]

    def id(self, record_type: str, title: str) -> int:
        return int(self.made[record_type, title].pk)

    def day(self, offset: int) -> date:
        """A day so many days from today."""
        return self.today + timedelta(days=offset)

    def at(self, offset: int) -> datetime:
        """Ten o'clock on a day so many days from today."""
        return datetime.combine(self.day(offset), time(10), UTC)

    def moment(self, offset: float) -> datetime:
        """A working hour on a day so many days from today."""
        hour = 8 + self.dice.random() * 9
        at = time(int(hour), int(hour % 1 * 60))
        return datetime.combine(self.day(int(offset)), at, tzinfo=UTC)
