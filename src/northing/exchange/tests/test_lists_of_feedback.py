"""Reviews, surveys and lists as people export them: scales, repeats, headers in odd places."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from northing.exchange import Record, RecordType, propose_mapping, read, recognise


def records_of(path: Path, record_type: RecordType = "feedback") -> list[Record]:
    found = recognise(path)
    return list(read(path, found, record_type, propose_mapping(found, record_type)))


@pytest.mark.parametrize(
    ("header", "cells", "stars"),
    [
        ("Rating", ["4", "1", "5"], [4.0, 1.0, 5.0]),
        ("Score", ["3", "10", "0"], [1.5, 5.0, 0.0]),
        ("NPS", ["3", "4", "5"], [1.5, 2.0, 2.5]),
        ("How likely are you to recommend us (0-10)?", ["3", "4", "5"], [1.5, 2.0, 2.5]),
        ("Rating", ["4/10", "2/10", "5/10"], [2.0, 1.0, 2.5]),
        ("CSAT", ["45", "80", "100"], [2.25, 4.0, 5.0]),
    ],
)
def test_scores_of_other_scales_become_stars(header: str, cells: list[str], stars: list[float], write) -> None:
    rows = "\n".join(f"Words {at},{cell}" for at, cell in enumerate(cells))
    path = write("survey.csv", f"Comment,{header.replace(',', ' ')}\n{rows}\n")
    records = records_of(path)
    assert [record.values["rating"] for record in records] == stars
    is_other = stars != [float(cell.partition("/")[0]) for cell in cells]
    assert any("becomes stars" in warning for warning in recognise(path).warnings) == is_other
    assert [record.extra.get(header) for record in records] == [[cell] if is_other else None for cell in cells]


def test_scores_below_zero_are_no_ratings_and_cost_no_rows(write) -> None:
    records = records_of(write("a.csv", "Review,Score\nSlow,-11\nFine,10\nLoud,-11\n"))
    assert [record.problems for record in records] == [()] * 3
    assert [record.extra["Score"] for record in records] == [["-11"], ["10"], ["-11"]]


def test_repeated_rows_are_told_and_come_in(write) -> None:
    records = records_of(write("a.csv", "Review,Stars\nSlow,2\nFine,5\nSlow,2\n"))
    assert [record.repeats for record in records] == [None, None, 2]
    assert len({record.external_id for record in records}) == 3


def test_titles_that_repeat_are_told_among_features(write) -> None:
    records = records_of(write("a.csv", "Feature,Status\nMasks,planned\nmasks ,new\n"), "feature")
    assert [record.repeats for record in records] == [None, 2]


def test_an_issue_that_comes_twice_keeps_its_key_for_the_first(write) -> None:
    rows = "".join(f"LUM-{number},Title {number},Open\n" for number in (1, 2, 3, 4, 5)) + "LUM-2,Title 2,Done\n"
    records = records_of(write("jira.csv", f"Key,Summary,Status\n{rows}"), "work_item")
    assert [record.external_id for record in records][:2] == ["LUM-1", "LUM-2"]
    assert [problem.rule for record in records for problem in record.problems] == ["already used by row 3 of this file"]


def test_the_very_same_row_again_is_no_problem_of_it(write) -> None:
    rows = "".join(f"LUM-{number},Title {number},Open\n" for number in (1, 2, 3, 4, 5, 2))
    *others, last = records_of(write("jira.csv", f"Key,Summary,Status\n{rows}"), "work_item")
    assert (last.external_id, last.again, last.problems) == ("LUM-2", 3, ())
    assert not any(record.again for record in others)


def test_a_row_that_is_rejected_leaves_its_id_to_the_same_row_unharmed(write) -> None:
    rows = "".join(f"LUM-{number},Title {number},Open\n" for number in (1, 3, 4, 5))
    content = f"Key,Summary,Status\n{rows}LUM-2,Two,Open,more\nLUM-2,Two,Open\nLUM-2,Two,Open\n"
    *_, harmed, unharmed, again = records_of(write("jira.csv", content), "work_item")
    assert [problem.field for problem in harmed.problems] == ["row"]
    assert (unharmed.external_id, unharmed.again, unharmed.problems) == ("LUM-2", None, ())
    assert again.again == unharmed.row


def test_a_row_that_takes_the_id_of_another_is_rejected_each_time(write) -> None:
    rows = "".join(f"LUM-{number},Title {number},Open\n" for number in (1, 2, 3, 4, 5))
    *_, one, other = records_of(
        write("jira.csv", f"Key,Summary,Status\n{rows}" + "LUM-2,Title 2,Done\n" * 2), "work_item"
    )
    rule = "already used by row 3 of this file"
    assert [[problem.rule for problem in record.problems] for record in (one, other)] == [[rule], [rule]]
    assert other.again is None


def test_a_line_below_the_table_does_not_cost_the_others_their_ids(write) -> None:
    rows = "LUM-1,One,Open\nLUM-2,Two,Open\n\nGenerated on Monday\n"
    records = records_of(write("jira.csv", f"Key,Summary,Status\n{rows}"), "work_item")
    assert [record.external_id for record in records[:2]] == ["LUM-1", "LUM-2"]
    assert [record.problems[0].value for record in records if record.problems] == ["1 cell"]


def test_a_survey_with_three_rows_of_headers(write) -> None:
    lines = [
        "EndDate,ResponseId,Q1,Q2",
        "End Date,Response ID,What could be better?,Anything else?",
        '"{""ImportId"":""endDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"',
        "2024-03-12 09:15:00,R_1,Export is slow,No",
    ]
    path = write("survey.csv", "\n".join(lines) + "\n")
    (record,) = records_of(path)
    assert (record.row, record.values["text"]) == (4, "Export is slow")
    assert record.values["created_at"] == datetime(2024, 3, 12, 9, 15, tzinfo=UTC)
    assert not any("rows above are left out" in warning for warning in recognise(path).warnings)


@pytest.mark.parametrize(("first", "rows"), [("Review", 3), ("Crashes on every export", 4)])
def test_a_list_of_sentences_may_have_no_header(first: str, rows: int, write) -> None:
    assert len(records_of(write("a.txt", f"{first}\nLoud when it starts\nDark mode please\nI like it a lot\n"))) == rows


def test_a_box_that_is_not_ticked_says_less_than_the_status(write) -> None:
    rows = "A,In development,FALSE\nB,Done,TRUE\nC,,FALSE\n"
    records = records_of(write("a.csv", f"Title,State,Is done\n{rows}"), "work_item")
    assert [record.values.get("status_category") for record in records] == ["in_progress", "done", None]


def test_the_words_before_an_of_name_a_column(write) -> None:
    header = "text of the review,username of the reviewer,date of the review"
    (record,) = records_of(write("a.csv", f"{header}\nSlow,ada,2024-03-12\n"))
    assert (record.values["author"], record.values["created_at"]) == ("ada", datetime(2024, 3, 12, tzinfo=UTC))


def test_line_breaks_of_web_pages_become_lines(write) -> None:
    (record,) = records_of(write("a.csv", "Review,Stars\nBroke<br />after a week,2\n"))
    assert record.values["text"] == "Broke\nafter a week"
    assert record.extra["Review"] == ["Broke<br />after a week"]


def test_quotes_behind_backslashes_belong_to_the_text(write) -> None:
    lines = ["Review,Stars", '"It says \\"wait\\", then stops",2', '"Fine",5', '"\\"Loud\\"",3', '"In C:\\temp\\",1']
    records = records_of(write("a.csv", "\n".join(lines) + "\n"))
    texts = [record.values["text"] for record in records]
    assert texts == ['It says "wait", then stops', "Fine", '"Loud"', "In C:\\temp\\"]
    assert [record.values["rating"] for record in records] == [2, 5, 3, 1]


def test_turkish_is_not_taken_for_greek(write) -> None:
    text = "Başlık;Yorum;Puan\nYavaş;Dışa aktarma çok yavaş;2\nİyi;Çok iyi;5\n"
    records = records_of(write("a.csv", text, "cp1254"))
    assert records[0].values["text"] == "Dışa aktarma çok yavaş"


@pytest.mark.parametrize("heading", ["Name of customer", "Nom et prénom", "Name & Adresse", "Name / Company"])
def test_names_of_people_are_no_titles(heading: str, write) -> None:
    path = write("a.csv", f"{heading},Review\nAda Berg,Export is slow\nBo Lind,It crashed\n")
    assert all("title" not in record.values for record in records_of(path))


def test_a_column_of_names_and_words_is_a_title(write) -> None:
    path = write("a.csv", "Title / details,Status\nExport is slow,New\nSync crashes,Planned\n")
    assert [record.values["title"] for record in records_of(path, "feature")] == ["Export is slow", "Sync crashes"]


def test_the_contact_beside_an_account_is_who_said_it(write) -> None:
    [record] = records_of(write("a.csv", "Account;Contact;What the customer said\nTrailhead;Tom;Export fails\n"))
    assert record.values["author"] == "Tom"


TOLD_BY_CELLS = "because it alone holds sentences"
SENTENCES = "Es dauert viel zu lange,Bonn\n", "Er bricht immer wieder ab,Ulm\n"


@pytest.mark.parametrize("heading", ["Zeta", "Titel,Zeta"])
def test_the_only_sentences_are_the_text_whatever_their_heading(write, heading: str) -> None:
    titled = "Sync," if "," in heading else ""
    found = recognise(write("a.csv", f"{heading},Stadt\n" + "".join(titled + line for line in SENTENCES)))
    mapped = {entry.source: entry.target for entry in propose_mapping(found, "feedback")}
    assert mapped["Zeta"] == "text"
    assert any(TOLD_BY_CELLS in warning for warning in found.warnings)


def test_of_two_columns_of_sentences_none_is_told_by_its_cells(write) -> None:
    rows = "".join(f"Sync,{line.strip()},It takes far too long here\n" for line in SENTENCES)
    found = recognise(write("a.csv", f"Titel,Zeta,Stadt,Eta\n{rows}"))
    assert not any(TOLD_BY_CELLS in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "heading",
    [
        *("Kundenmeinung", "Kommentar des Kunden", "Avis du client", "Message client", "Opinión del cliente"),
        *("Mensaje del cliente", "Opinione del cliente", "Messaggio", "Mening van de klant", "Klantreactie"),
        *("Opinia klienta", "Wiadomość od klienta", "Opinião do cliente", "Mensagem do cliente", "Customer's opinion"),
    ],
)
def test_what_customers_say_is_known_in_many_languages(write, heading: str) -> None:
    found = recognise(write("a.csv", f"Titel,{heading}\nSync,Langsam\nExport,Gut\n"))
    mapped = {entry.source: entry.target for entry in propose_mapping(found, "feedback")}
    assert mapped[heading] == "text"
