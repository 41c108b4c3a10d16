"""The record types of this module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from northing.decisions import deciding_panel, jobs
from northing.decisions.deciding_form import OF_ONE, ROLES
from northing.decisions.fields import Limits, Options
from northing.decisions.models import Decision, Estimate
from northing.decisions.planning import check_estimate
from northing.decisions.quantities import quantity_named, spelled
from northing.decisions.rules import check_decision
from northing.kit.fields import Text
from northing.kit.people import People
from northing.kit.record_types import RecordType, registry
from northing.kit.specifying import specify


@dataclass(frozen=True, kw_only=True)
class QuantityName(Text):
    """The name of a quantity; `Lead time` is taken for `lead_time`."""

    def parse(self, value: Any) -> str:
        return spelled(super().parse(value))


ESTIMATE = RecordType(
    model=Estimate,
    name="estimate",
    prefix="E",
    icon="gauge",
    title="quantity",
    say_title=lambda name: quantity_named(name).label,
    about="about",
    fields=(
        "about",
        QuantityName(
            name="quantity",
            label="Quantity",
            required=True,
            longest=60,
            help="Such as effort, reach, value, cost or confidence.",
        ),
        "entered",
        "p10",
        "p50",
        "p90",
        "unit",
        "method",
        "author",
        "basis",
    ),
    columns=("about", "quantity", "entered", "p10", "p50", "p90", "unit", "author", "method", "created_at"),
    filters=("quantity", "method", "author"),
    sorts=("quantity",),
    search=("entered", "basis"),
    check=check_estimate,
    after=jobs.settle_estimates,
    in_menu=False,
    when_moved="Estimates of different people stay apart. Of two by one person, or from files, the later counts.",
    hint="What people and models think a number will be, each kept apart, with its range.",
)

DECISION = RecordType(
    model=Decision,
    name="decision",
    prefix="D",
    icon="scale",
    title="question",
    fields=(
        "question",
        "context",
        specify(Decision, "options", Options),
        "choice",
        "status",
        "forecast",
        specify(Decision, "roles", People, parts=ROLES, of_one=OF_ONE),
        "review_at",
        specify(Decision, "triggers", Limits),
        "supersedes",
        "outcome",
        "outcome_at",
    ),
    columns=("question", "status", "choice", "owner", "review_at"),
    filters=("status", "review_at"),
    sorts=("question", "review_at"),
    search=("context", "choice", "forecast", "outcome"),
    tones={"status": {"open": "warn", "decided": "good", "superseded": "neutral"}},
    check=check_decision,
    after=jobs.settle_decisions,
    asked=("question", "context"),
    maker_owns=True,
    goes_on="decide",
    hint="What was decided, on what evidence, and what would make you look at it again.",
)

registry.register(ESTIMATE, DECISION)
deciding_panel.register()
