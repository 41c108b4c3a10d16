"""What every page's frame shows: menu, workspace, member."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from northing.access.actor import Actor
from northing.access.requests import WorkspaceRequest
from northing.access.workspaces import may_make
from northing.kit.extensions import MenuEntry, extensions, menu_count
from northing.ui.shell import MenuGroup, MenuItem, Shell

GROUPS = ("", "Plan", "Deliver", "Learn", "Settings")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The template context of the frame; pages outside a workspace get a bare one.

    It is made when a template first asks for it, once a request: fragments and panels never do.
    """
    if not hasattr(request, "frame"):
        request.frame = SimpleLazyObject(lambda: _frame(request))  # type: ignore[attr-defined]
    return {"shell": request.frame}  # type: ignore[attr-defined]


def _frame(request: HttpRequest) -> Shell:
    return _frame_of(cast("WorkspaceRequest", request)) if hasattr(request, "actor") else Shell()


def _frame_of(request: WorkspaceRequest) -> Shell:
    actor, member = request.actor, request.member
    base = f"/{actor.workspace.slug}/"
    grouped: dict[str, list[MenuItem]] = defaultdict(list)
    grouped[""].append(MenuItem("Home", base, "house", key="h"))
    for entry in extensions.menu:
        grouped[entry.group].append(_item(actor, base, entry))
    frame = Shell(
        menu=[MenuGroup(group, grouped[group]) for group in GROUPS if grouped[group]],
        home_url=base,
        workspace=actor.workspace.name,
        workspaces=_workspaces(request),
        member=str(member.user),
        member_menu=[
            MenuItem("Settings", f"{base}settings/preferences", "settings"),
            MenuItem("Sign out", "/sign-in/logout/", "log-out", posts=True),
        ],
        preferences_url=f"{base}settings/preferences",
        search_url=f"{base}search",
        theme="" if member.user.theme == "auto" else member.user.theme,
        single_keys=member.user.shortcuts,
    )
    return frame.at(request.path)


def _workspaces(request: WorkspaceRequest) -> list[MenuItem]:
    """The member's workspaces to switch between, and a way to a new one for who may make it; none where there is
    neither."""
    here = request.member.workspace
    found = sorted((member.workspace for member in request.memberships), key=lambda one: one.name)
    items = [MenuItem(one.name, f"/{one.slug}/", "briefcase", current=one.pk == here.pk) for one in found]
    if may_make(request.memberships):
        items.append(MenuItem("New workspace", f"/{here.slug}/settings/new-workspace", "plus", opens="dialog"))
    return items if len(items) > 1 else []


def _item(actor: Actor, base: str, entry: MenuEntry) -> MenuItem:
    shown = menu_count(entry.count(actor)) if entry.count else None
    return MenuItem(entry.label, base + entry.path, entry.icon, count=shown, key=entry.key)
