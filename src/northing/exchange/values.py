"""Numbers, booleans and lists as people and tools write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

from northing.exchange.numbers import ABOUT, LONGEST, parse_number
from northing.exchange.words import fold, translate
from northing.figures import PLUS_MINUS

_MISSING = frozenset(
    {"", "nan", "null", "<na>", "#n/a", "n/a", "na", "none", "nil", "undefined", "-", "--", "—", "?", "[]", "{}"}
)
_MISSING_TEXT = frozenset({"", "nan", "null", "<na>", "#n/a", "undefined", "[]", "{}"})
_STARS = re.compile(r"[★⭐]️?")
_RATING = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:stars?|sterne?|étoiles?|estrellas?|estrelas?|stelle|つ星|点|/\s*\d+|"
    r"(?:out of|of|von|sur|de|di) \d+.*)",
    re.IGNORECASE,
)
OTHER_SCALES = (10, 100)
"""What ratings are out of that are not stars already."""
OUT_OF_TEN = re.compile(
    r"\bnps\b|net promoter|recommend|\b[01]\s?(?:[-–—]|to|bis|à|a)\s?10\b|(?:/|of|von|sur|de|di)\s?10\b", re.IGNORECASE
)
_SIZES = {
    word: size
    for size, words in {
        "XS": ("xs", "extra small"),
        "S": ("s", "small"),
        "M": ("m", "medium"),
        "L": ("l", "large"),
        "XL": ("xl", "extra large"),
        "XXL": ("xxl",),
    }.items()
    for word in words
}
_AMOUNT = r"\d[\d.,'’]*\s*(?:h|hrs?|hours?|d|days?|w|wks?|weeks?|m|mo|mths?|months?|y|yrs?|years?|k|mn|bn)?"
_GUESS = re.compile(
    rf"~?{_AMOUNT}(?:(?:\s*(?:to|\.\.+|[-–—…(,])\s*{_AMOUNT}){{0,2}}|\s*\(?\s*{PLUS_MINUS}\s*{_AMOUNT}%?)"
    r"(?:\)(?:\s*[a-z/]+)?)?\s*(?:fairly sure|sure|guess|\?)?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\d+(?:\.\d+)?\s?(?:k|m)", re.IGNORECASE)
"""Thousands and millions as estimates take them: kept as they were typed."""
_BEHIND = re.compile(r"\)\s*[^\W\d][\w/]*$")  # the unit behind a range, as in `20 k (10–50 k) EUR`
_UNITS = {
    "hours": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore 時間 小时 час часа часов",
    "days": "d day days pd md mds pt tag tage personentag personentage jour jours jh dia dias giorno giorni dag dagen "
    "dzien dni 人日 日 天 день дня дней",
    "weeks": "w wk wks week weeks pw woche wochen personenwoche personenwochen semaine semaines semana semanas "
    "settimana settimane week weken tydzien tygodnie tygodni 週 週間 周 недели",
    "months": "mo mth month months pm mm monat monate personenmonat personenmonate mois mes meses mese mesi "
    "miesiac miesiace miesiecy 人月 月",
    "points": "p pts sp point points punkt punkte punto puntos ponto pontos punti ポイント 点",
}
_UNIT_OF = {fold(word): unit for unit, words in _UNITS.items() for word in words.split()}
_PERSON = re.compile(
    r"\b(?:person|people|man|ideal|working|work|dev|team|story|calendar)[ -]?"
    r"(?=hour|day|week|month|point|hrs?\b|[hdwm]\b)",
    re.IGNORECASE,
)
_AFTER_NUMBERS = {
    "wo": "weeks", "wch": "weeks", "sem": "weeks", "sett": "weeks", "tyg": "weeks", "tg": "days", "tge": "days",
    "j": "days",
}  # fmt: skip
"""Short forms that mean a unit behind a number only: as a word of a heading they can be another."""
_MAN_DAYS = re.compile(r"\b(?:j h|h j)\b")  # jours-homme, which are no hours
_COUNTED = re.compile(r"(\d)\s*([^\W\d_]+\.?)")
_RANGE = re.compile(rf"\d\s*[a-z]*\s*(?:[-–—]|\(?{PLUS_MINUS})\s*\d")
_WITHIN = re.compile(PLUS_MINUS)
_VULGAR = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3"})
_MIXED = re.compile(r"(?<![\d.,/])(\d{1,3})\s+([1-3])/([2-4])(?![\d/])|(?<![\d.,/])()(1)/(2)(?=\s*[^\W\d_])")
"""A number and a half; a half alone only with its unit."""
_IN_WORDS = re.compile(
    r"(?P<about>~?)(?:(?P<half>half (?:an? )?|an? half |(?:eine?[nrs]? )?halbe[nrs]? |(?:une? )?demi[ -])"
    r"|(?:an?|one|eine?[nrs]?|une?) )(?P<unit>[^\W\d_]+)\.?\s?\??",
    re.IGNORECASE,
)
_SPENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([wdhm])(?![^\W\d_])", re.IGNORECASE)
_ISO_SPAN = re.compile(r"P((?:\d+[WD])*)(?:T((?:\d+[HM])*))?", re.IGNORECASE)
_HOURS = {"w": 40.0, "d": 8.0, "h": 1.0, "m": 1 / 60}
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LIST_GAP = re.compile(r"\s*[;,|\n]\s*")


def is_missing(text: str, *, free_text: bool = False) -> bool:
    """Whether a cell stands for nothing. In free text fewer words do: "none" can be an answer.

    >>> is_missing("nan"), is_missing("none"), is_missing("none", free_text=True)
    (True, True, False)
    """
    return text.strip().casefold() in (_MISSING_TEXT if free_text else _MISSING)


def is_unsaid(text: str) -> bool:
    """Whether a cell says that there is nothing to say yet.

    >>> is_unsaid("TBD"), is_unsaid("k. A."), is_unsaid("??"), is_unsaid("many")
    (True, True, True, False)
    """
    return not any(map(str.isalnum, text)) or translate("unsaid", text) is not None


def parse_rating(text: str, *, decimal_comma: bool = False) -> float | None:
    """Read a rating: a number, "4 stars", "4/5", "★★★★☆", or of a hundred "80 %".

    >>> parse_rating("4 out of 5 stars"), parse_rating("★★★☆☆"), parse_rating("4,5"), parse_rating("80 %")
    (4.0, 3.0, 4.5, 80.0)
    """
    number = parse_number(text, decimal_comma=decimal_comma)
    if number is not None:
        return number * 100 if text.rstrip().endswith("%") else number
    if found := _RATING.fullmatch(text.strip()):
        return float(found[1].replace(",", "."))
    return float(len(_STARS.findall(text))) or None


def parse_share(text: str, *, decimal_comma: bool = False) -> float | None:
    """Read a share from 0 to 1, written as 0.8, 80 or 80 %.

    >>> parse_share("80%"), parse_share("80"), parse_share("0.8"), parse_share("1")
    (0.8, 0.8, 0.8, 1.0)
    """
    number = parse_number(text, decimal_comma=decimal_comma)
    if number is None:
        return None
    share = number / 100 if number > 1 else number
    return share if 0 <= share <= 1 else None


def parse_guess(text: str, *, decimal_comma: bool = False, sizes: bool = True, unit: str = "") -> float | str | None:
    """Read what an estimate takes: a number, a size, a range, a number with its unit; None for anything else.

    `unit` is what the header says of numbers that name none.

    >>> parse_guess("12,5", decimal_comma=True), parse_guess("medium"), parse_guess("3–9"), parse_guess("2 weeks")
    (12.5, 'M', '3–9', '2 weeks')
    >>> parse_guess("3", unit="weeks"), parse_guess("soon"), parse_guess("2027-03-31"), parse_guess("40 %")
    ('3 weeks', None, None, None)
    >>> parse_guess("2 person-weeks"), parse_guess("3-5 Tage?"), parse_guess("M/L")
    ('2 weeks', '3-5 days', None)
    >>> parse_guess("30k", sizes=False), parse_guess("30000", sizes=False), parse_guess("5m")
    ('30k', 30000.0, '5m')
    >>> parse_guess("12 (9–17) days"), parse_guess("20 k (10–50 k) EUR", sizes=False)
    ('12 (9–17) days', '20 k (10–50 k)')
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    plain = in_known_words(text, is_time=sizes)
    if plain.endswith("%") and not _WITHIN.search(plain):
        return None  # a share of what?
    number = None if sizes and text[-1:].isalpha() else parse_number(text, decimal_comma=decimal_comma)
    if number is not None and _SHORT.fullmatch(text):
        return text
    if number is not None:
        return f"{number:.12g} {unit}" if unit else number
    if sizes and plain in _SIZES.values():
        return plain
    if not _GUESS.fullmatch(plain) or _ISO_DAY.fullmatch(plain):
        return None
    return plain if not unit or re.search("[a-z]", plain, re.IGNORECASE) else f"{plain} {unit}"


def parse_level(text: str, *, letters: bool = True) -> str | None:
    """How much in a word: tiny, low, medium, high or huge. `letters` says whether H, M and L are such words.

    >>> parse_level("H"), parse_level("mittel"), parse_level("H", letters=False), parse_level("soon")
    ('high', 'medium', None, None)
    """
    return translate("level", text) if letters or len(text.strip()) > 1 else None


def level_parser(samples: Iterable[str], *, decimal_comma: bool) -> Callable[[str], Any]:
    """Numbers, or how much in a word. Where S stands beside M and L they are sizes, and L is not little."""
    letters = not any(fold(text) in ("s", "xs", "xl") for text in samples)

    def parse(text: str) -> float | str | None:
        guess = parse_guess(text, decimal_comma=decimal_comma, sizes=False)
        return parse_level(text, letters=letters) if guess is None else guess

    return parse


def rating_scale(samples: Sequence[str], header: str = "", *, decimal_comma: bool = False) -> int | None:
    """What the best rating of a column is: 5, 10 or 100 as its header says or most of a sample show; else None.

    >>> rating_scale(["4", "1", "5"]), rating_scale(["4", "9"]), rating_scale(["4"], "NPS"), rating_scale(["45", "80"])
    (5, 10, 10, 100)
    >>> rating_scale(["4 %", "5 %"])
    100
    """
    if any(text.rstrip().endswith("%") for text in samples):
        return 100
    read = [number for text in samples if (number := parse_rating(text, decimal_comma=decimal_comma)) is not None]
    few = [number for number in read if number <= 10]
    met = few if len(few) > 0.7 * len(read) else sorted(read)[: max(1, int(len(read) * 0.95))]
    least = 10 if any(map(OUT_OF_TEN.search, (header, *samples))) else 5
    return next((scale for scale in (5, 10, 100) if met and scale >= least and max(met) <= scale), None)


def rating_parser(scale: int | None, *, decimal_comma: bool) -> tuple[Callable[[str], Any], str]:
    """Ratings as stars, from 0 to 5. Those beyond the scale of their column are errors, as when the cells of a row have
    slipped."""

    def parse(text: str) -> float | None:
        number = parse_rating(text, decimal_comma=decimal_comma)
        if number is None or scale is None:
            return number
        return number * 5 / scale if -scale <= number <= scale else None

    return parse, f"is not a rating up to {scale}" if scale else "is not a rating"


def in_known_words(text: str, *, is_time: bool) -> str:
    """An estimate, from a file or typed, in the words of those who reckon with it; other texts stay what they are.

    >>> in_known_words("rund 500", is_time=False), in_known_words("20 k (10–50 k) EUR", is_time=False)
    ('~500', '20 k (10–50 k)')
    >>> in_known_words("ca. 4 Wo", is_time=True), in_known_words("medium", is_time=True)
    ('~4 weeks', 'M')
    """
    text = text.strip()
    if not is_time:
        return _BEHIND.sub(")", ABOUT.sub("~", text))
    plain = in_known_units(text)
    return _SIZES.get(fold(plain), plain)


def in_known_units(text: str) -> str:
    """Units of other languages and trades in the words that estimates know; a range says itself how sure it is.

    >>> in_known_units("3 Tage"), in_known_units("2-3 Wochen?"), in_known_units("5 sure")
    ('3 days', '2-3 weeks', '5 sure')
    >>> in_known_units("ca. 4 Wo"), in_known_units("1 1/2 w"), in_known_units("½ Tag")
    ('~4 weeks', '1.5 weeks', '0.5 days')
    >>> in_known_units("half a week"), in_known_units("eine Woche"), in_known_units("a few days")
    ('0.5 weeks', '1 weeks', 'a few days')
    >>> in_known_units("3w 2d")
    '17 days'
    >>> in_known_units("2w, 3w, 5w")
    '2 weeks, 3 weeks, 5 weeks'
    """
    if len(spent := _spent(text)) > 1:
        return f"{_in_hours(spent) / _HOURS['d']:.12g} days"
    plain = _MIXED.sub(_decimal, text.translate(_VULGAR)).strip()
    plain = _in_digits(_PERSON.sub("", ABOUT.sub("~", plain)))
    plain = _COUNTED.sub(_known_unit, plain)
    return plain.rstrip(" ?") if _RANGE.search(plain) else plain


def _decimal(found: re.Match[str]) -> str:
    """A number with a fraction; with two digits behind the point, which part no thousands."""
    whole, over, under = [int(one or 0) for one in found.groups() if one is not None]
    return f"{whole + over / under:.2f}".rstrip("0").rstrip(".")


def _in_digits(text: str) -> str:
    """One of a unit, or a half of it, that is said in words."""
    found = _IN_WORDS.fullmatch(text) if len(text) <= LONGEST else None
    if not found or len(found["unit"]) == 1 or fold(found["unit"]) not in _UNIT_OF:
        return text
    return f"{found['about']}{'0.5' if found['half'] else '1'} {found['unit']}"


def _known_unit(found: re.Match[str]) -> str:
    word = fold(found[2])
    unit = _UNIT_OF.get(word) or _AFTER_NUMBERS.get(word)
    return f"{found[1]} {unit}" if unit else found[0]


def parse_amount(text: str, *, decimal_comma: bool = False) -> tuple[float, str] | None:
    """Read a number that may name its unit of work, which is "" where it does not; None for anything else.

    >>> parse_amount("3 Puntos"), parse_amount("2 person-weeks"), parse_amount("1w 2d"), parse_amount("13")
    ((3.0, 'points'), (2.0, 'weeks'), (56.0, 'hours'), (13.0, ''))
    >>> parse_amount("P1W2DT3H"), parse_amount("PT30M")
    ((59.0, 'hours'), (0.5, 'hours'))
    >>> parse_amount("TBD"), parse_amount("3-5 days"), parse_amount("2 Monate"), parse_amount("30m")
    (None, None, (42.0, 'days'), (0.5, 'hours'))
    """
    text = ABOUT.sub("", text.strip())
    spent = _spent(text)
    if len(spent) > 1 or (spent and (spent[0][1] == "m" or _ISO_SPAN.fullmatch(text))):  # minutes, not millions
        return _in_hours(spent), "hours"
    if (number := parse_number(text, decimal_comma=decimal_comma)) is not None:
        return number, ""
    if len(text) > LONGEST:
        return None
    amount, _, word = in_known_units(text).rpartition(" ")
    number = parse_number(amount, decimal_comma=decimal_comma)
    if number is None or word not in _UNITS:
        return None
    return (number * 21, "days") if word == "months" else (number, word)


def _spent(text: str) -> list[tuple[float, str]]:
    """Amounts of work with their units, as trackers write them one after the other, each unit smaller than the one
    before; none where a text says more, or something else, such as the ends of a range.

    >>> _spent("1w 2d"), _spent("PT30M"), _spent("2 weeks"), _spent("3d, 5d")
    ([(1.0, 'w'), (2.0, 'd')], [(30.0, 'm')], [], [])
    """
    if len(text) > LONGEST:
        return []
    if iso := _ISO_SPAN.fullmatch(text):
        text = "".join(filter(None, iso.groups()))
    if _SPENT.sub("", text).strip(" ,"):
        return []
    spent = [(float(amount.replace(",", ".")), unit.casefold()) for amount, unit in _SPENT.findall(text)]
    sizes = [_HOURS[unit] for _, unit in spent]
    is_falling = all(larger > smaller for larger, smaller in pairwise(sizes))
    return spent if is_falling else []


def _in_hours(spent: Iterable[tuple[float, str]]) -> float:
    return sum(amount * _HOURS[unit] for amount, unit in spent)


def parse_boolean(text: str) -> bool | None:
    """Read a boolean in any of the languages of the vocabulary.

    >>> parse_boolean("Ja"), parse_boolean("FALSE"), parse_boolean("perhaps")
    (True, False, None)
    """
    word = translate("boolean", text)
    return None if word is None else word == "true"


def parse_list(text: str) -> list[str]:
    """Take a list cell apart, keeping order and each entry once.

    Entries are separated by commas, semicolons, bars or lines; a JSON-like list may stand in brackets.

    >>> parse_list("a; b,b"), parse_list("['d', 'e']")
    (['a', 'b'], ['d', 'e'])
    """
    text = text.strip()
    bracketed = text[:1] == "[" and text[-1:] == "]"
    entries = (
        entry.strip().strip("'\"") if bracketed else entry.strip().rstrip(":")
        for entry in _LIST_GAP.split(text[1:-1] if bracketed else text)
    )
    return list(dict.fromkeys(entry for entry in entries if entry and not is_missing(entry)))


def estimate_unit(header: str) -> str | None:
    """The unit a header names for its estimates.

    >>> estimate_unit("Story Points"), estimate_unit("Effort (days)"), estimate_unit("Aufwand PT")
    ('points', 'days', 'days')
    >>> estimate_unit("Estimate"), estimate_unit("Estimation d'effort"), estimate_unit("Charge (j/h)")
    (None, None, 'days')
    """
    if _MAN_DAYS.search(fold(header)):
        return "days"
    return next((unit for word in fold(header).split() if (unit := work_unit(word))), None)


def work_unit(word: str) -> str | None:
    """The unit of work that a word of a header stands for. Single letters are too little to tell but for hours.

    >>> work_unit("PT"), work_unit("Wochen"), work_unit("d")
    ('days', 'weeks', None)
    """
    folded = fold(word)
    if folded in _MORE_UNITS:
        return _MORE_UNITS[folded]
    return _UNIT_OF.get(folded) if len(folded) > 1 or folded == "h" or not folded.isascii() else None


_MORE_UNITS = {
    "故事点": "points", "日数": "days", "personenmonate": "months", "seconds": "seconds", "sec": "seconds",
    "sekunden": "seconds", "mt": "days", "ah": "hours",
}  # fmt: skip
