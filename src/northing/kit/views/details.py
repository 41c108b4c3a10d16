"""One record: its page, its form, its history, and what people say about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit import history, merging, reading
from northing.kit.changes import Edit, changing
from northing.kit.extensions import Panel, extensions
from northing.kit.fields import LongText, Person, Pointer, Tags
from northing.kit.forms import RecordForm, left_out, record_form
from northing.kit.models import Comment, Link
from northing.kit.naming import with_named
from northing.kit.problems import Conflict, Invalid, Missing, Problem
from northing.kit.record_types import RecordType
from northing.kit.tables import field_drawer
from northing.kit.views.conflicts import meanwhile
from northing.kit.views.doors import go_to, page, record_page, whole
from northing.ui import cells, formats
from northing.ui.shell import layout
from northing.ui.toasts import changed

MOST_FIELDS_OPEN = 9


@record_page("GET")
def show(request: HttpRequest, actor: Actor, record_type: RecordType, key: str) -> HttpResponse:
    """The record's page: its fields, what other modules add, comments and links."""
    record = reading.get_record(actor, record_type, key)
    fields = _fields(actor, record_type, record)
    context = _context(request, actor, record_type, record) | {
        "filled": [(label, drawn) for label, drawn in fields if drawn != cells.EMPTY],
        "unfilled": [label for label, drawn in fields if drawn == cells.EMPTY],
        "texts": _texts(record_type, record),
        "as_imported": [(_kept_as(name, value), _kept(value)) for name, value in _source(record).items()],
        "panels": [_panel(request, actor, record, panel) for panel in extensions.panels[record_type.name]],
        "actions": [a for a in extensions.actions[record_type.name] if a.shown(actor, record)],
        "comments": _comments(actor, record),
        "links": _links(actor, record),
        "may_comment": actor.may(Verb.COMMENT, record_type.name),
        "may_archive": actor.may(Verb.ARCHIVE, record_type.name),
        "may_merge": merging.may_merge(actor, record_type) and record.archived_at is None,
        "merged": _merged(actor, record_type, record) if record_type.mergeable else [],
    }
    context["actions"] = [(action, action.url(actor, record)) for action in context["actions"]]
    return render(request, "kit/record.html", context)


def _context(request: HttpRequest, actor: Actor, record_type: RecordType, record: Any) -> dict[str, Any]:
    return {
        "record_type": record_type,
        "record": record,
        "key": record_type.key(record),
        "title": record_type.title_of(record),
        "url": reading.record_url(actor, record_type, record),
        "list_url": reading.list_url(actor, record_type),
        "layout": layout(request),
        "may_update": actor.may(Verb.UPDATE, record_type.name) and record.archived_at is None,
    }


def _merged(actor: Actor, record_type: RecordType, record: Any) -> list[tuple[str, str, str]]:
    """Key and title of what was merged into it, and where that is undone."""
    return [
        (record_type.key(one.record), record_type.title_of(one.record), history.undo_url(actor, one.change_id))
        for one in merging.merged_into(actor, record_type, record)
    ]


def _fields(actor: Actor, record_type: RecordType, record: Any) -> list[tuple[str, Any]]:
    """Label and drawn value of every short field, without empty ones that another says in words."""
    in_words = {name for name, words in record_type.in_words.items() if getattr(record, words.field)}
    drawn = []
    for name, spec in record_type.specs.items():
        if name == record_type.title or isinstance(spec, LongText) or spec.kind == "json":
            continue
        if name in in_words and getattr(record, spec.attribute) is None:
            continue
        drawn.append((spec.label, field_drawer(actor, record_type, spec, [record])(record)))
    if record.source_key:
        drawn.append(("Key at its source", cells.text(record.source_key)))
    return drawn


def _texts(record_type: RecordType, record: Any) -> list[tuple[str, str]]:
    return [
        (spec.label, getattr(record, name))
        for name, spec in record_type.specs.items()
        if isinstance(spec, LongText) and getattr(record, name)
    ]


def _source(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = record.custom.get("source", {})
    return found


def _kept_as(name: str, value: Any) -> str:
    """What a value that no field took is called: a column's cells by its heading in the file, others in plain words.

    >>> _kept_as("risk_level", ["high"]), _kept_as("status as given", "parked"), _kept_as("app_version", "2")
    ('risk_level', 'Status in the file', 'App version')
    """
    if isinstance(value, list):
        return name
    plain = name.removesuffix(" as given").replace("_", " ")
    return f"{plain[:1].upper()}{plain[1:]}{' in the file' if name.endswith(' as given') else ''}"


def _kept(value: Any) -> str:
    """What a file said and no field took, as text."""
    if isinstance(value, (bool, int, float)):
        return formats.number(value) if not isinstance(value, bool) else "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(map(_kept, value))
    if isinstance(value, dict):
        return ", ".join(_kept(part) for part in value.values() if part)
    return str(value)


def _panel(request: HttpRequest, actor: Actor, record: Any, panel: Panel) -> tuple[Panel, str]:
    return panel, "" if panel.lazy else panel.render(request, actor, record)


def _comments(actor: Actor, record: Any) -> list[Comment]:
    rows = Comment.objects.within(actor).filter(record_id=record.pk, deleted_at=None).select_related("author__user")
    shown = rows.only("text", "created_at", "author__user__name", "author__user__email")
    return list(shown.order_by("created_at")[:200])


def _links(actor: Actor, record: Any) -> list[dict[str, Any]]:
    own = Link.objects.within(actor).filter(source_id=record.pk)
    rows = list(own.only("target", "url", "label").order_by("pk")[:200])
    found = reading.labels_of_any(actor, (row.target_id for row in rows))
    links = []
    for row in rows:
        label = found.get(row.target_id) if row.target_id else None
        if label:
            links.append({"id": row.pk, "key": label.key, "title": label.title, "url": label.url(actor)})
        elif row.url:
            links.append({"id": row.pk, "key": "", "title": row.label or row.url, "url": row.url})
    return links


@record_page("GET")
def panel(request: HttpRequest, actor: Actor, record_type: RecordType, key: str, name: str) -> HttpResponse:
    """One panel that loads when opened."""
    record = reading.get_record(actor, record_type, key)
    for candidate in extensions.panels[record_type.name]:
        if candidate.name == name:
            return HttpResponse(candidate.render(request, actor, record))
    raise Missing(name)


@record_page("GET", "POST")
def new(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """The form of a new record; the address may fill fields in."""
    actor.require(Verb.CREATE, record_type.name)
    initial = {name: value for name, value in request.GET.items() if name in record_type.specs}
    context = {"record_type": record_type, "layout": layout(request), "list_url": reading.list_url(actor, record_type)}
    if request.method == "GET":
        form = record_form(actor, record_type, initial=initial, only=_asked(record_type, initial))
        return render(request, "kit/form.html", context | _arranged(record_type, form))
    form = record_form(actor, record_type, data=request.POST, only=_asked(record_type, request.POST))
    try:
        with changing(actor, "created") as change:
            [record] = change.create(record_type, [with_named(change, record_type, form.values())])
    except Invalid as error:
        form.show(error.problems)
        return render(request, "kit/form.html", context | _arranged(record_type, form), status=422)
    url = reading.record_url(actor, record_type, record)
    if record_type.goes_on:
        return go_to(request, url + record_type.goes_on)
    return _saved(request, url, f"{record_type.key(record)} created")


def _asked(record_type: RecordType, given: Iterable[str]) -> list[str]:
    """What the form of a new record asks for: the type's choice, and whatever the address filled in."""
    asked = {*record_type.asked, *given} if record_type.asked else ()
    return [name for name in record_type.specs if name in asked]


def _may_go_on(actor: Actor, record_type: RecordType, record: Any) -> bool:
    """Whether the page where the work on such a record goes on takes this one."""
    return any(a.name == record_type.goes_on and a.shown(actor, record) for a in extensions.actions[record_type.name])


@record_page("GET", "POST")
def edit(request: HttpRequest, actor: Actor, record_type: RecordType, key: str) -> HttpResponse:
    """The form of an existing record; a version that is no longer the present one is a conflict."""
    record = reading.get_record(actor, record_type, key)
    actor.require(Verb.UPDATE, record_type.name)
    context = _context(request, actor, record_type, record) | {
        "left_out": left_out(record_type) if _may_go_on(actor, record_type, record) else []
    }
    if request.method == "GET":
        form = record_form(actor, record_type, record=record)
        return render(request, "kit/form.html", context | _arranged(record_type, form))
    form = record_form(actor, record_type, data=request.POST)
    try:
        with changing(actor, "changed") as change:
            values = with_named(change, record_type, _said(record_type, record, form.values()))
            change.update(record_type, [Edit(record.pk, values, whole(request.POST.get("version", "")))])
    except Conflict as conflict:
        form, who = meanwhile(actor, record_type, conflict.fresh, request.POST)
        return render(
            request, "kit/form.html", context | _arranged(record_type, form) | {"changed_by": who}, status=409
        )
    except Invalid as error:
        form.show(error.problems)
        return render(request, "kit/form.html", context | _arranged(record_type, form), status=422)
    return _saved(request, context["url"], f"{context['key']} saved")


def _said(record_type: RecordType, record: Any, values: dict[str, Any]) -> dict[str, Any]:
    """What somebody says by a form. Words that stand there as before are not said with a new value in their place."""
    words = {words.field for words in record_type.in_words.values()}
    return {name: value for name, value in values.items() if name not in words or value != getattr(record, name)}


def _arranged(record_type: RecordType, form: RecordForm) -> dict[str, Any]:
    """The form, with what most records need before what few do: beyond a handful, the rest stands folded."""
    fields = form.visible_fields()
    if len(fields) > MOST_FIELDS_OPEN:
        main_text = [f.name for f in fields if isinstance(f.field.widget, Textarea)][:1]
        needed = {record_type.title, *main_text, *record_type.columns, "owner"}
        first = [f for f in fields if f.name in needed or f.field.required]
    else:
        first = fields
    more = [field for field in fields if field not in first]
    is_open = any(field.errors for field in more)
    return {"form": form, "first_fields": first, "more_fields": more, "is_more_open": is_open}


def _saved(request: HttpRequest, url: str, text: str) -> HttpResponse:
    """After a form in the dialog or drawer: close it and say so; on a page: go to the record."""
    if request.headers.get("HX-Request"):
        return changed(text, also="close-dialog", url=url)
    return HttpResponseRedirect(url)


@record_page("POST")
def archive(request: HttpRequest, actor: Actor, record_type: RecordType, key: str) -> HttpResponse:
    """Archive the record, or bring it back if it is archived."""
    record = reading.get_record(actor, record_type, key)
    gone = record.archived_at is None
    with changing(actor, "archived" if gone else "brought back") as change:
        (change.archive if gone else change.unarchive)(record_type, [record.pk])
    text = f"{key} {'archived' if gone else 'brought back'}"
    if request.headers.get("HX-Request"):
        return changed(text, undo=history.undo_url(actor, change.change_id), also="close-drawer")
    return HttpResponseRedirect(reading.list_url(actor, record_type))


@record_page("GET")
def show_history(request: HttpRequest, actor: Actor, record_type: RecordType, key: str) -> HttpResponse:
    """Every change of the record with its old and new values, and the way back to each version."""
    record = reading.get_record(actor, record_type, key)
    context = _context(request, actor, record_type, record)
    steps = [
        {
            "entry": step.entry,
            "fields": [_shown_change(actor, record_type, *change) for change in step.fields],
            "is_present": step.entry.version == record.version,
        }
        for step in history.steps(record_type, record)
    ]
    return render(request, "kit/history.html", context | {"steps": steps})


def _shown_change(actor: Actor, record_type: RecordType, name: str, old: Any, new: Any) -> dict[str, str]:
    spec = record_type.specs.get(name)
    if spec is None:
        return {"label": name, "old": str(old), "new": str(new)}
    if isinstance(spec, Pointer):
        names = _names_of(actor, spec, [old, new])
        return {"label": spec.label, "old": names.get(old, "–"), "new": names.get(new, "–")}
    if isinstance(spec, Tags):
        return {"label": spec.label, "old": ", ".join(old or ()), "new": ", ".join(new or ())}
    return {"label": spec.label, "old": history.said(actor, spec, old), "new": history.said(actor, spec, new)}


def _names_of(actor: Actor, spec: Pointer, ids: list[Any]) -> dict[Any, str]:
    if isinstance(spec, Person):
        return dict(reading.member_names(actor, ids))
    return {pk: label.title for pk, label in reading.labels_of_any(actor, ids).items()}


@record_page("POST")
def restore(request: HttpRequest, actor: Actor, record_type: RecordType, key: str, version: int) -> HttpResponse:
    record = reading.get_record(actor, record_type, key)
    history.restore(actor, record_type, record, version)
    return HttpResponseRedirect(reading.record_url(actor, record_type, record))


@page("POST")
def undo_change(request: HttpRequest, actor: Actor, change_id: int) -> HttpResponse:
    """Take a change back; what was changed since is left alone and said."""
    return changed(history.undo(actor, change_id).words)


@record_page("POST")
def comment(request: HttpRequest, actor: Actor, record_type: RecordType, key: str) -> HttpResponse:
    record = reading.get_record(actor, record_type, key)
    actor.require(Verb.COMMENT, record_type.name)
    text = request.POST.get("text", "").strip()
    if not text or len(text) > 20_000:
        raise Invalid([Problem("text", text[:80], "write something, at most 20,000 characters")])
    Comment.objects.create(workspace=actor.workspace, record_id=record.pk, author_id=actor.member_id, text=text)
    return _comments_fragment(request, actor, record_type, record)


@record_page("POST")
def delete_comment(
    request: HttpRequest, actor: Actor, record_type: RecordType, key: str, comment_id: int
) -> HttpResponse:
    record = reading.get_record(actor, record_type, key)
    found = get_object_or_404(Comment.objects.within(actor), pk=comment_id, record_id=record.pk)
    if found.author_id != actor.member_id or actor.member_id is None:
        actor.require(Verb.MANAGE, record_type.name)
    found.deleted_at = timezone.now()
    found.save(update_fields=["deleted_at"])
    return _comments_fragment(request, actor, record_type, record)


def _comments_fragment(request: HttpRequest, actor: Actor, record_type: RecordType, record: Any) -> HttpResponse:
    context = {
        "comments": _comments(actor, record),
        "url": reading.record_url(actor, record_type, record),
        "may_comment": True,
    }
    return render(request, "kit/comments.html", context)


@record_page("POST")
def link(request: HttpRequest, actor: Actor, record_type: RecordType, key: str) -> HttpResponse:
    """Link this record to another (by key) or to a web address; or, with `remove`, take a link away."""
    record = reading.get_record(actor, record_type, key)
    actor.require(Verb.UPDATE, record_type.name)
    if removed := request.POST.get("remove", ""):
        Link.objects.within(actor).filter(source_id=record.pk, pk=whole(removed) or 0).delete()
    else:
        _add_link(actor, record, request.POST.get("to", "").strip())
    return HttpResponseRedirect(reading.record_url(actor, record_type, record))


def _add_link(actor: Actor, record: Any, to: str) -> None:
    if to.startswith(("http://", "https://")) and len(to) <= 1000:
        target: dict[str, Any] = {"url": to}
    else:
        target = {"target_id": reading.find_any(actor, to)}
    Link.objects.get_or_create(
        workspace=actor.workspace, source_id=record.pk, **target, defaults={"created_by_id": actor.member_id}
    )
