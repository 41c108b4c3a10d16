"""Scoring methods as declarations: a formula, the units of its quantities, and what confidence does."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from northing.expressions import Formula, Unit
from northing.science.estimates import CONFIDENCES


class Confidence(StrEnum):
    """What a stated confidence (say 80 %) does: it widens the estimates, or it is a factor, or it is not used."""

    WIDTH = "width"
    FACTOR = "factor"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class ScoringMethod:
    """How features are scored; a higher score is better.

    ``units`` gives the unit of each quantity of ``formula``; ``unit`` is the score's, ``None`` where the formula takes
    unlike quantities as plain numbers, which ``mixtures`` says. ``confidence`` says what to do with an imported
    confidence: with ``WIDTH`` the caller widens its estimates by ``width_of_confidence``, and the
    formula may then not use it as a factor too.

    >>> RICE.score({"reach": [400.0, 500.0], "impact": 2.0, "effort": 4.0})
    array([200., 250.])
    >>> RICE.unit
    Unit(people / person quarter week)
    """

    name: str
    label: str
    text: str
    units: Mapping[str, str] = field(hash=False)
    confidence: Confidence = Confidence.UNUSED
    formula: Formula = field(init=False, repr=False, compare=False)
    mixtures: tuple[str, ...] = field(init=False, repr=False, compare=False)
    unit: Unit | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        formula = Formula(self.text, known=self.units)
        object.__setattr__(self, "formula", formula)
        object.__setattr__(self, "mixtures", mixtures := formula.mixtures(self.units))
        object.__setattr__(self, "unit", None if mixtures else formula.unit(self.units))
        is_factor = "confidence" in formula.names
        if is_factor != (self.confidence is Confidence.FACTOR):
            raise ValueError(
                f"confidence of method {self.name!r} is {self.confidence.value!r}, but the formula"
                f" {'has' if is_factor else 'lacks'} it as a factor; it is a factor or a width, never both"
            )

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities the formula needs, sorted."""
        return self.formula.names

    def score(self, samples: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """Scores for samples of the quantities (arrays that broadcast to features x draws)."""
        return self.formula.evaluate(samples)


def custom(text: str, units: Mapping[str, str], name: str = "custom", label: str = "Custom formula") -> ScoringMethod:
    """A user's own formula; where it uses ``confidence``, that is a factor.

    ``units`` gives the unit of each quantity. Raises ValueError where the formula is none or names another quantity;
    that it adds unlike units is told by ``mixtures``.

    >>> method = custom("value / effort", {"value": "EUR", "effort": "weeks"})
    >>> method.score({"value": [6.0, 9.0], "effort": 3.0}), method.unit
    (array([2., 3.]), Unit(EUR / week))
    """
    is_factor = "confidence" in Formula(text, known=units).names
    return ScoringMethod(name, label, text, units, Confidence.FACTOR if is_factor else Confidence.UNUSED)


def weighted(weights: Mapping[str, float], name: str = "weighted", label: str = "Weighted score") -> ScoringMethod:
    """The weighted mean of criteria on one scale; a negative weight makes a criterion a cost.

    Raises ValueError for weights that are not finite, or all 0.

    >>> weighted({"value": 3, "fit": 1}).score({"value": [10.0, 0.0], "fit": 2.0})
    array([8. , 0.5])
    """
    total = sum(abs(weight) for weight in weights.values())
    if not (math.isfinite(total) and total > 0):
        raise ValueError(f"weights {dict(weights)}: they must be finite, and at least one must differ from 0")
    terms = " + ".join(f"{_written(weight / total)} * {criterion}" for criterion, weight in weights.items())
    return ScoringMethod(name, label, terms, dict.fromkeys(weights, ""))


def _written(number: float) -> str:
    return f"{number!r}" if number >= 0 else f"({number!r})"


def width_of_confidence(confidence: float) -> float:
    """The factor between the median and the 90 % quantile that an imported confidence stands for.

    100 % is "sure" (1.3), 80 % "fairly sure" (2), 50 % or less "a guess" (4); in between, its logarithm is
    interpolated.

    Raises ValueError for a confidence outside 0 to 1.

    >>> width_of_confidence(0.8), round(width_of_confidence(0.9), 3)
    (2.0, 1.612)
    """
    if not 0 <= confidence <= 1:
        raise ValueError(f"confidence {confidence}: must lie from 0 to 1 (0 to 100 %); divide percentages by 100")
    factors = [CONFIDENCES["guess"], CONFIDENCES["fairly sure"], CONFIDENCES["sure"]]
    return float(np.exp(np.interp(confidence, [0.5, 0.8, 1.0], np.log(factors))))


RICE = ScoringMethod(
    "rice",
    "RICE (confidence widens the estimates)",
    "reach * impact / effort",
    {"reach": "people/quarter", "impact": "", "effort": "person-weeks"},
    Confidence.WIDTH,
)
CLASSIC_RICE = ScoringMethod(
    "classic_rice",
    "Classic RICE",
    "reach * impact * confidence / effort",
    {"reach": "people/quarter", "impact": "", "confidence": "%", "effort": "person-weeks"},
    Confidence.FACTOR,
)
ICE = ScoringMethod(
    "ice",
    "ICE",
    "impact * confidence * ease",
    {"impact": "", "confidence": "", "ease": ""},
    Confidence.FACTOR,
)
WSJF = ScoringMethod(
    "wsjf",
    "Weighted shortest job first",
    "(business_value + time_criticality + risk_reduction) / job_size",
    dict.fromkeys(["business_value", "time_criticality", "risk_reduction", "job_size"], "points"),
)
VALUE_EFFORT = ScoringMethod(
    "value_effort",
    "Value per effort",
    "value / effort",
    {"value": "EUR", "effort": "person-weeks"},
)
COST_OF_DELAY = ScoringMethod(
    "cost_of_delay",
    "Cost of delay by duration (CD3)",
    "cost_of_delay / duration",
    {"cost_of_delay": "EUR/week", "duration": "weeks"},
)
OPPORTUNITY = ScoringMethod(
    "opportunity",
    "Opportunity score",
    "importance + max(importance - satisfaction, 0)",
    {"importance": "points", "satisfaction": "points"},
)
METHODS = {method.name: method for method in (RICE, CLASSIC_RICE, ICE, WSJF, VALUE_EFFORT, COST_OF_DELAY, OPPORTUNITY)}
