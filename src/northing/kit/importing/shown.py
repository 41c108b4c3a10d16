"""What a person has been shown of an import before pressing the button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from northing.kit.importing import keeping
from northing.kit.importing.previewing import Preview
from northing.kit.models import Import


@dataclass(frozen=True)
class Shown:
    """How many rows were to be written and rejected, and what the check warned of, questions aside."""

    to_write: int
    rejected: int
    warnings: Sequence[str]

    @classmethod
    def of(cls, batch: Import) -> Shown:
        """That of a checked file."""
        asked = Preview.of(keeping.folder(batch)).asked
        warnings = [warning for warning in batch.warnings if warning not in asked]
        return cls(batch.created + batch.updated, batch.rejected, warnings)

    def covers(self, batch: Import) -> bool:
        """Whether the file as it is checked now writes some rows, writes and rejects no more than was said, and warns
        of nothing new."""
        if batch.state != Import.State.STAGED:
            return False
        now = Shown.of(batch)
        is_less = 0 < now.to_write <= self.to_write and now.rejected <= self.rejected
        return is_less and set(now.warnings) <= set(self.warnings)
