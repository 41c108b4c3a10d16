"""What is not the format it claims, damaged or beyond a bound is refused, with a reason and a way out."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from northing.exchange import ColumnMapping, Refused, limits, read, recognise

TABLE = "Title,Description,Status\nDark mode,Please,open\n"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n \n", "empty"),
        ("a.csv", b"Title,Description,Status\n", "no records"),
        ("a.csv", b"\n\n<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        ("a.csv", b"<html><head><title>502</title></head></html>", "web page"),
        ("a.csv", b'<?xml version="1.0"?><rss><channel/></rss>', "XML"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG image"),
        ("a.json", b"%PDF-1.7 ...", "PDF"),
        ("a.csv", gzip.compress(b"a,b\n1,2\n", mtime=0), "gzip"),
        ("a.csv", bytes(range(1, 32)) * 40 + b"\xff\xfe\x00", "binary"),
        ("a.csv", b'[{"title": "x"}]', "called .csv but is JSON"),
        ("a.xlsx", TABLE.encode(), "called .xlsx but is"),
        ("a.json", TABLE.encode(), "called .json but is"),
        ("a.json", b'[{"title": "x"}, {"tit', "cut off"),
        ("a.json", b'[{"title": "x"}, {"title": "y"}', "cut off"),
        ("a.json", b'{"items": [{"title": "x"}]', "cut off"),
        ("a.json", b'[{"title": "x"} {"title": "y"}]', "not valid JSON"),
        ("a.json", b'[{"title": "x"}] trailing', "goes on"),
        ("a.json", b'{"message": "Bad credentials", "status": "401"}', "Bad credentials"),
        ("a.json", b"[]", "is empty"),
        ("a.jsonl", b'{"title": "x"}\n{"title": ', "cut off"),
        ("a.json", b'[{"a": ' + b"[" * 70 + b"]" * 70 + b"}]", "nested deeper"),
        ("a.json", b"[" * 100_000, "nested deeper|cut off"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old XLS workbook"),
        ("a.xlsx", b"PK\x03\x04" + bytes(200), "damaged ZIP"),
        ("a.csv", ",".join(f"c{n}" for n in range(limits.COLUMNS + 1)).encode() + b"\n1,2\n", "columns"),
        (
            "notes.txt",
            b"This is the first line, and it goes on.\nHere, we, have, several,"
            b" commas\n\nAnd none here\nNor there\nNor here\n",
            "running text",
        ),
    ],
)
def test_is_refused_with_its_reason(write, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refusal:
        recognise(write(name, content))
    assert refusal.value.way_out.endswith(".")


def test_the_claimed_name_counts_not_that_of_the_upload(write) -> None:
    upload = write("tmp9x2k", TABLE)
    assert recognise(upload, "ideas.csv").kind == "csv"
    with pytest.raises(Refused, match=r"called \.xlsx"):
        recognise(upload, "ideas.xlsx")


def test_a_word_document_and_a_plain_archive_are_told_apart(tmp_path: Path) -> None:
    for name, entry, reason in (("a.docx", "word/document.xml", "text document"), ("a.zip", "x.csv", "ZIP archive")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(entry, "x")
        with pytest.raises(Refused, match=reason):
            recognise(tmp_path / name)


def test_a_workbook_that_unpacks_beyond_the_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_column(0, 0, ["Title"] * 2000)
    monkeypatch.setattr(limits, "WORKBOOK_BYTES", 10_000)
    with pytest.raises(Refused, match="unpacks to"):
        recognise(path)


def test_a_cell_in_the_far_corner_does_not_take_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "corner.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Title")
        page.write(1_048_575, 16_383, "stray")
    with pytest.raises(Refused, match="spans more than"):
        recognise(path)


def test_repeated_filled_rows_of_an_ods_do_not_take_all_memory(write_ods) -> None:
    path = write_ods(
        "bomb.ods",
        '<table:table-row table:number-rows-repeated="15000"><table:table-cell table:number-columns-repeated="15000"'
        ' office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
    )
    with pytest.raises(Refused, match="spans more than"):
        recognise(path)


def test_one_endless_json_value_is_bounded(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "JSON_RECORD_CHARACTERS", 200_000)
    with pytest.raises(Refused, match="longer than 200,000"):
        recognise(write("a.json", json.dumps([{"title": "x" * 900_000}])))


def test_a_target_that_the_record_type_does_not_have_is_named(write) -> None:
    path = write("a.csv", TABLE)
    with pytest.raises(ValueError, match="'Title' is mapped to 'heading', which feedback does not have"):
        read(path, recognise(path), "feedback", [ColumnMapping("Title", "heading")])


@pytest.mark.parametrize(
    "page",
    [
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><table><tr><td>1</td></tr></table></body>',
        "\n\n<table border=1><tr><th>Key</th></tr></table>",
    ],
)
def test_a_web_page_that_is_called_a_workbook_names_the_way_out(write, page: str) -> None:
    with pytest.raises(Refused, match=r"as some tools write under the name of an Excel workbook.*Export CSV"):
        recognise(write("Jira.xls", page))


def test_text_with_rulers_is_no_table(write) -> None:
    lines = "\n".join(["Release 1.0", "*" * 40, *(f"Fix number {number}" for number in range(50))])
    with pytest.raises(Refused, match="running text"):
        recognise(write("NEWS.txt", lines))


def test_a_bill_of_materials_is_told(write) -> None:
    parts = write("bom.csv", "Designator,Quantity,Footprint,Description\nC1,3,0603,Capacitor\nR1,2,0402,Resistor\n")
    found = recognise(parts)
    assert "bill of materials" in found.unfit
    assert found.unfit in found.warnings
    returns = write("returns.csv", "Part number,Quantity,Complaint,Customer,Rating\nP1,1,It hums,Kim,2\n")
    assert not recognise(returns).unfit
