"""What a form or the API could be talked into: read-only fields, other people's answers, values no database takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from northing.access.models import Member
from northing.kit.record_types import registry

from .conftest import api, browser

pytestmark = pytest.mark.django_db
READ_ONLY = [
    pytest.param(record_type, name, id=f"{record_type.name}-{name}")
    for record_type in registry
    for name, spec in record_type.specs.items()
    if not spec.editable
]


def send(client: Client, path: str, body: Any, **headers: str) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(f"/api/v1/{path}", text, content_type="application/json", headers=headers)


@pytest.mark.parametrize(("record_type", "name"), READ_ONLY)
def test_what_no_form_shows_no_cell_edits(
    admin: Member, one_of_each: dict[str, Any], record_type: Any, name: str
) -> None:
    record = one_of_each[record_type.name]
    cell = f"/orchard/{record_type.path}/{record_type.key(record)}/cell/{name}/"
    client = browser(admin)
    assert client.get(cell).status_code == 422
    assert client.post(cell, {name: str(record.pk)}).status_code == 422
    before = record.version
    record.refresh_from_db()
    assert record.version == before


def test_a_version_of_thousands_of_digits_is_no_error(admin: Member, one_of_each: dict[str, Any]) -> None:
    """Python refuses to read it as a number."""
    client, digits = browser(admin), "9" * 5000
    page = f"/orchard/features/{registry.named('feature').key(one_of_each['feature'])}/"
    assert client.post(f"{page}edit", {"title": "A", "version": digits}).status_code < 500
    assert client.post(f"{page}cell/title/", {"title": "A", "version": digits}).status_code < 500
    assert client.post(f"{page}links", {"remove": digits}).status_code < 500


def test_a_kept_answer_is_not_for_whoever_may_not_ask(admin: Member, viewer: Member) -> None:
    key = {"Idempotency-Key": "once"}
    assert send(api(admin), "features", {"title": "A"}, **key).status_code == 201
    assert send(api(admin), "features", {"title": "A"}, **key)["Idempotent-Replayed"] == "true"
    assert send(api(viewer), "features", {"title": "A"}, **key).status_code == 403


def test_an_id_that_the_source_has_given_already_is_refused_with_the_reason(admin: Member) -> None:
    told = {"title": "A", "external_source": "tracker", "external_id": "7"}
    assert send(api(admin), "features", told).status_code == 201
    again = send(api(admin), "features", told)
    assert (again.status_code, again.json()["problems"][0]["field"]) == (422, "external_id")
    assert send(api(admin), "features/bulk", [told]).status_code == 422
    assert send(api(admin), "features", told | {"external_id": "7" * 201}).status_code == 422


@pytest.mark.parametrize("text", ['"a\\u0000"', '["a\\u0000"]', '"\\\\\\u0000"'])
def test_text_with_nul_is_refused(admin: Member, text: str) -> None:
    body = '{"title": "A", "tags": ' + text + "}"
    assert send(api(admin), "features", body).status_code == 400


def test_words_that_look_like_nul_are_words(admin: Member) -> None:
    made = send(api(admin), "features", r'{"title": "Say \\u0000"}')
    assert (made.status_code, made.json()["title"]) == (201, r"Say \u0000")


def test_the_api_has_no_page_that_loads_from_elsewhere() -> None:
    assert Client().get("/api/v1/docs").status_code in (302, 404)
    assert Client().get("/api/v1/openapi.json").status_code == 200


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_a_file_that_cannot_be_made_is_refused_and_not_broken_off(admin: Member, form: str) -> None:
    assert browser(admin).get(f"/orchard/features/export.{form}", {"target_from": "soon"}).status_code == 422


@pytest.mark.parametrize("given", [{"title": ["A", "B"]}, {"title": {"a": 1}}, {"title": "A", "tags": [["b"]]}])
def test_what_is_no_text_is_refused_rather_than_written_as_python_writes_it(admin: Member, given: Any) -> None:
    answer = send(api(admin), "features", given)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == [*given][-1]
