"""What a passage of feedback can be linked to: the features that read like it, and those whose title is being typed."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from django.db.models.functions import Length

from northing.access.actor import Actor
from northing.features.models import Feature
from northing.features.planning import suggest_features
from northing.kit.problems import Missing
from northing.kit.reading import Label, find_any, labels_of_any
from northing.kit.record_types import registry
from northing.kit.search import search

_TYPES = ("feature", "opportunity")
_OFFERED = 8
_KEY = re.compile(r"\s*([FO]-\d{1,15})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """Something to link to; `alike` when it reads like the passage."""

    label: Label
    alike: bool


def offered(actor: Actor, typed: str, passage: str, feedback_id: int) -> list[Target]:
    """What fits what is typed, else what reads like the passage. What reads like it comes first."""
    alike = [one.record_id for one in suggest_features(actor, passage, feedback_id)]
    found = _matching(actor, typed) if typed else alike
    first = [pk for pk in alike if pk in set(found)]
    ids = list(dict.fromkeys([*first, *found]))[:_OFFERED]
    labels = labels_of_any(actor, ids)
    return [Target(labels[pk], pk in first) for pk in ids if pk in labels]


def _matching(actor: Actor, typed: str) -> list[int]:
    """Ids by the typed key or words: titles with all of them, in whole or in part, then what search finds."""
    if key := _KEY.match(typed):
        with suppress(Missing):
            return [find_any(actor, key[1])]
    hits = search(actor, typed, types=_TYPES, limit=_OFFERED).hits
    return [*(pk for name in _TYPES for pk in _titled(actor, name, typed)), *(hit.record_id for hit in hits)]


def _titled(actor: Actor, type_name: str, typed: str) -> list[int]:
    """The shortest titles that have each typed word in them."""
    rows = registry.named(type_name).model.objects.within(actor).filter(archived_at=None)
    for word in typed.split()[:12]:
        rows = rows.filter(title__icontains=word)
    return list(rows.order_by(Length("title"), "-pk").values_list("pk", flat=True)[:_OFFERED])


def named(actor: Actor, typed: str, *, in_part: bool) -> str:
    """The key that the words begin with, or that of the live feature of this title; else, if titles may be named
    `in_part`, of the shortest title with these words. Empty where there is none."""
    if found := _KEY.match(typed):
        return found[1]
    features = Feature.objects.within(actor)
    pk = features.filter(title__iexact=typed, archived_at=None).order_by("pk").values_list("pk", flat=True).first()
    pks = [pk] if pk else [pk for name in _TYPES for pk in _titled(actor, name, typed)] if in_part else []
    labels = labels_of_any(actor, pks[:1])
    return labels[pks[0]].key if pks else ""
