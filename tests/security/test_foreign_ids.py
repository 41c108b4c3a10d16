"""Ids of another workspace, in every field of a form that takes ids, neither show nor change anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F, ForeignKey, Model

from northing.access.actor import for_member
from northing.access.models import Invitation, Member, Token
from northing.access.roles import Role
from northing.kit.fields import AnyRecord, Person, Reference
from northing.kit.models import Change, Link
from northing.kit.record_types import registry
from tests.records.samples import make

from .conftest import api, browser, each_type
from .routes import workspace_routes
from .test_routes import FORM

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(stranger: Member) -> dict[str, Any]:
    """The stranger's own records; `one_of_each` are those they are after."""
    return each_type(for_member(stranger), make)


def test_no_field_of_any_type_takes_a_record_or_member_of_elsewhere(
    stranger: Member, mine: dict[str, Any], admin: Member, one_of_each: dict[str, Any]
) -> None:
    client, taken = api(stranger), []
    for record_type in registry:
        address = f"/api/v1/{record_type.path}/{record_type.key(mine[record_type.name])}"
        for name, spec in record_type.specs.items():
            foreign = {Person: admin.pk, AnyRecord: one_of_each["team"].pk}.get(type(spec))
            if isinstance(spec, Reference):
                foreign = one_of_each[registry.of(spec.to).name].pk
            if foreign is None or not spec.editable:
                continue
            for value in (foreign, str(foreign)):
                answer = client.patch(address, json.dumps({name: value}), content_type="application/json")
                if answer.status_code != 422:
                    taken.append((record_type.name, name, answer.status_code))
    assert taken == []


def test_no_form_reaches_into_another_workspace(
    stranger: Member, mine: dict[str, Any], admin: Member, one_of_each: dict[str, Any]
) -> None:
    feature, feedback = one_of_each["feature"], one_of_each["feedback"]
    own_feedback, own_feature, own_decision = (
        registry.named(name).key(mine[name]) for name in ("feedback", "feature", "decision")
    )
    token = Token.objects.create(workspace=admin.workspace, member=admin, name="t", secret_hash="0" * 64)
    invitation = Invitation.objects.create(
        workspace=admin.workspace, email="i@example.com", secret_hash="1" * 64, expires_at=token.created_at
    )
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("features/bulk", {"ids": feature.pk, "field": "archive"}),
        ("features/bulk", {"ids": feature.pk, "field": "owner", "owner": stranger.pk}),
        ("features/bulk", {"ids": mine["feature"].pk, "field": "owner", "owner": admin.pk}),
        (f"inbox/{own_feedback}/assign", {"assignee": admin.pk}),
        (f"inbox/{own_feedback}/link", {"to": feature.pk}),
        (f"inbox/{own_feedback}/link", {"to": one_of_each["theme"].pk, "kind": "theme"}),
        (f"inbox/{own_feedback}/unlink", {"to": feature.pk}),
        (f"features/{own_feature}/goals", {"goal": one_of_each["key_result"].pk}),
        (f"features/{own_feature}/goals", {"to": one_of_each["objective"].pk}),
        (f"features/{own_feature}/links", {"to": "F-999"}),
        (f"features/{own_feature}/edit", {"title": "Mine", "owner": admin.pk}),
        (f"roadmap/{own_feature}/place", {"release": one_of_each["release"].pk}),
        (f"decisions/{own_decision}/decide", {"role-decides": admin.pk, "role-agrees": admin.pk}),
        (f"board/{feature.pk}/move", {"column": "next", "version": feature.version}),
        (f"sizing/{feature.pk}", {"size": "3"}),
        (f"goals/metrics/{one_of_each['metric'].pk}", {"value": "1", "at": "2026-02-27"}),
        (f"settings/members/{admin.pk}", {"role": "viewer", "active": "no"}),
        (f"settings/tokens/{token.pk}/revoke", {}),
        (f"settings/invitations/{invitation.pk}/withdraw", {}),
        (f"attention/{feedback.pk}/snooze", {"member": admin.pk}),
    ]
    before = {
        name: record.__class__.objects.filter(pk=record.pk).values().get() for name, record in one_of_each.items()
    }
    changes = Change.objects.filter(workspace=admin.workspace).count()
    client = browser(stranger)
    codes = [(path, client.post(f"/harbour/{path}", values).status_code) for path, values in attempts]
    assert [(path, code) for path, code in codes if code >= 500] == []
    assert before == {
        name: record.__class__.objects.filter(pk=record.pk).values().get() for name, record in one_of_each.items()
    }
    assert Change.objects.filter(workspace=admin.workspace).count() == changes
    token.refresh_from_db()
    invitation.refresh_from_db()
    admin.refresh_from_db()
    assert (token.revoked_at, invitation.revoked_at, admin.role, admin.is_active) == (None, None, Role.ADMIN, True)
    foreign = [record.pk for record in one_of_each.values()]
    assert not Link.objects.filter(workspace=stranger.workspace, target_id__in=foreign).exists()
    for name, record in mine.items():
        fresh = type(record).objects.get(pk=record.pk)
        people = [spec.attribute for spec in registry.named(name).specs.values() if isinstance(spec, Person)]
        assert admin.pk not in [getattr(fresh, attribute) for attribute in people]


def across_the_wall() -> Iterator[tuple[str, str, int]]:
    """Whatever row points to one of another workspace: its model, the column and its id."""
    for model in apps.get_models():
        for field in model._meta.get_fields() if _is_walled(model) else ():
            if isinstance(field, ForeignKey) and _is_walled(field.related_model):
                there = f"{field.name}__workspace"
                rows = model._base_manager.exclude(**{field.name: None}).exclude(**{there: F("workspace")})
                yield from ((model.__name__, field.name, pk) for pk in rows.values_list("pk", flat=True))


def _is_walled(model: Any) -> bool:
    return issubclass(model, Model) and any(field.name == "workspace" for field in model._meta.get_fields())


def test_whatever_every_form_is_given_nothing_points_across_the_wall(
    stranger: Member, mine: dict[str, Any], admin: Member, one_of_each: dict[str, Any]
) -> None:
    """Of every field that a form anywhere reads: the other's record of the kind that it takes, or member."""
    given: dict[str, Any] = FORM | {name: record.pk for name, record in one_of_each.items()}
    given |= dict.fromkeys(("to", "into", "target", "ids", "parent", "pick"), one_of_each["feature"].pk)
    given |= dict.fromkeys(("goal", "question"), one_of_each["objective"].pk)
    given |= dict.fromkeys(("owner", "assignee", "member", "people", "role-driver", "role-approver"), admin.pk)
    client, failed = browser(stranger), []
    for name in ("feature", "feedback", "decision", "metric"):
        own, record_type = mine[name], registry.named(name)
        at = {"workspace": "harbour", "path": record_type.path, "key": record_type.key(own), "field": "owner"}
        for route in workspace_routes("POST"):
            numbers = {parameter: own.pk for parameter, kind in route.parameters.items() if kind == "int"}
            answer = client.post(route.at(**at, **numbers), given | {"field": "owner"})
            failed += [route.pattern] if answer.status_code >= 500 else []
    assert failed == []
    assert list(across_the_wall()) == []


def test_what_points_across_the_wall_is_found(mine: dict[str, Any], admin: Member) -> None:
    feature = mine["feature"]
    type(feature).objects.filter(pk=feature.pk).update(owner=admin)
    assert list(across_the_wall()) == [("Feature", "owner", feature.pk)]
