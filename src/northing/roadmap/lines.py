"""The roadmap's lines: what each page, list and shared view shows of a feature, release or milestone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Any

from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions.public import measures_of
from northing.features.public import RANK, Feature, Status, goals_of, packages_of
from northing.kit.reading import labels, record_url
from northing.kit.record_types import RecordType, registry
from northing.roadmap import queries
from northing.roadmap.models import Release
from northing.roadmap.queries import Outlook
from northing.roadmap.rules import Stretch, aimed_until, between, in_words, is_out, part_of_month, roughly, stretch
from northing.ui.tones import Tone

MOST = 200
GROUPINGS = {"area": "By area", "team": "By team", "goal": "By goal", "release": "By release"}
_RISKS = {"promised": "Promise at risk", "target": "Target at risk"}
STRETCHES: Sequence[tuple[Stretch, str]] = (("now", "Now"), ("next", "Next"), ("later", "Later"))


@dataclass(frozen=True, slots=True)
class Line:
    """One record with its three dates."""

    id: int
    key: str
    title: str
    url: str
    status: str
    tone: Tone
    target: date | None
    target_text: str
    promised: date | None
    promised_to: str
    version: int
    outlook: Outlook | None
    stretch: Stretch
    release: str = ""
    """What it goes out with, where the page has that too."""
    missing: str = "No range yet"
    """What is said where there is no forecast."""
    is_committed: bool = True
    """Whether what others are told may rest on it: all but a feature that nobody has decided on."""
    rank: float | None = None
    """Its rank, where the page goes by that."""

    @property
    def words(self) -> str:
        """The forecast as one says it."""
        if self.outlook is None:
            return ""
        return in_words(self.outlook.likely, self.outlook.safe, timezone.localdate())

    @property
    def done(self) -> str:
        """When the work on what goes out with a release is likely done, where one would not say the same of both."""
        if self.outlook is None or self.outlook.own is None:
            return ""
        work, out = (part_of_month(one.likely, timezone.localdate()) for one in (self.outlook.own, self.outlook))
        return f"with {self.release or 'its release'}; its own work {work}" if work != out else ""

    @property
    def roughly(self) -> str:
        """The likely day for outsiders."""
        return roughly(self.outlook.likely, timezone.localdate()) if self.outlook else ""

    @property
    def between(self) -> str:
        """Where the likely day may come to lie in 8 of 10 cases, for outsiders; empty where it says no more."""
        return between(self.outlook.low, self.outlook.high, timezone.localdate()) if self.outlook else ""

    @property
    def risk(self) -> str:
        """Which of its days the forecast does not bear, in words: the promise, else the target; empty where it does."""
        missed = self.outlook.misses(self) if self.outlook else ""
        return _RISKS[missed] if missed else ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Features, and the releases and milestones that they lead to; `hidden` features are beyond what a page shows."""

    features: Sequence[Line]
    marks: Sequence[Line]
    hidden: int


def lines(actor: Actor, *, decided: bool = False, forecast: bool = True) -> Lines:
    """All that is on the roadmap, or only what is `decided`, features in order of their days; a fixed number of
    queries. Without `forecast` nothing of a line comes from one: neither words, nor place, nor stretch."""
    found = queries.planned_features(actor) if decided else queries.forecast_features(actor)
    found = found.select_related("product")
    total = found.count()
    features = list(found.order_by("target", "promised", "pk")[:MOST])
    marks: list[Any] = [*queries.open_milestones(actor), *queries.open_releases(actor)]
    outlooks = queries.outlooks(actor, [record.pk for record in [*features, *marks]]) if forecast else {}
    titles = {mark.pk: mark.title for mark in marks}
    drawn = sorted([_line(actor, record, outlooks.get(record.pk), titles) for record in features], key=_by_day)
    come = sorted([_line(actor, mark, outlooks.get(mark.pk)) for mark in marks], key=_by_day)
    return Lines(drawn, come, total - len(features))


def by_rank(actor: Actor, found: Sequence[Line]) -> list[Line]:
    """Lines with their ranks, in the order of these; what has none stays in its order behind them."""
    known = measures_of(actor, [line.id for line in found], [RANK])
    ranked = [replace(line, rank=known[line.id][RANK].p50 if known.get(line.id) else None) for line in found]
    return sorted(ranked, key=lambda line: inf if line.rank is None else line.rank)


def lines_in(actor: Actor, release: Release) -> list[Line]:
    """The features of a release, in the order they were placed."""
    features = queries.features_in(actor, [release.pk]).get(release.pk, [])
    outlooks = queries.outlooks(actor, [feature.pk for feature in features])
    return [_line(actor, feature, outlooks.get(feature.pk)) for feature in features]


def with_features(actor: Actor, shown: Lines) -> list[tuple[Line, list[Line]]]:
    """The releases among the lines, each with those of its features that are shown."""
    by_id = {line.id: line for line in shown.features}
    placed = queries.features_in(actor, [line.id for line in shown.marks])
    releases = [line for line in shown.marks if line.key.startswith(f"{registry.of(Release).prefix}-")]
    return [(line, [by_id[one.pk] for one in placed.get(line.id, []) if one.pk in by_id]) for line in releases]


def line_of(actor: Actor, record: Any) -> Line:
    """One record's line."""
    return _line(actor, record, None if is_out(record) else queries.outlook_on(actor, record))


def _by_day(line: Line) -> tuple[date, int]:
    """By the likely day, or where there is none the last of the target, or the promise."""
    last = aimed_until(line, timezone.localdate()) or line.promised or date.max
    return line.outlook.likely if line.outlook else last, line.id


def _line(actor: Actor, record: Any, outlook: Outlook | None, releases: Mapping[int, str] | None = None) -> Line:
    record_type = registry.of(type(record))
    status, tone = _status(record_type, record)
    words = getattr(record, "target_text", "")
    likely = outlook.likely if outlook else None
    is_dated = bool(likely or record.target or words)
    is_begun = isinstance(record, Feature) and record.status == Status.IN_DELIVERY
    return Line(
        record.pk,
        record_type.key(record),
        record_type.title_of(record),
        record_url(actor, record_type, record),
        status,
        tone,
        record.target,
        words,
        record.promised,
        record.promised_to,
        record.version,
        outlook,
        "now" if is_begun and not is_dated else stretch(record, likely, timezone.localdate()),
        (releases or {}).get(outlook.release, "") if outlook and outlook.release else "",
        _missing(record),
        not isinstance(record, Feature) or is_out(record) or queries.is_planned(record),
    )


def _missing(record: Any) -> str:
    if is_out(record):
        return "Out already"
    return "Not planned" if isinstance(record, Feature) and not queries.is_forecast(record) else "No range yet"


def _status(record_type: RecordType, record: Any) -> tuple[str, Tone]:
    """The status in the words of the lists, since products of all kinds stand together; milestones have none."""
    if not hasattr(record, "status"):
        return "Milestone", "violet"
    return record.get_status_display(), record_type.tones["status"][record.status]


def grouped(actor: Actor, features: Sequence[Line], by: str) -> list[tuple[str, list[Line]]]:
    """Features under the headings of one grouping, what has none last."""
    headings = _HEADINGS[by](actor, [line.id for line in features])
    groups: dict[str, list[Line]] = {}
    for line in features:
        groups.setdefault(headings.get(line.id, ""), []).append(line)
    named = sorted((name, members) for name, members in groups.items() if name)
    return named + ([(_without(actor, by), groups[""])] if "" in groups else [])


def _without(actor: Actor, by: str) -> str:
    """The heading of what has none."""
    builders = queries.builders(queries.teams_in_order(actor)) if by == "team" else []
    return f"No team: planned with {builders[0]}" if builders else f"No {by}"


def _areas(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """The area of each feature, or where it has none its product."""
    rows = Feature.objects.within(actor).filter(pk__in=ids).values_list("pk", "area", "product")
    places = {pk: (area, product) for pk, area, product in rows}
    areas = labels(actor, registry.named("area"), (area for area, _ in places.values()))
    products = labels(actor, registry.named("product"), (product for _, product in places.values()))
    named = {pk: areas.get(area) or products.get(product) for pk, (area, product) in places.items()}
    return {pk: label.title for pk, label in named.items() if label}


def _teams(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """The team of each feature's first work package that names one, else the feature's own."""
    rows = Feature.objects.within(actor).filter(pk__in=ids).exclude(team=None)
    named = dict(rows.values_list("pk", "team__name"))
    for pk, packages in packages_of(actor, ids).items():
        if first := next((package.team for package in packages if package.team), None):
            named[pk] = first.name
    return named


def _goals(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    return {pk: goals[0][1].title for pk, goals in goals_of(actor, ids).items() if goals}


def _releases(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    return {pk: releases[0].title for pk, releases in queries.releases_of(actor, ids).items()}


_HEADINGS = {"area": _areas, "team": _teams, "goal": _goals, "release": _releases}


def by_stretch(features: Iterable[Line]) -> list[tuple[Stretch, str, list[Line]]]:
    """Now, next and later, each with its features; inside and for outsiders alike."""
    shown = list(features)
    return [(name, label, [line for line in shown if line.stretch == name]) for name, label in STRETCHES]
