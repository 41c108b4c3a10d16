"""Numbers as people read them, in the words that go with an estimate."""

import math
from collections.abc import Sequence

from northing.figures import interval, significant


def format_number(value: float) -> str:
    """Two significant digits, large numbers shortened.

    >>> [format_number(x) for x in (0, 0.0312, 1.25, 12.4, 128, 2549, 12_345, 3_000_000, -7)]
    ['0', '0.031', '1.3', '12', '130', '2,500', '12 k', '3 M', '−7']
    """
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "unknown"
    return significant(value)


def format_range(triple: Sequence[float]) -> str:
    """``12 (9–17)`` for P10 = 9, P50 = 12, P90 = 17; the likely value alone where the range is no wider.

    >>> format_range((9, 12, 17)), format_range((5, 5, 5)), format_range((-2, 1, 5))
    ('12 (9–17)', '5', '1 (−2 to 5)')
    """
    low, likely, high = triple
    middle, spread = interval(low, likely, high)
    return middle if low == high else f"{middle} ({spread})"
