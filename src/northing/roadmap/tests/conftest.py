"""A workspace with one builder, and ways to plan work in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.public import enter_estimates
from northing.kit import changes
from northing.kit.record_types import registry

Make = Callable[..., Any]


def member_of(workspace: Workspace, role: Role = Role.ADMIN) -> Member:
    user = User.objects.create_user(f"{role}-{workspace.slug}@example.com", "a-long-password", name=f"{role} person")
    return Member.objects.create(workspace=workspace, user=user, role=role)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def member() -> Member:
    return member_of(Workspace.objects.create(name="Orchard", slug="orchard"))


@pytest.fixture
def actor(member: Member) -> Actor:
    actor = for_member(member)
    changes.create(actor, registry.named("team"), [{"name": "Builders", "people": 1, "focus": 100}])
    return actor


@pytest.fixture
def make(actor: Actor) -> Make:
    """A record of the type named; `effort` is an estimate of it, `due` its target in days from today."""

    def made(type_name: str, title: str, *, effort: str = "", due: int | None = None, **values: Any) -> Any:
        record_type = registry.named(type_name)
        if type_name == "feature":
            values = {"status": "planned"} | values
        if due is not None:
            values["target"] = in_days(due)
        [record] = changes.create(actor, record_type, [{record_type.title: title, **values}])
        if effort:
            enter_estimates(actor, [{"about": record.pk, "quantity": "effort", "entered": effort}])
        return record

    return made


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
