"""Records as people name them where any may be meant: by a title that only one of them has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from northing.access.actor import Actor, Forbidden
from northing.kit.problems import BadValue, Missing
from northing.kit.reading import Label, find_any, labels_of_any
from northing.kit.record_types import registry
from northing.kit.search import Hit, search

_LOOKED_AT, _NAMED = 50, 3  # titles that have the words, short ones first; and how many are named in a refusal
_OFFERED = 10


def record_titled(actor: Actor, text: str, types: Sequence[str] = ()) -> int:
    """The id of the only live record with this title, in whatever case.

    Raises `BadValue`, which names those that share it, or the nearest ones.
    """
    text = text.strip()
    hits = search(actor, text, types=types, limit=_LOOKED_AT).hits
    same = [hit for hit in hits if hit.title.casefold() == text.casefold()]
    if len(same) == 1:
        return same[0].record_id
    if same:
        raise BadValue(f"several records are called “{text}”: {_named(actor, same)}; give the key of the one you mean")
    nearest = f"; nearest are {_named(actor, hits)}" if hits else ""
    raise BadValue(f"there is no {text} in this workspace{nearest}; give a key such as F-12, or a whole title")


def offered(actor: Actor, typed: str, types: Sequence[str] = ()) -> list[Label]:
    """The records that fit what somebody has typed so far: the one with that key, then those with the words."""
    ids = [hit.record_id for hit in search(actor, typed, types=types, limit=_OFFERED).hits]
    with suppress(Missing, Forbidden):
        ids.insert(0, find_any(actor, typed))
    labels = labels_of_any(actor, ids)
    found = [labels[pk] for pk in dict.fromkeys(ids) if pk in labels]
    return [label for label in found if not types or registry.at_path(label.path).name in types]


def _named(actor: Actor, hits: Iterable[Hit]) -> str:
    ids = [hit.record_id for hit in hits][:_NAMED]
    labels = labels_of_any(actor, ids)
    return ", ".join(f"{labels[pk].key} {labels[pk].title}" for pk in ids if pk in labels)
