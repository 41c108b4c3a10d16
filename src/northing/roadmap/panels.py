"""What the roadmap adds to records' pages: the three dates, the releases, what waits for what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features.public import Feature, Status
from northing.kit.reading import labels_of_any, list_url
from northing.kit.record_types import registry
from northing.roadmap import queries
from northing.roadmap.cards import chance
from northing.roadmap.lines import line_of, lines_in
from northing.roadmap.models import Release
from northing.roadmap.queries import Outlook
from northing.roadmap.rules import aimed_day, is_out


def dates(request: HttpRequest, actor: Actor, record: Any) -> str:
    """Target, promised and forecast in words, what it waits for, and for a feature its releases."""
    waits = queries.dependencies_of(actor, record.pk)
    labels = labels_of_any(actor, [end for pair in waits for end in pair])
    line = line_of(actor, record)
    context = {
        "line": line,
        "record": record,
        "is_out": is_out(record),
        "chances": _chances(record, line.outlook),
        "before": [labels[first] for first, then in waits if then == record.pk],
        "after": [labels[then] for first, then in waits if first == record.pk],
        "base": f"/{actor.workspace.slug}/roadmap/",
        "slug": actor.workspace.slug,
        "may_update": actor.may(Verb.UPDATE, "release") and record.archived_at is None,
    }
    if isinstance(record, Feature):
        releases = queries.releases_of(actor, [record.pk]).get(record.pk, [])
        context |= {"feature": record, "releases": releases, "is_planned": queries.is_planned(record)}
    return render_to_string("roadmap/dates.html", context, request)


def _chances(record: Any, outlook: Outlook | None) -> dict[str, float]:
    """How likely the work is done by the target, and all of it out by the promise, as far as there are such days."""
    if outlook is None:
        return {}
    aimed = aimed_day(record, timezone.localdate())
    days = {"target": (aimed, outlook.work), "promised": (record.promised, outlook)}
    return {name: chance(of, day) for name, (day, of) in days.items() if day}


def features(request: HttpRequest, actor: Actor, release: Release) -> str:
    """What a release goes out with, with its own forecast: all of it that is planned."""
    lines = lines_in(actor, release)
    context = {
        "own": line_of(actor, release),
        "lines": lines,
        "unplanned": sum(not line.is_committed for line in lines),
        "features_url": list_url(actor, registry.of(Feature)),
    }
    return render_to_string("roadmap/release_features.html", context, request)


def pick_release(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """The releases still to come that it could go out with, to choose one; what speaks against it is said."""
    placed = queries.releases_of(actor, [feature.pk]).get(feature.pk, [])
    context = {
        "others": [release for release in queries.open_releases(actor) if release not in placed],
        "is_declined": feature.status == Status.DECLINED,
        "is_out": is_out(feature),
        "place_url": f"/{actor.workspace.slug}/roadmap/{registry.of(Feature).key(feature)}/place",
        "slug": actor.workspace.slug,
    }
    return render_to_string("roadmap/pick_release.html", context, request)
