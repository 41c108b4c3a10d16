"""What a forecast rests on, frozen as plain values: work, teams, dependencies, and what each record aims at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue, measures_of
from northing.features.public import (
    RANK,
    DayCount,
    Feature,
    PackageKind,
    Status,
    WorkPackage,
    packages_of,
)
from northing.kit.batches import batched
from northing.roadmap import queries
from northing.roadmap.models import Dependency, Milestone, Release
from northing.roadmap.order import FAR
from northing.roadmap.rules import AT_RISK, WORK_DONE, aimed_day, cycle_among, pulled_by, waits_between

_EFFORT, _LEAD_TIME = "effort", "lead_time"
SIZES = (_EFFORT, _LEAD_TIME)
Row = dict[str, Any]
R = TypeVar("R", bound=Any)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What stands in for what is stored, to ask what if: the targets of records, features as they would be, teams."""

    targets: Mapping[int, date] = field(default_factory=dict)
    features: Sequence[Feature] = ()
    teams: Sequence[Any] | None = None


def freeze(actor: Actor, what_if: WhatIf | None = None) -> Row:
    """Everything that decides when planned features, releases and milestones come, keyed by record id as text.

    `activities` carry the work, `groups` say
    which of them make up a record, `aims` and `days` which days count, `with` the coming releases that a feature goes
    out with: a candidate does with none, for nobody has decided on it. `risks` have a chance, the days they cost and
    the end that they hold up; `ends` say which activities come before one. What has no estimate is left out: there is
    nothing to say about it; `unsized` are the work packages of a feature that are, where others of it are not.
    """
    today, asked = timezone.localdate(), what_if or WhatIf()
    features = _aimed(_standing_in(asked.features, queries.forecast_features(actor).order_by("pk")), asked.targets)
    coming = _aimed(queries.open_releases(actor), asked.targets)
    milestones = _aimed(queries.open_milestones(actor), asked.targets)
    coming_by = {release.pk: release for release in coming}
    releases = queries.releases_of(actor, [feature.pk for feature in features if queries.is_planned(feature)])
    teams = _teams(queries.teams_in_order(actor) if asked.teams is None else asked.teams)
    plan = _Plan(teams)
    packages: dict[int, list[WorkPackage]] = {}
    for some in batched((feature.pk for feature in features), 500):
        packages |= packages_of(actor, some)
    ids = [feature.pk for feature in features] + [package.pk for row in packages.values() for package in row]
    sizes = measures_of(actor, ids, [*SIZES, WORK_DONE, RANK])
    plan.risks_of = _risks(actor, [*ids, *(record.pk for record in (*coming, *milestones))])
    for feature in features:
        placed = [coming_by[release.pk] for release in releases.get(feature.pk, ()) if release.pk in coming_by]
        plan.add_feature(feature, packages.get(feature.pk, ()), sizes, _place(feature, placed, sizes, today))
    dependencies = queries.live_dependencies(actor)
    plan.add_releases(coming, releases)
    plan.add_milestones(milestones, {dependency.successor_id for dependency in dependencies}, today)
    plan.add_dependencies(dependencies, queries.members(actor))
    together = plan.goes_out_with(releases)
    aims = _aims([*features, *coming, *milestones], today)
    return {
        "start": today.isoformat(),
        "activities": plan.activities,
        "groups": plan.groups,
        "teams": {key: row for key, row in teams.items() if row["people"] > 0},
        "dependencies": plan.dependencies,
        "risks": plan.risks,
        "ends": plan.ends,
        "aims": {key: max(days) for key, days in aims.items() if key in plan.groups},
        "days": {key: sorted(days) for key, days in _days(aims, together).items() if key in plan.groups},
        "with": together,
        "unsized": plan.unsized,
    }


def _standing_in(instead: Iterable[Feature], stored: Iterable[Feature]) -> list[Feature]:
    """The features in order, some as they would be."""
    found = {feature.pk: feature for some in (stored, instead) for feature in some}
    return [found[pk] for pk in sorted(found)]


def _aimed(rows: Iterable[R], targets: Mapping[int, date]) -> list[R]:
    """The records, some with the target that stands in for theirs."""
    records = list(rows)
    for record in records:
        record.target = targets.get(record.pk, record.target)
    return records


def _teams(teams: Iterable[Any]) -> dict[str, Row]:
    """People, their week and absences by team, in order."""
    names = ("people", "focus", "working_days", "absences")
    return {str(team.pk): {name: getattr(team, name) for name in names} for team in teams}


def _risks(actor: Actor, record_ids: Iterable[int]) -> dict[int, Sequence[Sequence[Any]]]:
    """Id, chance and days of the open risks of records."""
    found = measures_of(actor, record_ids, [AT_RISK])
    return {pk: named[AT_RISK].detail["risks"] for pk, named in found.items()}


def _place(
    feature: Feature, releases: Sequence[Release], sizes: Mapping[int, Mapping[str, MeasureValue]], today: date
) -> Row:
    """Where its work stands in line: whether it is begun, or but a candidate, the earliest day that counts and the
    earliest promise (as ordinals), its rank."""
    rank = sizes.get(feature.pk, {}).get(RANK)
    dated: Sequence[Feature | Release] = (feature, *releases)
    return {
        "begun": feature.status == Status.IN_DELIVERY,
        "candidate": feature.status == Status.CANDIDATE,
        "priority": min(pulled_by(one, today) or FAR for one in dated).toordinal(),
        "promised": min((one.promised.toordinal() for one in dated if one.promised), default=None),
        "rank": rank.p50 if rank else None,
    }


def _aims(records: Iterable[Any], today: date) -> dict[str, set[str]]:
    """The days that each record is aimed at or promised for."""
    found: dict[str, set[str]] = {}
    for record in records:
        days = {day.isoformat() for day in (aimed_day(record, today), record.promised) if day and day >= today}
        if days:
            found[str(record.pk)] = days
    return found


def _days(aims: Mapping[str, set[str]], together: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    """The days whose chance is counted: each record's own, and for a release those of what goes out with it."""
    found = defaultdict(set, {key: set(days) for key, days in aims.items()})
    for feature, releases in together.items():
        for release in releases:
            found[release] |= aims.get(feature, set())
    return {key: days for key, days in found.items() if days}


class _Plan:
    """Activities, the records that they make up, and what waits for what, as they are gathered."""

    def __init__(self, teams: Mapping[str, Row]) -> None:
        self.builders = [key for key, row in teams.items() if row["people"] > 0]
        self.activities: dict[str, Row] = {}
        self.groups: dict[str, list[str]] = {}
        self.dependencies: dict[str, list[Any]] = {}
        self.risks: dict[str, list[Any]] = {}
        self.ends: dict[str, list[str]] = {}
        self.risks_of: Mapping[int, Sequence[Sequence[Any]]] = {}
        self.unsized: dict[str, list[int]] = {}

    def add_feature(
        self,
        feature: Feature,
        packages: Sequence[WorkPackage],
        sizes: Mapping[int, Mapping[str, MeasureValue]],
        place: Row,
    ) -> None:
        """Its work packages as far as they are estimated; with none, its own effort as one piece of work."""
        whole = sizes.get(feature.pk, {})
        sized = [(package, size) for package in packages if (size := _size(package, sizes.get(package.pk, {})))]
        for package, size in sized:
            done = _done(package, sizes.get(package.pk, {}), whole)
            self._add(f"w{package.pk}", [feature.pk, package.pk], size, done, place, feature, package)
        own = whole.get(_EFFORT)
        if not sized and own:
            first = packages[0] if packages else None
            self._add(f"f{feature.pk}", [feature.pk], own, _done(first, {}, whole), place, feature, first)
        for package, _ in sized:
            self._hold_up(package.pk, feature.pk)
        self._hold_up(feature.pk)
        if 0 < len(sized) < len(packages):
            there = {package.pk for package, _ in sized}
            self.unsized[str(feature.pk)] = [package.pk for package in packages if package.pk not in there]

    def _add(
        self,
        key: str,
        records: list[int],
        size: MeasureValue,
        done: float,
        place: Row,
        feature: Feature,
        package: WorkPackage | None,
    ) -> None:
        staffed = package is None or package.kind == PackageKind.EFFORT
        unit = "person-days" if staffed else "working-days"
        if package is not None and not staffed and package.days == DayCount.CALENDAR:
            unit = "calendar-days"
        self.activities[key] = {
            "work": [max(value, 0.0) for value in (size.p10, size.p50, size.p90)],
            "unit": unit,
            "team": self._team(feature, package) if staffed else None,
            "assumed": size.assumed,
            "feature": feature.pk,
            "done": done,
            "earliest": "",
            **place,
        }
        for record in records:
            self.groups.setdefault(str(record), []).append(key)

    def _hold_up(self, record: int, *wholes: int) -> None:
        """A record with risks, and what it is part of, ends with a wait that takes as long as what happens costs.

        The delay is the record's, not that of each piece of work in it, which would count it several times.
        """
        risks, before = self.risks_of.get(record, ()), self.groups.get(str(record), [])
        if risks and before:
            end = f"e{record}"
            self.ends[end] = list(before)
            rows = [self.activities[key] for key in before]
            promised = min((row["promised"] for row in rows if row["promised"]), default=None)
            self.activities[end] = _moment(min(row["priority"] for row in rows), promised)
            self.risks |= {str(risk): [chance, days, end] for risk, chance, days in risks}
            for group in (record, *wholes):
                self.groups[str(group)].append(end)

    def _team(self, feature: Feature, package: WorkPackage | None) -> str | None:
        """The work package's team, else the feature's, else the first there is."""
        named = str((package and package.team_id) or feature.team_id)
        return named if named in self.builders else self.builders[0] if self.builders else None

    def add_releases(self, releases: Iterable[Any], releases_of: Mapping[int, Sequence[Any]]) -> None:
        """A release is all its features that can be forecast."""
        content: dict[int, list[str]] = defaultdict(list)
        for feature, placed in releases_of.items():
            for release in placed:
                content[release.pk] += self.groups.get(str(feature), [])
        for release in releases:
            if content[release.pk]:
                self.groups[str(release.pk)] = content[release.pk]
                self._hold_up(release.pk)

    def goes_out_with(self, releases_of: Mapping[int, Sequence[Any]]) -> dict[str, list[str]]:
        """The releases in the plan that each feature in it goes out with."""
        found = {
            str(feature): [str(release.pk) for release in placed if str(release.pk) in self.groups]
            for feature, placed in releases_of.items()
            if str(feature) in self.groups
        }
        return {feature: releases for feature, releases in found.items() if releases}

    def add_milestones(self, milestones: Iterable[Milestone], waiting: Set[int], today: date) -> None:
        """A milestone takes no time: it comes when what it waits for is done, or, waiting for nothing, on its day."""
        for milestone in milestones:
            # Over when the day is: what waits for it begins on the next.
            given = milestone.target + timedelta(days=1) if milestone.target and milestone.pk not in waiting else None
            if given or milestone.pk in waiting:
                key = f"m{milestone.pk}"
                self.groups[str(milestone.pk)] = [key]
                promised = milestone.promised.toordinal() if milestone.promised else None
                self.activities[key] = _moment((pulled_by(milestone, today) or FAR).toordinal(), promised, given)
                self._hold_up(milestone.pk)

    def add_dependencies(self, dependencies: Sequence[Dependency], members: Mapping[int, list[int]]) -> None:
        """Dependencies between what is in the plan. Data that came to wait in a circle is taken as far as it goes."""
        pairs = {one.pk: (one.predecessor_id, one.successor_id) for one in dependencies}
        known = {pk: pair for pk, pair in pairs.items() if all(str(end) in self.groups for end in pair)}
        if cycle_among(waits_between(known.values(), members)):
            known = _without_circles(known, members)
        for dependency in dependencies:
            if dependency.pk in known:
                first, waiting = map(str, known[dependency.pk])
                self.dependencies[str(dependency.pk)] = [first, waiting, dependency.type, dependency.lag]


def _without_circles(
    pairs: Mapping[int, tuple[int, int]], members: Mapping[int, list[int]]
) -> dict[int, tuple[int, int]]:
    """Without the latest one of every circle."""
    left = dict(pairs)
    while circle := cycle_among(waits_between(left.values(), members)):
        within = {record for record, _ in circle}
        del left[max(pk for pk, pair in left.items() if within.issuperset(pair))]
    return left


def _moment(priority: int, promised: int | None, earliest: date | None = None) -> Row:
    """An activity that takes no time by itself."""
    row: Row = {"work": [0.0, 0.0, 0.0], "unit": "calendar-days", "team": None, "done": 0.0}
    return row | {"earliest": earliest.isoformat() if earliest else "", "priority": priority, "promised": promised}


def _done(package: WorkPackage | None, own: Mapping[str, MeasureValue], whole: Mapping[str, MeasureValue]) -> float:
    """The share of a piece of work that is done: as its work items say, or a person, or the feature's work items.

    Those of the feature say nothing of a certificate or a campaign.
    """
    if WORK_DONE in own:
        return own[WORK_DONE].p50 / 100
    if package is not None and package.done:
        return package.done / 100
    if package is not None and package.kind != PackageKind.EFFORT:
        return 0.0
    return whole[WORK_DONE].p50 / 100 if WORK_DONE in whole else 0.0


def _size(package: WorkPackage, measures: Mapping[str, MeasureValue]) -> MeasureValue | None:
    """What a work package takes: a team's is effort, any other's is lead time first."""
    names = (_EFFORT, _LEAD_TIME) if package.kind == PackageKind.EFFORT else (_LEAD_TIME, _EFFORT)
    return next((measures[name] for name in names if name in measures), None)
