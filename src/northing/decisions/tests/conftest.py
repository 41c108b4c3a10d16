"""A workspace with two people, and records to say something about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from northing.access.actor import Actor, for_member, system
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.accounts.records import TEAM
from northing.kit import changes


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.objects.create(name="Orchard", slug="orchard", currency="CHF")


@pytest.fixture
def job(workspace: Workspace) -> Actor:
    """Northing itself, without a member."""
    return system(workspace)


def _person(workspace: Workspace, name: str, role: Role = Role.EDITOR) -> Actor:
    user = User.objects.create_user(f"{name.lower()}@example.com", name=name)
    return for_member(Member.objects.create(workspace=workspace, user=user, role=role))


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    return _person(workspace, "Ada")


@pytest.fixture
def other(workspace: Workspace) -> Actor:
    return _person(workspace, "Bo", Role.CONTRIBUTOR)


@pytest.fixture
def stranger() -> Actor:
    return _person(Workspace.objects.create(name="Harbour", slug="harbour"), "Cy")


@pytest.fixture
def records(job: Actor) -> Callable[[int], list[int]]:
    """Ids of so many records; teams, since any type will do."""
    return lambda count: [team.pk for team in changes.create(job, TEAM, [{"name": f"Team {i}"} for i in range(count)])]
