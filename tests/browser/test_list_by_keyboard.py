"""A list worked by keyboard in a real browser: walk, tick, edit, create, open, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from northing.access.actor import Actor
from northing.features.models import Feature
from northing.features.records import FEATURE
from northing.kit import changes
from northing.kit.changes import Edit

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLES = ("Bulk edit", "Dark theme", "Offline mode", "Saved views")


@pytest.fixture
def features(admin_actor: Actor) -> list[Feature]:
    made: list[Feature] = changes.create(admin_actor, FEATURE, [{"title": title} for title in TITLES])
    return made


@pytest.fixture
def press(page: Page) -> Callable[[str], None]:
    def press(keys: str) -> None:
        for key in keys.split():
            page.keyboard.press(key)

    return press


@pytest.fixture
def at_list(page: Page, features: list[Feature]) -> Page:
    page.goto("/orchard/features/?sort=title")
    page.locator("nx-table:defined").wait_for()
    return page


def statuses() -> dict[str, str]:
    return dict(Feature.objects.values_list("title", "status"))


def test_ticks_survive_sorting_and_one_bulk_edit_changes_them_and_can_be_undone(
    at_list: Page, press: Callable[[str], None]
) -> None:
    press("j x j x")
    expect(at_list.locator("[data-bulk-count]")).to_have_text("2 selected")
    at_list.click("th a:has-text('Title')")
    expect(at_list.locator("tbody tr").first).to_contain_text("Saved views")
    expect(at_list.locator("tr.picked")).to_have_count(2)

    at_list.locator(".bulk-bar > button", has_text="Status").click()
    at_list.select_option("#dialog select", "planned")
    at_list.click("#dialog button.primary")
    expect(at_list.locator(".toast")).to_contain_text("2 changed")
    assert [title for title, status in statuses().items() if status == "planned"] == ["Bulk edit", "Dark theme"]

    at_list.click(".toast button")
    expect(at_list.locator(".toast", has_text="Undone")).to_be_visible()
    assert "planned" not in statuses().values()


def test_a_cell_is_edited_in_its_place_and_escape_leaves_it(at_list: Page, press: Callable[[str], None]) -> None:
    press("j e")
    expect(at_list.locator(".cell-form select")).to_be_focused()
    press("Escape")
    expect(at_list.locator(".cell-form")).to_have_count(0)
    press("e")
    at_list.select_option(".cell-form select", "planned")
    expect(at_list.locator("tbody tr").first.locator(".chip")).to_have_text("Planned")
    assert statuses()["Bulk edit"] == "planned"


def test_c_creates_in_a_dialog_that_tells_what_is_wrong(at_list: Page, press: Callable[[str], None]) -> None:
    press("c")
    expect(at_list.locator("#dialog [name=title]")).to_be_focused()
    at_list.keyboard.type("Usage alerts")
    press("Enter")
    expect(at_list.locator("#dialog")).to_be_hidden()
    expect(at_list.locator("tbody")).to_contain_text("Usage alerts")


def test_the_drawer_opens_edits_and_gives_the_focus_back(at_list: Page, press: Callable[[str], None]) -> None:
    press("j Enter")
    drawer = at_list.locator("#drawer")
    expect(drawer).to_contain_text("Bulk edit")
    expect(at_list).to_have_url("/orchard/features/F-1/")
    press("e")
    at_list.fill("#dialog [name=title]", "Bulk edit of all")
    at_list.click("#dialog button.primary")
    expect(drawer.locator(".drawer-title")).to_have_text("Bulk edit of all")
    expect(at_list.locator("tbody")).to_contain_text("Bulk edit of all")
    press("Escape")
    expect(drawer).to_be_hidden()
    expect(at_list).to_have_url("/orchard/features/?sort=title")
    expect(at_list.locator("tbody a.title").first).to_be_focused()


def test_filters_give_a_clean_address_and_can_be_taken_off(at_list: Page, press: Callable[[str], None]) -> None:
    press("/")
    at_list.keyboard.type("dark")
    expect(at_list.locator("tbody tr")).to_have_count(1)
    expect(at_list).to_have_url("/orchard/features/?q=dark&sort=title")
    at_list.click("button[popovertarget=more-filters]")
    expect(at_list.locator("[name=owner]")).to_be_visible()
    expect(at_list).to_have_url("/orchard/features/?q=dark&sort=title")
    at_list.select_option("[name=owner]", "none")
    expect(at_list.locator(".filter-chip")).to_contain_text("Owner Nobody")
    at_list.keyboard.press("Escape")
    at_list.click(".view-tools >> text=Clear")
    expect(at_list.locator("tbody tr")).to_have_count(len(TITLES))


def test_two_statuses_are_ticked_by_keyboard_and_the_bar_follows(
    at_list: Page, features: list[Feature], admin_actor: Actor, press: Callable[[str], None]
) -> None:
    edits = [
        Edit(one.pk, {"status": to}) for one, to in zip(features, ("planned", "candidate", "declined"), strict=False)
    ]
    changes.update(admin_actor, FEATURE, edits)
    at_list.select_option("#filters > select[name=status]", "planned")
    expect(at_list.locator("tbody tr")).to_have_count(1)
    at_list.click("button[popovertarget=more-filters]")
    expect(at_list.locator(".several [value=planned]")).to_be_checked()
    at_list.focus(".several [value=planned]")
    press("ArrowUp Space")
    expect(at_list.locator(".filter-chip")).to_contain_text("Status Candidate, Planned")
    expect(at_list.locator("tbody tr")).to_have_count(2)
    expect(at_list.locator("#filters > select[name=status]")).to_be_hidden()
    expect(at_list).to_have_url("/orchard/features/?status=candidate&status=planned&sort=title")
    press("ArrowDown Space")
    expect(at_list.locator("tbody tr")).to_have_count(1)
    expect(at_list.locator("#filters > select[name=status]")).to_have_value("candidate")


def test_columns_are_chosen(at_list: Page) -> None:
    at_list.click("button[popovertarget=columns]")
    at_list.check("#columns [value=kind]")
    at_list.click("#columns button")
    expect(at_list.locator("thead")).to_contain_text("Kind")


def test_palette_help_and_theme(at_list: Page, press: Callable[[str], None]) -> None:
    press("Control+k")
    at_list.keyboard.type("offline")
    expect(at_list.locator("#palette [role=option]").first).to_contain_text("Offline mode")
    press("Escape")
    expect(at_list.locator("#palette")).to_be_hidden()
    press("?")
    expect(at_list.locator("#keys")).to_contain_text("Tick the row")
    press("Escape")
    at_list.click("[data-theme-toggle]")
    expect(at_list.locator("html")).to_have_attribute("data-theme", "dark")
    at_list.reload()
    expect(at_list.locator("html")).to_have_attribute("data-theme", "dark")
