"""A segment's rule put together by keyboard in a real browser, wide and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from northing.access.actor import Actor
from northing.insight.models import Segment
from northing.insight.records import ACCOUNT
from northing.kit import changes

pytest.importorskip("axe_playwright_python")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def accounts(admin_actor: Actor) -> None:
    rows = [{"name": "Birch", "tier": "Pro", "revenue": 30000}, {"name": "Coral", "tier": "Pro"}, {"name": "Delta"}]
    changes.create(admin_actor, ACCOUNT, rows)


def faults(page: Page) -> list[str]:
    """What is wrong by light, and by dark as far as colours go."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    found += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [one["id"] for one in found] + ["too wide"] * too_wide


@pytest.mark.parametrize("width", [390, 1440])
def test_a_rule_is_put_together_by_keyboard(page: Page, accounts: None, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/orchard/segments/")
    page.get_by_role("link", name="New segment").first.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Big pros")
    field = page.get_by_label("Field")
    field.focus()
    for passed in ("kind", "status", "tier"):
        page.keyboard.press("ArrowDown")
        expect(field).to_have_value(passed)
    expect(page.get_by_label("Value")).to_have_value("")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Must be")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("pro")
    expect(page.locator("#segment-rule")).to_contain_text("2 accounts now: Tier is pro")
    expect(page.get_by_label("Value")).to_be_focused()
    page.locator("#rule-add").press("Enter")
    expect(page.locator("#rule-field-1")).to_be_focused()
    page.locator("#rule-field-1").select_option("revenue")
    page.locator("#rule-is-1").select_option("at_least")
    page.locator("#rule-value-1").fill("20 000")
    expect(page.locator("#segment-rule")).to_contain_text("1 account now")
    assert faults(page) == []
    page.locator("#rule-value-1").press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expected = {"all": [{"field": "tier", "is": "pro"}, {"field": "revenue", "at_least": 20000}]}
    assert Segment.objects.get().rule == expected


def test_what_a_list_shows_is_kept_as_a_segment(page: Page, accounts: None) -> None:
    page.goto("/orchard/accounts/?tier=pro")
    page.get_by_role("button", name="Views").press("Enter")
    page.get_by_role("link", name="Save as a segment").press("Enter")
    page.get_by_label("Name", exact=True).fill("Pros")
    expect(page.locator("#segment-rule")).to_contain_text("2 accounts now: Tier contains pro")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    page.goto("/orchard/segments/SG-1/")
    expect(page.locator("#panel-members")).to_contain_text("Tier contains pro")
    assert faults(page) == []
