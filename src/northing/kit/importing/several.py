"""Cells that name several records where a field holds one: a team cell that says `Mobile, Cloud`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from northing.access.actor import Actor
from northing.exchange.words import as_one_name
from northing.kit import cleaning
from northing.kit.importing.importers import Incoming, importers
from northing.kit.importing.referring import target_of
from northing.kit.record_types import RecordType

_BETWEEN = re.compile(r"\s*[,;/|+&\n]\s*|\s+(?:and|und|et|y|e)\s+", re.IGNORECASE)
_LONGEST = 300  # characters of a cell with several names
_MOST_NAMES = 10_000
"""Names of a column that are remembered."""


@dataclass
class Several:
    """Takes the first of several names in a cell, each of which is a name by itself, in the workspace or elsewhere in
    the column: no record is made of all together. The whole cell is kept with the record."""

    actor: Actor
    record_type: RecordType
    _met: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def part(self, some: Sequence[Incoming]) -> None:
        """Look at the next records of the file. One query for each field with such cells."""
        for name in importers.of(self.record_type).makes:
            written = [(one, str(one.values[name])) for one in some if one.values.get(name)]
            doubtful = {text: parts for _, text in written if len(parts := _parts(text)) > 1}
            if room := _MOST_NAMES - len(self._met[name]):
                self._met[name] |= {*[as_one_name(text) for _, text in written if text not in doubtful][:room]}
            if several := self._several(name, doubtful):
                for one, text in written:
                    if text in several:
                        self._take_first(one, name, doubtful[text])

    def _take_first(self, record: Incoming, name: str, parts: Sequence[str]) -> None:
        count = "two" if len(parts) == 2 else str(len(parts))
        record.keep_aside(name, f"names {count} {target_of(self.record_type, name).nouns}; the first is taken")
        record.values[name] = parts[0]

    def _several(self, name: str, doubtful: dict[str, list[str]]) -> Collection[str]:
        """Those cells that are no name, but whose parts all are."""
        if not doubtful:
            return ()
        asked = {*doubtful, *(part for parts in doubtful.values() for part in parts)}
        here = cleaning.resolve(self.actor, self.record_type.references[name], asked)
        found = {as_one_name(str(one)) for one in here}
        known = found | self._met[name]
        return {
            text
            for text, parts in doubtful.items()
            if as_one_name(text) not in found and _are_names(parts) and all(as_one_name(one) in known for one in parts)
        }


def _are_names(parts: Sequence[str]) -> bool:
    """Whether parts of a cell may be names of several: not what one name is made of.

    >>> _are_names(["Mobile", "Cloud"]), _are_names(["Johnson", "Johnson"]), _are_names(["24", "7"])
    (True, False, False)
    """
    return len({as_one_name(part) for part in parts}) == len(parts) and not any(part.isdecimal() for part in parts)


def _parts(text: str) -> list[str]:
    """The names in a cell; a long text is none of several.

    >>> _parts("Mobile app, Cloud"), _parts("Web und Mobil"), _parts("Firmware")
    (['Mobile app', 'Cloud'], ['Web', 'Mobil'], ['Firmware'])
    """
    return [part for part in _BETWEEN.split(text.strip()) if part] if len(text) <= _LONGEST else [text]
