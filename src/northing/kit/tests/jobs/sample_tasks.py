"""Tasks for the tests here. They leave their traces as tags, or as lines of a file when another process watches."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.db import transaction
from django_tasks import task

from northing.access.models import Workspace
from northing.kit.models import Tag


@task
def add_tag(workspace_id: int, name: str) -> None:
    Tag.objects.create(workspace_id=workspace_id, name=name)


@task(once=True)
def recompute(workspace_id: int, what: str = "ranks") -> None:
    Tag.objects.get_or_create(workspace_id=workspace_id, name=what)


@task(max_attempts=2)
def always_fails(reason: str) -> None:
    raise ValueError(f"{reason}\0")


@task(once=True, max_attempts=2)
def recompute_fails() -> None:
    raise ValueError("cannot be computed")


@task
def mark_slowly(log: str, seconds: float) -> None:
    """Three steps; each writes its line when it starts, and a workspace in the end, in one transaction."""
    for step in range(3):
        with transaction.atomic(), Path(log).open("a") as file:
            file.write(f"{os.getpid()} {step}\n")
            file.flush()
            time.sleep(seconds)
    with transaction.atomic():
        Workspace.objects.get_or_create(slug="marked", defaults={"name": "Marked"})


@task(once=True)
def repeated() -> None:
    """Nothing; only when it runs matters."""


@task(once=True)
def fails_in_one(workspace_id: int) -> None:
    if Workspace.objects.get(pk=workspace_id).slug == "orchard":
        raise ValueError("not this one")
    Tag.objects.create(workspace_id=workspace_id, name="visited")


def not_a_task() -> None:
    raise AssertionError("a function that is no task was called")
