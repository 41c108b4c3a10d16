"""Amounts of money for a year, in whole units: from cells and the heading above them."""

from __future__ import annotations

from typing import NamedTuple

from northing.exchange.headings import factor
from northing.exchange.numbers import currency_in, finite, parse_quantity, per_year


class Amount(NamedTuple):
    """So much for a year, with the code of its currency: "" where neither cell nor heading names one."""

    number: float
    currency: str


class MoneyColumn:
    """Reads the cells of a column: its heading, or a cell, may say that an amount is for a month, or in thousands, and
    in which currency. What the cell says counts.

    >>> MoneyColumn("MRR (k€)").read("1.5"), MoneyColumn("Revenue").read("400 USD / month")
    (Amount(number=18000.0, currency='EUR'), Amount(number=4800.0, currency='USD'))
    >>> MoneyColumn("MRR (k€)").read("12k"), MoneyColumn("MRR").read("4800 € p.a.")
    (Amount(number=144000.0, currency='EUR'), Amount(number=4800.0, currency='EUR'))
    """

    def __init__(self, heading: str, *, decimal_comma: bool = False) -> None:
        self._decimal_comma = decimal_comma
        self._currency = currency_in(heading)
        self._spans = per_year(heading) or 1.0
        self._heading = heading

    def read(self, text: str) -> Amount:
        """Raises `ValueError` with the rule that the text breaks."""
        found = parse_quantity(text, decimal_comma=self._decimal_comma)
        if found is None:
            raise ValueError("is not a number")
        scale = factor("value", self._heading, is_scaled=found.is_scaled)
        number = finite(found.number, scale * (per_year(found.unit) or self._spans))
        if number is None:
            raise ValueError("is more than any amount")
        return Amount(number, found.currency or self._currency)
