"""Tags of records, set and read for many records at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.access.prepared import PreparedQuery
from northing.kit.batches import batched
from northing.kit.models import RecordTag, Tag

MOST_OFFERED = 200


def set_tags(workspace: Workspace, tags: Mapping[int, Sequence[str]]) -> None:
    """Give each record (by id) exactly these tags; new words become tags of the workspace."""
    if not tags:
        return
    names = sorted({name for words in tags.values() for name in words})
    Tag.objects.bulk_create([Tag(workspace=workspace, name=name) for name in names], ignore_conflicts=True)
    ids: dict[str, int] = {}
    for some in batched(names, 500):
        ids |= dict(Tag.objects.within(workspace).filter(name__in=some).values_list("name", "pk"))
    for some_records in batched(tags, 500):
        RecordTag.objects.filter(record_id__in=some_records).delete()
    RecordTag.objects.bulk_create(
        RecordTag(record_id=record_id, tag_id=ids[name]) for record_id, words in tags.items() for name in words
    )


def names(actor: Actor) -> list[str]:
    """The workspace's tags in alphabetical order, as far as a menu can show them."""
    return list(Tag.objects.within(actor).order_by("name").values_list("name", flat=True)[:MOST_OFFERED])


@PreparedQuery
def _tagged(ids: Sequence[int]) -> QuerySet[RecordTag, tuple[int, str]]:
    return RecordTag.objects.filter(record_id__in=ids).order_by("tag__name").values_list("record_id", "tag__name")


def tags_of(record_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Tag names by record id, sorted; records without tags are absent."""
    found: dict[int, list[str]] = defaultdict(list)
    for some in batched(record_ids, 500):
        for record_id, name in _tagged(some):
            found[record_id].append(name)
    return {record_id: tuple(names) for record_id, names in found.items()}
