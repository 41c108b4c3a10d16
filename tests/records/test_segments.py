"""Segments on their pages: a rule filled in as rows, who meets it, and a list kept as one."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member, Workspace
from northing.access.roles import Role
from northing.insight.models import Segment
from northing.insight.records import ACCOUNT, SEGMENT
from northing.kit import changes
from tests.conftest import BACKEND

pytestmark = pytest.mark.django_db
ROWS = {
    "rule-join": "any",
    "rule-field": ["tier", "revenue"],
    "rule-is": ["is", "at_least"],
    "rule-value": ["Pro", "20 000"],
}
RULE = {"any": [{"field": "tier", "is": "Pro"}, {"field": "revenue", "at_least": 20000}]}


@pytest.fixture
def accounts(admin_actor: Actor) -> None:
    rows = [{"name": "Birch", "tier": "Pro"}, {"name": "Coral", "revenue": 30000}, {"name": "Delta"}]
    changes.create(admin_actor, ACCOUNT, rows)


@pytest.fixture
def segment(admin_actor: Actor, accounts: None) -> Segment:
    [made] = changes.create(admin_actor, SEGMENT, [{"name": "Big pros", "rule": RULE}])
    return made


def text_of(client: Client, address: str, given: Any = None) -> str:
    answer = client.get(f"/orchard/{address}", given)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_rows_make_the_rule(signed_in: Client) -> None:
    given = {"name": "Big pros", "subject": "account", **ROWS}
    assert signed_in.post("/orchard/segments/new", given).status_code == 302
    assert Segment.objects.get().rule == RULE


def test_json_is_still_taken(signed_in: Client) -> None:
    given = {"name": "Pros", "subject": "account", "rule": '{"field": "tier", "is": "Pro"}'}
    assert signed_in.post("/orchard/segments/new", given).status_code == 302


def test_a_row_without_a_value_is_refused_and_stays(signed_in: Client) -> None:
    given = {"name": "Big pros", "subject": "account", **ROWS, "rule-value": ["", "20 000"]}
    answer = signed_in.post("/orchard/segments/new", given)
    assert answer.status_code == 422
    assert "tier: must be a text that is not empty" in answer.content.decode().lower()
    assert 'value="20000"' in answer.content.decode()


def test_the_form_of_a_segment_shows_its_rows(signed_in: Client, segment: Segment) -> None:
    form = text_of(signed_in, "segments/SG-1/edit")
    assert re.findall(r'<option value="([\w.]+)" selected', form)[1:6] == ["any", "tier", "is", "revenue", "at_least"]
    assert 'name="rule"' not in form


def test_a_rule_that_rows_cannot_hold_is_edited_as_it_is(signed_in: Client, segment: Segment) -> None:
    Segment.objects.update(rule={"not": {"field": "tier", "is": "Pro"}})
    assert '<textarea name="rule"' in text_of(signed_in, "segments/SG-1/edit")


def test_rows_are_added_dropped_and_fitted_to_another_subject(signed_in: Client) -> None:
    assert text_of(signed_in, "segments/rule", {**ROWS, "add": "1"}).count('class="condition"') == 3
    assert "Pro" not in text_of(signed_in, "segments/rule", {**ROWS, "drop": "0"})
    assert 'value="account.tier" selected' in text_of(signed_in, "segments/rule", {**ROWS, "subject": "contact"})


def test_what_was_chosen_for_one_field_is_no_value_of_the_next(signed_in: Client) -> None:
    given = {"rule-field": ["tier"], "rule-is": ["is"], "rule-value": ["prospect"]}
    assert 'value="prospect"' not in text_of(signed_in, "segments/rule", {**given, "rule-was": ["status"]})
    assert 'value="prospect"' in text_of(signed_in, "segments/rule", {**given, "rule-was": ["name"]})


def test_how_many_match_is_said_while_the_rule_is_typed(signed_in: Client, accounts: None) -> None:
    said = text_of(signed_in, "segments/matching", ROWS)
    assert said == "<b>2 accounts</b> now: Tier is Pro or revenue per year is at least 20,000"
    assert "Revenue: must be a number" in text_of(signed_in, "segments/matching", {**ROWS, "rule-value": ["Pro", "x"]})
    assert "With a value" in text_of(signed_in, "segments/matching", {**ROWS, "rule-value": ["Pro", ""]})


def test_what_is_typed_into_a_rule_is_no_markup(signed_in: Client) -> None:
    given = {**ROWS, "rule-value": ["<b>Pro", "20 000"]}
    assert b"<b>Pro" not in signed_in.get("/orchard/segments/matching", given).content
    assert b"<b>Pro" not in signed_in.get("/orchard/segments/rule", given).content


def test_its_page_says_the_rule_and_who_meets_it(signed_in: Client, segment: Segment) -> None:
    page = text_of(signed_in, "segments/SG-1/")
    assert "Tier is Pro or revenue per year is at least 20,000" in page
    assert f'href="/orchard/accounts/?segment={segment.pk}">2 accounts</a>' in page


def test_its_members_are_a_filter_of_their_list(signed_in: Client, segment: Segment) -> None:
    listed = text_of(signed_in, f"accounts/?segment={segment.pk}")
    assert ["Birch" in listed, "Coral" in listed, "Delta" in listed] == [True, True, False]


def test_a_segment_of_another_workspace_filters_nothing(signed_in: Client, admin: Member, segment: Segment) -> None:
    other = Workspace.objects.create(name="Harbour", slug="harbour")
    Member.objects.create(workspace=other, user=admin.user, role=Role.ADMIN)
    assert signed_in.get(f"/harbour/accounts/?segment={segment.pk}").status_code == 422


def test_more_segments_at_once_than_a_database_compares_are_refused(signed_in: Client, admin_actor: Actor) -> None:
    values = [f"Tier {number}" for number in range(100)]
    rule = {"all": [{"field": name, "one_of": values} for name in ("tier", "name", "country", "domain", "industry")]}
    made = changes.create(admin_actor, SEGMENT, [{"name": name, "rule": rule} for name in ("One", "Two")])
    codes = [
        signed_in.get("/orchard/accounts/", {"segment": [one.pk for one in some]}).status_code
        for some in (made[:1], made)
    ]
    assert codes == [200, 422]


@pytest.mark.parametrize("rule", ['{"field": ["tier"], "is": "Pro"}', r'{"field": "tier", "is": "\ud800"}'])
def test_a_rule_that_makes_no_sense_is_refused_wherever_it_is_given(signed_in: Client, rule: str) -> None:
    given = {"name": "Pros", "subject": "account", "rule": rule}
    answers = [signed_in.get(f"/orchard/segments/{path}", given) for path in ("matching", "new")]
    answers.append(signed_in.post("/orchard/segments/new", given))
    assert [answer.status_code for answer in answers] == [200, 200, 422]


def test_what_a_list_shows_is_saved_as_a_segment(signed_in: Client, accounts: None) -> None:
    menu = text_of(signed_in, "accounts/views?tier=Pro&owner=none")
    [address] = re.findall(r'href="(/orchard/segments/new\?[^"]+)"', menu)
    given = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    assert given.pop("description") == "Not in the rule, which cannot ask for it: owner."
    assert signed_in.post("/orchard/segments/new", given | {"name": "Pros"}).status_code == 302
    assert Segment.objects.get().rule == {"field": "tier", "contains": "Pro"}


def test_a_list_without_filters_is_no_segment(signed_in: Client, admin_actor: Actor) -> None:
    assert "segments/new" not in text_of(signed_in, "accounts/views")


def test_who_makes_no_segments_is_not_offered_one(admin: Member) -> None:
    admin.role = Role.VIEWER
    admin.save()
    client = Client()
    client.force_login(admin.user, backend=BACKEND)
    assert "segments/new" not in client.get("/orchard/accounts/views?tier=Pro").content.decode()
