"""Ways in without a password: one-time sign-in links, and invitations to join a workspace."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from northing.access.models import Invitation, Member, SignInLink, User, Workspace
from northing.access.roles import Role
from northing.access.secrets import hash_secret, new_secret

LINK_LASTS = timedelta(hours=1)
INVITATION_LASTS = timedelta(days=14)


def one_time_address(user: User, site: str) -> str:
    """An address below `site` that signs the user in once, within the hour."""
    secret = new_secret("nsl")
    SignInLink.objects.create(user=user, secret_hash=hash_secret(secret), expires_at=timezone.now() + LINK_LASTS)
    return site + reverse("sign_in_link", args=[secret])


def find_link(secret: str) -> SignInLink | None:
    """The sign-in link with this secret, if it still works."""
    links = SignInLink.objects.select_related("user").filter(user__is_active=True, used_at=None)
    return links.filter(secret_hash=hash_secret(secret), expires_at__gt=timezone.now()).first()


def use_link(secret: str) -> User | None:
    """The user that a link lets in, and the end of that link. One of two who press at once gets None."""
    link = find_link(secret)
    if link is None:
        return None
    used = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now())
    return link.user if used else None


def invitation_address(
    workspace: Workspace, email: str, role: Role, site: str, invited_by: Member | None = None
) -> str:
    """An address below `site` by which that person can join the workspace within two weeks."""
    secret = new_secret("niv")
    Invitation.objects.create(
        workspace=workspace,
        email=email.lower(),
        role=role,
        invited_by=invited_by,
        secret_hash=hash_secret(secret),
        expires_at=timezone.now() + INVITATION_LASTS,
    )
    return site + reverse("invitation", args=[secret])


def find_invitation(secret: str) -> Invitation | None:
    """The invitation with this secret, if it can still be accepted."""
    open_ones = Invitation.objects.select_related("workspace").filter(accepted_at=None, revoked_at=None)
    return open_ones.filter(secret_hash=hash_secret(secret), expires_at__gt=timezone.now()).first()


def accept_invitation(invitation: Invitation, user: User) -> Member | None:
    """Make the user a member with the invited role; somebody who is one already keeps their role.

    None when the invitation was used or withdrawn meanwhile.
    """
    with transaction.atomic():
        return _become_member(invitation, user) if _claim(invitation) else None


def accept_as_newcomer(invitation: Invitation, name: str, password: str) -> User | None:
    """Make an account for the invited address, and its member; None when the invitation was used or withdrawn
    meanwhile, and then no account is made."""
    with transaction.atomic():
        if not _claim(invitation):
            return None
        user = User.objects.create_user(invitation.email, password, name=name)
        _become_member(invitation, user)
    return user


def _claim(invitation: Invitation) -> bool:
    """Use the invitation up. Of two who press at once, one succeeds."""
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    return bool(still_open.update(accepted_at=timezone.now()))


def _become_member(invitation: Invitation, user: User) -> Member:
    member, _ = Member.objects.get_or_create(
        workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
    )
    if not member.is_active:
        member.is_active, member.role = True, invitation.role
        member.save(update_fields=["is_active", "role"])
    return member
