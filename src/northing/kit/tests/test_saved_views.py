"""Saved views: how many there may be, and who finds and deletes which."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client

from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.kit.models import SavedView
from northing.kit.views import saved_views

pytestmark = pytest.mark.django_db
BASE = "/orchard/teams/"


def client_of(name: str, role: str = Role.EDITOR) -> Client:
    workspace, _ = Workspace.objects.get_or_create(name="Orchard", slug="orchard")
    user = User.objects.create_user(f"{name}@example.com", "pear-tree-7", name=name)
    Member.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def keep(client: Client, name: str, *, shared: bool = False) -> int:
    values = {"name": name, "query": "sort=name"} | ({"shared": "on"} if shared else {})
    return client.post(f"{BASE}save-view", values).status_code


def delete(client: Client, name: str) -> int:
    return client.post(f"{BASE}views/{SavedView.objects.get(name=name).pk}/delete").status_code


def test_a_member_keeps_so_many_views_and_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    ada, bo = client_of("ada"), client_of("bo")
    assert [keep(ada, name) for name in ("one", "two", "three")] == [302, 302, 422]
    answer = ada.post(f"{BASE}save-view", {"name": "three", "query": ""}).content.decode()
    assert "ou keep 2 views, as many as there may be" in answer
    assert (keep(ada, "two"), keep(bo, "three")) == (302, 302)  # over an old one, and somebody else's
    assert SavedView.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time anyway")
def test_posts_at_once_do_not_exceed_what_a_member_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    client_of("ada")

    def keep_one(number: int) -> int:
        client = Client()
        client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
        try:
            return keep(client, f"view {number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(keep_one, range(6)))
    assert sorted(answers) == [302] * 2 + [422] * 4
    assert SavedView.objects.count() == 2


def test_a_view_that_is_not_seen_is_not_there_and_one_that_is_shared_is_not_yours() -> None:
    ada, bo, admin = client_of("ada"), client_of("bo"), client_of("cleo", Role.ADMIN)
    keep(ada, "mine"), keep(ada, "ours", shared=True)
    assert (delete(bo, "mine"), delete(bo, "ours")) == (404, 403)
    assert (delete(admin, "mine"), delete(admin, "ours")) == (404, 302)
    assert delete(ada, "mine") == 302
