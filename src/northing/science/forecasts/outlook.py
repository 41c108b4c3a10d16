"""The forecast of a plan: dates with their uncertainty, what drives them, and where dependencies conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from northing.science.estimates.normal import FloatArray
from northing.science.forecasts.causes import critical_chains, cruciality, share_of, variance_shares
from northing.science.forecasts.clocks import HORIZON, MOMENT, finish_days, start_days
from northing.science.forecasts.dispatch import Courses, simulate
from northing.science.forecasts.durations import CauseKind, Durations, draw_durations
from northing.science.forecasts.network import Network, prepare
from northing.science.forecasts.plan import Dependency, Link, Plan

# Stored with a run: only a run of the same version can be repeated to the bit.
VERSION = 1
_LEVELS = np.array([0.1, 0.5, 0.8, 0.9])
_CURVE = np.arange(5, 100, 5) / 100
_SMALLEST_SHARE = 0.01


@dataclass(frozen=True)
class Dates:
    """Days by which something happens in 10, 50, 80 and 90 of 100 courses of events."""

    p10: date
    p50: date
    p80: date
    p90: date


@dataclass(frozen=True)
class Cause:
    """A source of uncertainty and the share of the finish date's variance that it explains on its own.

    `key` is the activity ("work", "lead time"), the team ("capacity"), the risk or the gate; it is empty for
    "estimates", the tendency of all estimates to be wrong in the same direction.
    """

    kind: CauseKind
    key: str
    share: float


@dataclass(frozen=True)
class Outlook:
    """When an activity, a group or the whole plan starts and finishes.

    `curve` holds the finish at P5, P10 ... P95, `chances` the chance of finishing by each date asked for.
    `criticality` is the share of draws in which it lies on the chain that decides when the whole plan ends,
    `cruciality` the correlation of its duration (of a group: of its members' together) with that end,
    `chain` how often each activity lies on the chain that decides this finish (of an activity: empty).
    `causes` are those of the finish date, the strongest first; shares below 1 % are left out.
    """

    key: str
    start: Dates
    finish: Dates
    curve: tuple[date, ...]
    chances: tuple[tuple[date, float], ...]
    criticality: float
    cruciality: float
    chain: Mapping[str, float]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class DependencyOutlook:
    """How a dependency fares.

    `conflict` is the chance that `before` is too late for the target start of `after` (None without target),
    `exceeded` the chance that the maximum lag is exceeded (None without one).
    """

    before: str
    after: str
    link: Link
    conflict: float | None
    exceeded: float | None


@dataclass(frozen=True)
class PlanForecast:
    """The result of `forecast_plan`: outlooks by key, for activities, groups and the `whole` plan."""

    start: date
    activities: Mapping[str, Outlook]
    groups: Mapping[str, Outlook]
    whole: Outlook
    dependencies: tuple[DependencyOutlook, ...]
    seed: int
    draws: int
    status: str
    notes: tuple[str, ...]
    version: int = VERSION


def forecast_plan(plan: Plan, *, draws: int = 10_000, seed: int = 0) -> PlanForecast:
    """When the activities, groups and the whole of a plan will finish, and what drives that.

    Args:
        plan: teams, activities, dependencies, risks and gates.
        draws: courses of events to simulate; 2,000 are enough for a preview.
        seed: the same seed gives every activity the same draws, whatever else is in the plan, so that two
            forecasts with one seed differ only by what was changed.

    Raises:
        ValueError: the plan has no activities, or dependencies that form a cycle (which it names).

    The parallel schedule generation scheme (Kolisch 1996) draw by draw; cruciality: Williams (1992); shares of
    variance: Sobol' (1993).

    >>> from northing.science.forecasts import Activity, Team
    >>> plan = Plan(
    ...     start=date(2030, 1, 7),
    ...     activities=(Activity("design", (5, 5, 5), team="app"), Activity("build", (3, 3, 3), team="app")),
    ...     teams=(Team("app", people=1),),
    ...     dependencies=(Dependency("design", "build"),),
    ... )
    >>> forecast_plan(plan, draws=100).activities["build"].finish.p80
    datetime.date(2030, 1, 16)
    """
    network, durations, courses = _simulated(plan, draws, seed)
    spans = _Spans(plan, network, courses)
    outlooks = _outlooks(plan, network, courses, durations, spans)
    whole = outlooks.pop("")
    return PlanForecast(
        start=plan.start,
        activities={activity.key: outlooks[activity.key] for activity in plan.activities},
        groups={name: outlooks[name] for name in plan.groups},
        whole=whole,
        dependencies=tuple(_fare(plan, dependency, spans) for dependency in plan.dependencies),
        seed=seed,
        draws=draws,
        status="complete",
        notes=_notes(courses, durations),
    )


def finish_draws(plan: Plan, *, draws: int = 2_000, seed: int = 0) -> dict[str, FloatArray]:
    """Finish in every draw, in days from the plan's start, of every activity and group and, under "", of the whole.

    With one seed the same course of events stands at the same place, whatever else is in the plan.
    """
    network, _, courses = _simulated(plan, draws, seed)
    spans = _Spans(plan, network, courses)
    return {key: spans.finish(key) for key in spans.rows}


def _simulated(plan: Plan, draws: int, seed: int) -> tuple[Network, Durations, Courses]:
    if not plan.activities:
        raise ValueError("the plan has no activities: add one to forecast its date")
    if draws < 1:
        raise ValueError(f"draws is {draws}: it must be 1 or more")
    network = prepare(plan)
    durations = draw_durations(plan, draws, seed)
    days = np.array([durations.days.get(activity.key, np.zeros(draws)) for activity in network.activities])
    courses = simulate(network, days)
    return network, durations, courses


class _Spans:
    """Start and finish in every draw, by key of activity or group; the whole plan has the empty key."""

    def __init__(self, plan: Plan, network: Network, courses: Courses) -> None:
        row = {activity.key: index for index, activity in enumerate(network.activities)}
        members = {key: (key,) for key in row} | dict(plan.groups) | {"": tuple(row)}
        self.rows = {key: [row[member] for member in keys] for key, keys in members.items()}
        self._courses = courses

    def start(self, key: str) -> FloatArray:
        """Calendar time at which the first of `key` starts, shape (draws,)."""
        return _joint(np.minimum, self._courses.start, self.rows[key])

    def finish(self, key: str) -> FloatArray:
        """Calendar time at which the last of `key` finishes, shape (draws,)."""
        return _joint(np.maximum, self._courses.finish, self.rows[key])


def _joint(extreme: np.ufunc, times: FloatArray, rows: Sequence[int]) -> FloatArray:
    return times[rows[0]] if len(rows) == 1 else np.asarray(extreme.reduce(times[rows], axis=0))


def _outlooks(
    plan: Plan, network: Network, courses: Courses, durations: Durations, spans: _Spans
) -> dict[str, Outlook]:
    draws = courses.start.shape[1]
    ends = ["", *plan.groups]
    bits = critical_chains(network, courses, [spans.rows[key] for key in ends])
    chains = {end: _chain(network, share_of(bits[:, index], draws)) for index, end in enumerate(ends)}
    finishes = np.array([spans.finish(key) for key in spans.rows])
    shares = variance_shares(list(durations.causes.values()), finishes)
    moving = cruciality(_lengths(network, durations, spans, draws), spans.finish(""))
    finishes.sort(axis=1)
    causes = list(durations.causes)
    outlooks = {}
    for key, finish, explained, moves in zip(spans.rows, finishes, shares, moving.tolist(), strict=True):
        finish_on = finish_days(plan.start, rank_quantiles(finish, _LEVELS))
        start_on = start_days(plan.start, rank_quantiles(np.sort(spans.start(key)), _LEVELS))
        outlooks[key] = Outlook(
            key=key,
            # A milestone begins with the night after the day on which it is reached.
            start=Dates(*map(min, start_on, finish_on)),
            finish=Dates(*finish_on),
            curve=tuple(finish_days(plan.start, rank_quantiles(finish, _CURVE))),
            chances=tuple((day, _chance_by(plan, finish, day)) for day in plan.dates.get(key, ())),
            criticality=float(share_of(np.bitwise_or.reduce(bits[spans.rows[key], 0]), draws)),
            cruciality=moves,
            chain=chains.get(key, {}),
            causes=_strongest(causes, explained),
        )
    return outlooks


def _lengths(network: Network, durations: Durations, spans: _Spans, draws: int) -> FloatArray:
    """Worked days of every activity, and of a group's members together, in every draw."""
    facts = np.zeros(draws)
    days = np.array([durations.days.get(activity.key, facts) for activity in network.activities])
    return np.array([days[rows[0]] if len(rows) == 1 else days[rows].sum(axis=0) for rows in spans.rows.values()])


def _chain(network: Network, shares: FloatArray) -> dict[str, float]:
    """Shares by activity, the largest first."""
    named = zip(network.activities, shares.tolist(), strict=True)
    found = {activity.key: share for activity, share in named if share >= _SMALLEST_SHARE}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _strongest(causes: Sequence[tuple[CauseKind, str]], shares: FloatArray) -> tuple[Cause, ...]:
    found = [Cause(*causes[at], float(shares[at])) for at in np.flatnonzero(shares >= _SMALLEST_SHARE).tolist()]
    return tuple(sorted(found, key=lambda cause: (-cause.share, cause.kind, cause.key)))


def rank_quantiles(times: FloatArray, levels: FloatArray) -> FloatArray:
    """The smallest of the rising `times` that at least the share `level` of them does not exceed."""
    rank = np.ceil(levels * times.size - 1e-9).astype(np.intp) - 1
    found: FloatArray = times[np.maximum(rank, 0)]
    return found


def _chance_by(plan: Plan, finish: FloatArray, day: date) -> float:
    """The chance of having finished when `day` ends."""
    return float(np.mean(finish <= (day - plan.start).days + 1 + MOMENT))


def _fare(plan: Plan, dependency: Dependency, spans: _Spans) -> DependencyOutlook:
    """Compare the arrival of `before` with what `after` intends and with what it does."""
    source = spans.start if dependency.link.startswith("start") else spans.finish
    effect = spans.start if dependency.link.endswith("start") else spans.finish
    arrival = source(dependency.before) + dependency.lag
    conflict = exceeded = None
    target = plan.target_starts.get(dependency.after)
    if target is not None and dependency.link.endswith("start"):
        conflict = float(np.mean(arrival > (target - plan.start).days + MOMENT))
    if dependency.max_lag is not None:
        gap = effect(dependency.after) - source(dependency.before)
        exceeded = float(np.mean(gap > dependency.max_lag + MOMENT))
    return DependencyOutlook(dependency.before, dependency.after, dependency.link, conflict, exceeded)


def _notes(courses: Courses, durations: Durations) -> tuple[str, ...]:
    never = float(np.mean(courses.finish.max(axis=0) >= HORIZON - 1))
    if not never:
        return durations.notes
    return (*durations.notes, f"In {never:.0%} of the draws the plan does not end within forty years.")
