"""Cells of a list edited in their place, in a real browser: each kind saves by Enter and when it is left, and Esc
leaves it as it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from northing.access.actor import Actor
from northing.features.models import Feature, Status
from northing.features.records import FEATURE
from northing.insight.models import Account
from northing.insight.records import ACCOUNT
from northing.kit import changes

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COLUMNS = "title,status,target,target_text,promised,owner,tags"
FIELD = ".cell-form :is(input:not([type=hidden]), select)"
DAY_PARTS = 4  # where Tab stops within a date: day, month, year and the calendar
TYPED = (
    ("target", "31 Jan 2031", "31 Jan 2031"),
    ("target", "June 2031", "June 2031"),
    ("target_text", "later", "later"),
    ("tags", "mobile", "mobile"),
)


@pytest.fixture
def at_list(page: Page, admin_actor: Actor) -> Page:
    changes.create(admin_actor, FEATURE, [{"title": "Dark theme"}, {"title": "Offline mode"}])
    page.goto(f"/orchard/features/?sort=title&columns={COLUMNS}")
    page.locator("nx-table:defined").wait_for()
    return page


def cell(page: Page, name: str) -> Locator:
    return page.locator(f"tbody tr:first-child [data-edit={name}]")


def opened(page: Page, name: str) -> Locator:
    cell(page, name).click()
    field = page.locator(FIELD)
    expect(field).to_be_focused()
    return field


def first() -> Any:
    return Feature.objects.get(title="Dark theme")


@pytest.mark.parametrize(("name", "text", "shown"), TYPED)
def test_what_is_typed_is_saved_by_enter(at_list: Page, name: str, text: str, shown: str) -> None:
    opened(at_list, name)
    at_list.keyboard.type(text)
    at_list.keyboard.press("Enter")
    expect(cell(at_list, name)).to_have_text(shown)
    expect(cell(at_list, name)).to_be_focused()


@pytest.mark.parametrize(("name", "text", "shown"), TYPED)
def test_what_is_typed_is_saved_by_a_press_elsewhere(at_list: Page, name: str, text: str, shown: str) -> None:
    opened(at_list, name)
    at_list.keyboard.type(text)
    at_list.click("thead th.pick + th")
    expect(cell(at_list, name)).to_have_text(shown)


@pytest.mark.parametrize("leave", ["Enter", "Tab Tab"])
def test_a_date_is_saved_by_key(at_list: Page, leave: str) -> None:
    opened(at_list, "promised")
    at_list.keyboard.type("01312031")
    for key in leave.split():
        at_list.keyboard.press(key)
    expect(cell(at_list, "promised")).to_have_text("31 Jan 2031")
    assert first().promised == date(2031, 1, 31)


def test_the_press_that_leaves_a_cell_does_what_it_does(at_list: Page) -> None:
    box = at_list.locator("tbody tr:last-child .pick input")
    opened(at_list, "promised")
    at_list.keyboard.type("01312031")
    box.click()
    expect(cell(at_list, "promised")).to_have_text("31 Jan 2031")
    expect(box).to_be_checked()


def test_a_date_that_is_half_there_stays_to_be_finished(at_list: Page) -> None:
    opened(at_list, "promised")
    at_list.keyboard.type("0131")
    at_list.keyboard.press("Enter")
    expect(at_list.locator(FIELD)).to_be_focused()
    at_list.keyboard.type("2031")
    at_list.keyboard.press("Enter")
    expect(cell(at_list, "promised")).to_have_text("31 Jan 2031")


def test_a_choice_is_walked_through_by_arrows_and_saved_by_enter(at_list: Page) -> None:
    opened(at_list, "status")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        at_list.keyboard.press(key)
    expect(at_list.locator(FIELD)).to_have_count(0)
    assert Status.values.index(first().status) == Status.values.index("new") + 2


def test_a_choice_is_saved_when_it_is_left(at_list: Page) -> None:
    opened(at_list, "owner")
    at_list.keyboard.press("ArrowDown")
    at_list.keyboard.press("Tab")
    expect(cell(at_list, "owner")).to_contain_text("Ada")


def test_a_choice_made_by_mouse_is_saved_at_once(at_list: Page) -> None:
    opened(at_list, "owner").select_option(label="Ada")
    expect(cell(at_list, "owner")).to_contain_text("Ada")


@pytest.mark.parametrize("name", ["status", "target", "target_text", "promised", "owner", "tags"])
def test_escape_and_leaving_without_a_change_put_back_what_was_there(at_list: Page, name: str) -> None:
    before = cell(at_list, name).inner_text()
    for leave in ("Escape", "Enter", "Tab"):
        opened(at_list, name)
        for _ in range(DAY_PARTS if (leave, name) == ("Tab", "promised") else 1):
            at_list.keyboard.press(leave)
        expect(cell(at_list, name)).to_have_text(before)
    opened(at_list, name)
    at_list.click("thead th.pick + th")
    expect(cell(at_list, name)).to_have_text(before)
    opened(at_list, name)
    at_list.keyboard.type("0131")
    at_list.keyboard.press("Escape")
    expect(cell(at_list, name)).to_have_text(before)
    assert first().version == 1


def test_a_target_in_words_opens_with_its_words(at_list: Page, admin_actor: Actor) -> None:
    changes.update(admin_actor, FEATURE, [changes.Edit(first().pk, {"target_text": "June 2031"})])
    at_list.reload()
    expect(opened(at_list, "target")).to_have_value("June 2031")
    at_list.locator(FIELD).fill("2031-06-30")
    at_list.keyboard.press("Enter")
    expect(cell(at_list, "target")).to_have_text("30 Jun 2031")
    assert first().target_text == ""
    expect(opened(at_list, "target")).to_have_value("30 Jun 2031")
    at_list.locator(FIELD).fill("Q3 2031")
    at_list.keyboard.press("Enter")
    expect(cell(at_list, "target")).to_have_text("Q3 2031")
    assert first().target is None


def test_what_cannot_be_taken_stays_with_the_reason_until_it_is_mended(at_list: Page) -> None:
    opened(at_list, "target").fill("03/04/2031")
    at_list.click("thead th.pick + th")
    expect(at_list.locator(".cell-form .error")).to_contain_text("May be 3 April or 4 March")
    at_list.locator(FIELD).focus()
    at_list.click("thead th.pick + th")
    expect(at_list.locator(FIELD)).to_have_value("03/04/2031")
    at_list.locator(FIELD).fill("2031-04-03")
    at_list.keyboard.press("Enter")
    expect(cell(at_list, "target")).to_have_text("3 Apr 2031")


def test_a_number_is_saved_by_enter_and_when_it_is_left(page: Page, admin_actor: Actor) -> None:
    changes.create(admin_actor, ACCOUNT, [{"name": "Beacon"}])
    page.goto("/orchard/accounts/")
    page.locator("nx-table:defined").wait_for()
    for number, leave in (("1200", "Enter"), ("1400", "Tab")):
        opened(page, "revenue").fill(number)
        page.keyboard.press(leave)
        expect(cell(page, "revenue")).to_contain_text(f"1,{number[1:]}")
    assert Account.objects.get().revenue == 1400
