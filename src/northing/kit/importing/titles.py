"""Records that rows of a file are taken for because they have the same title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from northing.access.actor import Actor
from northing.exchange.fields import BY_TITLE
from northing.exchange.words import as_one_name
from northing.kit.importing.choices import Choices
from northing.kit.importing.importers import OWN, importers
from northing.kit.importing.origins import IDS
from northing.kit.importing.staging import StagedRow
from northing.kit.record_types import RecordType

_SHOWN = 20


class Titles:
    """The live records of a type by title, each taken by one row at most.

    Where the source has ids of its own, two of its records may well have one title, so only records of another origin
    are looked at. Without `join` those are noted in `met` and left alone.
    """

    def __init__(self, actor: Actor, record_type: RecordType, *, join: bool) -> None:
        self._actor = actor
        self._record_type = record_type
        self._join = join
        self._taken: dict[int, int] = {}
        self.met: dict[int, str] = {}
        """The key of the record of another origin whose title a row has, by row."""

    @classmethod
    def of(cls, actor: Actor, record_type: RecordType, file_format: str, choices: Choices) -> Titles | None:
        """None where titles say nothing: our own exports have keys, and of most types many records share one."""
        if file_format == OWN or not importers.of(record_type).by_title:
            return None
        return cls(actor, record_type, join=choices.join)

    def take(self, row: StagedRow) -> int | None:
        """The record that a row which its source has not brought before stands for."""
        source, by_title = row.identity["external_source"], row.identity["external_id"].startswith(BY_TITLE)
        for pk, number, origins in self._known.get(as_one_name(str(row.values.get(self._record_type.title, ""))), ()):
            is_here = source in origins
            if self._taken.get(pk, row.row) != row.row or (is_here and not by_title):
                continue
            if not is_here:
                self.met[row.row] = f"{self._record_type.prefix}-{number}"
                if not self._join:
                    continue
            self._taken[pk] = row.row
            return pk
        return None

    def give(self, pk: int, row: StagedRow) -> None:
        """A record is known to be a row's by its id."""
        self._taken.setdefault(pk, row.row)

    def warnings(self) -> Iterator[str]:
        """That rows were taken for records of another origin, or were not."""
        if self.met:
            keys = [*self.met.values()]
            shown = f"{', '.join(keys[:_SHOWN])}{' and more' if len(keys) > _SHOWN else ''}"
            noun, nouns = self._record_type.noun, self._record_type.nouns
            done = "they update those" if self._join else f"they make new {nouns} all the same"
            yield f"Rows with the title of a {noun} that is there: {len(keys):,} ({shown}); {done}."

    @cached_property
    def _known(self) -> dict[str, list[tuple[int, int, set[str]]]]:
        """By title the ids and numbers of records, and the sources that they are from."""
        live = self._record_type.model.objects.within(self._actor).filter(archived_at=None).order_by("pk")
        rows = live.values_list(self._record_type.title, "pk", "number", "external_source", f"custom__{IDS}")
        known: dict[str, list[tuple[int, int, set[str]]]] = defaultdict(list)
        for title, pk, number, source, ids in rows.iterator():
            known[as_one_name(title)].append((pk, number, {source, *(ids or ())}))
        return known
