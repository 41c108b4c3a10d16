"""Numbers and dates as text."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.ui import formats

FINITE = st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-6)
TODAY = date(2027, 1, 3)


def _read(text: str) -> float:
    """The number that a shortened text stands for."""
    for suffix, size in ((" bn", 1e9), (" M", 1e6), (" k", 1e3)):
        if text.endswith(suffix):
            return _read(text.removesuffix(suffix)) * size
    return float(text.replace("−", "-").replace(",", ""))


@given(FINITE)
def test_two_digits_are_within_five_percent(value: float) -> None:
    assert _read(formats.significant(value)) == pytest.approx(value, rel=0.0501)


@given(st.lists(st.floats(0.001, 1e8), min_size=3, max_size=3).map(sorted))
def test_a_range_reads_in_order_and_near_its_numbers(values: list[float]) -> None:
    low, mid, high = values
    middle, spread = formats.interval(low, mid, high)
    written_low, written_high = spread.split("–")
    suffix = next((one for one in (" bn", " M", " k") if middle.endswith(one)), "")
    assert _read(written_high) == pytest.approx(high, rel=0.0501, abs=0.0501 * mid)
    assert _read(written_low.removesuffix(suffix) + suffix) == pytest.approx(low, rel=0.5, abs=0.0501 * mid)
    assert _read(written_low + suffix) <= _read(written_high)


@pytest.mark.parametrize(
    ("quantiles", "text"),
    [
        ((9, 12, 17), "12 (9–17)"),
        ((0.35, 0.8, 2.1), "0.8 (0.35–2.1)"),
        ((1240, 1290, 1335), "1,290 (1,240–1,340)"),
        ((1.2e6, 1.84e6, 2.9e6), "1.8 M (1.2–2.9 M)"),
        ((-10, -3, 4), "−3 (−10 to 4)"),
        ((5, 5, 5), "5 (5–5)"),
        ((0, 0, 0), "0 (0–0)"),
        ((0.4, 12, 900), "12 (0.4–900)"),
    ],
)
def test_ranges(quantiles: tuple[float, float, float], text: str) -> None:
    assert formats.number_range(*quantiles) == text


def test_percent_never_claims_certainty() -> None:
    assert [formats.percent(share) for share in (0, 0.001, 0.5, 0.9999, 1)] == ["0 %", "<1 %", "50 %", ">99 %", "100 %"]


def test_money_in_currencies_without_cents_and_unknown_ones() -> None:
    assert formats.money(1250.6, "JPY") == "¥1,251"
    assert formats.money(12, "SEK") == "SEK 12.00"


def test_a_day_names_its_year_only_when_it_is_another() -> None:
    assert formats.day(date(2027, 12, 31), TODAY) == "31 Dec"
    assert formats.day(date(2028, 1, 1), TODAY) == "1 Jan 2028"


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ((date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1)), "1 Apr (1 Mar–1 May)"),
        ((date(2028, 3, 1), date(2028, 4, 1), date(2028, 5, 1)), "1 Apr 2028 (1 Mar–1 May)"),
        ((date(2027, 3, 1), date(2027, 4, 1), date(2028, 5, 1)), "1 Apr (1 Mar–1 May 2028)"),
        ((date(2027, 3, 1), date(2028, 4, 1), date(2028, 5, 1)), "1 Apr 2028 (1 Mar–1 May 2028)"),
        ((date(2027, 3, 1), date(2028, 4, 1), date(2029, 5, 1)), "1 Apr 2028 (1 Mar–1 May 2029)"),
        ((date(2028, 3, 1), date(2028, 4, 1), date(2029, 5, 1)), "1 Apr 2028 (1 Mar 2028–1 May 2029)"),
        ((date(2026, 12, 1), date(2027, 4, 1), date(2027, 5, 1)), "1 Apr (1 Dec 2026–1 May)"),
    ],
)
def test_a_range_names_the_years_it_crosses(days: tuple[date, date, date], text: str) -> None:
    assert formats.day_range(*days, TODAY) == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=400), "30 Nov 2025"),
    ],
)
def test_ago(before: timedelta, text: str) -> None:
    now = datetime(2027, 1, 4, tzinfo=UTC)
    assert formats.ago(now - before, now) == text
