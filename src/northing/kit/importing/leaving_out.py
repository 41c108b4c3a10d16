"""Rows that look like totals or headings: which of them are left out, and how a person says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from northing.exchange.records import DoubtfulRow, Recognition, Refused
from northing.kit.importing.choices import Choices
from northing.kit.importing.importers import OWN, importers
from northing.kit.record_types import RecordType

_SHOWN = 20
_LOOK_LIKE = {"total": "a total", "heading": "a heading"}


def doubtful(record_type: RecordType, recognition: Recognition) -> list[DoubtfulRow]:
    """Rows to decide on. A name alone is a record of most types; only of what people plan it may be a heading."""
    if recognition.format == OWN:
        return []
    has_headings = importers.of(record_type).by_title
    return [one for one in recognition.doubtful if one.like == "total" or has_headings]


def is_left_out(row: DoubtfulRow, choices: Choices) -> bool:
    """Whether a row is no record: as somebody said of its words, else where it is clear."""
    return choices.left_out.get(row.text, row.is_clear)


def rows_left_out(record_type: RecordType, recognition: Recognition, choices: Choices) -> frozenset[int]:
    return frozenset(one.row for one in doubtful(record_type, recognition) if is_left_out(one, choices))


def told(rows: Sequence[DoubtfulRow], choices: Choices, *, by_command: bool = False) -> Iterator[str]:
    """Which rows are left out and which are taken in all the same; `by_command` with how to say otherwise."""
    out = [one for one in rows if is_left_out(one, choices)]
    taken = [one for one in rows if not is_left_out(one, choices)]
    if out:
        way_out = f" To take one in: --take-in {out[0].row}." if by_command else ""
        yield f"Rows that look like totals or headings are left out: {_named(out)}.{way_out}"
    if taken:
        way_out = f" To leave one out: --leave-out {taken[0].row}." if by_command else ""
        yield f"Rows that may be totals or headings are taken in: {_named(taken)}.{way_out}"


def _named(rows: Sequence[DoubtfulRow]) -> str:
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return f"{', '.join(f'row {one.row} (“{one.text}”)' for one in rows[:_SHOWN])}{more}"


def chosen_rows(rows: Sequence[DoubtfulRow], out: Iterable[int], taken: Iterable[int]) -> dict[str, bool]:
    """What is said of rows by their numbers, by their words. Raises `Refused` for a row that is not in doubt."""
    texts = {one.row: one.text for one in rows}
    chosen: dict[str, bool] = {}
    for numbers, is_out in ((out, True), (taken, False)):
        for number in numbers:
            if number not in texts:
                those = f"Those that do: {_named(rows)}." if rows else "None does."
                raise Refused(f"Row {number} looks like no total and no heading.", those)
            chosen[texts[number]] = is_out
    return chosen
