"""Targets in words, the counting of voices, bias of the sample, scoring models: without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.features import rules
from northing.features.horizons import Horizon, definite, horizon, target_horizon
from northing.features.models import Status
from northing.features.rules import Request, voices
from northing.features.sampling import Sample, bias

NOVEMBER = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("words", "meant", "start", "end"),
    [
        ("Q1", "Q1 2027", date(2027, 1, 1), date(2027, 3, 31)),
        ("q4", "Q4 2026", date(2026, 10, 1), date(2026, 12, 31)),
        ("Q3", "Q3 2027", date(2027, 7, 1), date(2027, 9, 30)),
        ("2028-Q2", "Q2 2028", date(2028, 4, 1), date(2028, 6, 30)),
        ("Q2/28", "Q2 2028", date(2028, 4, 1), date(2028, 6, 30)),
        ("H1", "H1 2027", date(2027, 1, 1), date(2027, 6, 30)),
        ("h2 2027", "H2 2027", date(2027, 7, 1), date(2027, 12, 31)),
        ("2027", "2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("February 2028", "February 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("nov", "November 2026", date(2026, 11, 1), date(2026, 11, 30)),
        ("Sept. '27", "September 2027", date(2027, 9, 1), date(2027, 9, 30)),
        ("2027-03", "March 2027", date(2027, 3, 1), date(2027, 3, 31)),
        ("03/2027", "March 2027", date(2027, 3, 1), date(2027, 3, 31)),
        ("next month", "December 2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("this quarter", "Q4 2026", date(2026, 10, 1), date(2026, 12, 31)),
        ("next half", "H1 2027", date(2027, 1, 1), date(2027, 6, 30)),
        ("next year", "2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("Now", "now", NOVEMBER, date(2026, 12, 31)),
        ("NEXT", "next", date(2027, 1, 1), date(2027, 3, 31)),
        ("some day", "later", date(2027, 4, 1), None),
    ],
)
def test_targets_in_words(words: str, meant: str, start: date, end: date | None) -> None:
    assert definite(words, NOVEMBER) == meant
    assert horizon(words, NOVEMBER) == Horizon(start, end)


@pytest.mark.parametrize("words", ["", "soon", "Q5", "H3", "13/2027", "Q0", "2027-13", "q1 2027 or so", "1999", "32"])
def test_words_that_mean_no_time_are_refused_with_the_way_out(words: str) -> None:
    with pytest.raises(ValueError, match="use a quarter"):
        definite(words, NOVEMBER)


@given(
    st.sampled_from(["Q1", "Q2", "Q3", "Q4", "H1", "H2", "may", "December", "2027", "later", "next", "next quarter"]),
    st.dates(date(2020, 1, 1), date(2090, 12, 31)),
    st.integers(0, 2000),
)
def test_definite_words_keep_their_meaning_and_are_not_over(words: str, today: date, days: int) -> None:
    once = definite(words, today)
    later = today + timedelta(days=days)
    assert definite(once, later) == once
    if once not in ("now", "next", "later"):
        assert horizon(once, later) == horizon(once, today)
    end = horizon(once, today).end
    assert words == "2027" or end is None or end >= today


def test_a_day_goes_before_words() -> None:
    day = date(2027, 2, 3)
    assert target_horizon(day, "Q3 2027", NOVEMBER) == Horizon(day, day)
    assert target_horizon(None, "Q1 2027", NOVEMBER) == Horizon(date(2027, 1, 1), date(2027, 3, 31))
    assert target_horizon(None, "", NOVEMBER) is None


def test_everybody_counts_once_with_what_they_said_last() -> None:
    day = datetime(2026, 5, 1, tzinfo=UTC)
    requests = [
        Request("contact 1", 3, day, 1),
        Request("contact 1", 1, day + timedelta(days=2), 2),
        Request("contact 1", 2, day + timedelta(days=2), 3),
        Request("store: kim", 0, day, 4),
    ]
    for order in permutations(requests):
        counted = voices(order)
        assert {voice: request.importance for voice, request in counted.items()} == {"contact 1": 2, "store: kim": 0}


def test_bias_names_what_stands_out_and_nothing_else() -> None:
    everybody: dict[str, Any] = {
        "all_channels": {"Review": 50, "Ticket": 50},
        "all_tiers": {"Pro": 60, "Enterprise": 38, "Test": 2},
    }
    fair = Sample(
        10, {"Review": 5, "Ticket": 5}, {"Pro": 5, "Enterprise": 5}, dict.fromkeys("abcdefghij", 1), **everybody
    )
    assert bias(fair) == ()
    eight = Sample(10, {"Review": 8, "Ticket": 2}, fair.tiers, fair.by_account, **everybody)
    assert bias(eight) == ()  # 56 of 1,024 cases: may well be chance
    nine = Sample(10, {"Review": 9, "Ticket": 1}, fair.tiers, fair.by_account, **everybody)
    assert bias(nine) == ("9 of 10 voices come by review, which brings 50 % of all feedback.",)
    one_account = Sample(6, {"Ticket": 3}, {"Pro": 1}, {"Kestrel Studio": 4}, **everybody)
    assert bias(one_account) == (
        "No Enterprise account among them.",
        "4 of 6 voices are from one account, Kestrel Studio.",
        "2 of 6 belong to no known account, so no revenue is counted for them.",
    )
    assert bias(Sample(1))[0] == "Only 1 voice: too few to say who else wants it."
    assert bias(Sample(0, **everybody)) == ()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"method": "custom", "formula": "reach * impact / effort"}, None),
        ({"method": "custom", "formula": "reach *"}, "formula"),
        ({"method": "custom", "formula": "2 + 3"}, "formula"),
        ({"method": "custom", "formula": ""}, "formula"),
        ({"method": "rice", "formula": "reach"}, "formula"),
        ({"method": "weighted", "weights": {"value": 3, "risk": -1.5}}, None),
        ({"method": "weighted", "weights": {}}, "weights"),
        ({"method": "weighted", "weights": {"value": 0}}, "weights"),
        ({"method": "weighted", "weights": {"value": True}}, "weights"),
        ({"method": "weighted", "weights": {"user value": 1}}, "weights"),
        ({"method": "weighted", "weights": ["value"]}, "weights"),
        ({"method": "ice", "weights": {"value": 3}}, "weights"),
    ],
)
def test_scoring_models(values: dict[str, Any], field: str | None) -> None:
    problems = list(rules.check_scoring_model(None, {"formula": "", "weights": {}} | values))
    assert {problem.field for problem in problems} == ({field} if field else set())


def test_words_of_statuses_cover_every_status_and_kind() -> None:
    for kind in ("digital", "physical", "service", "hybrid", ""):
        words = rules.status_words(kind)
        assert set(words) == set(Status.values)
        assert len(set(words.values())) == len(words)


def test_health_is_due_weekly_while_in_delivery() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert rules.needs_health(Status.IN_DELIVERY, None, now)
    assert rules.needs_health(Status.IN_DELIVERY, now - timedelta(days=8), now)
    assert not rules.needs_health(Status.IN_DELIVERY, now - timedelta(days=6), now)
    assert not rules.needs_health(Status.PLANNED, None, now)
