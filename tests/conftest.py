"""A workspace with an admin, and a real browser signed in to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def admin() -> Member:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "a-long-password", name="Ada")
    return Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN)


@pytest.fixture
def admin_actor(admin: Member) -> Actor:
    return for_member(admin)


@pytest.fixture
def signed_in(admin: Member) -> Client:
    client = Client()
    client.force_login(admin.user, backend=BACKEND)
    return client


def _is_complaint(message: ConsoleMessage) -> bool:
    """Errors, but not that a request was given up because a newer one replaced it, or that a value was refused."""
    known = (
        "htmx:sendAbort",
        "htmx:afterRequest",
        "Failed to load resource: the server responded with a status of 422",
    )
    return message.type == "error" and not message.text.startswith(known)


@pytest.fixture
def page(chromium: Browser, live_server: Any, signed_in: Client) -> Iterator[Page]:
    """A page signed in as the admin. Whatever the browser complains of (script, policy, loading) fails the test."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    session = signed_in.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    page.set_default_timeout(8000)
    yield page
    context.close()
    assert not complaints
