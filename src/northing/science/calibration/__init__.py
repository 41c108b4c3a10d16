"""How good estimates are, and how the next one should be widened or shifted; on NumPy alone."""

from northing.science.calibration.backtest import LEVELS, Backtest, backtest, global_quantiles
from northing.science.calibration.history import History, Outcome, Question
from northing.science.calibration.likeness import Settings
from northing.science.calibration.recalibration import Ratios, expected_ratios, recalibrated, record_for
from northing.science.calibration.scores import brier, coverage, crps, pinball, randomised_pit
from northing.science.calibration.verdicts import Verdict, verdict

__all__ = [
    "LEVELS",
    "Backtest",
    "History",
    "Outcome",
    "Question",
    "Ratios",
    "Settings",
    "Verdict",
    "backtest",
    "brier",
    "coverage",
    "crps",
    "expected_ratios",
    "global_quantiles",
    "pinball",
    "randomised_pit",
    "recalibrated",
    "record_for",
    "verdict",
]
