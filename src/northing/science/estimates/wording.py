"""Numbers as people read them: two significant digits, the likely value before its range."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

_SUFFIXES = ((10**9, "bn"), (10**6, "M"), (10**3, "k"))


def format_number(value: float) -> str:
    """Two significant digits; thousands as k, millions as M, thousand millions as bn.

    >>> [format_number(x) for x in (0, 0.0312, 1.25, 12.4, 128, 2549, 3_000_000, -7)]
    ['0', '0.031', '1.3', '12', '130', '2.5k', '3M', '−7']
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "unknown"
    number = _two_digits(Decimal(str(value)))
    for size, suffix in _SUFFIXES:
        if abs(number) >= size:
            return _plain(number / size) + suffix
    return _plain(number)


def format_range(triple: Sequence[float]) -> str:
    """``12 (9–17)`` for P10 = 9, P50 = 12, P90 = 17; the likely value alone where the range is no wider.

    >>> format_range((9, 12, 17)), format_range((5, 5, 5)), format_range((-2, 1, 5))
    ('12 (9–17)', '5', '1 (−2 to 5)')
    """
    low, likely, high = map(format_number, triple)
    if low == likely == high:
        return likely
    joint = " to " if "−" in low + high else "–"
    return f"{likely} ({low}{joint}{high})"


def _two_digits(number: Decimal) -> Decimal:
    if not number:
        return Decimal(0)
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 1), ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")
