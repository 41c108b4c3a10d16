"""What has changed since the plan was forecast, counted from the history and the estimates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from math import isclose
from typing import Any, Final

from django.db.models import Q, QuerySet

from northing.access.actor import Actor
from northing.decisions.public import runs_of
from northing.features.public import RANK, Feature, WorkPackage
from northing.kit import recent
from northing.kit.record_types import registry
from northing.roadmap import planning, queries
from northing.roadmap.freezing import SIZES
from northing.roadmap.models import Forecast
from northing.roadmap.rules import AT_RISK, WORK_DONE, Move, because_of, moves, reasons
from northing.ui.formats import counted

_DECIDING: Final[Mapping[str, Collection[str]]] = {
    "team": {"people", "focus", "working_days", "absences", "function"},
    "feature": {"status", "target", "target_text", "promised", "team"},
    "work_package": {"kind", "team", "days", "done", "feature"},
    "release": {"status", "target", "promised"},
    "milestone": {"target", "promised", "reached_at"},
    "dependency": {"predecessor", "successor", "type", "lag"},
}
"""The fields that decide when things come."""
_MEASURED: Final[Mapping[str, str]] = {
    **dict.fromkeys(SIZES, "estimate"),
    WORK_DONE: "piece of work",
    AT_RISK: "risk",
    RANK: RANK,
}


def changed_since(actor: Actor, forecast: Forecast) -> str:
    """What a refresh would take in, such as "3 things changed since: 2 estimates, 1 team"; "" if nothing. At most five
    queries."""
    planned = queries.forecast_features(actor)
    packages = WorkPackage.objects.within(actor).filter(archived_at=None, feature__in=planned)
    measured = _measured(forecast, "f", planned) + _measured(forecast, "w", packages)
    touched = recent.touched(actor, forecast.made_at, _DECIDING)
    records = _records(forecast, planned, touched)
    told = [counted(count, word) for word, count in measured.items() if word != RANK]
    told += [registry.named(name).counted(records[name]) for name in _DECIDING if records[name]]
    placed = len(_placed(actor, forecast) - {pk for name, pk in touched if name == "feature"})  # those are told already
    told += [counted(placed, "place in a release", "places in releases")] if placed else []
    told += ["the order of features"] if measured[RANK] else []
    is_old_method = forecast.run.engine != planning.ENGINE
    told += ["the method of forecasting"] if is_old_method else []
    total = measured.total() + records.total() + placed + is_old_method
    total -= max(measured[RANK] - 1, 0)  # an order is one thing
    return f"{counted(total, 'thing')} changed since: {', '.join(told)}" if told else ""


def awaits_refresh(actor: Actor) -> str:
    """What the forecast does not know yet, in words; "" where it knows everything, or nothing is planned."""
    forecast = queries.current_forecast(actor)
    if forecast is not None:
        return changed_since(actor, forecast)
    return "The plan has not been forecast yet" if queries.forecast_features(actor).exists() else ""


def _measured(forecast: Forecast, mark: str, rows: QuerySet[Any]) -> Counter[str]:
    """What came in since: how many estimates, pieces of work that went on, risks, ranks."""
    newer = Q(record__measures__name__in=list(_MEASURED), record__measures__as_of__gt=forecast.made_at)
    found = rows.filter(newer).values_list("pk", "record__measures__name", "record__measures__p50")
    return Counter(_MEASURED[name] for pk, name, value in found if _is_news(forecast.run.inputs, mark, pk, name, value))


def _is_news(inputs: planning.Inputs, mark: str, pk: int, name: str, value: float) -> bool:
    """What is counted anew every hour is news only where it differs from what the forecast went by."""
    if name == WORK_DONE:
        activity = inputs["activities"].get(f"{mark}{pk}")
        return activity is not None and not isclose(activity["done"], value / 100)
    if name == AT_RISK:
        known = sum(chance * days for chance, days, end in inputs.get("risks", {}).values() if end == f"e{pk}")
        return not isclose(known, value)
    return True


def _records(forecast: Forecast, planned: QuerySet[Feature], touched: Collection[tuple[str, int]]) -> Counter[str]:
    """How many of each type; of features and work packages those that are in the plan, or were."""
    known = set(forecast.run.inputs["groups"])
    if any(name == "feature" for name, _ in touched):
        known |= {str(pk) for pk in planned.values_list("pk", flat=True)}
    return Counter(name for name, pk in touched if str(pk) in known or name not in ("feature", "work_package"))


def _placed(actor: Actor, forecast: Forecast) -> set[int]:
    """The features with a forecast that came into or out of a release that is still to come."""
    inputs = forecast.run.inputs
    now = set(queries.open_releases(actor).values_list("pk", "placements__feature"))
    releases = {str(release) for release, _ in now}
    features = planning.told(inputs) - releases
    holder = {member: feature for feature in features for member in inputs["groups"][feature]}
    before = {
        (release, holder[member])
        for release in releases & inputs["groups"].keys()
        for member in inputs["groups"][release]
        if member in holder
    }
    after = {(str(release), str(feature)) for release, feature in now if str(feature) in features}
    return {int(feature) for _, feature in before ^ after}


def moved_since(actor: Actor, since: datetime) -> tuple[list[Move], str]:
    """Records whose likely day is another one than it was then, the furthest first; and why.

    Where there was no forecast yet, since the first that gave dates. At most three queries.
    """
    forecast = queries.current_forecast(actor)
    if forecast is None or forecast.made_at < since:
        return [], ""
    runs = runs_of(actor, planning.KIND)
    before = runs.filter(created_at__lt=since).first() or runs.exclude(result__dates={}).last()
    if before is None or before == forecast.run:
        return [], ""
    told = planning.told(forecast.run.inputs)
    found = moves(before.result["dates"], forecast.run.result["dates"])
    moved = [move for move in found if str(move.record_id) in told]
    is_new_method = before.engine != forecast.run.engine
    because = reasons(before.inputs, forecast.run.inputs, is_new_method=is_new_method)
    return moved, because_of(because) if moved else ""
