"""Work outside the request: what came of key results whose day has come."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from northing.access.actor import system_in
from northing.kit.jobs.schedule import every
from northing.strategy.actions import measure_results


@every(hours=1)
@task
def measure_all_results(workspace_id: int) -> None:
    """Measure what was expected of key results."""
    measure_results(system_in(workspace_id), timezone.localdate())
