"""A workspace with an admin, and a real browser signed in to it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NO_BROWSER = "no browser found: install Chromium, or run `playwright install chromium`"


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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine, or the one that Playwright installed."""
    api = pytest.importorskip("playwright.sync_api", reason=NO_BROWSER)
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with api.sync_playwright() as playwright:
        path = found or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.skip(NO_BROWSER)
        os.environ.setdefault("DJANGO_LIVE_TEST_SERVER_ADDRESS", f"localhost:{_free_port()}")
        # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _is_complaint(message: ConsoleMessage) -> bool:
    """Errors, but not that a request was given up because a newer one replaced it."""
    return message.type == "error" and not message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


def _free_port() -> int:
    """A port below those that the system hands out for outgoing connections; each test process has its own twenty."""
    first = 8170 + 20 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for port in range(first, first + 20):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("localhost", port))
            return port
    raise OSError(f"no port from {first} to {first + 19} is free")


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
