"""A workspace more, and one less."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape

from northing.access import workspaces
from northing.access.actor import Actor, Forbidden
from northing.access.models import Member, Workspace
from northing.access.requests import WorkspaceRequest, site_address
from northing.access.roles import Verb
from northing.accounts.settings_views import MANAGED
from northing.kit import clearing
from northing.kit.models import Record
from northing.kit.problems import Problem
from northing.kit.record_types import registry
from northing.kit.views.doors import go_to, page
from northing.ui.shell import layout

TAKEN = "is taken; choose another"


class NewWorkspace(forms.Form):
    """The name of a workspace, and its address unless the one made from the name will do."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    address = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].lower()
        if address and (fault := _fault(address)):
            raise forms.ValidationError(fault)
        return address or workspaces.free_address(self.cleaned_data.get("name", ""))


def _fault(address: str) -> str:
    return workspaces.fault_of(address) or (TAKEN if workspaces.is_taken(address) else "")


def _require_maker(request: WorkspaceRequest, actor: Actor) -> None:
    if not workspaces.may_make(request.memberships):
        raise Forbidden(actor, Verb.CREATE, MANAGED)


@page("GET", "POST")
def new(request: WorkspaceRequest, actor: Actor) -> HttpResponse:
    """Make a workspace of one's own, empty, as the first one was."""
    _require_maker(request, actor)
    form = NewWorkspace(request.POST if request.method == "POST" else None)
    if form.is_valid() and (made := _make(form, request.member.user_id, actor.workspace)):
        return go_to(request, f"/{made.slug}/")
    context = {"form": form, "here": actor.workspace, "layout": layout(request)}
    context["says"] = "" if form.errors else _says(request)
    return render(request, "accounts/new_workspace.html", context, status=422 if form.is_bound else 200)


def _make(form: NewWorkspace, user_id: int, here: Workspace) -> Workspace | None:
    """The workspace made, or None with the reason in the form."""
    name, address = form.cleaned_data["name"], form.cleaned_data["address"]
    try:
        return workspaces.make(user_id, name, address, like=here)
    except workspaces.TooMany:
        rule = f"you are admin of {workspaces.MOST} workspaces, the most a person has; remove one, then make this"
        form.add_error(None, str(Problem("name", name, rule)))
    except workspaces.AddressTaken:
        form.add_error("address", TAKEN)
    return None


@page("GET")
def address(request: WorkspaceRequest, actor: Actor) -> HttpResponse:
    """Which address the workspace would have, said while its name or address is typed."""
    _require_maker(request, actor)
    return HttpResponse(escape(_says(request)))


def _says(request: HttpRequest) -> str:
    given = request.POST or request.GET
    name, asked = given.get("name", "").strip(), given.get("address", "").strip().lower()
    if not name and not asked:
        return "Made from the name, unless you type another."
    if asked and (fault := _fault(asked)):
        return f"{asked[:60]}: {fault}."
    return f"It will be at {site_address(request)}/{asked or workspaces.free_address(name)}/"


class Removal(forms.Form):
    """The name of the workspace to be removed, typed."""

    name = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, workspace: Workspace, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.workspace = workspace
        self.fields["name"].label = f"Type its name, {workspace.name}"

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self.workspace.name:
            raise forms.ValidationError(f"type {self.workspace.name}, letter for letter")
        return name


@page("GET", "POST")
def remove(request: WorkspaceRequest, actor: Actor) -> HttpResponse:
    """Remove the workspace with everything in it, once its name is typed; the demo without that."""
    actor.require(Verb.MANAGE, MANAGED)
    form = Removal(actor.workspace, request.POST if request.method == "POST" else None)
    if form.is_bound and (actor.workspace.is_demo or form.is_valid()):
        with suppress(workspaces.LastOne):
            clearing.remove(actor.workspace, request.member.user_id)
            return go_to(request, reverse("start"))
    context = {
        "form": form,
        "goes": _goes(actor),
        "others": Member.objects.within(actor).filter(is_active=True).exclude(pk=request.member.pk).count(),
        "is_last": workspaces.is_last(request.member.user_id, actor.workspace),
        "layout": layout(request),
        "workspace": actor.workspace,
    }
    return render(request, "accounts/remove_workspace.html", context, status=422 if form.is_bound else 200)


def _goes(actor: Actor) -> list[str]:
    """How many records of each type there are, archived ones too."""
    rows: Any = Record.objects.within(actor).order_by().values_list("type").annotate(Count("pk"))
    counts = dict(rows)
    return [record_type.counted(counts[record_type.name]) for record_type in registry if record_type.name in counts]
