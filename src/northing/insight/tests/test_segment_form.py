"""A segment's rule as rows of a form, in words, and as what a list shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict

from northing.access.actor import system
from northing.access.models import Workspace
from northing.insight.models import Subject
from northing.insight.records import ACCOUNT, SEGMENT
from northing.insight.segment_form import Row, fitted, rows_of, rule_of, rule_of_list, written_rule
from northing.insight.segments import FIELDS, in_words
from northing.kit import history
from northing.kit.listing import from_query

PRO = {"field": "tier", "is": "Pro"}
BIG = {"field": "revenue", "at_least": 20000}


@pytest.mark.parametrize(
    "rule",
    [
        PRO,
        {"all": [PRO, BIG]},
        {"any": [BIG, {"field": "size", "at_most": 12.5}]},
        {"field": "tier", "filled": False},
        {"field": "size", "one_of": [1, 25]},
        {"field": "country", "one_of": ["Norway", "Chile"]},
        {"field": "status", "is_not": "trial"},
        {"field": "name", "contains": "North, Inc."},
    ],
)
def test_a_flat_rule_comes_back_from_its_rows_as_it_was(rule: Any) -> None:
    found = rows_of("account", rule)
    assert found
    assert rule_of("account", *found) == rule


@pytest.mark.parametrize(
    "rule",
    [
        {"not": PRO},
        {"all": [PRO, {"any": [PRO, BIG]}]},
        {"field": "plan", "is": "Pro"},
        {"field": "name", "one_of": ["North, Inc.", "South"]},
        {"all": []},
        {"all": "Pro"},
        {"field": ["tier"], "is": "Pro"},
        {"field": "tier", "is": "Pro\ud800"},
        {"all": [PRO], "any": [BIG]},
        {},
        [PRO],
        "tier is Pro",
        None,
    ],
)
def test_what_rows_cannot_hold_is_not_squeezed_into_them(rule: Any) -> None:
    assert rows_of("account", rule) is None


@pytest.mark.parametrize(
    ("typed", "kept"), [("20 000", 20000), ("12,5", 12.5), ("1,234", "1,234"), ("many", "many"), ("", "")]
)
def test_numbers_are_read_as_people_type_them_and_others_left_for_the_check(typed: str, kept: Any) -> None:
    assert rule_of("account", "all", [Row("revenue", "at_least", typed)]) == {"field": "revenue", "at_least": kept}


def test_conditions_within_conditions_are_said_in_brackets() -> None:
    rule = {"all": [PRO, {"any": [BIG, {"not": {"field": "status", "is": "former"}}]}]}
    expected = "Tier is Pro and (revenue per year is at least 20,000 or not (status is Former customer))"
    assert in_words("account", rule) == expected


def test_what_picks_from_contacts_asks_for_their_account_and_back() -> None:
    row = Row("tier", "is", "Pro")
    assert fitted(Subject.CONTACTS, row) == Row("account.tier", "is", "Pro")
    assert fitted(Subject.ACCOUNTS, fitted(Subject.CONTACTS, row)) == row
    assert fitted(Subject.ACCOUNTS, Row("revenue", "contains", "5")) == Row("revenue", "is", "5")


def test_filters_of_a_list_become_conditions_and_what_does_not_is_named() -> None:
    query = "status=customer&status=trial&tier=pro&revenue_from=20000&revenue_to=1e6&owner=me&q=north"
    rule, left_out = rule_of_list(Subject.ACCOUNTS, from_query(ACCOUNT, QueryDict(query)))
    assert in_words("account", rule) == (
        "Status is Customer or On trial and tier contains pro and revenue per year is at least 20,000"
        " and revenue per year is at most 1,000,000"
    )
    assert left_out == ["owner", "searched words"]


def test_a_form_without_rows_may_give_the_json_itself() -> None:
    assert json.loads(written_rule(QueryDict(f"rule={json.dumps(PRO)}"))) == PRO
    assert written_rule(QueryDict("rule-join=all")) == ""


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (PRO, "Tier is Pro"),
        ({"field": "account.tier", "is": "Pro"}, "Account\u2019s tier is Pro"),
        ({"field": "of another time", "is": "Pro"}, '{"field": "of another time", "is": "Pro"}'),
        (None, ""),
    ],
)
def test_history_says_a_rule_in_the_words_of_the_segment(rule: Any, words: str) -> None:
    assert history.said(system(Workspace()), SEGMENT.specs["rule"], rule) == words


def test_what_accounts_and_contacts_share_goes_by_the_same_words() -> None:
    shared = FIELDS[Subject.ACCOUNTS].keys() & FIELDS[Subject.CONTACTS].keys()
    assert shared
    assert all(FIELDS[Subject.ACCOUNTS][name] == FIELDS[Subject.CONTACTS][name] for name in shared)
