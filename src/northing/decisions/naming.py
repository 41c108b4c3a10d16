"""Records as people name them on a page: by key, or by a title that only one of them has."""

from __future__ import annotations

import re

from northing.access.actor import Actor
from northing.decisions.queries import resolve_keys
from northing.kit.problems import BadValue
from northing.kit.reading import labels_of_any
from northing.kit.search import Hit, search

_KEY = re.compile(r"[A-Za-z]+-\d+")
_LOOKED_AT, _OFFERED = 50, 3  # titles that have the words, short ones first; and how many are named in a refusal


def record_named(actor: Actor, text: str) -> int:
    """The id of the record with this key, or of the only live one with this title in whatever case.

    Raises `BadValue`, which names the nearest ones.
    """
    text = text.strip()
    if _KEY.fullmatch(text) and (found := resolve_keys(actor, {text})):
        return found[text]
    hits = search(actor, text, limit=_LOOKED_AT).hits
    same = [hit for hit in hits if hit.title.casefold() == text.casefold()]
    if len(same) == 1:
        return same[0].record_id
    if same:
        raise BadValue(f"several records are called “{text}”: {_named(actor, same)}; give the key of the one you mean")
    nearest = f"; nearest are {_named(actor, hits)}" if hits else ""
    raise BadValue(f"there is no {text} in this workspace{nearest}; give a key such as F-12, or a whole title")


def records_named(actor: Actor, text: str) -> list[int]:
    """The ids of the records that a text names: one by its title, commas and all, or several with commas between them.

    Raises `BadValue`.
    """
    if not text.strip():
        return []
    names = [name for part in re.split(r"[,;\n]", text) for name in _keys_or_title(part)]
    if len(names) > 1:
        try:
            return [record_named(actor, text)]
        except BadValue:
            pass
    return [record_named(actor, name) for name in names]


def _keys_or_title(part: str) -> list[str]:
    words = part.split()
    return words if all(map(_KEY.fullmatch, words)) else [part.strip()]


def _named(actor: Actor, hits: tuple[Hit, ...] | list[Hit]) -> str:
    labels = labels_of_any(actor, [hit.record_id for hit in hits[:_OFFERED]])
    found = [labels[hit.record_id] for hit in hits[:_OFFERED] if hit.record_id in labels]
    return ", ".join(f"{label.key} {label.title}" for label in found)
