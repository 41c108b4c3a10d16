"""Rows that look like totals or headings: which of them are left out, and how a person says otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from northing.exchange.records import DoubtfulRow, Recognition, Refused
from northing.kit.importing.choices import Choices
from northing.kit.importing.importers import OWN, importers
from northing.kit.record_types import RecordType

_SHOWN = 20


def doubtful(record_type: RecordType, recognition: Recognition) -> list[DoubtfulRow]:
    """Rows to decide on. A name alone is a record of most types; only of what people plan it may be a heading."""
    if recognition.format == OWN:
        return []
    has_headings = importers.of(record_type).by_title
    return [one for one in recognition.doubtful if one.like == "total" or has_headings]


def names(rows: Iterable[tuple[int, str]]) -> dict[int, str]:
    """What each row with its words goes by in a later file too: the words, of rows with the same the how manieth.

    >>> names([(5, "Phase 2"), (9, "Total"), (12, "Total")])
    {5: 'Phase 2', 9: 'Total', 12: 'Total (2)'}
    """
    met: Counter[str] = Counter()
    found = {}
    for row, text in rows:
        met[text] += 1
        found[row] = text if met[text] == 1 else f"{text} ({met[text]})"
    return found


def rows_left_out(rows: Sequence[DoubtfulRow], choices: Choices) -> frozenset[int]:
    """Those of the rows that are no records: as somebody said, else where it is clear."""
    known = names((one.row, one.text) for one in rows)
    return frozenset(one.row for one in rows if choices.left_out.get(known[one.row], one.is_clear))


def told(rows: Sequence[DoubtfulRow], choices: Choices, *, by_command: bool = False) -> Iterator[str]:
    """Which rows are left out and which are taken in all the same; `by_command` with how to say otherwise."""
    left_out = rows_left_out(rows, choices)
    out = [one for one in rows if one.row in left_out]
    taken = [one for one in rows if one.row not in left_out]
    if out:
        way_out = f" To take one in: --take-in {out[0].row}." if by_command else ""
        yield f"Rows that look like totals or headings are left out: {_named(out)}.{way_out}"
    if taken:
        way_out = f" To leave one out: --leave-out {taken[0].row}." if by_command else ""
        yield f"Rows that may be totals or headings are taken in: {_named(taken)}.{way_out}"


def told_of_more(record_type: RecordType, recognition: Recognition) -> Iterator[str]:
    """That rows beyond those to decide on are taken in."""
    for like, count in recognition.doubtful_beyond.items():
        if count and (like == "total" or importers.of(record_type).by_title):
            what = f"row may be a {like} and is" if count == 1 else f"rows may be {like}s and are"
            yield f"{count:,} more {what} taken in; remove what is no record from the file."


def _named(rows: Sequence[DoubtfulRow]) -> str:
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return f"{', '.join(f'row {one.row} (“{one.text}”)' for one in rows[:_SHOWN])}{more}"


def chosen_rows(rows: Sequence[DoubtfulRow], out: Iterable[int], taken: Iterable[int]) -> dict[str, bool]:
    """What is said of rows by their numbers, by what they go by. Raises `Refused` for a row that is not in doubt."""
    known = names((one.row, one.text) for one in rows)
    chosen: dict[str, bool] = {}
    for numbers, is_out in ((out, True), (taken, False)):
        for number in numbers:
            if number not in known:
                those = f"Those that do: {_named(rows)}." if rows else "None does."
                raise Refused(f"Row {number} looks like no total and no heading.", those)
            chosen[known[number]] = is_out
    return chosen
