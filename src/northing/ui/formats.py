"""Numbers, dates and money as text, the same everywhere.

Two significant digits, `12 (9–17)` for a likely value with its 80 % range, `13 Jan (29 Dec–7 Feb)` for a
date with its range. A minus is the true minus sign, a missing value is an en dash.
"""

import math
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

MISSING = "–"
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_WITHOUT_CENTS = frozenset({"JPY", "KRW"})
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def _exponent(value: float) -> int:
    """The power of ten of the leading digit: 12 -> 1, 0.35 -> -1."""
    return math.floor(math.log10(abs(value))) if value else 0


def _rounded(value: float, decimals: int) -> float:
    """A half is rounded away from zero, as people do, also where a computer holds a hair less (100 x 0.285).

    >>> _rounded(62.5, 0), _rounded(-2.5, 0), _rounded(100 * 0.285, 0)
    (63.0, -3.0, 29.0)
    """
    return round(value * (1 + 1e-14), decimals)


def _plain(value: float, decimals: int) -> str:
    """Round to a number of decimals (negative: tens, hundreds) and drop trailing zeros."""
    rounded = _rounded(value, decimals)
    text = f"{rounded:,.{max(decimals, 0)}f}"
    if decimals > 0:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−") if rounded else "0"


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


def number(value: float | Decimal, decimals: int | None = None) -> str:
    """A fact, in full: thousands marked, no more decimals than it has.

    >>> number(1234567), number(0.5), number(12, decimals=1)
    ('1,234,567', '0.5', '12.0')
    """
    text = f"{value:,}" if decimals is None else f"{value:,.{decimals}f}"
    return text.removesuffix(".0" if decimals is None else "").replace("-", "−")


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


def number_range(low: float, mid: float, high: float, unit: str = "") -> str:
    """The likely value with its 80 % range.

    >>> number_range(9.2, 12.3, 17.4, "weeks")
    '12 (9–17) weeks'
    """
    middle, spread = interval(low, mid, high)
    return f"{middle} ({spread}){f' {unit}' if unit else ''}"


def percent(share: float) -> str:
    """A share as whole percent, never rounded to certainty.

    >>> percent(0.714), percent(0.625), percent(0.998), percent(1)
    ('71 %', '63 %', '>99 %', '100 %')
    """
    if 0 < share < 0.005:
        return "<1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{_rounded(100 * share, 0):.0f} %".replace("-", "−")


def money(amount: float | Decimal, currency: str) -> str:
    """An amount in full, with its currency's sign or code.

    >>> money(Decimal("41.2"), "EUR"), money(-1250, "CHF")
    ('€41.20', '−CHF 1,250.00')
    """
    places = 0 if currency in _WITHOUT_CENTS else 2
    sign = "−" if amount < 0 else ""
    return f"{sign}{_SYMBOLS.get(currency, f'{currency} ')}{abs(amount):,.{places}f}"


def day(value: date, today: date | None = None) -> str:
    """A day, with its year only when that is not the present one.

    >>> day(date(2027, 2, 7), today=date(2027, 1, 3)), day(date(2026, 12, 29), today=date(2027, 1, 3))
    ('7 Feb', '29 Dec 2026')
    """
    text = f"{value.day} {value:%b}"
    return text if value.year == (today or timezone.localdate()).year else f"{text} {value.year}"


def day_interval(low: date, mid: date, high: date, today: date | None = None) -> tuple[str, str]:
    """A likely day and its range, as two texts; the year stands once, on the likely day."""
    return day(mid, today), f"{low.day} {low:%b}–{high.day} {high:%b}"


def day_range(low: date, mid: date, high: date, today: date | None = None) -> str:
    """A likely day with its 80 % range.

    >>> day_range(date(2026, 12, 29), date(2027, 1, 13), date(2027, 2, 7), today=date(2027, 1, 3))
    '13 Jan (29 Dec–7 Feb)'
    """
    middle, spread = day_interval(low, mid, high, today)
    return f"{middle} ({spread})"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago something happened, in one unit; older than a week, its day.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 1, 3, 12, tzinfo=UTC)
    >>> ago(datetime(2027, 1, 3, 11, 20, tzinfo=UTC), noon), ago(datetime(2027, 1, 1, 12, tzinfo=UTC), noon)
    ('40 min ago', '2 days ago')
    """
    now = now or timezone.now()
    seconds = (now - moment).total_seconds()
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    days = int(seconds // _DAY)
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 7 else day(moment.date(), now.date())


def counted(count: int, noun: str, nouns: str = "") -> str:
    """So many of something; the plural is given where it is more than an s at the end of the first word.

    >>> counted(1, "risk"), counted(1200, "piece of work"), counted(2, "status", "statuses")
    ('1 risk', '1,200 pieces of work', '2 statuses')
    """
    if count != 1:
        first, space, rest = noun.partition(" ")
        noun = nouns or f"{first}s{space}{rest}"
    return f"{count:,} {noun}"


def initials(name: str) -> str:
    """At most two letters that stand for a name.

    >>> initials("Ada Example"), initials("ops"), initials("")
    ('AE', 'OP', '?')
    """
    words = name.split()
    if not words:
        return "?"
    letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()
