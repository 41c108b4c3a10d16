"""Parts of a segment's form: its rows drawn anew, and who meets the rule as it stands."""

from __future__ import annotations

import json
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.insight import queries
from northing.insight.models import Segment
from northing.insight.segment_form import Row, RuleInput, fitted, subject_of, written_rows, written_rule
from northing.insight.segments import FIELDS, RuleError, in_words
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole


@page("GET")
def rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rows as they are typed, after another field was chosen, with one more or one less."""
    actor.require(Verb.VIEW, "segment")
    subject = subject_of(request.GET)
    typed = written_rows(request.GET)
    adds, dropped = "add" in request.GET, whole(request.GET.get("drop", ""))
    was = dict(enumerate(request.GET.getlist("rule-was")))
    typed = [_for_its_field(subject, row, was.get(place, row.field)) for place, row in enumerate(typed)]
    kept = [fitted(subject, row) for place, row in enumerate(typed) if place != dropped]
    if adds or not kept:
        kept.append(Row(next(iter(FIELDS[subject]))))
    widget = RuleInput(actor, request.GET)
    join = "any" if request.GET.get("rule-join") == "any" else "all"
    # The last row gets the focus, which stood on a button that is drawn anew.
    new = len(kept) - 1 if adds or dropped is not None else None
    context = widget.drawn(join, kept, new=new, keeps_typed=new is None)
    return render(request, widget.template_name, {"widget": context})


def _for_its_field(subject: str, row: Row, was: str) -> Row:
    """The row; without its value where that was chosen among what another field, the one before, may be."""
    before = FIELDS[subject].get(was)
    return replace(row, value="") if before and before.options and was != row.field else row


@page("GET")
def matching(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rule in words, and how many meet it now; or what is wrong with it."""
    subject, text = subject_of(request.GET), written_rule(request.GET)
    if any(row.lacks_value for row in written_rows(request.GET)):
        return HttpResponse("With a value in each condition, how many are in it is said here.")
    record_type = registry.of(queries.SUBJECTS[subject])
    actor.require(Verb.VIEW, record_type.name)
    try:
        rule = json.loads(text)
        words = in_words(subject, rule)
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, RuleError) else "This is no rule yet."
        return HttpResponse(format_html("{}", f"{said[:1].upper()}{said[1:]}"))
    count = queries.members_of(actor, Segment(subject=subject, rule=rule)).count()
    return HttpResponse(format_html("<b>{}</b> now: {}", record_type.counted(count), words))
