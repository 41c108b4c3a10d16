"""Estimated numbers as text: the one rule for pages, charts and the words of science.

Two significant digits, thousands marked up to 9,900 and shortened above ("12 k", "1.8 M", "2 bn"), the true
minus sign; a likely value stands before its range, `12 (9–17)`.
"""

import math

PLUS_MINUS = r"(?:±|\+\s*/?\s*[-−–])"
"""What people type for ±, as a part of a regular expression."""


def _exponent(value: float) -> int:
    """The power of ten of the leading digit: 12 -> 1, 0.35 -> -1."""
    return math.floor(math.log10(abs(value))) if value else 0


def rounded(value: float, decimals: int) -> float:
    """A half is rounded away from zero, as people do, also where a computer holds a hair less (100 x 0.285).

    >>> rounded(62.5, 0), rounded(-2.5, 0), rounded(100 * 0.285, 0)
    (63.0, -3.0, 29.0)
    """
    return round(value * (1 + 1e-14), decimals)


def _plain(value: float, decimals: int) -> str:
    """Round to a number of decimals (negative: tens, hundreds) and drop trailing zeros."""
    nearest = rounded(value, decimals)
    text = f"{nearest:,.{max(decimals, 0)}f}"
    if decimals > 0:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−") if nearest else "0"


def _scaled(value: float) -> tuple[float, str]:
    """The divisor and suffix in which a number of this size is written."""
    size = abs(value)
    if size >= 999_500_000:
        return 1e9, " bn"
    if size >= 999_500:
        return 1e6, " M"
    if size >= 9_950:
        return 1e3, " k"
    return 1.0, ""


def significant(value: float, digits: int = 2) -> str:
    """A number to some significant digits, with thousands marked and large ones shortened.

    >>> significant(0.3456), significant(1234), significant(-1_840_000)
    ('0.35', '1,200', '−1.8 M')
    """
    divisor, suffix = _scaled(value)
    scaled = value / divisor
    return _plain(scaled, digits - 1 - _exponent(scaled)) + suffix


def interval(low: float, mid: float, high: float) -> tuple[str, str]:
    """The likely value and its range, as two texts.

    Two significant digits, no finer than the likely value's, unless the range is too narrow to show in them.

    >>> interval(9.2, 12.3, 17.4)
    ('12', '9–17')
    >>> interval(1240, 1290, 1335)
    ('1,290', '1,240–1,340')
    >>> interval(-420, -35, 510)
    ('−35', '−420 to 510')
    """
    divisor, suffix = _scaled(mid or max(abs(low), abs(high)))
    needed = -_exponent((high - low) / divisor) if high > low else -math.inf
    shared = max(1 - _exponent((mid or high or low) / divisor), needed)

    def write(value: float) -> str:
        scaled = value / divisor
        text = _plain(scaled, int(min(shared, max(1 - _exponent(scaled), needed))))
        return _plain(scaled, -_exponent(scaled)) if text == "0" and value else text

    joint = " to " if low < 0 else "–"
    return write(mid) + suffix, write(low) + joint + write(high) + suffix
