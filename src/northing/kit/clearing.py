"""What a workspace held is deleted in pieces: one transaction over a million records would keep everybody else from
writing for minutes."""

from __future__ import annotations

import shutil

from django.db import transaction
from django_tasks import task

from northing.access import workspaces
from northing.access.models import Workspace
from northing.kit.importing import keeping
from northing.kit.models import Import, Job, Record
from northing.kit.record_types import registry

_PIECE = 500


def remove(workspace: Workspace, user_id: int = 0) -> None:
    """Close a workspace at once for a user, the demo also for nobody, and have everything in it deleted.

    Raises `workspaces.LastOne`.
    """
    with transaction.atomic():
        workspaces.close(workspace, user_id)
        Job.objects.within(workspace).filter(state=Job.State.READY).delete()
        clear.enqueue(workspace.pk)


# Not `workspace_id`: a job of the workspace would go with it, before it has ended.
@task()
def clear(closed_id: int) -> None:
    """Delete a closed workspace; killed and run again it goes on where it stands."""
    for workspace in Workspace.objects.filter(pk=closed_id):
        for batch in Import.objects.within(workspace):
            shutil.rmtree(keeping.folder(batch), ignore_errors=True)
        # Later types first: they are what holds on to earlier ones.
        for record_type in reversed(list(registry)):
            _delete_records(workspace, record_type.name)
        workspaces.delete(workspace)


def _delete_records(workspace: Workspace, type_name: str) -> None:
    """Delete all records of a type with whatever hangs on them."""
    found = Record.objects.within(workspace).filter(type=type_name).order_by("pk").values_list("pk", flat=True)
    while piece := list(found[:_PIECE]):
        Record.objects.within(workspace).filter(pk__in=piece).delete()
