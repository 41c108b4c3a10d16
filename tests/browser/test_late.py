"""What loads when it is opened and does not come says so in its place, and comes when asked again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.accounts.records import TEAM
from northing.kit import changes

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def failing(chromium: Browser, live_server: Any, signed_in: Client) -> Iterator[Page]:
    """A signed-in page that may complain: here the server fails on purpose."""
    context = chromium.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(8000)
    yield page
    context.close()


def test_a_menu_that_does_not_load_can_be_asked_again(failing: Page, admin_actor: Actor) -> None:
    changes.create(admin_actor, TEAM, [{"name": "Imaging"}])
    failing.goto("/orchard/teams/")
    failing.route("**/teams/views?*", lambda route: route.fulfill(status=500))
    failing.click("[popovertarget=views]")
    expect(failing.locator("#views")).to_contain_text("This did not load.")
    failing.unroute("**/teams/views?*")
    failing.click("#views >> text=Try again")
    expect(failing.locator("#views")).to_contain_text("No saved views yet")
    expect(failing.locator("#views")).to_be_visible()


def test_a_page_that_was_open_over_an_upgrade_says_so(failing: Page, admin_actor: Actor) -> None:
    changes.create(admin_actor, TEAM, [{"name": "Imaging"}])
    failing.route("**/islands/table.js", lambda route: route.fulfill(status=404))
    failing.goto("/orchard/teams/")
    notice = failing.locator(".toast")
    expect(notice).to_contain_text("Northing was updated. Save what you typed, then reload this page.")
    failing.unroute("**/islands/table.js")
    notice.get_by_role("link", name="Reload").click()
    expect(failing.locator("nx-table:defined")).to_be_visible()
    expect(notice).to_have_count(0)
