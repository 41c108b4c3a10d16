"""Rows that name the same thing as one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from northing.exchange.records import Record
from northing.exchange.words import as_one_name
from northing.kit.importing.gathering import Gathering


def folded(records: Iterable[Record], name: str, moment: Callable[[Record], datetime]) -> Iterator[Record]:
    """Records with the same name as one, each: the latest value counts, and others are kept aside with it."""
    first: dict[str, _Folded] = {}
    gathering = Gathering()
    for number, record in enumerate(records):
        key = as_one_name(str(record.values.get(name, "")))
        if not key or record.problems:
            yield record
            continue
        gathering.add(key, record.values, (moment(record), number))
        if key in first:
            first[key].take(record)
        else:
            first[key] = _Folded(record)
    for key, one in first.items():
        yield one.as_record(gathering.latest(key), tuple(sorted(gathering.disagreeing(key) - {name})))


@dataclass
class _Folded:
    record: Record
    parts: list[int] = field(default_factory=list)
    extra: dict[str, dict[str, None]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        self.parts += [record.row, *record.parts]
        for name, cells in record.extra.items():
            self.extra.setdefault(name, {}).update(dict.fromkeys(cells))
        self.record.unread += tuple(replace(problem, row=record.row) for problem in record.unread)

    def as_record(self, values: dict[str, Any], disagreeing: tuple[str, ...]) -> Record:
        record = self.record
        if self.parts:
            for name, cells in self.extra.items():
                record.extra[name] = list(dict.fromkeys([*record.extra.get(name, ()), *cells]))
            record.values |= values
            record.parts += tuple(self.parts)
            record.disagreeing = disagreeing
        return record
