"""Rows that sum or count those above them, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from northing.exchange.left_out import LeftOut
from northing.exchange.records import Layout
from northing.exchange.tables import records

HEADERS = ("Part", "Title", "Effort")
SHEET = Layout(kind="xlsx", headers=HEADERS, header_row=1)


def groups(number: int, *footer: str) -> Iterator[list[str]]:
    for at in range(number):
        yield from ([f"Group {at}", "", ""], ["", f"Sync {at}", "5"], ["", *footer])


def test_a_footer_does_not_add_up_all_groups_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[int] = []
    monkeypatch.setattr(Counter, "total", lambda counter: added.append(len(counter)) or 0)
    left_out = LeftOut()
    assert len(list(records(groups(9, "Total", "5"), SHEET, left_out=left_out))) == 9
    assert len(left_out.totals) == 9
    assert added == []


def test_a_count_below_a_group_is_of_the_group_or_of_all() -> None:
    left_out = LeftOut()
    assert len(list(records(groups(3, "1 feature", ""), SHEET, left_out=left_out))) == 3
    assert len(list(records(groups(3, "3 features", ""), SHEET, left_out=left_out))) == 3
    assert [(row, there) for row, _, there in left_out.miscounts] == [(4, 1), (7, 2)]


@pytest.mark.parametrize(("last", "is_record"), [("5 stories", True), ("2 stories", False), ("1 feature", True)])
def test_a_count_with_amounts_beside_it_is_a_footer_where_it_is_right(last: str, is_record: bool) -> None:
    rows = [["", "Sync", "5"], ["", "Masks", "3"], ["", last, "8"]]
    assert len(list(records(rows, SHEET))) == 2 + is_record
