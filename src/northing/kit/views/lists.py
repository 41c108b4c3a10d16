"""The list of a record type: page, table fragment, saved views and bulk edit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render

from northing.access.actor import Actor
from northing.access.requests import WorkspaceRequest
from northing.access.roles import Verb
from northing.kit import changes, exporting, listing, reading
from northing.kit.changes import Edit, changing
from northing.kit.extensions import extensions
from northing.kit.fields import Choice, Day, Field, Flag, Moment, Number, Person, Reference
from northing.kit.forms import record_form
from northing.kit.listing import ListRequest
from northing.kit.models import SavedView
from northing.kit.problems import Conflict, Invalid, Problem
from northing.kit.record_types import RecordType, registry
from northing.kit.tables import editable_cell, shown_columns, table
from northing.kit.views.doors import record_page, whole
from northing.ui.shell import layout
from northing.ui.toasts import toast

MOST_IN_BULK = 2000
QUICK_FILTERS = 2
SAVED_AT_ONCE = ("choice", "person", "reference", "flag")


@record_page("GET")
def list_records(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """The list; htmx asking for `#table` gets the table alone."""
    wanted = listing.from_query(record_type, request.GET)
    page = listing.page(actor, record_type, wanted)
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
        "bulk_fields": [spec for spec in record_type.specs.values() if _is_bulk(spec)],
        "may_create": actor.may(Verb.CREATE, record_type.name),
        "may_update": actor.may(Verb.UPDATE, record_type.name),
        "may_import": actor.may(Verb.IMPORT, record_type.name) and record_type.importable,
    }
    filters = [_filter_control(actor, record_type, wanted, name) for name in _filters_shown(record_type)]
    quick = [control for control in filters if control["kind"] == "choice"][:QUICK_FILTERS]
    more = [control for control in filters if control not in quick]
    context |= {
        "quick_filters": quick,
        "more_filters": more,
        "chips": [chip for control in more for chip in _chips(control, wanted)],
        "views": _saved_views(actor, record_type),
        "columns": _column_choices(record_type, wanted),
        "kept": QueryDict(wanted.query(columns=())).items(),
        "export_forms": [(form, label) for form, (label, _) in exporting.FORMS.items()],
        "fragment": request.headers.get("HX-Target") == "table",
    }
    if not context["fragment"]:
        return render(request, "kit/list.html", context)
    response = render(request, "kit/table.html", context)
    if request.headers.get("HX-Trigger") == "filters":
        response["HX-Push-Url"] = f"{request.path}?{wanted.query()}"  # without the fields left empty
    return response


def _chips(control: dict[str, Any], wanted: ListRequest) -> Iterator[dict[str, str]]:
    """What stands in the bar for a filter that is set but not in sight, with the way to take it off."""
    named = dict(control.get("options", ()))
    for suffix, word in (("", ""), ("_from", "from "), ("_to", "to ")):
        name = control["name"] + suffix
        if name in wanted.filters:
            others = {key: values for key, values in wanted.filters.items() if key != name}
            value = word + ", ".join(str(named.get(given, given)) for given in wanted.filters[name])
            yield {"label": control["label"], "value": value, "without": wanted.query(filters=others)}


def _total(record_type: RecordType, page: listing.Page) -> str:
    word = record_type.noun if page.total == 1 else record_type.nouns
    return f"{'more than ' * page.capped}{page.total:,} {word}"


def _filters_shown(record_type: RecordType) -> list[str]:
    return [*record_type.filters, *extensions.filters[record_type.name], "owner"]


def _filter_control(actor: Actor, record_type: RecordType, wanted: ListRequest, name: str) -> dict[str, Any]:
    """What the filter bar needs to draw one filter."""
    extra = extensions.filters[record_type.name].get(name)
    chosen = wanted.filters.get(name, ())
    if extra is not None:
        return {"kind": "choice", "name": name, "label": extra.label, "options": extra.options(actor), "chosen": chosen}
    spec = record_type.all_specs[name]
    control = {"kind": "choice", "name": name, "label": spec.label, "chosen": chosen}
    if isinstance(spec, Choice):
        return control | {"options": spec.options}
    if isinstance(spec, Flag):
        return control | {"options": (("yes", "Yes"), ("no", "No"))}
    if isinstance(spec, Person):
        people = ((str(pk), person) for pk, person in reading.member_names(actor).items())
        return control | {"options": [("me", "Me"), *people, ("none", "Nobody")]}
    if isinstance(spec, Reference):
        return control | {"options": _reference_options(actor, spec)}
    if isinstance(spec, (Number, Day, Moment)):
        low, high = (wanted.filters.get(name + suffix, ("",))[-1] for suffix, _ in listing.RANGES)
        return control | {"kind": "number" if isinstance(spec, Number) else "date", "low": low, "high": high}
    return control | {"kind": "text", "value": chosen[-1] if chosen else ""}


def _reference_options(actor: Actor, spec: Reference) -> list[tuple[str, str]]:
    target = registry.of(spec.to)
    newest = spec.to.objects.within(actor).filter(archived_at=None).order_by("-pk").values_list("pk", target.title)
    options = sorted(((str(pk), str(title)) for pk, title in newest[:200]), key=lambda option: option[1].casefold())
    return options if spec.required else [*options, (listing.NONE, "None")]


def _saved_views(actor: Actor, record_type: RecordType) -> list[SavedView]:
    views = SavedView.objects.within(actor).filter(type=record_type.name).order_by("name")
    return [view for view in views if view.shared or view.member_id == actor.member_id]


def _column_choices(record_type: RecordType, wanted: ListRequest) -> list[tuple[str, str, bool]]:
    shown = shown_columns(record_type, wanted)
    names = {name: spec.label for name, spec in record_type.all_specs.items()}
    names |= {name: column.label for name, column in extensions.columns[record_type.name].items()}
    return [(name, label, name in shown) for name, label in names.items()]


def _is_bulk(spec: Field) -> bool:
    return spec.editable and spec.kind in ("choice", "person", "reference", "day", "flag", "tags")


@record_page("GET", "POST")
def save_view(request: WorkspaceRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """Keep the present filters, sort and columns under a name."""
    actor.require(Verb.COMMENT, record_type.name)
    if request.method == "GET":
        context = {"query": request.GET.urlencode(), "list_url": reading.list_url(actor, record_type)}
        return render(request, "kit/save_view.html", context | {"layout": layout(request)})
    name = request.POST.get("name", "").strip()[:80]
    if not name:
        raise Invalid([Problem("name", name, "give the view a name")])
    query = request.POST.get("query", "").lstrip("?")[:4000]
    view, _ = SavedView.objects.update_or_create(
        workspace=actor.workspace,
        type=record_type.name,
        member=request.member,
        name=name,
        defaults={"query": query, "shared": "shared" in request.POST},
    )
    return HttpResponseRedirect(f"{reading.list_url(actor, record_type)}?{view.query}")


@record_page("POST")
def delete_view(request: HttpRequest, actor: Actor, record_type: RecordType, view_id: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.within(actor), pk=view_id, type=record_type.name)
    if view.member_id != actor.member_id:
        actor.require(Verb.MANAGE, record_type.name)
    view.delete()
    return HttpResponseRedirect(reading.list_url(actor, record_type))


@record_page("POST")
def bulk(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """Edit or archive the ticked records: first a preview, then all of them in one change that can be undone."""
    ids = _ids(request)
    field = request.POST.get("field", "")
    if field == "archive":
        with changing(actor, f"archived {len(ids)} {record_type.nouns}") as change:
            change.archive(record_type, ids)
        return _done(actor, change.change.pk, f"{len(ids)} archived")
    if field not in record_type.specs or not _is_bulk(record_type.specs[field]):
        raise Invalid([Problem("field", field, "cannot be set for many at once")])
    if "value" not in request.POST and field not in request.POST:
        return _bulk_form(request, actor, record_type, ids, field)
    value = request.POST.get(field, "")
    with changing(actor, f"set {record_type.specs[field].label.lower()} of {len(ids)} {record_type.nouns}") as change:
        change.update(record_type, [Edit(pk, {field: value}) for pk in ids])
    return _done(actor, change.change.pk, f"{len(ids)} changed")


def _ids(request: HttpRequest) -> list[int]:
    ids = [value for given in request.POST.getlist("ids") for value in given.split(",") if value]
    if not ids or not all(value.isdecimal() and len(value) < 16 for value in ids):
        raise Invalid([Problem("ids", ",".join(ids)[:80], "tick at least one row")])
    if len(ids) > MOST_IN_BULK:
        raise Invalid([Problem("ids", len(ids), f"at most {MOST_IN_BULK:,} at once")])
    return sorted({int(value) for value in ids})


def _bulk_form(request: HttpRequest, actor: Actor, record_type: RecordType, ids: list[int], field: str) -> HttpResponse:
    form = record_form(actor, record_type, only=[field])
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


def _done(actor: Actor, change_id: int, text: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response["HX-Trigger"] = '{"close-dialog": true, "records-changed": true}'
    return toast(response, text, undo=f"/{actor.workspace.slug}/changes/{change_id}/undo")


@record_page("GET", "POST")
def cell(request: HttpRequest, actor: Actor, record_type: RecordType, key: str, field: str) -> HttpResponse:
    """Inline edit of one cell: GET answers with its form, POST saves and answers with the cell as it now is."""
    record = reading.get_record(actor, record_type, key)
    actor.require(Verb.UPDATE, record_type.name)
    spec = record_type.specs.get(field)
    if spec is None or not spec.editable:
        raise Invalid([Problem(field, "", f"is not a field of a {record_type.noun} that can be edited")])
    context = {"url": request.path, "saves_on": "change" if spec.kind in SAVED_AT_ONCE else "submit"}
    if request.method == "GET":
        form = record_form(actor, record_type, record=record, only=[field])
        form.auto_id = "cell-%s"
        form.fields[field].widget.attrs |= {"autofocus": True, "aria-label": spec.label}
        return render(request, "kit/cell_form.html", context | {"form": form})
    form = record_form(actor, record_type, data=request.POST, only=[field])
    edit = Edit(record.pk, form.values(), whole(request.POST.get("version", "")))
    try:
        [record] = changes.update(actor, record_type, [edit])
    except Invalid as error:
        form.show(error.problems)
        return render(request, "kit/cell_form.html", context | {"form": form}, status=422)
    except Conflict:
        now = HttpResponse(editable_cell(actor, record_type, field, reading.get_record(actor, record_type, key)))
        return toast(now, "Someone changed this meanwhile. Here is what it is now.")
    return HttpResponse(editable_cell(actor, record_type, field, record))
