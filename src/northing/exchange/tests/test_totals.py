"""Rows below a list that sum or count it, and rows that only look like such: which are records and which are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from northing.exchange import read, recognise
from northing.exchange.tests.sheets import OWN_LIST, features, write_rows


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_total_that_names_its_unit_is_no_record(tmp_path: Path, sheet: Callable[..., Any], kind: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(",".join(row) for row in OWN_LIST))
    if kind == "xlsx":
        with sheet() as (book, path):
            write_rows(book.add_worksheet(), 0, *OWN_LIST)
    found, records = features(path)
    assert [record.values["title"] for record in records] == ["Sky masks", "Tethering", "Plug-ins"]
    assert "Totals are left out: row 5." in found.warnings


def test_a_feature_that_is_called_total_stays(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Feature,Status,Effort\nTotal,planned,3\nSky masks,idea,2\n")
    assert len(features(path)[1]) == 2


@pytest.mark.parametrize("amount", ["1e400", "n/a", "2150", "248 rows"])
def test_a_row_of_totals_is_one_whatever_its_sums_are(tmp_path: Path, amount: str) -> None:
    path = tmp_path / "features.csv"
    path.write_text(f"Feature,Status,Effort,Reach\nSync,Planned,3,10\nTotal,,3,{amount}\n", encoding="utf-8")
    found, records = features(path)
    assert [record.values["title"] for record in records] == ["Sync"]
    assert "Totals are left out: row 3." in found.warnings


@pytest.mark.parametrize("word", ["Summe / total", "Total (40):", "Gesamt", "SUMME – TOTAL"])
def test_a_row_of_totals_may_say_so_in_two_languages_and_count(tmp_path: Path, word: str) -> None:
    path = tmp_path / "features.csv"
    path.write_text(f"Feature;Status;Effort;Reach\nSync;Planned;3;10\n{word};;3;2150\n", encoding="utf-8")
    assert [record.values["title"] for record in features(path)[1]] == ["Sync"]


def test_a_feature_whose_name_begins_with_total_stays(tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text("Feature;Status;Effort\nSync;Planned;3\nTotal / cost view;;3\n", encoding="utf-8")
    assert len(features(path)[1]) == 2


def test_sums_below_a_group_do_not_keep_ids_from_telling_rows_apart(sheet: Callable[..., Any]) -> None:
    head = ["Name", "Owner", "Status", "Timeline - Start", "Timeline - End", "Item ID"]
    with sheet("board.xlsx") as (workbook, path):
        write_rows(
            workbook.add_worksheet(), 0, ["Roadmap"], ["Now"], head, ["Cache", "Ana", "Doing", "", "2026-11-20", 7001]
        )
        write_rows(workbook.get_worksheet_by_name("Sheet1"), 4, ["", "", "", "", "2026-11-20", ""], ["Next"], head)
        write_rows(workbook.get_worksheet_by_name("Sheet1"), 7, ["Pairing", "Ben", "Done", "2026-11-02", "", 7002])
    found = recognise(path)
    assert (found.id_columns, found.layout.header_row) == (("Item ID",), 3)


@pytest.mark.parametrize("footer", ["2 features", "Total: 2", "Summe 7", "2 Zeilen", "2 items in total"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_footer_that_counts_the_rows_is_no_record(write: Callable[..., Path], footer: str, separator: str) -> None:
    rows = ["Feature,Team,Effort", "Sync,App,3", "Export,Web,5", "", f"{footer},,"]
    path = write("list.csv", "\n".join(rows).replace(",", separator) + "\n")
    found = recognise(path)
    assert [record.values["title"] for record in read(path, found, "feature")] == ["Sync", "Export"]
    assert "Totals are left out: row 5." in found.warnings


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("title", ["Total 360", "5 features", "Summe: 12"])
def test_what_looks_like_a_footer_in_the_middle_is_a_record(
    write: Callable[..., Path], title: str, separator: str
) -> None:
    rows = f"Feature,Team,Effort\nSync,App,3\n{title},,\nExport,Web,5\n\nTotal,,8\n2 features,,\n"
    path = write("list.csv", rows.replace(",", separator))
    found = recognise(path)
    records = list(read(path, found, "feature"))
    assert [(one.row, one.values["title"]) for one in records] == [(2, "Sync"), (3, title), (4, "Export")]
    assert "Totals are left out: rows 6, 7." in found.warnings


def test_a_count_at_the_end_that_is_off_is_a_footer_and_said(write: Callable[..., Path]) -> None:
    path = write("list.csv", "Feature,Team,Effort\nSync,App,3\nExport,Web,5\n\n18 features,,\n")
    found = recognise(path)
    assert len(list(read(path, found, "feature"))) == 2
    assert "Row 5, left out, says “18 features”; above it are 2. See whether some are missing." in (found.warnings)


def test_a_count_below_records_of_several_lines_counts_the_records(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        page = book.add_worksheet()
        write_rows(page, 0, ["Feature", "Team", "Notes"], ["Sync", "App", "first"], ["", "", "second"])
        write_rows(page, 3, ["Export", "Web", "other"], ["2 features"])
        page.merge_range("A2:A3", "Sync")
    found, records = features(path)
    assert [one.values["title"] for one in records] == ["Sync", "Export"]
    assert not [warning for warning in found.warnings if "above it are" in warning]


def test_many_rows_that_look_like_totals_are_records_alike_where_more_follow(write: Callable[..., Path]) -> None:
    path = write("list.csv", "Feature,Effort\nSync,3\n" + "Total,5\n" * 60 + "Masks,2\n")
    found, records = features(path)
    assert len(records) == 62
    assert not [one for one in found.warnings if "Totals are left out" in one]


def test_many_totals_at_the_end_are_left_out(write: Callable[..., Path]) -> None:
    path = write("list.csv", "Feature,Effort\nSync,3\n" + "Total,3\n" * 60)
    found = recognise(path)
    assert [record.values["title"] for record in read(path, found, "feature")] == ["Sync"]
    assert f"Totals are left out: rows {', '.join(map(str, range(3, 23)))} and more." in found.warnings


def test_rows_that_look_like_totals_among_records_are_in_doubt(write: Callable[..., Path]) -> None:
    path = write("list.csv", "Feature,Effort\nSync,3\nTotal,3\nExport,5\nSum,8\nAlbums,1\n")
    found = recognise(path)
    assert [(one.row, one.text, one.is_clear) for one in found.doubtful] == [(3, "Total", True), (5, "Sum", True)]
    assert len(list(read(path, found, "feature"))) == 5


def test_a_record_that_looks_like_a_total_has_what_merged_cells_say(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        page = book.add_worksheet()
        write_rows(page, 0, ["Product", "Title", "Effort"], ["Apps", "Sync", 3], ["", "Total", 5], ["", "Login", 2])
        page.merge_range("A2:A4", "Apps")
    _, records = features(path)
    assert [(one.values["title"], one.values["product"]) for one in records] == [
        ("Sync", "Apps"),
        ("Total", "Apps"),
        ("Login", "Apps"),
    ]


def test_cells_that_are_merged_from_what_looks_like_a_total_reach_on(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        page = book.add_worksheet()
        write_rows(page, 0, ["Title", "Effort", "Product"], ["Sync", 3, "Web"], ["Total", 5, 12], ["Login", 2, ""])
        page.merge_range("C3:C4", 12)
    _, records = features(path)
    assert [one.values["product"] for one in records] == ["Web", "12", "12"]


def test_sums_without_a_title_below_groups_are_no_records(sheet: Callable[..., Any]) -> None:
    head = ["Name", "Owner", "Status", "Estimate (days)"]
    with sheet() as (book, path):
        page = book.add_worksheet()
        write_rows(page, 0, head, ["Sync", "Kim", "Done", 3], ["", "", "", 3], [], ["Later"], head)
        write_rows(
            page, 6, ["Albums", "Sam", "Stuck", 5], ["", "", "", 7], ["Print", "Kim", "Done", 2], ["", "", "", 14]
        )
    found, records = features(path)
    assert [(one.row, one.values.get("title")) for one in records] == [
        (2, "Sync"),
        (7, "Albums"),
        (8, None),
        (9, "Print"),
    ]
    assert "Totals are left out: rows 3, 10." in found.warnings


def test_sums_below_each_part_of_a_list_are_no_records(write: Callable[..., Path]) -> None:
    rows = "Feature,Effort\nSync,3\nTotal,3\n,\nExport,5\nTotal,5\n,\nTotal,9\nAlbums,9\n"
    path = write("list.csv", rows)
    titles = [record.values["title"] for record in read(path, recognise(path), "feature")]
    assert titles == ["Sync", "Export", "Total", "Albums"]


@pytest.mark.parametrize("title", ["3 screens", "Top 2 features", "2 screens", "Total cost of 2 items"])
def test_a_title_with_a_number_is_a_record(write: Callable[..., Path], title: str) -> None:
    path = write("list.csv", f"Feature,Team,Effort\nSync,App,3\nExport,Web,5\n{title},,\n")
    assert [record.values["title"] for record in read(path, recognise(path), "feature")][2:] == [title]


@pytest.mark.parametrize("amounts", [",ca. 70 w", "3,70", ",5 PT"])
def test_a_count_of_records_beside_amounts_at_the_end_is_a_footer(write: Callable[..., Path], amounts: str) -> None:
    path = write(
        "list.csv", f"Feature,Team,Effort\nSync,App,3\n2 features,App,4\nExport,Web,5\n\n3 features,{amounts}\n"
    )
    found, records = features(path)
    assert [one.values["title"] for one in records] == ["Sync", "2 features", "Export"]
    assert "Totals are left out: row 6." in found.warnings


def test_a_count_beside_words_is_a_record(write: Callable[..., Path]) -> None:
    path = write("list.csv", "Feature,Team,Effort\nSync,App,3\nExport,Web,5\n2 features,Kim,4\n")
    assert len(features(path)[1]) == 3


WIDE = "Feature,Team,Status,Effort\nSync,App,idea,3\nExport,Web,idea,5\nMasks,App,idea,2\nMaps,App,idea,2\n"


def doubted(path: Path) -> list[tuple[int, str, str, bool]]:
    return [(one.row, one.text, one.like, one.is_clear) for one in recognise(path).doubtful]


def test_a_heading_among_records_is_in_doubt_and_clear(write: Callable[..., Path]) -> None:
    path = write("list.csv", WIDE + "Ideas parked,,,\nHinge,Web,idea,1\n")
    assert doubted(path) == [(6, "Ideas parked", "heading", True)]


def test_names_alone_that_stand_together_or_last_may_be_somebodys_notes(write: Callable[..., Path]) -> None:
    path = write("list.csv", WIDE * 3 + "Dark mode,,,\nAlbums,,,\nHinge,Web,idea,1\nDrawers,,,\n")
    assert [(row, is_clear) for row, _, _, is_clear in doubted(path) if row > 13] == [
        (16, False),
        (17, False),
        (19, False),
    ]


def test_where_many_rows_have_nothing_but_a_name_none_is_in_doubt(write: Callable[..., Path]) -> None:
    path = write("list.csv", "Feature,Team,Effort\nSync,App,3\nDark mode,,\nExport,Web,\nMaps,,\nHinge,,2\n")
    assert doubted(path) == []


def test_a_total_in_words_is_one_and_what_goes_on_below_may_be(write: Callable[..., Path]) -> None:
    path = write("list.csv", WIDE + "TOTAL 300 days,,,\n")
    assert doubted(path) == [(6, "TOTAL 300 days", "total", True)]
    path = write("b.csv", WIDE + "TOTAL,,,60 weeks\nwithout hardware,,,31 weeks\n")
    assert doubted(path) == [(6, "TOTAL", "total", True), (7, "without hardware", "total", False)]


@pytest.mark.parametrize(("row", "like", "between"), [("Total,,,5\n", "total", 1), ("Ideas,,,\n", "heading", 5)])
def test_rows_beyond_those_to_decide_on_are_counted(
    write: Callable[..., Path], row: str, like: str, between: int
) -> None:
    part = "Sync,App,idea,3\n" * between + row
    found = recognise(write("list.csv", f"Feature,Team,Status,Effort\n{part * 1300}Maps,App,idea,2\n"))
    assert {one.like for one in found.doubtful} == {like}
    assert {**found.doubtful_beyond}[like] == 1200
