"""How much each outcome says about the next estimate: partial pooling from everybody down to one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from northing.science.calibration.history import History, Question
from northing.science.calibration.scores import FloatArray
from northing.science.estimates.judgements import USUAL_RECORD
from northing.science.estimates.triples import fit_triple

_MANY: Final = 2_000  # outcomes from which the settings' own width is used
_REMEMBERED: Final = 600  # outcomes that the memory reaches back over at least
_PRIOR_POINTS: Final = 25  # such that the quantiles that define the usual record are points of it


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts as alike.

    ``size_width``: estimates that differ by this factor (as a logarithm) count 0.6 as much; ``memory_days``: an
    outcome that old counts 0.37 as much; ``pooling``: so many outcomes of one's own weigh as much as all that is
    known from others; ``feedback``: so many past forecasts weigh as much as trust in the forecasts as they are.

    Where little is known more counts as alike: the width and the memory are the least ones (see ``reach``).
    """

    size_width: float = 0.5
    memory_days: float = 250.0
    pooling: float = 30.0
    feedback: float = 40.0

    def __post_init__(self) -> None:
        for name in ("size_width", "memory_days", "pooling", "feedback"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}: it must be above 0")


DEFAULTS: Final = Settings()


class Subject(NamedTuple):
    """A question in the codes of a history: day, who, group, quantity and logarithm of the likely value."""

    day: int
    who: int
    group: int
    quantity: int
    size: float


def subject(history: History, question: Question) -> Subject:
    """The question in the history's codes; a name that the history does not know is -1."""
    code = history.names.get
    return Subject(
        question.day.toordinal(),
        code(question.who, -1),
        code(question.group, -1),
        code(question.quantity, -1),
        float(np.log(question.estimate.p50)),
    )


class Weights(NamedTuple):
    """Shares that sum to 1: that of the usual record, and that of each outcome."""

    prior: float
    outcomes: FloatArray

    def mixed(self, plain: float) -> "Weights":
        """The same with the share ``plain`` given to all outcomes equally.

        >>> Weights(0.5, np.array([0.5, 0.0])).mixed(0.2)
        Weights(prior=0.4, outcomes=array([0.5, 0.1]))
        """
        if not len(self.outcomes):
            return self
        return Weights((1 - plain) * self.prior, (1 - plain) * self.outcomes + plain / len(self.outcomes))


def weights(history: History, asked: Subject, settings: Settings = DEFAULTS) -> Weights:
    """How much each of the n outcomes counts towards the question.

    A chain of ever closer likeness: all outcomes, the same quantity, about the same size, recent, the same
    group, the same person; it ends where nothing is alike. Each link takes the share m / (m + pooling) from the
    ones before, where m is its effective number of outcomes (Kish 1965): partial pooling as for normal means
    (Efron and Morris 1975), on whole distributions. With no outcome at all, the usual record is left.
    """
    weight = np.ones(len(history))
    pooled, prior = np.zeros(len(history)), 1.0
    for likeness in _likenesses(history, asked, settings):
        weight = weight * likeness
        total = weight.sum()
        if not total > 1e-12:
            break
        effective = total**2 / (weight @ weight)
        share = effective / (effective + settings.pooling)
        pooled = (1 - share) * pooled + share / total * weight
        prior *= 1 - share
    return Weights(prior, pooled)


def reach(history: History, day: int, settings: Settings) -> tuple[float, float]:
    """The width in size and the memory in days that suit what is known on ``day`` (an ordinal).

    The width falls with the fifth root of the number of outcomes, as that of a kernel estimate does (Silverman 1986,
    section 3.4), down to the settings' own; the memory reaches back over so many outcomes at least.

    >>> reach(History.of([]), 738_000, Settings())
    (0.5, 250.0)
    """
    count = len(history)
    if not count:
        return settings.size_width, settings.memory_days
    width = settings.size_width * max(1.0, (_MANY / count) ** 0.2)
    return width, max(settings.memory_days, float(day - history.day[max(0, count - _REMEMBERED)]))


def _likenesses(history: History, asked: Subject, settings: Settings) -> Iterator[FloatArray]:
    width, memory = reach(history, asked.day, settings)
    yield np.ones(len(history))
    yield (history.quantity == asked.quantity).astype(float)
    yield np.exp(-(((history.size - asked.size) / width) ** 2) / 2)
    yield np.exp((history.day - asked.day) / memory)
    yield (history.group == asked.group).astype(float)
    yield (history.who == asked.who).astype(float)


@cache
def usual_ratios() -> FloatArray:
    """Logarithms of actual / estimate that stand for the usual record, in order; one is exactly 0."""
    usual = fit_triple(USUAL_RECORD.p10, USUAL_RECORD.p50, USUAL_RECORD.p90)
    chances = (np.arange(_PRIOR_POINTS) + 0.5) / _PRIOR_POINTS
    return np.log(usual.distribution.quantile(chances).round(12))
