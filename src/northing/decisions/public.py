"""What later modules may call."""

from __future__ import annotations

from northing.decisions.actions import (
    enter_estimate,
    enter_estimates,
    perform,
    remove_measures,
    repeat,
    store_run,
    write_measures,
)
from northing.decisions.asking import ask_about, cost_in_words, cost_of_a_week
from northing.decisions.attention import Ask, AttentionItem, attention_provider
from northing.decisions.cards import delegate, refresh_attention, replace_attention, snooze, wait_for
from northing.decisions.columns import estimate_text, measure_column
from northing.decisions.deciding import add_evidence, decide, open_decision, remove_evidence, reopen
from northing.decisions.entries import estimate_column, estimate_typed
from northing.decisions.jobs import is_refreshing
from northing.decisions.joining import estimates_joined
from northing.decisions.panels import draw_value, estimates_panel
from northing.decisions.planning import MEASURED, can_be_read, is_doubtful, scores_before
from northing.decisions.quantities import EFFECT, KNOWN, Quantity, effect_on, is_quantity, quantity_named
from northing.decisions.queries import (
    EstimateLine,
    cards,
    cards_elsewhere,
    current_run,
    decisions_about,
    effects,
    estimates_of,
    evidence_of,
    fired_triggers,
    has_estimates,
    measured_names,
    measures_of,
    measures_on,
    others_estimates,
    own_entries,
    own_estimates,
    records_measured,
    runs_of,
    score_of,
    scorecard,
    scores_on,
)
from northing.decisions.rules import MeasureValue
from northing.decisions.runs import Outcome, Recipe, RunKind, register_run_kind
from northing.decisions.scoring import Score, pinball, record_in_words, score

__all__ = [
    "EFFECT",
    "KNOWN",
    "MEASURED",
    "Ask",
    "AttentionItem",
    "EstimateLine",
    "MeasureValue",
    "Outcome",
    "Quantity",
    "Recipe",
    "RunKind",
    "Score",
    "add_evidence",
    "ask_about",
    "attention_provider",
    "can_be_read",
    "cards",
    "cards_elsewhere",
    "cost_in_words",
    "cost_of_a_week",
    "current_run",
    "decide",
    "decisions_about",
    "delegate",
    "draw_value",
    "effect_on",
    "effects",
    "enter_estimate",
    "enter_estimates",
    "estimate_column",
    "estimate_text",
    "estimate_typed",
    "estimates_joined",
    "estimates_of",
    "estimates_panel",
    "evidence_of",
    "fired_triggers",
    "has_estimates",
    "is_doubtful",
    "is_quantity",
    "is_refreshing",
    "measure_column",
    "measured_names",
    "measures_of",
    "measures_on",
    "open_decision",
    "others_estimates",
    "own_entries",
    "own_estimates",
    "perform",
    "pinball",
    "quantity_named",
    "record_in_words",
    "records_measured",
    "register_run_kind",
    "remove_evidence",
    "refresh_attention",
    "remove_measures",
    "reopen",
    "repeat",
    "replace_attention",
    "runs_of",
    "score",
    "score_of",
    "scorecard",
    "scores_before",
    "scores_on",
    "snooze",
    "store_run",
    "wait_for",
    "write_measures",
]
