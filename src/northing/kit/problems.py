"""What can be wrong with input, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: which row (0 for the first), which field, the value given, the rule it breaks with the way out."""

    field: str
    value: object
    rule: str
    row: int = 0

    def __str__(self) -> str:
        shown = str(self.value)
        return f"{self.field}: {shown[:77] + '...' if len(shown) > 80 else shown!r}: {self.rule}"


class Invalid(Exception):
    """Input that was refused. Nothing of it was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems[:5]))


class BadValue(ValueError):
    """Raised by a field's `parse`; the message is the rule and the way out."""


class Conflict(Exception):
    """The record was changed by somebody else since it was read. `fresh` is how it stands now."""

    def __init__(self, fresh: object) -> None:
        super().__init__("This record was changed in the meantime; look at the fresh version and try again.")
        self.fresh = fresh


class Missing(Exception):
    """No such record within the actor's workspace."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: not found in this workspace.")
