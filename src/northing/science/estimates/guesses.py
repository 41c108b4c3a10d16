"""What people type into an estimate box, read as three quantiles."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from northing.figures import PLUS_MINUS
from northing.science.estimates.judgements import (
    DAYS_A_WEEK,
    SIZES,
    USUAL_RECORD,
    Guess,
    Kind,
    Record,
    from_confidence,
    from_number,
    from_size,
)
from northing.science.estimates.triples import Triple
from northing.science.estimates.wording import format_number, format_range

HOURS_A_DAY: Final = 8
DAYS_A_MONTH: Final = 21

_DAYS: Final = MappingProxyType(
    {
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 1 / HOURS_A_DAY),
        **dict.fromkeys(("d", "day", "days"), 1.0),
        **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), float(DAYS_A_WEEK)),
        **dict.fromkeys(("m", "mo", "mth", "month", "months"), float(DAYS_A_MONTH)),
        **dict.fromkeys(("y", "yr", "year", "years"), 12.0 * DAYS_A_MONTH),
        "k": 1e3,
    }
)
_COUNTS: Final = MappingProxyType({"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "%": 0.01})

_GROUPED = r"\d+(?:[.,'’]\d+|[ \u00a0\u202f]\d{3}(?!\d))*"
_TERM = re.compile(rf"\s*([-−+]?(?:{_GROUPED}|[.,]\d+))\s*((?!to(?![a-z]))[a-z%]+)?\s*")
_JOINT = re.compile(r"\s*(?:to(?![a-z])|\.\.+|…|[-–—;(,])\s*")
_ABOUT = re.compile(r"^(?:[~≈]|about\b|approx\b\.?|around\b|circa\b|ca?\.)\s*")
_AROUND = re.compile(rf"\s*\(?\s*{PLUS_MINUS}\s*")
_CONFIDENCE = re.compile(r"[\s,;:(]*(fairly sure|sure|guess|\?)\)?$")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+|[1-9]\d{0,2}(\.\d{3}){2,}")


_LONGEST = 1000


class GuessError(ValueError):
    """The text is no estimate; the message names it, the rule, and what to type instead."""


@dataclass(frozen=True, slots=True)
class _Term:
    """One number of the text: the digits' value, and what its suffix multiplies it by (None without one)."""

    value: float
    factor: float | None


def parse_guess(text: str, *, time: bool = True, record: Record = USUAL_RECORD) -> Guess:
    """An estimate as typed: ``5``, ``~5``, ``3-9``, ``3 to 9``, ``3 - 5 - 9``, ``5 (3-9) days``, ``5 ± 2``, ``M``,
    ``5 sure``, ``5?`` (a guess), ``2.5k``, ``2,5``, ``2w``, ``1-2-4 weeks``.

    With ``time`` the triple is in working days (8 hours; a week has 5, a month 21) and sizes are understood;
    without it ``m`` means million and ``%`` hundredths. A number without a suffix takes that of its
    neighbour where the order stays: ``1-2k`` is 1,000 to 2,000, ``500-2k`` is 500 to 2,000; what stands behind ± has
    always that of the number before it: ``10w ± 4`` is 6 to 14 weeks, ``20d ± 25%`` is 15 to 25 days. A range without
    a likely value gets the geometric middle; ``record`` widens bare numbers. Contradictions are put in order,
    with a note. Raises GuessError.

    >>> parse_guess("1-2-4 weeks").triple
    Triple(p10=5.0, p50=10.0, p90=20.0)
    >>> parse_guess("9-3").notes
    ('Put in order: low 3, likely 5.2, high 9.',)
    """
    plain = text.strip().casefold()
    if len(plain) > _LONGEST:  # what follows takes far longer the longer a text is
        raise GuessError(
            f"The estimate has {len(plain):,} characters: shorten it to a number such as 5 or a range such as 3-9."
        )
    if not plain:
        raise GuessError("The estimate is empty: type a number such as 5, a range such as 3-9, or a size such as M.")
    try:
        return _read(plain, time=time, record=record)
    except GuessError as error:
        raise GuessError(f"“{text.strip()}”: {error}.") from None


def _read(text: str, *, time: bool, record: Record) -> Guess:
    text, confidence = _split_confidence(text)
    if time and text.upper() in SIZES:
        return from_confidence(SIZES[text.upper()].p50, confidence) if confidence else from_size(text)
    text = _ABOUT.sub("", text)
    if _AROUND.search(text):
        values = _around(_AROUND.sub(";", text, count=1), time=time)
    else:
        values = _values(text, (1, 2, 3), time=time)
    if confidence and len(values) > 1:
        raise GuessError("a range says how sure you are already; leave the range or the word out")
    if confidence:
        return from_confidence(values[0], confidence)
    return from_number(values[0], record) if len(values) == 1 else _from_values(values)


def _split_confidence(text: str) -> tuple[str, str | None]:
    found = _CONFIDENCE.search(text)
    if not found:
        return text, None
    return text[: found.start()], "guess" if found[1] == "?" else found[1]


def _from_values(values: list[float]) -> Guess:
    ordered = sorted(values)
    kind = Kind.TRIPLE
    if len(ordered) == 2:
        kind = Kind.RANGE
        low, high = ordered
        middle = math.sqrt(low) * math.sqrt(high) if low > 0 else (low + high) / 2
        ordered = [low, middle, high]
    triple = Triple(*(float(f"{value:.15g}") for value in ordered))
    guess = Guess(triple, kind, f"{format_range(triple)}: as given")
    if values in (ordered, [ordered[0], ordered[-1]]):
        return guess
    low_text, likely_text, high_text = map(format_number, triple)
    return replace(
        guess,
        basis=f"{format_range(triple)}: put in order",
        notes=(f"Put in order: low {low_text}, likely {likely_text}, high {high_text}.",),
    )


def _around(text: str, *, time: bool) -> list[float]:
    """A likely value and how far it is to either side: in the unit of the other where one has none, or so many percent
    of it."""
    share = text.rstrip(" )").endswith("%") and "%" not in text[: text.index(";")]
    likely, margin = _known_terms(text.replace("%", " ") if share else text, (2,), time=time)
    factor = likely.factor or (None if share else margin.factor) or 1.0
    middle = likely.value * factor
    width = abs(margin.value) * (middle / 100 if share else margin.factor or factor)
    return sorted((middle - width, middle, middle + width))


def _values(text: str, counts: tuple[int, ...], *, time: bool) -> list[float]:
    """The numbers of the text with their suffixes worked in."""
    terms = _known_terms(text, counts, time=time)
    if "(" in text and len(terms) == 3:  # as it is shown: likely (low-high)
        terms = [terms[1], terms[0], terms[2]]
    for i in reversed(range(len(terms) - 1)):
        if terms[i].factor is None and terms[i].value <= terms[i + 1].value:
            terms[i] = replace(terms[i], factor=terms[i + 1].factor)
    for i in range(1, len(terms)):
        if terms[i].factor is None and terms[i].value >= terms[i - 1].value:
            terms[i] = replace(terms[i], factor=terms[i - 1].factor)
    return [term.value * (1.0 if term.factor is None else term.factor) for term in terms]


def _known_terms(text: str, counts: tuple[int, ...], *, time: bool) -> list[_Term]:
    """As many numbers as there may be, each of what can be estimated."""
    terms = _terms(text.replace(")", " ").rstrip(), _DAYS if time else _COUNTS)
    if len(terms) not in counts:
        raise GuessError(f"it has {len(terms)} numbers; type one, a low and a high, or low - likely - high")
    if time and any(term.value < 0 for term in terms):
        raise GuessError("time is never below 0; leave the minus sign out")
    return terms


def _terms(text: str, suffixes: Mapping[str, float]) -> list[_Term]:
    terms: list[_Term] = []
    place = 0
    while place < len(text):
        joint = _JOINT.match(text, place) if terms else None
        found = _TERM.match(text, joint.end() if joint else place)
        if not found or (terms and not joint):
            raise GuessError(f"“{text[place:].strip()}” is no number; type 5, 3-9, 3 - 5 - 9, or a size such as M")
        if found[2] and found[2] not in suffixes:
            raise GuessError(f"“{found[2]}” is no unit; known are {', '.join(suffixes)}")
        terms.append(_Term(_amount(found[1]), suffixes.get(found[2] or "")))
        place = found.end()
    return terms


def _amount(text: str) -> float:
    """The digits' value: the last separator is the decimal one unless it can only part thousands."""
    digits = re.sub(r"[ '’\u00a0\u202f]", "", text.replace("−", "-"))
    decimal = max(digits.rfind("."), digits.rfind(","))
    if decimal < 0 or _THOUSANDS.fullmatch(digits.lstrip("+-")):
        whole, fraction = digits, ""
    else:
        whole, fraction = digits[:decimal], digits[decimal + 1 :]
        if digits[decimal] in whole:
            raise GuessError(f"“{text}” can be read in two ways; put spaces or dashes between numbers")
    value = float(f"{whole.replace('.', '').replace(',', '')}.{fraction}")
    if not math.isfinite(value):
        raise GuessError("the number is too large")
    return value
