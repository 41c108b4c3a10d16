import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.estimates import (
    SIZES,
    GuessError,
    Kind,
    Record,
    format_number,
    format_range,
    from_confidence,
    from_number,
    from_size,
    parse_guess,
)

pytestmark = pytest.mark.science


@pytest.mark.parametrize(
    ("text", "triple"),
    [
        ("5", (3, 5, 9)),
        ("~5", (3, 5, 9)),
        ("about 5 days", (3, 5, 9)),
        ("2,5", (1.5, 2.5, 4.5)),
        (".5", (0.3, 0.5, 0.9)),
        ("0", (0, 0, 0)),
        ("1k", (600, 1000, 1800)),
        ("2.5k", (1500, 2500, 4500)),
        ("2,500", (1500, 2500, 4500)),
        ("1 000", (600, 1000, 1800)),
        ("1.234,5", (740.7, 1234.5, 2222.1)),
        ("0,125", (0.075, 0.125, 0.225)),
        ("2w", (6, 10, 18)),
        ("4 h", (0.3, 0.5, 0.9)),
        ("5 sure", (5 / 1.3, 5, 6.5)),
        ("6 (fairly sure)", (3, 6, 12)),
        ("5?", (1.25, 5, 20)),
        ("M", (5, 10, 20)),
        ("xs", (0.5, 1, 2.5)),
        ("M sure", (10 / 1.3, 10, 13)),
        ("4-9", (4, 6, 9)),
        ("4 – 9", (4, 6, 9)),
        ("4to9", (4, 6, 9)),
        ("4 to 9", (4, 6, 9)),
        ("4..9", (4, 6, 9)),
        ("0-9", (0, 4.5, 9)),
        ("3 - 5 - 9", (3, 5, 9)),
        ("3, 5, 9", (3, 5, 9)),
        ("3;5;9", (3, 5, 9)),
        ("5 (3–9)", (3, 5, 9)),
        ("5 (3–9) days", (3, 5, 9)),
        ("2 (1–4) weeks", (5, 10, 20)),
        ("5 ± 2", (3, 5, 7)),
        ("5 +/- 2", (3, 5, 7)),
        ("10w ±4", (30, 50, 70)),
        ("10 weeks ± 4 weeks", (30, 50, 70)),
        ("10±4 w", (30, 50, 70)),
        ("10 (±4) w", (30, 50, 70)),
        ("10w ± 4d", (46, 50, 54)),
        ("3 months +/- 1", (42, 63, 84)),
        ("20d ±25%", (15, 20, 25)),
        ("1-2-4 weeks", (5, 10, 20)),
        ("2d-1w-2w", (2, 5, 10)),
        ("1-4k", (1000, 2000, 4000)),
        ("500-2k", (500, 1000, 2000)),
        ("1w-4", (5, 10, 20)),
    ],
)
def test_what_people_type_is_read(text: str, triple: tuple[float, float, float]) -> None:
    guess = parse_guess(text)
    assert guess.triple == pytest.approx(triple, rel=1e-12)
    assert guess.notes == ()


@pytest.mark.parametrize(
    ("text", "triple"),
    [
        ("2m", (1.2e6, 2e6, 3.6e6)),
        ("80%", (0.48, 0.8, 1.44)),
        ("-2 to 5", (-2, 1.5, 5)),
        ("-4--1", (-4, -2.5, -1)),
        ("-5", (-9, -5, -3)),
    ],
)
def test_numbers_that_are_no_time_may_be_negative_and_have_no_units(
    text: str, triple: tuple[float, float, float]
) -> None:
    assert parse_guess(text, time=False).triple == pytest.approx(triple)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The estimate is empty"),
        ("half", "“half” is no number"),
        ("5 6", "“6” is no number"),
        ("5x", "“x” is no unit"),
        ("-5", "time is never below 0"),
        ("1-2-3-4", "it has 4 numbers"),
        ("3,5,9", "can be read in two ways"),
        ("1/2", "“/2” is no number"),
        ("3-9 sure", "a range says how sure you are already"),
        ("9" * 400, "too large"),
    ],
)
def test_what_is_no_estimate_is_refused_with_the_rule(text: str, message: str) -> None:
    with pytest.raises(GuessError, match=message):
        parse_guess(text)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_guess_or_a_clear_error(text: str) -> None:
    try:
        guess = parse_guess(text)
    except GuessError:
        return
    assert all(math.isfinite(value) for value in guess.triple)
    assert guess.triple.p10 <= guess.triple.p50 <= guess.triple.p90


@settings(deadline=None)
@given(st.lists(st.integers(1, 99), min_size=3, max_size=3))
def test_what_is_shown_can_be_typed(values: list[int]) -> None:
    shown = format_range(sorted(values))
    if len(set(values)) > 1:
        assert list(parse_guess(shown).triple) == sorted(values)


def test_contradictions_are_mended_and_said() -> None:
    guess = parse_guess("9-5-3")
    assert guess.triple == (3, 5, 9)
    assert guess.notes == ("Put in order: low 3, likely 5, high 9.",)


def test_a_bare_number_takes_the_width_of_the_record() -> None:
    guess = from_number(5, Record(0.5, 1.2, 3.0, "your team's numbers"))
    assert guess.triple == (2.5, 6, 15)
    assert guess.basis == "5: your team's numbers usually end between 2.5 and 15"
    assert guess.assumed
    assert guess.kind is Kind.NUMBER


def test_a_said_width_is_not_assumed() -> None:
    assert not from_confidence(5, "sure").assumed
    assert not parse_guess("3-9").assumed
    assert from_size("m").assumed


def test_sizes_are_twice_up_and_down_from_the_likely_value() -> None:
    likely = [triple.p50 for triple in SIZES.values()]
    assert likely == sorted(likely)
    assert [SIZES[name].p50 for name in ("S", "M", "L", "XL")] == [4, 10, 30, 80]
    assert from_size("XL").notes == ("XL is more than 8 weeks of work: split it?",)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: from_size("XM"), "none of XS, S, M, L, XL, XXL"),
        (lambda: from_confidence(5, "certain"), "none of sure, fairly sure, guess"),
        (lambda: Record(1.2, 1.0, 2.0), "must not fall"),
        (lambda: from_number(math.nan), "give a finite number"),
        (lambda: from_confidence(math.inf, "sure"), "give a finite number"),
    ],
)
def test_unknown_words_are_refused_with_the_known_ones(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (9.96, "10"), (99.6, "100"), (0.995, "1"), (999, "1,000"), (949, "950"), (12_345, "12 k"),
        (1e9, "1 bn"), (-1250, "−1,300"), (0.00001, "0.00001"), (math.inf, "∞"), (math.nan, "unknown"),
    ],
)  # fmt: skip
def test_numbers_have_two_significant_digits(value: float, text: str) -> None:
    assert format_number(value) == text
