"""What no form sends: every address answers it with a refusal, never with an error of its own."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from northing.access.models import Member
from northing.access.roles import Role
from northing.kit import dates, fields, listing
from northing.kit.models import Import
from northing.kit.problems import BadValue
from northing.kit.record_types import registry

from .conftest import api, browser, member_of
from .routes import workspace_routes

pytestmark = pytest.mark.django_db
HUGE = str(2**63 + 1)
ENDLESS = "x" * 60_000
"""Longer than what SQLite looks for in a text."""
ABSURD = ("\x00", HUGE, ENDLESS, "9" * 5000, "1e400", "nan", "²", "../../etc/passwd", "\ud800")
WORDS = (
    "sort",
    "after",
    "columns",
    "size",
    "q",
    "archived",
    "view",
    "method",
    "capacity",
    "open",
    "job",
    "usual",
    "days",
    "to",
)
ANSWERS = {200, 204, 302, 304, 404, 422}


def test_absurd_filters_of_lists(admin: Member) -> None:
    """Asked of the API, which reads them as the pages do."""
    client, wrong = api(admin), {}
    for record_type in registry:
        for name in sorted(listing.filter_names(record_type) | {"sort", "after", "columns", "size", "q"}):
            for value in ("\x00", HUGE, "1e400", "²", ENDLESS):
                code = client.get(f"/api/v1/{record_type.path}?{urlencode({name: value})}").status_code
                if code not in ANSWERS:
                    wrong[record_type.name, name, value[:30]] = code
    assert wrong == {}


def test_words_of_one_filter_asked_of_another(admin: Member) -> None:
    """Asked of the page, which also says in words what was chosen."""
    client, wrong = browser(admin), {}
    for record_type in registry:
        for name in sorted(listing.filter_names(record_type)):
            for value in ("me", listing.NONE):
                code = client.get(f"/orchard/{record_type.path}/?{urlencode({name: value})}").status_code
                if code not in ANSWERS:
                    wrong[record_type.name, name, value] = code
    assert wrong == {}


def test_no_page_and_no_list_takes_a_text_with_a_nul_character(admin: Member, one_of_each: dict[str, Any]) -> None:
    """SQLite keeps and compares it, PostgreSQL fails: so it is refused before either is asked."""
    client, program, codes = browser(admin), api(admin), {}
    key = registry.named("feature").key(one_of_each["feature"])
    for path, values in {
        "features/save-view": {"name": "a\x00b", "query": ""},
        "roadmap/share": {"title": "a\x00b"},
        "features/new": {"title": "a", "tags": "a\x00b"},
        f"features/{key}/comments": {"text": "a\x00"},
        f"features/{key}/links": {"to": "https://example.com/\x00"},
        "settings/tokens": {"name": "a\x00", "scope": "read"},
        "settings/preferences": {"name": "a\x00"},
    }.items():
        codes[path] = client.post(f"/orchard/{path}", values).status_code
    for record_type in registry:
        codes[record_type.path] = client.get(f"/orchard/{record_type.path}/?tags=a%00").status_code
        codes[f"api {record_type.path}"] = program.get(f"/api/v1/{record_type.path}?tags=a%00").status_code
    assert {path: code for path, code in codes.items() if code != 422} == {}


def test_absurd_questions_to_every_page(admin: Member, one_of_each: dict[str, Any]) -> None:
    client, wrong = browser(admin), {}
    for route in workspace_routes("GET"):
        if "path" in route.parameters:
            continue
        for record_type in ("feature", "feedback", "decision") if "key" in route.parameters else ("feature",):
            key = registry.named(record_type).key(one_of_each[record_type])
            for value in ABSURD:
                query = urlencode(
                    dict.fromkeys((*WORDS, "days", "to", "quantity", "formula", "q"), value), errors="surrogatepass"
                )
                code = client.get(f"{route.at(workspace='orchard', key=key)}?{query}").status_code
                if code not in ANSWERS:
                    wrong.setdefault((route.pattern, code), []).append(value[:30])
    assert wrong == {}


def test_absurd_values_in_every_form(admin: Member, one_of_each: dict[str, Any]) -> None:
    """Every field that a route may read, at once and each alone where numbers are expected."""
    client, wrong = browser(admin), {}
    names = [
        "ids",
        "field",
        "value",
        "version",
        "member",
        "until",
        "state",
        "assignee",
        "proposal",
        "to",
        "new_name",
        "title",
        "quantity",
        "opportunity",
        "feature",
        "health",
        "note",
        "column",
        "at",
        "size",
        "method",
        "formula",
        "capacity",
        "run",
        "days",
        "release",
        "fields",
        "layout",
        "option",
        "roles",
        "why",
        "outcome",
        "outcome_at",
        "role",
        "email",
        "name",
        "scope",
        "kind",
        "time_zone",
        "currency",
        "remove",
        "body",
        "target",
        "p10",
        "p50",
        "p90",
        "low",
        "high",
        "date",
        "goal",
        "aim",
        "choose",
        "new",
        "create",
        "type",
        "sheet",
        "dates",
        "word",
        "category",
        "titles",
        "chosen",
        "title-0",
        "for-0",
        "context",
        "forecast",
        "review_at",
        "trigger-name",
        "trigger-record",
        "trigger-is",
        "trigger-value",
        "more",
        "without",
        "role-driver",
        "role-informed",
    ]
    for route in workspace_routes("POST"):
        if route.pattern.endswith(("settings/remove", "archive")):
            continue
        for kind in ("feature", "feedback", "decision", "team") if "key" in route.parameters else ("feature",):
            record_type = registry.named(kind)
            record = one_of_each[kind]
            numbers = {name: record.pk for name, type_ in route.parameters.items() if type_ == "int"}
            place = {"path": record_type.path, "key": record_type.key(record), "field": "owner"}
            for value in (HUGE, "²", "nan", "\x00", "1e400", ENDLESS):
                code = client.post(
                    route.at(workspace="orchard", **place, **numbers), dict.fromkeys(names, value)
                ).status_code
                if code not in ANSWERS | {409}:
                    wrong.setdefault((route.pattern, code), set()).add(value[:30])
            for ask in (client.get, client.post):
                code = ask(route.at(workspace="orchard", **place, **dict.fromkeys(numbers, HUGE))).status_code
                if code not in ANSWERS | {405}:
                    wrong[route.pattern, code, "address"] = HUGE
    assert wrong == {}


def test_absurd_values_in_every_field_of_the_api(admin: Member, one_of_each: dict[str, Any]) -> None:
    client, wrong = api(admin), {}
    values = (2**63 + 1, HUGE, 1e308, "\ud800", [[[]]], {"a": {}}, "9" * 400)
    for record_type in registry:
        address = f"/api/v1/{record_type.path}/{record_type.key(one_of_each[record_type.name])}"
        for name, spec in record_type.specs.items():
            if spec.kind in ("text", "longtext"):
                continue
            for value in values:
                answer = client.patch(address, json.dumps({name: value}), content_type="application/json")
                if answer.status_code not in (200, 400, 404, 422) or client.get(address).status_code != 200:
                    wrong.setdefault((record_type.name, name, answer.status_code), []).append(str(value)[:20])
    assert wrong == {}


def test_what_is_far_too_long_for_a_date_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "parse_date", lambda *given: pytest.fail("was read"))
    with pytest.raises(BadValue):
        fields.Day(name="at").clean("1." * 100_000)


BODIES = {
    "deep": "[" * 100_000 + "]" * 100_000,
    "deep_object": '{"title":' * 50_000 + "1" + "}" * 50_000,
    "not_json": "{",
    "not_an_object": "[1, 2]",
    "not_utf8": b'{"title": "\xff"}',
    "huge_number": '{"title": ' + "9" * 100_000 + "}",
    "nan": '{"title": NaN}',
    "empty": "",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("place", ["features", "features/bulk"])
def test_a_body_that_makes_no_sense_is_refused(admin: Member, name: str, place: str) -> None:
    answer = api(admin).post(f"/api/v1/{place}", BODIES[name], content_type="application/json")
    assert answer.status_code in (400, 422)
    assert_says_nothing_of_the_inside(answer)


def test_a_body_beyond_the_limit_is_refused_unread(admin: Member) -> None:
    body = json.dumps({"title": "a" * 6_000_000})
    answer = api(admin).post("/api/v1/features", body, content_type="application/json")
    assert answer.status_code in (400, 413)
    assert_says_nothing_of_the_inside(answer)


def assert_says_nothing_of_the_inside(answer: Any) -> None:
    text = answer.content.decode()
    assert not [word for word in ("Traceback", "/northing/", "site-packages", 'File "', "sqlite") if word in text]


def test_more_than_a_thousand_rows_at_once_are_refused(admin: Member) -> None:
    body = json.dumps([{"title": "a"}] * 1001)
    assert api(admin).post("/api/v1/features/bulk", body, content_type="application/json").status_code == 422


def test_ten_thousand_ids_in_bulk_are_refused(admin: Member) -> None:
    ids = ",".join(map(str, range(10_000)))
    answer = browser(admin).post("/orchard/features/bulk", {"field": "archive", "ids": ids})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "name", ["../../../evil.csv", "/etc/cron.d/evil.csv", "..\\..\\evil.csv", "a\x00b.csv", "." * 300]
)
def test_the_name_of_a_file_says_nothing_of_where_it_is_kept(
    admin: Member, settings: Any, tmp_path: Any, name: str
) -> None:
    settings.NORTHING_HOME = tmp_path / "home"
    file = SimpleUploadedFile("x.csv", b"Title\nOne\n")
    file._name = name  # as a browser that follows no rule would send it
    answer = browser(admin).post("/orchard/features/import/", {"file": file})
    assert answer.status_code in (302, 422)
    outside = [path for path in tmp_path.rglob("*") if (tmp_path / "home") not in (path, *path.parents)]
    assert outside == []
    assert not any("/" in kept or "\\" in kept for kept in Import.objects.values_list("file_name", flat=True))


def test_a_key_beyond_every_number_is_simply_not_there(admin: Member) -> None:
    client, service = browser(admin), api(admin)
    for number in (HUGE, "9" * 300):
        assert client.get(f"/orchard/features/F-{number}/").status_code == 404
        assert service.get(f"/api/v1/features/F-{number}").status_code == 404


def test_numbers_of_thousands_of_digits_are_no_errors(admin: Member, one_of_each: dict[str, Any]) -> None:
    """Python refuses to read them, which no page may pass on as a fault of its own."""
    digits, client = "9" * 5000, browser(admin)
    feature, decision = (registry.named(name).key(one_of_each[name]) for name in ("feature", "decision"))
    codes = [
        client.get("/orchard/features/", {"size": digits}).status_code,
        client.post(f"/orchard/features/{feature}/edit", {"title": "A", "version": digits}).status_code,
        client.post(f"/orchard/features/{feature}/cell/title/", {"title": "A", "version": digits}).status_code,
        client.post(f"/orchard/features/{feature}/links", {"remove": digits}).status_code,
        client.post(f"/orchard/roadmap/{feature}/move", {"days": "1", "version": digits}).status_code,
        client.post(f"/orchard/decisions/{decision}/decide", {"version": digits}).status_code,
        client.post(f"/orchard/decisions/{decision}/decide", {"role-driver": digits, "title-0": "a"}).status_code,
        client.post("/orchard/attention/1/snooze", {"member": digits}).status_code,
        client.post(
            f"/orchard/board/{one_of_each['feature'].pk}/move", {"column": "new", "version": digits}
        ).status_code,
    ]
    assert [code for code in codes if code >= 500] == []


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_is_none_in_utc_is_refused(admin: Member, moment: str) -> None:
    body = json.dumps({"title": "A", "started_at": moment})
    assert api(admin).post("/api/v1/work-items", body, content_type="application/json").status_code == 422


def test_roles_that_are_no_lists_are_refused(admin: Member) -> None:
    body = json.dumps({"question": "Which?", "roles": {"contributors": 5}})
    assert api(admin).post("/api/v1/decisions", body, content_type="application/json").status_code == 422


def test_an_endless_estimate_is_refused_at_once(admin: Member) -> None:
    answer = browser(admin).get("/orchard/estimates/density", {"entered": "1 week" + " " * 50_000 + "x"})
    assert answer.status_code == 422
    assert "shorten it" in answer.content.decode()


def test_what_a_contributor_enters_breaks_no_page_of_everybody(admin: Member) -> None:
    """Days that no drawing can take, and work that ends after all calendars."""
    client, service = browser(admin), api(member_of(admin.workspace, Role.CONTRIBUTOR))

    def send(path: str, **values: Any) -> Any:
        return service.post(f"/api/v1/{path}", json.dumps(values), content_type="application/json")

    team = json.dumps({"name": "Builders", "people": 3})
    assert api(admin).post("/api/v1/teams", team, content_type="application/json").status_code == 201
    for day in ("9999-12-31", "0001-01-01"):
        assert send("features", title="Far", status="planned", target=day).status_code == 422
    feature = send("features", title="Endless", status="planned", target="2200-12-31").json()["key"]
    assert send("estimates", about=feature, quantity="effort", p50=1e308).status_code == 422
    assert send("estimates", about=feature, quantity="effort", p50=1e15).status_code == 201
    assert client.post("/orchard/roadmap/refresh").status_code == 302
    for view in ("timeline", "now", "list"):
        assert client.get("/orchard/roadmap/", {"view": view}).status_code == 200
    assert client.get(f"/orchard/roadmap/{feature}/preview", {"days": "36500"}).status_code < 500


@pytest.mark.parametrize("field", ["to", "target"])
def test_a_title_longer_than_any_is_refused_before_it_is_looked_for(
    admin: Member, one_of_each: dict[str, Any], field: str
) -> None:
    key = registry.named("feedback").key(one_of_each["feedback"])
    given = {field: ENDLESS, "start": "0", "end": "3", "importance": "1"}
    assert browser(admin).post(f"/orchard/inbox/{key}/link", given).status_code == 422
