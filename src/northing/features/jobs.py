"""Work outside the request: voices change when feedback is folded or its author becomes known."""

from __future__ import annotations

from django_tasks import task

from northing.access.actor import system
from northing.access.models import Workspace
from northing.features.actions import count_voices
from northing.features.models import FeatureRequest
from northing.kit.jobs.schedule import every


@every(hours=1)
@task
def count_all_voices() -> None:
    """Renew how many voices ask for each feature, in every workspace."""
    for workspace in Workspace.objects.open():
        requested = FeatureRequest.objects.within(workspace).filter(archived_at=None).exclude(feature=None)
        ids = requested.order_by().values_list("feature", flat=True).distinct()
        count_voices(system(workspace), list(ids))
