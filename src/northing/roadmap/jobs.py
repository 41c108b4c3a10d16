"""Work outside the request: the weekly forecast."""

from __future__ import annotations

from django_tasks import task

import northing.roadmap.cards  # noqa: F401 - registers its provider
from northing.access.actor import system_in
from northing.decisions.public import refresh_attention
from northing.kit.jobs.schedule import every
from northing.roadmap.actions import refresh


@every(days=7)
@task(once=True)
def refresh_forecast(workspace_id: int) -> None:
    """Forecast one workspace's plan anew, and see what needs a decision then."""
    actor = system_in(workspace_id)
    refresh(actor)
    refresh_attention(actor)
