"""Segments where accounts and contacts are listed, and on their own page: who is in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.insight import queries
from northing.insight.models import Segment, Subject
from northing.insight.segment_form import rule_of_list
from northing.insight.segments import RuleError, check_size, condition, in_words
from northing.kit import reading
from northing.kit.extensions import Action, Filter, Panel, extensions
from northing.kit.listing import ListRequest
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry

NAMES_SHOWN = 10


def who(request: HttpRequest, actor: Actor, segment: Segment) -> str:
    """The rule in words, and who meets it now."""
    record_type = registry.of(queries.SUBJECTS[segment.subject])
    try:
        words = in_words(segment.subject, segment.rule)
    except RuleError as error:
        return render_to_string("insight/segment.html", {"fault": str(error)}, request)
    members = queries.members_of(actor, segment)
    some = [(one, reading.record_url(actor, record_type, one)) for one in members.order_by("name", "pk")[:NAMES_SHOWN]]
    context = {
        "words": words,
        "counted": record_type.counted(members.count()),
        "list_url": f"{reading.list_url(actor, record_type)}?segment={segment.pk}",
        "some": some,
    }
    return render_to_string("insight/segment.html", context, request)


def _filter(subject: Subject) -> Filter:
    """The members of a segment as a filter of their list."""

    def options(actor: Actor) -> list[tuple[str, str]]:
        return [(str(one.pk), one.name) for one in _segments(actor, subject)]

    def where(actor: Actor, values: Sequence[str]) -> Q:
        chosen = [one for one in _segments(actor, subject) if str(one.pk) in values]
        if len(chosen) < len(set(values)):
            rule = f"is no segment of {subject.label.lower()}; choose one from the filter"
            raise Invalid([Problem("segment", ", ".join(values), rule)])
        met = reduce(or_, map(_met, chosen))
        try:
            check_size(met)
        except RuleError as error:
            raise Invalid([Problem("segment", error.part, f"{error}; choose fewer segments")]) from None
        return met

    return Filter(name="segment", label="Segment", options=options, where=where)


def _segments(actor: Actor, subject: Subject) -> list[Segment]:
    return list(Segment.objects.within(actor).filter(subject=subject, archived_at=None).order_by("name"))


def _met(segment: Segment) -> Q:
    try:
        return condition(segment.subject, segment.rule)
    except RuleError as error:
        raise Invalid([Problem("segment", segment.name, f"its rule has to be mended: {error}")]) from None


def _keep(subject: Subject) -> Action:
    """What a list shows, kept as a segment: its filters fill in the form of a new one."""

    def url(actor: Actor, wanted: ListRequest) -> str:
        rule, left_out = rule_of_list(subject, wanted)
        given = {"subject": str(subject), "rule": json.dumps(rule) if rule else ""}
        if left_out:
            given["description"] = f"Not in the rule, which cannot ask for it: {', '.join(left_out)}."
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in given.items() if value})
        return f"/{actor.workspace.slug}/segments/new?{query.urlencode()}"

    def shown(actor: Actor, wanted: ListRequest) -> bool:
        return bool(wanted.filters) and actor.may(Verb.CREATE, "segment")

    return Action(name="segment", label="Save as a segment", icon="chart-pie", url=url, shown=shown)


extensions.add_panel("segment", Panel(name="members", title="Who is in it", render=who, order=10))
for subject in Subject:
    extensions.add_filter(subject, _filter(subject))
    extensions.add_list_action(subject, _keep(subject))
