"""Reads: how work goes, by feature and by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.prepared import PreparedQuery
from northing.access.scoping import Scope
from northing.decisions.public import records_measured
from northing.delivery.models import Risk, RiskState, StatusCategory, WorkItem
from northing.delivery.rules import LONGEST_DELAY
from northing.roadmap.public import AT_RISK, WORK_DONE

WEEKS = 26
MOST_ITEMS = 50
_MAY_HAPPEN = (RiskState.OPEN, RiskState.MITIGATED)
_FOR = ("feature_id", "work_package_id")  # what a work item can be for


@dataclass(frozen=True)
class Progress:
    """How far the work items of a feature or a work package are. Cancelled ones do not count."""

    done: int
    open: int

    @property
    def total(self) -> int:
        return self.done + self.open

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 0.0


def progress_of(actor: Actor, record_ids: Sequence[int]) -> dict[int, Progress]:
    """Progress by id of feature or work package; those without work items are absent."""
    counts: dict[int, Counter[bool]] = {}
    for column in _FOR:
        rows = _counting(actor).filter(**{f"{column}__in": record_ids}).values_list(column, "status_category")
        for record_id, category, count in rows.annotate(count=Count("pk")):
            counts.setdefault(record_id, Counter())[category == StatusCategory.DONE] += count
    return {record_id: Progress(count[True], count[False]) for record_id, count in counts.items()}


def worked_on(actor: Actor) -> set[int]:
    """Ids of the features and work packages that have work items, or are still said to have some."""
    found = set(records_measured(actor, WORK_DONE))
    for column in _FOR:
        rows = _counting(actor).exclude(**{column: None}).order_by()
        found |= set(rows.values_list(column, flat=True).distinct())
    return found


def _counting(actor: Actor) -> QuerySet[WorkItem]:
    live = WorkItem.objects.within(actor).filter(archived_at=None)
    return live.exclude(status_category=StatusCategory.CANCELLED)


def items_of(actor: Actor, feature_id: int) -> list[WorkItem]:
    """A feature's work items, open ones first, as many as its page shows."""
    return sorted(_items(actor, feature_id), key=lambda item: item.status_category == StatusCategory.DONE)


@PreparedQuery
def _items(scope: Scope, feature_id: int) -> QuerySet[WorkItem]:
    live = WorkItem.objects.within(scope).filter(feature_id=feature_id, archived_at=None)
    return live.only("number", "title", "status_category", "assignee_name").order_by("-pk")[:MOST_ITEMS]


def _first_monday(weeks: int, today: date) -> date:
    """Where the last so many whole weeks begin: what was finished before belongs to an earlier time."""
    return today - timedelta(days=today.weekday(), weeks=weeks)


def finished_by_week(actor: Actor, weeks: int = WEEKS, today: date | None = None) -> dict[date, int]:
    """Finished work items by Monday of their week, oldest first, the current unfinished week left out."""
    today = today or timezone.localdate()
    mondays = [_first_monday(back, today) for back in range(weeks, 0, -1)]
    counts = dict.fromkeys(mondays, 0)
    for moment in _finished(actor, mondays[0]).values_list("finished_at", flat=True):
        if moment is not None:
            day = timezone.localtime(moment).date()
            monday = day - timedelta(days=day.weekday())
            if monday in counts:
                counts[monday] += 1
    return counts


@dataclass(frozen=True)
class Durations:
    """Days that work finished lately took, sorted: `worked` from its start, and `waited` from the day it was filed
    where that is known. `pointed` is how many items have an estimate in points."""

    worked: list[float]
    waited: list[float]
    pointed: int


def durations(actor: Actor, weeks: int = WEEKS) -> Durations:
    """How long work finished lately took. What was filed after its end came without the day on which it was."""
    since = _first_monday(weeks, timezone.localdate())
    rows = _finished(actor, since).values_list("started_at", "created_at", "finished_at", "estimate", "estimate_unit")
    worked, waited, pointed = [], [], 0
    for start, filed, end, estimate, unit in rows:
        worked += [_days(start, end)] if start and end else []
        waited += [_days(filed, end)] if end and filed < end else []
        pointed += estimate is not None and unit == "points"
    return Durations(sorted(worked), sorted(waited), pointed)


def _days(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 86_400


def _finished(actor: Actor, since: date) -> QuerySet[WorkItem]:
    return WorkItem.objects.within(actor).filter(
        archived_at=None, status_category=StatusCategory.DONE, finished_at__date__gte=since
    )


def finished_since(actor: Actor, weeks: int = WEEKS) -> int:
    """How many work items were finished in the last weeks and in this one."""
    return _finished(actor, _first_monday(weeks, timezone.localdate())).count()


def finished_before(actor: Actor, weeks: int = WEEKS) -> tuple[int, date | None]:
    """How many work items were finished longer ago, or on a day that nobody noted, and the last day that is known."""
    since = _first_monday(weeks, timezone.localdate())
    done = WorkItem.objects.within(actor).filter(archived_at=None, status_category=StatusCategory.DONE)
    earlier = done.filter(Q(finished_at=None) | Q(finished_at__date__lt=since))
    found = earlier.aggregate(count=Count("pk"), last=Max("finished_at"))
    return found["count"], timezone.localtime(found["last"]).date() if found["last"] else None


def open_counts(actor: Actor) -> dict[str, int]:
    """Open work items by status category."""
    rows = WorkItem.objects.within(actor).filter(archived_at=None).values_list("status_category")
    return dict(rows.annotate(count=Count("pk")))


def open_risks(actor: Actor, limit: int = 10) -> list[Risk]:
    """The likeliest risks that are not closed."""
    rows = Risk.objects.within(actor).filter(archived_at=None).exclude(state=RiskState.CLOSED)
    return list(rows.order_by("-probability", "pk")[:limit])


def risks_to(actor: Actor, record_ids: Sequence[int]) -> dict[int, list[tuple[int, float, float]]]:
    """Id, chance and working days of the open risks that would hold a record up, by record."""
    rows = Risk.objects.within(actor).filter(archived_at=None, state__in=_MAY_HAPPEN, probability__gt=0, delay__gt=0)
    found: dict[int, list[tuple[int, float, float]]] = {}
    for about, pk, chance, days in (
        rows.filter(about__in=record_ids).order_by("pk").values_list("about", "pk", "probability", "delay")
    ):
        found.setdefault(about, []).append((pk, chance / 100, min(days, LONGEST_DELAY)))
    return found


def threatened(actor: Actor) -> set[int]:
    """Ids of the records that risks are about, or that are still said to be at risk."""
    rows = Risk.objects.within(actor).filter(archived_at=None, state__in=_MAY_HAPPEN).exclude(about=None)
    return {*records_measured(actor, AT_RISK), *rows.values_list("about", flat=True)}
