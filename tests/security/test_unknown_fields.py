"""What a program sends is taken or refused, never dropped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from northing.access.models import Member, Scope
from northing.access.roles import Role
from northing.kit.record_types import registry

from .conftest import api, member_of

pytestmark = pytest.mark.django_db


def send(admin: Member, method: str, address: str, body: Any) -> Any:
    ask = getattr(api(admin), method)
    return ask(f"/api/v1/{address}", json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("titel", "did you mean 'title'?"),
        ("nonsense", "is not a field of a feature; use any of: "),
        ("external_hash", "is not a field of a feature"),
        ("archived", "cannot be given here"),
        ("created_at", "cannot be given here"),
        ("key", "cannot be given here"),
    ],
)
@pytest.mark.parametrize("method", ["post", "patch"])
def test_an_unknown_field_is_refused_with_what_was_meant(
    admin: Member, one_of_each: dict[str, Any], method: str, field: str, said: str
) -> None:
    feature = one_of_each["feature"]
    before = type(feature).objects.count()
    address = "features" if method == "post" else f"features/{registry.named('feature').key(feature)}"
    answer = send(admin, method, address, {"title": "Other", field: "x"})
    assert answer.status_code == 422
    [problem] = answer.json()["problems"]
    assert (problem["field"], problem["row"]) == (field, 0)
    assert said in problem["rule"]
    feature.refresh_from_db()
    assert (feature.title != "Other", type(feature).objects.count()) == (True, before)


def test_of_many_rows_the_one_at_fault_is_named_and_none_is_written(admin: Member) -> None:
    rows = [{"title": "One"}, {"title": "Two", "descripton": "x"}]
    answer = send(admin, "post", "features/bulk", rows)
    assert answer.status_code == 422
    [problem] = answer.json()["problems"]
    assert (problem["row"], problem["field"]) == (1, "descripton")
    assert "did you mean 'description'?" in problem["rule"]
    assert registry.named("feature").model.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("limit", "did you mean size?"),
        ("statos", "did you mean status?"),
        ("nonsense", "q, sort, size, after, columns"),
    ],
)
def test_an_unknown_filter_is_refused_with_what_a_list_can_be_asked(admin: Member, name: str, said: str) -> None:
    answer = api(admin).get(f"/api/v1/features?{name}=1")
    assert answer.status_code == 422
    [problem] = answer.json()["problems"]
    assert said in problem["rule"]
    assert "Besides: q, sort, size, after, columns" in problem["rule"]


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.ADMIN, "this token may only read; make one that may read and write under Settings, API tokens"),
        (Role.VIEWER, "not allowed for the role 'Viewer'"),
    ],
)
def test_whether_the_token_or_the_role_forbids_is_said(admin: Member, role: Role, told: str) -> None:
    member = admin if role == Role.ADMIN else member_of(admin.workspace, role)
    program = api(member, Scope.READ)
    answer = program.post("/api/v1/features", json.dumps({"title": "One"}), content_type="application/json")
    assert answer.status_code == 403
    assert told in answer.json()["error"]


def test_the_description_says_that_other_fields_are_refused(admin: Member) -> None:
    schemas = api(admin).get("/api/v1/openapi.json").json()["components"]["schemas"]
    bodies = [name for name in schemas if name.startswith("New") or name.endswith("Edit")]
    assert len(bodies) >= 2 * len(list(registry))
    assert {schemas[name]["additionalProperties"] for name in bodies} == {False}
