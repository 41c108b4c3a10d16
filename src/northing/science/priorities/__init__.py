"""Which ranks are certain, and what drives them? Scores, rank distributions and their plain words."""

from northing.science.priorities.drivers import Driver
from northing.science.priorities.methods import (
    CLASSIC_RICE,
    COST_OF_DELAY,
    ICE,
    METHODS,
    OPPORTUNITY,
    RICE,
    VALUE_EFFORT,
    WSJF,
    Confidence,
    ScoringMethod,
    custom,
    weighted,
    width_of_confidence,
)
from northing.science.priorities.prioritise import Priorities, Samples, prioritise
from northing.science.priorities.ranking import Ranker, Ranking, rank
from northing.science.priorities.verdicts import CLEAR, CLOSE, Group, Verdict, in_words, verdict

__all__ = [
    "CLASSIC_RICE",
    "CLEAR",
    "CLOSE",
    "COST_OF_DELAY",
    "ICE",
    "METHODS",
    "OPPORTUNITY",
    "RICE",
    "VALUE_EFFORT",
    "WSJF",
    "Confidence",
    "Driver",
    "Group",
    "Priorities",
    "Ranker",
    "Ranking",
    "Samples",
    "ScoringMethod",
    "Verdict",
    "custom",
    "in_words",
    "prioritise",
    "rank",
    "verdict",
    "weighted",
    "width_of_confidence",
]
