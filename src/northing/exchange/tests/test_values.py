"""Numbers and dates read back as they were written, in the forms of many countries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.exchange.dates import decide_order, parse_datetime
from northing.exchange.values import parse_amount, parse_boolean, parse_guess, parse_number, parse_rating
from northing.exchange.words import fold, header_concepts, vocabularies

MOMENTS = st.integers(160_000_000, 2_840_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("3w 2d 4h", "17.5 days"), ("1w, 2d", "7 days"), ("2w, 3w, 5w", "2 weeks, 3 weeks, 5 weeks"),
        ("3d, 5d", "3 days, 5 days"), ("0.5d, 1d, 2d", "0.5 days, 1 days, 2 days"), ("1w 2w 4w", None),
        ("2d 3w", None),
    ],
)  # fmt: skip
def test_only_units_that_fall_are_one_amount(text: str, guess: str | None) -> None:
    assert parse_guess(text) == guess
    is_one = guess is not None and "," not in guess
    assert (parse_amount(text) is not None) == is_one


@given(st.integers(-(10**12), 10**12), st.integers(0, 2))
def test_grouped_numbers_read_back(whole: int, places: int) -> None:
    number = whole / 10**places
    english = f"{number:,.{places}f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english) == pytest.approx(number)
    assert parse_number(german, decimal_comma=True) == pytest.approx(number)
    assert parse_number(english.replace(",", "\u202f")) == pytest.approx(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1,234", 1234), ("1,5", 1.5), ("0,125", 0.125),
        ("1.234.567", 1234567),
        ("1'234.50", 1234.5), ("12 345,6", 12345.6), ("-3", -3), ("\u22123", -3), ("(12.50)", -12.5), ("3k", 3000),
        ("2.5M", 2.5e6), ("1,2 Mio.", 1.2e6), ("45 %", 0.45), ("$1,299.99", 1299.99), ("12 €", 12), ("EUR 7,50", 7.5),
        ("10,000+", None), ("1e3", 1000), ("abc", None), ("1.2.3", None), ("1,23,45", None), ("", None), ("19M", 19e6),
        ("Varies with device", None), ("2024-01-02", None), ("9" * 50, float("9" * 50)),
    ],
)  # fmt: skip
def test_numbers(text: str, number: float | None) -> None:
    assert parse_number(text) == (None if number is None else pytest.approx(number))


@given(MOMENTS, st.integers(-12, 14))
def test_written_moments_read_back(moment: datetime, hours: int) -> None:
    there = moment.astimezone(timezone(timedelta(hours=hours)))
    for form in (
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y-%m-%d %H:%M:%S %z",
        "%a %b %d %Y %H:%M:%S GMT%z (somewhere)",
        "%d %B %Y %H:%M:%S %z",
    ):
        assert parse_datetime(there.strftime(form)) == moment
    assert parse_datetime(moment.strftime("%m/%d/%Y, %I:%M:%S %p"), "month-first") == moment
    assert parse_datetime(moment.strftime("%d.%m.%Y, %H:%M:%S"), "month-first") == moment
    assert parse_datetime(moment.strftime("%Y年%m月%d日 %H:%M:%S")) == moment
    assert parse_datetime(str(int(moment.timestamp()) * 1000).zfill(13)) in (moment, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("January 7, 2018", "2018-01-07T00:00:00"), ("7. Januar 2018", "2018-01-07T00:00:00"),
        ("3 de enero de 2024 10:00", "2024-01-03T10:00:00"), ("21 avr. 2025 à 10:17", "2025-04-21T10:17:00"),
        ("2025年4月21日 午後 3:05", "2025-04-21T15:05:00"), ("09/Jan/24 12:00 AM", "2024-01-09T00:00:00"),
        ("09/Jan/24 12:30 PM", "2024-01-09T12:30:00"), ("15/jan./24 3:04 PM", "2024-01-15T15:04:00"),
        ("Mon, 21 Apr 2025 10:17:06 UTC+0000", "2025-04-21T10:17:06"), ("1.2.2024, 14:05 Uhr", "2024-02-01T14:05:00"),
        ("Tue Apr 22 01:02:18 +0000 2025", "2025-04-22T01:02:18"), ("2024-01-02 10:00:00 UTC", "2024-01-02T10:00:00"),
        ("45678.5", "2025-01-21T12:00:00"), ("1398138810", "2014-04-22T03:53:30"),
        ("22-04-2014 03:53", "2014-04-22T03:53:00"),
        ("2024/1/5", "2024-01-05T00:00:00"), ("0000-00-00", None), ("2024-02-30", None),
        ("31/02/2024", None), ("1.0.19", None),
        ("Sep 2024", None), ("12:00", None), ("5", None), ("9999-12-31T23:59:59-12:00", None), ("1" * 200, None),
    ],
)  # fmt: skip
def test_dates(text: str, expected: str | None) -> None:
    found = parse_datetime(text)
    assert found == (expected and datetime.fromisoformat(expected).replace(tzinfo=UTC))


@given(st.lists(MOMENTS, min_size=1, max_size=30), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_the_order_found_never_contradicts_the_dates(moments: list[datetime], form: str) -> None:
    order = decide_order(moment.strftime(form) for moment in moments)
    wanted = "day-first" if form.startswith("%d") else "month-first"
    assert order == (wanted if any(moment.day > 12 for moment in moments) else "ambiguous")


def test_booleans_and_ratings() -> None:
    assert [parse_boolean(text) for text in ("Oui", "nein", "はい", "0", "maybe")] == [True, False, True, False, None]
    assert [parse_rating(text) for text in ("4/5", "5 Sterne", "★★", "3 out of 5", "-")] == [4, 5, 2, 3, None]


def test_no_word_means_two_things() -> None:
    for name, entries in _words().items():
        folded = [fold(word) for words in entries.values() for word in words]
        assert len(folded) == len(set(folded)), name
        assert "" not in folded
    assert all(len({concept for concept, _ in found}) <= 2 for found in header_concepts().values())
    assert vocabularies()["month"]["marz"] == "3"


def _words() -> dict[str, dict[str, list[str]]]:
    import tomllib
    from pathlib import Path

    import northing.exchange.words as module

    return tomllib.loads(
        Path(module.__file__).with_name("vocabulary").joinpath("words.toml").read_text(encoding="utf-8")
    )
