"""What rows say of the records that they refer to: a plan and a revenue beside the customer in a file of feedback."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.exchange.words import as_one_name
from northing.kit import cleaning
from northing.kit.batches import batched
from northing.kit.changes import Edit, changing
from northing.kit.importing.gathering import Gathering
from northing.kit.importing.importers import Incoming, importers
from northing.kit.importing.last_words import LastWord, batches_of, last_words
from northing.kit.importing.referring import target_of
from northing.kit.models import Import
from northing.kit.record_types import RecordType

TOLD = "told.json"
_AT_ONCE = 500
_NEVER = datetime.min.replace(tzinfo=UTC)
Told = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By reference field and name, the values of the record that goes by that name."""


@dataclass
class Telling:
    """Gathers what the rows of a file say; of several rows about one record the latest by date counts."""

    record_type: RecordType
    _gathered: dict[str, Gathering] = field(default_factory=lambda: defaultdict(Gathering))
    _spelled: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def note(self, record: Incoming) -> None:
        """Take down what an accepted record says."""
        for name, fields in importers.of(self.record_type).tells.items():
            said = {mine: record.canonical[given] for given, mine in fields.items() if given in record.canonical}
            if said and isinstance(who := record.values.get(name), str):
                when = (record.canonical.get("created_at") or _NEVER, record.row)
                self._gathered[name].add(as_one_name(who), said, when)
                for what, word in said.items():
                    if isinstance(word, str):
                        self._spelled[what, word.casefold()][word] += 1

    def write(self, folder: Path) -> None:
        told = {
            name: {who: self._as_mostly_spelled(one.latest(who)) for who in one.names()}
            for name, one in self._gathered.items()
        }
        (folder / TOLD).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    def _as_mostly_spelled(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Words as the file has them most often, whatever their capitals; of equally many the first."""
        spelled = self._spelled
        return {
            what: spelled[what, word.casefold()].most_common(1)[0][0] if isinstance(word, str) else word
            for what, word in said.items()
        }

    def warnings(self) -> Iterator[str]:
        """That rows about one record differ."""
        for name, gathering in self._gathered.items():
            target = target_of(self.record_type, name)
            counts = Counter(what for who in gathering.names() for what in sorted(gathering.disagreeing(who)))
            if counts:
                told = [f"{target.specs[what].label.lower()} of {target.counted(n)}" for what, n in counts.items()]
                yield f"Rows about the same {target.noun} differ: {', '.join(told)}; the latest by date counts."


def write_told(actor: Actor, record_type: RecordType, folder: Path, batch: Import) -> None:
    """Have the records say what the file's rows say of them, as part of the import: where they say nothing yet, or what
    an earlier import of the same kind said. What somebody has typed, or emptied, stays. Doing it again changes nothing.
    """
    path = folder / TOLD
    told: Told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    imports = batches_of(actor, record_type) if told else ()
    for name, said in told.items():
        target = target_of(record_type, name)
        if name in batch.choices.get("aside", ()) or not actor.may(Verb.UPDATE, target.name):
            continue
        for some in batched(said, _AT_ONCE):
            found = cleaning.resolve(actor, record_type.references[name], some)
            values = {pk: said[who] for who, pk in found.items()}
            if edits := list(_edits(actor, target, values, imports)):
                with changing(actor, f"imported {batch.file_name}"[:80], batch.batch) as change:
                    change.update(target, edits)


def _edits(
    actor: Actor, target: RecordType, said: Mapping[int, Mapping[str, Any]], imports: Collection[str]
) -> Iterator[Edit]:
    records = target.model.objects.within(actor).filter(archived_at=None).in_bulk(said)
    words = last_words(actor, records, imports)
    for pk, record in records.items():
        before = cleaning.values_of(target, record)
        values = {
            name: value for name, value in _usable(actor, target, before, said[pk]).items() if before[name] != value
        }
        kept = {name for name in values if _stays(name, before, words.get(pk, {}), target)}
        kept |= {name for name in values for group in target.together if name in group and kept & set(group)}
        if free := {name: value for name, value in values.items() if name not in kept}:
            yield Edit(pk, free)


def _stays(name: str, before: Mapping[str, Any], words: Mapping[str, LastWord], target: RecordType) -> bool:
    """Whether what a record says is a person's word."""
    group = next((group for group in target.together if name in group), (name,))
    empty = all(before[one] == target.specs[one].empty for one in group)
    return any(words[one].by_hand if one in words else not empty for one in group)


def _usable(actor: Actor, target: RecordType, before: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Those values that the fields take, and the rules of the type allow."""
    [cleaned], problems = cleaning.clean(actor, target, [dict(said)], partial=True)
    bad = {problem.field for problem in problems}
    usable = {name: value for name, value in cleaned.items() if name in said and name not in bad}
    bad = {problem.field for problem in target.check(before, {**before, **usable})}
    return {name: value for name, value in usable.items() if name not in bad}
