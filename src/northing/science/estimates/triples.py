"""Three quantiles to a distribution that goes through them, whatever they are."""

import math
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from northing.science.estimates.distributions import LineDistribution, TwoPieceNormal
from northing.science.estimates.johnson import johnson
from northing.science.estimates.metalog import Metalog, feasible_share, three_terms
from northing.science.estimates.scales import Scale
from northing.science.estimates.wording import format_number, format_range

# Two quantiles nearer than this share of the width are one: a curve between them would be all rounding.
_MEET: Final = 1e-12

Form = Literal["metalog", "johnson", "two-piece", "exact"]


class Triple(NamedTuple):
    """Low, likely and high: the 10 %, 50 % and 90 % quantile of one person's belief."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A distribution through a triple, and how it came about.

    ``triple`` is what the distribution meets, after mending; ``form`` the family that was used; ``notes`` are
    sentences to show: what was put in order, and which fall-back was taken.
    """

    triple: Triple
    distribution: LineDistribution
    form: Form
    notes: tuple[str, ...] = ()


def fit_triple(p10: float, p50: float, p90: float, *, lower: float | None = 0.0, upper: float | None = None) -> Fit:
    """The distribution that a person's P10, P50 and P90 stand for; it meets them to 1e-9 of their size.

    A three-term metalog between ``lower`` and ``upper`` (default: nothing below 0, as for effort) where one
    goes through the values (``feasible_share``), a J-QPD where none does. Two equal values leave half of the
    chance on one value, three leave all of it. A value at a bound is met by cutting the distribution off
    there. Contradictions are mended, not refused. Raises ValueError where a value is no number or the bounds
    are empty.

    Metalog: Keelin (2016), section 6.2; J-QPD: Hadlock and Bickel (2017).

    >>> fit = fit_triple(3, 5, 9)
    >>> fit.form, [round(float(x), 9) for x in fit.distribution.quantile([0.1, 0.5, 0.9])]
    ('metalog', [3.0, 5.0, 9.0])
    >>> fit_triple(9, 5, 3).notes
    ('Put in order: low 3, likely 5, high 9.',)
    """
    Scale(lower, upper)  # raises where they are no bounds
    triple, notes = _mended((p10, p50, p90), lower, upper)
    scale = _scale(triple, lower, upper)
    distribution, form = _through(triple, scale)
    return Fit(triple, distribution, form, (*notes, *_explained(triple, scale, form)))


def _explained(triple: Triple, scale: Scale, form: Form) -> list[str]:
    notes = []
    likely = format_number(triple.p50)
    if form == "johnson":
        notes.append(f"{format_range(triple)} is too lopsided for a metalog: a J-QPD carries the same values.")
    if form == "two-piece":
        notes.append(f"Two of the three values are equal: half of the chance is on exactly {likely}.")
    if math.isfinite(scale.floor) and form == "metalog":
        notes.append(f"One chance in ten is on exactly {format_number(scale.floor)}: there is nothing below.")
    if math.isfinite(scale.ceiling) and form == "metalog":
        notes.append(f"One chance in ten is on exactly {format_number(scale.ceiling)}: there is nothing above.")
    return notes


def _mended(
    values: tuple[float, float, float], lower: float | None, upper: float | None
) -> tuple[Triple, tuple[str, ...]]:
    low = -math.inf if lower is None else lower
    high = math.inf if upper is None else upper
    for name, value in zip(Triple._fields, values, strict=True):
        if not math.isfinite(value):
            raise ValueError(f"{name} is {value}: give a finite number, or leave the estimate out")
    notes = []
    ordered = Triple(*sorted(float(value) for value in values))
    if ordered != values:
        low_text, likely_text, high_text = map(format_number, ordered)
        notes.append(f"Put in order: low {low_text}, likely {likely_text}, high {high_text}.")
    within = Triple(*(min(max(value, low), high) for value in ordered))
    if within[0] > ordered[0]:
        notes.append(f"Raised to {format_number(low)}: there is nothing below.")
    if within[2] < ordered[2]:
        notes.append(f"Lowered to {format_number(high)}: there is nothing above.")
    return within, tuple(notes)


def _scale(triple: Triple, lower: float | None, upper: float | None) -> Scale:
    """The scale whose line holds all three values: a bound that a value touches becomes a cut-off."""
    touches_lower = lower is not None and triple.p10 <= lower
    touches_upper = upper is not None and triple.p90 >= upper
    return Scale(
        lower=None if touches_lower else lower,
        upper=None if touches_upper else upper,
        floor=triple.p10 if touches_lower else -math.inf,
        ceiling=triple.p90 if touches_upper else math.inf,
    )


def _through(triple: Triple, scale: Scale) -> tuple[LineDistribution, Form]:
    if triple.p10 == triple.p90:
        return TwoPieceNormal(triple.p50, 0.0, 0.0, Scale()), "exact"
    line = scale.to_line(triple)
    y10, y50, y90 = line.tolist()
    if min(y50 - y10, y90 - y50) <= _MEET * (y90 - y10):
        return TwoPieceNormal(y50, y50 - y10, y90 - y50, scale), "two-piece"
    if feasible_share(*line):
        return Metalog(tuple(float(a) for a in three_terms(*line)), scale), "metalog"
    return johnson(y10, y50, y90, scale), "johnson"
