"""The list of a record type: page, table fragment and bulk edit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit import exporting, history, listing, merging, reading
from northing.kit.changes import Edit, changing
from northing.kit.extensions import extensions
from northing.kit.fields import Field
from northing.kit.forms import RecordForm, record_form
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import RecordType
from northing.kit.tables import shown_columns, table
from northing.kit.views.doors import record_page, whole_numbers
from northing.kit.views.filters import filter_bar
from northing.ui.shell import layout
from northing.ui.toasts import changed

BULK_IN_SIGHT = 3


@record_page("GET")
def list_records(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """The list; htmx asking for `#table` gets the table alone."""
    wanted = listing.from_query(record_type, request.GET)
    page = listing.page(actor, record_type, wanted, fields=shown_columns(record_type, wanted))
    context = {
        "record_type": record_type,
        "table": table(actor, record_type, page.records, wanted),
        "page": page,
        "next_url": "?" + wanted.query(after=page.next) if page.next else "",
        "first_url": "?" + wanted.query() if wanted.after else "",
        "total": _total(record_type, page),
        "empty_title": f"No {record_type.nouns} yet",
        "create_label": f"New {record_type.noun}",
        "wanted": wanted,
        "is_filtered": bool(wanted.filters or wanted.text or wanted.archived),
        "bulk_fields": _bulk_fields(record_type)[:BULK_IN_SIGHT],
        "bulk_actions": extensions.bulk_for(actor, record_type.name),
        "may_create": actor.may(Verb.CREATE, record_type.name),
        "may_update": actor.may(Verb.UPDATE, record_type.name),
        "may_merge": merging.may_merge(actor, record_type),
        "may_import": actor.may(Verb.IMPORT, record_type.name) and record_type.importable,
    }
    context |= filter_bar(actor, record_type, wanted) | {
        "query": wanted.query(),
        "export_forms": [(form, label) for form, (label, _) in exporting.FORMS.items()],
        "fragment": request.headers.get("HX-Target") == "table",
    }
    if not context["fragment"]:
        return render(request, "kit/list.html", context)
    response = render(request, "kit/table.html", context)
    if request.headers.get("HX-Trigger") == "filters":
        response["HX-Push-Url"] = f"{request.path}?{wanted.query()}"  # without the fields left empty
    return response


def _total(record_type: RecordType, page: listing.Page) -> str:
    return "more than " * page.capped + record_type.counted(page.total)


def _bulk_fields(record_type: RecordType) -> list[Field]:
    return [spec for spec in record_type.specs.values() if _is_bulk(spec)]


def _is_bulk(spec: Field) -> bool:
    return spec.editable and spec.kind in ("choice", "person", "reference", "day", "flag", "tags")


@record_page("GET", "POST")
def bulk(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """Edit or archive the ticked records: first a preview, then all of them in one change that can be undone.

    GET answers with the menu of fields that can be set.
    """
    if request.method == "GET":
        return render(request, "kit/bulk_fields.html", {"fields": _bulk_fields(record_type)})
    ids = ticked(request)
    field = request.POST.get("field", "")
    if field == "archive":
        with changing(actor, f"archived {record_type.counted(len(ids))}") as change:
            change.archive(record_type, ids)
        return changed(f"{len(ids)} archived", undo=history.undo_url(actor, change.change_id), also="close-dialog")
    if field not in record_type.specs or not _is_bulk(record_type.specs[field]):
        raise Invalid([Problem("field", field, "cannot be set for many at once")])
    if "value" not in request.POST and field not in request.POST:
        return _bulk_form(request, actor, record_type, ids, field)
    value = request.POST.get(field, "")
    with changing(actor, f"set {record_type.specs[field].label.lower()} of {record_type.counted(len(ids))}") as change:
        change.update(record_type, [Edit(pk, {field: value}) for pk in ids])
    return changed(f"{len(ids)} changed", undo=history.undo_url(actor, change.change_id), also="close-dialog")


def ticked(request: HttpRequest) -> list[int]:
    """The ids of the rows that were ticked, in order. Raises `Invalid`."""
    ids = whole_numbers("ids", request.POST.getlist("ids"), "tick at least one row")
    if not ids:
        raise Invalid([Problem("ids", "", "tick at least one row")])
    return sorted(set(ids))


def _bulk_form(request: HttpRequest, actor: Actor, record_type: RecordType, ids: list[int], field: str) -> HttpResponse:
    form = record_form(actor, record_type, only=[field])
    _leave_unchosen(form, field)
    found = reading.labels(actor, record_type, ids[:10])
    context = {
        "record_type": record_type,
        "form": form,
        "field": field,
        "label": record_type.specs[field].label,
        "ids": ",".join(map(str, ids)),
        "count": len(ids),
        "examples": list(found.values()),
        "layout": layout(request),
    }
    return render(request, "kit/bulk.html", context)


def _leave_unchosen(form: RecordForm, field: str) -> None:
    """Let no value be the one that many records get by a press too many."""
    form.initial.pop(field, None)
    widget: Any = form.fields[field].widget
    choices = list(getattr(widget, "choices", ()))
    if choices and choices[0][0] != "":
        widget.choices = [("", "Choose…"), *choices]
        widget.attrs["required"] = True
