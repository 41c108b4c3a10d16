"""The tree of opportunities and features, opened level by level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from northing.access.actor import Actor
from northing.access.models import Member
from northing.features.models import Feature, Opportunity
from northing.kit.reading import record_url
from northing.kit.record_types import RecordType, registry

LEVEL_SIZE = 100


@dataclass(frozen=True, slots=True)
class Node:
    """One record of the tree. `below` counts what opens under it."""

    record_id: int
    type: str
    key: str
    title: str
    url: str
    status: str
    tone: str
    owner: str
    below: int


@dataclass(frozen=True, slots=True)
class Level:
    """The records under one; `after` is where the next part of them begins, 0 at the end."""

    nodes: Sequence[Node]
    after: int = 0


def roots(actor: Actor, after: int = 0) -> Level:
    """Opportunities under nothing, then features under nothing, the newest first."""
    features = _features(actor).filter(parent=None, opportunity=None)
    found = _part(features, after)
    problems = list(_opportunities(actor).filter(parent=None).order_by("-pk")[:LEVEL_SIZE]) if not after else []
    return _level(actor, problems, found)


def below_opportunity(actor: Actor, opportunity_id: int, after: int = 0) -> Level:
    """The opportunities under one, then the features that solve it."""
    found = _part(_features(actor).filter(opportunity=opportunity_id, parent=None), after)
    problems = _opportunities(actor).filter(parent=opportunity_id).order_by("-pk")[:LEVEL_SIZE]
    return _level(actor, [] if after else list(problems), found)


def below_feature(actor: Actor, feature_id: int, after: int = 0) -> Level:
    """The features that are parts of one."""
    return _level(actor, [], _part(_features(actor).filter(parent=feature_id), after))


def _opportunities(actor: Actor) -> QuerySet[Opportunity]:
    return Opportunity.objects.within(actor).filter(archived_at=None).select_related("owner__user")


def _features(actor: Actor) -> QuerySet[Feature]:
    return Feature.objects.within(actor).filter(archived_at=None).select_related("owner__user")


def _part(rows: QuerySet[Feature], after: int) -> list[Feature]:
    """One record more than a level shows, so that it is known whether there are others."""
    some = rows.filter(pk__lt=after) if after else rows
    return list(some.order_by("-pk")[: LEVEL_SIZE + 1])


def _level(actor: Actor, problems: Sequence[Opportunity], found: Sequence[Feature]) -> Level:
    features = found[:LEVEL_SIZE]
    under = _counts(actor, "parent", Feature, [feature.pk for feature in features])
    ids = [problem.pk for problem in problems]
    solving, parts = _counts(actor, "opportunity", Feature, ids), _counts(actor, "parent", Opportunity, ids)
    nodes = [_node(actor, one, solving.get(one.pk, 0) + parts.get(one.pk, 0)) for one in problems]
    nodes += [_node(actor, one, under.get(one.pk, 0)) for one in features]
    return Level(nodes, features[-1].pk if len(found) > LEVEL_SIZE else 0)


def _counts(
    actor: Actor, field: str, model: type[Feature] | type[Opportunity], ids: Sequence[int]
) -> Mapping[int, int]:
    if not ids:
        return {}
    rows = model.objects.within(actor).filter(**{f"{field}__in": ids}, archived_at=None).order_by()
    if field == "opportunity":
        rows = rows.filter(parent=None)
    return dict(rows.values(field).annotate(count=Count("pk")).values_list(field, "count"))


def _node(actor: Actor, record: Any, below: int) -> Node:
    record_type: RecordType = registry.of(type(record))
    is_feature = isinstance(record, Feature)
    status = record.get_status_display() if is_feature else record.get_state_display()
    tone = record_type.tones["status"][record.status] if is_feature else "violet"
    owner: Member | None = record.owner
    return Node(
        record.pk,
        record_type.name,
        record_type.key(record),
        record.title,
        record_url(actor, record_type, record),
        status,
        tone,
        str(owner.user) if owner else "",
        below,
    )
