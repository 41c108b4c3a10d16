from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.expressions import Formula, FormulaError, Unit

THEY, PLAIN = "they are", "as plain numbers; better multiply or divide them"
UNITS = {
    "reach": "people/quarter",
    "revenue": "EUR",
    "price": "EUR/people",
    "effort": "person-weeks",
    "impact": "",
    "area": "m^2",
}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("reach * impact / effort", "people/quarter/person/week"),
        ("reach * price", "EUR/quarter"),
        ("revenue / revenue", ""),
        ("sqrt(area)", "m"),
        ("area ^ 2", "m^4"),
        ("area ^ -1", "1/m^2"),
        ("2 * revenue + 5", "EUR"),
        ("max(revenue, 0)", "EUR"),
        ("if(effort > 4, revenue, -revenue)", "EUR"),
        ("log(revenue / 1000 / revenue) + impact", ""),
        ("exp(impact) ^ impact", ""),
        ("clip(reach, 0, 100%)", "people/quarter"),
        ("1 / effort", "1/person/week"),
        ("2 + 3", ""),
    ],
)
def test_unit_of_formula(text: str, unit: str) -> None:
    assert Formula(text).unit(UNITS) == Unit.parse(unit)


@pytest.mark.parametrize(
    ("text", "part", "named"),
    [
        ("1 + (effort + revenue)", "effort + revenue", ["person week", "EUR"]),
        ("revenue - impact", "revenue - impact", ["EUR", "no unit"]),
        ("min(revenue, effort)", "min(revenue, effort)", ["person week", "EUR"]),
        ("if(revenue < effort, 1, 2)", "revenue < effort", ["person week", "EUR"]),
        ("if(1 < 2, revenue, effort)", "if(1 < 2, revenue, effort)", ["person week", "EUR"]),
        ("log(effort)", "log(effort)", ["person week"]),
        ("2 ^ effort", "effort", ["person week"]),
        ("effort ^ impact", "effort ^ impact", ["person week"]),
        ("effort ^ 1e9", "effort ^ 1e9", ["person week"]),
    ],
)
def test_clash_names_the_units_and_the_place(text: str, part: str, named: list[str]) -> None:
    with pytest.raises(FormulaError) as caught:
        Formula(text).unit(UNITS)
    assert text[caught.value.start : caught.value.stop] == part
    assert all(name in caught.value.rule for name in named)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("person-weeks", "person-week"),
        ("EUR/person/week", "EUR / week / person"),
        ("EUR/person-week", "EUR/person/week"),
        ("points", ""),
        ("%", "1"),
        ("people people", "people^2"),
    ],
)
def test_spellings_of_one_unit(one: str, other: str) -> None:
    assert Unit.parse(one) == Unit.parse(other)


@pytest.mark.parametrize("text", ["EUR/", "3 weeks", "a^^2", "week^999"])
def test_malformed_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a unit word"):
        Unit.parse(text)


units = st.lists(st.tuples(st.sampled_from("abc"), st.integers(-3, 3)), max_size=3).map(
    lambda powers: Unit._of({word: Fraction(power) for word, power in powers})
)


@given(units, units)
def test_division_undoes_multiplication(one: Unit, other: Unit) -> None:
    assert one * other / other == one
    assert one * other == other * one
    assert (one * one).to_power(Fraction(1, 2)) == one


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reach * impact / effort", []),
        ("effort + 1", []),
        ("1 + (effort + revenue)", [f"effort is in person-weeks, revenue is in EUR: {THEY} added {PLAIN}"]),
        ("revenue - impact", [f"revenue is in EUR, impact has no unit: {THEY} subtracted {PLAIN}"]),
        (
            "min(revenue, effort) * (2 * effort + revenue)",
            [
                f"revenue is in EUR, effort is in person-weeks: {THEY} compared {PLAIN}",
                f"2 * effort is in person week, revenue is in EUR: {THEY} added {PLAIN}",
            ],
        ),
        ("if(revenue < effort, 1, 2)", [f"revenue is in EUR, effort is in person-weeks: {THEY} compared {PLAIN}"]),
        (
            "if(1 < 2, revenue, reach)",
            [f"revenue is in EUR, reach is in people/quarter: {THEY} chosen between {PLAIN}"],
        ),
        ("log(effort) + log(effort)", ["effort is in person-weeks: its log is that of a plain number"]),
        ("2 ^ effort", ["effort is in person-weeks: as a power it is a plain number"]),
        ("effort ^ impact", ["effort is in person-weeks: raised to a power, it is a plain number"]),
    ],
)
def test_what_unlike_quantities_are_taken_as_is_said_once(text: str, said: list[str]) -> None:
    assert list(Formula(text).mixtures(UNITS)) == said


def test_a_long_part_of_a_formula_is_cut_short_where_it_is_named() -> None:
    [said] = Formula(f"effort + ({' + '.join(['revenue'] * 20)})").mixtures(UNITS)
    assert "revenue + revenue +… is in EUR" in said
