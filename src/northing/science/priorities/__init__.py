"""Which ranks are certain, and what drives them? Scores, rank distributions and their plain words."""

from northing.science.priorities.answers import (
    Kano,
    KanoClass,
    Moscow,
    MoscowClass,
    MoscowResult,
    kano,
    moscow,
    opportunity_samples,
)
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
from northing.science.priorities.pairwise import Comparison, compare
from northing.science.priorities.people import Contested, Together, rank_together
from northing.science.priorities.prioritise import Priorities, Samples, prioritise
from northing.science.priorities.ranking import Ranker, Ranking, rank
from northing.science.priorities.sensitivity import SobolIndex, shapley_effects, sobol_indices
from northing.science.priorities.stability import Stability, stability
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
    "Comparison",
    "Confidence",
    "Contested",
    "Driver",
    "Group",
    "Kano",
    "KanoClass",
    "Moscow",
    "MoscowClass",
    "MoscowResult",
    "Priorities",
    "Ranker",
    "Ranking",
    "Samples",
    "ScoringMethod",
    "SobolIndex",
    "Stability",
    "Together",
    "Verdict",
    "compare",
    "custom",
    "in_words",
    "kano",
    "moscow",
    "opportunity_samples",
    "prioritise",
    "rank",
    "rank_together",
    "shapley_effects",
    "sobol_indices",
    "stability",
    "verdict",
    "weighted",
    "width_of_confidence",
]
