"""Deciding in a real browser: what a decision rests on is looked up while one types, by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from northing.access.actor import Actor
from northing.decisions.models import Decision
from northing.decisions.public import evidence_of, open_decision
from northing.decisions.records import DECISION
from northing.kit import changes

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_it_rests_on_is_picked_by_keyboard_and_nothing_is_decided_by_enter(page: Page, admin_actor: Actor) -> None:
    asked = open_decision(admin_actor, {"question": "Build or buy?", "options": [{"title": "Build it"}]})
    [chip] = changes.create(admin_actor, DECISION, [{"question": "Which chip?"}])
    page.goto("/orchard/decisions/D-1/decide")
    page.get_by_label("What it is about").fill("Two teams wait.")
    page.get_by_label("Choose Build it").check()
    field = page.get_by_label("Rests on this as well")
    field.press_sequentially("chip")
    expect(page.locator("#known-records option")).to_have_attribute("value", "D-2")
    field.fill("D-2")
    field.press("Enter")
    expect(page.locator("#known")).to_contain_text("Which chip? not saved yet")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(page.get_by_label("What it is about")).to_have_value("Two teams wait.")
    assert Decision.objects.get(pk=asked.pk).status == "open"
    page.get_by_role("button", name="Keep open").press("Enter")
    expect(page.locator("main")).to_contain_text("Which chip?")
    assert [link.record_id for link in evidence_of(admin_actor, asked.pk)] == [chip.pk]
