"""Values get their types, ids are stable, and every row is accounted for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.exchange import ColumnMapping, Problem, Record, read, recognise


def feedback(path: Path, **options: object) -> list[Record]:
    return list(read(path, recognise(path), "feedback", **options))  # type: ignore[arg-type]


def test_rows_without_any_words_are_row_errors_not_dropped(write) -> None:
    path = write("a.csv", "App,Translated_Review,Sentiment\nLumen,nan,nan\nLumen,Great,Positive\nLumen,,\n")
    first, second, third = feedback(path)
    assert first.problems == third.problems == (Problem("text", "", "empty"),)
    assert second.values == {"product": "Lumen", "text": "Great", "tags": ["Positive"]}


def test_a_title_stands_in_for_missing_words(write) -> None:
    (record,) = feedback(write("a.csv", "ReviewTitle,ReviewBody,ReviewStar\nNot bad,,4\n"))
    assert (record.values["title"], record.values["text"]) == ("Not bad", "Not bad")


def test_equal_rows_without_an_id_stay_apart_and_stable(write) -> None:
    path = write("a.csv", "Review,Stars\nGood,5\nGood,5\nBad,1\nGood,5\n")
    ids = [record.external_id for record in feedback(path)]
    assert len(set(ids)) == 4
    assert ids[1] == f"{ids[0]}-2"
    assert [record.external_id for record in feedback(path)] == ids
    shuffled = write("b.csv", "Stars,Review\n1,Bad\n5,Good\n5,Good\n5,Good\n")
    assert {record.external_id for record in feedback(shuffled)} == set(ids)
    assert recognise(shuffled).source == recognise(path).source


def test_files_of_unknown_tools_do_not_share_a_source_unless_their_columns_do(write) -> None:
    one = recognise(write("a.csv", "id,title,thing\n1,A,x\n"))
    other = recognise(write("b.csv", "id,title,other thing\n1,A,x\n"))
    again = recognise(write("c.csv", "id,title,thing\n2,B,y\n"))
    assert one.source == again.source != other.source


def test_an_id_that_comes_twice_is_a_row_error(write) -> None:
    body = "".join(f"r{n},text {n},3\n" for n in range(1000))
    path = write("a.csv", f"Review ID,Review,Stars\n{body}r7,another,2\n")
    *_, last = feedback(path)
    assert last.problems == (Problem("external_id", "r7", "already used by row 9 of this file"),)


def test_a_person_can_say_what_identifies_and_what_words_mean(write) -> None:
    path = write("a.csv", "Summary,Issue key,Status,Code\nA,X-1,Parked,c1\n")
    mapping = [
        ColumnMapping("Summary", "title"),
        ColumnMapping("Status", "status", translation={"Parked": "in_progress"}),
        ColumnMapping("Code", "external_id"),
    ]
    (record,) = read(path, recognise(path), "work_item", mapping)
    assert record.external_id == "c1"
    assert record.values == {"title": "A", "status": "Parked", "status_category": "in_progress"}
    assert record.extra == {"Issue key": ["X-1"]}


def test_day_or_month_first_is_decided_by_the_whole_file(write) -> None:
    undecided = "".join(f"text {n},03/04/2024,{n}\n" for n in range(1500))
    late = write("late.csv", f"Review,Date,Stars\n{undecided}last,04/25/2024,1\n")
    assert recognise(late).date_order == "month-first"
    assert feedback(late)[0].values["created_at"] == datetime(2024, 3, 4, tzinfo=UTC)
    never = write("never.csv", f"Review,Date,Stars\n{undecided}")
    found = recognise(never)
    assert found.date_order == "ambiguous"
    assert any("day first" in warning for warning in found.warnings)
    assert feedback(never)[0].values["created_at"] == datetime(2024, 4, 3, tzinfo=UTC)
    assert feedback(never, date_order="month-first")[0].values["created_at"] == datetime(2024, 3, 4, tzinfo=UTC)


def test_a_date_that_fits_neither_is_a_row_error(write) -> None:
    path = write("a.csv", "Review,Date,Stars\n" + "good,25/12/2024,1\n" * 9 + "odd,soon,2\n")
    assert feedback(path)[-1].problems == (Problem("created_at", "soon", "is not a date"),)


def test_times_without_an_offset_are_taken_in_the_given_zone(write) -> None:
    path = write("a.csv", "Review,Created at\nA,2024-07-01 12:00\nB,2024-07-01T12:00:00+09:00\n")
    first, second = feedback(path, zone=ZoneInfo("Europe/Vienna"))
    assert first.values["created_at"] == datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert second.values["created_at"] == datetime(2024, 7, 1, 3, tzinfo=UTC)


def test_a_calendar_date_does_not_move_with_its_offset(write) -> None:
    path = write("a.csv", "Summary,Issue key,Due date\nA,X-1,2024-01-10T00:00:00.000+0200\n")
    (record,) = read(path, recognise(path), "work_item")
    assert record.values["due_date"] == date(2024, 1, 10)


@pytest.mark.parametrize(
    ("column", "cell", "others", "expected"),
    [
        ("Stars", "19", ["4.1", "3.9"] * 15, "is not a rating up to 5"),
        ("Stars", "Free", ["4.1", "3.9"] * 15, "is not a rating up to 5"),
        ("Upvotes", "many", ["4", "5"] * 15, "is not a number"),
    ],
)
def test_slipped_cells_are_row_errors(write, column: str, cell: str, others: list[str], expected: str) -> None:
    rows = "".join(f"Review {n},{other}\n" for n, other in enumerate(others))
    last = feedback(write("a.csv", f"Review,{column}\n{rows}slipped,{cell}\n"))[-1]
    assert [problem.rule for problem in last.problems] == [expected]


def test_a_column_with_decimal_commas_reads_its_points_as_groups(write) -> None:
    path = write("a.csv", "Feature;Reach;Effort\nA;1.234;1,5\nB;12.000,5;2\n")
    first, second = read(path, recognise(path), "feature")
    assert (first.values["reach"], second.values["reach"], first.values["effort"]) == (1234.0, 12000.5, 1.5)


def test_escaped_texts_come_back_as_they_were(write) -> None:
    (record,) = feedback(write("a.csv", "Review,Stars,Reasons\n'=SUM(1),4,rating: too high\n"))
    assert record.values["text"] == "=SUM(1)"
    assert record.extra == {}


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",), include_characters="\n\t"), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8))
def test_whatever_stands_in_a_row_stands_in_its_record(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    import csv

    path = tmp_path / "any.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("Review", "Product", "Colour"), ("first", "Lumen", "red"), *rows])
    found = recognise(path)
    records = list(read(path, found, "feedback"))
    told = [row for row in rows if any(cell.strip() for cell in row)]
    assert [record.row for record in records] == [2, *(at for at, row in enumerate(rows, 3) if row in told)]
    assert len({record.external_id for record in records}) == len(records)
    for row, record in zip(told, records[1:], strict=True):
        kept = [str(value) for value in record.values.values()] + [
            text for texts in record.extra.values() for text in texts
        ]
        for cell in row:
            words = cell.strip()
            assert not words or len(words) < 10 or any(words in text for text in kept)


def test_a_column_that_leaves_its_decimal_sign_open_follows_the_others(write) -> None:
    path = write("a.csv", "Funktion;Aufwand;Reichweite;Status\nA;2,5;1.200;Geplant\nB;10,25;300;Geplant\n")
    first, _ = read(path, recognise(path), "feature")
    assert (first.values["effort"], first.values["reach"]) == (2.5, 1200.0)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20260403", datetime(2026, 4, 3, tzinfo=UTC)),
        ("20260403T101500Z", datetime(2026, 4, 3, 10, 15, tzinfo=UTC)),
        ("Apr 3, 2026 5:06 PM PST", datetime(2026, 4, 4, 1, 6, tzinfo=UTC)),
        ("2026-04-03 10:15:00 CEST", datetime(2026, 4, 3, 8, 15, tzinfo=UTC)),
        ("4/13/2026, 10:00:00 AM GMT+2", datetime(2026, 4, 13, 8, tzinfo=UTC)),
    ],
)
def test_further_ways_to_write_a_moment(write, text: str, moment: datetime) -> None:
    (record,) = feedback(write("a.csv", f'Review,Stars,Date\nGood,5,"{text}"\n'))
    assert record.values["created_at"] == moment


def test_a_form_without_a_text_column_takes_the_answers_not_the_names(write) -> None:
    path = write(
        "a.csv", "Submitted,First Name,Email Address,What should we improve?\n2026-04-03,Kim,k@example.com,Sync\n"
    )
    (record,) = feedback(path)
    assert (record.values["text"], record.extra["First Name"]) == ("Sync", ["Kim"])


def test_an_end_makes_work_done_and_the_first_step_makes_it_begin(write) -> None:
    path = write("a.csv", "Title,Assignee,Priority,Resolved\nA,Kim,high,2026-04-05\nB,Kim,low,\n")
    first, second = read(path, recognise(path), "work_item")
    assert (first.values["status_category"], "status_category" in second.values) == ("done", False)
    log = write("log.csv", "id_issue,summary,date,from_status,to_status\nA-1,T,2026-04-03,To Do,In Progress\n")
    (record,) = read(log, recognise(log), "work_item")
    assert record.values["created_at"] == datetime(2026, 4, 3, tzinfo=UTC)


def test_a_word_of_the_tool_is_known_however_late_it_comes(write) -> None:
    rows = "".join(f"{at},Story {at},word {at},Kim,\n" for at in range(1100))
    path = write("a.csv", f"Id,Title,Current State,Requested By,Accepted at\n{rows}1100,Last,rejected,Kim,\n")
    *_, last = read(path, recognise(path), "work_item")
    assert last.values["status_category"] == "in_progress", "elsewhere it is cancelled"


@pytest.mark.parametrize(
    ("headers", "author", "account"),
    [("Kunde;Firma", "Kim", "Acme"), ("Client;Company", "Kim", "Acme"), ("Kunde;Land", None, "Kim")],
)
def test_a_customer_beside_a_company_is_who_gave_the_feedback(
    write, headers: str, author: str | None, account: str
) -> None:
    [record] = feedback(write("a.csv", f"Feedback;{headers}\nExports fail on Mondays;Kim;Acme\n"))
    assert (record.values.get("author"), record.values["account"]) == (author, account)


@pytest.mark.parametrize(
    ("cells", "target"), [(["tbd", "soon"], "target_text"), (["tbd", "2026-05-01"], "target_date")]
)
def test_planned_days_that_are_words_alone_are_the_target_in_words(write, cells: list[str], target: str) -> None:
    rows = "".join(f"Feature {at},{cell},planned\n" for at, cell in enumerate(cells))
    found = recognise(write("a.csv", f"Feature,Target date,Status\n{rows}"))
    assert {entry.source: entry.target for entry in found.mapping}["Target date"] == target
