"""What stands behind features is counted anew when feedback, contacts or accounts change: at once, or by the worker
where it is behind many."""

from __future__ import annotations

from collections.abc import Collection

from django_tasks import task

from northing.access.actor import Actor, system_in
from northing.features.actions import count_behind
from northing.features.models import FeatureRequest
from northing.kit.batches import batched
from northing.kit.jobs.schedule import every

AT_ONCE = 100


@every(hours=1)
@task
def count_all_voices(workspace_id: int) -> None:
    """Renew how many voices, and whose revenue, stand behind each feature."""
    actor = system_in(workspace_id)
    requested = FeatureRequest.objects.within(actor).filter(archived_at=None).exclude(feature=None)
    count_behind(actor, list(requested.order_by().values_list("feature", flat=True).distinct()))


def count_behind_feedback(actor: Actor, feedback_ids: Collection[int]) -> None:
    """Renew what stands behind the features that this feedback asks for."""
    asked: set[int] = set()
    for some in batched(feedback_ids, 500):
        rows = FeatureRequest.objects.within(actor).filter(insight__feedback__in=some, archived_at=None)
        asked |= set(rows.exclude(feature=None).values_list("feature", flat=True))
        if len(asked) > AT_ONCE:
            count_all_voices.enqueue(actor.workspace_id)
            return
    count_behind(actor, sorted(asked))
