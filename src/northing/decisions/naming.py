"""The records that a text names, one or several."""

from __future__ import annotations

import re
from contextlib import suppress

from northing.access.actor import Actor
from northing.decisions.queries import resolve_keys
from northing.kit.problems import BadValue
from northing.kit.record_types import registry
from northing.kit.titles import record_named, record_titled

MOST_NAMED = 200


def records_named(actor: Actor, text: str) -> list[int]:
    """The ids of the records that a text names: one by its title, commas and all, or several with commas between them.

    Raises `BadValue`.
    """
    if not text.strip():
        return []
    names = [name for part in re.split(r"[,;\n]", text) for name in _keys_or_title(part)]
    if len(names) > MOST_NAMED:
        raise BadValue(
            f"this names {len(names):,} records, and a decision rests on at most {MOST_NAMED}; leave some out"
        )
    found = resolve_keys(actor, {name for name in names if _is_key(name)})
    if len(names) > 1 and not found.keys() >= set(names):
        with suppress(BadValue):
            return [record_titled(actor, text)]
    return [found[name] if name in found else record_named(actor, name) for name in names]


def _keys_or_title(part: str) -> list[str]:
    words = part.split()
    return words if all(map(_is_key, words)) else [part.strip()]


def _is_key(word: str) -> bool:
    read = registry.keyed(word)
    return read is not None and not read.rest
