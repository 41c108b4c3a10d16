"""How much a stranger may send, and where it ends."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from northing.access.models import Member

from .conftest import browser

pytestmark = pytest.mark.django_db
MB = 2**20


@pytest.fixture(autouse=True)
def _limits(settings: Any, tmp_path: Path) -> None:
    settings.NORTHING_HOME = tmp_path
    settings.UPLOAD_LIMIT, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = MB, MB // 2


def file(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.csv", b"Title\n" + b"a" * size)


@pytest.mark.parametrize("address", ["/sign-in/login/", "/orchard/features/import/", "/sign-in/link/any"])
def test_nobody_in_particular_fills_the_disk(admin: Member, monkeypatch: Any, address: str) -> None:
    """A form with a file is read to find its CSRF token, before anybody asked who sends it."""
    written: list[str] = []
    make = tempfile.NamedTemporaryFile
    monkeypatch.setattr(
        "django.core.files.uploadedfile.tempfile.NamedTemporaryFile",
        lambda *args, **options: written.append("file") or make(*args, **options),
    )
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/sign-in/login/")
    answer = client.post(address, {"file": file(3 * MB // 2)})
    assert answer.status_code in (400, 413)
    assert written == []


def test_a_member_imports_as_much_as_is_allowed_and_no_more(admin: Member) -> None:
    client = browser(admin)
    assert client.post("/orchard/features/import/", {"file": file(100)}).status_code == 302
    refused = client.post("/orchard/features/import/", {"file": file(3 * MB // 2)})
    assert refused.status_code == 422
    assert "larger than 1 MB" in refused.content.decode()
    assert client.post("/orchard/features/import/", {"file": file(3 * MB)}).status_code in (400, 413)
