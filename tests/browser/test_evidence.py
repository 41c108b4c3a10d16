"""Linking what was said, in a real browser: themes opened to their messages, and an inbox that stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.features.models import FeatureRequest
from northing.features.records import FEATURE
from northing.insight.models import Feedback, ThemeProposal
from northing.kit import changes
from northing.kit.record_types import registry

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


SCROLLBARS = """row => [row, ...row.querySelectorAll("*")].filter(one => {
  const { overflowX, scrollbarWidth } = getComputedStyle(one);
  return /auto|scroll/.test(overflowX) && scrollbarWidth !== "none" && one.scrollWidth > one.clientWidth;
}).length"""
"""How many scrollbars show."""


def said(actor: Actor, *texts: str) -> list[Feedback]:
    return changes.create(actor, registry.of(insight.Feedback), [{"title": text, "text": text} for text in texts])


@pytest.fixture
def offline(admin_actor: Actor) -> ThemeProposal:
    changes.create(admin_actor, FEATURE, [{"title": "Map download"}, {"title": "Round trips"}])
    ids = [one.pk for one in said(admin_actor, "Maps stop to download", "A map download on the way", "No map offline")]
    [perhaps] = said(admin_actor, "Lost without a signal")
    return ThemeProposal.objects.create(
        workspace=admin_actor.workspace,
        title="Offline maps",
        feedback_ids=ids,
        perhaps_ids=[perhaps.pk],
        voices=3,
        found_at=timezone.now(),
    )


def test_a_theme_is_opened_from_the_inbox_and_what_is_ticked_is_linked(page: Page, offline: ThemeProposal) -> None:
    page.goto("/orchard/inbox/")
    page.get_by_role("link", name="Offline maps").click()
    messages = page.locator(".pick-list")
    expect(messages.get_by_label("No map offline")).to_be_checked()
    expect(messages.get_by_label("Lost without a signal")).not_to_be_checked()
    expect(page.get_by_role("button", name="Link 3 messages")).to_be_visible()
    page.get_by_role("button", name="No, a new feature").click()
    expect(page.get_by_role("button", name="Make 1 feature, link 3 messages")).to_be_visible()
    page.get_by_label("Pick Offline maps").uncheck()
    expect(page.get_by_role("button", name="Nothing ticked")).to_be_disabled()
    page.locator("summary", has_text="3 messages of Offline maps").click()
    into = page.get_by_label("Not new, but evidence of")
    into.press_sequentially("map down")
    expect(page.locator("datalist option")).to_have_count(1)
    into.press("Tab")
    expect(page.get_by_role("heading", name="Evidence for features you have")).to_be_visible()
    expect(page.get_by_label("Pick Map download")).to_be_checked()
    page.locator("summary", has_text="3 messages of Map download").click()
    messages.get_by_label("No map offline").uncheck()
    messages.get_by_label("Lost without a signal").check()
    page.get_by_role("button", name="Link 3 messages").click()
    expect(page.get_by_text("3 messages linked")).to_be_visible()
    quotes = FeatureRequest.objects.filter(archived_at=None).values_list("insight__quote", flat=True)
    assert set(quotes.all()) == {"Maps stop to download", "A map download on the way", "Lost without a signal"}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone")).to_be_visible()
    assert not quotes.all()


def test_a_feature_that_is_not_there_is_said_beside_its_field_and_the_rest_stays(
    page: Page, offline: ThemeProposal
) -> None:
    page.goto("/orchard/themes/pick")
    page.locator("summary", has_text="messages of Map download").click()
    page.get_by_role("button", name="No, a new feature").click()
    page.get_by_label("Title of the feature from Offline maps").fill("Maps without a signal")
    page.locator("summary", has_text="messages of Offline maps").click()
    page.get_by_label("Not new, but evidence of").fill("Sky masks")
    page.get_by_label("Not new, but evidence of").press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("There is no Sky masks in this workspace")
    field = page.get_by_label("Not new, but evidence of")
    expect(field).to_be_focused()
    expect(field).to_have_value("Sky masks")
    expect(page.get_by_label("Title of the feature from Offline maps")).to_have_value("Maps without a signal")
    expect(page.locator(".pick-list").get_by_label("No map offline")).to_be_checked()


def test_further_lines_stay_open_when_all_are_drawn_anew(
    page: Page, offline: ThemeProposal, admin_actor: Actor
) -> None:
    [lone] = said(admin_actor, "Saddle height in the app")
    ThemeProposal.objects.create(
        workspace=admin_actor.workspace,
        title="Saddle height",
        feedback_ids=[lone.pk],
        voices=1,
        found_at=timezone.now(),
    )
    page.goto("/orchard/themes/pick")
    page.locator("summary", has_text="Show 1 more").click()
    page.locator("summary", has_text="messages of Map download").click()
    page.get_by_role("button", name="No, a new feature").click()
    expect(page.get_by_label("Pick Offline maps")).to_be_visible()
    expect(page.get_by_label("Pick Saddle height")).to_be_visible()


def test_the_list_stays_where_it_is_and_the_next_message_opens(page: Page, admin_actor: Actor) -> None:
    changes.create(admin_actor, FEATURE, [{"title": "Round trips"}])
    said(admin_actor, *(f"Round trips from door {number}" for number in range(40)))
    page.goto("/orchard/inbox/")
    listed = page.locator("#inbox-list")
    listed.evaluate("list => { list.scrollTop = 700 }")
    page.locator('[data-message="FB-25"]').click()
    expect(page.locator('#message[data-open="FB-25"]')).to_be_visible()
    page.keyboard.press("l")
    with page.expect_response(lambda answer: "to=round" in answer.url):
        page.locator("#link-target").fill("round")
    page.get_by_role("group", name="What fits").get_by_role("button", name="Round trips").click()
    expect(page.locator('#message[data-open="FB-24"]')).to_be_visible()
    expect(page.locator('[data-message="FB-25"]')).to_have_count(0)
    assert listed.evaluate("list => list.scrollTop") == 700


@pytest.mark.parametrize("width", [1280, 800])
def test_the_row_of_themes_has_no_bar_to_scroll(page: Page, admin_actor: Actor, width: int) -> None:
    told = said(admin_actor, "Maps stop to download")
    rows = [{"title": f"Downloads of maps stop {at}", "feedback_ids": [told[0].pk], "voices": 10} for at in range(5)]
    for row in rows:
        ThemeProposal.objects.create(workspace=admin_actor.workspace, found_at=timezone.now(), **row)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/orchard/inbox/")
    row = page.get_by_role("group", name="Themes found")
    expect(row.get_by_role("link", name="Pick features")).to_be_in_viewport()
    assert not row.evaluate(SCROLLBARS)


def test_enter_takes_what_is_offered_first_and_sends_nothing(page: Page, offline: ThemeProposal) -> None:
    page.goto("/orchard/themes/pick")
    page.locator("summary", has_text="messages of Map download").click()
    field = page.get_by_label("“Offline maps” is evidence of")
    field.fill("")
    field.press_sequentially("round")
    expect(page.locator(f"datalist option[value='{FEATURE.prefix}-2']")).to_be_attached()
    field.press("Enter")
    expect(page.get_by_role("checkbox", name="Pick Round trips")).to_be_checked()
    assert page.url.endswith("/orchard/themes/pick")
    assert not FeatureRequest.objects.exists()


def test_what_is_only_perhaps_asked_for_opens_ticked_when_it_is_picked(page: Page, admin_actor: Actor) -> None:
    changes.create(admin_actor, FEATURE, [{"title": "Dark mode in the app"}, {"title": "Touch lock in rain"}])
    said(admin_actor, "The screen is far too bright at night")
    page.goto("/orchard/themes/pick")
    expect(page.get_by_text("1 perhaps")).to_be_visible()
    page.get_by_label("Pick Dark mode in the app").check()
    expect(page.get_by_label("The screen is far too bright at night")).to_be_checked()
    page.get_by_role("button", name="Link 1 message").click()
    expect(page.get_by_text("1 message linked")).to_be_visible()
