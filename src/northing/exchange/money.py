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
    in which currency.

    >>> MoneyColumn("MRR (k€)").read("1.5"), MoneyColumn("Revenue").read("400 USD / month")
    (Amount(number=18000.0, currency='EUR'), Amount(number=4800.0, currency='USD'))
    """

    def __init__(self, heading: str, *, decimal_comma: bool = False) -> None:
        self._decimal_comma = decimal_comma
        self._currency = currency_in(heading)
        self._times = factor("revenue", heading)
        self._scale = factor("value", heading)

    def read(self, text: str) -> Amount:
        """Raises `ValueError` with the rule that the text breaks."""
        found = parse_quantity(text, decimal_comma=self._decimal_comma)
        if found is None:
            raise ValueError("is not a number")
        spans = per_year(found.unit)
        number = finite(found.number, self._scale * spans if spans > 1 else self._times)
        if number is None:
            raise ValueError("is more than any amount")
        return Amount(number, found.currency or self._currency)
