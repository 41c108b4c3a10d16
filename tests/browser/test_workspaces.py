"""A workspace more and one less, by keyboard, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from northing.access import workspaces
from northing.access.models import Member, Workspace

pytest.importorskip("axe_playwright_python")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fault_names(page: Page) -> list[str]:
    return [rule["id"] for rule in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_workspace_is_made_from_the_switcher_by_keyboard(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/orchard/")
    if width == 390:
        page.get_by_role("button", name="Menu", exact=True).press("Enter")
    page.get_by_role("button", name="Orchard").press("Enter")
    expect(page.locator("#workspace-menu a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="New workspace")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.type("Winter line")
    expect(page.locator("#dialog")).to_contain_text("/winter-line/")
    page.keyboard.press("Tab")
    page.keyboard.type("winter")
    expect(page.locator("#dialog")).to_contain_text("/winter/")
    expect(page.get_by_label("Address")).to_be_focused()
    assert fault_names(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/winter/$"))
    expect(page.locator("main")).to_contain_text("Drop a file")


def test_removing_says_what_goes_and_wants_the_name(page: Page, admin: Member) -> None:
    workspaces.make(admin.user_id, "Harbour", "harbour", like=admin.workspace)
    page.goto("/harbour/settings/")
    page.get_by_role("link", name="Remove Harbour").press("Enter")
    field = page.get_by_label("Type its name, Harbour")
    expect(field).to_be_focused()
    assert fault_names(page) == []
    field.fill("Harbour")
    field.press("Enter")
    expect(page).to_have_url(re.compile("/orchard/$"))
    assert not Workspace.objects.filter(slug="harbour").exists()
