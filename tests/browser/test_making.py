"""Making records from a dialog, in a real browser: the page shows them at once, wherever one stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from northing.access.actor import Actor
from northing.kit import changes
from northing.kit.record_types import registry
from northing.strategy.records import KEY_RESULT, METRIC, OBJECTIVE

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_goals(page: Page, admin_actor: Actor) -> Page:
    [metric] = changes.create(admin_actor, METRIC, [{"name": "Weekly editors"}])
    [goal] = changes.create(admin_actor, OBJECTIVE, [{"title": "Editors come back"}])
    row = {"objective": goal.pk, "title": "To 60", "metric": metric.pk, "baseline": 40, "target": 60}
    changes.create(admin_actor, KEY_RESULT, [row])
    page.goto("/orchard/goals/")
    return page


def test_a_question_leads_to_its_options(page: Page) -> None:
    page.goto("/orchard/decisions/")
    page.get_by_role("link", name="New decision").first.click()
    page.fill("#dialog [name=question]", "Build or buy?")
    page.click("#dialog button.primary")
    expect(page).to_have_url(re.compile("/decisions/D-1/decide$"))


def test_a_new_objective_stands_on_the_goals_at_once(page: Page) -> None:
    page.goto("/orchard/goals/")
    page.get_by_role("link", name="New objective").first.click()
    page.fill("#dialog [name=title]", "Editors come back")
    page.click("#dialog button.primary")
    expect(page.locator("main")).to_contain_text("Editors come back")
    expect(page.get_by_role("link", name="OB-1 created")).to_be_visible()


def test_the_button_of_a_long_dialog_stays_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 600})
    page.goto("/orchard/objectives/")
    page.get_by_role("link", name="New objective").first.click()
    expect(page.locator("#dialog button.primary")).to_be_in_viewport()


def test_a_second_key_result_names_a_new_metric(at_goals: Page) -> None:
    at_goals.get_by_role("link", name="Add a key result").click()
    for name, value in {"title": "To 5", "metric": "Reviews per week", "baseline": "1", "target": "5"}.items():
        at_goals.fill(f"#dialog [name={name}]", value)
    at_goals.click("#dialog button.primary")
    expect(at_goals.get_by_label("New value of Reviews per week")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_a_value_is_entered_in_place(at_goals: Page, width: int) -> None:
    at_goals.set_viewport_size({"width": width, "height": 844})
    field = at_goals.get_by_label("New value of Weekly editors")
    field.fill("45,5")
    at_goals.get_by_role("button", name="Save").click()
    expect(at_goals.locator(".key-results")).to_contain_text("45.5")
    expect(at_goals.locator(".toast")).to_contain_text("Weekly editors: 45.5")


def test_a_notice_takes_the_place_of_the_one_of_its_kind(at_goals: Page) -> None:
    for value in ("45", "46", "47"):
        at_goals.get_by_label("New value of Weekly editors").fill(value)
        at_goals.get_by_role("button", name="Save").click()
        expect(at_goals.locator(".key-results")).to_contain_text(value)
    expect(at_goals.locator(".toast")).to_contain_text("Weekly editors: 47")
    expect(at_goals.locator(".toast")).to_have_count(1)


def test_a_form_begins_where_something_is_to_be_filled_in(at_goals: Page) -> None:
    at_goals.get_by_role("link", name="Add a key result").click()
    expect(at_goals.locator("#dialog [name=title]")).to_be_focused()


def test_what_can_wait_is_offered_while_one_types(page: Page, admin_actor: Actor) -> None:
    changes.create(admin_actor, registry.named("feature"), [{"title": "Sign-on for large firms"}])
    page.goto("/orchard/dependencies/")
    page.get_by_role("link", name="New dependency").first.click()
    page.locator("#dialog [name=predecessor]").press_sequentially("large")
    expect(page.locator("#known-predecessor option")).to_have_text("Sign-on for large firms")
