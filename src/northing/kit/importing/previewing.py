"""What an import would change, and how it reads estimates: kept beside the staged file for a person to look at."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from northing.access.actor import Actor
from northing.exchange.writing import as_text
from northing.kit import cleaning, exporting, tagging
from northing.kit.extensions import Column, extensions, load_columns
from northing.kit.fields import Tags
from northing.kit.importing.importers import Joined, importers
from northing.kit.importing.joining import Joining
from northing.kit.importing.noted import MOST_TEXTS, Noted, Readings
from northing.kit.importing.origins import kept_before_and_after
from northing.kit.importing.sorting import Piece
from northing.kit.importing.staging import StagedRow
from northing.kit.record_types import RecordType, Values

PREVIEW = "preview.json"
MOST_ROWS = 20
MOST_KEYS = 20
_Joined = Mapping[int, Mapping[str, Joined]]


class Change(NamedTuple):
    """A field by its label, its value now, and the one of the file, which with `stays` is not written."""

    label: str
    now: str
    then: str
    stays: bool = False


class UpdatedRow(NamedTuple):
    """What a row of the file changes in the record with this key."""

    key: str
    title: str
    row: int
    changes: list[Change]


@dataclass
class Preview:
    """`rows` are the first that would be updated. `readings` holds texts of estimates with how they are read, by field,
    and what is to be said of others that are not there; `statuses` the words of the file's statuses with their rows and
    what they are read as, `other_statuses` the rows with words beyond these. `same_titles` counts rows with the title
    of a record of another origin, `keys` names the first of these records. `marks` is how numbers are read, "" where
    none of them have signs in them; `people` names that are no member's, with their rows and the member that they were
    said to be, 0 for none; `doubtful` rows that may be totals or headings, with their words and whether they are left
    out. Of the warnings `known` are those that stand where the columns are chosen, and `asked` those
    of which the page asks what is meant."""

    rows: list[UpdatedRow] = field(default_factory=list)
    readings: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)
    statuses: list[tuple[str, int, str]] = field(default_factory=list)
    other_statuses: int = 0
    same_titles: int = 0
    keys: list[str] = field(default_factory=list)
    marks: str = ""
    people: list[tuple[str, int, int]] = field(default_factory=list)
    doubtful: list[tuple[int, str, bool]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def noting(cls, noted: Noted) -> Preview:
        """With what the cells of the file say."""
        return cls(
            readings={name: (one.shown, _others(one)) for name, one in noted.readings.items() if one.shown},
            statuses=[(word, one.rows, one.category) for word, one in noted.statuses.items()],
            other_statuses=noted.other_statuses,
        )

    def write(self, folder: Path) -> None:
        (folder / PREVIEW).write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def of(cls, folder: Path) -> Preview:
        """That of a staged file; an empty one where it was staged before there were any."""
        path = folder / PREVIEW
        if not path.exists():
            return cls()
        kept = cls(**json.loads(path.read_text(encoding="utf-8")))
        kept.rows = [UpdatedRow(key, title, row, [Change(*one) for one in own]) for key, title, row, own in kept.rows]
        return kept


def _others(readings: Readings) -> str:
    return f"There are more than {MOST_TEXTS:,} texts; these are the first." if readings.is_cut else ""


@dataclass
class Looker:
    """Takes down the first updates of the pieces it is shown."""

    actor: Actor
    record_type: RecordType
    preview: Preview
    joining: Joining

    def look(self, piece: Piece) -> None:
        joined = self.joining.look(piece)
        room = MOST_ROWS - len(self.preview.rows)
        updates = [(row, record.pk, record.pk) for row, record in piece.differing]
        updates += [(replace(one.row, values=one.brings), one.into.pk, one.merged.pk) for one in piece.led_on]
        if room > 0 and updates:
            self.preview.rows += self._updates(updates[:room], piece.kept, joined)

    def _updates(
        self, updates: Sequence[tuple[StagedRow, int, int]], kept: Mapping[int, Values], joined: _Joined
    ) -> Iterator[UpdatedRow]:
        """Rows, each with the record that it changes and the one that keeps what its source says besides; `kept` are
        values of the file that are not written, `joined` its numbers that people have given too."""
        rows = [row for row, *_ in updates]
        found = self.record_type.model.objects.within(self.actor).in_bulk({pk for _, *ids in updates for pk in ids})
        records = [found[pk] for _, pk, _ in updates]
        changes: list[list[Change]] = [[] for _ in rows]
        self._add_fields([row.values for row in rows], records, changes)
        self._add_fields([kept.get(row.row, {}) for row in rows], records, changes, stays=True)
        self._add_typed(rows, records, changes)
        estimated = self._estimated(records)
        for row, record, (_, _, keeper), own in zip(rows, records, updates, changes, strict=True):
            own += self._aside(row, record, found[keeper], estimated, joined.get(record.pk, {}))
            yield UpdatedRow(self.record_type.key(record), str(record), row.row, own)

    def _add_fields(
        self, values: Sequence[Values], records: Sequence[Any], changes: list[list[Change]], *, stays: bool = False
    ) -> None:
        cleaned, _ = cleaning.clean(self.actor, self.record_type, values, partial=True)
        tags = tagging.tags_of([record.pk for record in records])
        before = [cleaning.values_of(self.record_type, record, tags.get(record.pk, ())) for record in records]
        for name, spec in self.record_type.specs.items():
            at_all = [at for at, values in enumerate(cleaned) if name in values and values[name] != before[at][name]]
            if not at_all:
                continue
            if isinstance(spec, Tags):
                texts = [(", ".join(before[at][name]), ", ".join(cleaned[at][name])) for at in at_all]
            else:
                texts = self._texts(name, [records[at] for at in at_all], [cleaned[at][name] for at in at_all])
            for at, (old, new) in zip(at_all, texts, strict=True):
                changes[at].append(Change(spec.label, old, new, stays))

    def _texts(self, name: str, records: Sequence[Any], values: Sequence[Any]) -> list[tuple[str, str]]:
        """Old and new text of a field; a name that nobody has yet stands for itself."""
        attribute = self.record_type.specs[name].attribute
        is_reference = attribute != name
        after = [copy.copy(record) for record in records]
        for record, value in zip(after, values, strict=True):
            setattr(record, attribute, None if is_reference and isinstance(value, str) else value)
        old = exporting.column(self.actor, self.record_type, name, records)
        new = exporting.column(self.actor, self.record_type, name, after)
        unknown = [str(value) if is_reference and isinstance(value, str) else "" for value in values]
        return [(as_text(one), word or as_text(other)) for one, other, word in zip(old, new, unknown, strict=True)]

    def _add_typed(self, rows: Sequence[StagedRow], records: Sequence[Any], changes: list[list[Change]]) -> None:
        """Estimates that were typed into an export of ours."""
        names = {name for row in rows for name in row.typed}
        columns = [column for name, column in extensions.columns[self.record_type.name].items() if name in names]
        loaded = load_columns(self.actor, columns, [record.pk for record in records]) if columns else {}
        for row, record, own in zip(rows, records, changes, strict=True):
            for column in columns:
                if column.name in row.typed:
                    now = column.text(loaded[column.name].get(record.pk))
                    own.append(Change(column.label, now, row.typed[column.name]))

    def _estimated(self, records: Sequence[Any]) -> dict[str, dict[int, str]]:
        """What records are estimated at now, in words, by quantity and record: since the last import people may have
        thought again."""
        columns = self._entered if importers.of(self.record_type).read_as else []
        loaded = load_columns(self.actor, columns, [record.pk for record in records])
        return {one.name: {pk: one.text(value) for pk, value in loaded[one.name].items()} for one in columns}

    def _aside(
        self,
        row: StagedRow,
        record: Any,
        keeper: Any,
        estimated: Mapping[str, Mapping[int, str]],
        joined: Mapping[str, Joined],
    ) -> Iterator[Change]:
        """What has no field and is otherwise than when it was last brought: columns kept aside, and estimates."""
        if row.record_id is not None:
            return
        before, after = kept_before_and_after(row, keeper)
        told: dict[str, tuple[str, str]] = {}
        for name in dict.fromkeys([*before, *after]):
            if name not in after and self._is_estimate(name, before[name]):
                continue  # an emptied cell takes no estimate away
            if before.get(name) != after.get(name) and not name.endswith(" as given"):
                label = name[:1].upper() + name[1:]
                old, new = told.get(label, ("", ""))  # a cell that could not be read stands under its column's name
                is_estimate = self._is_estimate(name, after.get(name))
                now = estimated.get(name, {}).get(record.pk, "") if is_estimate else self._read(name, before.get(name))
                read = self._read(name, after.get(name))
                told[label] = old or now, new or (_beside(joined[name], read) if name in joined else read)
        yield from (Change(label, old, new) for label, (old, new) in told.items())

    @property
    def _entered(self) -> list[Column]:
        """Columns of what is no field and is entered, as estimates are."""
        return [column for column in extensions.columns[self.record_type.name].values() if column.entry]

    def _is_estimate(self, name: str, value: Any) -> bool:
        return bool(self._read_as(name, value))

    def _read(self, name: str, value: Any) -> str:
        read = "" if value is None else self._read_as(name, value)
        plain = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        return f"{read} ({plain})" if read and read != plain else plain

    def _read_as(self, name: str, value: Any) -> str:
        read_as = importers.of(self.record_type).read_as
        is_entered = any(column.name == name for column in self._entered)
        return read_as(name, value, self.actor.workspace.currency) if read_as and is_entered else ""


def _beside(joined: Joined, read: str) -> str:
    """What counts after the import where the file's number is not the only one.

    >>> _beside(Joined("25 (14–47) days", "joins what 1 person said here"), "30 (18–54) days (6w)")
    '25 (14–47) days: 30 (18–54) days (6w) in the file joins what 1 person said here'
    """
    return f"{joined.then}: {read} in the file {joined.words or 'does not change what was measured'}"
