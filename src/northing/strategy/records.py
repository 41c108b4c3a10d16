"""The record types of this module, and the columns that say where goals stand."""

from __future__ import annotations

from dataclasses import replace

from northing.decisions.public import measure_column
from northing.insight.public import refuse_cycles
from northing.kit.extensions import extensions
from northing.kit.measured import Measured
from northing.kit.record_types import RecordType, registry
from northing.kit.specifying import specify
from northing.strategy import actions
from northing.strategy.models import DataPoint, Initiative, KeyResult, Metric, Objective
from northing.strategy.rules import (
    check_data_point,
    check_initiative,
    check_key_result,
    check_period,
    metric_first_named,
)
from northing.ui import cells, formats

OBJECTIVE = RecordType(
    model=Objective,
    name="objective",
    prefix="OB",
    icon="target",
    fields=("title", "why", "status", "period_start", "period_end", "product", "parent"),
    columns=("title", "status", "product", "period_end", "owner"),
    filters=("status", "product", "parent", "period_end"),
    sorts=("title", "period_end"),
    search=("why",),
    natural_key="title",
    tones={
        "status": {"draft": "neutral", "active": "accent", "achieved": "good", "missed": "bad", "dropped": "neutral"}
    },
    check=check_period,
    after=refuse_cycles,
    hint="Where you want to be by the end of a period; key results say how you would know.",
)

METRIC = RecordType(
    model=Metric,
    name="metric",
    prefix="M",
    icon="chart-line",
    title="name",
    fields=("name", "definition", "unit", "direction", "role", "source"),
    columns=("name", actions.CURRENT, "unit", "role", "direction", "owner"),
    filters=("role", "direction", "source"),
    sorts=("name",),
    default_sort="name",
    search=("definition",),
    natural_key="name",
    unique=("name",),
    tones={"role": {"north_star": "violet", "goal": "accent", "guardrail": "warn", "driver": "neutral"}},
    after=actions.settle_metrics,
    hint="A number you watch: what it counts, and which way is better.",
)

DATA_POINT = RecordType(
    model=DataPoint,
    name="data_point",
    prefix="DP",
    icon="circle-dot",
    title="at",
    fields=("metric", "at", Measured(name="value", label="Value", required=True), "note"),
    columns=("metric", "at", "value", "note"),
    filters=("metric", "at"),
    sorts=("at",),
    default_sort="-at",
    part_of="metric",
    check=check_data_point,
    after=actions.settle_data_points,
    in_menu=False,
    hint="What a metric was on one day.",
)

KEY_RESULT = RecordType(
    model=KeyResult,
    name="key_result",
    prefix="KR",
    icon="goal",
    fields=(
        "objective",
        "title",
        specify(
            KeyResult,
            "metric",
            makes=True,
            made_with=metric_first_named,
            help="A new one may be named with its unit: Churn, % or Load time (ms).",
        ),
        Measured(name="baseline", label="Baseline", required=True, help="Where the metric stood at the start."),
        Measured(name="target", label="Target", required=True),
        "due",
    ),
    columns=("title", "objective", "metric", "baseline", "target", actions.PROGRESS, "due", "owner"),
    filters=("objective", "metric", "due"),
    sorts=("title", "due"),
    part_of="objective",
    check=check_key_result,
    after=actions.settle_key_results,
    hint="How far a metric should get for its objective to be reached.",
)

INITIATIVE = RecordType(
    model=Initiative,
    name="initiative",
    prefix="IN",
    icon="rocket",
    fields=("title", "why", "objective", "share", "period_start", "period_end"),
    columns=("title", "objective", "share", "period_end", "owner"),
    filters=("objective", "period_end"),
    sorts=("title", "period_end"),
    search=("why",),
    natural_key="title",
    check=check_initiative,
    hint="A bet: work that goes together, and the share of capacity you aim at it.",
)

registry.register(OBJECTIVE, METRIC, DATA_POINT, KEY_RESULT, INITIATIVE)
_now = measure_column(actions.CURRENT, "Now", of="metric")
extensions.add_column("metric", replace(_now, cell=lambda shown: _now.cell(shown) if shown else cells.EMPTY))
extensions.add_column(
    "key_result",
    replace(
        measure_column(actions.PROGRESS, "Progress", of="key_result"),
        cell=lambda shown: cells.progress(shown.value.p50 if shown else None),
        text=lambda shown: formats.percent(shown.value.p50) if shown else "",
    ),
)
