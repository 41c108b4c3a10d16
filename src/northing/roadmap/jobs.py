"""Forecasts, within the request where the plan is small enough, and every week."""

from __future__ import annotations

from django_tasks import task

import northing.roadmap.cards  # noqa: F401 - registers its provider
from northing.access.actor import Actor, system_in
from northing.decisions.public import refresh_attention
from northing.kit.jobs.schedule import every
from northing.roadmap import queries
from northing.roadmap.actions import refresh

AT_ONCE = 150
"""Larger plans take more than a second or two: the worker computes them."""


def forecast_anew(actor: Actor) -> str:
    """Forecast the plan anew, now or soon, and see what needs a decision then; what to tell whoever asked."""
    if queries.forecast_features(actor).count() > AT_ONCE:
        refresh_forecast.enqueue(actor.workspace_id)
        return "The plan is being forecast; this page shows the new dates in a minute"
    words = refresh(actor).words or "The plan has its first forecast"
    refresh_attention(actor)
    return words


@every(days=7)
@task(once=True)
def refresh_forecast(workspace_id: int) -> None:
    """Forecast one workspace's plan anew, and see what needs a decision then."""
    actor = system_in(workspace_id)
    refresh(actor)
    refresh_attention(actor)
