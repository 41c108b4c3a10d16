"""The gallery in a real browser: accessible in both themes, usable by keys, true to the content policy."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from northing.ui import assets

pytestmark = pytest.mark.browser

PAGES = ["components", "table", "board", "inbox", "timeline", "prioritise", "home", "estimates", "features/3", "blank"]
PORTS = range(21000, 21050)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _listen() -> WSGIServer:
    for port in PORTS:
        try:
            return make_server("127.0.0.1", port, StaticFilesHandler(get_wsgi_application()), _Server, _Quiet)
        except OSError:
            continue
    raise OSError(f"no free port between {PORTS.start} and {PORTS.stop - 1}")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    assets.build()
    with override_settings(ROOT_URLCONF="northing.ui.tests.urls", DEBUG=True):
        server = _listen()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/gallery"
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that fails its test when the browser complains, of the content policy for one."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


def _open(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_accessibility_violations(page: Page, address: str, name: str) -> None:
    _open(page, f"{address}/{name}" + ("" if "/" in name else "/"))
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        results = Axe().run(page)
        assert results.violations_count == 0, f"{theme}: {results.generate_report()}"


def test_nothing_is_wider_than_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in PAGES[:8]:
        _open(page, f"{address}/{name}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_rows_are_walked_ticked_and_opened_by_keys(page: Page, address: str) -> None:
    _open(page, f"{address}/table/")
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Offline editing on tablets")).to_be_visible()
    assert page.url.endswith("/features/2")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    assert page.url.endswith("/table/")
    assert page.evaluate("document.activeElement.closest('[data-id]').dataset.id") == "2"
    with page.expect_request("**/features/bulk") as sent:
        page.get_by_role("button", name="Status", exact=True).click()
    assert sent.value.post_data == "ids=1&ids=2"


def test_a_cell_is_edited_or_left_as_it_was(page: Page, address: str) -> None:
    _open(page, f"{address}/table/")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.locator(".cell-form select").press("Escape")
    expect(page.locator("tr[data-id='0'] .chip")).to_have_text("Idea")
    page.keyboard.press("Enter")
    page.locator(".cell-form select").select_option("Launched")
    expect(page.locator("tr[data-id='0'] .chip")).to_have_text("Launched")
    expect(page.locator(".toast")).to_contain_text("F-120 is now Launched")


def test_the_palette_finds_records_and_commands(page: Page, address: str) -> None:
    _open(page, f"{address}/table/")
    page.keyboard.press("Control+k")
    page.keyboard.type("watermark")
    expect(page.get_by_role("option", name="Watermark on export")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/board/")


def test_single_keys_can_be_switched_off(page: Page, address: str) -> None:
    _open(page, f"{address}/table/")
    page.keyboard.press("?")
    page.get_by_role("switch", name="Single-letter keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.wait_for_timeout(300)
    expect(page.locator("#dialog")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_a_form_in_the_dialog_shows_its_errors_then_closes(page: Page, address: str) -> None:
    _open(page, f"{address}/table/")
    page.keyboard.press("c")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#dialog .error")).to_have_text("This field is required.")
    page.get_by_label("Title", exact=True).fill("Sharper previews")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#dialog")).to_be_hidden()


def test_a_card_moves_by_pointer_and_by_keys(page: Page, address: str) -> None:
    _open(page, f"{address}/board/")
    card = page.locator("[data-id='5']")
    with page.expect_request("**/board/5/move") as sent:
        card.drag_to(page.locator("[data-id='7']"))
    assert "column=ready" in (sent.value.post_data or "")
    card.locator("a").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("[data-column='building'] [data-id='5']")).to_be_visible()


def test_a_refused_card_goes_back(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    _open(page, f"{address}/board/")
    page.locator("nx-board").evaluate("board => board.dataset.moveUrl = '/gallery/board/{id}/refused'")
    page.locator("[data-id='5'] [data-move-menu]").click()
    page.get_by_role("button", name="Launched", exact=True).click()
    expect(page.locator(".toast")).to_have_text("Someone moved this card meanwhile.")
    expect(page.locator("[data-column='idea'] [data-id='5']")).to_be_visible()
    page.close()


def test_a_bar_moves_after_its_preview(page: Page, address: str) -> None:
    _open(page, f"{address}/timeline/")
    page.locator(".bar").nth(1).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-preview-text]")).to_contain_text("Target 8 days later")
    with page.expect_request("**/timeline/1/move") as sent:
        page.keyboard.press("Enter")
    assert "days=8" in (sent.value.post_data or "")
    expect(page.locator("[data-preview]")).to_be_hidden()


def test_twenty_sizes_by_number_keys(page: Page, address: str) -> None:
    _open(page, f"{address}/estimates/")
    page.get_by_role("radio", name="XS").first.focus()
    for key in ("3", "5", "1"):
        page.keyboard.press(key)
    expect(page.locator("[data-count]")).to_have_text("3 of 8 sized by you")
    expect(page.locator("[data-result]").first).to_contain_text("2 (1–4) weeks")


def test_the_density_follows_what_is_typed(page: Page, address: str) -> None:
    _open(page, f"{address}/estimates/")
    before = page.locator(".density .outline").get_attribute("d")
    page.get_by_label("High").fill("40")
    expect(page.locator("[data-words]")).to_have_text("Likely 12 (9–40) weeks")
    assert page.locator(".density .outline").get_attribute("d") != before


def test_a_marked_passage_is_counted_in_code_points(page: Page, address: str) -> None:
    _open(page, f"{address}/inbox/")
    page.locator("nx-passage").evaluate(
        """element => {
            element.textContent = "😀😀 export fails";
            const range = document.createRange();
            range.setStart(element.firstChild, 5);
            range.setEnd(element.firstChild, 11);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            element.dispatchEvent(new PointerEvent("pointerup"));
        }"""
    )
    expect(page.locator("#passage-form")).to_be_visible()
    fields = {name: page.locator(f"#passage-form [name={name}]").input_value() for name in ("start", "end", "quote")}
    assert fields == {"start": "3", "end": "9", "quote": "export"}


def test_charts_draw_when_seen_and_follow_the_theme(page: Page, address: str) -> None:
    _open(page, f"{address}/prioritise/")
    mark = page.locator("nx-chart[data-drawn] svg .mark-symbol path").first
    light = mark.get_attribute("fill")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(mark).not_to_have_attribute("fill", light or "")
