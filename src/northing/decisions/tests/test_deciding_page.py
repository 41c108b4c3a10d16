"""The page Decide: refusals keep what was typed, limits are watched and said, two people do not lose each other's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.decisions import jobs
from northing.decisions.models import Decision
from northing.decisions.public import (
    MeasureValue,
    cards,
    decide,
    enter_estimates,
    evidence_of,
    open_decision,
    reopen,
    write_measures,
)
from northing.decisions.records import DECISION
from northing.decisions.tests.test_pages import browser_of
from northing.kit import changes
from northing.kit.jobs.worker import Worker

pytestmark = pytest.mark.django_db
Records = Callable[[int], list[int]]
AT = "/orchard/decisions/D-1/"


@pytest.fixture
def browser(actor: Actor) -> Client:
    assert actor.user_id is not None
    return browser_of(actor.user_id)


@pytest.fixture
def team(records: Records, actor: Actor) -> int:
    [one] = records(1)
    write_measures(actor, [MeasureValue(one, "effort", 3, 5, 9, unit="days")])
    return one


@pytest.fixture
def asked(actor: Actor, team: int) -> Decision:
    return open_decision(actor, {"question": "Build or buy?", "owner": actor.member_id}, {team: "who would do it"})


def answer(browser: Client, *, press: str = "decide", version: int = 1, **fields: Any) -> tuple[int, str]:
    given = {"title-0": "Build it", "for-0": "Asked for most", "chosen": "0", "version": str(version), press: "1"}
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    got = browser.post(f"{AT}decide", given | named)
    return got.status_code, got.content.decode()


def watching(limit: str, name: str = "Effort", record: str = "tm-1", side: str = "above") -> dict[str, str]:
    row = {"name": name, "record": record, "is": side, "value": limit}
    return {f"trigger__{part}": value for part, value in row.items()}


def test_a_refusal_keeps_everything_that_was_typed(browser: Client, actor: Actor, asked: Decision) -> None:
    status, page = answer(
        browser,
        chosen="",
        against__0="Costs more <later>",
        context="Two teams wait.",
        forecast="Done in May.",
        review_at="2027-05-01",
        role__driver=str(actor.member_id),
        more="TM-77",
        **watching("lots"),
    )
    assert status == 422
    for kept in (
        'value="Build it"',
        ">Asked for most<",
        "Costs more &lt;later&gt;",
        ">Two teams wait.<",
        ">Done in May.<",
        'value="2027-05-01"',
        f'value="{actor.member_id}" selected',
        'value="TM-77"',
        'value="lots"',
    ):
        assert kept in page, kept
    assert Decision.objects.get().options == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"chosen": ""}, "Mark the option to take, or keep the question open."),
        ({"title-0": "", "for-0": ""}, "Write down an option and mark it, or keep the question open."),
        ({"title-0": ""}, "Give this option a name"),
        ({"title-1": "Build it"}, "Another option has this title"),
        ({"title-0": "x" * 5000}, "The title has 5,000 characters; shorten it to 300."),
        ({"review_at": "soon"}, "Must be a date such as 2027-02-28."),
        ({"forecast": "x" * 5001}, "At most 5,000 characters, this has 5,001"),
        ({"more": "TM-1, F-9"}, "There is no F-9 in this workspace; give a key"),
        ({"more": "TM-1 Once called so, F-9"}, "There is no F-9 in this workspace; give a key"),
        ({"more": "Tram"}, "There is no Tram in this workspace; nearest are TM-1 Team 0; give a key"),
        (watching("lots"), "The limit must be one number such as 12, 45 days or 6 weeks."),
        (watching(""), "The limit must be filled in."),
        (watching("3", name=""), "Say which number to watch"),
        (watching("3", record=""), "Say whose Effort"),
        (watching("3", record="F-99"), "There is no F-99 in this workspace"),
        (watching("3", name="efort"), "TM-1 has no number “efort”. Its numbers: Effort."),
    ],
)
def test_a_refusal_says_the_rule_and_the_way_out(
    browser: Client, asked: Decision, fields: dict[str, str], words: str
) -> None:
    status, page = answer(browser, **fields)
    assert (status, words in page) == (422, True), page[page.find("<form") :][:3000]
    assert "&#x27;&#x27;" not in page
    assert Decision.objects.get().status == "open"


def test_long_reasons_are_kept_whole(browser: Client, asked: Decision) -> None:
    assert answer(browser, for__0="x" * 5000)[0] == 302
    assert len(Decision.objects.get().options[0]["for"]) == 5000
    assert "x" * 5000 in browser.get(AT).content.decode()


def test_all_options_come_back_however_many_there_are(browser: Client, actor: Actor, asked: Decision) -> None:
    many = {f"title__{number}": f"Option {number}" for number in range(1, 12)}
    assert answer(browser, press="keep", **many)[0] == 302
    assert 'value="Option 11"' in browser.get(f"{AT}decide").content.decode()
    assert len(Decision.objects.get().options) == 12


def test_what_it_rests_on_is_chosen_on_the_page(browser: Client, actor: Actor, asked: Decision, team: int) -> None:
    [audio] = [row.pk for row in changes.create(actor, DECISION, [{"question": "Which chip?"}])]
    assert answer(browser, more="d-2", without=str(team))[0] == 302
    assert list(evidence_of(actor, asked.pk).values_list("record_id", flat=True)) == [audio]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("usb-c charging", [0]), ("USB-C Charging, Team 0", [0, 1]), ("Cables, hubs", [2]), ("D-2 tm-1", [0, 1])],
)
def test_a_record_is_named_by_its_title_too(
    browser: Client, actor: Actor, asked: Decision, team: int, typed: str, kept: list[int]
) -> None:
    made = changes.create(actor, DECISION, [{"question": "USB-C charging"}, {"question": "Cables, hubs"}])
    named = [made[0].pk, team, made[1].pk]
    assert answer(browser, more=typed, without=str(team) if 1 not in kept else "")[0] == 302
    assert set(evidence_of(actor, asked.pk).values_list("record_id", flat=True)) == {named[place] for place in kept}


def test_more_records_than_a_decision_rests_on_are_refused_before_any_is_looked_for(
    browser: Client, asked: Decision, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40):
        status, page = answer(browser, more=" ".join(f"F-{number}" for number in range(10_000)))
    assert (status, "his names 10,000 records, and a decision rests on at most 200" in page) == (422, True)


def test_what_a_decision_rests_on_already_counts_too(
    browser: Client, actor: Actor, asked: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("northing.decisions.deciding.MOST_NAMED", 2)
    changes.create(actor, DECISION, [{"question": "Which chip?"}, {"question": "Which case?"}])
    assert answer(browser, press="keep", more="D-2")[0] == 302
    status, page = answer(browser, press="keep", more="D-3", version=2)
    assert (status, "at most 2 records, and this would make 3" in page) == (422, True)


def test_a_watched_record_is_named_by_its_title_too(browser: Client, actor: Actor, asked: Decision) -> None:
    answer(browser, press="keep", **watching("45", record="team 0"))
    assert Decision.objects.get().triggers[0]["record"] == "TM-1"


def test_a_title_that_several_have_is_refused(browser: Client, actor: Actor, asked: Decision) -> None:
    changes.create(actor, DECISION, [{"question": "USB-C"}, {"question": "usb-c"}])
    status, page = answer(browser, more="USB-C")
    assert (status, "Several records are called “USB-C”: D-" in page) == (422, True)


def test_whoever_comes_second_loses_nothing_and_is_told(browser: Client, actor: Actor, asked: Decision) -> None:
    assert answer(browser, press="keep", context="Mine.")[0] == 302
    status, page = answer(browser, press="keep", context="Theirs.")
    assert status == 409
    assert "changed this question while you typed" in page
    assert ">Theirs.<" in page
    assert 'name="version" value="2"' in page
    assert answer(browser, press="keep", context="Theirs.", version=2)[0] == 302


def test_a_decision_made_meanwhile_stands_and_what_was_typed_can_be_copied(browser: Client, asked: Decision) -> None:
    assert answer(browser)[0] == 302
    assert answer(browser)[0] == 302  # pressed twice
    status, page = answer(browser, title__0="Buy it", forecast="Cheaper.")
    assert status == 409
    assert "decided this meanwhile: <b>Build it</b>" in page
    assert ">Cheaper.<" in page
    assert 'name="decide"' not in page
    assert Decision.objects.get().choice == "Build it"


def test_an_archived_question_is_not_decided(browser: Client, actor: Actor, asked: Decision) -> None:
    changes.archive(actor, DECISION, [asked.pk])
    assert browser.get(f"{AT}decide").status_code == 302
    assert f"{AT}decide" not in browser.get(AT).content.decode()
    assert answer(browser)[0] == 409
    assert Decision.objects.get().status == "open"


def test_a_limit_is_said_in_words(browser: Client, actor: Actor, asked: Decision, team: int) -> None:
    answer(browser, press="keep", **watching("7,5 days"))
    page = browser.get(AT).content.decode()
    assert "Asked again when" in page
    assert "Effort of TM-1 Team 0 is above 7.5 days" in page
    assert "now 5 (3–9) days" in page
    assert 'value="7.5"' in browser.get(f"{AT}decide").content.decode()


@pytest.mark.parametrize(("typed", "kept"), [("62,5", 0.625), ("62.5 %", 0.625), ("0.5 %", 0.005)])
def test_the_limit_of_a_share_is_typed_as_percent(
    browser: Client, asked: Decision, team: int, typed: str, kept: float
) -> None:
    answer(browser, press="keep", **watching(typed, name="confidence"))
    assert Decision.objects.get().triggers[0]["value"] == kept
    shown = f"{100 * kept:g} %"
    assert f'value="{shown}"' in browser.get(f"{AT}decide").content.decode()
    assert f"is above {shown}" in browser.get(AT).content.decode()


@pytest.mark.parametrize(
    ("typed", "name", "kept"), [("6 weeks", "effort", 30), ("8 Tage", "effort", 8), ("30k", "value", 30_000)]
)
def test_a_limit_may_be_in_the_units_of_estimates(
    browser: Client, asked: Decision, actor: Actor, team: int, typed: str, name: str, kept: float
) -> None:
    write_measures(actor, [MeasureValue(team, "value", 1, 2, 3, unit="CHF")])
    answer(browser, press="keep", **watching(typed, name=name))
    assert Decision.objects.get().triggers[0]["value"] == kept


def test_the_limit_of_a_date_is_a_date(browser: Client, actor: Actor, asked: Decision, team: int) -> None:
    day = date(2027, 5, 20)
    write_measures(actor, [MeasureValue.exactly(team, "forecast", day.toordinal(), is_date=True)])
    answer(browser, **watching("2027-05-22", name="Forecast"))
    assert Decision.objects.get().triggers[0]["value"] == date(2027, 5, 22).toordinal()
    write_measures(actor, [MeasureValue.exactly(team, "forecast", date(2027, 5, 30).toordinal(), is_date=True)])
    page = browser.get(AT).content.decode()
    assert "Forecast of TM-1 Team 0 is after 22 May 2027" in page
    assert ">Passed<" in page
    jobs.refresh_attention.func(actor.workspace_id)
    assert [card.why_now for card in cards(actor)] == ["Forecast of TM-1 Team 0 is after 22 May 2027: now 30 May 2027."]


def test_a_limit_with_dots_has_the_day_first(browser: Client, actor: Actor, asked: Decision, team: int) -> None:
    day = date(2027, 5, 20)
    write_measures(actor, [MeasureValue.exactly(team, "forecast", day.toordinal(), is_date=True)])
    answer(browser, **watching("1.7.2027", name="Forecast"))
    assert Decision.objects.get().triggers[0]["value"] == date(2027, 7, 1).toordinal()


def estimate(actor: Actor, team: int, entered: str) -> list[str]:
    """The reasons on the home page once somebody has estimated the effort."""
    enter_estimates(actor, [{"about": team, "quantity": "effort", "entered": entered}])
    Worker().run_due()
    return [card.why_now for card in cards(actor)]


def test_a_decision_comes_back_once_its_number_passes_the_limit(
    browser: Client, actor: Actor, asked: Decision, team: int
) -> None:
    answer(browser, **watching("45"))
    assert estimate(actor, team, "20-45-60") == []
    assert estimate(actor, team, "30-46-60") == ["Effort of TM-1 Team 0 is above 45 days: now 46 (30–60) days."]
    assert ">Passed<" in browser.get(AT).content.decode()
    assert estimate(actor, team, "10-20-30") == []


def test_a_question_is_asked_again_once(browser: Client, actor: Actor, asked: Decision) -> None:
    decide(actor, asked.pk, "Build it")
    assert reopen(actor, asked.pk).pk == reopen(actor, asked.pk).pk
    page = browser.get(AT).content.decode()
    assert "Asked again" in page
    assert "/orchard/decisions/D-2/" in page
    assert f'action="{AT}reopen"' not in page


def test_who_takes_part_is_said(browser: Client, actor: Actor, asked: Decision) -> None:
    answer(browser, press="keep", role__approver=str(actor.member_id))
    assert "<dt>Approves</dt><dd>Ada</dd>" in browser.get(AT).content.decode()


def test_a_limit_that_has_passed_already_is_asked_about(browser: Client, asked: Decision) -> None:
    status, page = answer(browser, **watching("4"))
    assert status == 422
    assert "It is 5 days already; set another limit" in page
    assert Decision.objects.get().status == "open"
    status, _ = answer(browser, **watching("4"), trigger__meant="0")
    assert (status, Decision.objects.get().status) == (302, "decided")
    assert "passed already when this was decided" in browser.get(AT).content.decode()


def test_the_record_of_a_limit_is_offered_while_one_types(browser: Client, asked: Decision) -> None:
    assert 'hx-get="/orchard/known"' in browser.get(f"{AT}decide").content.decode()
    found = browser.get("/orchard/known", {"trigger-record": "team"}).content.decode()
    assert found.strip() == '<option value="TM-1">Team 0</option>'


def test_what_it_is_to_rest_on_is_offered_while_one_types_and_shown_with_its_numbers(
    browser: Client, actor: Actor, asked: Decision, team: int
) -> None:
    changes.create(actor, DECISION, [{"question": "Which chip?"}])
    assert 'hx-get="/orchard/known"' in browser.get(f"{AT}decide").content.decode().partition('id="more"')[2]
    status, page = answer(browser, press="look", more="which chip?", context="Two teams wait.")
    assert status == 200
    assert "Which chip?</a> <small>not saved yet" in page
    assert 'name="more" value="D-2"' in page
    assert ">Two teams wait.<" in page
    assert [link.record_id for link in evidence_of(actor, asked.pk)] == [team]


def test_a_record_that_it_rests_on_keeps_its_note_when_it_is_named_again(
    browser: Client, actor: Actor, asked: Decision
) -> None:
    answer(browser, press="keep", more="TM-1")
    assert [link.note for link in evidence_of(actor, asked.pk)] == ["who would do it"]


def test_many_records_named_by_key_are_found_at_once(
    browser: Client, actor: Actor, asked: Decision, django_assert_max_num_queries: Any
) -> None:
    made = changes.create(actor, DECISION, [{"question": f"Question {number}"} for number in range(150)])
    with django_assert_max_num_queries(40):
        assert answer(browser, press="look", more=" ".join(DECISION.key(row) for row in made))[0] == 200
