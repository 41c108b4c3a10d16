"""What people have hung meanwhile on the records that an import made: told before it is undone."""

from __future__ import annotations

from northing.access.actor import Actor
from northing.kit.extensions import Tie, extensions
from northing.kit.models import ChangeEntry, Comment, Import, Kind, Link
from northing.kit.record_types import registry

_COMMENTED = Tie(
    words="commented on", tied=lambda actor: Comment.objects.within(actor).filter(deleted_at=None).values("record")
)
_LINKED = (
    Tie(words="linked to something", tied=lambda actor: Link.objects.within(actor).values("source")),
    Tie(words="linked from something", tied=lambda actor: Link.objects.within(actor).values("target")),
)


def hanging(actor: Actor, batch: Import) -> list[str]:
    """Such as "4 features are in a release"; one query for each way to hang on a record."""
    brought = ChangeEntry.objects.filter(change__workspace=actor.workspace_id, change__batch=batch.batch)
    made = brought.filter(kind__in=(Kind.CREATED, Kind.RESTORED), record__type=batch.record_type)
    record_type = registry.named(batch.record_type)
    ties = (*extensions.ties, *_LINKED, _COMMENTED)
    counts = {tie.words: made.filter(record__in=tie.tied(actor)).values("record").distinct().count() for tie in ties}
    return [
        f"{record_type.counted(count)} {'is' if count == 1 else 'are'} {words}"
        for words, count in counts.items()
        if count
    ]
