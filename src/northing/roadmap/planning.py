"""The forecast of the whole plan: frozen inputs, a simulation that its seed repeats, and the dates it gives."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from northing.decisions.public import Outcome, RunKind, register_run_kind
from northing.roadmap.order import in_line
from northing.science import forecasts

KIND = "roadmap"
ENGINE = "network-8"
DRAWS = 2_000
PREVIEW_DRAWS = 500
CAUSES_TOLD = 3
_NOT_IN_LINE = sys.float_info.max  # what wants no team pulls nothing forward
LINKS: Mapping[str, Any] = {
    "FS": "finish-start",
    "SS": "start-start",
    "FF": "finish-finish",
    "SF": "start-finish",
}

Inputs = Mapping[str, Any]


def compute(inputs: Inputs, parameters: Mapping[str, Any], seed: int) -> Outcome:
    """Dates by record id and the chance that each dependency comes too late, from frozen inputs.

    `dates[id]` has the ordinal days `start` (P50) and `finish` (P10, P50, P80, P90), and `by`: the chance of
    finishing by each day that was aimed at or promised, and `causes`: kind, key and share of the variance of the
    finish that each explains, the strongest first. A feature finishes with the last of its releases, `release`; `work`
    then has all this of its own work.
    """
    if not inputs["activities"]:
        return Outcome({"dates": {}, "conflicts": {}})
    forecast = forecasts.forecast_plan(_plan(inputs), draws=parameters["draws"], seed=seed)
    dates = {key: _dates(outlook) for key, outlook in forecast.groups.items()}
    dates |= {key: _out_with(key, inputs, dates) for key in inputs["with"]}
    return Outcome({"dates": dates, "conflicts": _conflicts(inputs, forecast)})


register_run_kind(RunKind(KIND, ENGINE, compute))


def _plan(inputs: Inputs) -> forecasts.Plan:
    start = date.fromisoformat(inputs["start"])
    line = in_line(inputs)
    activities = [_activity(key, row, line.get(key, _NOT_IN_LINE)) for key, row in inputs["activities"].items()]
    waits, links = _links(inputs)
    return forecasts.Plan(
        start=start,
        activities=(*activities, *waits),
        teams=tuple(_team(key, row) for key, row in inputs["teams"].items()),
        dependencies=(*links, *_endings(inputs)),
        risks=_risks(inputs),
        groups={key: tuple(members) for key, members in inputs["groups"].items()},
        dates={key: tuple(map(date.fromisoformat, days)) for key, days in inputs["days"].items()},
    )


def _activity(key: str, row: Mapping[str, Any], place: float) -> forecasts.Activity:
    low, likely, high = row["work"]
    work = (low, likely, high) if low < high else np.array([likely])
    earliest = date.fromisoformat(row["earliest"]) if row["earliest"] else None
    return forecasts.Activity(key, work, row["unit"], row["team"], done=row["done"], earliest=earliest, priority=place)


def _team(key: str, row: Mapping[str, Any]) -> forecasts.Team:
    """People, their week and absences; the time that other work takes lengthens theirs."""
    weekdays = tuple(day in row["working_days"] for day in range(7))
    absences = tuple(
        forecasts.Absence(date.fromisoformat(a["from"]), date.fromisoformat(a["to"]), float(a.get("people", 1)))
        for a in row["absences"]
    )
    return forecasts.Team(
        key, row["people"], forecasts.Calendar(weekdays), absences, np.array([1 - row["focus"] / 100])
    )


def _links(inputs: Inputs) -> tuple[list[forecasts.Activity], list[forecasts.Dependency]]:
    """Dependencies between activities. A lag in working days is a wait of its own between the two."""
    waits: list[forecasts.Activity] = []
    links: list[forecasts.Dependency] = []
    for before, after, kind, lag in inputs["dependencies"].values():
        link = LINKS[kind]
        for one in _begun(inputs, before) if kind[0] == "S" else inputs["groups"][before]:
            for other in _begun(inputs, after):
                if not lag:
                    links.append(forecasts.Dependency(one, other, link))
                    continue
                wait = f"{one} to {other}, {kind} {lag}"
                waits.append(forecasts.Activity(wait, np.array([float(lag)]), "working-days", priority=_NOT_IN_LINE))
                first, last = link.split("-")
                links.append(forecasts.Dependency(one, wait, LINKS[f"{first[0].upper()}S"]))
                links.append(forecasts.Dependency(wait, other, LINKS[f"F{last[0].upper()}"]))
    unique = {wait.key: wait for wait in waits}
    return list(unique.values()), links


def _begun(inputs: Inputs, key: str) -> list[str]:
    """What makes up a record without what its risks hold up at its end."""
    return [member for member in inputs["groups"][key] if member not in inputs.get("ends", {})]


def _endings(inputs: Inputs) -> list[forecasts.Dependency]:
    """What risks hold up comes after all that it is the end of."""
    ends: Mapping[str, list[str]] = inputs.get("ends", {})
    return [forecasts.Dependency(key, end) for end, before in ends.items() for key in before]


def _risks(inputs: Inputs) -> tuple[forecasts.Risk, ...]:
    """Risks delay an end, which belongs to no team and so has no days off: five working days are a week."""
    return tuple(
        forecasts.Risk(key, chance, np.array([days * 7 / 5]), (end,))
        for key, (chance, days, end) in inputs.get("risks", {}).items()
    )


def _dates(outlook: forecasts.Outlook) -> dict[str, Any]:
    finish = outlook.finish
    return {
        "start": outlook.start.p50.toordinal(),
        "finish": [day.toordinal() for day in (finish.p10, finish.p50, finish.p80, finish.p90)],
        "by": {day.isoformat(): chance for day, chance in outlook.chances},
        "causes": [[cause.kind, cause.key, round(cause.share, 4)] for cause in outlook.causes[:CAUSES_TOLD]],
    }


def _out_with(key: str, inputs: Inputs, dates: Mapping[str, Any]) -> dict[str, Any]:
    """The dates of a feature that goes out with releases: it is out when the last of them is."""
    release = max(inputs["with"][key], key=lambda one: dates[one]["finish"][1])
    last = dates[release]
    by = {day: chance for day, chance in last["by"].items() if day in inputs["days"].get(key, ())}
    return {**last, "start": dates[key]["start"], "by": by, "release": int(release), "work": dates[key]}


def _conflicts(inputs: Inputs, forecast: forecasts.PlanForecast) -> dict[str, float]:
    """The chance that what comes first is finished too late for what waits to make its own target.

    What waits must start no later than its target less the time it is likely to take; where only the two ends are
    tied, the target itself counts. Links from a start are left out: starts are no promise.
    """
    found = {}
    for key, (before, after, kind, lag) in inputs["dependencies"].items():
        if after not in inputs["aims"] or kind not in ("FS", "FF"):
            continue
        waiting = forecast.groups[after]
        taken = waiting.finish.p50 - waiting.start.p50 if kind == "FS" else timedelta()
        between = timedelta(days=lag * 7 / 5)
        latest = date.fromisoformat(inputs["aims"][after]) - taken - between
        curve = forecast.groups[before].curve
        found[key] = 1 - bisect_right(curve, latest) / len(curve)
    return found


def told(inputs: Inputs) -> set[str]:
    """Records whose dates are kept: all but work packages, which have no dates of their own."""
    return {key for key, members in inputs["groups"].items() if members[0] != f"w{key}"}


def rough(inputs: Inputs) -> set[str]:
    """Records whose dates rest on work of which nobody gave a range, or leave out what nobody sized."""
    activities, unsized = inputs["activities"], inputs["unsized"]
    found = {key for key, members in inputs["groups"].items() if any(activities[one].get("assumed") for one in members)}
    return found.union(unsized, *(inputs["with"].get(feature, ()) for feature in unsized))


def what_moves(inputs: Inputs, changed: Inputs, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Dates by record id as they stand and with something changed, from the same draws, so that noise cancels; those
    of a feature are of its own work, which moves whether or not its release does."""
    parameters = {"draws": PREVIEW_DRAWS}
    alone = ({**which, "with": {}} for which in (inputs, changed))
    before, after = (compute(which, parameters, seed).result["dates"] for which in alone)
    return before, after


def likely_done(inputs: Inputs, seed: int) -> dict[int, date]:
    """The likely day by record id on which its own work is done, from as many draws as a preview has."""
    dates = compute({**inputs, "with": {}}, {"draws": PREVIEW_DRAWS}, seed).result["dates"]
    return {int(key): date.fromordinal(row["finish"][1]) for key, row in dates.items()}
