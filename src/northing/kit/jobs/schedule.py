"""Tasks that repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_tasks.base import Task

from northing.kit.jobs.backend import JobTask, find_task
from northing.kit.models import Job

T = TypeVar("T", bound=Task[[], Any])

_periods: dict[str, timedelta] = {}


def every(**period: float) -> Callable[[T], T]:
    """Repeat a task without arguments, on the worker, each so many `days`, `hours`, `minutes` or `seconds`.

    It runs first as soon as a worker sees it. Times missed while no worker ran are made up for by one run.
    Declare it in the app's `jobs` module, or in one imported from there:

        @every(days=7)
        @task
        def refresh_ranks() -> None: ...
    """

    def register(repeated: T) -> T:
        once = replace(cast("JobTask[[], Any]", repeated), once=True)
        _periods[once.module_path] = timedelta(**period)
        return cast("T", once)

    return register


def load() -> None:
    """Import every app's `jobs` module, where the repeated tasks are declared."""
    autodiscover_modules("jobs")


def plan_next() -> None:
    """See that each repeated task has its next job waiting; only reads while that is so. Several workers may
    do this at once: `once` leaves one waiting job."""
    waiting = set(Job.objects.filter(state=Job.State.READY, task__in=_periods).values_list("task", flat=True))
    for path in _periods.keys() - waiting:
        ran_before = Job.objects.filter(task=path).exists()
        run_at = timezone.now() + (_periods[path] if ran_before else timedelta())
        find_task(path).using(run_after=run_at).enqueue()
