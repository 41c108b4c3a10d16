"""Inline edit of one cell of a list."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.exchange.dates import parse_date, parse_period
from northing.kit import changes, reading
from northing.kit.changes import Edit
from northing.kit.forms import RecordForm, record_form
from northing.kit.problems import Conflict, Invalid, Problem
from northing.kit.record_types import RecordType
from northing.kit.tables import editable_cell
from northing.kit.views.doors import record_page, whole
from northing.ui.toasts import toast

_WORD = re.compile(r"[^\W\d_]+")
_BEHIND_NUMBERS = {"st", "nd", "rd", "th"}
_BY_WORDS = {"placeholder": "31 Mar 2027 or Q2 2027", "autocomplete": "off"}


@record_page("GET", "POST")
def cell(request: HttpRequest, actor: Actor, record_type: RecordType, key: str, field: str) -> HttpResponse:
    """Inline edit of one cell: GET answers with its form, POST saves and answers with the cell as it now is."""
    record = reading.get_record(actor, record_type, key)
    actor.require(Verb.UPDATE, record_type.name)
    spec = record_type.specs.get(field)
    if spec is None or not spec.editable:
        raise Invalid([Problem(field, "", f"is not a field of {record_type.a_noun} that can be edited")])
    if request.method == "GET":
        form = _form(actor, record_type, field, record=record)
        form.auto_id = "cell-%s"
        form.fields[field].widget.attrs |= {"autofocus": True, "aria-label": spec.label}
        return render(request, "kit/cell_form.html", {"url": request.path, "form": form})
    form = _form(actor, record_type, field, data=request.POST)
    edit = Edit(record.pk, _said(record_type, field, form.values()), whole(request.POST.get("version", "")))
    try:
        [record] = changes.update(actor, record_type, [edit])
    except Invalid as error:
        form.fields[field].widget.attrs["aria-label"] = spec.label
        form.show([replace(problem, field=field) for problem in error.problems])  # there is but one to be told at
        return render(request, "kit/cell_form.html", {"url": request.path, "form": form}, status=422)
    except Conflict:
        now = HttpResponse(editable_cell(actor, record_type, field, reading.get_record(actor, record_type, key)))
        return toast(now, "Someone changed this meanwhile. Here is what it is now.")
    return HttpResponse(editable_cell(actor, record_type, field, record))


def _form(
    actor: Actor, record_type: RecordType, field: str, *, record: Any = None, data: QueryDict | None = None
) -> RecordForm:
    """The form of one field. A day that may be said in words is one text, which opens with what is there."""
    form = record_form(actor, record_type, record=record, data=data, only=[field])
    if words := record_type.in_words.get(field):
        form.fields[field].widget = forms.TextInput(attrs=_BY_WORDS)
        if record is not None:
            day = getattr(record, field)
            form.initial[field] = f"{day:%-d %b %Y}" if day else getattr(record, words.field)
    return form


def _said(record_type: RecordType, field: str, values: dict[str, Any]) -> dict[str, Any]:
    """What is typed into a cell, put into the field that takes it: days, or words in their place."""
    words = record_type.in_words.get(field)
    if not words or field not in values:
        return values
    text = str(values[field]).strip()
    if not text:
        return {field: None, words.field: ""}
    is_words = parse_period(text) or not _is_day(text)
    return {field: None, words.field: text} if is_words else {field: text}


def _is_day(text: str) -> bool:
    """Whether a text is meant as a day: numbers alone, or with the name of a month and nothing besides.

    >>> _is_day("31.2.2027"), _is_day("31st Mar 2027"), _is_day("after 31 Mar 2027"), _is_day("sprint 14")
    (True, True, False, False)
    """
    words = [word for word in _WORD.findall(text) if word.casefold() not in _BEHIND_NUMBERS]
    return not words or (len(words) == 1 and parse_date(text) is not None)
