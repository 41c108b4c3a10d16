"""What a heading says of the numbers below it: their unit, the time that they are for, whether they are thousands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from northing.exchange.numbers import currency_in, per_year
from northing.exchange.values import work_unit
from northing.exchange.words import fold, vocabularies

_PER = r"(?:/|\b(?:per|pro|je|par|por|al|na|za|pr|в|to)\b|[（(\[,]\s*)"
_SPAN = re.compile(rf"\s*{_PER}\s*(?P<span>[^\W\d_]+(?: [^\W\d_]+)?)\s*[)）\]]?\s*$", re.IGNORECASE)
_A_YEAR = re.compile(r"(?<=\S)\s*[(（\[,]?\s*\bp\.\s?a\.?\s*[)）\]]?$", re.IGNORECASE)
_LAST = re.compile(r"[\s,:_-]+(?P<said>in |en )?(?P<unit>[^\s,:_()（）\[\]]+)\.?$", re.IGNORECASE)
_KILO = re.compile(
    r"(?<![^\W\d_])(?:[kt](?:[$€£]|EUR|USD|GBP|CHF)|tsd\.?|thousands?|тыс\.?)(?![^\W\d_])", re.IGNORECASE
)
_MEGA = re.compile(r"(?<![^\W\d_])(?:m(?:[$€£]|EUR|USD)|mio\.?|mn|mln|millions?|млн\.?)(?![^\W\d_])", re.IGNORECASE)
_QUARTERS: Mapping[float | None, float] = {365.0: 91.0, 52.0: 13.0, 12.0: 3.0, 4.0: 1.0, 2.0: 0.5, 1.0: 0.25}
"""What goes into a quarter, by what goes into a year."""


def without_unit(header: str) -> str:
    """The heading without the unit or the time behind it; "" where there is none.

    >>> without_unit("Aufwand PT"), without_unit("Reichweite/Monat"), without_unit("Reach per month")
    ('Aufwand', 'Reichweite', 'Reach')
    >>> without_unit("Nutzen EUR"), without_unit("Effort in days"), without_unit("Start month"), without_unit("Days")
    ('Nutzen', 'Effort', '', '')
    >>> without_unit("Umsatz p.a."), without_unit("ARR (p. a.)")
    ('Umsatz', 'ARR')
    """
    header = header.strip()
    if found := _A_YEAR.search(header):
        return header[: found.start()].strip()
    if (found := _SPAN.search(header)) and fold(found["span"]) in vocabularies()["span"]:
        return header[: found.start()].strip()
    found = _LAST.search(header)
    if found and not found["said"] and fold(found["unit"]) in vocabularies()["span"]:
        return ""  # a month to start in is none of work
    if found and (work_unit(found["unit"]) or currency_in(found["unit"])):
        return header[: found.start()].strip()
    return ""


def factor(concept: str, header: str, *, is_scaled: bool = False) -> float:
    """What numbers below a heading are to be multiplied by, to be what the concept is measured in: money in whole
    units and for a year, reach for a quarter. One that `is_scaled` says itself whether it is in thousands.

    >>> factor("revenue", "MRR (k€)"), factor("reach", "Reichweite/Monat"), factor("value", "Nutzen in Mio. EUR")
    (12000.0, 3.0, 1000000.0)
    >>> factor("revenue", "MRR (k€)", is_scaled=True)
    12.0
    """
    scale = 1.0 if is_scaled else 1e3 if _KILO.search(header) else 1e6 if _MEGA.search(header) else 1.0
    if concept == "revenue":
        return scale * (per_year(header) or 1.0)
    if concept == "reach":
        return scale * _QUARTERS.get(per_year(header), 1.0)
    return scale
