"""What a list can be narrowed by: two filters in sight, the others fetched when their menu is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from northing.access.actor import Actor
from northing.kit import listing, reading, tagging
from northing.kit.extensions import extensions
from northing.kit.fields import Choice, Day, Field, Flag, Moment, Number, Person, Reference, Tags
from northing.kit.listing import ListRequest
from northing.kit.record_types import RecordType, registry
from northing.kit.tables import shown_columns
from northing.kit.views.doors import record_page

QUICK_FILTERS = 2
MOST_OPTIONS = 200
Options = list[tuple[str, str]]


@record_page("GET")
def filters(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """The filters that are not in sight, set as the list was asked for."""
    wanted = listing.from_query(record_type, request.GET)
    quick, more = _names(record_type, wanted)
    names = [*(name for name in quick if _takes_several(record_type, name)), *more]
    controls = [_control(actor, record_type, wanted, name) | _ticks(record_type, name) for name in names]
    return render(request, "kit/filters.html", {"filters": [*controls, _archived(wanted)]})


@record_page("GET")
def columns(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """Every column that the list can show."""
    wanted = listing.from_query(record_type, request.GET)
    shown = shown_columns(record_type, wanted)
    names = {name: spec.label for name, spec in record_type.all_specs.items()}
    names |= {name: column.label for name, column in extensions.columns[record_type.name].items()}
    context = {
        "columns": [(name, label, name in shown) for name, label in names.items()],
        "kept": QueryDict(wanted.query(columns=())).items(),
    }
    return render(request, "kit/columns.html", context)


def filter_bar(actor: Actor, record_type: RecordType, wanted: ListRequest) -> dict[str, Any]:
    """The context of a list's filter bar."""
    quick, more = _names(record_type, wanted)
    hidden = {key: values for key, values in wanted.filters.items() if key not in quick}
    return {
        "quick_filters": [_control(actor, record_type, wanted, name) for name in quick],
        "has_more_filters": bool(more),
        "hidden_filters": [(key, value) for key, values in hidden.items() for value in values]
        + [("archived", "yes")] * wanted.archived,
        "chips": [chip for name in more for chip in _chips(actor, record_type, wanted, name)]
        + [{"label": "Archived", "value": "yes", "without": wanted.query(archived=False)}] * wanted.archived,
    }


def _archived(wanted: ListRequest) -> dict[str, Any]:
    """The choice between what is at hand and what was archived."""
    chosen = ("yes",) if wanted.archived else ()
    return {"name": "archived", "label": "Archived", "chosen": chosen, "kind": "choice", "options": [("yes", "Yes")]}


def _names(record_type: RecordType, wanted: ListRequest) -> tuple[list[str], list[str]]:
    """Filters in sight (the first that are a choice of few, and set to one of them at most), and the others."""
    names = [*record_type.filters, *extensions.filters[record_type.name], "owner", "tags"]
    short = [name for name in names if _is_short(record_type, name)][:QUICK_FILTERS]
    quick = [name for name in short if len(wanted.filters.get(name, ())) <= 1]
    return quick, [name for name in names if name not in quick]


def _is_short(record_type: RecordType, name: str) -> bool:
    return isinstance(record_type.all_specs.get(name), (Choice, Flag))


def _takes_several(record_type: RecordType, name: str) -> bool:
    return isinstance(record_type.all_specs.get(name), Choice)


def _ticks(record_type: RecordType, name: str) -> dict[str, str]:
    """In the menu a choice is a box for every option, so that several can be ticked."""
    return {"kind": "several"} if _takes_several(record_type, name) else {}


def _chips(actor: Actor, record_type: RecordType, wanted: ListRequest, name: str) -> Iterator[dict[str, str]]:
    """What stands in the bar for a filter that is set but not in sight, with the way to take it off."""
    for suffix, word in (("", ""), ("_from", "from "), ("_to", "to ")):
        values = wanted.filters.get(name + suffix)
        if values:
            others = {key: kept for key, kept in wanted.filters.items() if key != name + suffix}
            said = _said(actor, record_type, name, values)
            yield {
                "label": _label(record_type, name),
                "value": word + ", ".join(said),
                "without": wanted.query(filters=others),
            }


def _label(record_type: RecordType, name: str) -> str:
    extra = extensions.filters[record_type.name].get(name)
    return extra.label if extra else record_type.all_specs[name].label


def _said(actor: Actor, record_type: RecordType, name: str, values: tuple[str, ...]) -> list[str]:
    """Chosen values as people call them."""
    spec = record_type.all_specs.get(name)
    if isinstance(spec, Reference):
        found = reading.labels(actor, registry.of(spec.to), [int(value) for value in values if value != listing.NONE])
        named = {str(pk): label.title for pk, label in found.items()} | {listing.NONE: "None"}
    else:
        named = dict(_options(actor, record_type, name))
    return [named.get(value, value) for value in values]


def _control(actor: Actor, record_type: RecordType, wanted: ListRequest, name: str) -> dict[str, Any]:
    """What is needed to draw one filter."""
    chosen = wanted.filters.get(name, ())
    control = {"name": name, "label": _label(record_type, name), "chosen": chosen}
    spec = record_type.all_specs.get(name)
    if isinstance(spec, (Number, Day, Moment)):
        low, high = (wanted.filters.get(name + suffix, ("",))[-1] for suffix, _ in listing.RANGES)
        return control | {"kind": "number" if isinstance(spec, Number) else "date", "low": low, "high": high}
    if options := _options(actor, record_type, name):
        return control | {"kind": "choice", "options": options}
    return control | {"kind": "text", "value": chosen[-1] if chosen else ""}


def _options(actor: Actor, record_type: RecordType, name: str) -> Options:
    """What can be chosen; nothing where the filter takes a text."""
    extra = extensions.filters[record_type.name].get(name)
    if extra is not None:
        return list(extra.options(actor))
    spec: Field = record_type.all_specs[name]
    if isinstance(spec, Choice):
        return list(spec.options)
    if isinstance(spec, Flag):
        return [("yes", "Yes"), ("no", "No")]
    if isinstance(spec, Tags):
        return [(tag, tag) for tag in tagging.names(actor)]
    if isinstance(spec, Person):
        people = ((str(pk), person) for pk, person in reading.member_names(actor).items())
        return [("me", "Me"), *people, (listing.NONE, "Nobody")]
    return _records(actor, spec) if isinstance(spec, Reference) else []


def _records(actor: Actor, spec: Reference) -> Options:
    target = registry.of(spec.to)
    newest = spec.to.objects.within(actor).filter(archived_at=None).order_by("-pk").values_list("pk", target.title)
    options = sorted(((str(pk), str(title)) for pk, title in newest[:MOST_OPTIONS]), key=lambda one: one[1].casefold())
    return options if spec.required else [*options, (listing.NONE, "None")]
