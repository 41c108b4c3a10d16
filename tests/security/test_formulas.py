"""What people wrote cannot run as a formula in a spreadsheet, and is otherwise exported as it is.

A cell that a spreadsheet would run begins with an apostrophe. What only looks like a formula in the middle of a text
is left as it is, for two reasons. Split at commas, as the file says, or at semicolons and tabs too, it never begins a
cell, for such rows are quoted. And where a spreadsheet
is set to split at semicolons only, no quoting helps (a quote counts at the beginning of a cell, and such a spreadsheet
finds other beginnings); the whole file is then out of its columns, which nobody takes for data, whereas an apostrophe
put into every "…;-)" would be damage in every good reading. For those there is XLSX, whose texts never are formulas.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from northing.access.actor import Actor
from northing.kit import changes
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
ADDRESS = "/orchard/feedback/export"
RUN = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "=HYPERLINK(1)", "＝1+1"]
LEFT = ["a=1", "fine ;-)", "see;=1+1", "tab\t=1+1", "it's", "-3.5", '"quoted"', "a,=1+1", "two\n=1+1"]


def feedback(actor: Actor, texts: list[str]) -> None:
    """Every text in three fields of a record, and as a tag where a tag may be so."""
    rows = [{"title": "Said", "text": text, "author": text[:50], "device": text[:50], "tags": [text]} for text in texts]
    changes.create(actor, registry.named("feedback"), rows)


def body(client: Client, form: str) -> bytes:
    answer = client.get(f"{ADDRESS}.{form}?columns=text&columns=author&columns=device&columns=tags")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def table(client: Client) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(client, "csv").decode("utf-8-sig"), newline="")))[1:]


def test_no_cell_of_a_csv_file_begins_like_a_formula(signed_in: Client, admin_actor: Actor) -> None:
    feedback(admin_actor, RUN)
    cells = [cell for row in table(signed_in) for cell in row]
    assert sum(cell.startswith("'") for cell in cells) >= 2 * len(RUN)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_what_only_looks_like_a_formula_is_exported_as_it_is(signed_in: Client, admin_actor: Actor) -> None:
    feedback(admin_actor, LEFT)
    assert [row[1] for row in table(signed_in)] == LEFT


def split_at_any(line: str) -> list[str]:
    """The cells of a line as a spreadsheet finds them that splits at commas, semicolons and tabs alike."""
    cells, quoted = [""], False
    for character in line:
        if character == '"' and (quoted or not cells[-1]):
            quoted = not quoted
            cells[-1] += '"'
        elif character in ",;\t" and not quoted:
            cells.append("")
        else:
            cells[-1] += character
    return [cell.strip('"') for cell in cells]


def test_a_spreadsheet_that_splits_at_semicolons_too_finds_no_formula(signed_in: Client, admin_actor: Actor) -> None:
    feedback(admin_actor, ["see;=1+1", "tab\t=1+1", "a;+1;-2"])
    lines = body(signed_in, "csv").decode("utf-8-sig").splitlines()[1:]
    assert split_at_any("a;b,=1") == ["a", "b", "=1"]
    assert not [cell for line in lines for cell in split_at_any(line) if cell.startswith(("=", "+", "-", "@"))]


def test_texts_in_a_workbook_are_texts(signed_in: Client, admin_actor: Actor, tmp_path: Path) -> None:
    feedback(admin_actor, RUN)
    path = tmp_path / "feedback.xlsx"
    path.write_bytes(body(signed_in, "xlsx"))
    rows: list[list[Any]] = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert [row[1].strip() for row in rows[1:]] == [text.strip() for text in RUN]
