"""How delivery goes: what was finished, how long it takes, what may go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.delivery import queries
from northing.kit import reading
from northing.kit.views.doors import page
from northing.ui import charts


@page("GET")
def delivery(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Finished work by week, cycle time, open work and risks."""
    actor.require(Verb.VIEW, "work_item")
    weeks = queries.finished_by_week(actor)
    finished = queries.finished_since(actor)
    earlier, last = queries.finished_before(actor)
    risks = queries.open_risks(actor)
    took = queries.durations(actor)
    threatened = reading.labels_of_any(actor, (risk.about_id for risk in risks))
    context = {
        "finished": finished,
        "this_week": finished - sum(weeks.values()),
        "chart": _chart(weeks) if any(weeks.values()) else "",
        "earlier": earlier,
        "last_finished": last,
        "cycle": _spread(took.worked),
        "waited": _spread(took.waited),
        "pointed": took.pointed,
        "open": queries.open_counts(actor),
        "risks": [(risk, threatened.get(risk.about_id) if risk.about_id else None) for risk in risks],
    }
    return render(request, "delivery/delivery.html", context)


def _chart(weeks: Mapping[date, int]) -> SafeString:
    points = [charts.Point(monday, count) for monday, count in weeks.items()]
    return charts.render(charts.Lines([charts.Line("Finished", points)], "Week", "Work items finished"))


def _spread(days: list[float]) -> dict[str, float] | None:
    """Tenth, middle and ninetieth of a sorted list, None below five values."""
    if len(days) < 5:
        return None
    at = {"low": 0.1, "mid": 0.5, "high": 0.9}
    return {name: days[min(len(days) - 1, int(share * len(days)))] for name, share in at.items()}
