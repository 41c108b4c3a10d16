"""Segment rules, passages and voices, without a database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q

from northing.insight import rules
from northing.insight.segments import RuleError, condition


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"field": "tier", "is": " Pro "}, Q(tier__iexact="Pro")),
        ({"field": "tier", "is_not": "Pro"}, ~Q(tier__iexact="Pro")),
        ({"field": "name", "contains": "studio"}, Q(name__icontains="studio")),
        ({"field": "status", "is": "on trial"}, Q(status__iexact="trial")),
        ({"field": "size", "at_most": 50}, Q(size__lte=50)),
        ({"field": "revenue", "filled": False}, Q(revenue__isnull=True)),
        ({"not": {"field": "size", "is": 1}}, ~Q(size=1)),
        ({"any": [{"field": "size", "is": 1}, {"field": "size", "is": 2}]}, Q(size=1) | Q(size=2)),
        ({"field": "size", "one_of": [1, 2]}, Q(size=1) | Q(size=2)),
    ],
)
def test_rules_become_conditions(rule: Any, expected: Q) -> None:
    assert condition("account", rule) == expected


def test_rules_over_contacts_reach_their_account() -> None:
    assert condition("contact", {"field": "account.size", "at_least": 5}) == Q(account__size__gte=5)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("tier = Pro", "must be a condition"),
        ({}, "must have a field"),
        ({"all": []}, "list of at least one"),
        ({"all": [{"field": "tier", "is": "Pro"}], "any": []}, "joined by exactly one"),
        ({"field": "password", "is": "x"}, "ask about one of: name, kind"),
        ({"field": "record__workspace", "is": "x"}, "ask about one of"),
        ({"field": ["tier"], "is": "x"}, "ask about one of"),
        ({"field": "tier"}, "takes exactly one of"),
        ({"field": "tier", "at_least": 3}, "tier takes exactly one of: is, is_not"),
        ({"field": "size", "is": "many"}, "must be a number"),
        ({"field": "size", "is": True}, "must be a number"),
        ({"field": "revenue", "at_least": 1e30}, "revenue: must lie between"),
        ({"field": "revenue", "at_least": float("nan")}, "revenue: must lie between"),
        ({"field": "tier", "contains": "x" * 1001}, "at most 1,000 can be looked for"),
        ({"field": "tier", "is": " "}, "must be a text that is not empty"),
        ({"field": "status", "is": "gone"}, "must be one of: Prospect, On trial"),
        ({"field": "tier", "one_of": []}, "1 to 100 values"),
        ({"field": "tier", "filled": "yes"}, "must be true or false"),
        ({"not": {"not": {"not": {"not": {"not": {"field": "tier", "is": "Pro"}}}}}}, "at most 5 levels"),
        ({"any": [{"field": "size", "is": n} for n in range(101)]}, "at most 100 conditions"),
        ({"all": [{"field": "size", "one_of": list(range(100))}] * 6}, "at most 500 values"),
        ({"field": "tier", "is": "a\ud800"}, "characters that no text holds"),
        ({"field": "tier", "contains": "a\x00"}, "characters that no text holds"),
    ],
)
def test_rules_that_cannot_be_read_say_what_to_write(rule: Any, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        condition("account", rule)
    assert [p.field for p in rules.check_segment(None, {"subject": "account", "rule": rule})] == ["rule"]


def test_a_passage_is_as_long_as_it_says() -> None:
    good = {"start": 3, "end": 8, "quote": "hinge"}
    assert not list(rules.check_insight(None, good))
    assert not list(rules.check_insight(None, good | {"start": 0, "end": 0}))
    assert [p.field for p in rules.check_insight(None, good | {"end": 9})] == ["end"]
    assert [p.field for p in rules.check_passage("abc", 0, 4)] == ["end"]
    assert [p.field for p in rules.check_passage("abc", 2, 2)] == ["end"]
    assert [p.field for p in rules.check_passage("a   c", 1, 4)] == ["start"]


def test_feedback_and_accounts() -> None:
    fine: dict[str, Any] = {"rating": 4.5, "state": "new", "snoozed_until": None}
    assert not list(rules.check_feedback(None, fine))
    assert [p.field for p in rules.check_feedback(None, fine | {"rating": 9})] == ["rating"]
    assert [p.field for p in rules.check_feedback(None, fine | {"state": "snoozed"})] == ["snoozed_until"]
    problems = rules.check_account(None, {"revenue": -1, "currency": "euro"})
    assert [p.field for p in problems] == ["revenue", "currency"]


def test_titles_are_cut_at_a_word() -> None:
    title = rules.title_from("word " * 100)
    assert len(title) <= rules.TITLE_LENGTH
    assert title.endswith("word…")
    assert rules.title_from(" \n ") == ""
