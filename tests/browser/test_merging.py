"""Merging in a real browser: named while typing, looked at, done and undone, without losing one's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from northing.access.actor import Actor
from northing.features.models import Feature
from northing.features.records import FEATURE
from northing.kit import changes

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_list(page: Page, admin_actor: Actor) -> Page:
    changes.create(admin_actor, FEATURE, [{"title": title} for title in ("SSO", "Single sign-on", "Audit log")])
    page.goto("/orchard/features/?sort=title")
    page.locator("nx-table:defined").wait_for()
    return page


def live() -> set[str]:
    return set(Feature.objects.filter(archived_at=None).values_list("title", flat=True))


def test_one_is_named_and_merged_by_keyboard(at_list: Page) -> None:
    at_list.goto("/orchard/features/F-2/")
    at_list.get_by_role("button", name="More", exact=True).press("Enter")
    at_list.get_by_text("Merge into another feature").press("Enter")
    field = at_list.locator("#merge-into")
    expect(field).to_be_focused()
    at_list.keyboard.type("sso", delay=30)
    expect(at_list.locator("#merge-preview")).to_contain_text("F-1 SSO stays.")
    expect(field).to_be_focused()
    at_list.keyboard.press("Enter")
    at_list.wait_for_url("**/features/F-1/")
    at_list.get_by_role("button", name="Undo merging F-2").press("Enter")
    expect(at_list.locator(".toast", has_text="Undone")).to_be_visible()
    expect(at_list.get_by_text("was merged into this")).to_have_count(0)
    assert live() == {"SSO", "Single sign-on", "Audit log"}


def test_beside_the_list_the_drawer_closes_and_the_row_goes(at_list: Page) -> None:
    at_list.get_by_role("link", name="Single sign-on").click()
    drawer = at_list.locator("#drawer")
    drawer.get_by_role("button", name="More", exact=True).click()
    drawer.get_by_text("Merge into another feature").click()
    at_list.locator("#merge-into").press_sequentially("F-1", delay=30)
    at_list.get_by_role("button", name="Merge into F-1").click()
    expect(drawer).to_be_hidden()
    expect(at_list.locator("tbody")).not_to_contain_text("Single sign-on")
    assert at_list.url.endswith("/orchard/features/?sort=title")
    at_list.get_by_role("button", name="Undo").click()
    expect(at_list.locator("tbody")).to_contain_text("Single sign-on")


def test_of_two_ticked_the_other_can_stay(at_list: Page) -> None:
    for title in ("SSO", "Single sign-on"):
        at_list.locator("tr", has_text=title).get_by_role("checkbox").check()
    at_list.get_by_role("group").get_by_role("button", name="Merge").click()
    expect(at_list.locator("#merge-preview")).to_contain_text("F-1 SSO stays.")
    at_list.get_by_role("link", name="Keep F-2 instead").click()
    expect(at_list.locator("#merge-preview")).to_contain_text("F-2 Single sign-on stays.")
    at_list.get_by_role("button", name="Merge into F-2").click()
    expect(at_list.locator("tbody")).not_to_contain_text("SSO")
    assert live() == {"Single sign-on", "Audit log"}
