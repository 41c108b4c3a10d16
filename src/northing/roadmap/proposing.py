"""What could come next: what the teams likely get done by the end of the next quarter, or the first few in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue
from northing.features.public import RANK, VOICES, Feature, Status, horizon
from northing.kit.importing.origins import SOURCE
from northing.roadmap import planning, queries
from northing.roadmap.actions import SEED
from northing.roadmap.freezing import WhatIf, freeze
from northing.ui import formats

EFFORT = "effort"
FITTING, SIZED, NONE, OWN = "fitting", "sized", "none", "own"
_FIRST = (5, 10)
_MOST = 300  # larger plans take more than a moment to simulate


@dataclass(frozen=True, slots=True)
class Row:
    """A feature that is in the plan or could be, with its rank, voices and effort as far as they are known, and the
    team that is stored: the feature has the one that was chosen on the page."""

    feature: Feature
    key: str
    known: Mapping[str, MeasureValue]
    stored_team: int | None

    @property
    def team_in_file(self) -> str:
        """What an import kept of its team cell, such as a second team that was named there too."""
        return str(self.feature.custom.get(SOURCE, {}).get("team as given", ""))

    @property
    def is_ordered(self) -> bool:
        """Whether anything says what it comes before."""
        return bool(self.known.keys() & {RANK, VOICES})

    @property
    def is_sized(self) -> bool:
        """Whether it would get a date, and is not put off."""
        return EFFORT in self.known and not self._is_for_later

    @property
    def _is_for_later(self) -> bool:
        return self.feature.target is None and self.feature.target_text == "later"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is taken of the list, by which of its ways, and why."""

    way: str
    ids: Sequence[int]
    words: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The list of what could come next, behind what is planned, with the teams as the page has them."""

    rows: Sequence[Row]
    planned: Sequence[Row]
    teams: Sequence[Any]
    until: date
    can_simulate: bool

    @property
    def sized(self) -> Sequence[int]:
        """Those that would get a date, in order."""
        return [row.feature.pk for row in self.rows if row.is_sized]

    @property
    def ways(self) -> list[tuple[str, str]]:
        """How much can be taken at once, each with its words; the first is the usual one."""
        firsts = [(str(count), f"First {count}") for count in _FIRST if count < len(self.sized)]
        every = [(SIZED, f"All {len(self.sized)} with an effort")] if self.sized else []
        return [*self._fitting, *firsts, *every, (NONE, "None")]

    @property
    def _fitting(self) -> list[tuple[str, str]]:
        can = self.can_simulate and any(row.is_ordered and row.is_sized for row in self.rows)
        return [(FITTING, f"Likely done by {formats.day(self.until)}")] if can else []

    @property
    def usual(self) -> str:
        """The way that is taken where nobody chose one: none where nothing says what comes first."""
        return self.ways[0][0] if any(row.is_ordered for row in self.rows) else NONE


def offer(actor: Actor, rows: Sequence[Row], planned: Sequence[Row], teams: Sequence[Any]) -> Offer:
    """What could come next, until the end of the next quarter."""
    until = horizon("next", timezone.localdate()).end
    assert until is not None  # only later has no end
    is_small = queries.forecast_features(actor).count() <= _MOST
    return Offer(rows, planned, teams, until, is_small and bool(queries.builders(teams)))


def propose(actor: Actor, offered: Offer, way: str) -> Proposal:
    """What of the list is taken in one of its ways; in another, the usual one. Writes nothing."""
    way = way if way in dict(offered.ways) else offered.usual
    if way == NONE:
        return Proposal(way, (), "Proposed: none.")
    if way == FITTING:
        ids = _likely_done(actor, offered)
        return Proposal(way, ids, _fitting_words(offered, len(ids)))
    if way == SIZED:
        return Proposal(way, offered.sized, "Proposed: all that have an effort, and so get a date.")
    return Proposal(way, offered.sized[: int(way)], f"Proposed: the first {way} that have an effort.")


def _fitting_words(offered: Offer, count: int) -> str:
    """What is proposed, and why."""
    day = formats.day(offered.until)
    behind = ", after what is in the plan already" if offered.planned else ""
    if not count:
        return (
            f"Proposed: none. With these people{behind}, nothing that is ranked or asked for is likely done by {day}."
        )
    is_ranked = any(RANK in row.known for row in offered.rows)
    order = "by rank" if is_ranked else "as nothing is ranked, the earliest date first"
    return f"Proposed: the {count} that these people likely get done by {day}{behind}: {order}."


def _likely_done(actor: Actor, offered: Offer) -> list[int]:
    """What of the list is likely done in time, were all of it planned that has an order and an effort."""
    wanted = [copy(row.feature) for row in offered.rows if row.is_ordered and row.is_sized]
    for feature in wanted:
        feature.status = Status.PLANNED
    features = [*wanted, *(row.feature for row in offered.planned)]
    done = planning.likely_done(freeze(actor, WhatIf(features=features, teams=offered.teams)), SEED)
    return [feature.pk for feature in wanted if done.get(feature.pk, date.max) <= offered.until]
