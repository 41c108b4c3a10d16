"""What a person has been shown of an import before pressing the button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from northing.kit.importing import keeping
from northing.kit.importing.choices import Choices
from northing.kit.importing.digests import digest
from northing.kit.importing.previewing import Preview
from northing.kit.models import Import


def how_read(mapping: Mapping[str, str], choices: Choices) -> str:
    """A mark of how a file is read: another one, once its columns go elsewhere or something else is chosen."""
    return digest([mapping, choices.as_json()])


@dataclass(frozen=True)
class Shown:
    """How many rows were to be written and rejected, how many of them change records that are there, how many records
    are made besides by type, and what the check warned of, questions aside."""

    to_write: int
    updated: int
    rejected: int
    also_created: Mapping[str, int]
    warnings: Sequence[str]

    @classmethod
    def of(cls, batch: Import) -> Shown:
        """That of a checked file."""
        asked = Preview.of(keeping.folder(batch)).asked
        warnings = [warning for warning in batch.warnings if warning not in asked]
        to_write = batch.created + batch.updated
        return cls(to_write, batch.updated, batch.rejected, batch.also_created, warnings)

    def covers(self, batch: Import) -> bool:
        """Whether the file as it is checked now writes some rows, does no more of anything than was said, and warns of
        nothing new."""
        now = Shown.of(batch)
        is_less = 0 < now.to_write <= self.to_write and now.updated <= self.updated and now.rejected <= self.rejected
        makes_no_more = all(count <= self.also_created.get(name, 0) for name, count in now.also_created.items())
        return is_less and makes_no_more and set(now.warnings) <= set(self.warnings)


@dataclass(frozen=True)
class Pressed:
    """That a member had a file imported, read in this way, of which this was `shown`."""

    member_id: int | None
    read: str
    shown: Shown

    @classmethod
    def kept(cls, said: Mapping[str, Any]) -> Pressed:
        """That of a job."""
        return cls(said["member_id"], said["read"], Shown(**said["shown"]))

    def allows(self, batch: Import) -> bool:
        """Whether the file as it is checked now may be imported without another look."""
        is_checked = batch.state == Import.State.STAGED
        is_same = self.read == how_read(batch.mapping, Choices.of(batch.choices))
        return is_checked and is_same and self.shown.covers(batch)
