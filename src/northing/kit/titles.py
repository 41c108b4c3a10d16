"""Records as people name them: by key, by title, or by a part of a title that only one of them has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from northing.access.actor import Actor, Forbidden
from northing.kit.problems import BadValue, Missing
from northing.kit.reading import Label, id_of, labels_of_any
from northing.kit.record_types import Keyed, registry
from northing.kit.search import Hit, search
from northing.ui.formats import listed

_LOOKED_AT, _NAMED = 50, 3  # titles that have the words, short ones first; and how many are named in a refusal
_OFFERED = 10
_THE_KEY = "give the key of the one you mean"
_LONGEST = 300  # characters of a key and a title; databases refuse to look for much longer ones


def record_named(actor: Actor, typed: str, types: Sequence[str] = ()) -> int:
    """The id of the live record that somebody means: by its key, alone or before a title as forms offer it; by its
    title, in whatever case; or by words that the title of only one has.

    Raises `BadValue`, which names those that share them, or the nearest ones.
    """
    typed = typed.strip()[:_LONGEST]
    if keyed := registry.keyed(typed):
        with suppress(Missing, Forbidden):
            return _of_key(actor, keyed, typed, types)
    hits = _having(actor, typed, types)
    try:
        return _titled(actor, typed, hits)
    except NoneTitled:
        words = typed.casefold().split()
        having = [hit for hit in hits if all(word in hit.title.casefold() for word in words)]
        if len(having) == 1:
            return having[0].record_id
        if having:
            raise BadValue(f"“{typed}” may be {_named(actor, having, 'or')}; {_THE_KEY}") from None
        raise


def _of_key(actor: Actor, keyed: Keyed, typed: str, types: Sequence[str]) -> int:
    """A record found by its key. The title after the key may be an older one, unless another record bears it now; and
    all of what was typed may be the title of another (F-16 simulator). Raises `BadValue`, and as `id_of`."""
    record_id = id_of(actor, keyed.record_type, keyed.key)
    label = labels_of_any(actor, [record_id])[record_id]
    record_type = registry.at_path(label.path)
    is_wanted = not types or record_type.name in types
    if not is_wanted or keyed.rest.casefold() not in ("", label.title.casefold()):
        with suppress(NoneTitled):
            return _titled(actor, typed, _having(actor, typed, types))
    if not is_wanted:
        wanted = " or ".join(registry.named(name).a_noun for name in types)
        raise BadValue(f"{label.key} is {record_type.a_noun}; {wanted} is needed here")
    _refuse_others_title(actor, label, keyed.rest, types)
    if not record_type.model.objects.within(actor).filter(pk=record_id, archived_at=None).exists():
        raise BadValue(f"{label.key} is archived; bring it back first")
    return record_id


def _refuse_others_title(actor: Actor, label: Label, title: str, types: Sequence[str]) -> None:
    """Raise `BadValue` where the title after a record's key is another one's."""
    if title.casefold() in ("", label.title.casefold()):
        return
    if others := _same(title, _having(actor, title, types)):
        now = f"{label.key} is called “{label.title}” now, and “{title}” is {_named(actor, others)}"
        raise BadValue(f"{now}; {_THE_KEY}")


class NoneTitled(BadValue):
    """No record has this title."""


def record_titled(actor: Actor, text: str, types: Sequence[str] = ()) -> int:
    """The id of the only live record with this title, in whatever case; its key may stand before it.

    Raises `BadValue`, which names those that share it, or the nearest ones.
    """
    text = text.strip()
    if keyed := registry.keyed(text):
        with suppress(Missing, Forbidden):
            record_id = id_of(actor, keyed.record_type, keyed.key)
            if any(hit.record_id == record_id for hit in _same(keyed.rest, _having(actor, keyed.rest, types))):
                return record_id
    return _titled(actor, text, _having(actor, text, types))


def _titled(actor: Actor, text: str, hits: Sequence[Hit]) -> int:
    same = _same(text, hits)
    if len(same) == 1:
        return same[0].record_id
    if same:
        raise BadValue(f"several records are called “{text}”: {_named(actor, same)}; {_THE_KEY}")
    nearest = f"; nearest are {_named(actor, hits)}" if hits else ""
    raise NoneTitled(f"there is no {text} in this workspace{nearest}; give a key such as F-12, or a whole title")


def _having(actor: Actor, text: str, types: Sequence[str]) -> Sequence[Hit]:
    """The records that have the words of a text, those first that have them in their titles."""
    return search(actor, text, types=types, limit=_LOOKED_AT).hits


def _same(title: str, hits: Iterable[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.title.casefold() == title.casefold()]


def with_key(actor: Actor, typed: str, types: Sequence[str] = ()) -> list[int]:
    """The id of the record whose key a text begins with, if there is one that the actor may see."""
    keyed = registry.keyed(typed)
    if keyed and (not types or keyed.record_type.name in types):
        with suppress(Missing, Forbidden):
            return [id_of(actor, keyed.record_type, keyed.key)]
    return []


def fitting(actor: Actor, typed: str, types: Sequence[str] = ()) -> list[int]:
    """Ids of the records that fit what somebody has typed so far: the one with that key, then, unless the key is all,
    those with the words."""
    found, keyed = with_key(actor, typed, types), registry.keyed(typed)
    if not found or (keyed and keyed.rest):
        found += [hit.record_id for hit in search(actor, typed, types=types, limit=_OFFERED).hits]
    return list(dict.fromkeys(found))


def offered(actor: Actor, typed: str, types: Sequence[str] = ()) -> list[Label]:
    """How the records that fit what somebody has typed so far are offered."""
    ids = fitting(actor, typed, types)
    labels = labels_of_any(actor, ids)
    return [labels[pk] for pk in ids if pk in labels]


def _named(actor: Actor, hits: Iterable[Hit], joined: str = "and") -> str:
    """The first of them by key and title."""
    ids = [hit.record_id for hit in hits]
    labels = labels_of_any(actor, ids[:_NAMED])
    return listed([f"{labels[pk].key} {labels[pk].title}" for pk in ids if pk in labels], joined)
