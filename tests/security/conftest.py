"""A workspace with one record of every type, and the people who try to get at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member, Scope, Token, User, Workspace
from northing.access.roles import Role
from northing.access.secrets import hash_secret
from northing.kit.record_types import registry
from tests.conftest import BACKEND
from tests.records.samples import make

PASSWORD = "a-long-password"


def member_of(workspace: Workspace, role: Role) -> Member:
    user = User.objects.create_user(f"{role}@{workspace.slug}.example.com", PASSWORD, name=f"{role} person")
    return Member.objects.create(workspace=workspace, user=user, role=role)


def browser(member: Member, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.force_login(member.user, backend=BACKEND)
    return client


def api(member: Member, scope: Scope = Scope.WRITE) -> Client:
    secret = f"nth_{member.pk}-{scope}"
    Token.objects.get_or_create(
        workspace=member.workspace, member=member, name="t", scope=scope, secret_hash=hash_secret(secret)
    )
    return Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)


@pytest.fixture
def viewer(admin: Member) -> Member:
    return member_of(admin.workspace, Role.VIEWER)


@pytest.fixture
def stranger() -> Member:
    """The admin of another workspace."""
    return member_of(Workspace.objects.create(name="Harbour", slug="harbour"), Role.ADMIN)


@pytest.fixture
def one_of_each(admin_actor: Actor) -> dict[str, Any]:
    """A record of every type by its type's name."""
    return each_type(admin_actor, make)


def each_type(actor: Actor, making: Callable[..., Any]) -> dict[str, Any]:
    return {record_type.name: making(actor, record_type) for record_type in registry}
