"""A number is read back as it was, in whatever way the people of its country and their programs wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.exchange import read, recognise
from northing.exchange.notation import Tally
from northing.exchange.numbers import currency_in, parse_quantity
from northing.exchange.records import NumberMarks
from northing.exchange.values import parse_guess


@dataclass(frozen=True)
class Habit:
    """How a number is written somewhere."""

    decimal: str
    group: str
    form: str = "{}"
    currency: str = ""

    def write(self, cents: int) -> str:
        whole, rest = divmod(cents, 100)
        grouped = f"{whole:,}".replace(",", self.group)
        return self.form.format(f"{grouped}{self.decimal}{rest:02}")


HABITS = [
    Habit(",", ".", "{} €", "EUR"),
    Habit(",", ".", "€ {}", "EUR"),
    Habit(",", ".", "R$ {}", "BRL"),
    Habit(",", " ", "{} Kč", "CZK"),
    Habit(",", "\u00a0", "{}\u00a0zł", "PLN"),
    Habit(",", "\u202f", "{}\u202f€", "EUR"),
    Habit(",", "\u202f", "{} руб.", "RUB"),
    Habit(",", ".", "{} EUR / Jahr", "EUR"),
    Habit(".", ",", "${}"),
    Habit(".", ",", "US$ {}", "USD"),
    Habit(".", ",", "£{} p.a.", "GBP"),
    Habit(".", "'", "CHF {}", "CHF"),
    Habit(".", "’", "{} Fr.", "CHF"),
    Habit(".", ",", "{}"),
    Habit(",", "", "{}"),
    Habit(".", "", "{} kr"),
    Habit("٫", "٬", "{}"),
]
AMOUNTS = st.lists(st.integers(0, 10**11), min_size=2, max_size=8)


def marks_of(texts: Iterable[str]) -> NumberMarks:
    """How a column of these cells parts decimals."""
    tally = Tally(typed=False)
    for text in texts:
        tally.add(text)
    return tally.marks


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        ("1.234 3,5", "decimal-comma"),
        ("1,234 3.5", "decimal-point"),
        ("12 7", "unambiguous"),
        ("4.800 31.000", "decimal-comma"),
        ("4.800", "ambiguous"),
        ("14,400 9,800 €31.000", "thousands"),
        ("1,234,567 31.000", "thousands"),
        ("1.234.567", "decimal-comma"),
        ("14,400 31.000 12.50", "decimal-point"),
    ],
)
def test_a_column_says_how_it_parts_decimals(cells: str, marks: NumberMarks) -> None:
    assert marks_of(cells.split()) == marks


@given(AMOUNTS, st.sampled_from(HABITS))
def test_a_column_is_read_back_as_it_was_in_any_notation(amounts: list[int], habit: Habit) -> None:
    texts = [habit.write(cents) for cents in amounts]
    comma = marks_of(texts) == "decimal-comma"
    for cents, text in zip(amounts, texts, strict=True):
        found = parse_quantity(text, decimal_comma=comma)
        assert found is not None, text
        assert found.number == pytest.approx(cents / 100), text
        assert found.currency == habit.currency


@given(
    st.lists(st.integers(1_000, 999_999), min_size=2, unique=True),
    st.sampled_from(".,"),
    st.sampled_from(["{}", "{} €"]),
)
def test_groups_of_three_everywhere_are_thousands(numbers: list[int], sign: str, form: str) -> None:
    texts = [form.format(f"{number:,}".replace(",", sign)) for number in numbers]
    comma = marks_of(texts) == "decimal-comma"
    assert [parse_quantity(text, decimal_comma=comma).number for text in texts] == numbers  # type: ignore[union-attr]


@given(st.text(max_size=30), st.booleans())
def test_no_text_is_too_odd_to_be_looked_at(text: str, comma: bool) -> None:
    found = parse_quantity(text, decimal_comma=comma)
    assert found is None or isinstance(found.number, float)
    currency_in(text)
    marks_of([text])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4.800,-", 4800), ("CHF 4'800.—", 4800), ("31 T€", 31_000), ("31 TEUR", 31_000), ("2,4 Mrd. EUR", 2.4e9),
        ("25 тыс. руб.", 25_000), ("12万円", 120_000), ("3,2億", 3.2e8), ("12,34,567.50", 1_234_567.5), ("~500", 500),
        ("ca. 8", 8), ("25 people", 25), ("3 Wochen", 3), ("(12,50)", -12.5), ("−3 €", -3), ("-€ 3", -3),
        ("TBD", None), ("n/a", None), ("-", None), ("k. A.", None), ("5-10", None), ("10,000+", None),
        ("2027-03-31", None), ("12:30", None), ("1.2.3", None), ("030 1234567", None), ("5 of 10", None),
    ],
)  # fmt: skip
def test_a_field_of_numbers_takes(text: str, number: float | None) -> None:
    found = parse_quantity(text, decimal_comma=True)
    assert (found and found.number) == (None if number is None else pytest.approx(number))


@pytest.mark.parametrize(
    ("file", "marks", "votes"),
    [
        ("Review,Votes\nA,4.800\n", "ambiguous", 4800),
        ("Review;Votes\nA;4.800\n", "decimal-comma", 4800),
        ("Review,Date,Votes\nA,25.04.2024,4.800\n", "decimal-comma", 4800),
        ("Review,Date,Votes\nA,4/25/2024,4.800\n", "decimal-point", 4800),
        ('Review,Stars,Votes\nA,"3,5",4.800\n', "decimal-comma", 4800),
        ("Review,Stars,Votes\nA,3.5,4.800\n", "decimal-point", 4.8),
    ],
)
def test_one_open_number_follows_the_file(write, file: str, marks: str, votes: float) -> None:
    path: Path = write("a.csv", file)
    found = recognise(path)
    assert found.number_marks == marks
    assert next(read(path, found, "feedback")).values["reactions"] == pytest.approx(votes)


def test_an_open_number_is_told_however_far_down_it_stands(write) -> None:
    rows = "".join(f"Feature {at};{at},5\n" for at in range(30)) + "Last;4.800\nSure;1,25\n"
    assert not [one for one in recognise(write("a.csv", f"Feature;Effort\n{rows}")).warnings if "may mean" in one]
    rows = "".join(f"Account {at};{100 + at}\n" for at in range(1500)) + "Last;14,400\nOther;31.000\n"
    found = recognise(write("b.csv", f"Account;ARR\n{rows}"))
    assert any("14,400 may mean 14,400 or 14.4" in one and "31.000 may mean" in one for one in found.warnings)


MIXED = "2.400 €;€4,800;3.600;9.6k;12.400"


@pytest.mark.parametrize(
    "last", ["480,00 €", "3 600 €", "$1,440", "n/a", "1.2k", "36.000,00 EUR", "9.6k USD", "0", "60", "59,88 €"]
)
@pytest.mark.parametrize("heading", ["ARR", "Revenue (yearly)", "Umsatz"])
def test_what_is_large_has_thousands_where_most_others_are_in_the_hundreds(write, heading: str, last: str) -> None:
    rows = "".join(f"{at};Orchard {at};{cell}\n" for at, cell in enumerate([*MIXED.split(";"), last]))
    path = write("a.csv", f"Review;Company;{heading}\n{rows}")
    values = [record.values.get("account_revenue") for record in read(path, recognise(path), "feedback")]
    assert values[:5] == [2400, 4800, 3600, 9600, 12_400]


def test_a_lone_number_of_what_is_large_is_one_of_thousands_beside_others_of_hundreds(write) -> None:
    rows = "Alpen;12,400.00\nBrio;€3.200\n"
    found = recognise(path := write("a.csv", f"Review;ARR\n{rows}"))
    assert [one.values["account_revenue"] for one in read(path, found, "feedback")] == [12_400, 3200]
    assert not [one for one in recognise(write("b.csv", f"Feature;Effort\n{rows}")).warnings if "may mean" in one]


@pytest.mark.parametrize("others", ["59,88 €;12,5;3", "60;7.5;2.50"])
def test_thousands_that_a_person_chooses_are_those_of_what_is_large_whatever_cells_show(write, others: str) -> None:
    rows = "".join(f"{at};{cell}\n" for at, cell in enumerate(f"{MIXED};{others}".split(";")))
    path = write("a.csv", f"Review;ARR\n{rows}")
    assert any("may mean" in one for one in recognise(path).warnings)
    found = recognise(path, number_marks="thousands")
    assert [one.values["account_revenue"] for one in read(path, found, "feedback")][:3] == [2400, 4800, 3600]


def test_a_lone_open_number_that_the_habits_of_the_file_do_not_decide_is_told(write) -> None:
    told = "'Votes': 4.800 may mean 4,800 or 4.8; it is read as 4,800. Choose if that is wrong."
    for file in ("Review,Votes\nA,4.800\n", "Review,Date,Votes\nA,4/25/2024,4.800\n"):
        assert told in recognise(write("a.csv", file)).warnings
    assert not [one for one in recognise(write("b.csv", "Review;Votes\nA;4.800\n")).warnings if "may mean" in one]


def test_signs_before_three_digits_everywhere_part_thousands_in_each_cell(write) -> None:
    path = write("a.csv", "Review;Company;ARR\nA;Orchard;14,400\nB;Meadow;6200 €\nC;Grove;€31.000\nD;Glen;9,800\n")
    found = recognise(path)
    values = [record.values["account_revenue"] for record in read(path, found, "feedback")]
    assert values == [14_400, 6_200, 31_000, 9_800]
    assert any("14,400 may mean 14,400 or 14.4" in one and "31.000 may mean" in one for one in found.warnings)


def test_a_sign_that_some_cell_shows_to_part_decimals_is_believed_and_doubt_told(write) -> None:
    path = write("a.csv", "Review;ARR\nA;14,400\nB;€31.000\nC;12.50\n")
    found = recognise(path)
    assert [one.values["account_revenue"] for one in read(path, found, "feedback")] == [14_400, 31, 12.5]
    assert "'ARR': 31.000 may mean 31 or 31,000; it is read as 31. Choose if that is wrong." in found.warnings


def test_a_person_may_say_that_signs_part_thousands_alone(write) -> None:
    path = write("a.csv", "Review,Stars,Votes\nA,3.5,4.800\nB,2.5,1,480\n".replace("1,480", '"1,480"'))
    found = recognise(path, number_marks="thousands")
    assert [record.values["reactions"] for record in read(path, found, "feedback")] == [4800, 1480]
    assert not [one for one in found.warnings if "may mean" in one]


def test_the_whole_column_decides_and_not_its_beginning(write) -> None:
    rows = "".join(f"R{at},{at % 9 + 1}.{at % 900 + 100}\n" for at in range(1100))
    path = write("a.csv", f'Review,Votes\n{rows}Last,"1.234,5"\n')
    assert recognise(path).number_marks == "decimal-comma"
    path = write("b.csv", f"Review,Votes\n{rows}Last,0.5\n")
    assert next(read(path, recognise(path), "feedback")).values["reactions"] == pytest.approx(1.1)


def test_a_person_decides_over_the_file(write) -> None:
    path = write("a.csv", "Review,Votes\nA,4.800\nB,1.480\n")
    found = recognise(path, number_marks="decimal-point")
    assert [record.values["reactions"] for record in read(path, found, "feedback")] == [4.8, 1.48]


@pytest.mark.parametrize("cell", ["TBD", "k. A.", "??", "offen", "未定", "неизвестно"])
@pytest.mark.parametrize("column", ["Stars", "Votes", "ARR"])
def test_what_is_no_number_yet_is_kept_aside(write, cell: str, column: str) -> None:
    path = write("a.csv", f"Review,{column}\nGood,{cell}\nBad,3\nFair,4\n")
    first = next(read(path, recognise(path), "feedback"))
    assert first.problems == ()
    assert first.extra[column] == [cell]
    assert first.unread[0].value == cell


HEADINGS = {
    "effort": ["Aufwand PT", "Aufwand (PT)",
        "Effort (days)", "Effort [PD]", "Effort in weeks", "Esfuerzo (días)", "工数(人日)"],
    "reach": ["Reach per month", "Reichweite/Monat",
        "Reichweite pro Quartal", "Portée par mois", "Охват в месяц", "リーチ/月"],
    "target_date": ["Wunschtermin", "Desired date", "Due", "Date souhaitée", "希望日", "Желаемая дата"],
    "value": ["Nutzen EUR", "Wert (k€)", "Value, USD"],
}  # fmt: skip


@pytest.mark.parametrize(("target", "heading"), [(name, one) for name, some in HEADINGS.items() for one in some])
def test_a_heading_is_known_by_its_words_with_their_unit(write, target: str, heading: str) -> None:
    cells = ("2027-03-01", "2027-05-31") if target == "target_date" else ("12", "30")
    path = write("a.csv", f'Feature;"{heading}"\nMap;{cells[0]}\nSync;{cells[1]}\n')
    assert target in next(read(path, recognise(path), "feature")).values


def test_reach_for_a_month_counts_for_a_quarter_and_that_is_said(write) -> None:
    path = write("a.csv", "Feature,Status,Reichweite/Monat\nMap,New,800\nSync,New,1k-4k\n")
    found = recognise(path)
    assert [record.values["reach"] for record in read(path, found, "feature")] == [2400, "3k-12k"]
    assert any("taken times 3" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("heading", "cell", "revenue", "currency"),
    [
        ("ARR (€)", "4.800,50", 4800.5, "EUR"), ("MRR", "400 €", 4800, "EUR"), ("Umsatz TEUR", "31,5", 31_500, "EUR"),
        ("Revenue", "$1,200.00", 1200, None), ("Annual revenue", "100 CHF/month", 1200, "CHF"),
        ("Chiffre d’affaires", "1 250,50 €", 1250.5, "EUR"), ("年間売上", "120万円", 1_200_000, "JPY"),
        ("MRR", "4800 € p.a.", 4800, "EUR"), ("ARR (k€)", "12 k€", 12_000, "EUR"), ("ARR (k€)", "12k", 12_000, "EUR"),
        ("MRR (k€)", "1.2 Mio. € / Jahr", 1_200_000, "EUR"), ("MRR (k€)", "12 €", 144_000, "EUR"),
    ],
)  # fmt: skip
def test_money_is_for_a_year_in_whole_units(
    write, heading: str, cell: str, revenue: float, currency: str | None
) -> None:
    path = write("a.csv", f'Review;Customer;{heading}\nGood;Orchard;"{cell}"\n')
    values = next(read(path, recognise(path), "feedback")).values
    assert values["account_revenue"] == pytest.approx(revenue)
    assert values.get("account_currency") == currency


@pytest.mark.parametrize(
    "heading", ["Tarif", "Plan", "Abonnement", "Subscription plan", "プラン", "Тариф", "Plano", "套餐"]
)
def test_the_plan_of_an_account_is_known(write, heading: str) -> None:
    path = write("a.csv", f"Review,Company,{heading}\nGood,Orchard,Team\n")
    assert next(read(path, recognise(path), "feedback")).values["account_tier"] == "Team"


def test_a_list_of_features_without_effort_says_so_with_what_is_left(write) -> None:
    path = write("a.csv", "Feature,Status,Weight of it\nMap,New,much\n")
    assert "No column holds the effort. Left over: 'Weight of it'; send one of them to effort if it does." in (
        recognise(path).warnings
    )


@pytest.mark.parametrize(
    ("cell", "value"), [("12", 12_000), ("12k", "12k"), ("12 k€", 12_000), ("10-20", "10000-20000"), ("1k-2k", "1k-2k")]
)
def test_thousands_said_in_a_cell_are_not_multiplied_again(write, cell: str, value: float | str) -> None:
    path = write("a.csv", f"Feature,Status,Value (k€)\nMap,New,{cell}\n")
    assert next(read(path, recognise(path), "feature")).values["value"] == value


@pytest.mark.parametrize("text", ["1e306 k€", "1e308 TEUR", "9" * 400, f"{'9' * 305} bn"])
def test_more_than_a_computer_holds_is_no_number(text: str) -> None:
    assert parse_quantity(text) is None


def test_a_heading_that_scales_beyond_all_amounts_keeps_the_text(write) -> None:
    path = write("a.csv", "Review,Company,MRR (k€)\nGood,Orchard,1e306\nFine,Meadow,12\n")
    first, second = read(path, recognise(path), "feedback")
    assert first.extra["MRR (k€)"] == ["1e306"]
    assert "account_revenue" not in first.values
    assert second.values["account_revenue"] == 144_000


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ca. 4 Wo", "~4 weeks"),
        ("~ 4 Wochen", "~4 weeks"),
        ("2-3 Wo", "2-3 weeks"),
        ("circa 2 sem.", "~2 weeks"),
        ("ungefähr 3 Tage", "~3 days"),
        ("about 5d", "~5 days"),
        ("1 1/2 w", "1.5 weeks"),
        ("1½ w", "1.5 weeks"),
        ("½ Tag", "0.5 days"),
        ("half a week", "0.5 weeks"),
        ("ca. half a day", "~0.5 days"),
        ("ein halber Monat", "0.5 months"),
        ("a week?", "1 weeks"),
        ("a week", "1 weeks"),
        ("une semaine", "1 weeks"),
        ("a few days", None),
        ("a lot", None),
        ("10w ±4", "10 weeks ±4"),
        ("3 Monate ± 1", "3 months ± 1"),
        ("10 weeks +/- 4w", "10 weeks +/- 4 weeks"),
        ("20d ±25%", "20 days ±25%"),
        ("8 Wo ±2?", "8 weeks ±2"),
        ("2/3 weeks", None),
        ("1/2", None),
    ],
)
def test_guesses_are_read_as_people_write_them(text: str, read: str | None) -> None:
    assert parse_guess(text) == read


@pytest.mark.parametrize("heading", ["Effort", "Points", "Rating", "Confidence"])
def test_a_lone_number_of_what_is_small_has_decimals(write, heading: str) -> None:
    found = recognise(write("a.csv", f"Title,{heading}\nSync,2\nMasks,1.125\nMaps,3\n"))
    assert {column.name: column.marks for column in found.columns}[heading] != "thousands"


def test_whoever_chooses_thousands_leaves_columns_alone_that_show_decimals(write) -> None:
    path = write("a.csv", "Title,Effort,Votes\nSync,0.125,4.800\nMasks,1.125,3\nMaps,3.5,2\n")
    marks = {column.name: column.marks for column in recognise(path, number_marks="thousands").columns}
    assert (marks["Effort"], marks["Votes"]) == ("decimal-point", "thousands")


def test_a_column_that_keeps_its_decimals_all_the_same_is_told(write) -> None:
    path = write("a.csv", "Feature,Status,Effort\nSync,idea,0.125\nMasks,idea,1.125\nMaps,idea,3.5\n")
    told = "'Effort' keeps its decimals, which other cells of it show: 1.125 is read as 1.125."
    assert told in recognise(path, number_marks="thousands").warnings


@pytest.mark.parametrize(
    ("cell", "reach"), [("all (18,000)", 18_000), ("~18k users", "~18k"), ("approx. 4,500", "~4500"), ("?", None)]
)
def test_a_number_with_words_around_it_is_that_number_and_told(write, cell: str, reach: float | str | None) -> None:
    path = write("a.csv", f'Feature,Status,Reach\nMap,New,"{cell}"\nSync,New,"2,500"\nMasks,New,900\n')
    first = next(read(path, recognise(path), "feature"))
    assert first.values.get("reach") == reach
    told = [one.value for one in first.unread if one.rule == "has one number among words, which is taken"]
    assert told == ([cell] if "all" in cell or "users" in cell else [])


@pytest.mark.parametrize("cell", ["5 of 10", "since 2024", "3 or 4 shops", "see ticket A-17", "up to 500 a day"])
def test_of_more_numbers_of_years_and_of_those_for_a_time_none_is_taken(write, cell: str) -> None:
    path = write("a.csv", f"Feature,Status,Reach\nMap,New,{cell}\nSync,New,2500\nMasks,New,900\n")
    assert "reach" not in next(read(path, recognise(path), "feature")).values


@pytest.mark.parametrize("heading", ["Value 1-5", "Impact (1–10)", "Wert 1-5", "Nutzen (1 bis 5)", "Value, 0 to 10"])
def test_what_is_scored_is_an_impact_and_no_amount_of_money(write, heading: str) -> None:
    path = write("a.csv", f'Feature;Status;"{heading}"\nMap;New;4\nSync;New;2\n')
    values = next(read(path, recognise(path), "feature")).values
    assert (values.get("impact"), "value" in values) == (4, False)
