"""Files made to keep the reader busy, or to fill its memory: refused, and soon."""

from __future__ import annotations

import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from northing.exchange import Refused, recognise

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
    code = "import sys; from northing.exchange import *\ntry: recognise(sys.argv[1])\nexcept Refused: 0"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=30)


SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def _workbook(path: Path) -> bytes:
    """A workbook with one sheet of a thousand rows; returns the sheet."""
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (at, at, at) for at in range(1, 1001))
    sheet = SHEET + rows + b"</sheetData></worksheet>"
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
