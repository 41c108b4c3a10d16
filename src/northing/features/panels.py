"""Sections that this module adds to pages of features and of feedback."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import measures_of, measures_on
from northing.features import queries
from northing.features.actions import VOICES
from northing.features.models import Feature, FeatureRequest, Health
from northing.features.rules import GOAL_TYPES, IMPORTANCE_WORDS, needs_health
from northing.kit.reading import labels_of_any, record_url
from northing.kit.record_types import registry

PASSAGES_SHOWN = 50
_GOALS_OFFERED = 200
_UNSAID = 1  # sorts after every importance that was stated


def _render(request: HttpRequest, actor: Actor, name: str, record: Any, **context: Any) -> str:
    record_type = registry.of(type(record))
    context |= {
        "record": record,
        "key": record_type.key(record),
        "url": record_url(actor, record_type, record),
        "workspace": actor.workspace.slug,
        "may_update": actor.may(Verb.UPDATE, record_type.name) and record.archived_at is None,
    }
    return render_to_string(f"features/panels/{name}.html", context, request)


def link_to(request: HttpRequest, actor: Actor, feedback: insight.Feedback) -> str:
    """For feedback: what it is linked to; what it might be asking for comes right after the page."""
    linked = queries.linked_passages(actor, Q(insight__feedback=feedback.pk))
    may_link = actor.may(Verb.CREATE, registry.of(FeatureRequest).name) and feedback.archived_at is None
    return _render(
        request,
        actor,
        "link_to",
        feedback,
        linked=_with_labels(actor, linked),
        may_link=may_link,
        may_create=actor.may(Verb.CREATE, registry.of(Feature).name),
        length=len(feedback.passage_text),
        importances=list(enumerate(IMPORTANCE_WORDS)),
    )


def _with_labels(actor: Actor, linked: list[queries.LinkedPassage]) -> list[dict[str, Any]]:
    found = labels_of_any(actor, [one.target_id for one in linked])
    return [
        {"passage": one, "to": found[one.target_id], "url": found[one.target_id].url(actor)}
        for one in linked
        if one.target_id in found
    ]


def who_asks(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """The frame of the panel; who asks is read after the page has come, since it looks at all channels."""
    voices = measures_on(actor, feature).get(VOICES)
    return _render(request, actor, "who_asks", feature, asked=voices is not None and voices.p50 > 0)


def asking(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """Voices, accounts, segments, revenue, and what the sample leaves out."""
    found = queries.who_asks(actor, [feature.pk])[feature.pk]
    counted = list(zip(IMPORTANCE_WORDS, found.importance, strict=True))[::-1]
    context = {"importance": [one for one in counted if one[1]], "what_a_voice_is": insight.WHAT_A_VOICE_IS}
    return _render(request, actor, "asking", feature, asking=found, **context)


def passages(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """What was said, word for word."""
    linked = queries.linked_passages(actor, Q(feature=feature.pk))
    shown = sorted(linked, key=lambda one: (_UNSAID if one.importance is None else -one.importance, -one.request_id))
    shown = shown[:PASSAGES_SHOWN]
    sources = labels_of_any(actor, [one.feedback_id for one in shown])
    rows = [
        (one, sources.get(one.feedback_id), "" if one.importance is None else IMPORTANCE_WORDS[one.importance])
        for one in shown
    ]
    return _render(request, actor, "passages", feature, rows=rows, more=len(linked) - len(shown))


def goals(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """The goals it serves."""
    serves = queries.goals_of(actor, [feature.pk]).get(feature.pk, [])
    return _render(request, actor, "goals", feature, serves=[(pk, label, label.url(actor)) for pk, label in serves])


def pick_goal(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """The goals that it does not serve yet, to choose one."""
    served = {pk for pk, _ in queries.goals_of(actor, [feature.pk]).get(feature.pk, [])}
    offered = []
    for name in GOAL_TYPES:
        record_type = registry.named(name)
        rows = record_type.model.objects.within(actor).filter(archived_at=None).order_by("-pk")[:_GOALS_OFFERED]
        some = [(row.pk, record_type.title_of(row)) for row in rows if row.pk not in served]
        offered.append((record_type.nouns.capitalize(), some))
    return _render(request, actor, "pick_goal", feature, offered=[group for group in offered if group[1]])


def children(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """The features that are parts of it; nothing where there are none."""
    below = queries.children(actor, [feature.pk]).get(feature.pk, [])
    tones = registry.of(Feature).tones["status"]
    rows = [(child, record_url(actor, registry.of(Feature), child), tones[child.status]) for child in below]
    return _render(request, actor, "children", feature, rows=rows)


def packages(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """What it takes, part by part."""
    found = queries.packages_of(actor, [feature.pk]).get(feature.pk, [])
    measures = measures_of(actor, [package.pk for package in found], ["effort", "lead_time"])
    record_type = registry.named("work_package")
    rows = []
    for package in found:
        numbers = measures.get(package.pk, {})
        rows.append(
            (package, record_url(actor, record_type, package), numbers.get("effort") or numbers.get("lead_time"))
        )
    return _render(request, actor, "packages", feature, rows=rows)


def health(request: HttpRequest, actor: Actor, feature: Feature) -> str:
    """How it goes: the last report, and a form for this week's."""
    tone = registry.of(Feature).tones["health"][feature.health]
    overdue = needs_health(feature.status, feature.health_at, timezone.now())
    choices = [choice for choice in Health.choices if choice[0] != Health.NONE]
    return _render(request, actor, "health", feature, tone=tone, overdue=overdue, choices=choices)
