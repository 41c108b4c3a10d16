"""A record's page in a real browser: what it fetches comes to stand in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from northing.access.actor import Actor
from northing.features import actions
from northing.features.records import FEATURE
from northing.insight.records import FEEDBACK
from northing.kit import changes

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_feature(page: Page, admin_actor: Actor) -> Page:
    changes.create(admin_actor, FEATURE, [{"title": "Large exports"}])
    [said] = changes.create(admin_actor, FEEDBACK, [{"title": "Export", "text": "Exports stop at 900 photos."}])
    actions.link_passage(admin_actor, said.pk, 0, 12, "F-1", 3)
    page.goto("/orchard/features/F-1/")
    return page


def test_what_people_say_opens_in_its_place(at_feature: Page) -> None:
    at_feature.get_by_text("What they say").click()
    expect(at_feature.locator("#panel-passages")).to_contain_text("Exports stop")


def test_an_estimate_saved_stays_in_sight(at_feature: Page) -> None:
    at_feature.fill("#estimate-entered", "3-9")
    at_feature.get_by_role("button", name="Save estimate").click()
    expect(at_feature.locator("#panel-estimates")).to_contain_text("(3–9) days")


def test_a_work_package_is_added_from_the_feature(at_feature: Page) -> None:
    at_feature.get_by_role("link", name="Add a work package").click()
    at_feature.fill("#dialog [name=title]", "Queue")
    at_feature.click("#dialog button.primary")
    expect(at_feature.locator("#panel-packages")).to_contain_text("Queue")
