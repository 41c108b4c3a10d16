"""Invented outcomes for the tests of this folder."""

from collections.abc import Sequence
from datetime import date, timedelta

from northing.science.calibration import History, Outcome, Question
from northing.science.estimates import Triple

FIRST_DAY = date(2024, 1, 1)


def question(
    day: int, who: str = "B-7", *, group: str = "app", quantity: str = "days", likely: float = 5.0
) -> Question:
    """A bare number, given so many days after the first."""
    return Question(FIRST_DAY + timedelta(day), who, group, quantity, Triple(likely, likely, likely))


def outcomes(ratios: Sequence[float], who: str = "B-7", *, likely: float = 5.0) -> list[Outcome]:
    """One outcome a day, each so many times what was estimated."""
    return [Outcome(question(day, who, likely=likely), likely * float(ratio)) for day, ratio in enumerate(ratios)]


def history(ratios: Sequence[float], who: str = "B-7", *, likely: float = 5.0) -> History:
    """``outcomes`` as a history."""
    return History.of(outcomes(ratios, who, likely=likely))
