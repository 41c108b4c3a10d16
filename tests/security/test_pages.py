"""What a page must hold against: scripts in records, foreign frames, foreign redirects, other workspaces' records."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client, override_settings

from northing.access.actor import Actor, system
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.kit import changes
from northing.kit.fields import LongText, Text
from northing.kit.models import Comment
from northing.kit.problems import Invalid
from northing.kit.reading import list_url, record_url
from northing.kit.record_types import RecordType, registry
from tests.conftest import BACKEND
from tests.records.samples import make, sample

from .routes import workspace_routes

pytestmark = pytest.mark.django_db
TYPES = [pytest.param(record_type, id=record_type.name) for record_type in registry]
every_type = pytest.mark.parametrize("record_type", TYPES)
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
FORMULAS = ("=1+1", "+1+cmd", "-2+3+cmd", "@sum(1)", "\t=1", "\r=1")
STRICT = {"script-src": "'self'", "style-src": "'self'", "default-src": "'none'", "frame-ancestors": "'none'"}

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\son[a-z]+=|\sstyle=|href=.javascript:")


def policy(response: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def page_paths(actor: Actor) -> list[str]:
    [feature] = changes.create(actor, registry.named("feature"), [{"title": "Offline mode"}])
    record = record_url(actor, registry.named("feature"), feature)
    lists = [list_url(actor, record_type) for record_type in registry]
    return ["/sign-in/login/", "/orchard/", *lists, record, f"{record}edit", f"{record}history", "/no/such/page/"]


def test_every_page_has_the_strict_policy_and_no_script_or_style_of_its_own(
    signed_in: Client, admin_actor: Actor
) -> None:
    for path in page_paths(admin_actor):
        response = signed_in.get(path, follow=True)
        assert policy(response).items() >= STRICT.items(), path
        assert response["X-Frame-Options"] == "DENY", path
        assert response["X-Content-Type-Options"] == "nosniff", path
        assert response["Referrer-Policy"] == "same-origin", path
        text = response.content.decode()
        assert not INLINE.findall(text), path


def test_so_has_whatever_else_is_answered_below_a_workspace(signed_in: Client, one_of_each: dict[str, Any]) -> None:
    seen = 0
    for route in workspace_routes("GET"):
        names = ("feature", "feedback", "decision", "metric") if "key" in route.parameters else ("feature",)
        for name in names:
            record_type, record = registry.named(name), one_of_each[name]
            at = {"workspace": "orchard", "path": record_type.path, "key": record_type.key(record), "field": "owner"}
            response = signed_in.get(route.at(**at, form="csv"))
            assert policy(response).items() >= STRICT.items(), route
            if not response.streaming:
                seen += response.status_code == 200
                assert not INLINE.findall(response.content.decode()), route
    assert seen > 50


def test_cookies_cannot_be_read_by_scripts_nor_sent_from_other_sites(admin: Member) -> None:
    client = Client()
    client.get("/sign-in/login/")
    with override_settings(SESSION_COOKIE_SECURE=True):
        client.post("/sign-in/login/", {"login": "ada@example.com", "password": "a-long-password"})
    session = client.cookies["sessionid"]
    assert (session["httponly"], session["samesite"], session["secure"]) == (True, "Lax", True)
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(admin: Member, target: str) -> None:
    given = {"login": "ada@example.com", "password": "a-long-password", "next": target}
    response = Client().post("/sign-in/login/", given)
    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith("//")


def test_a_post_without_the_token_of_its_form_is_refused(admin: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin.user, backend=BACKEND)
    assert client.post("/orchard/features/new", {"title": "Forged"}).status_code == 403
    assert not registry.named("feature").model.objects.within(admin.workspace).exists()


@every_type
def test_a_script_in_any_text_stays_text(signed_in: Client, admin_actor: Actor, record_type: RecordType) -> None:
    values = sample(admin_actor, record_type)
    texts = [name for name, spec in record_type.specs.items() if type(spec) in (Text, LongText) and spec.editable]
    record = None
    for name in texts:
        try:
            [record] = changes.create(admin_actor, record_type, [sample(admin_actor, record_type) | {name: SCRIPT}])
        except Invalid:
            continue  # this text has a form of its own (a formula, a country), which no script has
        Comment.objects.create(workspace=admin_actor.workspace, record_id=record.pk, text=SCRIPT)
        page = record_url(admin_actor, record_type, record)
        for path in (page, f"{page}edit", f"{page}history"):
            assert_harmless(signed_in.get(path))
    assert record is not None or not values
    assert_harmless(signed_in.get(list_url(admin_actor, record_type), {"columns": ",".join(texts), "q": "script"}))
    assert_harmless(signed_in.get("/orchard/search", {"q": "script"}))


def assert_harmless(response: Any) -> None:
    assert response.status_code == 200
    text = response.content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_a_script_in_an_address_stays_text(signed_in: Client) -> None:
    for query in ({"q": SCRIPT}, {"sort": SCRIPT}, {"columns": SCRIPT}, {SCRIPT: "1"}, {"after": SCRIPT}):
        text = signed_in.get("/orchard/features/", query).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "//elsewhere.example"])
def test_a_link_that_runs_a_script_is_refused(signed_in: Client, admin_actor: Actor, address: str) -> None:
    feature = make(admin_actor, registry.named("feature"))
    page = record_url(admin_actor, registry.named("feature"), feature)
    assert signed_in.post(f"{page}links", {"to": address}).status_code in (404, 422)
    assert signed_in.post(f"{page}edit", {"title": "x", "url": address}).status_code == 422


def test_formulas_leave_as_text(signed_in: Client, admin_actor: Actor) -> None:
    changes.create(admin_actor, registry.named("feature"), [{"title": f"x{text}"} for text in FORMULAS])
    titles = [{"title": "placeholder", "description": text} for text in FORMULAS]
    changes.create(admin_actor, registry.named("feature"), titles)
    csv = b"".join(signed_in.get("/orchard/features/export.csv?columns=description"))
    for line in csv.decode().splitlines()[1:]:
        cell = line.split(",", 1)[1].strip('"')
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    workbook = b"".join(signed_in.get("/orchard/features/export.xlsx?columns=description"))
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_body_beyond_the_limit_is_refused(signed_in: Client) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10_000):
        response = signed_in.post("/orchard/features/new", {"title": "x" * 20_000})
    assert response.status_code in (400, 413)
    many = {f"field{number}": "1" for number in range(5_100)}
    assert signed_in.post("/orchard/features/new", many).status_code == 400


@every_type
def test_records_of_another_workspace_are_not_there(
    signed_in: Client, admin_actor: Actor, record_type: RecordType
) -> None:
    other = system(Workspace.objects.create(name="Harbour", slug="harbour"))
    theirs = make(other, record_type)
    own = f"/orchard/{record_type.path}/{record_type.key(theirs)}/"
    foreign = record_url(other, record_type, theirs)
    for page in (own, foreign):
        for part in ("", "edit", "history"):
            assert signed_in.get(page + part).status_code == 404
        for part, given in (("archive", {}), ("comments", {"text": "x"}), ("links", {"to": "F-1"}), ("restore/1", {})):
            assert signed_in.post(page + part, given).status_code == 404
    signed_in.post(f"/orchard/{record_type.path}/bulk", {"ids": str(theirs.pk), "field": "archive"})
    theirs.refresh_from_db()
    assert theirs.archived_at is None


def test_a_viewer_changes_nothing(admin: Member, admin_actor: Actor) -> None:
    feature = make(admin_actor, registry.named("feature"))
    user = User.objects.create_user("vi@example.com", name="Vi")
    Member.objects.create(workspace=admin.workspace, user=user, role=Role.VIEWER)
    client = Client()
    client.force_login(user, backend=BACKEND)
    page = record_url(admin_actor, registry.named("feature"), feature)
    assert client.get(page).status_code == 200
    for path in (f"{page}edit", f"{page}archive", f"{page}cell/status/", "/orchard/features/new"):
        assert client.post(path, {"title": "x"}).status_code == 403, path


def test_who_comes_by_a_name_that_is_not_known_is_told_what_helps() -> None:
    answer = Client().get("/", headers={"host": "elsewhere.example.com"})
    assert answer.status_code == 400
    assert "NORTHING_HOSTS" in answer.content.decode()


def test_a_form_that_was_open_while_its_reader_signed_in_anew_says_so(admin: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin.user, backend=BACKEND)
    answer = client.post("/orchard/teams/new", {"name": "Imaging"})
    assert answer.status_code == 403
    assert "open too long" in answer.content.decode()
