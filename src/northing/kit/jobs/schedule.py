"""Tasks that repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from inspect import signature
from typing import Any, TypeVar, cast

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_tasks.base import Task

from northing.access.models import Workspace
from northing.kit.jobs.backend import JobTask, find_task
from northing.kit.models import Job

T = TypeVar("T", bound=Task[..., Any])

_periods: dict[str, timedelta] = {}


def every(**period: float) -> Callable[[T], T]:
    """Repeat a task, on the worker, each so many `days`, `hours`, `minutes` or `seconds`.

    One that takes a `workspace_id`, its only argument, is a job of each workspace's own: where it fails in one, that
    one is tried again, and the others go on. It runs first as soon as a worker sees it. Times missed while no worker
    ran are made up for by one run, and so is what was asked for meanwhile by `enqueue`.
    Declare it in the app's `jobs` module, or in one imported from there:

        @every(days=7)
        @task
        def refresh_ranks(workspace_id: int) -> None: ...
    """

    def register(repeated: T) -> T:
        once = replace(cast("JobTask[..., Any]", repeated), once=True)
        _periods[once.module_path] = timedelta(**period)
        return cast("T", once)

    return register


def load() -> None:
    """Import every app's `jobs` module, where the repeated tasks are declared."""
    autodiscover_modules("jobs")


def plan_next() -> None:
    """See that each repeated task has its next job waiting; only reads while that is so. Several workers may
    do this at once: `once` leaves one waiting job."""
    jobs = Job.objects.filter(task__in=_periods).order_by()
    waiting = set(jobs.filter(state=Job.State.READY).values_list("task", "workspace_id"))
    missing = [wanted for wanted in _wanted() if wanted not in waiting]
    ran_before = set(jobs.values_list("task", "workspace_id").distinct()) if missing else set()
    for path, workspace_id in missing:
        run_at = timezone.now() + (_periods[path] if (path, workspace_id) in ran_before else timedelta())
        find_task(path).using(run_after=run_at).enqueue(*([] if workspace_id is None else [workspace_id]))


def _wanted() -> Iterator[tuple[str, int | None]]:
    """Each repeated task, with each of the workspaces where it is a job of theirs."""
    open_ones = list(Workspace.objects.open().values_list("pk", flat=True))
    for path in _periods:
        has_workspace = "workspace_id" in signature(find_task(path).func).parameters
        yield from ((path, pk) for pk in (open_ones if has_workspace else [None]))
