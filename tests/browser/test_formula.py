"""An own formula in a real browser: names are put in by a press, what is typed is kept, what was edited is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from northing.access.actor import Actor
from northing.decisions.public import enter_estimates
from northing.features.public import Feature
from northing.kit import changes
from northing.kit.record_types import registry

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_formula_is_put_together_kept_and_edited(page: Page, admin_actor: Actor) -> None:
    features = changes.create(admin_actor, registry.of(Feature), [{"title": "One"}, {"title": "Two"}])
    rows = [(feature.pk, name) for feature in features for name in ("effort", "value")]
    enter_estimates(admin_actor, [{"about": pk, "quantity": name, "entered": "9"} for pk, name in rows])
    page.goto("/orchard/prioritise/?method=custom")
    field = page.get_by_label("Formula")
    field.fill("2 * (")
    page.get_by_role("button", name="Value, EUR").click()
    page.get_by_role("button", name="Impact").click()
    expect(field).to_have_value("2 * (value * impact")
    expect(field).to_be_focused()
    field.fill("2 * value / effort")
    page.get_by_role("link", name="Keep it for everybody").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Formula")).to_have_value("2 * value / effort")
    dialog.get_by_label("Name").fill("Ours")
    dialog.get_by_role("button", name="Create scoring model").click()
    page.wait_for_url("**/prioritise/?method=SM-1")
    page.get_by_role("button", name="Rank features").first.click()
    expect(page.locator("main")).to_contain_text("Ranked by Ours")
    page.get_by_role("link", name="Edit this formula").click()
    dialog.get_by_label("Formula").fill("3 * value / effort")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Ours has changed since this order was made")
    expect(page.locator("main")).to_contain_text("3 * value / effort, over the ranges")


def test_a_formula_is_checked_while_one_types(page: Page) -> None:
    page.goto("/orchard/prioritise/?method=custom")
    field, main = page.get_by_label("Formula"), page.locator("main")
    field.fill("effort + reach")
    expect(main).to_contain_text("effort is in weeks, reach is in people/quarter: they are added as plain numbers")
    expect(field).to_be_focused()
    field.fill("effort * reech")
    expect(main).to_contain_text("did you mean 'reach'?")
    field.fill("reach / ")
    page.get_by_role("button", name="Effort, weeks").click()
    expect(page.locator("#formula-said")).to_have_text("")
