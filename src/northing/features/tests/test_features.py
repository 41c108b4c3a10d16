"""Linking what was said to features, who asks, goals, health and boards, on a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from pytest_django import DjangoAssertNumQueries

from northing.access.actor import Actor, Forbidden, Origin, system
from northing.access.models import Workspace
from northing.access.roles import Role
from northing.decisions.public import measures_of
from northing.features import actions, answering, planning, queries
from northing.features.models import Feature, FeatureRequest, Status
from northing.features.records import FEATURE, FEATURE_REQUEST, OPPORTUNITY, WORK_PACKAGE
from northing.insight import public as insight
from northing.insight.models import Account, Contact, Feedback, Insight, Segment
from northing.kit import changes, history
from northing.kit.changes import Edit
from northing.kit.models import Change
from northing.kit.problems import Invalid, Missing
from northing.kit.record_types import registry
from northing.strategy.models import KeyResult, Metric, Objective

pytestmark = pytest.mark.django_db
TEXT = "I love it. But the export stops at 4 GB. Fix it!"
START = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def actor() -> Actor:
    return system(Workspace.objects.create(name="Orchard", slug="orchard", currency="EUR"), Origin.WEB)


def make(actor: Actor, model: Any, **values: Any) -> Any:
    [record] = changes.create(actor, registry.of(model), [values])
    return record


def said(actor: Actor, text: str = TEXT, **values: Any) -> Feedback:
    feedback: Feedback = make(actor, Feedback, **({"title": text[:50], "text": text} | values))
    return feedback


def features(actor: Actor, *titles: str) -> list[Feature]:
    return changes.create(actor, FEATURE, [{"title": title} for title in titles])


def test_a_passage_is_marked_and_linked_in_one_change(actor: Actor) -> None:
    feedback, [export] = said(actor), features(actor, "Large exports")
    start = TEXT.index(" But")
    request = actions.link_passage(actor, feedback.pk, start, start + 30, "f-1", 3, "blocks them", processed=True)
    [passage] = insight.passages(actor, [feedback.pk])[feedback.pk]
    assert passage.quote == TEXT[passage.start : passage.end] == "But the export stops at 4 GB."
    assert (request.feature_id, request.importance, request.title) == (export.pk, 3, passage.quote)
    assert Feedback.objects.within(actor).get(pk=feedback.pk).state == "processed"
    assert measures_of(actor, [export.pk], ["voices"])[export.pk]["voices"].p50 == 1


def test_linking_again_renews_and_a_second_target_shares_the_passage(actor: Actor) -> None:
    feedback, _ = said(actor), features(actor, "Large exports")
    make(actor, OPPORTUNITY.model, title="Get big work out")
    first = actions.link_passage(actor, feedback.pk, 0, 10, "F-1", 1)
    again = actions.link_passage(actor, feedback.pk, 0, 10, "F-1", 2)
    other = actions.link_passage(actor, feedback.pk, 0, 10, "O-1", 3)
    assert (again.pk, again.importance, other.insight_id) == (first.pk, 2, first.insight_id)
    linked = queries.linked_passages(actor, Q(insight__feedback=feedback.pk))
    assert [(p.request_id, p.importance) for p in linked] == [(first.pk, 2), (other.pk, 3)]


@pytest.mark.parametrize(
    ("start", "end", "target", "message"),
    [
        (0, 400, "F-1", "mark from 0 to at most"),
        (5, 5, "F-1", "mark from 0 to at most"),
        (0, 5, "X-1", r"key of a feature \(F-12\)"),
        (0, 5, "F-2", "is archived"),
    ],
)
def test_a_link_that_cannot_be_is_refused(actor: Actor, start: int, end: int, target: str, message: str) -> None:
    feedback, [_, gone] = said(actor), features(actor, "Kept", "Gone")
    changes.archive(actor, FEATURE, [gone.pk])
    with pytest.raises(Invalid, match=message):
        actions.link_passage(actor, feedback.pk, start, end, target)
    assert not Insight.objects.within(actor).exists()


def test_unlinking_takes_a_bare_passage_along(actor: Actor) -> None:
    feedback, [export, sync] = said(actor), features(actor, "Large exports", "Sync")
    one = actions.link_passage(actor, feedback.pk, 0, 10, "F-1")
    other = actions.link_passage(actor, feedback.pk, 0, 10, "F-2")
    actions.unlink(actor, [one.pk])
    assert insight.passages(actor, [feedback.pk])
    actions.unlink(actor, [other.pk])
    assert insight.passages(actor, [feedback.pk]) == {}
    assert {one.voices for one in queries.behind(actor, [export.pk, sync.pk]).values()} == {0}


def test_a_link_made_again_is_the_one_that_was_taken_back(actor: Actor) -> None:
    feedback, [export] = said(actor), features(actor, "Large exports")
    first = actions.link_passage(actor, feedback.pk, 0, 10, "F-1")
    actions.unlink(actor, [first.pk])
    unlinking = Change.objects.within(actor).latest("pk").pk
    assert actions.link_passage(actor, feedback.pk, 0, 10, "F-1").pk == first.pk
    assert history.undo(actor, unlinking).changed == {"insight": {first.insight_id}, "feature_request": {first.pk}}
    assert FeatureRequest.objects.within(actor).get(feature=export, archived_at=None) == first


def test_a_link_to_one_of_two_that_went_together_does_not_bring_the_other_back(actor: Actor) -> None:
    feedback, _ = said(actor), features(actor, "Large exports", "Faster exports")
    gone = [actions.link_passage(actor, feedback.pk, 0, 10, key).pk for key in ("F-1", "F-2")]
    actions.unlink(actor, gone)
    made = actions.link_passage(actor, feedback.pk, 0, 10, "F-1")
    assert FeatureRequest.objects.within(actor).get(archived_at=None) == made


def test_a_passage_that_was_marked_anew_is_not_brought_back_beside_it(actor: Actor) -> None:
    feedback, _ = said(actor), features(actor, "Large exports", "Faster exports")
    actions.unlink(actor, [actions.link_passage(actor, feedback.pk, 0, 10, "F-1").pk])
    anew = actions.link_passage(actor, feedback.pk, 0, 10, "F-2")
    assert actions.link_passage(actor, feedback.pk, 0, 10, "F-1").insight_id == anew.insight_id
    assert FeatureRequest.objects.within(actor).filter(archived_at=None).count() == 2


def test_a_request_asks_for_one_thing(actor: Actor) -> None:
    feedback, [export] = said(actor), features(actor, "Large exports")
    passage = make(actor, Insight, feedback=feedback.pk, quote="export stops")
    row = {"title": "export", "insight": passage.pk, "importance": 4}
    with pytest.raises(Invalid) as caught:
        changes.create(actor, FEATURE_REQUEST, [row, row | {"importance": 1, "feature": export.pk}])
    assert [(p.row, p.field) for p in caught.value.problems] == [(0, "feature"), (0, "importance")]


def test_who_asks(actor: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    export, sync = features(actor, "Large exports", "Sync")
    kestrel = make(actor, Account, name="Kestrel", tier="Pro", revenue="9000")
    wren = make(actor, Account, name="Wren", tier="Pro", revenue="500.50", currency="USD")
    make(actor, Account, name="Heron", tier="Enterprise", revenue="90000")
    make(actor, Segment, name="Big", rule={"field": "revenue", "at_least": 5000})
    kim = make(actor, Contact, name="Kim", account=kestrel.pk)
    early, late = START, START + timedelta(days=9)
    spoken = [
        said(actor, contact=kim.pk, created_at=late, channel="Ticket"),
        said(actor, contact=kim.pk, created_at=early, channel="Ticket"),
        said(actor, account=wren.pk, author="Lee", channel="Review", votes=3),
        said(actor, account=wren.pk, author="lee ", source="Call", channel="Review"),
    ]
    for feedback, importance in zip(spoken, (1, 3, 2, 0), strict=True):
        actions.link_passage(actor, feedback.pk, 0, 10, "F-1", importance)
    echo = said(actor, author="Sam", channel="Review")
    insight.fold(actor, spoken[0].pk, [echo.pk])
    with django_assert_num_queries(8):
        found = queries.who_asks(actor, [export.pk, sync.pk])
    asking = found[export.pk]
    assert (asking.voices, asking.contacts) == (3, 1)
    assert asking.importance == (1, 2, 0, 0)  # Lee last said 0; Kim 1, and Sam with her
    assert [(a.name, a.voices) for a in asking.accounts] == [("Kestrel", 1), ("Wren", 1)]
    assert asking.revenue == {"EUR": Decimal(9000), "USD": Decimal("500.5")}
    assert [(s.name, s.members) for s in asking.segments] == [("Big", 1)]
    assert asking.bias[:2] == ("Only 3 voices: too few to say who else wants it.", "No Enterprise account among them.")
    assert (found[sync.pk].voices, found[sync.pk].bias, found[sync.pk].revenue) == (0, (), {})


def test_people_of_one_name_at_two_customers_are_two(actor: Actor) -> None:
    [export] = features(actor, "Large exports")
    prices = {"Kestrel": "900", "Wren": "50"}
    for name, revenue in prices.items():
        account = make(actor, Account, name=name, revenue=revenue)
        actions.link_passage(actor, said(actor, account=account.pk, author="Kim").pk, 0, 10, "F-1")
    asking = queries.who_asks(actor, [export.pk])[export.pk]
    assert {one.name: one.voices for one in asking.accounts} == {"Kestrel": 1, "Wren": 1}
    assert asking.revenue == {"EUR": Decimal(950)}


def test_who_asks_costs_the_same_for_many(actor: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = features(actor, *(f"Feature {i}" for i in range(20)))
    contact = make(actor, Contact, name="Kim", account=make(actor, Account, name="Kestrel").pk)
    make(actor, Segment, name="All", subject="contact", rule={"field": "name", "filled": True})
    for i in range(20):
        actions.link_passage(actor, said(actor, contact=contact.pk).pk, 0, 10, f"F-{i + 1}")
    with django_assert_num_queries(8):
        assert len(queries.who_asks(actor, [f.pk for f in made])) == 20


def test_goals_served_and_features_that_serve_none(actor: Actor) -> None:
    own, child, none, done = features(actor, "Own", "Child", "None", "Done")
    changes.update(actor, FEATURE, [Edit(child.pk, {"parent": own.pk}), Edit(done.pk, {"status": Status.DECLINED})])
    objective = make(
        actor, Objective, title="Delight", period_start="2027-01-01", period_end="2027-03-31", status="active"
    )
    metric = make(actor, Metric, name="Exports")
    result = make(
        actor, KeyResult, objective=objective.pk, title="More", metric=metric.pk, baseline=1, target=2, due="2027-03-31"
    )
    actions.serve(actor, [own.pk], [result.pk, objective.pk])
    actions.serve(actor, [own.pk], [result.pk])
    assert [label.title for _, label in queries.goals_of(actor, [own.pk])[own.pk]] == ["More", "Delight"]
    assert queries.features_of_goals(actor, [result.pk]) == {result.pk: [own]}
    assert list(queries.serves_nothing(actor)) == [none]
    with pytest.raises(Missing):
        actions.serve(actor, [own.pk], [metric.pk])
    changes.archive(actor, registry.of(Objective), [objective.pk])
    assert set(queries.serves_nothing(actor)) == {own, child, none}
    assert queries.goals_of(actor, [own.pk]) == {}
    actions.stop_serving(actor, [own.pk], [result.pk])
    with pytest.raises(Forbidden):
        actions.serve(Actor(actor.workspace, Role.CONTRIBUTOR, Origin.WEB), [own.pk], [result.pk])


def test_features_are_made_of_themes_once(actor: Actor) -> None:
    a, b = said(actor, "noise cancelling hisses", author="Kim"), said(actor, "noise cancelling drops", author="Lee")
    theme = make(actor, insight.Theme, title="Noise cancelling")
    insight.put_under(actor, theme.pk, [a.pk, b.pk])
    [feature] = answering.answer_themes(actor, [answering.Wanted(theme.pk)]).made
    assert (feature.title, feature.theme_id) == ("Noise cancelling", theme.pk)
    assert queries.behind(actor, [feature.pk])[feature.pk].voices == 2
    assert answering.answer_themes(actor, [answering.Wanted(theme.pk)]).made == []


def test_features_are_suggested_for_a_passage(actor: Actor) -> None:
    export, dark, _ = features(actor, "Export files above 4 GB", "Dark theme", "Share presets")
    feedback = said(actor)
    assert planning.suggest_features(actor, TEXT, feedback.pk)[0].record_id == export.pk
    actions.link_passage(actor, feedback.pk, 0, 10, "F-1")
    assert export.pk not in {one.record_id for one in planning.suggest_features(actor, TEXT, feedback.pk)}
    assert planning.suggest_features(actor, "dark mode theme")[0].record_id == dark.pk


def test_board_tree_and_packages(actor: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    top, *below = features(actor, "Top", "Below 1", "Below 2", "Below 3")
    changes.update(actor, FEATURE, [Edit(f.pk, {"parent": top.pk, "status": "planned"}) for f in below])
    make(actor, WORK_PACKAGE.model, title="Firmware", feature=top.pk)
    with django_assert_num_queries(len(Status)):
        columns = queries.board(actor, size=2)
    assert {c.status: (len(c.features), c.more) for c in columns if c.features} == {
        "new": (1, False),
        "planned": (2, True),
    }
    with django_assert_num_queries(3):
        assert queries.children(actor, [top.pk]) == {top.pk: below}
        assert queries.child_counts(actor, [top.pk]) == {top.pk: 3}
        assert [p.title for p in queries.packages_of(actor, [top.pk])[top.pk]] == ["Firmware"]


def test_a_feature_is_not_below_itself_and_targets_become_definite(actor: Actor) -> None:
    [top] = features(actor, "Top")
    with pytest.raises(Invalid, match="is below itself"):
        changes.update(actor, FEATURE, [Edit(top.pk, {"parent": top.pk})])
    [after] = changes.update(actor, FEATURE, [Edit(top.pk, {"target_text": "q2 2031"})])
    assert after.target_text == "Q2 2031"
    with pytest.raises(Invalid, match="use a quarter"):
        changes.update(actor, FEATURE, [Edit(top.pk, {"target_text": "soonish"})])
    with pytest.raises(Invalid, match="for which day"):
        changes.update(actor, FEATURE, [Edit(top.pk, {"promised_to": "Kestrel"})])


def test_a_new_day_empties_the_words_in_its_place_unless_both_are_said(actor: Actor) -> None:
    aimed = make(actor, Feature, title="Aimed", target_text="Q2 2031")
    [day] = changes.update(actor, FEATURE, [Edit(aimed.pk, {"target": "2031-02-01"})])
    assert (day.target, day.target_text) == (date(2031, 2, 1), "")
    history.undo(actor, Change.objects.within(actor).latest("pk").pk)
    aimed.refresh_from_db()
    assert (aimed.target, aimed.target_text) == (None, "Q2 2031")
    [both] = changes.update(actor, FEATURE, [Edit(aimed.pk, {"target": "2031-02-01", "target_text": "Q2 2031"})])
    [same] = changes.update(actor, FEATURE, [Edit(aimed.pk, {"target": "2031-02-01"})])
    assert (both.target_text, same.target_text) == ("Q2 2031", "Q2 2031")


def test_health_is_reported_with_its_time(actor: Actor) -> None:
    [top] = features(actor, "Top")
    [after] = actions.report_health(actor, [top.pk], "at_risk", "the microphone slips")
    assert (after.health, after.health_note, after.health_at is not None) == ("at_risk", "the microphone slips", True)


def test_a_contributor_links_but_does_not_plan(actor: Actor) -> None:
    feedback, [export] = said(actor), features(actor, "Large exports")
    contributor = Actor(actor.workspace, Role.CONTRIBUTOR, Origin.WEB)
    actions.link_passage(contributor, feedback.pk, 0, 10, "F-1", processed=True)
    assert FeatureRequest.objects.within(actor).count() == 1
    with pytest.raises(Forbidden):
        actions.report_health(contributor, [export.pk], "on_track")


def test_the_wall(actor: Actor) -> None:
    feedback, [export] = said(actor), features(actor, "Large exports")
    actions.link_passage(actor, feedback.pk, 0, 10, "F-1")
    stranger = system(Workspace.objects.create(name="Harbour", slug="harbour"))
    with pytest.raises(Missing):
        actions.link_passage(stranger, feedback.pk, 0, 10, "F-1")
    with pytest.raises(Missing):
        actions.serve(stranger, [export.pk], [])
    assert queries.who_asks(stranger, [export.pk])[export.pk].voices == 0
    assert queries.linked_passages(stranger, Q(feature=export.pk)) == []
