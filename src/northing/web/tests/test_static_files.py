"""Static files: addresses that say what is in them, and answers that are whole whatever happens beneath the server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from northing.ui import assets
from northing.web.static_addresses import HeldFile, StaticFiles

SCRIPT = "ui/islands/main.js"


@pytest.mark.django_db
def test_what_a_page_loads_is_kept_for_good_under_an_address_of_its_content() -> None:
    client = Client()
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/sign-in/", follow=True).content.decode())
    assert len(named) > 8
    assert re.fullmatch(r"/static/[0-9a-f]{12}/", settings.STATIC_URL)
    for address in named:
        assert address.startswith(settings.STATIC_URL)
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]


def test_another_content_has_another_address(tmp_path: Path) -> None:
    script = tmp_path / "ui" / "static" / "ui" / "main.js"
    script.parent.mkdir(parents=True)
    found = set()
    for content in ("1", "2"):
        script.write_text(content)
        found |= {assets.digest(tmp_path), assets.digest(tmp_path)}
    script.rename(script.with_name("other.js"))
    assert len({*found, assets.digest(tmp_path)}) == 3


def test_a_file_written_over_is_answered_whole_as_it_was(tmp_path: Path) -> None:
    script = tmp_path / "main.js"
    script.write_text("old")
    held = HeldFile(str(script), [])
    script.write_text("new and longer")
    answer = held.get_response("GET", {})
    assert (answer.file.read(), dict(answer.headers)["Content-Length"]) == (b"old", "3")
    assert held.get_response("HEAD", {}).file is None
    assert held.get_response("GET", {"HTTP_IF_NONE_MATCH": held.etag}).status == 304
    assert held.get_response("POST", {}).status == 405


@override_settings(WHITENOISE_AUTOREFRESH=True)
def test_in_development_a_file_is_read_anew_and_not_kept() -> None:
    found = StaticFiles(lambda _: None).find_file(settings.STATIC_URL + SCRIPT)
    assert not isinstance(found, HeldFile)
    assert "immutable" not in str(found.alternatives)
