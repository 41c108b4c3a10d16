"""Numbers, dates and money as text, the same everywhere.

Two significant digits, `12 (9–17)` for a likely value with its 80 % range, `13 Jan (3 Jan–7 Feb)` for a
date with its range. A minus is the true minus sign, a missing value is an en dash.
"""

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from northing.figures import interval as interval
from northing.figures import rounded
from northing.figures import significant as significant

MISSING = "–"
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_WITHOUT_CENTS = frozenset({"JPY", "KRW"})
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def number(value: float | Decimal, decimals: int | None = None) -> str:
    """A fact, in full: thousands marked, no more decimals than it has; cents stand only where there are some.

    >>> number(1234567), number(0.5), number(12, decimals=1), number(Decimal("71446.00")), number(Decimal("1250.50"))
    ('1,234,567', '0.5', '12.0', '71,446', '1,250.50')
    """
    if decimals is not None:
        text = f"{value:,.{decimals}f}"
    elif isinstance(value, int) or (math.isfinite(value) and value == int(value)):
        text = f"{int(value):,}"
    else:
        text = f"{value:,}"
    return text.replace("-", "−")


def telling(value: float) -> str:
    """A fact that was worked out, in the digits that tell something: whole, below ten with two of them.

    >>> telling(10.75), telling(1234.5), telling(3.27), telling(30.0)
    ('11', '1,235', '3.3', '30')
    """
    return significant(value) if abs(value) < 10 else number(rounded(value, 0))


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
    return f"{rounded(100 * share, 0):.0f} %".replace("-", "−")


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
    """A likely day and its range, as two texts. Where all lie in one year it stands once, on the likely day; else on
    each day that is not of the present one.

    >>> day_interval(date(2027, 5, 14), date(2027, 9, 3), date(2028, 4, 14), today=date(2026, 11, 28))
    ('3 Sep 2027', '14 May 2027–14 Apr 2028')
    """
    is_one_year = low.year == mid.year == high.year
    low_text, high_text = (f"{one.day} {one:%b}" if is_one_year else day(one, today) for one in (low, high))
    return day(mid, today), f"{low_text}–{high_text}"


def day_range(low: date, mid: date, high: date, today: date | None = None) -> str:
    """A likely day with its 80 % range.

    >>> day_range(date(2026, 12, 29), date(2027, 1, 13), date(2027, 2, 7), today=date(2027, 1, 3))
    '13 Jan (29 Dec 2026–7 Feb)'
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


def listed(words: Sequence[str], joined: str = "and") -> str:
    """Words one after the other.

    >>> listed(["one"]), listed(["one", "two", "three"]), listed(["one", "two"], "or")
    ('one', 'one, two and three', 'one or two')
    """
    return f"{', '.join(words[:-1])} {joined} {words[-1]}" if len(words) > 1 else "".join(words)


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
