"""Filters, order and columns kept under a name."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from northing.access.actor import Actor
from northing.access.models import Member
from northing.access.requests import WorkspaceRequest
from northing.access.roles import Verb
from northing.kit import listing, reading
from northing.kit.extensions import extensions
from northing.kit.models import SavedView
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import RecordType
from northing.kit.views.doors import record_page
from northing.ui.shell import layout

MOST_VIEWS = 100
"""So many views a member keeps, of all types together."""


@record_page("GET")
def views(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """The menu of views that the member may use, and what else can be made of what the list shows."""
    usable = _usable(actor, record_type)
    may_manage = actor.may(Verb.MANAGE, record_type.name)
    wanted = listing.from_query(record_type, request.GET)
    actions = [one for one in extensions.list_actions[record_type.name] if one.shown(actor, wanted)]
    context = {
        "actions": [(action, action.url(actor, wanted)) for action in actions],
        "views": [(view, may_manage or view.member_id == actor.member_id) for view in usable.order_by("name")],
        "query": request.GET.urlencode(),
        "may_save": actor.may(Verb.COMMENT, record_type.name),
    }
    return render(request, "kit/views.html", context)


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
    with transaction.atomic():
        _see_that_there_is_room(actor, request.member, record_type, name)
        view, _ = SavedView.objects.update_or_create(
            workspace=actor.workspace,
            type=record_type.name,
            member=request.member,
            name=name,
            defaults={"query": query, "shared": "shared" in request.POST},
        )
    return HttpResponseRedirect(f"{reading.list_url(actor, record_type)}?{view.query}")


def _usable(actor: Actor, record_type: RecordType) -> QuerySet[SavedView]:
    """The member's own views, and those that are everybody's."""
    return SavedView.objects.within(actor).filter(Q(shared=True) | Q(member=actor.member_id), type=record_type.name)


def _see_that_there_is_room(actor: Actor, member: Member, record_type: RecordType, name: str) -> None:
    """Raise `Invalid` for one more view than a member keeps; an old name is written over. Called in the
    transaction that writes, one of a member's at a time."""
    Member.objects.within(actor).select_for_update().get(pk=member.pk)
    own = SavedView.objects.within(actor).filter(member=member)
    if own.count() >= MOST_VIEWS and not own.filter(type=record_type.name, name=name).exists():
        rule = f"you keep {MOST_VIEWS} views, as many as there may be; delete one, or write over one by its name"
        raise Invalid([Problem("name", name, rule)])


@record_page("POST")
def delete_view(request: HttpRequest, actor: Actor, record_type: RecordType, view_id: int) -> HttpResponse:
    """Delete a view of one's own; those of others only who manages the workspace, and who cannot see one gets 404."""
    view = get_object_or_404(_usable(actor, record_type), pk=view_id)
    if view.member_id != actor.member_id:
        actor.require(Verb.MANAGE, record_type.name)
    view.delete()
    return HttpResponseRedirect(reading.list_url(actor, record_type))
