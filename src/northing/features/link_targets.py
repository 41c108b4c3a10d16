"""What a passage of feedback can be linked to: the features that read like it, and those whose title is being typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Length

from northing.access.actor import Actor
from northing.features.models import Feature
from northing.features.planning import suggest_features
from northing.kit.problems import BadValue
from northing.kit.reading import Label, labels_of_any
from northing.kit.record_types import registry
from northing.kit.titles import NoneTitled, fitting, record_named, record_titled

_TYPES = ("feature", "opportunity")
_OFFERED = 8


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
    return [*(pk for name in _TYPES for pk in _titled(actor, name, typed)), *fitting(actor, typed, _TYPES)]


def _titled(actor: Actor, type_name: str, typed: str) -> list[int]:
    """The shortest titles that have each typed word in them."""
    rows = registry.named(type_name).model.objects.within(actor).filter(archived_at=None)
    for word in typed.split()[:12]:
        rows = rows.filter(title__icontains=word)
    return list(rows.order_by(Length("title"), "-pk").values_list("pk", flat=True)[:_OFFERED])


def named(actor: Actor, typed: str) -> str:
    """The key of the feature or opportunity that the words mean. Raises `BadValue`."""
    return _key(actor, record_named(actor, typed, _TYPES))


def named_in_full(actor: Actor, typed: str) -> str:
    """The key of the feature or opportunity of this very title, empty where there is none: for one that is to be made
    otherwise. Raises `BadValue` where several share it."""
    try:
        return _key(actor, record_titled(actor, typed, _TYPES))
    except NoneTitled:
        return ""


def features_named(actor: Actor, texts: Iterable[str]) -> tuple[dict[str, int], dict[str, str]]:
    """The features that texts mean, by text, and why others mean none. One query for all that are as forms offer them:
    a key and the title."""
    feature, wanted = registry.of(Feature), {text for text in texts if text}
    read = [keyed for text in wanted if (keyed := registry.keyed(text)) and keyed.record_type is feature]
    numbers = {keyed.number for keyed in read}
    rows = Feature.objects.within(actor).filter(record__number__in=numbers, archived_at=None) if numbers else ()
    as_offered = {f"{feature.key(one)} {one.title}": one.pk for one in rows}
    named, faults = {text: as_offered[text] for text in wanted if text in as_offered}, {}
    for text in wanted - named.keys():
        try:
            named[text] = record_named(actor, text, [feature.name])
        except BadValue as error:
            faults[text] = str(error)
    return named, faults


def _key(actor: Actor, record_id: int) -> str:
    return labels_of_any(actor, [record_id])[record_id].key
