"""What needs a decision: the items that providers find, and the registry of providers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from northing.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to find out first: whom to ask, what, and what it is worth to know."""

    whom: str
    what: str
    worth: str = ""


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """One card: about which record and why (a short key, such as `review`), the question, why now, what waiting costs.

    `cost_per_week` orders the cards (in the workspace's currency); `verb` names the first way on and `url_name` the
    page it leads to, the record's own page if empty. Without `for_member_id` it is everybody's.

    The three ways on come filled in: `options` of the decision that it would open, `asks`, and `triggers` to wait
    for, both as decisions write them.
    """

    record_id: int
    reason: str
    question: str
    why_now: str
    cost_of_waiting: str = ""
    cost_per_week: float | None = None
    verb: str = "Decide"
    url_name: str = ""
    for_member_id: int | None = None
    options: Sequence[Mapping[str, Any]] = ()
    asks: Sequence[Ask] = ()
    triggers: Sequence[Mapping[str, Any]] = ()


Provider = Callable[[Actor], Iterable[AttentionItem]]
P = TypeVar("P", bound=Provider)

_providers: dict[str, Provider] = {}


def attention_provider(name: str) -> Callable[[P], P]:
    """Register a function that finds what needs a decision in the actor's workspace, in a few queries.

    It runs in a job; all that it gives replaces what it gave before. Declare it in the module's `jobs.py`.
    """

    def register(provider: P) -> P:
        if name in _providers:
            raise ValueError(f"attention provider {name!r} is registered already")
        _providers[name] = provider
        return provider

    return register


def providers() -> Mapping[str, Provider]:
    return MappingProxyType(_providers)
