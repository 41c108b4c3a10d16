"""What every page's frame shows: menu, workspace, member."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from northing.access.actor import Actor
from northing.access.models import Member, Workspace
from northing.kit.extensions import MenuEntry, extensions
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
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return Shell()
    member: Member = request.member  # type: ignore[attr-defined]
    base = f"/{actor.workspace.slug}/"
    grouped: dict[str, list[MenuItem]] = defaultdict(list)
    grouped[""].append(MenuItem("Home", base, "house", key="h"))
    for entry in extensions.menu:
        grouped[entry.group].append(_item(actor, base, entry))
    frame = Shell(
        menu=[MenuGroup(group, grouped[group]) for group in GROUPS if grouped[group]],
        home_url=base,
        workspace=actor.workspace.name,
        workspaces=_workspaces(member),
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


def _workspaces(member: Member) -> list[MenuItem]:
    """The member's other workspaces to switch to; none when there is only this one."""
    rows = Workspace.objects.filter(members__user_id=member.user_id, members__is_active=True)
    found = list(rows.order_by("name").values_list("name", "slug"))
    here = member.workspace.slug
    items = [MenuItem(name, f"/{slug}/", "briefcase", current=slug == here) for name, slug in found]
    return items if len(items) > 1 else []


def _item(actor: Actor, base: str, entry: MenuEntry) -> MenuItem:
    count = entry.count(actor) if entry.count else 0
    return MenuItem(entry.label, base + entry.path, entry.icon, count=f"{count:,}" if count else "", key=entry.key)
