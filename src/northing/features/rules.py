"""What makes features, requests and scoring models sensible; the words of statuses; whose request counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from northing.expressions import Formula, FormulaError
from northing.features.models import Method, Status
from northing.kit.problems import Problem
from northing.kit.record_types import Values
from northing.products.public import ProductKind

GOAL_TYPES = ("objective", "key_result", "initiative")
"""The record types a feature can serve."""
OPEN = (Status.NEW, Status.CANDIDATE, Status.PLANNED, Status.IN_DELIVERY)
"""Statuses of features that are still to be decided on or delivered."""
IMPORTANCE_WORDS = ("Not important", "Nice to have", "Important", "Cannot do without")
"""What the importances 0 to 3 of a request mean."""
OUT = (Status.RELEASED, Status.EVALUATED)
"""Statuses of features that went out: nothing of when they come is forecast any more."""
FORECAST = "forecast"
"""The measure that says when something comes."""
HEALTH_LASTS = timedelta(days=7)
_AHEAD = timedelta(days=1)  # where the day begins first, it is tomorrow already

_WORDS: Mapping[str, Mapping[str, str]] = {
    ProductKind.DIGITAL: {},
    ProductKind.PHYSICAL: {
        Status.CANDIDATE: "Concept",
        Status.PLANNED: "Committed",
        Status.RELEASED: "In production",
    },
    ProductKind.SERVICE: {
        Status.PLANNED: "Scheduled",
        Status.IN_DELIVERY: "In preparation",
        Status.RELEASED: "On offer",
    },
    ProductKind.HYBRID: {Status.RELEASED: "On the market"},
}


def status_words(kind: str) -> dict[str, str]:
    """What people read for each status, by the kind of product; any other kind gives the digital words.

    >>> status_words("physical")["released"], status_words("digital")["released"]
    ('In production', 'Released')
    """
    return dict(Status.choices) | dict(_WORDS.get(kind, {}))


def needs_health(status: str, health_at: datetime | None, now: datetime) -> bool:
    """Whether a feature in delivery has gone a week without a word on its health."""
    return status == Status.IN_DELIVERY and (health_at is None or now - health_at > HEALTH_LASTS)


def check_feature(before: Values | None, after: Values) -> Iterable[Problem]:
    if after["promised_to"] and after["promised"] is None:
        yield Problem("promised", None, f"say for which day it was promised to {after['promised_to']}")
    out = after["released_at"]
    if out and out > datetime.now(UTC).date() + _AHEAD and (before is None or before["released_at"] != out):
        rule = "lies in the future; the day that is aimed at is the target, the day that somebody was told the promise"
        yield Problem("released_at", out.isoformat(), rule)


def check_request(before: Values | None, after: Values) -> Iterable[Problem]:
    if (after["feature"] is None) == (after["opportunity"] is None):
        yield Problem("feature", after["feature"], "give either the feature or the opportunity it asks for")
    if after["importance"] is not None and not 0 <= after["importance"] <= 3:
        yield Problem("importance", after["importance"], "must be 0, 1, 2, 3 (cannot do without), or empty if not said")


def check_work_package(before: Values | None, after: Values) -> Iterable[Problem]:
    if not 0 <= after["done"] <= 100:
        yield Problem("done", after["done"], "must be from 0 to 100 %")


def check_scoring_model(before: Values | None, after: Values) -> Iterable[Problem]:
    method, formula, weights = after["method"], after["formula"], after["weights"]
    if method == Method.CUSTOM:
        yield from _check_formula(formula)
    elif formula:
        yield Problem("formula", formula, "only an own formula has one; choose that method or leave this empty")
    if method == Method.WEIGHTED:
        yield from _check_weights(weights)
    elif weights:
        yield Problem("weights", weights, "only the weighted method has them; choose that method or leave this empty")


def _check_formula(text: str) -> Iterable[Problem]:
    if not text:
        yield Problem("formula", text, "write the formula, such as reach * impact / effort")
        return
    try:
        if not Formula(text).names:
            yield Problem("formula", text, "must use at least one quantity, such as reach")
    except FormulaError as error:
        yield Problem("formula", text, str(error))


def _check_weights(weights: Any) -> Iterable[Problem]:
    if not isinstance(weights, dict) or not weights:
        yield Problem("weights", weights, "give each quantity a number, such as value 3, risk -1")
        return
    for name, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not math.isfinite(weight):
            yield Problem("weights", f"{name}: {weight}", "each weight must be a finite number")
        if not _is_quantity(name):
            yield Problem("weights", name, "a quantity's name has letters, digits and _ only, such as user_value")
    if not any(isinstance(weight, (int, float)) and weight for weight in weights.values()):
        yield Problem("weights", weights, "at least one weight must differ from 0")


def _is_quantity(name: str) -> bool:
    try:
        return Formula(name).names == (name,)
    except FormulaError:
        return False


@dataclass(frozen=True, slots=True)
class Request:
    """One link from a piece of feedback to what it asks for. `voice` is who speaks, `at` when they said it; an
    importance that nobody stated is None."""

    voice: str
    importance: int | None
    at: datetime
    request_id: int = 0


def voices(requests: Iterable[Request]) -> dict[str, Request]:
    """The request that counts for each voice: everybody counts once, with what they said last.

    >>> from datetime import datetime
    >>> first, then = Request("contact 1", 3, datetime(2026, 5, 1)), Request("contact 1", 1, datetime(2026, 6, 1))
    >>> voices([then, first])["contact 1"].importance
    1
    """
    counted: dict[str, Request] = {}
    for request in sorted(requests, key=lambda request: (request.at, request.request_id)):
        counted[request.voice] = request
    return counted
