"""Spreadsheets of features as product managers keep them: a wall of cells, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from northing.exchange import Refused, read, recognise
from northing.exchange.hiding import hidden_rows
from northing.exchange.tests.sheets import OWN_LIST, features, write_rows
from northing.exchange.words import translate


def test_a_title_block_two_rows_of_headings_and_totals(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        page = book.add_worksheet("Plan 2027")
        page.merge_range(0, 0, 0, 5, "Roadmap, as agreed in May")
        page.write(1, 0, "Owner of this sheet: product")
        page.merge_range(3, 2, 3, 3, "Scores")
        page.merge_range(3, 4, 3, 5, "Cost")
        write_rows(page, 4, ["Feature", "Owner", "Reach", "Impact", "Effort (weeks)", "Confidence"])
        write_rows(
            page,
            5,
            ["Offline sync", "Kim", "1.200", "3,5", "2,5", "80 %"],
            ["Dark mode", "Sam", "950", "1", "1,25", ""],
        )
        write_rows(page, 8, ["Total", "", "2150", "4,5", "3,75", ""])
        page.set_column(2, 3, None, None, {"hidden": True})
    found, [sync, dark] = features(path)
    assert (sync.row, dark.row) == (6, 7)
    assert (sync.values["reach"], sync.values["impact"], sync.values["confidence"]) == (1200.0, 3.5, 0.8)
    assert (sync.values["effort"], dark.values["effort"]) == ("2.5 weeks", "1.25 weeks")
    assert not sync.problems + dark.problems
    assert "Totals are left out: row 9." in found.warnings


def test_groups_under_wide_headings_and_an_area_over_several_rows(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        page = book.add_worksheet()
        write_rows(page, 0, ["Area", "Feature", "Status", "Target date"])
        page.merge_range(1, 0, 1, 3, "Now")
        page.merge_range(2, 0, 3, 0, "Editing")
        page.write_row(2, 1, ["Crop again", "In progress", "2027-03-01"])
        page.write_row(3, 1, ["Heal brush", "Done", "2027-02-01"])
        page.merge_range(4, 0, 4, 3, "Later")
        page.write_row(5, 0, ["Sharing", "Albums", "Idea", "TBD"])
    found, [crop, heal, albums] = features(path)
    assert [record.extra["Group"] for record in (crop, heal, albums)] == [["Now"], ["Now"], ["Later"]]
    assert [record.values["area"] for record in (crop, heal, albums)] == ["Editing", "Editing", "Sharing"]
    assert (albums.problems, albums.extra["Target date"]) == ((), ["TBD"])
    assert any("rows 2, 5" in warning for warning in found.warnings)


def test_headings_without_titles_and_numbers_without_anything(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        rows = [["No.", "Feature", "Owner"], ["Editing"], [1, "Crop again", "Kim"], [2, "Heal brush", ""], ["Sharing"]]
        write_rows(book.add_worksheet(), 0, *rows, [3, "Albums", "Sam"], [4], [5])
    found, records = features(path)
    assert [(record.values["title"], record.extra["Group"]) for record in records] == [
        ("Crop again", ["Editing"]),
        ("Heal brush", ["Editing"]),
        ("Albums", ["Sharing"]),
    ]
    assert any("rows 2, 5" in warning for warning in found.warnings)
    assert any("rows 7, 8" in warning for warning in found.warnings)


def test_a_feature_over_the_rows_of_its_criteria_is_one_feature(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        page = book.add_worksheet()
        write_rows(page, 0, ["ID", "Feature", "Status", "Criterion", "Checked by"])
        page.merge_range(1, 0, 3, 0, "F1")
        page.merge_range(1, 1, 3, 1, "Offline sync")
        page.merge_range(1, 2, 3, 2, "Planned")
        for at, criterion in enumerate(["works on a train", "merges edits", "says when"], 1):
            page.write_row(at, 3, [criterion, "QA"])
        page.write_row(4, 0, ["F2", "Dark mode", "Planned", "is dark", "QA"])
    found, [sync, dark] = features(path)
    assert (sync.row, sync.parts, sync.values["title"]) == (2, (3, 4), "Offline sync")
    assert sync.extra["Criterion"] == ["works on a train", "merges edits", "says when"]
    assert (dark.row, dark.extra["Criterion"], found.estimated_rows) == (5, ["is dark"], 4)


def test_the_sheet_of_features_is_found_among_lists_and_can_be_chosen(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        write_rows(
            book.add_worksheet("Lists"), 0, ["Status", "Priority", "Owner", "Type"], ["New", "High", "Kim", "Bug"]
        )
        write_rows(
            book.add_worksheet("Features"), 0, ["Feature", "Status"], *[[f"Idea {at}", "New"] for at in range(5)]
        )
        write_rows(book.add_worksheet("Archive"), 0, ["Feature", "Status"], ["Old one", "Done"])
        hidden = book.add_worksheet("Raw")
        write_rows(
            hidden, 0, ["Feature", "Status", "Owner", "Effort"], *[[f"x {at}", "New", "Kim", 3] for at in range(9)]
        )
        hidden.hide()
        book.get_worksheet_by_name("Features").activate()
    found, records = features(path)
    assert (found.layout.sheet, len(records)) == ("Features", 5)
    assert found.sheets == ("Lists", "Features", "Archive", "Raw")
    _, [old] = features(path, sheet="Archive")
    assert old.values["title"] == "Old one"
    with pytest.raises(Refused, match="It has: Lists, Features"):
        recognise(path, sheet="Ideas")


def test_boxes_are_ticked_and_efforts_are_what_people_write(sheet: Callable[..., Any]) -> None:
    efforts = ["TBD", "?", "n/a", "M/L", "2 person-weeks", "3-5 days?", "M", 4, "3 Personentage", "-"]
    with sheet() as (book, path):
        page = book.add_worksheet()
        write_rows(page, 0, ["Feature", "Shipped", "Effort"])
        write_rows(page, 1, *[[f"Feature {at}", at % 2 == 0, effort] for at, effort in enumerate(efforts)])
    _, records = features(path)
    assert not any(record.problems for record in records)
    assert [record.values.get("effort") for record in records] == [
        *(None, None, None, None, "2 weeks", "3-5 days", "M", 4.0, "3 days", None)
    ]
    assert [record.extra.get("Effort") for record in records[:4]] == [["TBD"], ["?"], ["n/a"], ["M/L"]]
    assert sum(len(record.unread) for record in records) == 4
    assert [record.values["status_category"] for record in records[:2]] == ["released", "new"]


@pytest.mark.parametrize(
    "heading",
    """What / why, What & why, Was / Warum, Beschreibung / Nutzen, Notes/Notizen, Details, Warum, Quoi et pourquoi,
    Qué y por qué, Name / Description, Problem | Solution, 背景・理由""".replace("\n    ", " ").split(", "),
)
def test_a_column_of_words_under_one_heading_or_two_describes(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "features.csv"
    path.write_text(f"Feature name,{heading},Effort (days)\nNight mode,Dims the display at dusk,12\n", encoding="utf-8")
    [record] = features(path)[1]
    assert (record.values["title"], record.values["description"]) == ("Night mode", "Dims the display at dusk")


def test_a_name_and_words_in_one_column_are_the_name(tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text("Feature / Description,Effort\nNight mode,12\n", encoding="utf-8")
    assert features(path)[1][0].values["title"] == "Night mode"


def test_teams_themes_levels_and_parts_of_years_go_to_their_fields(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(",".join(row) for row in OWN_LIST))
    sky, tether, plug = (record.values for record in features(path)[1])
    assert (sky["team"], sky["theme"], sky["impact"], sky["target_text"]) == ("Editor", "Masks", "high", "Q1")
    assert (tether["impact"], str(tether["target_date"])) == ("medium", "2027-03-31")
    assert (plug["impact"], plug["target_text"], plug["status_category"]) == ("low", "March 27", "new")


def test_large_beside_small_is_not_little(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Feature,Impact,Status\nSky masks,L,idea\nTethering,S,idea\nPlug-ins,2,idea\n")
    found = recognise(path)
    mapping = [replace(entry, target="impact") if entry.source == "Impact" else entry for entry in found.mapping]
    first, *_ = read(path, found, "feature", mapping)
    assert "impact" not in first.values
    assert first.unread


@pytest.mark.parametrize(("numbers", "id_columns"), [((1, 2, 3), ()), ((7, 3, 12), ("#",))])
def test_numbers_that_count_the_rows_identify_no_feature(
    tmp_path: Path, numbers: tuple[int, ...], id_columns: tuple[str, ...]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("#,Feature,Status\n" + "".join(f"{at},Feature {at},idea\n" for at in numbers))
    assert recognise(path).id_columns == id_columns


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("Idee", "new"),
        ("auf Eis", "new"),
        ("on hold", "new"),
        ("zurückgestellt", "new"),
        ("parked", "new"),
        ("zu prüfen", "candidate"),
        ("Eingeplant", "planned"),
        ("In Umsetzung", "in_delivery"),
        ("publiée", "released"),
        ("Descartada", "declined"),
        ("in work", "in_delivery"),
        ("Bestellt", "in_delivery"),
        ("ordered", "in_delivery"),
        ("commandée", "in_delivery"),
        ("spec ready", "planned"),
        ("Spezifikation fertig", "planned"),
    ],
)
def test_words_of_product_lists_have_their_status(word: str, category: str) -> None:
    assert translate("feature_status", word) == category


@pytest.mark.parametrize(
    ("word", "category"), [("done?", "in_delivery"), ("In work ?", "planned"), ("idea?", "new"), ("geplant", "planned")]
)
def test_a_status_with_a_question_mark_is_the_one_before_and_told(
    write: Callable[..., Path], word: str, category: str
) -> None:
    [record] = features(write("list.csv", f"Feature,Status,Effort\nSync,{word},3\n"))[1]
    assert record.values["status_category"] == category
    told = [(one.field, one.value, one.rule) for one in record.unread]
    doubt = ("Status", word, "is in doubt and read as the state before")
    assert told == ([doubt] if word in ("done?", "In work ?") else [])


def test_hidden_rows_are_read_and_said(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        book.add_worksheet("About & more").write(0, 0, "Made in May")
        page = book.add_worksheet("Plan <2027>")
        write_rows(page, 0, ["Feature", "Status"], ["Sync", "Planned"], ["Dark mode", "Idea"], ["Albums", "Idea"])
        page.set_row(2, options={"hidden": True})
        page.set_row(90, options={"hidden": True})
    found, records = features(path)
    assert [record.values["title"] for record in records] == ["Sync", "Dark mode", "Albums"]
    assert "Rows that are hidden or filtered out in the sheet are read too: row 3." in found.warnings


def test_rows_that_an_ods_sheet_filters_out_are_read_and_said(write_ods: Callable[[str, str], Path]) -> None:
    def row(*texts: str, how: str = "") -> str:
        cells = [
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in texts
        ]
        return f"<table:table-row{how}>{''.join(cells)}</table:table-row>"

    rows = [row("Feature", "Status"), row("Sync", "Idea"), row("Albums", "Idea", how=' table:visibility="filter"')]
    found, records = features(write_ods("plan.ods", "".join(rows)))
    assert [record.values["title"] for record in records] == ["Sync", "Albums"]
    assert "Rows that are hidden or filtered out in the sheet are read too: row 3." in found.warnings


def test_a_small_sheet_that_says_it_hides_millions_of_rows_takes_no_memory(
    write_ods: Callable[[str, str], Path],
) -> None:
    hides = '<table:table-row table:visibility="collapse" table:number-rows-repeated="100000"/>'
    assert len(hidden_rows(write_ods("plan.ods", hides * 20), "Ideas")) <= 2**20


def test_a_hidden_sheet_is_read_where_no_other_fits_and_said(sheet: Callable[..., Any]) -> None:
    rows = ["Feature", "Status"], ["Sync", "Planned"]
    with sheet("both.xlsx") as (book, path):
        write_rows(book.add_worksheet("Plan"), 0, *rows)
        old = book.add_worksheet("Old")
        write_rows(old, 0, *rows, ["Albums", "Idea"], ["Print", "Idea"])
        old.hide()
    found, _ = features(path)
    assert "Only sheet 'Plan' is read; not read: 'Old' (hidden)." in found.warnings
    found, records = features(path, sheet="Old")
    assert len(records) == 3
    assert "Sheet 'Old' is hidden in the workbook; it is read all the same." in found.warnings
