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


class Merged(Missing):
    """The record was merged into another, which has all that was its: `into`, whose id is `into_id`."""

    def __init__(self, key: str, into: str, into_id: int) -> None:
        Exception.__init__(self, f"{key} was merged into {into}; go on there.")
        self.key, self.into, self.into_id = key, into, into_id

    def leads_to(self, address: str) -> str:
        """The address of the same page of the other record; empty where the key is no part of the address.

        >>> one = Merged("F-3", "F-12", 12)
        >>> one.leads_to("/orchard/features/F-3/history"), one.leads_to("/of/F-3?all=yes"), one.leads_to("/orchard/")
        ('/orchard/features/F-12/history', '/of/F-12?all=yes', '')
        """
        path, mark, query = address.partition("?")
        parts = path.split("/")
        if self.key not in parts:
            return ""
        return "/".join(self.into if part == self.key else part for part in parts) + mark + query
