"""Why dates moved between two forecasts: which change of the inputs explains how many days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeVar

import numpy as np

from northing.science.forecasts.outlook import finish_draws
from northing.science.forecasts.plan import Activity, Amount, Dependency, Gate, Plan, Risk, Team

ChangeKind = Literal[
    "time", "estimate", "progress", "assignment", "earliest", "priority", "scope",
    "capacity", "dependency", "risk", "gate", "assumptions",
]  # fmt: skip

# Smaller shifts are not worth telling.
_WORTH_TELLING = 0.5
# More changes than this are told by kind, not one by one: each costs two forecasts.
_MOST = 12
_ACTIVITY_FIELDS: Mapping[ChangeKind, tuple[str, ...]] = {
    "estimate": ("work", "unit"),
    "progress": ("done", "finished"),
    "assignment": ("team", "people"),
    "earliest": ("earliest",),
    "priority": ("priority",),
}
# What changed: its kind and key, both as they are told.
Slot = tuple[ChangeKind, str]
Item = TypeVar("Item", Team, Risk, Gate)


@dataclass(frozen=True)
class Change:
    """A difference of the inputs, and by how many days it moved each key that moved (later is positive)."""

    kind: ChangeKind
    keys: tuple[str, ...]
    days: Mapping[str, float]


@dataclass(frozen=True)
class Drift:
    """By how many days the likely finish of each key moved, and the changes behind it, the weightiest first.

    The days of the changes need not add up: changes that act together share what they do only roughly.
    """

    moved: Mapping[str, float]
    changes: tuple[Change, ...]


def explain_drift(before: Plan, after: Plan, *, draws: int = 500, seed: int = 0) -> Drift:
    """What moved from one plan to the next, and why.

    Each change is made alone in the earlier plan, and alone taken back in the later one; its days are the mean
    of the two effects on the median finish (for two changes that is their Shapley value). All forecasts use
    the same draws, so chance moves nothing.

    Args:
        before: the inputs of the earlier forecast.
        after: the inputs of the later one; its groups, or its activities if it has none, are compared.
        draws: courses of events for each of the forecasts.
        seed: of all of them.

    >>> from datetime import date
    >>> def plan(days):
    ...     work = (Activity("hinge", (days, days, days), unit="calendar-days"), Activity("app", (5, 5, 5)))
    ...     return Plan(date(2030, 1, 7), work)
    >>> drift = explain_drift(plan(10), plan(17), draws=10)
    >>> drift.moved, [(change.kind, change.keys) for change in drift.changes]
    ({'hinge': 7.0}, [('estimate', ('hinge',))])
    """
    slots = _differences(before, after)
    steps = _steps(slots)
    compared = set(before.groups or _keys(before)) & set(after.groups or _keys(after))

    def likely(taken: Collection[Slot]) -> dict[str, float]:
        return _likely(_between(before, after, taken), compared, draws, seed)

    first, last = likely(()), likely(slots)
    moved = {key: round(last[key] - first[key], 1) for key in sorted(compared)}
    moved = {key: days for key, days in moved.items() if abs(days) >= _WORTH_TELLING}
    changes = []
    for together in steps if moved else ():
        done = likely(together)
        undone = likely([slot for slot in slots if slot not in together])
        effects = {
            key: (done.get(key, first[key]) - first[key] + last[key] - undone.get(key, last[key])) / 2 for key in moved
        }
        if max(map(abs, effects.values())) >= _WORTH_TELLING:
            keys = tuple(key for _, key in together if key)
            changes.append(Change(together[0][0], keys, {key: round(days, 1) for key, days in effects.items()}))
    changes.sort(key=lambda change: (-sum(map(abs, change.days.values())), change.kind, change.keys))
    return Drift(moved, tuple(changes))


def _likely(plan: Plan, keys: Iterable[str], draws: int, seed: int) -> dict[str, float]:
    """The median finish, as a day number that does not depend on the plan's start."""
    found = finish_draws(plan, draws=draws, seed=seed) if plan.activities else {}
    return {key: plan.start.toordinal() + float(np.median(found[key])) for key in keys if key in found}


def _steps(slots: Iterable[Slot]) -> list[list[Slot]]:
    """Which changes to tell together: dependencies (else they could form a cycle), and all when there are many."""
    kinds: dict[ChangeKind, list[Slot]] = defaultdict(list)
    for slot in slots:
        kinds[slot[0]].append(slot)
    whole = list(kinds.values())
    if sum(map(len, whole)) > _MOST:
        return whole
    return [part for kind in whole for part in ([kind] if kind[0][0] == "dependency" else [[slot] for slot in kind])]


def _keys(plan: Plan) -> list[str]:
    return [activity.key for activity in plan.activities]


def _differences(before: Plan, after: Plan) -> list[Slot]:
    """Everything in which two plans differ."""
    slots: list[Slot] = [("time", "")] if before.start != after.start else []
    old, new = _named(before.activities), _named(after.activities)
    for key in sorted(old.keys() | new.keys()):
        if key not in old or key not in new:
            slots.append(("scope", key))
            continue
        for kind, names in _ACTIVITY_FIELDS.items():
            if not all(_same(getattr(old[key], name), getattr(new[key], name)) for name in names):
                slots.append((kind, key))
    slots += [("capacity", key) for key in _differing(before.teams, after.teams)]
    slots += [("risk", key) for key in _differing(before.risks, after.risks)]
    slots += [("gate", key) for key in _differing(before.gates, after.gates)]
    links = set(_links(before)) ^ set(_links(after))
    slots += [("dependency", key) for key in sorted({link.after for link in links})]
    if (before.calendar, before.correlation) != (after.calendar, after.correlation):
        slots.append(("assumptions", ""))
    return slots


def _links(plan: Plan) -> Iterable[Dependency]:
    """The dependencies with those of groups spelled out."""
    for d in plan.dependencies:
        for first in plan.members(d.before):
            for last in plan.members(d.after):
                yield replace(d, before=first, after=last)


def _named(items: Iterable[Any]) -> dict[str, Any]:
    return {item.key: item for item in items}


def _differing(before: Iterable[Item], after: Iterable[Item]) -> list[str]:
    old, new = _named(before), _named(after)
    return [
        key
        for key in sorted(old.keys() | new.keys())
        if key not in old
        or key not in new
        or not all(_same(getattr(old[key], f.name), getattr(new[key], f.name)) for f in fields(old[key]))
    ]


def _same(one: Amount | object, other: Amount | object) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(np.asarray(one), np.asarray(other))
    return one == other


def _between(before: Plan, after: Plan, taken: Collection[Slot]) -> Plan:
    """`before` with the changes `taken` from `after`; what refers to something absent is left out."""
    activities = tuple(_activities(before, after, taken))
    there = {activity.key for activity in activities}
    groups = {
        name: tuple(key for key in keys if key in there) for name, keys in {**before.groups, **after.groups}.items()
    }
    groups = {name: keys for name, keys in groups.items() if keys and name not in there}
    risks = [
        replace(risk, hits=tuple(key for key in risk.hits if key in there))
        for risk in _chosen(before.risks, after.risks, lambda key: ("risk", key) in taken)
    ]
    gates = _chosen(before.gates, after.gates, lambda key: ("gate", key) in taken)
    # A team that only one of the plans has is kept: without work it does nothing.
    teams = {**_named(after.teams), **_named(before.teams)} | {
        team.key: team for team in after.teams if ("capacity", team.key) in taken
    }
    linked = after if any(kind == "dependency" for kind, _ in taken) else before
    assumed = after if ("assumptions", "") in taken else before
    return Plan(
        start=(after if ("time", "") in taken else before).start,
        activities=activities,
        teams=tuple(teams.values()),
        dependencies=tuple(d for d in _links(linked) if d.before in there and d.after in there),
        risks=tuple(risks),
        gates=tuple(gate for gate in gates if gate.activity in there),
        groups=groups,
        calendar=assumed.calendar,
        correlation=assumed.correlation,
    )


def _activities(before: Plan, after: Plan, taken: Collection[Slot]) -> Iterable[Activity]:
    old, new = _named(before.activities), _named(after.activities)
    for key in sorted(old.keys() | new.keys()):
        if key in old and key in new:
            changed = [name for kind, names in _ACTIVITY_FIELDS.items() if (kind, key) in taken for name in names]
            yield replace(old[key], **{name: getattr(new[key], name) for name in changed})
        elif (key in new) == (("scope", key) in taken):
            yield (old | new)[key]


def _chosen(before: Iterable[Item], after: Iterable[Item], is_taken: Callable[[str], bool]) -> list[Item]:
    """Items of `before`, those taken as they are in `after` (or are not)."""
    kept = [item for item in before if not is_taken(item.key)]
    return kept + [item for item in after if is_taken(item.key)]
