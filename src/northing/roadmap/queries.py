"""Reads of the plan: what is on the roadmap, what it waits for, what it goes out with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.prepared import PreparedQuery
from northing.access.scoping import Scope
from northing.decisions.public import MeasureValue, measures_of, measures_on
from northing.features.public import FORECAST, RANK, VOICES, Feature, Status, WorkPackage
from northing.kit import recent
from northing.kit.batches import batched
from northing.kit.models import Record, RecordModel
from northing.kit.record_types import registry
from northing.roadmap.models import (
    Dependency,
    Forecast,
    Milestone,
    Placement,
    PublishedView,
    Release,
    ReleaseStatus,
)
from northing.roadmap.rules import aimed_day

UNDER_WAY = (Status.PLANNED, Status.IN_DELIVERY)
UNDECIDED = (Status.NEW, Status.CANDIDATE)
_AIMED = Q(target__isnull=False) | ~Q(target_text="")


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast of one record, as days. What goes out with a release is out when that, `release`, is; `own` is the
    forecast of its own work then."""

    start: date
    low: date
    likely: date
    safe: date
    high: date
    assumed: bool
    chances: Mapping[str, float]
    causes: Sequence[Sequence[Any]]
    own: Outlook | None = None
    release: int | None = None

    @property
    def work(self) -> Outlook:
        """When the work is done, which is what a target aims at; a promise is of when it is out."""
        return self.own or self

    def misses(self, dated: Any) -> Literal["", "promised", "target"]:
        """Which day of a record it does not bear: the promise, if that is before the day that is safe; where nothing
        is promised, what is aimed at, if that is before the day that is safe for the work."""
        if dated.promised:
            return "promised" if dated.promised < self.safe else ""
        aimed = aimed_day(dated, timezone.localdate())
        return "target" if aimed and aimed < self.work.safe else ""

    @classmethod
    def of(cls, value: MeasureValue) -> Outlook:
        """From the measure `forecast`."""
        finish = (value.p10, value.p50, value.detail["p80"], value.p90)
        return cls.computed({**value.detail, "finish": finish}, assumed=value.assumed)

    @classmethod
    def computed(cls, dates: Mapping[str, Any], *, assumed: bool = False) -> Outlook:
        """From what a simulation found of one record."""
        days = (dates["start"], *dates["finish"])
        start, low, likely, safe, high = (date.fromordinal(round(day)) for day in days)
        own = cls.computed(dates["work"], assumed=assumed) if "work" in dates else None
        return cls(start, low, likely, safe, high, assumed, dates["by"], dates["causes"], own, dates.get("release"))


def is_planned(feature: Feature) -> bool:
    """Whether one feature is among `planned_features`."""
    return feature.status in UNDER_WAY and feature.archived_at is None


def is_forecast(feature: Feature) -> bool:
    """Whether one feature is among `forecast_features`."""
    is_aimed = feature.target is not None or bool(feature.target_text)
    is_wanted = is_aimed and feature.status == Status.CANDIDATE and feature.archived_at is None
    return is_wanted or is_planned(feature)


def planned_features(actor: Actor) -> QuerySet[Feature]:
    """Features that are decided on or under way."""
    return _live_features(actor).filter(status__in=UNDER_WAY)


def aimed_candidates(actor: Actor) -> QuerySet[Feature]:
    """Features that nobody has decided on, but that somebody aims at a day: they are forecast, and hold up nothing."""
    return _live_features(actor).filter(_AIMED, status=Status.CANDIDATE)


def forecast_features(actor: Actor) -> QuerySet[Feature]:
    """All that the roadmap shows: what is planned, and candidates that have a target."""
    return _live_features(actor).filter(Q(status__in=UNDER_WAY) | Q(_AIMED, status=Status.CANDIDATE))


def plannable(actor: Actor) -> QuerySet[Feature]:
    """Features that are planned or may be."""
    return _live_features(actor).filter(status__in=(*UNDER_WAY, *UNDECIDED))


def undecided(actor: Actor) -> QuerySet[Feature]:
    """Features that are new or candidates."""
    return _live_features(actor).filter(status__in=UNDECIDED)


def _live_features(actor: Actor) -> QuerySet[Feature]:
    return Feature.objects.within(actor).filter(archived_at=None)


def undecided_in_order(actor: Actor, most: int) -> list[Feature]:
    """The first of them: by rank, then by how many ask, then the newest. Three queries."""
    rows, found = undecided(actor).select_related("team"), dict[int, Feature]()
    ranked = rows.filter(record__measures__name=RANK).order_by("record__measures__p50", "pk")
    asked = rows.filter(record__measures__name=VOICES).order_by("-record__measures__p50", "pk")
    for some in (ranked, asked, rows.order_by("-pk")):
        found |= {feature.pk: feature for feature in some[:most] if feature.pk not in found}
    return list(found.values())[:most]


def open_releases(actor: Actor) -> QuerySet[Release]:
    """Releases that are still to come."""
    coming = (ReleaseStatus.PLANNED, ReleaseStatus.IN_PROGRESS)
    return Release.objects.within(actor).filter(archived_at=None, status__in=coming).order_by("pk")


def open_milestones(actor: Actor) -> QuerySet[Milestone]:
    """Milestones that are not reached."""
    return Milestone.objects.within(actor).filter(archived_at=None, reached_at=None).order_by("pk")


def live_dependencies(actor: Actor) -> list[Dependency]:
    """All dependencies, in the order they were made."""
    return list(Dependency.objects.within(actor).filter(archived_at=None).order_by("pk"))


def dependencies_of(actor: Actor, record_id: int) -> list[tuple[int, int]]:
    """What a record waits for, and what waits for it, as predecessor and successor."""
    return _links_of(actor, record_id)


@PreparedQuery
def _links_of(scope: Scope, record_id: int) -> QuerySet[Dependency, tuple[int, int]]:
    rows = Dependency.objects.within(scope).filter(Q(predecessor=record_id) | Q(successor=record_id), archived_at=None)
    return rows.order_by("pk").values_list("predecessor_id", "successor_id")


def outlooks(actor: Actor, record_ids: Iterable[int]) -> dict[int, Outlook]:
    """The forecasts of records by id; those without one are absent."""
    measures = measures_of(actor, record_ids, [FORECAST])
    return {pk: Outlook.of(by_name[FORECAST]) for pk, by_name in measures.items()}


def outlook_on(actor: Actor, record: RecordModel) -> Outlook | None:
    """The forecast of the one record whose page it is."""
    forecast = measures_on(actor, record).get(FORECAST)
    return Outlook.of(forecast) if forecast else None


def releases_of(actor: Actor, feature_ids: Iterable[int]) -> dict[int, list[Release]]:
    """The live releases that each feature goes out with."""
    found: dict[int, list[Release]] = defaultdict(list)
    for some in batched(feature_ids, 500):
        for placement in _placed(actor, some):
            found[placement.feature_id].append(placement.release)
    return dict(found)


@PreparedQuery
def _placed(scope: Scope, feature_ids: Sequence[int]) -> QuerySet[Placement]:
    rows = Placement.objects.within(scope).filter(feature__in=feature_ids, release__archived_at=None).order_by("pk")
    return rows.select_related("release").only("feature", "release__number", "release__title", "release__status")


def features_in(actor: Actor, release_ids: Iterable[int]) -> dict[int, list[Feature]]:
    """The live features that each release goes out with, in the order they were placed."""
    found: dict[int, list[Feature]] = defaultdict(list)
    placed = Placement.objects.within(actor).filter(release__in=list(release_ids), feature__archived_at=None)
    for placement in placed.select_related("feature__product").order_by("pk"):
        found[placement.release_id].append(placement.feature)
    return dict(found)


def members(actor: Actor) -> dict[int, list[int]]:
    """Features by release and work packages by feature, as far as dependencies could run between them."""
    held: dict[int, list[int]] = defaultdict(list)
    for release, feature in Placement.objects.within(actor).values_list("release", "feature"):
        held[release].append(feature)
    tied = Dependency.objects.within(actor).filter(archived_at=None)
    ends = {end for pair in tied.values_list("predecessor", "successor") for end in pair}
    for some in batched(ends, 500):
        packages = WorkPackage.objects.within(actor).filter(pk__in=some)
        for package, feature in packages.values_list("pk", "feature"):
            held[feature].append(package)
    return dict(held)


def features_of_packages(actor: Actor, ids: Iterable[int]) -> dict[int, int]:
    """The feature of each work package among these records."""
    found: dict[int, int] = {}
    for some in batched(set(ids), 500):
        found |= dict(WorkPackage.objects.within(actor).filter(pk__in=some).values_list("pk", "feature"))
    return found


def types_of(actor: Actor, record_ids: Sequence[int]) -> dict[int, str]:
    """The record type of each id."""
    return dict(Record.objects.within(actor).filter(pk__in=record_ids).values_list("pk", "type"))


def teams_in_order(actor: Actor) -> list[Any]:
    """Teams in the order they were made, engineering first: the first with people builds what names no team."""
    rows = registry.named("team").model.objects.within(actor).filter(archived_at=None).order_by("pk")
    return sorted(rows, key=lambda team: team.function != "engineering")


def without_team(actor: Actor) -> int:
    """How many features under way have no team, nor has any of their work packages."""
    named = WorkPackage.objects.within(actor).filter(feature=OuterRef("pk"), archived_at=None).exclude(team=None)
    return planned_features(actor).filter(~Exists(named), team=None).count()


def builders(teams: Iterable[Any]) -> list[str]:
    """The names of those of `teams_in_order` that have people: what has no team is planned with the first."""
    return [team.name for team in teams if team.people > 0]


def assumed_teams(actor: Actor) -> int:
    """How many teams count as the one person that a team is by default: made along with other records of an import, and
    all left as they are. Who says it of some leaves the others at one with reason."""
    model: Any = registry.named("team").model
    default = model._meta.get_field("people").get_default()
    teams = model.objects.within(actor).filter(pk__in=recent.brought_along(actor, "team"), archived_at=None)
    untouched = {team for team in teams.values_list("version", "people", "pk") if team[:2] == (1, default)}
    return len(untouched) if len(untouched) == teams.count() else 0


def current_forecast(actor: Actor) -> Forecast | None:
    """The forecast that is shown now, with its run."""
    return Forecast.objects.within(actor).select_related("run").first()


def is_dated(actor: Actor) -> bool:
    """Whether any feature has a likely day."""
    return Feature.objects.within(actor).filter(record__measures__name=FORECAST).exists()


def published_views(actor: Actor) -> list[PublishedView]:
    """Links that still work, the newest first."""
    rows = PublishedView.objects.within(actor).filter(revoked_at=None)
    return list(rows.select_related("created_by__user").order_by("-pk"))
