"""What rows that came before say of numbers that people have given here since then: the file's word joins theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from northing.access.actor import Actor
from northing.kit.importing.importers import Joined, importers
from northing.kit.importing.origins import kept_last, source_of
from northing.kit.importing.sorting import Piece
from northing.kit.record_types import RecordType


@dataclass
class Joining:
    """Looks at the pieces of an import; `counts` has by quantity how many records have a person's word and get the
    file's too."""

    actor: Actor
    record_type: RecordType
    counts: Counter[str] = field(default_factory=Counter)

    def look(self, piece: Piece) -> Mapping[int, Mapping[str, Joined]]:
        """What becomes of a piece's numbers that others have given too, by record and quantity."""
        joined = importers.of(self.record_type).joined
        if joined is None:
            return {}
        rows = [(row, record.pk, record) for row, record in piece.differing]
        rows += [(one.row, one.into.pk, one.merged) for one in piece.led_on]
        said = {
            pk: (row.canonical, kept_last(keeper.custom, source_of(row))) for row, pk, keeper in rows if row.canonical
        }
        found = joined(self.actor, said) if said else {}
        self.counts.update(name for one in found.values() for name, how in one.items() if how.words)
        return found

    def warnings(self) -> Iterator[str]:
        if self.counts:
            what = ", ".join(f"{name} of {self.record_type.counted(count)}" for name, count in self.counts.items())
            yield f"Changed here and in the file too: {what}. What the file says joins what people said here."
