"""What several rows say of one thing: the latest word counts, and that they differ is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

When = Any
"""What rows are put in order by: a moment, with the place in the file where moments are the same."""


@dataclass
class Gathering:
    """Values by name and field, each with when it was said.

    >>> found = Gathering()
    >>> found.add("alpen", {"tier": "Team"}, 2)
    >>> found.add("alpen", {"tier": "Pro", "revenue": 5}, 1)
    >>> found.latest("alpen"), found.disagreeing("alpen")
    ({'tier': 'Team', 'revenue': 5}, {'tier'})
    """

    _latest: dict[str, dict[str, tuple[When, Any]]] = field(default_factory=dict)
    _disagreeing: dict[str, set[str]] = field(default_factory=dict)

    def add(self, name: str, values: Mapping[str, Any], when: When) -> None:
        known = self._latest.setdefault(name, {})
        for what, value in values.items():
            earlier = known.get(what)
            if earlier is not None and _folded(earlier[1]) != _folded(value):
                self._disagreeing.setdefault(name, set()).add(what)
            if earlier is None or when >= earlier[0]:
                known[what] = (when, value)

    def names(self) -> list[str]:
        return list(self._latest)

    def latest(self, name: str) -> dict[str, Any]:
        return {what: value for what, (_, value) in self._latest[name].items()}

    def disagreeing(self, name: str) -> set[str]:
        """The fields in which rows differ."""
        return self._disagreeing.get(name, set())


def _folded(value: Any) -> Any:
    """A value as it is compared with another: letters are the same in capitals."""
    return value.casefold() if isinstance(value, str) else value
