"""The history as the API gives it: links as the record itself gives them, and as its description says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.record_types import RecordType, registry

from .samples import make, value_for
from .test_every_record_type import actor, api, member

__all__ = ["actor", "member"]
pytestmark = pytest.mark.django_db


def latest(client: Client, record_type: RecordType, record: Any) -> dict[str, Any]:
    """The fields that its last change touched, by name."""
    address = f"/api/v1/{record_type.path}/{record_type.key(record)}/history"
    return {one["field"]: one for one in client.get(address).json()["items"][0]["fields"]}


def test_an_owner_is_given_by_id_and_name(member: Member, actor: Actor) -> None:
    feature, record_type = make(actor, registry.named("feature"), owner=None), registry.named("feature")
    changes.update(actor, record_type, [Edit(feature.pk, {"owner": member.pk})])
    given = {"id": member.pk, "name": "admin person"}
    assert latest(api(member), record_type, feature)["owner"] == {"field": "owner", "old": None, "new": given}


@pytest.mark.parametrize(("name", "field"), [("feature", "product"), ("risk", "about")])
def test_a_record_is_given_by_id_key_and_title(name: str, field: str, member: Member, actor: Actor) -> None:
    record_type, client = registry.named(name), api(member)
    record, other = make(actor, record_type), value_for(actor, record_type.specs[field])
    address = f"/api/v1/{record_type.path}/{record_type.key(record)}"
    before = client.get(address).json()[field]
    changes.update(actor, record_type, [Edit(record.pk, {field: other})])
    after = client.get(address).json()[field]
    assert after["id"] == other
    assert latest(client, record_type, record)[field] == {"field": field, "old": before, "new": after}


def test_members_by_part_are_given_by_id_and_name(member: Member, actor: Actor) -> None:
    decision = make(actor, registry.named("decision"))
    changes.update(actor, registry.named("decision"), [Edit(decision.pk, {"roles": {"informed": [member.pk]}})])
    given = [{"id": member.pk, "name": "admin person"}]
    assert latest(api(member), registry.named("decision"), decision)["roles"]["new"] == {"informed": given}


def test_lists_and_histories_are_described_as_they_are_given(member: Member, actor: Actor) -> None:
    make(actor, registry.named("feature"))
    client = api(member)
    described = client.get("/api/v1/openapi.json").json()
    for address in ("features", "features/{key}/history"):
        answer = client.get(f"/api/v1/{address.format(key='F-1')}").json()
        told = described["paths"][f"/api/v1/{address}"]["get"]["responses"]["200"]["content"]["application/json"]
        whole = described["components"]["schemas"][told["schema"]["$ref"].rsplit("/", 1)[1]]
        assert set(answer) == set(whole["properties"])
        item = described["components"]["schemas"][whole["properties"]["items"]["items"]["$ref"].rsplit("/", 1)[1]]
        assert set(answer["items"][0]) == set(item["properties"])
