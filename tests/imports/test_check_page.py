"""The page of a checked file says what is true, also where nothing would be written; the record shows what was kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from northing.access.models import Member, User, Workspace
from northing.kit.jobs.worker import Worker

pytestmark = pytest.mark.django_db
START = "/orchard/features/import/"
GOOD = b"Feature,Status,Effort,Risk\nSync,Cooking,TBD,battery\n"
COLUMNS = {"column-0": "title", "column-1": "status", "column-2": "effort", "column-3": ""}


@pytest.fixture
def editor(tmp_path: Path, settings: Any) -> Client:
    settings.NORTHING_HOME = tmp_path
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "pear-tree-7", name="Ada")
    Member.objects.create(workspace=workspace, user=user, role="editor")
    client = Client()
    client.force_login(user)
    return client


def checked(client: Client, content: bytes, columns: dict[str, Any]) -> tuple[str, str]:
    """The address of an import, and its page once the file has been checked."""
    url = client.post(START, {"file": SimpleUploadedFile("features.csv", content)}).headers["Location"]
    client.post(f"{url}check", columns)
    Worker().run_due()
    return url, client.get(url).content.decode()


def test_what_was_kept_stands_on_the_page_of_the_record(editor: Client) -> None:
    chosen = COLUMNS | {"word": ["Cooking"], "category": ["in_delivery"]}
    url, page = checked(editor, GOOD, chosen)
    assert "1 cell cannot be read as an estimate" in page
    columns = editor.get(f"{url}?columns").content.decode()
    assert '<option value="in_delivery" selected>In delivery</option>' in columns
    editor.post(f"{url}apply")
    Worker().run_due()
    record = editor.get("/orchard/features/F-1/").content.decode()
    kept = record.split("As imported")[1]
    assert "<dt>Risk</dt><dd>battery</dd>" in kept
    assert "<dt>Effort</dt><dd>TBD</dd>" in kept


def test_rows_that_are_here_and_rows_that_cannot_be_are_told_apart(editor: Client) -> None:
    url, _ = checked(editor, GOOD, COLUMNS)
    editor.post(f"{url}apply")
    Worker().run_due()
    assert "All rows are here already" in checked(editor, GOOD, COLUMNS)[1]
    page = checked(editor, GOOD + b",Cooking,3,\n", COLUMNS)[1]
    assert "1 row is here already, 1 cannot be imported" in page
    page = checked(editor, b"Feature,Status,Effort,Risk\n,Cooking,3,x\n", COLUMNS)[1]
    assert "No row can be imported. Below stands why" in page


def test_rows_that_are_not_listed_are_counted_with_what_they_are(editor: Client) -> None:
    page = checked(editor, GOOD + b",Cooking,3,\n" * 130, COLUMNS)[1]
    assert "and 88 more rows of the first 100 problems" in page
    assert "130 rows were rejected; these are the first 100 problems." in page


def test_the_same_file_read_as_the_last_time_changes_nothing(editor: Client) -> None:
    """A column that was sent elsewhere by hand, and a status whose meaning was chosen, are proposed so again."""
    url, _ = checked(editor, GOOD, COLUMNS | {"column-3": "description", "word": ["Cooking"], "category": ["planned"]})
    editor.post(f"{url}apply")
    Worker().run_due()
    url = editor.post(START, {"file": SimpleUploadedFile("features.csv", GOOD)}).headers["Location"]
    page = editor.get(url).content.decode()
    assert '<option value="description" selected>' in page
    assert '<option value="planned" selected>' in page
