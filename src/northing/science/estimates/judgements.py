"""What a size, a confidence or a bare number means as three quantiles."""

import math
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from northing.science.estimates.triples import Triple
from northing.science.estimates.wording import format_number, format_range

DAYS_A_WEEK: Final = 5


class Kind(StrEnum):
    """On what a guess rests."""

    NUMBER = "number"
    SIZE = "size"
    CONFIDENCE = "confidence"
    RANGE = "range"
    TRIPLE = "triple"


@dataclass(frozen=True, slots=True)
class Guess:
    """Three quantiles, what they rest on (``kind``), that as a sentence (``basis``), and what was mended."""

    triple: Triple
    kind: Kind
    basis: str
    notes: tuple[str, ...] = ()

    @property
    def assumed(self) -> bool:
        """Whether the width was taken over from a habit rather than said: drawn hatched."""
        return self.kind in (Kind.NUMBER, Kind.SIZE)


@dataclass(frozen=True, slots=True)
class Record:
    """How actual values came out against bare numbers: quantiles of actual / estimate, and whose they are."""

    p10: float = 0.6
    p50: float = 1.0
    p90: float = 1.8
    whose: str = "such numbers"

    def __post_init__(self) -> None:
        if not 0 < self.p10 <= self.p50 <= self.p90 < float("inf"):
            raise ValueError(
                f"ratios {self.p10}, {self.p50}, {self.p90} must be above 0 and must not fall: "
                "give the 10 %, 50 % and 90 % quantile of actual / estimate"
            )


USUAL_RECORD: Final = Record()

_W = DAYS_A_WEEK
SIZES: Final = MappingProxyType(
    {
        "XS": Triple(0.5, 1, 2.5),
        "S": Triple(2, 4, 8),
        "M": Triple(1 * _W, 2 * _W, 4 * _W),
        "L": Triple(3 * _W, 6 * _W, 12 * _W),
        "XL": Triple(8 * _W, 16 * _W, 32 * _W),
        "XXL": Triple(20 * _W, 40 * _W, 80 * _W),
    }
)
_TOO_LARGE: Final = ("XL", "XXL")

CONFIDENCES: Final = MappingProxyType({"sure": 1.3, "fairly sure": 2.0, "guess": 4.0})


def from_number(value: float, record: Record = USUAL_RECORD) -> Guess:
    """A bare number, in any unit, widened by how such numbers came out so far.

    Raises ValueError for a number that is not finite.

    >>> guess = from_number(5)
    >>> guess.triple, guess.basis
    (Triple(p10=3.0, p50=5.0, p90=9.0), '5: such numbers usually end between 3 and 9')
    """
    triple = _triple(value * record.p10, value * record.p50, value * record.p90)
    low, high = format_number(triple.p10), format_number(triple.p90)
    end = f" usually end between {low} and {high}" if low != high else ""
    return Guess(triple, Kind.NUMBER, f"{format_number(value)}: {record.whose}{end}")


def from_size(name: str) -> Guess:
    """A size of ``SIZES``, in working days. Raises ValueError for any other name.

    >>> from_size("M").basis
    'size M: 10 (5–20) days'
    """
    size = name.strip().upper()
    if size not in SIZES:
        raise ValueError(f"size {name!r} is none of {', '.join(SIZES)}")
    notes = (f"{size} is more than 8 weeks of work: split it?",) if size in _TOO_LARGE else ()
    return Guess(SIZES[size], Kind.SIZE, f"size {size}: {format_range(SIZES[size])} days", notes)


def from_confidence(value: float, confidence: str) -> Guess:
    """A number with a one-click confidence: it may be off by the factor of ``CONFIDENCES`` either way.

    Raises ValueError for a confidence that is none of these, and a number that is not finite.

    >>> from_confidence(6, "fairly sure").triple
    Triple(p10=3.0, p50=6.0, p90=12.0)
    """
    if confidence not in CONFIDENCES:
        raise ValueError(f"confidence {confidence!r} is none of {', '.join(CONFIDENCES)}")
    factor = CONFIDENCES[confidence]
    triple = _triple(value / factor, value, value * factor)
    return Guess(triple, Kind.CONFIDENCE, f"{format_number(value)}, {confidence}: ÷ and × {factor:g}")


def _triple(p10: float, p50: float, p90: float) -> Triple:
    """Fifteen digits, so that 5 x 0.6 is 3; in order for a negative number too."""
    if not (math.isfinite(p10) and math.isfinite(p90)):
        raise ValueError(f"the range from {p10} to {p90} has no end: give a finite number, or leave the estimate out")
    return Triple(*sorted(float(f"{value:.15g}") for value in (p10, p50, p90)))
