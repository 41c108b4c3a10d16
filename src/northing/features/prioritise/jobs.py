"""Rankings too large for a request."""

from __future__ import annotations

from django_tasks import task

from northing.access.actor import for_member, system
from northing.access.models import Member, Workspace
from northing.features.prioritise.actions import refresh
from northing.features.prioritise.methods import chosen


@task(once=True)
def rank_features(workspace_id: int, member_id: int | None, word: str, formula: str) -> None:
    """Rank a workspace's candidates in the name of the member who asked."""
    workspace = Workspace.objects.get(pk=workspace_id)
    actor = system(workspace)
    if member_id is not None:
        actor = for_member(Member.objects.within(workspace).select_related("workspace").get(pk=member_id))
    refresh(actor, chosen(actor, word, formula))
