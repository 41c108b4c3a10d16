"""No violations of accessibility rules on the pages of records, light and dark, wide and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from northing.access.actor import Actor
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.record_types import registry

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1280, 390)
EMPTY = ("features/", "feedback/?state=new", "teams/", "features/new", "features/import/")
FILLED = (
    "features/",
    "features/?status=planned&owner=none",
    "features/F-1/",
    "features/F-1/edit",
    "features/F-1/history",
    "accounts/",
    "accounts/AC-1/",
    "teams/TM-1/",
    "feedback/FB-1/",
    "features/save-view",
)


@pytest.fixture
def samples(admin_actor: Actor) -> None:
    create = changes.create
    [feature, _] = create(
        admin_actor,
        registry.named("feature"),
        [{"title": "Offline mode", "description": "For the field.", "tags": "core"}, {"title": "Dark theme"}],
    )
    changes.update(admin_actor, registry.named("feature"), [Edit(feature.pk, {"status": "planned"})])
    create(admin_actor, registry.named("account"), [{"name": "Studio North", "revenue": "1200", "currency": "EUR"}])
    create(admin_actor, registry.named("team"), [{"name": "Imaging"}])
    create(admin_actor, registry.named("feedback"), [{"title": "Export stops", "text": "At 4 GB."}])


def violations(page: Page, path: str) -> list[Any]:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(f"/orchard/{path}")
    found = axe.Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    found += axe.Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [(path, one["id"], one["nodes"][0]["html"]) for one in found] + [(path, "too wide")] * too_wide


def all_violations(page: Page, paths: tuple[str, ...]) -> list[Any]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            found += violations(page, path)
    return found


def test_pages_without_records(page: Page) -> None:
    assert all_violations(page, EMPTY) == []


def test_pages_with_records(page: Page, samples: None) -> None:
    assert all_violations(page, FILLED) == []
