"""No violation of accessibility rules and nothing wider than the window: every page, light and dark, wide and phone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import pytest

from northing.access.models import Member, Workspace
from northing.kit.extensions import extensions
from northing.kit.record_types import registry

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1440, 390)
SETTINGS = (
    "settings/",
    "settings/members",
    "settings/tokens",
    "settings/preferences",
    "settings/new-workspace",
    "settings/remove",
)
WITH_RECORDS = ("feature", "feedback", "decision")
FURTHER_VIEWS = (
    "roadmap/?view=now",
    "roadmap/?view=list",
    "roadmap/share",
    "sizing/",
    "features/import/",
    "themes/pick",
    "roadmap/next",
    "changed/",
)
SIGN_IN = "/sign-in/login/"


class Fault(NamedTuple):
    place: str
    width: int
    rule: str
    element: str
    reason: str = ""


def faults_at(page: Page, place: str) -> Iterator[Fault]:
    """What is wrong with what the page shows now, by light and, as far as colours go, by dark."""
    width = page.viewport_size["width"]
    checker = axe.Axe()
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    broken = checker.run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    broken += checker.run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    for rule in broken:
        for node in rule["nodes"]:
            yield Fault(place, width, rule["id"], node["html"], node["failureSummary"])
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield Fault(place, width, "wider than the window", "html")


def visit(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer
    assert answer.ok, f"{address}: answered {answer.status}"
    page.wait_for_load_state("networkidle")


def faults_of(page: Page, addresses: Iterable[str], then: Callable[[Page], None] = lambda page: None) -> list[Fault]:
    found: list[Fault] = []
    for address in addresses:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            visit(page, address)
            then(page)
            found += faults_at(page, address)
    return found


def records(workspace: Workspace) -> list[str]:
    """The page of one record of each kind that people read most."""
    types = [registry.named(name) for name in WITH_RECORDS]
    newest = [(kind, kind.model.objects.filter(workspace=workspace).latest("created_at")) for kind in types]
    return [f"/{workspace.slug}/{kind.path}/{kind.key(record)}/" for kind, record in newest]


def open_drawer(page: Page) -> None:
    """The first record of the list: in the drawer, or on a phone on a page of its own."""
    link = page.locator("a[data-drawer]:visible").first
    address = link.get_attribute("href") or ""
    link.click()
    page.wait_for_url(f"**{address}")
    page.locator("#comments").wait_for()


def open_new_form(page: Page) -> None:
    page.locator("[data-key=c]:visible").click()
    page.locator("#dialog[open] .dialog-body [name]:visible").first.wait_for()


def below(workspace: Workspace, paths: Iterable[str]) -> list[str]:
    return [f"/{workspace.slug}/{path}" for path in dict.fromkeys(paths)]


def test_every_page_of_the_demo(page: Page, demo: Workspace) -> None:
    menu = ["", *(entry.path for entry in extensions.menu)]
    assert faults_of(page, [*below(demo, [*menu, *FURTHER_VIEWS, *SETTINGS]), *records(demo)]) == []


def test_drawers_and_forms(page: Page, demo: Workspace) -> None:
    lists = below(demo, [f"{registry.named(name).path}/" for name in WITH_RECORDS])
    assert faults_of(page, lists, open_drawer) + faults_of(page, lists, open_new_form) == []


def test_an_empty_workspace(page: Page, admin: Member) -> None:
    menu = ["", *(entry.path for entry in extensions.menu)]
    lists = [f"{record_type.path}/" for record_type in registry]
    assert faults_of(page, below(admin.workspace, [*menu, *lists])) == []


def test_the_door(page: Page) -> None:
    page.context.clear_cookies()
    assert faults_of(page, [SIGN_IN]) == []
