"""How to call the API: a first request, what every record type answers to, and the fields of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from northing.access.actor import Actor
from northing.access.requests import site_address
from northing.access.roles import Verb
from northing.kit.fields import Field
from northing.kit.record_types import RecordType, registry
from northing.kit.views.doors import page

# method, what follows the type's address, what it does
CALLS = (
    ("GET", "", "List: filter by field, search with q, sort, choose columns, and go on with the cursor after"),
    ("POST", "", "Create one"),
    ("POST", "/bulk", "Create up to 1,000, all or none"),
    ("GET", "/{key}", "Read one; its ETag is the version"),
    ("PATCH", "/{key}", "Change one; If-Match refuses what was changed meanwhile"),
    ("DELETE", "/{key}", "Archive one; nothing is lost"),
    ("GET", "/{key}/history", "Every change, with old and new values"),
)


@dataclass(frozen=True)
class Guide:
    """A record type as its callers see it."""

    record_type: RecordType
    fields: list[tuple[Field, str]]


@page("GET")
def guide(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The types that the member may see, each with its fields."""
    shown = [one for one in registry if actor.may(Verb.VIEW, one.name)]
    context = {
        "address": site_address(request),
        "calls": CALLS,
        "guides": [Guide(one, [(spec, _takes(spec)) for spec in one.specs.values()]) for one in shown],
    }
    return render(request, "accounts/api_guide.html", context)


def _takes(spec: Field) -> str:
    """What a field holds, in a few words: its options, or its JSON type."""
    whole = spec.schema()
    described = {**whole, **next(iter(whole.get("anyOf", [])), {})}
    if options := described.get("enum"):
        return ", ".join(str(option) for option in options if option not in ("", None))
    holds = str(described.get("type", ""))
    return f"{holds}, {described['format']}" if "format" in described else holds
