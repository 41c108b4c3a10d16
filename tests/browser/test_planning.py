"""From sizes to a plan by keys: sizing goes on by itself, and what is proposed follows the people that are typed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue, enter_estimates, write_measures
from northing.features.public import RANK, Feature, Status
from northing.kit import changes
from northing.kit.record_types import registry

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

from playwright.sync_api import expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def wishes(actor: Actor, *efforts: str) -> list[Feature]:
    """Candidates in the order of their ranks."""
    rows = [{"title": f"Wish {place}"} for place, _ in enumerate(efforts, start=1)]
    made: list[Feature] = changes.create(actor, registry.of(Feature), rows)
    sizes = [(one, effort) for one, effort in zip(made, efforts, strict=True) if effort]
    enter_estimates(actor, [{"about": one.pk, "quantity": "effort", "entered": effort} for one, effort in sizes])
    write_measures(actor, [MeasureValue.exactly(one.pk, RANK, place) for place, one in enumerate(made, start=1)])
    return made


def test_sizes_are_typed_one_after_the_other_and_enter_leads_on(admin_actor: Actor, page: Page) -> None:
    wishes(admin_actor, "", "", "")
    page.goto("/orchard/sizing/")
    expect(page.get_by_label("XS").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Effort of Wish 2, typed")).to_be_focused()
    page.get_by_text("1 of 3 sized by you").wait_for()
    page.keyboard.type("2w")
    page.keyboard.press("Enter")
    page.get_by_text("2 of 3 sized by you").wait_for()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("3")
    page.get_by_text("3 of 3 sized by you").wait_for()
    expect(page.locator("[data-onward]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/prioritise/")


def test_what_is_proposed_follows_the_people_typed_and_one_press_plans_it(admin_actor: Actor, page: Page) -> None:
    made = wishes(admin_actor, "5", "200", "5")
    changes.create(admin_actor, registry.named("team"), [{"name": "Builders", "people": 1}])
    page.goto("/orchard/roadmap/next")
    assert page.locator("[name=feature]:checked").count() == 1
    page.get_by_label("Builders").fill("2")
    page.get_by_text("Proposed: the 2 that").wait_for()
    page.get_by_role("button", name="All 3 with an effort").press("Enter")
    page.get_by_text("Proposed: all").wait_for()
    expect(page.get_by_role("button", name="All 3 with an effort")).to_be_focused()
    page.get_by_label("Plan F-2 Wish 2").uncheck()
    page.get_by_role("button", name="Plan and forecast").click()
    page.wait_for_url("**/roadmap/")
    for one in made:
        one.refresh_from_db()
    assert [one.status for one in made] == [Status.PLANNED, Status.NEW, Status.PLANNED]


def late(route: Route) -> None:
    """Lets the press of Plan arrive after what the people that were typed before ask for, which is not answered."""
    if "take=" in (route.request.post_data or ""):
        route.fulfill(status=204)
    else:
        time.sleep(1)
        route.continue_()


def test_plan_is_not_cut_off_by_people_that_were_typed_a_moment_before(admin_actor: Actor, page: Page) -> None:
    made = wishes(admin_actor, "5", "5")
    changes.create(admin_actor, registry.named("team"), [{"name": "Builders", "people": 1}])
    page.goto("/orchard/roadmap/next")
    page.route("**/roadmap/next", late)
    page.get_by_label("Builders").fill("2")
    page.get_by_role("button", name="Plan and forecast").click()
    page.wait_for_url("**/orchard/roadmap/")
    assert Feature.objects.within(admin_actor).filter(pk__in=[one.pk for one in made], status=Status.PLANNED).exists()
