"""A script in the texts of every record stays text on every page, the workbenches included."""

from __future__ import annotations

from typing import Any

import pytest

from northing.access.actor import Actor
from northing.access.models import Member
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.fields import LongText, Text
from northing.kit.problems import Invalid
from northing.kit.record_types import registry

from .conftest import browser
from .routes import workspace_routes

pytestmark = pytest.mark.django_db
PAYLOAD = "zz<script>alert(1)</script>\"onmouseover='alert(1)"
RAW = ("zz<script>", "\"onmouseover='", '</script>"onmouse')


@pytest.fixture
def hostile(admin_actor: Actor, one_of_each: dict[str, Any]) -> dict[str, Any]:
    """Every record with the payload in every text that takes it."""
    for name, record in one_of_each.items():
        record_type = registry.named(name)
        for field, spec in record_type.specs.items():
            if type(spec) in (Text, LongText) and spec.editable:
                try:
                    changes.update(admin_actor, record_type, [Edit(record.pk, {field: PAYLOAD})])
                except Invalid:
                    continue
        changes.update(admin_actor, record_type, [Edit(record.pk, {"tags": ["zz<script>"]})])
    return one_of_each


def test_no_page_below_the_workspace_lets_it_through(admin: Member, hostile: dict[str, Any]) -> None:
    client, open_, seen = browser(admin), [], 0
    for route in workspace_routes("GET"):
        if "path" in route.parameters or "attachment" in route.pattern:
            continue
        for record_type in registry if "key" in route.parameters else [registry.named("feature")]:
            key = record_type.key(hostile[record_type.name])
            answer = client.get(route.at(workspace="orchard", key=key), {"q": "zz", "to": "zz"})
            text = answer.content.decode()
            seen += "zz&lt;script&gt;" in text
            open_ += [route.pattern] * any(raw in text for raw in RAW)
    assert open_ == []
    assert seen >= 5  # the texts are on the pages, and escaped


def test_what_was_typed_comes_back_as_text(admin: Member, hostile: dict[str, Any]) -> None:
    """In refusals too: filters, searches and forms say what they did not understand."""
    client = browser(admin)
    for address in ("features/", "inbox/", "board/", "roadmap/", "prioritise/", "search", "tree/"):
        for name in ("q", "sort", "method", "formula", PAYLOAD):
            text = client.get(f"/orchard/{address}", {name: PAYLOAD}).content.decode()
            assert not any(raw in text for raw in RAW), (address, name)
    text = client.post("/orchard/features/bulk", {"field": PAYLOAD, "ids": "1"}).content.decode()
    assert "zz&lt;script&gt;" in text
    assert not any(raw in text for raw in RAW)


@pytest.mark.parametrize("target", ["", "table", "dialog", "drawer"])
def test_a_refusal_asked_for_by_a_fragment_is_a_fragment(admin: Member, viewer: Member, target: str) -> None:
    """A whole page is never put inside a page."""
    headers = {"HX-Request": "true", "HX-Target": target}
    refused = [
        (422, browser(admin).get("/orchard/features/?nonsense=1", headers=headers)),
        (404, browser(admin).get("/orchard/features/F-999/", headers=headers)),
        (403, browser(viewer).get("/orchard/features/new", headers=headers)),
    ]
    for status, answer in refused:
        assert answer.status_code == status
        assert b"<html" not in answer.content
        assert b'role="alert"' in answer.content
    assert b"<html" in browser(admin).get("/orchard/features/?nonsense=1").content
