"""How long every activity takes in every draw, and the causes that make it uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from northing.science.estimates import fit_triple
from northing.science.estimates.normal import FloatArray
from northing.science.forecasts.draws import chances, ranked, scores
from northing.science.forecasts.network import people_at_once
from northing.science.forecasts.plan import Activity, Amount, Gate, Plan, Risk, Team

CauseKind = Literal["work", "lead time", "risk", "gate", "capacity", "estimates"]


@dataclass(frozen=True)
class Durations:
    """Durations per activity in worked days of its clock, and the independent score behind each cause.

    `causes` maps (kind, key) to standardised draws; "estimates" is the factor common to all durations.
    `notes` tell which triples had to be put in order.
    """

    days: dict[str, FloatArray]
    causes: dict[tuple[CauseKind, str], FloatArray]
    notes: tuple[str, ...] = ()


def draw_durations(plan: Plan, draws: int, seed: int) -> Durations:
    """Durations of all unfinished activities of `plan`, each of shape (draws,)."""
    teams = {team.key: team for team in plan.teams}
    causes: dict[tuple[CauseKind, str], FloatArray] = {}
    common = scores(seed, "estimates", "", draws)
    if plan.correlation:
        causes["estimates", ""] = common
    stretch = {key: _stretch(team, draws, seed, causes) for key, team in sorted(teams.items())}
    days: dict[str, FloatArray] = {}
    activities = sorted(plan.activities, key=lambda activity: activity.key)
    for activity in activities:
        if activity.finished is None:
            own = scores(seed, "activity", activity.key, draws)
            work = _work(activity, plan.correlation, seed, draws) * (1 - activity.done)
            if work.max() > work.min():
                causes["work" if activity.unit == "person-days" else "lead time", activity.key] = own
            days[activity.key] = work
    for gate in sorted(plan.gates, key=lambda gate: gate.key):
        if gate.activity in days:
            rework = _rework(gate, draws, seed)
            days[gate.activity] = days[gate.activity] + rework
            causes["gate", gate.key] = _standardised(rework)
    for activity in activities:
        if activity.key in days and activity.unit == "person-days":
            lost = stretch.get(activity.team or "", 1.0)
            days[activity.key] = days[activity.key] * lost / people_at_once(activity, teams)
    _strike(plan.risks, days, causes, seed)
    return Durations(days, causes, _mended(activities))


def _mended(activities: Sequence[Activity]) -> tuple[str, ...]:
    """What was put in order in triples that contradict themselves."""
    notes: list[str] = []
    for activity in activities:
        if isinstance(activity.work, tuple) and list(activity.work) != sorted(activity.work):
            notes += (f"{activity.key}: {note}" for note in fit_triple(*activity.work).notes)
    return tuple(notes)


def _strike(
    risks: Sequence[Risk], days: dict[str, FloatArray], causes: dict[tuple[CauseKind, str], FloatArray], seed: int
) -> None:
    """Lengthen what the risks hit."""
    for risk in sorted(risks, key=lambda risk: risk.key):
        hit = [key for key in risk.hits if key in days]
        if hit:
            delay = _delay(risk, days[hit[0]].size, seed)
            causes["risk", risk.key] = _standardised(delay)
            for key in hit:
                days[key] = days[key] + delay


def _work(activity: Activity, correlation: float, seed: int, draws: int) -> FloatArray:
    if isinstance(activity.work, tuple):
        return _work_of_triple(activity.work, activity.key, correlation, seed, draws)
    return ranked(activity.work, _order(activity.key, correlation, seed, draws))


@lru_cache(maxsize=256)
def _work_of_triple(
    triple: tuple[float, float, float], key: str, correlation: float, seed: int, draws: int
) -> FloatArray:
    """Kept, because in a what-if most activities stay as they are."""
    work = ranked(triple, _order(key, correlation, seed, draws))
    work.flags.writeable = False
    return work


def _order(key: str, correlation: float, seed: int, draws: int) -> FloatArray:
    return _mixed(scores(seed, "estimates", "", draws), scores(seed, "activity", key, draws), correlation)


def _mixed(common: FloatArray, own: FloatArray, correlation: float) -> FloatArray:
    if not correlation:
        return own
    mixed: FloatArray = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
    return mixed


def _stretch(team: Team, draws: int, seed: int, causes: dict[tuple[CauseKind, str], FloatArray]) -> FloatArray | float:
    """By how much the time a team loses lengthens its work."""
    if team.loss is None:
        return 1.0
    own = scores(seed, "loss", team.key, draws)
    causes["capacity", team.key] = own
    return 1 / (1 - ranked(team.loss, own, upper=1.0).clip(0, 0.99))


def _rework(gate: Gate, draws: int, seed: int) -> FloatArray:
    """Work added by the failures of a gate: their number is geometric."""
    if gate.fail == 0:
        return np.zeros(draws)
    failures: FloatArray = np.floor(np.log(chances(seed, "gate", gate.key, draws)) / np.log(gate.fail))
    return failures * _amount(gate.rework, seed, "rework", gate.key, draws)


def _delay(risk: Risk, draws: int, seed: int) -> FloatArray:
    strikes = chances(seed, "risk", risk.key, draws) < risk.probability
    return strikes * _amount(risk.delay, seed, "delay", risk.key, draws)


def _amount(amount: Amount, seed: int, kind: str, key: str, draws: int) -> FloatArray:
    return ranked(amount, scores(seed, kind, key, draws))


def _standardised(values: FloatArray) -> FloatArray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)
