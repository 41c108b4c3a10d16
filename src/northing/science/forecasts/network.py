"""A plan made ready for simulation: who waits for whom, on which clock, who goes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

import numpy as np

from northing.science.estimates import Distribution
from northing.science.estimates.normal import FloatArray
from northing.science.forecasts.clocks import Clocks, IntArray, clocks, daily_rate, places
from northing.science.forecasts.plan import EVERY_DAY, Activity, Amount, Link, Plan, Team


class Arrow(NamedTuple):
    """A dependency between two activities, given by their rows; those of groups are spelled out."""

    before: int
    after: int
    link: Link
    lag: float


@dataclass(frozen=True)
class Network:
    """Activities in rows, the most urgent first.

    Per row: its `clock` (a row of `clocks`), its `team` (an index into `places`, or -1 when it takes nobody),
    the `people` it takes at once, the calendar time `earliest` before which it cannot begin and the time
    `finished` at which it did finish (NaN if it did not).
    """

    activities: tuple[Activity, ...]
    arrows: tuple[Arrow, ...]
    clocks: Clocks
    places: IntArray
    clock: IntArray
    team: IntArray
    people: IntArray
    earliest: FloatArray
    finished: FloatArray

    @property
    def waits(self) -> IntArray:
        """How many arrows each row waits for."""
        return np.bincount(
            np.array([arrow.after for arrow in self.arrows], dtype=np.intp), minlength=len(self.activities)
        )


def prepare(plan: Plan) -> Network:
    """Resolve `plan` into a network; raises ValueError naming the cycle if dependencies form one."""
    teams = {team.key: team for team in sorted(plan.teams, key=lambda team: team.key)}
    activities = _urgent_first(plan, teams)
    row = {activity.key: index for index, activity in enumerate(activities)}
    rates = [daily_rate(plan.start, t.calendar, t.people, t.absences) for t in teams.values()]
    clock_of = {key: index for index, key in enumerate(teams)}
    rates += [daily_rate(plan.start, plan.calendar), daily_rate(plan.start, EVERY_DAY)]
    arrows = {
        Arrow(row[before], row[after], d.link, d.lag)
        for d in plan.dependencies
        for before in plan.members(d.before)
        for after in plan.members(d.after)
        if activities[row[after]].finished is None
    }
    staffed = [a.team is not None and a.unit == "person-days" and _has_work(a) for a in activities]
    return Network(
        activities=activities,
        arrows=tuple(sorted(arrows)),
        clocks=clocks(rates),
        places=np.array([places(team.people) for team in teams.values()], dtype=np.intp),
        clock=np.array([_clock(a, clock_of, len(teams)) for a in activities]),
        team=np.array([clock_of[str(a.team)] if own else -1 for a, own in zip(activities, staffed, strict=True)]),
        people=np.array([people_at_once(a, teams) if own else 1 for a, own in zip(activities, staffed, strict=True)]),
        earliest=np.array([_day(a.earliest, plan, 0.0) for a in activities]).clip(0),
        finished=np.array([_day(a.finished, plan, np.nan) + 1 for a in activities]),
    )


def _has_work(activity: Activity) -> bool:
    """False for milestones."""
    return isinstance(activity.work, Distribution) or bool(np.max(activity.work) > 0)


def _clock(activity: Activity, team_clocks: Mapping[str, int], own: int) -> int:
    """The clock of an activity: its team's, else the plan's `own`, else the next one, which never stops."""
    if activity.unit == "calendar-days" or not _has_work(activity):
        return own + 1
    return own if activity.team is None else team_clocks[activity.team]


def _day(day: date | None, plan: Plan, otherwise: float) -> float:
    return otherwise if day is None else float((day - plan.start).days)


def people_at_once(activity: Activity, teams: Mapping[str, Team]) -> int:
    """How many places the activity takes while it runs."""
    if activity.team is None:
        return activity.people
    return min(activity.people, places(teams[activity.team].people))


def likely_days(activity: Activity, people: int) -> float:
    """Days that remain at the P50 of the work."""
    return likely(activity.work) * (1 - activity.done) / (people if activity.unit == "person-days" else 1)


def likely(amount: Amount) -> float:
    """The median of an amount."""
    if isinstance(amount, Distribution):
        return float(amount.quantile(0.5))
    return float(np.median(amount))


def _urgent_first(plan: Plan, teams: Mapping[str, Team]) -> tuple[Activity, ...]:
    """Activities by urgency: begun ones, then by priority, then by the longest path that waits for them.

    Whatever an activity waits for is as urgent as the activity itself.
    """
    activities = {activity.key: activity for activity in plan.activities}
    after: dict[str, set[str]] = {key: set() for key in activities}
    for d in plan.dependencies:
        for before in plan.members(d.before):
            after[before].update(plan.members(d.after))
    priority: dict[str, float] = {}
    tail: dict[str, float] = {}
    for key in _last_first(after):
        activity = activities[key]
        own = likely_days(activity, people_at_once(activity, teams))
        priority[key] = min([activity.priority, *(priority[later] for later in after[key])])
        tail[key] = own + max((tail[later] for later in after[key]), default=0.0)
    return tuple(sorted(activities.values(), key=lambda a: (not a.done, priority[a.key], -tail[a.key], a.key)))


def _last_first(after: Mapping[str, set[str]]) -> Sequence[str]:
    """Activities so that everything that waits for one comes before it."""
    try:
        return tuple(TopologicalSorter(after).static_order())
    except CycleError as error:
        cycle = " -> ".join(error.args[1][::-1])
        raise ValueError(f"dependencies form a cycle: {cycle}; remove one of them") from None
