"""Passwords, sessions, links and tokens: who is let in, for how long, and what is never written down."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from logging.config import DictConfigurator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from northing.access import entry
from northing.access.models import Member, Scope, SignInLink, Token, User
from northing.access.roles import Role
from northing.kit.record_types import registry

from .conftest import PASSWORD, api, browser

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """Guessing costs the guesser a tenth of a second a word; here only the answers matter."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def sign_in(client: Client, password: str, email: str = "ada@example.com") -> Any:
    return client.post("/sign-in/login/", {"login": email, "password": password})


def test_repeated_failures_are_throttled_even_for_the_right_password(admin: Member) -> None:
    client = Client()
    codes = [sign_in(client, f"wrong-{attempt}").status_code for attempt in range(6)]
    assert codes == [200] * 6
    sign_in(client, PASSWORD)
    assert "_auth_user_id" not in client.session


def test_an_address_that_keeps_trying_is_answered_429(admin: Member) -> None:
    codes = [sign_in(Client(), "wrong", f"guess-{attempt}@example.com").status_code for attempt in range(31)]
    assert codes[-1] == 429


def test_the_right_password_lets_in_and_a_wrong_one_does_not(admin: Member) -> None:
    client = Client()
    sign_in(client, "wrong")
    assert "_auth_user_id" not in client.session
    assert sign_in(client, PASSWORD).status_code == 302
    assert "_auth_user_id" in client.session


def test_an_unknown_address_is_answered_like_a_wrong_password(admin: Member) -> None:
    known, unknown = sign_in(Client(), "wrong"), sign_in(Client(), "wrong", "nobody@example.com")
    assert (known.status_code, known.context["form"].errors) == (unknown.status_code, unknown.context["form"].errors)


def test_nobody_can_make_their_own_account() -> None:
    answer = Client().post("/sign-in/signup/", {"email": "eve@example.com", "password1": "quite-a-long-one-7"})
    assert answer.status_code in (302, 404, 405)
    assert not Member.objects.filter(user__email="eve@example.com").exists()


@pytest.mark.parametrize("change", [{"revoked_at": True}, {"is_active": False}, {"user": False}])
def test_a_token_ends_with_its_revocation_and_with_its_member(admin: Member, change: dict[str, Any]) -> None:
    client = api(admin)
    assert client.get("/api/v1/teams").status_code == 200
    if "revoked_at" in change:
        Token.objects.update(revoked_at=timezone.now())
    elif "is_active" in change:
        Member.objects.filter(pk=admin.pk).update(is_active=False)
    else:
        type(admin.user).objects.filter(pk=admin.user.pk).update(is_active=False)
    assert client.get("/api/v1/teams").status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nth_wrong", "Basic YWRh", "Bearer \x00", "Bearer " + "a" * 9000]
)
def test_no_token_no_answer(admin: Member, header: str) -> None:
    assert Client(headers={"Authorization": header}).get("/api/v1/teams").status_code == 401


def test_a_token_in_the_address_and_a_session_are_no_keys_to_the_api(admin: Member) -> None:
    api(admin)
    secret = f"nth_{admin.pk}-{Scope.WRITE}"
    for name in ("token", "access_token", "key", "authorization"):
        assert Client().get(f"/api/v1/teams?{name}={secret}").status_code == 401
    assert browser(admin).post("/api/v1/teams", "{}", **JSON).status_code == 401


def writes(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, methods in document["paths"].items()
        for method in methods
        if method in ("post", "put", "patch", "delete")
    ]


@pytest.mark.parametrize("who", ["read token", "viewer"])
def test_reading_is_all_that_a_read_token_or_a_viewer_can_do(
    who: str, admin: Member, viewer: Member, one_of_each: dict[str, Any]
) -> None:
    """Every route of the API's own description, with the key of a real record."""
    client = api(admin, Scope.READ) if who == "read token" else api(viewer)
    keys = {t.path: t.key(one_of_each[t.name]) for t in registry}
    found = writes(Client().get("/api/v1/openapi.json").json())
    assert len(found) == 4 * len(keys)
    for path, method in found:
        address = path.replace("{key}", keys[path.split("/")[3]])
        body = "[{}]" if path.endswith("bulk") else "{}"
        assert getattr(client, method)(address, body, **JSON).status_code == 403, (method, path)


def test_a_used_or_old_link_lets_nobody_in(admin: Member) -> None:
    used, old = (entry.one_time_address(admin.user, "") for _ in range(2))
    SignInLink.objects.order_by("-pk").filter(used_at=None).exclude(pk=SignInLink.objects.earliest("pk").pk).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert Client().post(old).status_code == 410
    assert Client().get(used).status_code == 200
    assert Client().post(used).status_code == 302
    assert Client().post(used).status_code == 410


def test_a_link_of_a_user_who_is_gone_lets_nobody_in(admin: Member) -> None:
    address = entry.one_time_address(admin.user, "")
    type(admin.user).objects.filter(pk=admin.user.pk).update(is_active=False)
    assert Client().post(address).status_code == 410


def test_an_invitation_of_somebody_with_an_account_does_not_sign_others_in(admin: Member, stranger: Member) -> None:
    """The link of a present user's invitation is not their password."""
    address = entry.invitation_address(admin.workspace, stranger.user.email, Role.ADMIN, "")
    client = Client()
    client.post(address, {"name": "Eve", "password": "quite-a-long-one-7"})
    assert "_auth_user_id" not in client.session
    other = browser(admin)
    other.post(address)
    assert int(other.session["_auth_user_id"]) == admin.user.pk
    assert not Member.objects.filter(workspace=admin.workspace, user=stranger.user).exists()


def test_secrets_are_neither_kept_nor_logged(admin: Member, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    page = browser(admin).post("/orchard/settings/tokens", {"name": "CI", "scope": "write"})
    [secret, *_] = re.findall(r"nth_[\w-]{20,}", page.content.decode())
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/teams").status_code == 200
    assert client.post("/api/v1/teams", json.dumps({"people": "x"}), **JSON).status_code == 422
    sign_in(Client(), PASSWORD)
    assert secret not in caplog.text
    assert PASSWORD not in caplog.text
    assert not Token.objects.filter(secret_hash__contains=secret).exists()
    assert secret not in browser(admin).get("/orchard/settings/tokens").content.decode()
    assert "no-store" in page["Cache-Control"]


def test_links_that_were_refused_are_not_to_be_read_in_the_log(admin: Member, settings: Any) -> None:
    """Such as one that was pressed in the wrong account, and still lets the right one in."""
    options = settings.LOGGING["formatters"]["line"]
    formatter = DictConfigurator({"version": 1}).configure_formatter(dict(options))
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.getLogger("django.request").addHandler(handler)
    other = User.objects.create_user("kim@example.com", name="Kim")
    address = entry.invitation_address(admin.workspace, other.email, Role.EDITOR, "")
    assert browser(admin).get(address).status_code == 403
    logging.getLogger("django.request").removeHandler(handler)
    assert "Forbidden: /join/niv_..." in stream.getvalue()
    assert address.rpartition("/")[2] not in stream.getvalue()


def loaded(names: str, **given: str) -> Any:
    """What the settings say in a process of its own."""
    code = f"import json; from django.conf import settings as s; print(json.dumps([{names}]))"
    told = {"DJANGO_SETTINGS_MODULE": "northing.web.settings", **given}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NORTHING_")} | told
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_behind_https_cookies_are_secure_and_browsers_are_told_to_stay(tmp_path: Any) -> None:
    names = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.DEBUG"
    home = str(tmp_path)
    assert loaded(names, NORTHING_URL="https://plan.example.com", NORTHING_HOME=home) == [True, True, True, False]
    assert loaded(names, NORTHING_URL="http://plan.example.com", NORTHING_HOME=home) == [False] * 4


@pytest.mark.parametrize(
    "door",
    ["signup/", "email/", "confirm-email/x/", "password/reset/", "password/reset/key/1-x/", "login/code/confirm/"],
)
def test_no_other_door_of_the_sign_in_package_is_open(admin: Member, door: str) -> None:
    """By them addresses could be taken that belong to others, and links that sign in went into the log."""
    address, client = f"/sign-in/{door}", browser(admin)
    with suppress(Resolver404):  # no address at all, or one below a workspace that does not exist
        assert not resolve(address).func.__module__.startswith("allauth")
    answer = client.post(address, {"email": "boss@example.com", "action_add": ""})
    assert answer.status_code in (404, 405)
    assert client.get(address).status_code == 404


def test_signing_in_takes_no_foreign_session(admin: Member) -> None:
    client = Client()
    client.cookies["sessionid"] = "f" * 32
    assert sign_in(client, PASSWORD).status_code == 302
    assert client.cookies["sessionid"].value != "f" * 32


def test_proxies_are_believed_only_where_there_are_some(tmp_path: Any) -> None:
    names = "s.ALLAUTH_TRUSTED_PROXY_COUNT, s.SECURE_PROXY_SSL_HEADER"
    assert loaded(names, NORTHING_HOME=str(tmp_path)) == [0, None]
    assert loaded(names, NORTHING_HOME=str(tmp_path), NORTHING_PROXIES="1") == [1, ["HTTP_X_FORWARDED_PROTO", "https"]]


def test_behind_a_proxy_each_visitor_has_their_own_limit(admin: Member, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for attempt in range(31):
        client = Client(headers={"X-Forwarded-For": "203.0.113.9"})
        sign_in(client, "wrong", f"guess-{attempt}@example.com")
    other = Client(headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    assert sign_in(other, PASSWORD).status_code == 302


def test_an_address_that_a_visitor_makes_up_does_not_reset_the_limit(admin: Member) -> None:
    headers = ({"X-Forwarded-For": f"203.0.113.{attempt}"} for attempt in range(31))
    answers = [sign_in(Client(headers=one), "wrong", f"{one}@example.com").status_code for one in headers]
    assert answers[-1] == 429


def test_others_on_the_machine_read_nothing_that_is_written(tmp_path: Any) -> None:
    """Also in a folder that was there before and that everybody may look into."""
    tmp_path.chmod(0o755)
    code = "import django; django.setup(); from django.db import connection; connection.ensure_connection()"
    told = {"NORTHING_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "northing.web.settings", "DATABASE_URL": ""}
    subprocess.run(
        ["sh", "-c", 'umask 022; exec "$0" -c "$1"', sys.executable, code], env=os.environ | told, check=True
    )
    modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()}
    assert "northing.sqlite3" in modes
    assert set(modes.values()) == {0}


def test_a_session_kept_from_before_signing_out_lets_nobody_in(admin: Member) -> None:
    client, thief = Client(), Client()
    sign_in(client, PASSWORD)
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get("/orchard/").status_code == 200
    client.post("/sign-in/logout/")
    assert thief.get("/orchard/").status_code == 302


def test_a_new_password_ends_all_other_sessions(admin: Member) -> None:
    client, thief = Client(), Client()
    sign_in(client, PASSWORD)
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    given = {"oldpassword": PASSWORD, "password1": "quite-another-9", "password2": "quite-another-9"}
    client.post("/sign-in/password/change/", given)
    assert thief.get("/orchard/").status_code == 302
    assert client.get("/orchard/").status_code == 200
    assert sign_in(Client(), PASSWORD).status_code == 200
