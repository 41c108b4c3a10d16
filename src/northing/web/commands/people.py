"""Letting people in: user, signin-link."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from northing.web.commands import Commands
from northing.web.commands.starting import site, start_django, workspace_called
from northing.web.faults import Fault

if TYPE_CHECKING:
    from northing.access.models import User
    from northing.access.roles import Role


def register(commands: Commands) -> None:
    user = commands.add_parser("user", help="add or invite a person").add_subparsers(metavar="ACTION", required=True)
    add = user.add_parser("add", help="make an account and print its first sign-in link", description=_add.__doc__)
    add.add_argument("--name", default="", help="how others see the person")
    add.set_defaults(run=_add)
    invite = user.add_parser("invite", help="print a link to join a workspace", description=_invite.__doc__)
    invite.set_defaults(run=_invite)
    for command in (add, invite):
        command.add_argument("--workspace", metavar="SLUG", help="default: the only one that is no demo")
        command.add_argument("--role", default="editor", help="admin, editor, contributor or viewer (default: editor)")
    link = commands.add_parser("signin-link", help="print a one-time sign-in link", description=_link.__doc__)
    link.set_defaults(run=_link)
    for command in (add, invite, link):
        command.add_argument("email", metavar="EMAIL")
        command.add_argument("--site", default="", help="address of the site (default: NORTHING_URL, or where it runs)")


def _add(arguments: argparse.Namespace) -> int:
    """Make an account with a place in a workspace, and print a link for the first sign-in."""
    start_django()

    from django.db import transaction

    from northing.access.entry import one_time_address
    from northing.access.models import Member, User

    email, role = _email(arguments.email), _role(arguments.role)
    if _user(email):
        raise Fault(f"{email} has an account already; for a link: northing signin-link {email}")
    with transaction.atomic():
        user = User.objects.create_user(email, name=arguments.name)
        Member(workspace=workspace_called(arguments.workspace), user=user, role=role).save()
        print(one_time_address(user, site(arguments.site)))
    return 0


def _invite(arguments: argparse.Namespace) -> int:
    """Print a link by which one person can join a workspace within two weeks."""
    start_django()

    from northing.access.entry import invitation_address

    email, role = _email(arguments.email), _role(arguments.role)
    print(invitation_address(workspace_called(arguments.workspace), email, role, site(arguments.site)))
    return 0


def _link(arguments: argparse.Namespace) -> int:
    """Print a link that signs this person in once, within the hour."""
    start_django()

    from northing.access.entry import one_time_address

    user = _user(_email(arguments.email))
    if user is None or not user.is_active:
        raise Fault(f"{arguments.email} has no account; make one: northing user add {arguments.email}")
    print(one_time_address(user, site(arguments.site)))
    return 0


def _email(text: str) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(text)
    except ValidationError:
        raise Fault(f"{text!r} is not an e-mail address", status=2) from None
    return text.lower()


def _role(text: str) -> Role:
    from northing.access.roles import Role

    if text not in Role.values:
        raise Fault(f"--role {text!r}: use one of {', '.join(Role.values)}", status=2)
    return Role(text)


def _user(email: str) -> User | None:
    from northing.access.models import User

    return User.objects.filter(email__iexact=email).first()
