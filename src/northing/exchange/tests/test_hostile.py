"""Files made to keep the reader busy, or to fill its memory: refused, and soon."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
import xlsxwriter

from northing.exchange import Refused, limits, recognise, workbook
from northing.exchange.commenting import comments_in
from northing.exchange.words import fold

LONG = {
    "comments": "<!---->" * 200 + "x\n1\n2\n",
    "wrapped": f"{'feld' * 50_000},Title\n1,One\n2,Two\n",
    "qualified": f"{'(' * 200_000},Title\n1,One\n2,Two\n",
    "words": f"{'a b ' * 50_000},Title\n1,One\n2,Two\n",
}


@pytest.mark.parametrize("name", LONG)
def test_no_text_keeps_the_reader_busy(tmp_path: Path, name: str) -> None:
    """In a process that can be ended: a pattern that never ends lets nothing else run in its own."""
    path = tmp_path / "x.csv"
    path.write_text(LONG[name])
    _recognised_soon(path)


def _recognised_soon(path: Path) -> None:
    code = "import sys; from northing.exchange import *\ntry: recognise(sys.argv[1])\nexcept Refused: 0"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=30)


def test_no_estimate_keeps_the_reader_busy() -> None:
    code = "from northing.exchange.values import parse_guess\nassert parse_guess('1' + ' ' * 200_000 + 'x') is None"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_no_gap_in_a_text_with_line_breaks_keeps_the_reader_busy() -> None:
    code = "from northing.exchange.markup import plain_text\n"
    code += "assert plain_text('a' + ' ' * 900_000 + 'b<br>') == 'a' + ' ' * 900_000 + 'b\\n'"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_lists_without_end_are_not_all_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({f"list {at}": [{"title": "One"}] for at in range(1000)}))
    assert "list 20[] and 979 more." in " ".join(recognise(path).warnings)


def test_a_comment_of_brackets_is_a_comment() -> None:
    text = '[{"text":' + "[" * 100_000
    assert [comment["text"] for comment in comments_in(text)] == [text]


def test_a_title_that_reaches_over_the_whole_sheet_is_put_together_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Title", "Text", "Status"])
        for row in range(1, 40_001):
            page.write(row, 1, "a line")
        page.merge_range(1, 0, 40_000, 0, "Export")
    _recognised_soon(path)


def test_many_cells_merged_beside_each_other_are_told_apart_at_once() -> None:
    code = "from northing.exchange.merging import merges_of\n"
    code += "merges_of([((0, at), (999, at)) for at in range(2000)], last=(999, 1999))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=20)


@pytest.mark.parametrize(("bound", "told"), [("SHEETS", "more than 1 sheets"), ("MERGES", "more than 1 merged cells")])
def test_more_sheets_and_merged_cells_than_anybody_reads_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, told: str
) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for page in (book.add_worksheet(), book.add_worksheet()):
            page.write_row(0, 0, ["Title", "Text"])
            page.write_row(1, 0, ["Export", "Slow"])
            page.merge_range(3, 0, 3, 1, "a")
            page.merge_range(4, 0, 4, 1, "b")
    assert recognise(path).sheets == ("Sheet1", "Sheet2")
    monkeypatch.setattr(limits, bound, 1)
    with pytest.raises(Refused, match=told):
        recognise(path)


def test_only_words_are_remembered() -> None:
    """A cell can have a million characters, and thousands of them were kept for the life of the process."""
    text = "Export " * 100
    assert fold(text) is not fold(text)
    assert fold("Export") is fold("Export")


SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def _workbook(path: Path, behind: bytes = b"") -> bytes:
    """A workbook with one sheet of a thousand rows, and what stands behind them; returns the sheet."""
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (at, at, at) for at in range(1, 1001))
    sheet = SHEET + rows + b"</sheetData>" + behind + b"</worksheet>"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    book = f'<workbook xmlns="{main}" xmlns:r="{office}">{sheets}</workbook>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels", f'{relation}Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        )
        archive.writestr("xl/workbook.xml", book)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{relation}Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return sheet


def test_a_part_larger_than_it_says_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    sheet = _workbook(path)
    assert recognise(path).estimated_rows == 1000
    said = SHEET
    packed = bytearray(path.read_bytes())
    for magic, crc_at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        at = packed.rfind(magic)
        while b"sheet1.xml" not in packed[at : at + 80]:
            at = packed.rfind(magic, 0, at)
        struct.pack_into("<I", packed, at + crc_at, zlib.crc32(said))
        struct.pack_into("<I", packed, at + crc_at + 8, len(said))
    path.write_bytes(packed)
    with zipfile.ZipFile(path) as archive:  # the standard library notices nothing
        assert archive.read("xl/worksheets/sheet1.xml") == said != sheet
    with pytest.raises(Refused, match="larger than it says"):
        recognise(path)


def test_rows_merged_below_the_last_filled_one_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    _workbook(path, b'<mergeCells><mergeCell ref="A901:C1048576"/></mergeCells>')
    _, merges = workbook.laid_out(path, "S")
    assert len(merges.reach_down) == 99


def test_cells_that_are_merged_over_each_other_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    _workbook(path, b'<mergeCells><mergeCell ref="A1:A1000"/><mergeCell ref="A1:A1000"/></mergeCells>')
    with pytest.raises(Refused, match="lie over each other"):
        recognise(path)
