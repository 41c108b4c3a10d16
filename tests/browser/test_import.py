"""A file dropped in a real browser: checked, what is rejected comes back as a file, imported, and undone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from northing.features.models import Feature
from northing.insight.models import Account
from northing.kit.jobs.worker import Worker
from northing.kit.models import Comment

pytest.importorskip("playwright")
if TYPE_CHECKING:
    from playwright.sync_api import Page

from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONTENT = "Name,Kind,Country\nAcme,company,NL\nBolt,nonsense,DE\nGear,company,\n"
LONGEST = 10_000  # milliseconds; the page asks for news once a second


@pytest.fixture
def checked(page: Page, tmp_path: Path, settings: Any) -> Page:
    """The page of a file that was dropped, mapped and checked."""
    settings.NORTHING_HOME = tmp_path
    file = tmp_path / "accounts.csv"
    file.write_text(CONTENT, encoding="utf-8")
    page.goto("/orchard/accounts/import/")
    page.locator("nx-drop:defined").wait_for()
    page.set_input_files("[type=file]", file)
    page.click("text=Check the file")
    page.locator("text=Reading accounts.csv").wait_for()
    Worker().run_due()
    expect(page.locator("button.primary")).to_have_text("Import 2 rows", timeout=LONGEST)
    return page


def names() -> list[str]:
    return list(Account.objects.filter(archived_at=None).order_by("name").values_list("name", flat=True))


def test_rejected_rows_are_downloaded_with_their_reasons(checked: Page) -> None:
    with checked.expect_download() as download:
        checked.click("text=Download with reasons")
    head, *rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert download.value.suggested_filename.endswith(".csv")
    assert head == "Name,Kind,Country,Row in the file,Reasons"
    [row] = rows
    assert row.startswith("Bolt,nonsense,DE,")
    assert "must be one of" in row
    assert names() == []


def test_an_import_is_undone_by_one_press(checked: Page) -> None:
    checked.click("text=Import 2 rows")
    checked.locator("text=Importing accounts.csv").wait_for()
    Worker().run_due()
    expect(checked.locator(".notice.good")).to_contain_text("2 rows written", timeout=LONGEST)
    assert names() == ["Acme", "Gear"]

    checked.click("text=Undo this import")
    checked.locator("text=Taking the import back").wait_for()
    Worker().run_due()
    expect(checked.locator(".notice")).to_contain_text("The import was undone. 2 accounts taken back.", timeout=LONGEST)
    expect(checked.locator("text=Undo this import")).to_have_count(0)
    assert names() == []


def test_an_undo_asks_in_the_dialog_where_people_have_worked_with_it(checked: Page) -> None:
    checked.click("text=Import 2 rows")
    checked.locator("text=Importing accounts.csv").wait_for()
    Worker().run_due()
    acme = Account.objects.get(name="Acme")
    Comment.objects.create(workspace=acme.workspace, record_id=acme.pk, text="Soon")
    checked.click("text=Undo this import")
    expect(checked.locator("#dialog")).to_contain_text("1 account is commented on")
    checked.click("text=Keep it")
    expect(checked.locator("#dialog")).to_be_hidden()
    checked.click("text=Undo this import")
    checked.locator("#dialog").get_by_role("button", name="Undo the import").click()
    checked.locator("text=Taking the import back").wait_for()
    Worker().run_due()
    expect(checked.locator(".notice.accent")).to_contain_text("2 accounts taken back.", timeout=LONGEST)
    assert names() == []


def test_warnings_go_as_soon_as_columns_are_sent_where_they_belong(page: Page, tmp_path: Path, settings: Any) -> None:
    settings.NORTHING_HOME = tmp_path
    file = tmp_path / "said.csv"
    file.write_text("Title,Zeta\nSync,slow\nExport,odd\n", encoding="utf-8")
    page.goto("/orchard/feedback/import/")
    page.locator("nx-drop:defined").wait_for()
    page.set_input_files("[type=file]", file)
    warnings = page.locator("#column-warnings")
    expect(warnings).to_contain_text("No column holds the words of feedback")
    page.get_by_label("Zeta").select_option("text")
    expect(warnings).not_to_contain_text("No column holds the words of feedback", timeout=LONGEST)
    expect(warnings.locator("p")).to_have_count(0)
    page.get_by_label("Zeta").select_option("")
    expect(warnings).to_contain_text("No column holds the words of feedback", timeout=LONGEST)


def test_what_a_status_stands_for_is_taken_along_by_one_press(page: Page, tmp_path: Path, settings: Any) -> None:
    settings.NORTHING_HOME = tmp_path
    file = tmp_path / "plan.csv"
    file.write_text("Feature,Status\nSync,Cooking\nMasks,planned\n", encoding="utf-8")
    page.goto("/orchard/features/import/")
    page.locator("nx-drop:defined").wait_for()
    page.set_input_files("[type=file]", file)
    page.click("text=Check the file")
    page.locator("text=Reading plan.csv").wait_for()
    Worker().run_due()
    page.get_by_label("Cooking").select_option("in_delivery", timeout=LONGEST)
    expect(page.get_by_label("planned")).to_be_hidden()
    page.click("text=Import 2 rows")
    page.locator("text=Reading plan.csv").wait_for()
    Worker().run_due()
    expect(page.locator(".notice.good")).to_contain_text("2 rows written", timeout=LONGEST)
    assert Feature.objects.get(title="Sync").status == "in_delivery"
