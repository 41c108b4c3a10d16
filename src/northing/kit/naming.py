"""Records made by their name alone, where a form refers to one that is not there yet."""

from __future__ import annotations

from northing.kit import cleaning
from northing.kit.changes import ChangeSession
from northing.kit.problems import Missing
from northing.kit.record_types import RecordType, Values, registry


def with_named(change: ChangeSession, record_type: RecordType, values: Values) -> Values:
    """The values, where a reference that may make records names an unknown one: that one is made and referred to."""
    made = {}
    for name, spec in record_type.references.items():
        word = str(values.get(name, "")).strip()
        if not spec.makes or not word or cleaning.resolve(change.actor, spec, [word]):
            continue
        target = registry.of(spec.to)
        if not _is_key(target, word):
            new = {target.natural_key: word, **spec.made_with(values)}
            called = new[target.natural_key]
            known = cleaning.resolve(change.actor, spec, [called])
            made[name] = known[called] if known else change.create(target, [new])[0].pk
    return {**values, **made}


def _is_key(target: RecordType, word: str) -> bool:
    """Whether a word is meant for a key: `M-99` names no new metric."""
    try:
        return bool(target.number_from(word))
    except Missing:
        return False
