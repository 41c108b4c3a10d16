"""What is written opens safely in a spreadsheet and reads back as it was."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from northing.exchange import escape, read, recognise, write_csv, write_json, write_rejected, write_xlsx
from northing.exchange.writing import unescape

HEADERS = ["Title", "Votes", "Created", "Due", "Tags", "Open"]
ROW: list[Any] = ["=cmd()", -3.5, datetime(2024, 1, 2, 3, 4, tzinfo=UTC), date(2024, 5, 6), ["a", "b"], True]


@pytest.mark.parametrize("text", ["=1", "+1 call me", "-x", "@SUM", "\t=1", "\r=1", "-", "+"])
def test_texts_that_a_spreadsheet_would_run_are_escaped(text: str) -> None:
    assert escape(text) == f"'{text}"
    assert unescape(f"'{text}") == text


@pytest.mark.parametrize("value", [-3, -3.5, "-3.5", "+12", "1-2", "", None, "a=b"])
def test_numbers_and_plain_texts_are_not_harmed(value: Any) -> None:
    assert escape(value) == value


@given(st.text())
def test_escaping_is_taken_back(text: str) -> None:
    assert not text or unescape(escape(text)) == text or text.startswith("'")


def test_csv(write) -> None:
    content = b"".join(write_csv(HEADERS, [ROW, ["long\nsecond", None, None, None, [], False]] * 400))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 801
    assert rows[1] == ["'=cmd()", "-3.5", "2024-01-02T03:04:00+00:00", "2024-05-06", "a; b", "true"]
    assert rows[2] == ["long\nsecond", "", "", "", "", "false"]


def test_json() -> None:
    assert json.loads(b"".join(write_json(HEADERS, []))) == []
    (record,) = json.loads(b"".join(write_json(HEADERS, [ROW])))
    assert record == {
        "Title": "=cmd()", "Votes": -3.5, "Created": "2024-01-02T03:04:00+00:00", "Due": "2024-05-06",
        "Tags": ["a", "b"], "Open": True,
    }  # fmt: skip


def test_xlsx_has_typed_cells_and_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(write_xlsx(HEADERS, [ROW, ["https://x.example", None, None, None, None, False]])))
    header, first, second = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert header == HEADERS
    assert first == ["=cmd()", -3.5, ROW[2].replace(tzinfo=None), date(2024, 5, 6), "a; b", True]
    assert second[0] == "https://x.example"


def test_rejected_rows_come_back_in_their_own_columns(write) -> None:
    content = 'Note;Labels;Rating;Labels;Text\n;a;nine;;"One\nline"\n=x;b;4;c;Two\n;;;;\nthird;;ten;d;Three;odd;cells\n'
    path = write("a.csv", content)
    found = recognise(path)
    reasons = {record.row: record.problems for record in read(path, found, "feedback") if record.problems}
    assert set(reasons) >= {5}
    text = b"".join(write_rejected(path, found.layout, {2: (), 3: (), 5: reasons[5]})).decode("utf-8-sig")
    header, first, second, third = csv.reader(io.StringIO(text, newline=""))
    assert header == ["Note", "Labels", "Rating", "Labels", "Text", "Row in the file", "Reasons"]
    assert first[:5] == ["", "a", "nine", "", "One\nline"]
    assert second[:5] == ["'=x", "b", "4", "c", "Two"]
    assert third[:5] == ["third", "d", "ten", "", "Three"]
    assert (first[5], third[-2]) == ("2", "5"), "as a spreadsheet numbers them: the header is row 1, blank ones count"
    assert "the header has 5" in third[-1]


def test_rejected_json_records_come_back_as_rows(write_json) -> None:
    path = write_json("a.json", [{"title": "A", "tags": ["x", "y"]}, {"title": ""}, {"other": 1}])
    found = recognise(path)
    reasons = {record.row: record.problems for record in read(path, found, "feature") if record.problems}
    text = b"".join(write_rejected(path, found.layout, reasons)).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["title", "other", "Row in the file", "Reasons"],
        ["", "", "2", "title: empty"],
        ["", "1", "3", "title: empty"],
    ]  # fmt: skip
