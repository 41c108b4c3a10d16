"""The demo beside the admin's own, empty workspace: `page` (of tests/conftest.py) is signed in to both."""

from __future__ import annotations

import pytest

from northing.access.actor import Actor, for_member
from northing.access.models import Member, Workspace
from northing.access.roles import Role
from northing.demo import public as demo_workspace


@pytest.fixture
def demo(admin: Member) -> Workspace:
    return demo_workspace.load({admin.user: Role.ADMIN})


@pytest.fixture
def demo_actor(demo: Workspace, admin: Member) -> Actor:
    return for_member(Member.objects.get(workspace=demo, user=admin.user))
