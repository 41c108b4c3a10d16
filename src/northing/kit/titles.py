"""Records as people name them: by key, by title, or by a part of a title that only one of them has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress

from northing.access.actor import Actor, Forbidden
from northing.kit.problems import BadValue, Missing
from northing.kit.reading import Label, find_any, labels_of_any
from northing.kit.record_types import registry
from northing.kit.search import Hit, search

_LOOKED_AT, _NAMED = 50, 3  # titles that have the words, short ones first; and how many are named in a refusal
_OFFERED = 10
_THE_KEY = "give the key of the one you mean"
_LONGEST = 300  # characters of a key and a title; databases refuse to look for much longer ones
_KEY = re.compile(r"[A-Za-z]+-\d{1,15}\b")


def record_named(actor: Actor, typed: str, types: Sequence[str] = ()) -> int:
    """The id of the live record that somebody means: by its key, alone or before the title as forms offer it; by its
    title, in whatever case; or by words that the title of only one has.

    Raises `BadValue`, which names those that share them, or the nearest ones.
    """
    typed = typed.strip()[:_LONGEST]
    if key := _KEY.match(typed):
        with suppress(Missing, Forbidden):
            return _live(actor, find_any(actor, key[0]), typed[key.end() :].strip(), types)
    try:
        return record_titled(actor, typed, types)
    except NoneTitled:
        hits = search(actor, typed, types=types, limit=_LOOKED_AT)
        words = typed.casefold().split()
        having = [hit for hit in hits.hits if all(word in hit.title.casefold() for word in words)]
        if len(having) == 1:
            return having[0].record_id
        if having:
            raise BadValue(f"“{typed}” may be {_named(actor, having, 'or')}; {_THE_KEY}") from None
        raise


def _live(actor: Actor, record_id: int, title: str, types: Sequence[str]) -> int:
    """A record found by its key, if it is of the types and the words after the key, if any, are its title. Raises
    `Missing`, and `BadValue` where it is archived."""
    label = labels_of_any(actor, [record_id])[record_id]
    record_type = registry.at_path(label.path)
    if (types and record_type.name not in types) or title.casefold() not in ("", label.title.casefold()):
        raise Missing(label.key)
    if not record_type.model.objects.within(actor).filter(pk=record_id, archived_at=None).exists():
        raise BadValue(f"{label.key} is archived; bring it back first")
    return record_id


class NoneTitled(BadValue):
    """No record has this title."""


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
        raise BadValue(f"several records are called “{text}”: {_named(actor, same)}; {_THE_KEY}")
    nearest = f"; nearest are {_named(actor, hits)}" if hits else ""
    raise NoneTitled(f"there is no {text} in this workspace{nearest}; give a key such as F-12, or a whole title")


def offered(actor: Actor, typed: str, types: Sequence[str] = ()) -> list[Label]:
    """The records that fit what somebody has typed so far: the one with that key, then those with the words."""
    ids = [hit.record_id for hit in search(actor, typed, types=types, limit=_OFFERED).hits]
    with suppress(Missing, Forbidden):
        ids.insert(0, find_any(actor, typed))
    labels = labels_of_any(actor, ids)
    found = [labels[pk] for pk in dict.fromkeys(ids) if pk in labels]
    return [label for label in found if not types or registry.at_path(label.path).name in types]


def _named(actor: Actor, hits: Iterable[Hit], joined: str = "and") -> str:
    """The first of them by key and title."""
    ids = [hit.record_id for hit in hits]
    labels = labels_of_any(actor, ids[:_NAMED])
    named = [f"{labels[pk].key} {labels[pk].title}" for pk in ids if pk in labels]
    return ", ".join(named) if len(named) < 2 else f"{', '.join(named[:-1])} {joined} {named[-1]}"
