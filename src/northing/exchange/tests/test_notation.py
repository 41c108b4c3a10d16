"""Decimals of three digits stay what they are beside numbers that show what their sign parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from northing.exchange import read, recognise
from northing.exchange.tests.sheets import write_rows


@pytest.mark.parametrize("others", ["1234.5678;640.25;900", "0.125;480;510.5", "1,234.567;800;900"])
def test_what_is_large_keeps_decimals_beside_others_of_three_and_more(
    write: Callable[[str, str], Path], others: str
) -> None:
    rows = "".join(f"{at};{cell}\n" for at, cell in enumerate(f"312.345;8.251;{others}".split(";")))
    found = recognise(path := write("a.csv", f"Review;ARR\n{rows}"))
    assert [one.values["account_revenue"] for one in read(path, found, "feedback")][:2] == [312.345, 8.251]
    assert any("312.345 may mean 312.345 or 312,345" in one for one in found.warnings)


def test_a_number_of_a_workbook_keeps_its_decimals_beside_a_text_of_thousands(sheet: Callable[..., Any]) -> None:
    with sheet() as (book, path):
        rows = [["Review", "ARR"], ["A", 12.345], ["B", "4.800 €"], ["C", 900], ["D", 620.5]]
        write_rows(book.add_worksheet(), 0, *rows)
    found = recognise(path)
    assert any("4.800 may mean" in one for one in found.warnings)
    values = [one.values["account_revenue"] for one in read(path, found, "feedback")]
    assert (values[0], values[2:]) == (12.345, [900, 620.5])


def test_thousands_that_a_person_chooses_are_not_made_of_such_decimals(write: Callable[[str, str], Path]) -> None:
    path = write("a.csv", "Feature,Status,Reach,Votes\nA,idea,312.345,4.800\nB,idea,1234.5678,3\n")
    found = recognise(path, number_marks="thousands")
    first = next(read(path, found, "feature")).values
    assert (first["reach"], first["votes"]) == (312.345, 4800)
    assert "'Reach' keeps its decimals, which other cells of it show: 312.345 is read as 312.345." in found.warnings
