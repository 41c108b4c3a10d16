"""Another role for a member, or the way out: what they left open in the workspace ends with it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from northing.access.models import Invitation, Member, Token, Workspace
from northing.access.roles import Role


class LastAdmin(Exception):
    """The change would leave the workspace without an admin."""


def settle_member(workspace: Workspace, member_id: int, role: Role | None, *, active: bool) -> Member | None:
    """The member with the role (None keeps theirs), in or out; None where there is no such member.

    Who leaves takes along their tokens and every invitation to their address, so that neither lets them back in;
    who is admin no longer, the invitations they gave. Raises `LastAdmin`.
    """
    with transaction.atomic():
        # Two admins who demote each other at once take turns, and the second is told.
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        member = Member.objects.within(workspace).select_related("user").filter(pk=member_id).first()
        if member is None:
            return None
        member.role, member.is_active = role or member.role, active
        if member.role != Role.ADMIN or not active:
            _keep_an_admin(member)
            _withdraw(Invitation.objects.within(workspace).filter(invited_by=member))
        if not active:
            _withdraw(Invitation.objects.within(workspace).filter(email__iexact=member.user.email))
            Token.objects.within(workspace).filter(member=member, revoked_at=None).update(revoked_at=timezone.now())
        member.save(update_fields=["role", "is_active"])
    return member


def _keep_an_admin(member: Member) -> None:
    admins = Member.objects.within(member).filter(role=Role.ADMIN, is_active=True)
    if not admins.exclude(pk=member.pk).exists():
        raise LastAdmin


def _withdraw(invitations: QuerySet[Invitation]) -> None:
    invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())
