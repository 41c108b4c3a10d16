"""The whole job by keyboard alone, in a real browser: from feedback to a ranked, dated, shared and decided plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.decisions.models import Decision, Estimate, Run
from northing.decisions.public import enter_estimates
from northing.features.models import Feature, FeatureRequest
from northing.features.records import FEATURE
from northing.insight.models import Feedback
from northing.kit import changes
from northing.strategy.models import DataPoint

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STOPS = 250
QUESTION = "Order the second microphone"


class Keyboard:
    """Everything a person does here goes through keys: the mouse is never used."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, keys: str) -> None:
        for key in keys.split():
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def go(self, keys: str, path: str) -> None:
        self.press(keys)
        self.arrive(path)

    def arrive(self, path: str) -> None:
        self.page.wait_for_url(f"**/{path}*")
        self.page.wait_for_load_state("networkidle")

    def reach(self, target: Locator) -> None:
        """Tab until the focus is on the target."""
        expect(target).to_be_visible()
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{target}: not reached by {MOST_STOPS} presses of Tab")

    def choose(self, target: Locator) -> None:
        self.reach(target)
        self.press("Enter")

    def walk_to(self, row: Locator) -> None:
        """Go down a list with j until the cursor is on the row."""
        for _ in range(MOST_STOPS):
            self.press("j")
            if "cursor" in (row.get_attribute("class") or ""):
                return
        raise AssertionError(f"{row}: not reached by {MOST_STOPS} presses of j")


@pytest.fixture
def keys(page: Page, demo: Workspace) -> Keyboard:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/{demo.slug}/")
    page.wait_for_load_state("networkidle")
    return Keyboard(page)


@pytest.fixture
def unsized(demo_actor: Actor) -> list[Feature]:
    """Three candidates that lack nothing but an effort."""
    titles = ("Compare two edits", "Copy a look to many photos", "Undo across sessions")
    made: list[Feature] = changes.create(
        demo_actor, FEATURE, [{"title": title, "status": "candidate"} for title in titles]
    )
    guesses = {"reach": "100 - 200 - 400", "impact": "1 - 2 - 3", "confidence": "80"}
    enter_estimates(
        demo_actor,
        [
            {"about": feature.pk, "quantity": quantity, "entered": entered}
            for feature in made
            for quantity, entered in guesses.items()
        ],
    )
    return made


def open_message(page: Page, other_than: str = "") -> str:
    """The key of the message that is open, once it is another one."""
    message = page.locator(f"#message[data-open]:not([data-open='{other_than}'])")
    message.wait_for()
    page.wait_for_load_state("networkidle")
    return message.get_attribute("data-open") or ""


def feedback(workspace: Workspace, key: str) -> Feedback:
    return Feedback.objects.get(workspace=workspace, number=int(key.removeprefix("FB-")))


def next_with_suggestion(keys: Keyboard, key: str) -> tuple[str, str]:
    """Walk down from the open message until one reads like a feature: its key, and that feature's."""
    for _ in range(30):
        keys.press("j")
        key = open_message(keys.page, other_than=key)
        keys.page.locator("#message-side .skeleton").wait_for(state="detached")
        suggested = keys.page.locator("#message-side form.suggestion .key")
        if suggested.count():
            return key, suggested.first.inner_text()
    raise AssertionError("none of 30 messages has a suggested feature")


def link_and_archive_feedback(keys: Keyboard, demo: Workspace) -> None:
    page = keys.page
    keys.go("g f", "inbox/")
    first = open_message(page)
    keys.press("j")
    second = open_message(page, other_than=first)
    keys.press("k")
    assert open_message(page, other_than=second) == first

    linked, suggested = next_with_suggestion(keys, first)
    keys.press("l")
    expect(page.locator("#link-target")).to_be_focused()
    keys.type(suggested)
    keys.press("Enter")
    archived = open_message(page, other_than=linked)
    expect(page.locator("#passage-form")).to_have_attribute("hx-post", f"/{demo.slug}/inbox/{archived}/link")
    keys.press("a")
    open_message(page, other_than=archived)

    made = FeatureRequest.objects.filter(workspace=demo).latest("pk")
    assert made.feature is not None
    assert (f"F-{made.feature.number}", made.insight.feedback_id) == (suggested, feedback(demo, linked).pk)
    assert feedback(demo, linked).state == "processed"
    assert feedback(demo, archived).state == "archived"


def look_at_a_feature(keys: Keyboard, demo: Workspace) -> None:
    drawer = keys.page.locator("#drawer")
    keys.go("g l", "features/")
    keys.press("j j k Enter")
    title = keys.page.locator("tr.cursor a.title").first.inner_text()
    expect(drawer.locator("[data-drawer-title]")).to_have_text(title)
    keys.press("Escape")
    expect(drawer).to_be_hidden()
    assert keys.page.url.endswith(f"/{demo.slug}/features/")


def size_and_rank(keys: Keyboard, demo: Workspace, unsized: list[Feature]) -> None:
    page = keys.page
    keys.go("g p", "prioritise/")
    keys.choose(page.get_by_role("link", name="Size features"))
    keys.arrive("sizing/")
    rows = [page.locator(f"nx-sizing tr[data-id='{feature.pk}']") for feature in unsized]
    for row, size in zip(rows, "135", strict=True):
        keys.reach(row.locator("input[type=radio]").first)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            keys.press(size)
    sizes = [
        Estimate.objects.get(about_id=feature.pk, quantity="effort", superseded_at=None).entered.upper()
        for feature in unsized
    ]
    assert sizes == ["XS", "M", "XL"]

    keys.go("g p", "prioritise/")
    with page.expect_navigation():
        keys.choose(page.get_by_role("button", name="Refresh order"))
    ranked = Run.objects.filter(workspace=demo, kind="priorities").latest("pk").result["rows"]
    assert {FEATURE.key(feature) for feature in unsized} <= {row["key"] for row in ranked}


def plan_and_share(keys: Keyboard, demo: Workspace, chromium: Browser) -> None:
    page = keys.page
    keys.go("g r", "roadmap/")
    bar = page.locator(".bar[data-id^='F-']:has(.target)").first
    number = int((bar.get_attribute("data-id") or "").removeprefix("F-"))
    before = Feature.objects.get(workspace=demo, number=number).target
    keys.reach(bar)
    keys.press("Shift+ArrowRight ArrowRight")
    expect(page.locator("[data-preview-text]")).to_contain_text("Ready by")
    assert Feature.objects.get(workspace=demo, number=number).target == before
    keys.choose(page.locator("[data-preview-save]"))
    expect(page.locator(".toast")).to_contain_text(f"F-{number} aims at")
    after = Feature.objects.get(workspace=demo, number=number).target
    assert before is not None
    assert after is not None
    assert (after - before).days == 8

    keys.choose(page.get_by_role("link", name="Share"))
    title = page.locator("#share-title")
    expect(title).to_be_focused()
    keys.press("Enter")
    address = page.get_by_label("Link", exact=True)
    expect(address).to_be_focused()
    outsider = chromium.new_context()
    shared = outsider.new_page()
    complaints: list[str] = []
    shared.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    answer = shared.goto(address.input_value())
    assert answer
    assert answer.ok
    expect(shared.get_by_role("heading", level=1)).to_contain_text("roadmap")
    outsider.close()
    keys.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert complaints == []


def decide(keys: Keyboard, demo: Workspace) -> None:
    page = keys.page
    keys.go("g d", "decisions/")
    keys.walk_to(page.locator("tbody tr", has_text=QUESTION))
    keys.press("Enter")
    keys.choose(page.locator("#drawer").get_by_role("link", name="Decide", exact=True).first)
    page.wait_for_url("**/decide")
    keys.reach(page.get_by_role("radio", name="Choose Order now"))
    keys.press("Space")
    keys.choose(page.get_by_role("button", name="Decide", exact=True))
    expect(page.get_by_text("Decided: Order now")).to_be_visible()
    decision = Decision.objects.get(workspace=demo, question__startswith=QUESTION)
    assert (decision.choice, decision.status) == ("Order now", "decided")


def enter_a_goal_value(keys: Keyboard, demo: Workspace) -> None:
    page = keys.page
    keys.go("g o", "goals/")
    keys.reach(page.get_by_label("New value of").first)
    keys.type("42.5")
    keys.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("42.5")
    entered = DataPoint.objects.filter(workspace=demo).latest("pk")
    assert (entered.value, entered.at) == (42.5, timezone.localdate())


def test_the_whole_job(keys: Keyboard, demo: Workspace, unsized: list[Feature], chromium: Browser) -> None:
    link_and_archive_feedback(keys, demo)
    look_at_a_feature(keys, demo)
    size_and_rank(keys, demo, unsized)
    plan_and_share(keys, demo, chromium)
    decide(keys, demo)
    enter_a_goal_value(keys, demo)
