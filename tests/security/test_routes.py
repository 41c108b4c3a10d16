"""Every address below a workspace refuses whoever may not use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from northing.access.models import Member
from northing.access.roles import Role
from northing.kit.models import Change
from northing.kit.record_types import registry

from .conftest import api, browser, member_of
from .routes import Route, workspace_routes

pytestmark = pytest.mark.django_db
POSTS = [pytest.param(route, id=route.pattern) for route in workspace_routes("POST")]

# What belongs to whoever asks: when they came, their own look, their own tokens (which never do more than their role).
PERSONAL = {
    "<slug:workspace>/changed/seen",
    "<slug:workspace>/settings/preferences",
    "<slug:workspace>/settings/tokens",
    "<slug:workspace>/settings/tokens/<int:token_id>/revoke",
}


# Read by one route or another: with these a permitted member's request would be carried out.
FORM = {
    "field": "archive",
    "state": "archived",
    "column": "next",
    "version": "1",
    "size": "3",
    "health": "on_track",
    "why": "New facts",
    "value": "1",
    "at": "2026-02-27",
    "days": "7",
    "body": "Words",
    "to": "https://example.com/",
    "title": "For all",
    "fields": "title",
    "method": "rice",
    "kind": "digital",
    "name": "Mine",
    "new_name": "New",
    "option": "1",
    "outcome": "as_expected",
}


def addresses(route: Route, records: dict[str, Any]) -> Iterator[str]:
    """The route with the key and id of a record of every type, where it does not name the type itself."""
    for record_type in [registry.named("feature")] if "path" in route.parameters else registry:
        record = records[record_type.name]
        values = {"workspace": "orchard", "path": record_type.path, "key": record_type.key(record), "field": "owner"}
        numbers = {name: record.pk for name, kind in route.parameters.items() if kind == "int"}
        yield route.at(**values, **numbers)


def test_the_walk_finds_the_routes() -> None:
    patterns = {route.pattern for route in workspace_routes()}
    assert len(patterns) > 50
    assert {"<slug:workspace>/inbox/<slug:key>/state", "<slug:workspace>/<slug:path>/bulk"} <= patterns
    assert [route.pattern for route in workspace_routes() if not route.methods] == []


def test_a_viewer_can_post_nowhere(viewer: Member, one_of_each: dict[str, Any]) -> None:
    """Some routes find fault with the form before they come to the right; whatever they say, nothing is written."""
    client, answers, before = browser(viewer), {}, list(Change.objects.values_list("pk"))
    form = FORM | {"ids": one_of_each["feature"].pk}
    for route in workspace_routes("POST"):
        codes = (client.post(address, form).status_code for address in addresses(route, one_of_each))
        answers[route.pattern] = next((code for code in codes if code != 404), 404)
    let_in = {pattern for pattern, code in answers.items() if code not in (403, 404, 422)}
    assert let_in <= PERSONAL
    assert sum(code == 403 for code in answers.values()) > len(answers) / 2
    assert list(Change.objects.values_list("pk")) == before


@pytest.mark.parametrize("who", ["stranger", "deactivated", "user_gone"])
def test_an_outsider_finds_nothing_anywhere(who: str, stranger: Member, admin: Member, one_of_each: Any) -> None:
    client = browser(stranger if who == "stranger" else admin)
    if who == "deactivated":
        Member.objects.filter(pk=admin.pk).update(is_active=False)
    if who == "user_gone":
        admin.user.is_active = False
        admin.user.save()
    expected = {302} if who == "user_gone" else {404}
    wrong = {}
    for route in workspace_routes():
        address = route.at(workspace="orchard", path="teams", key="T-1", form="csv")
        codes = {method: getattr(client, method.lower())(address).status_code for method in route.methods}
        if set(codes.values()) != expected:
            wrong[route.pattern] = codes
    assert wrong == {}


def test_a_stranger_cannot_reach_it_through_their_own_workspace(stranger: Member, one_of_each: dict[str, Any]) -> None:
    """Keys and ids of another workspace name nothing below one's own address."""
    client, wrong = browser(stranger), {}
    for route in workspace_routes():
        if not {"key", "record_id", "metric_id"} & set(route.parameters):
            continue
        for address in addresses(route, one_of_each):
            address = address.replace("/orchard/", "/harbour/")
            codes = {getattr(client, method.lower())(address, FORM).status_code for method in route.methods}
            if not codes <= {404, 422}:
                wrong[address] = codes
    assert wrong == {}


@pytest.mark.parametrize("route", POSTS)
def test_a_post_without_its_csrf_token_is_refused(route: Route, admin: Member) -> None:
    client = browser(admin, enforce_csrf_checks=True)
    assert client.post(route.at(workspace="orchard", path="teams", key="T-1")).status_code == 403


@pytest.mark.parametrize("address", ["/sign-in/login/", "/sign-in/logout/", "/sign-in/link/any", "/join/any"])
def test_signing_in_needs_the_csrf_token_too(address: str) -> None:
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403


def test_nobody_in_particular_is_sent_to_sign_in(one_of_each: Any) -> None:
    for route in workspace_routes():
        for method in route.methods:
            answer = getattr(Client(), method.lower())(route.at(workspace="orchard", path="teams", key="T-1"))
            assert (answer.status_code, answer.get("Location", "").split("?")[0]) == (302, "/sign-in/login/"), route


@pytest.mark.parametrize("forged", [{"author": "ada@example.com"}, {"method": "measured"}, {"method": "assumed"}])
def test_a_contributor_estimates_in_nobody_elses_name(
    forged: dict[str, str], admin: Member, one_of_each: dict[str, Any]
) -> None:
    client = api(member_of(admin.workspace, Role.CONTRIBUTOR))
    about = registry.named("feature").key(one_of_each["feature"])
    for given, code in ((forged, 422), ({}, 201)):
        body = json.dumps({"about": about, "quantity": "effort", "entered": "3 days", **given})
        assert client.post("/api/v1/estimates", body, content_type="application/json").status_code == code
