"""The wall between workspaces: every query outside `access` and `kit` starts with `Model.objects.within(...)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from northing.access.actor import Actor
    from northing.access.models import Workspace

M = TypeVar("M", bound=models.Model)


class ScopedManager(models.Manager[M]):
    """A manager whose one entrance names the workspace. `tests/architecture` refuses any other use of `.objects`."""

    def within(self, scope: Actor | Workspace) -> models.QuerySet[M]:
        """The rows of one workspace: the actor's, or the one given."""
        workspace_id = getattr(scope, "workspace_id", None) or scope.pk  # type: ignore[union-attr]
        return self.get_queryset().filter(workspace_id=workspace_id)
