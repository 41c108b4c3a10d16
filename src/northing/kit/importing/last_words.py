"""Who said last what a field of a record holds, a file or a person: read from the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.kit.batches import batched
from northing.kit.importing.importers import OWN
from northing.kit.models import ChangeEntry, Import, Kind
from northing.kit.record_types import RecordType


@dataclass(frozen=True, slots=True)
class LastWord:
    """Whether a person changed a field last, and what it held before, as JSON: what a file had brought where one had.

    An edited export of ours is a person's word: that somebody brought a file is not what its source says.
    """

    by_hand: bool
    before: Any = None


def batches_of(where: Actor | Workspace, record_type: RecordType | None = None) -> set[str]:
    """The batches of all imports from other tools and lists, or of those of one type."""
    done = Import.objects.within(where).exclude(format=OWN)
    of_type = done.filter(record_type=record_type.name) if record_type else done
    return set(of_type.values_list("batch", flat=True))


def last_words(
    actor: Actor, record_ids: Iterable[int], imports: Collection[str]
) -> Mapping[int, Mapping[str, LastWord]]:
    """By record and field that was ever changed; what was undone does not count, unless that was taken back in turn.
    One query for 500 records."""
    steps: dict[int, dict[str, list[LastWord]]] = defaultdict(lambda: defaultdict(list))
    for some in batched(record_ids, 500):
        entries = ChangeEntry.objects.filter(record_id__in=some, change__workspace=actor.workspace_id)
        rows = entries.filter(kind=Kind.UPDATED).order_by("-pk")
        undone: set[tuple[int, int]] = set()
        found = rows.values_list("record_id", "change", "change__undoes", "change__batch", "old")
        for pk, change, undoes, batch, old in found:
            if (pk, change) in undone:
                continue
            if undoes is not None:
                undone.add((pk, undoes))
                continue
            for name, before in old.items():
                steps[pk][name].append(LastWord(batch not in imports, before))
    return {pk: {name: _last(all_) for name, all_ in fields.items()} for pk, fields in steps.items()}


def _last(steps: list[LastWord]) -> LastWord:
    """The last step, which comes first; of several by hand in a row the first, which knows what was there before them
    all."""
    last = steps[0]
    for step in steps:
        if step.by_hand != last.by_hand:
            break
        last = step
    return last
