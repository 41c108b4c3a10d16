"""The wall between workspaces: every query outside `access` and `kit` starts with `Model.objects.within(...)`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol, TypeVar

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
        rows: models.QuerySet[M] = _rows(self, scope.workspace_id).all()
        return rows


@lru_cache(maxsize=4096)
def _rows(manager: ScopedManager[Any], workspace_id: int) -> models.QuerySet[Any]:
    """A queryset that is never read itself, only copied: half of a page's queries would spend as long on this
    condition as on reading."""
    return manager.get_queryset().filter(workspace_id=workspace_id)
