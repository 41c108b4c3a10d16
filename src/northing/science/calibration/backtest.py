"""What the forecasts would have been, day by day, with nothing known but earlier outcomes."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from northing.science.calibration.history import History
from northing.science.calibration.likeness import DEFAULTS, Settings, Subject, weights
from northing.science.calibration.recalibration import GRID, ratios, sorting
from northing.science.calibration.scores import FloatArray, pinball

LEVELS: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_CREDIT, _MOST_LEAD = 3.0, 8.0  # what likeness is trusted before it has shown anything, and how far a lead counts
_LONGEST: Final = 20_000  # outcomes looked back on: older ones would change nothing but the time it takes


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """Forecasts of ln(actual / likely value) for each of the n outcomes of ``history``, in its order.

    ``below`` and ``at_most`` (n) are the forecast chances of less than, and of at most, what happened,
    ``quantiles`` (n x 11) those at ``LEVELS``, ``exact`` (n) the chance of exactly as estimated;
    ``correction`` is the feedback curve to use for the next forecast, ``plain`` the share that the plain
    distribution of all ratios gets in it.
    """

    history: History
    below: FloatArray
    at_most: FloatArray
    quantiles: FloatArray
    exact: FloatArray
    correction: FloatArray
    plain: float


def backtest(history: History, settings: Settings = DEFAULTS) -> Backtest:
    """Forecast every outcome from those of earlier days, corrected by how the forecasts so far came out.

    The correction is the mean of past non-randomised transforms (Czado, Gneiting, Held 2009) as a function of
    the chance: what happened with a stated chance of at most p in the share c(p) of cases gets the chance c(p)
    from then on (Kuleshov, Fenner, Ermon 2018). Where likeness has not paid so far, the forecast leans towards the
    plain distribution of all ratios (an exponentially weighted average of the two; Vovk 1990).

    >>> from datetime import date, timedelta
    >>> from northing.science.calibration.history import Outcome, Question
    >>> from northing.science.estimates import Triple
    >>> asked = [Question(date(2024, 1, 1) + timedelta(i), "B-7", "app", "days", Triple(5, 5, 5)) for i in range(90)]
    >>> found = backtest(History.of([Outcome(question, 10.0) for question in asked]))
    >>> np.exp(found.quantiles[[0, -1], LEVELS.index(0.5)]).round(1).tolist()  # before anything is known, and after
    [1.0, 2.0]
    """
    n = len(history)
    chances, exact, quantiles = np.zeros((n, 2)), np.zeros(n), np.zeros((n, len(LEVELS)))
    feedback, contest = _Feedback(settings), _Contest()
    days, firsts, counts = np.unique(history.day, return_index=True, return_counts=True)
    for day, first, count in zip(days.tolist(), firsts, counts, strict=True):
        known = history.part(slice(max(0, first - _LONGEST), first))
        order, curve, plain = sorting(known.errors[1]), feedback.curve(day), contest.plain
        yardstick = np.quantile(known.errors[1], LEVELS) if first else np.zeros(len(LEVELS))
        for row in range(first, first + count):
            weighed = weights(known, _subject(history, row), settings)
            alike = ratios(known.errors[1], weighed, order)
            raw = ratios(known.errors[1], weighed.mixed(plain), order)
            feedback.add(*raw.between(float(history.errors[1, row])))
            final = raw.corrected(curve)
            chances[row] = final.between(float(history.errors[1, row]))
            quantiles[row] = final.quantile(LEVELS)
            short, spike = final.between(0.0)
            exact[row] = spike - short
            contest.add(float(history.errors[1, row]), alike.corrected(curve).quantile(LEVELS), yardstick)
    below, at_most = chances.T
    return Backtest(
        history, below, at_most, quantiles, exact, feedback.curve(int(days[-1]) + 1 if n else 0), contest.plain
    )


class _Feedback:
    """The running mean of past transforms, older ones fading with the settings' memory."""

    def __init__(self, settings: Settings) -> None:
        self._memory, self._trust = settings.memory_days, settings.feedback
        self._sum, self._weight, self._squares = np.zeros_like(GRID), 0.0, 0.0
        self._day = 0

    def curve(self, day: int) -> FloatArray:
        """The correction to use on ``day``; forecasts added so far are of earlier days."""
        fading = float(np.exp((self._day - day) / self._memory))
        self._day = day
        self._sum, self._weight, self._squares = (
            self._sum * fading,
            self._weight * fading,
            self._squares * fading**2,
        )
        if not self._weight > 0:
            return GRID
        effective = self._weight**2 / self._squares
        return (effective * self._sum / self._weight + self._trust * GRID) / (effective + self._trust)

    def add(self, below: float, at_most: float) -> None:
        """A forecast of today that gave what happened these chances."""
        width = max(at_most - below, 1e-12)
        self._sum = self._sum + np.clip((GRID - below) / width, 0.0, 1.0)
        self._weight += 1.0
        self._squares += 1.0


class _Contest:
    """How the forecasts so far did beside the plain quantiles of all earlier ratios."""

    def __init__(self) -> None:
        self._lead, self._loss, self._count = -_CREDIT, 0.0, 0

    @property
    def plain(self) -> float:
        """The share of the plain distribution in the next forecast."""
        return float(1 / (1 + np.exp(-self._lead)))

    def add(self, happened: float, forecast: FloatArray, yardstick: FloatArray) -> None:
        """What happened, and the quantiles that both had for it."""
        losses = [pinball([happened], quantiles[None], LEVELS) for quantiles in (forecast, yardstick)]
        self._count += 1
        self._loss += losses[1]
        gained = (losses[0] - losses[1]) * self._count / max(self._loss, 1e-12)
        self._lead = float(np.clip(self._lead + gained, -_MOST_LEAD, _MOST_LEAD))


def _subject(history: History, row: int) -> Subject:
    columns = (history.day, history.who, history.group, history.quantity)
    day, who, group, quantity = (int(column[row]) for column in columns)
    return Subject(day, who, group, quantity, float(history.size[row]))


def global_quantiles(history: History) -> FloatArray:
    """The yardstick: for each outcome the plain quantiles (n x 11) of all ratios of earlier days.

    Before the first outcome is known they are 0: as estimated.

    >>> global_quantiles(History.of([])).shape
    (0, 11)
    """
    quantiles = np.zeros((len(history), len(LEVELS)))
    _, firsts, counts = np.unique(history.day, return_index=True, return_counts=True)
    for first, count in zip(firsts[1:], counts[1:], strict=True):
        quantiles[first : first + count] = np.quantile(history.errors[1, :first], LEVELS)
    return quantiles
