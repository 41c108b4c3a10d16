"""Asking, deciding with what was known then, watching, reopening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django.fixtures import DjangoAssertNumQueries

from northing.access.actor import Actor, Forbidden, Origin
from northing.decisions import cards, jobs, queries
from northing.decisions.deciding_panel import compared, known_then
from northing.decisions.deciding_views import evidence_shown
from northing.decisions.limits import in_words
from northing.decisions.models import Decision
from northing.decisions.public import (
    MeasureValue,
    add_evidence,
    decide,
    decisions_about,
    fired_triggers,
    open_decision,
    remove_evidence,
    reopen,
    write_measures,
)
from northing.decisions.records import DECISION
from northing.decisions.tests.test_pages import browser_of
from northing.kit import changes
from northing.kit.api.serializing import serialize
from northing.kit.changes import Edit
from northing.kit.problems import Conflict, Invalid, Missing

pytestmark = pytest.mark.django_db
Records = Callable[[int], list[int]]
OPTIONS = [{"title": "Build it", "for": "Asked for most"}, {"title": "Buy it", "against": "Costs more later"}]


def watch(key: str, limit: float, is_: str = "above") -> dict[str, Any]:
    return {"record": key, "name": "effort", "is": is_, "value": limit}


@pytest.fixture
def team(records: Records, actor: Actor) -> int:
    [one] = records(1)
    write_measures(actor, [MeasureValue(one, "effort", 3, 5, 9, unit="days", source="one estimate")])
    return one


def ask(actor: Actor, team: int, **values: Any) -> Decision:
    return open_decision(actor, {"question": "Build or buy?", "options": OPTIONS, **values}, {team: "who would do it"})


def test_deciding_freezes_what_was_known(actor: Actor, team: int) -> None:
    decision = ask(actor, team)
    decide(actor, decision.pk, "Build it", forecast="Done in two weeks.")
    write_measures(actor, [MeasureValue(team, "effort", 30, 50, 90)])
    kept = Decision.objects.within(actor).get(pk=decision.pk)
    [number] = kept.snapshot
    assert (number["record"], number["title"], number["name"], number["p50"]) == ("TM-1", "Team 0", "effort", 5)
    assert (kept.status, kept.choice, kept.forecast) == ("decided", "Build it", "Done in two weeks.")
    assert kept.decided_at is not None


def test_a_score_that_says_nothing_alone_is_not_shown(actor: Actor, team: int) -> None:
    write_measures(actor, [MeasureValue(team, "score", 0, 0, 0)])
    decision = decide(actor, ask(actor, team).pk, "Build it")
    assert [row["label"] for row in known_then(decision)] == ["Effort"]
    assert [label for row in evidence_shown(actor, decision) for label, _ in row["numbers"]] == ["Effort"]


def test_any_way_of_deciding_freezes(actor: Actor, team: int) -> None:
    decision = ask(actor, team)
    changes.update(actor, DECISION, [Edit(decision.pk, {"status": "decided", "choice": "Buy it"})])
    assert len(Decision.objects.within(actor).get(pk=decision.pk).snapshot) == 1


def test_what_was_decided_stays_except_what_came_of_it(actor: Actor, team: int) -> None:
    decision = decide(actor, ask(actor, team).pk, "Build it")
    for values in (
        {"choice": "Buy it"},
        {"question": "Another?"},
        {"status": "open"},
        {"triggers": [watch("TM-1", 1)]},
    ):
        with pytest.raises(Invalid) as caught:
            changes.update(actor, DECISION, [Edit(decision.pk, values)])
        assert caught.value.problems[0].field in values
    [after] = changes.update(
        actor, DECISION, [Edit(decision.pk, {"outcome": "Took three weeks.", "outcome_at": "2027-03-01"})]
    )
    assert after.outcome == "Took three weeks."
    with pytest.raises(Invalid):
        add_evidence(actor, decision.pk, {team: "late"})


def test_evidence_is_linked_and_unlinked_while_open(actor: Actor, team: int, records: Records, stranger: Actor) -> None:
    decision = ask(actor, team)
    [another] = records_named(actor, "Audio")
    add_evidence(actor, decision.pk, {another: "a second", team: "a better note"})
    assert dict(queries.evidence_of(actor, decision.pk).values_list("record_id", "note")) == {
        team: "a better note",
        another: "a second",
    }
    remove_evidence(actor, decision.pk, [team])
    assert list(decisions_about(actor, team)) == []
    assert list(decisions_about(actor, another)) == [decision]
    with pytest.raises(Missing):
        add_evidence(stranger, decision.pk, {})


def records_named(actor: Actor, name: str) -> list[int]:
    from northing.access.actor import system
    from northing.accounts.records import TEAM

    return [row.pk for row in changes.create(system(actor.workspace), TEAM, [{"name": name}])]


def test_evidence_from_another_workspace_is_refused_and_nothing_is_written(stranger: Actor, team: int) -> None:
    with pytest.raises(Missing):
        ask(stranger, team)
    assert not Decision.objects.within(stranger).exists()


def test_deciding_an_outdated_version_is_a_conflict(actor: Actor, team: int) -> None:
    decision = ask(actor, team)
    changes.update(actor, DECISION, [Edit(decision.pk, {"context": "New facts."})])
    with pytest.raises(Conflict):
        decide(actor, decision.pk, "Build it", version=1)


def test_a_contributor_may_not_decide(actor: Actor, other: Actor, team: int) -> None:
    decision = ask(actor, team)
    with pytest.raises(Forbidden):
        decide(other, decision.pk, "Build it")
    with pytest.raises(Forbidden):
        add_evidence(other, decision.pk, {})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"options": [{"for": "no title"}]}, "options"),
        ({"options": [{"title": "A"}, {"title": "A"}]}, "options"),
        ({"options": [{"title": "A"}], "choice": "B"}, "choice"),
        ({"options": 3}, "options"),
        ({"roles": {"boss": 1}}, "roles"),
        ({"roles": {"driver": "Nobody here"}}, "roles"),
        ({"roles": {"informed": 1}}, "roles"),
        ({"roles": {"driver": 999999}}, "roles"),
        ({"triggers": [{"record": "TM-1", "name": "effort", "is": "near", "value": 3}]}, "triggers"),
        ({"triggers": [{"record": "TM-99", "name": "effort", "is": "above", "value": 3}]}, "triggers"),
        ({"status": "decided"}, "choice"),
    ],
)
def test_what_makes_no_sense_is_refused(actor: Actor, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_decision(actor, {"question": "Build or buy?", **values})
    assert {problem.field for problem in caught.value.problems} == {field}
    assert not Decision.objects.within(actor).exists()


def test_a_trigger_fires_when_its_number_passes(actor: Actor, team: int) -> None:
    decision = ask(actor, team, triggers=[watch("TM-1", 8), watch("TM-1", 2, "below")])
    write_measures(actor, [MeasureValue(team, "effort", 5, 9, 12)])
    assert fired_triggers(actor) == []  # an open question is asked anyway
    write_measures(actor, [MeasureValue(team, "effort", 3, 5, 9)])
    decide(actor, decision.pk, "Build it")
    assert fired_triggers(actor) == []
    write_measures(actor, [MeasureValue(team, "effort", 5, 9, 12)])
    [fired] = fired_triggers(actor)
    assert (fired.decision, fired.place) == (decision, 0)
    assert in_words(fired, "CHF") == "Effort of TM-1 Team 0 is above 8 days"


def test_a_limit_passed_when_it_was_decided_counts_once_it_was_back(actor: Actor, team: int) -> None:
    decide(actor, ask(actor, team, triggers=[watch("TM-1", 4)]).pk, "Build it")
    cards.refresh_attention(actor)
    assert fired_triggers(actor) == []  # its makers knew
    write_measures(actor, [MeasureValue(team, "effort", 2, 3, 9)])
    cards.refresh_attention(actor)
    assert fired_triggers(actor) == []
    write_measures(actor, [MeasureValue(team, "effort", 3, 5, 9)])
    assert len(fired_triggers(actor)) == 1


def test_triggers_of_many_decisions_take_the_same_queries(
    actor: Actor, team: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        decide(actor, ask(actor, team, triggers=[watch("TM-1", 8)]).pk, "Build it")
    write_measures(actor, [MeasureValue(team, "effort", 5, 9, 12)])
    with django_assert_max_num_queries(5):
        assert len(fired_triggers(actor)) == 6


def test_reopening_asks_anew_and_the_old_one_holds_until_then(actor: Actor, team: int) -> None:
    old = decide(actor, ask(actor, team, triggers=[watch("TM-1", 8)]).pk, "Build it")
    write_measures(actor, [MeasureValue(team, "effort", 5, 9, 12)])
    assert len(fired_triggers(actor)) == 1
    new = reopen(actor, old.pk, "The effort has doubled.")
    old.refresh_from_db()
    assert (old.status, new.status, new.context) == ("decided", "open", "The effort has doubled.")
    assert new.options == OPTIONS
    assert fired_triggers(actor) == []  # already asked anew
    assert queries.evidence_of(actor, new.pk).get().record_id == team
    decide(actor, new.pk, "Buy it")
    old.refresh_from_db()
    assert (old.status, old.choice) == ("superseded", "Build it")
    with pytest.raises(Invalid):
        reopen(actor, old.pk)


def test_a_decision_does_not_take_its_own_place(actor: Actor, team: int) -> None:
    decision = ask(actor, team)
    with pytest.raises(Invalid) as caught:
        changes.update(actor, DECISION, [Edit(decision.pk, {"supersedes": decision.pk})])
    assert caught.value.problems[0].field == "supersedes"


def test_home_hears_of_open_questions_reviews_and_triggers(actor: Actor, team: int) -> None:
    asked = ask(actor, team, owner=actor.member_id)
    watched = decide(actor, ask(actor, team, triggers=[watch("TM-1", 8)]).pk, "Build it")
    write_measures(actor, [MeasureValue(team, "effort", 5, 9, 12)])
    yesterday = timezone.localdate() - timedelta(days=1)
    reviewed = decide(actor, ask(actor, team, review_at=yesterday, owner=None).pk, "Buy it")
    items = list(jobs.decisions_at_issue(actor))
    assert [(item.record_id, item.reason, item.for_member_id) for item in items] == [
        (asked.pk, "open", actor.member_id),
        (watched.pk, "trigger-0", actor.member_id),
        (reviewed.pk, "review", None),
    ]
    changes.update(actor, DECISION, [Edit(reviewed.pk, {"outcome": "As expected."})])
    assert len(list(jobs.decisions_at_issue(actor))) == 2


def shown_numbers(actor: Actor, decision: Decision) -> dict[str, dict[str, Any]]:
    return {row["label"]: row for row in compared(known_then(decision), evidence_shown(actor, decision))}


def test_what_was_known_stands_beside_what_is(actor: Actor, team: int) -> None:
    decision = decide(actor, ask(actor, team).pk, "Build it")
    write_measures(actor, [MeasureValue(team, "lead_time", 1, 2, 3, unit="days")])
    numbers = shown_numbers(actor, decision)
    assert not numbers["Effort"]["changed"]
    assert numbers["Lead time"]["changed"]
    assert "then" not in numbers["Lead time"]
    write_measures(actor, [MeasureValue(team, "effort", 30, 50, 90, unit="days")])
    assert shown_numbers(actor, decision)["Effort"]["changed"]


def test_worked_out_numbers_are_shown_with_two_telling_digits(actor: Actor, team: int) -> None:
    at_risk = MeasureValue.exactly(team, "at_risk", 10.75, unit="days")
    write_measures(actor, [at_risk, MeasureValue.exactly(team, "work_done", 51.9, unit="%")])
    decision = decide(actor, ask(actor, team).pk, "Build it")
    numbers = shown_numbers(actor, decision)
    for when in ("then", "now"):
        shown = [strip_tags(numbers[label][when]) for label in ("At risk", "Work done")]
        assert shown == ["11 days", "52 %"]


def test_who_makes_a_decision_owns_it_unless_they_say_who_does(actor: Actor, other: Actor) -> None:
    said: list[dict[str, Any]] = [{}, {"owner": None}, {"owner": other.member_id}]
    found = changes.create(actor, DECISION, [{"question": "Build or buy?", **one} for one in said])
    assert [one.owner_id for one in found] == [actor.member_id, None, other.member_id]


def test_a_file_says_itself_who_owns_what_it_brings(actor: Actor) -> None:
    by_import = replace(actor, origin=Origin.IMPORT)
    [found] = changes.create(by_import, DECISION, [{"question": "One?"}])
    assert found.owner_id is None


def test_people_are_named_as_they_are_called_and_answered_with_id_and_name(actor: Actor, other: Actor) -> None:
    roles = {"driver": "Ada", "approver": {"id": other.member_id, "name": "Bo"}, "informed": ["bo@example.com", "Bo"]}
    decision = open_decision(actor, {"question": "Build or buy?", "roles": roles})
    ada, bo = actor.member_id, other.member_id
    assert decision.roles == {"driver": ada, "approver": bo, "informed": [bo]}
    [answer] = serialize(actor, DECISION, [decision])
    named = {"id": bo, "name": "Bo"}
    assert answer["roles"] == {"driver": {"id": ada, "name": "Ada"}, "approver": named, "informed": [named]}
    again = changes.update(actor, DECISION, [Edit(decision.pk, {"roles": answer["roles"]})])
    assert again[0].version == decision.version


def test_somebody_unknown_has_no_part_in_a_decision(actor: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        open_decision(actor, {"question": "Build or buy?", "roles": {"informed": ["Ada", "Zoe"]}})
    [problem] = caught.value.problems
    assert (problem.value, problem.rule) == ("Zoe", "no member here has this e-mail or name")


def test_history_says_options_people_and_limits_in_words(actor: Actor, other: Actor, team: int) -> None:
    decision = ask(actor, team)
    values = {
        "options": [*OPTIONS, {"title": "Wait"}],
        "roles": {"driver": actor.member_id, "informed": [other.member_id]},
        "triggers": [watch("TM-1", 30.0)],
    }
    changes.update(actor, DECISION, [Edit(decision.pk, values)])
    page = browser_of(actor.user_id or 0).get("/orchard/decisions/D-1/history").content.decode()
    assert "Build it (for: Asked for most)\nBuy it (against: Costs more later)\nWait" in page
    assert "Drives it: Ada; Are told: Bo" in page
    assert "Effort of TM-1 Team 0 is above 30 days" in page
    assert not any(f"{{&quot;{name}" in page for name in ("driver", "title", "record"))
