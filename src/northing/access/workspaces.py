"""Workspaces come and go: who may make one, at which address, and how all ways into one end at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from northing.access.models import CLOSED, INVENTED, Invitation, Member, Token, User, Workspace
from northing.access.roles import Role

MOST = 20
"""Workspaces that a person makes or is admin of before they may make no further one."""
RESERVED = frozenset({"api", "demo", "health", "join", "shared", "sign-in", "static"})
"""Addresses that lead elsewhere already, and that of the demo, which is made anew."""
_LONGEST = 50
_ADDRESS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class AddressTaken(Exception):
    """Another workspace stands at the address."""


class TooMany(Exception):
    """The person is admin of `MOST` workspaces."""


class LastOne(Exception):
    """Without the workspace the person could make none."""


def may_make(memberships: Iterable[Member]) -> bool:
    """Whether somebody with these memberships may make a workspace: who answers for one already may, whoever was only
    invited to look or to help may not. The demo counts for nothing: everybody may be its admin."""
    return any(_administers(one) for one in memberships)


def administered(user_id: int) -> list[Member]:
    """Where a user is admin, the demo left out."""
    memberships = Member.objects.filter(user_id=user_id).select_related("workspace")
    return [one for one in memberships if _administers(one)]


def _administers(member: Member) -> bool:
    return member.is_active and member.role == Role.ADMIN and not member.workspace.is_demo


def fault_of(address: str) -> str:
    """What is wrong with an address as such; "" for nothing.

    >>> fault_of("winter-line"), fault_of("Winter line")
    ('', 'use small letters, digits and single hyphens, at most 50 in all, such as winter-line')
    """
    if not _ADDRESS.fullmatch(address) or len(address) > _LONGEST:
        return f"use small letters, digits and single hyphens, at most {_LONGEST} in all, such as winter-line"
    return "leads elsewhere in this installation; choose another" if address in RESERVED else ""


def is_taken(address: str) -> bool:
    return Workspace.objects.filter(slug=address).exists()


def free_address(name: str) -> str:
    """The address that says a name, with a number where that is taken."""
    stem = slugify(name).replace("_", "-")[: _LONGEST - 6]
    stem = re.sub(r"-+", "-", stem).strip("-") or "workspace"
    taken = RESERVED | set(Workspace.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    tries = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(address for address in tries if address not in taken)


def make(user_id: int, name: str, address: str, like: Workspace) -> Workspace:
    """An empty workspace with the user as its admin, and the time zone and currency of another.

    Raises `TooMany` and `AddressTaken`.
    """
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user_id)  # two that one person asks for at once take turns
            if len(administered(user_id)) >= MOST:
                raise TooMany
            made = Workspace.objects.create(name=name, slug=address, time_zone=like.time_zone, currency=like.currency)
            Member.objects.create(workspace=made, user_id=user_id, role=Role.ADMIN)
    except IntegrityError:
        raise AddressTaken from None
    return made


def is_last(user_id: int, workspace: Workspace) -> bool:
    """Whether the user could make no workspace once this one is closed; the demo is missed by nobody."""
    return not workspace.is_demo and all(one.workspace_id == workspace.pk for one in administered(user_id))


def close(workspace: Workspace, user_id: int) -> None:
    """End every way into a workspace: members, tokens, invitations, and its address, which is free again.

    Raises `LastOne` when it is that of the user who closes it.
    """
    with transaction.atomic():
        # Two that are closed at once take turns, and the second is judged by what the first has left.
        ids = {workspace.pk, *(one.workspace_id for one in administered(user_id))}
        list(Workspace.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        if is_last(user_id, workspace):
            raise LastOne
        Token.objects.within(workspace).filter(revoked_at=None).update(revoked_at=timezone.now())
        Invitation.objects.within(workspace).filter(revoked_at=None).update(revoked_at=timezone.now())
        Member.objects.within(workspace).update(is_active=False)
        Workspace.objects.filter(pk=workspace.pk).update(slug=f"{CLOSED}removed-{workspace.pk}")


def delete(workspace: Workspace) -> None:
    """Delete a closed workspace that is empty, and the accounts that were invented for it, unless they are in another
    one or somebody has signed in with them."""
    with transaction.atomic():
        elsewhere = Member.objects.exclude(workspace=workspace).values("user")
        invented = User.objects.filter(password=INVENTED, last_login=None, memberships__workspace=workspace)
        ids = list(invented.exclude(pk__in=elsewhere).values_list("pk", flat=True))
        workspace.delete()
        User.objects.filter(pk__in=ids).delete()
