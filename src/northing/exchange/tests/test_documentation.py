"""The page on formats names every kind of export and every canonical field."""

from __future__ import annotations

from pathlib import Path

import pytest

from northing.exchange import TARGETS, limits
from northing.exchange.dialects import DIALECTS

PAGE = Path(__file__).parents[4] / "docs" / "formats.md"


@pytest.mark.skipif(not PAGE.is_file(), reason="the documents are not beside the package")
def test_the_page_is_complete() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]
    proposed = {row[0].strip("`"): row[-1] for row in rows}
    for dialect in DIALECTS:
        assert proposed.get(dialect.name) == dialect.record_types[0].replace("_", " "), dialect.name
    for record_type, targets in TARGETS.items():
        assert proposed[record_type] == ", ".join(targets)
    for bound in (limits.CELL_CHARACTERS, limits.COLUMNS, limits.WORKBOOK_CELLS, limits.JSON_RECORD_CHARACTERS):
        assert f"{bound:,}" in page
