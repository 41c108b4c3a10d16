"""What an order, or one that could be made, leaves out, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from northing.access.actor import Actor
from northing.decisions.public import quantity_named
from northing.features.actions import COUNTED, VOICES
from northing.features.models import Feature, Status
from northing.features.prioritise.planning import must_have
from northing.features.prioritise.queries import candidates, lacking, must_count, unasked
from northing.insight.public import REVENUE
from northing.kit.record_types import registry

LISTED = 12


class Uncounted(NamedTuple):
    """What to say of features of which nothing is counted: what they are without, who does not ask for them, and the
    way out."""

    without: str
    nobody: str
    way_out: str


_UNCOUNTED = {
    VOICES: Uncounted(
        "without voices",
        "Nobody is linked to",
        "Link the feedback that asks for them, and they get their place.",
    ),
    REVENUE: Uncounted(
        "without revenue",
        "No account with a revenue asks for",
        "Link the feedback that asks for them, and say of which account it is and what that account pays.",
    ),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`names` are the numbers, with their labels, of which `lacking` features lack some; `uncounted` have all but what
    is counted from who asks; the first few of both are listed by key and title. What is `in_delivery` is no question
    of order any more."""

    names: list[tuple[str, str]]
    rankable: int
    lacking: int
    lacking_listed: list[tuple[str, str]]
    uncounted: int
    uncounted_listed: list[tuple[str, str]]
    uncounted_words: Uncounted
    in_delivery: int

    @property
    def has_candidates(self) -> bool:
        return bool(self.rankable or self.lacking or self.uncounted)


def left_out(actor: Actor, definition: Mapping[str, Any]) -> LeftOut:
    """Candidates that a method cannot rank, and what is none."""
    counted = must_count(definition)
    names = [name for name in must_have(definition) if name not in COUNTED]
    without, nobody = lacking(actor, names), unasked(actor, definition)
    lack, uncounted = without.count() if names else 0, nobody.count() if counted else 0
    return LeftOut(
        names=[(name, quantity_named(name).label.lower()) for name in names],
        rankable=candidates(actor).count() - lack - uncounted,
        lacking=lack,
        lacking_listed=_listed(without[:LISTED]) if lack else [],
        uncounted=uncounted,
        uncounted_listed=_listed(nobody[:LISTED]) if uncounted else [],
        uncounted_words=_UNCOUNTED[REVENUE if REVENUE in counted else VOICES],
        in_delivery=in_delivery(actor),
    )


def in_delivery(actor: Actor) -> int:
    """How many features are being built: they are neither ranked nor sized any more."""
    return Feature.objects.within(actor).filter(status=Status.IN_DELIVERY, archived_at=None).count()


def _listed(features: Iterable[Feature]) -> list[tuple[str, str]]:
    return [(registry.of(Feature).key(feature), feature.title) for feature in features]
