"""What the network forecast is told: teams, activities, dependencies, risks and gates.

Every amount that is not known for certain is a triple (P10, P50, P90), a distribution or an array of samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np

from northing.science.estimates import Distribution
from northing.science.estimates.normal import FloatArray
from northing.science.keys import require_known, require_unique

Amount = tuple[float, float, float] | Distribution | FloatArray
Unit = Literal["person-days", "working-days", "calendar-days"]
Link = Literal["finish-start", "start-start", "finish-finish", "start-finish"]


@dataclass(frozen=True)
class Calendar:
    """Working days of the week (Monday first) and the dated days off.

    >>> Calendar(holidays=frozenset({date(2030, 1, 1)})).weekdays
    (True, True, True, True, True, False, False)
    """

    weekdays: tuple[bool, ...] = (True, True, True, True, True, False, False)
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.weekdays) != 7 or not any(self.weekdays):
            raise ValueError(
                f"Calendar.weekdays is {self.weekdays}: give seven values, Monday first, at least one of them true"
            )


EVERY_DAY = Calendar(weekdays=(True,) * 7)


@dataclass(frozen=True)
class Absence:
    """`people` of a team are away from `first` to `last`, both days included."""

    first: date
    last: date
    people: float

    def __post_init__(self) -> None:
        _require(self.last >= self.first, "Absence.last", self.last, f"on or after {self.first}")
        _require(self.people > 0, "Absence.people", self.people, "above 0")


@dataclass(frozen=True)
class Team:
    """Who does the work: `people` person-days per working day, less absences and the share of time lost.

    `loss` is the uncertain share of the team's time that goes elsewhere (support, illness), as a triple or
    samples in [0, 1). Fractional people are spread evenly: 2.5 people work as three, each 5/6 of a day.
    """

    key: str
    people: float
    calendar: Calendar = Calendar()
    absences: tuple[Absence, ...] = ()
    loss: Amount | None = None

    def __post_init__(self) -> None:
        _require(0 < self.people <= 10_000, f"people of team {self.key!r}", self.people, "above 0, at most 10,000")
        if self.loss is not None:
            check_amount(f"loss of team {self.key!r}", self.loss, below=1.0)


@dataclass(frozen=True)
class Activity:
    """One piece of work or one wait.

    `work` is the whole of it, of which the share `done` is behind us. Its unit decides what it takes:
    person-days take people of the team (at most `people` of them at once); working days pass on the team's
    calendar without taking anybody; calendar days pass every day. An activity with `finished` is a fact.
    Among activities that want the same people the lower `priority` goes first.
    """

    key: str
    work: Amount
    unit: Unit = "person-days"
    team: str | None = None
    people: int = 1
    earliest: date | None = None
    done: float = 0.0
    finished: date | None = None
    priority: float = 0.0

    def __post_init__(self) -> None:
        check_amount(f"work of {self.key!r}", self.work)
        _require(
            self.unit in ("person-days", "working-days", "calendar-days"),
            f"unit of {self.key!r}",
            self.unit,
            "person-days, working-days or calendar-days",
        )
        is_whole = float(self.people).is_integer()
        _require(is_whole and self.people >= 1, f"people of {self.key!r}", self.people, "a whole number, 1 or more")
        _require(0 <= self.done <= 1, f"done of {self.key!r}", self.done, "a share from 0 to 1")
        _require(not np.isnan(self.priority), f"priority of {self.key!r}", self.priority, "a number")


@dataclass(frozen=True)
class Dependency:
    """`after` waits for `before`. Lags are calendar days; a negative `lag` lets them overlap.

    `max_lag` is watched, not enforced: the forecast reports how often it is exceeded. A finish-start
    dependency may name groups: every member of `after` then waits for every member of `before`.
    """

    before: str
    after: str
    link: Link = "finish-start"
    lag: float = 0.0
    max_lag: float | None = None

    def __post_init__(self) -> None:
        name = f"dependency {self.before!r} -> {self.after!r}"
        _require(
            self.link in ("finish-start", "start-start", "finish-finish", "start-finish"),
            f"link of {name}",
            self.link,
            "finish-start, start-start, finish-finish or start-finish",
        )
        _require(np.isfinite(self.lag), f"lag of {name}", self.lag, "a number of calendar days")
        _require(
            self.max_lag is None or self.max_lag >= self.lag,
            f"max_lag of {name}",
            self.max_lag,
            f"at least the lag {self.lag}",
        )


@dataclass(frozen=True)
class Risk:
    """Something that may happen once and then lengthens every activity it hits by the same `delay`.

    The delay counts in days of the hit activity's own calendar; its people stay bound meanwhile.
    """

    key: str
    probability: float
    delay: Amount
    hits: tuple[str, ...]

    def __post_init__(self) -> None:
        _require(0 <= self.probability <= 1, f"probability of risk {self.key!r}", self.probability, "from 0 to 1")
        check_amount(f"delay of risk {self.key!r}", self.delay)


@dataclass(frozen=True)
class Gate:
    """A check at the end of `activity` that fails with probability `fail`, each time it is taken.

    Every failure costs `rework`, in the unit of the activity, before the gate is taken again.
    """

    key: str
    activity: str
    fail: float
    rework: Amount

    def __post_init__(self) -> None:
        _require(0 <= self.fail < 1, f"fail of gate {self.key!r}", self.fail, "from 0 to below 1")
        check_amount(f"rework of gate {self.key!r}", self.rework)


@dataclass(frozen=True)
class Plan:
    """Everything the forecast rests on. Nothing unfinished begins before `start`.

    `groups` names features or releases by the activities they consist of; `dates` asks for the chance of
    finishing by given dates; `target_starts` are the intended starts against which a dependency conflicts.
    Both are keyed by activity or group. `correlation` is that of any two durations, through one common factor.
    """

    start: date
    activities: tuple[Activity, ...]
    teams: tuple[Team, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    risks: tuple[Risk, ...] = ()
    gates: tuple[Gate, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    target_starts: Mapping[str, date] = field(default_factory=dict)
    calendar: Calendar = Calendar()
    correlation: float = 0.3

    def __post_init__(self) -> None:
        activities = require_unique("activities", (activity.key for activity in self.activities))
        teams = require_unique("teams", (team.key for team in self.teams))
        require_unique("risks", (risk.key for risk in self.risks))
        require_unique("gates", (gate.key for gate in self.gates))
        _require(0 <= self.correlation < 1, "correlation", self.correlation, "from 0 to below 1")
        clash = activities & set(self.groups)
        if clash:
            raise ValueError(f"groups has the key {min(clash)!r} of an activity: give the group another key")
        self._check_activities(activities, teams)
        self._check_groups(activities)

    def _check_activities(self, activities: set[str], teams: set[str]) -> None:
        for activity in self.activities:
            if activity.team is not None:
                require_known(f"team of {activity.key!r}", activity.team, teams, "plan")
        for risk in self.risks:
            for key in risk.hits:
                require_known(f"hits of risk {risk.key!r}", key, activities, "plan")
        for gate in self.gates:
            require_known(f"activity of gate {gate.key!r}", gate.activity, activities, "plan")

    def _check_groups(self, activities: set[str]) -> None:
        named = activities | set(self.groups)
        for dependency in self.dependencies:
            known = named if dependency.link == "finish-start" else activities
            require_known("before of a dependency", dependency.before, known, "plan")
            require_known("after of a dependency", dependency.after, known, "plan")
        for name, members in self.groups.items():
            if not members:
                raise ValueError(f"group {name!r} is empty: give it an activity or leave it out")
            for key in members:
                require_known(f"group {name!r}", key, activities, "plan")
        for key in (*self.dates, *self.target_starts):
            require_known("dates or target_starts", key, named, "plan")

    def members(self, key: str) -> tuple[str, ...]:
        """The activities behind a key: a group's members, or the activity itself."""
        return self.groups.get(key, (key,))


def check_amount(name: str, amount: Amount, below: float = np.inf) -> None:
    """Raise unless `amount` is a distribution, or a triple or an array of samples within [0, below)."""
    if isinstance(amount, Distribution):
        return
    values = np.asarray(amount, dtype=np.float64)
    if isinstance(amount, tuple) and values.shape != (3,):
        raise ValueError(f"{name} is {amount}: give P10, P50 and P90")
    if values.ndim != 1 or values.size == 0:
        raise ValueError(f"{name} has shape {values.shape}: give a one-dimensional array of samples")
    if not np.all(np.isfinite(values) & (values >= 0) & (values < below)):
        limit = "" if np.isinf(below) else f" and below {below:g}"
        raise ValueError(f"{name} is {amount}: every value must be a number from 0{limit}")


def _require(holds: bool | np.bool_, name: str, value: object, rule: str) -> None:
    if not holds:
        raise ValueError(f"{name} is {value}: it must be {rule}")
