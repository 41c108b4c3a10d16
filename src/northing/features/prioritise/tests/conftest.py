"""A workspace with an editor and a viewer, their browsers, and features that were sized."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.public import enter_estimates
from northing.features.models import Feature
from northing.features.records import FEATURE
from northing.kit import changes


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.objects.create(name="Orchard", slug="orchard", currency="CHF")


def member(workspace: Workspace, name: str, role: Role) -> Member:
    user = User.objects.create_user(f"{name.lower()}@example.com", name=name)
    return Member.objects.create(workspace=workspace, user=user, role=role)


def browser_of(one: Member) -> Client:
    client = Client()
    client.force_login(one.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def editor(workspace: Workspace) -> Member:
    return member(workspace, "Ada", Role.EDITOR)


@pytest.fixture
def actor(editor: Member) -> Actor:
    return for_member(editor)


@pytest.fixture
def browser(editor: Member) -> Client:
    return browser_of(editor)


@pytest.fixture
def viewer(workspace: Workspace) -> Client:
    return browser_of(member(workspace, "Vi", Role.VIEWER))


@pytest.fixture
def outsider() -> Client:
    return browser_of(member(Workspace.objects.create(name="Harbour", slug="harbour"), "Cy", Role.ADMIN))


@pytest.fixture
def sized(actor: Actor) -> Callable[..., list[Feature]]:
    """Make features, each with the estimates given as quantity=text."""

    def make(*estimates: dict[str, str]) -> list[Feature]:
        made: list[Feature] = changes.create(actor, FEATURE, [{"title": f"Idea {i}"} for i, _ in enumerate(estimates)])
        rows = [
            {"about": feature.pk, "quantity": name, "entered": text}
            for feature, values in zip(made, estimates, strict=True)
            for name, text in values.items()
        ]
        enter_estimates(actor, rows)
        return made

    return make
