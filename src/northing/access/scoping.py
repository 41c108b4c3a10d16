"""The wall between workspaces: every query outside `access` and `kit` starts with `Model.objects.within(...)`."""

from __future__ import annotations

from typing import Protocol, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Scope(Protocol):
    """What stands in one workspace: an actor, or the workspace itself."""

    @property
    def workspace_id(self) -> int: ...


class ScopedManager(models.Manager[M]):
    """A manager whose one entrance names the workspace. `tests/architecture` refuses any other use of `.objects`."""

    def within(self, scope: Scope) -> models.QuerySet[M]:
        """The rows of one workspace."""
        return self.get_queryset().filter(workspace_id=scope.workspace_id)
