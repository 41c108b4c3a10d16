"""Numbers as people around the world write them: which sign parts decimals, currencies, units, thousands in words."""

from __future__ import annotations

import re
from math import isfinite
from typing import NamedTuple

from northing.exchange.words import fold, vocabularies

LONGEST = 60
"""Characters of the longest text that is read as a number or a guess."""
_MOST_WORDS = 3
"""Words of the longest unit."""
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
SIGNS = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2212": "-", "’": "'", "ʼ": "'", "٬": ",", "٫": "."}
)
_DIGITS = r"\d[\d.,' ]*|[.,]\d+"
_MAGNITUDES = {
    "k": 1e3, "tsd": 1e3, "тыс": 1e3, "千": 1e3, "m": 1e6, "mio": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6,
    "millions": 1e6, "millionen": 1e6, "млн": 1e6, "百万": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "mrd": 1e9,
    "mld": 1e9, "млрд": 1e9, "万": 1e4, "萬": 1e4, "만": 1e4, "億": 1e8, "亿": 1e8, "억": 1e8, "lakh": 1e5, "lac": 1e5,
    "crore": 1e7, "cr": 1e7,
}  # fmt: skip
_MAGNITUDE = "|".join(sorted(_MAGNITUDES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?)\s*(?P<digits>{_DIGITS})\s*(?:(?P<suffix>{_MAGNITUDE})(?![^\W\d_]))?\.?\s*(?P<percent>%)?",
    re.IGNORECASE,
)
_CODES = (
    "USD EUR GBP JPY CHF CAD AUD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN RUB UAH TRY ILS INR CNY RMB HKD SGD TWD KRW"
    " THB VND IDR MYR PHP BRL MXN ARS CLP COP ZAR AED SAR"
)
_CURRENCIES = {code: code for code in _CODES.split()} | {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND", "฿": "THB",
    "₱": "PHP", "₩": "KRW", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "LEI": "RON", "ЛВ": "BGN", "РУБ": "RUB",
    "SFR": "CHF", "FR": "CHF", "R$": "BRL", "US$": "USD", "EURO": "EUR", "EUROS": "EUR", "RS": "INR", "円": "JPY",
    "元": "CNY", "원": "KRW", "$": "", "¥": "", "￥": "", "KR": "", "DOLLARS": "",
}  # fmt: skip
"""Codes by what stands for them; signs that several currencies share name none."""
_WORDED = "|".join(sorted((re.escape(sign) for sign in _CURRENCIES if sign.isalpha()), key=len, reverse=True))
_CURRENCY = rf"(?:US\$|[A-Z]{{1,3}}\s?\$|[$€£¥￥₹₩₽₺₴₪₫฿₱円元원]|(?:{_WORDED})(?![^\W\d_])\.?)"
_BEFORE = re.compile(rf"(?P<sign>[+-]?)\s*(?P<currency>{_CURRENCY})\s*(?=[-+.,\d(])", re.IGNORECASE)
_BEHIND = re.compile(rf"(?<=.)\s*(?P<scale>[kmt](?=[$€£])|[kmt](?=eur\b|usd\b|gbp\b|chf\b))?"
                     rf"\s*(?P<currency>{_CURRENCY})$", re.IGNORECASE)  # fmt: skip
_EVEN = re.compile(r"(?<=\d)[.,]\s?[-–—]{1,2}$")
"""What stands for no cents, as in `4.800,-`."""
_ABOUT_WORDS = (
    "circa|zirka|ca|rund|etwa|ungefähr|ungefaehr|schätzungsweise|about|around|approximately|approx|roughly|environ|env"
    "|autour de|aproximadamente|aprox|alrededor de|unos|cerca de|ongeveer|około|omkring|ungefär|около|примерно"
)
ABOUT = re.compile(rf"^(?:[~≈約约]|c\.|(?:{_ABOUT_WORDS})\b\.?)\s*(?=[^\W_]|[$€£¥½¼¾])", re.IGNORECASE)
"""What says that the number behind it is a rough one."""
_WITH_UNIT = re.compile(
    rf"(?P<number>\D*?(?:{_DIGITS})(?:\s?(?:{_MAGNITUDE})(?![^\W\d_])\.?|\s?%)?[^\w/]*)\s*/?\s*(?P<unit>[^\W\d_]\D{{0,40}})",
    re.IGNORECASE,
)
_AMONG_WORDS = re.compile(
    rf"(?<![\w.,:/-])(?P<number>\d[\d.,']*(?: \d{{3}})*(?:\s?(?:{_MAGNITUDE})(?![^\W\d_]))?)(?![\w%:/]|[.,-]\d)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_AROUND = 6
"""Words from which on a cell is a sentence, whose number can be anything."""
GROUPS = {mark: rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+" for mark in ",."}
_GROUPED = re.compile(
    rf"(?<![\d.,])[1-9]\d{{0,2}}([.,])\d{{3}}(?:\1\d{{3}})*(?![.,]?\d|\s?(?:{_MAGNITUDE})(?![^\W\d_]))", re.IGNORECASE
)
INDIAN = r"\d{1,2}(?:,\d{2})+,\d{3}"
_SPACED = re.compile(r"(?P<whole>\d{1,3}(?:([ '])\d{3})(?:\2\d{3})*)(?:[.,](?P<rest>\d*))?")


class Quantity(NamedTuple):
    """A number with what stands beside it: the code of its currency and the words of its unit, "" where there are
    none, and whether it `is_scaled`: said in thousands, millions or the like."""

    number: float
    currency: str = ""
    unit: str = ""
    is_scaled: bool = False


def is_number(text: str) -> bool:
    """Whether a text is a plain number, however large.

    >>> is_number("1e400"), is_number("12.5"), is_number("ten")
    (True, True, False)
    """
    return bool(_PLAIN.fullmatch(text.strip()))


def parse_number(text: str, *, decimal_comma: bool = False) -> float | None:
    """Read a number with its separators, currency, percent sign or magnitude suffix; None where it is no number.

    Where both separators appear the last is the decimal one; `decimal_comma` decides what is left open.

    >>> parse_number("1.234,5"), parse_number("1,234.5"), parse_number("10.5k"), parse_number("45 %")
    (1234.5, 1234.5, 10500.0, 0.45)
    >>> parse_number("1.234", decimal_comma=True), parse_number("€ 12,50"), parse_number("ten"), parse_number("1e400")
    (1234.0, 12.5, None, None)
    >>> parse_number("31 T€"), parse_number("4'800.-"), parse_number("12,34,567"), parse_number("3.2億")
    (31000.0, 4800.0, 1234567.0, 320000000.0)
    """
    text = text.strip()
    if not decimal_comma and len(text) < 30 and _PLAIN.fullmatch(text):
        return number if isfinite(number := float(text)) else None
    if len(text) > LONGEST:
        return None
    found = _without_currency(text, decimal_comma)
    return found and found.number


def parse_quantity(text: str, *, decimal_comma: bool = False) -> Quantity | None:
    """Read what a field of numbers holds: a number, also one with its unit; None where the text is more, or none.

    >>> parse_quantity("22.900,00 €", decimal_comma=True)
    Quantity(number=22900.0, currency='EUR', unit='', is_scaled=False)
    >>> parse_quantity("25k people")
    Quantity(number=25000.0, currency='', unit='people', is_scaled=True)
    >>> parse_quantity("400 EUR / Monat").unit, parse_quantity("TBD"), parse_quantity("5-10")
    ('Monat', None, None)
    """
    text = ABOUT.sub("", text.strip())
    if not text or len(text) > LONGEST:
        return None
    if plain := _without_currency(text, decimal_comma):
        return plain
    found = _WITH_UNIT.fullmatch(text)
    if not found or len(found["unit"].split()) > _MOST_WORDS:
        return None
    plain = _without_currency(found["number"].strip(), decimal_comma)
    if plain is None:
        return None
    word, *others = re.split(r"[\s/]+", found["unit"].strip())
    if not plain.currency and (code := _CURRENCIES.get(word.upper().rstrip("."))) is not None:
        return plain._replace(currency=code, unit=" ".join(others))
    return plain._replace(unit=found["unit"].strip())


def number_among_words(text: str) -> str:
    """The only number that stands among a few words, with what says that it is rough; "" where there is none, or more,
    or one for a time: nobody can tell whether that is the time of the column.

    >>> number_among_words("all (18,000)"), number_among_words("~18k users"), number_among_words("up to 500 a day")
    ('18,000', '~18k', '')
    >>> number_among_words("5 of 10"), number_among_words("since 2024"), number_among_words("about 40 %")
    ('', '', '')
    """
    text = text.translate(SIGNS).strip()
    if len(text) > LONGEST or len(text.split()) > _MOST_AROUND or "%" in text or per_year(text):
        return ""
    runs = re.findall(r"\d[\d.,' ]*", text)
    found = _AMONG_WORDS.search(text) if len(runs) == 1 else None
    if not found or _YEAR.fullmatch(found["number"]):
        return ""
    return f"{'~' if ABOUT.match(text) else ''}{found['number'].rstrip(',.')}"


def without_groups(text: str) -> str:
    """A text whose numbers have no signs that part thousands, whichever of the two these are.

    >>> without_groups("€31.000"), without_groups("14,400"), without_groups("1,234,567 a year"), without_groups("3.5")
    ('€31000', '14400', '1234567 a year', '3.5')
    >>> without_groups("1.125 Mio")
    '1.125 Mio'
    """
    return _GROUPED.sub(lambda found: re.sub("[.,]", "", found[0]), text) if len(text) <= LONGEST else text


def currency_in(text: str) -> str:
    """The code of the currency that a heading or a word names; "" where it names none, or one of several.

    >>> currency_in("ARR (€)"), currency_in("Umsatz in TEUR"), currency_in("Revenue, $"), currency_in("Franchise")
    ('EUR', 'EUR', '', '')
    """
    for word in re.findall(r"[^\W\d_]*[$€£₹₩₽₺₴₪₫฿₱]|[^\W\d_]+", text.upper()):
        for known in (word, word[1:] if word[:1] in "KTM" else ""):
            if code := _CURRENCIES.get(known, ""):
                return code if len(known) != 2 or not known.isalpha() or known == word else ""
    return ""


def _without_currency(text: str, decimal_comma: bool) -> Quantity | None:
    """The number of a text that is one but for signs of currency; None for any other text."""
    text = _EVEN.sub("", text.translate(SIGNS)).strip()
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    code, factor = "", 1.0
    if found := _BEFORE.match(text):
        code, text = found["currency"], found["sign"] + text[found.end() :]
    elif found := _BEHIND.search(text):
        code, text = found["currency"], text[: found.start()]
        factor = {"k": 1e3, "t": 1e3, "m": 1e6}.get((found["scale"] or "").casefold(), 1.0)
    elif text[-4:].upper() in ("TEUR", "KEUR", "MEUR"):
        code, factor, text = "EUR", 1e6 if text[-4:].upper() == "MEUR" else 1e3, text[:-4]
    number, scale = _plain(_EVEN.sub("", text.strip()), decimal_comma)
    if (whole := finite(number, scale * factor)) is None:
        return None
    return Quantity(whole, _CURRENCIES.get(code.upper().strip(". "), ""), is_scaled=scale * factor != 1)


def finite(number: float | None, times: float = 1.0) -> float | None:
    """A number so many times; None where that is more than a computer holds.

    >>> finite(2.5, 1000), finite(1e306, 1000), finite(None)
    (2500.0, None, None)
    """
    return product if number is not None and isfinite(product := number * times) else None


def _plain(text: str, decimal_comma: bool) -> tuple[float | None, float]:
    """A number without its magnitude, and what that multiplies it by."""
    found = _NUMBER.fullmatch(text)
    plain = found and _plain_digits(found["digits"].strip(), decimal_comma)
    if not found or plain is None:
        return (float(text) if _PLAIN.fullmatch(text) else None), 1.0
    number = float(plain) / (100 if found["percent"] else 1)
    return (-number if found["sign"] == "-" else number), _MAGNITUDES.get((found["suffix"] or "").casefold(), 1.0)


def _plain_digits(digits: str, decimal_comma: bool) -> str | None:
    if " " in digits or "'" in digits:
        spaced = _SPACED.fullmatch(digits)
        return spaced and f"{re.sub('[^0-9]', '', spaced['whole'])}.{spaced['rest'] or '0'}"
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        decimal = "," if comma > point else "."
    elif comma >= 0:
        grouped = re.fullmatch(rf"[1-9]\d{{0,2}}(?:,\d{{3}})+|{INDIAN}", digits)
        decimal = "." if grouped and (not decimal_comma or digits.count(",") > 1) else ","
    else:
        grouped = re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", digits)
        decimal = "," if grouped and (decimal_comma or digits.count(".") > 1) else "."
    group = "." if decimal == "," else ","
    whole, _, fraction = digits.rpartition(decimal) if decimal in digits else (digits, "", "")
    groups = f"{GROUPS[group]}|{INDIAN}" if group == "," else GROUPS[group]
    if decimal in whole or group in fraction or (group in whole and not re.fullmatch(groups, whole)):
        return None
    return f"{whole.replace(group, '') or '0'}.{fraction or '0'}"


def per_year(unit: str) -> float | None:
    """How often the time that words name goes into a year; None where they name none.

    >>> per_year("Monat"), per_year("per quarter"), per_year("MRR"), per_year("p.a."), per_year("people")
    (12.0, 4.0, 12.0, 1.0, None)
    """
    spans = vocabularies()["span"]
    words = fold(unit)
    found = spans.get(words) or next((span for word in words.split() if (span := spans.get(word))), "")
    return {"day": 365.0, "week": 52.0, "month": 12.0, "quarter": 4.0, "half": 2.0, "year": 1.0}.get(found)
