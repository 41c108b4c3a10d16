"""What a valid record of each type needs beyond its field specifications."""

from __future__ import annotations

from northing.access.actor import Actor
from northing.features.models import Feature
from northing.kit import changes
from northing.kit.record_types import registry


def some_feature(actor: Actor) -> int:
    [feature] = changes.create(actor, registry.of(Feature), [{"title": "Sample feature"}])
    return int(feature.pk)


SAMPLES = {"feature_request": {"feature": some_feature, "importance": 2}}
