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
    into = page.get_by_label("The feature that Offline maps is linked to")
    pick = page.get_by_label("Pick Offline maps")
    pick.uncheck()
    into.fill("")
    into.press_sequentially("map down")
    expect(page.locator("datalist option")).to_have_count(1)
    into.fill("F-1")
    with page.expect_response(lambda answer: "/themes/pick/proposal/" in answer.url):
        into.press("Tab")
    expect(messages).to_contain_text("F-1 Map download")
    expect(pick).to_be_checked()
    messages.get_by_label("No map offline").uncheck()
    messages.get_by_label("Lost without a signal").check()
    page.get_by_label("Pick Offline maps").check()
    page.get_by_role("button", name="Make features").click()
    expect(page.get_by_text("1 theme linked to what you have")).to_be_visible()
    quotes = FeatureRequest.objects.filter(archived_at=None).values_list("insight__quote", flat=True)
    assert set(quotes.all()) == {"Maps stop to download", "A map download on the way", "Lost without a signal"}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone")).to_be_visible()
    assert not quotes.all()


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
