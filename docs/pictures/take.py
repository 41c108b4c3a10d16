"""Take the pictures of the README from a running Northing with a fresh demo.

.venv/bin/python docs/pictures/take.py http://127.0.0.1:8321/sign-in/link/...
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import sync_playwright

PAGES = {"home": "", "prioritise": "prioritise/", "roadmap": "roadmap/", "features": "features/"}
SIZE = {"width": 1440, "height": 900}


def take(link: str) -> None:
    """Sign in with a one-time link and picture each page of the demo, in light colours, beside this file."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state("networkidle")
        for name, path in PAGES.items():
            page.goto(urljoin(link, f"/demo/{path}"))
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)  # charts are drawn
            page.screenshot(path=Path(__file__).parent / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1])
