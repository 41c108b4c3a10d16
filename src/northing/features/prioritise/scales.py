"""The questions of the sizing grid, and the five steps that its keys 1 to 5 choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scale: what stands on it, what it enters as the estimate, and what it means."""

    label: str
    entered: str
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """What is asked of each feature, how to answer, and five steps; none for what has no usual scale.

    `question` may hold `{currency}`.
    """

    question: str
    help: str = "A number such as 5, a range such as 3-9, or 5 sure."
    steps: tuple[Step, ...] = ()


def _points(question: str, low: str, high: str) -> Scale:
    marks = ("1", "2", "3", "5", "8")
    words = (low, "little", "some", "much", high)
    steps = tuple(Step(mark, mark, said) for mark, said in zip(marks, words, strict=True))
    return Scale(question, f"Points, each feature against the others: 1 {low}, 8 {high}.", steps)


TABS: Final = ("effort", "reach", "impact", "value", "confidence")
"""The quantities that the grid always offers."""
SCALES: Final[Mapping[str, Scale]] = MappingProxyType(
    {
        "effort": Scale(
            "How much work is it?",
            "A size is a range, wide enough to be right. Or type days or weeks: 3-9, 2w, 5 sure.",
            (
                Step("XS", "XS", "up to 2 days"),
                Step("S", "S", "2 to 8 days"),
                Step("M", "M", "1 to 4 weeks"),
                Step("L", "L", "3 to 12 weeks"),
                Step("XL", "XL", "8 to 32 weeks; split it?"),
            ),
        ),
        "reach": Scale(
            "How many people does it touch in a quarter?",
            "The order of magnitude will do. Or type a number: 500, 300-800 or 500 sure.",
            (
                Step("10s", "10-100", "10 to 100 people"),
                Step("100s", "100-1000", "100 to 1,000 people"),
                Step("1,000s", "1000-10000", "1,000 to 10,000 people"),
                Step("10 k", "10000-100000", "10,000 to 100,000 people"),
                Step("100 k", "100000-1000000", "100,000 to 1,000,000 people"),
            ),
        ),
        "impact": Scale(
            "How much does it do for each of them?",
            "Next to your other features. Or type a number or a range: 0.5-2.",
            (
                Step("Tiny", "0.25", "minimal: 0.25"),
                Step("Low", "0.5", "low: 0.5"),
                Step("Mid", "1", "medium: 1"),
                Step("High", "2", "high: 2"),
                Step("Huge", "3", "massive: 3"),
            ),
        ),
        "value": Scale(
            "What is it worth in all, in {currency}?",
            "The order of magnitude will do. Or type an amount: 20k, 10k-50k or 20k sure.",
            (
                Step("1,000", "500-2000", "500 to 2,000"),
                Step("5,000", "2000-10000", "2,000 to 10,000"),
                Step("20 k", "10000-50000", "10,000 to 50,000"),
                Step("100 k", "50000-200000", "50,000 to 200,000"),
                Step("500 k", "200000-1000000", "200,000 to 1,000,000"),
            ),
        ),
        "confidence": Scale(
            "How sure are you of its other numbers?",
            "Or type a share: 60 %.",
            (
                Step("10 %", "5-10-20 %", "a hope"),
                Step("30 %", "20-30-40 %", "a guess"),
                Step("50 %", "40-50-60 %", "some signs"),
                Step("80 %", "70-80-90 %", "good evidence"),
                Step("100 %", "100 % sure", "measured"),
            ),
        ),
        "ease": _points("How easy is it?", "hard", "easy"),
        "business_value": _points("What is it worth to the business?", "least", "most"),
        "time_criticality": _points("How much does it lose by waiting?", "least", "most"),
        "risk_reduction": _points("How much risk does it take away, or make possible?", "least", "most"),
        "job_size": _points("How large is the job?", "smallest", "largest"),
        "cost_of_delay": Scale("What does each week of waiting cost, in {currency}?"),
    }
)
