"""One feature is merged into another: what belonged to it follows, nothing is lost, and an undo restores all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import models
from pytest_django import DjangoAssertNumQueries

from northing.access.actor import Actor, Forbidden, for_member, system
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.models import DecisionEvidence, Measure
from northing.decisions.public import (
    add_evidence,
    estimates_of,
    evidence_of,
    fired_triggers,
    measures_of,
    open_decision,
)
from northing.features import actions as features
from northing.features import queries
from northing.features.models import Feature, FeatureGoal, FeatureRequest, Refusal
from northing.kit import changes, following, history, merging, tagging
from northing.kit.changes import Edit
from northing.kit.models import ChangeEntry, Comment, Kind, Link, Record, RecordTag, SearchDocument
from northing.kit.problems import Invalid, Merged, Missing
from northing.kit.reading import find_any, get_record
from northing.kit.record_types import registry
from northing.roadmap import actions as roadmap
from northing.roadmap.models import Dependency, Placement
from northing.roadmap.queries import releases_of

from .samples import make

pytestmark = pytest.mark.django_db
FEATURE = registry.named("feature")
Made = Callable[..., Any]


@pytest.fixture
def made(admin_actor: Actor) -> Made:
    """A record of the type named."""

    def one(type_name: str, **values: Any) -> Any:
        return make(admin_actor, registry.named(type_name), **values)

    return one


@pytest.fixture
def sso(made: Made) -> Any:
    return made("feature", title="SSO")


@pytest.fixture
def single(made: Made, sso: Any) -> Any:
    """The one that turns out to be the same."""
    return made("feature", title="Single sign-on")


def merge(actor: Actor, merged: Any, into: Any) -> int:
    return merging.merge(actor, FEATURE, merged.pk, into.pk)


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def ask(actor: Actor, feature: Any, author: str, importance: int = 1) -> Any:
    """Somebody's feedback that asks for a feature."""
    [feedback] = changes.create(actor, registry.named("feedback"), [{"title": "Let us in", "author": author}])
    features.link_passage(actor, feedback.pk, 0, 6, FEATURE.key(feature), importance)
    return feedback


def voices(actor: Actor, feature: Any) -> float:
    return measures_of(actor, [feature.pk], ["voices"])[feature.pk]["voices"].p50


def dump() -> dict[str, list[dict[str, Any]]]:
    """All that records are and that hangs on them, without when and how often it was written."""
    hanging = (
        Record,
        RecordTag,
        Comment,
        Link,
        SearchDocument,
        FeatureGoal,
        Refusal,
        Placement,
        DecisionEvidence,
        Measure,
    )
    told: dict[str, list[dict[str, Any]]] = {}
    for model in (*(record_type.model for record_type in registry), *hanging):
        names = {field.attname for field in model._meta.concrete_fields} - {"version", "updated_at", "as_of"}
        if model in (Measure, RecordTag):  # written anew
            names -= {"id"}
        told[model.__name__] = sorted(model._default_manager.values(*sorted(names)), key=str)
    return told


def test_requests_follow_and_everybody_counts_once(admin_actor: Actor, sso: Any, single: Any) -> None:
    for author, feature in (("Kim", sso), ("Kim", single), ("Lou", single)):
        ask(admin_actor, feature, author)
    merge(admin_actor, single, sso)
    assert set(FeatureRequest.objects.filter(archived_at=None).values_list("feature", flat=True)) == {sso.pk}
    assert FeatureRequest.objects.filter(archived_at=None).count() == 3
    assert (voices(admin_actor, sso), voices(admin_actor, single)) == (2, 0)


@pytest.mark.parametrize("later_is_merged", [True, False])
def test_of_one_passage_linked_to_both_the_later_link_stays(
    admin_actor: Actor, sso: Any, single: Any, later_is_merged: bool
) -> None:
    first, then = (sso, single) if later_is_merged else (single, sso)
    feedback = ask(admin_actor, first, "Kim", 1)
    features.link_passage(admin_actor, feedback.pk, 0, 6, FEATURE.key(then), 3)
    merge(admin_actor, single, sso)
    [request] = FeatureRequest.objects.filter(archived_at=None)
    assert (request.feature_id, request.importance) == (sso.pk, 3)
    assert queries.who_asks(admin_actor, [sso.pk])[sso.pk].importance == (0, 0, 0, 1)


def test_what_the_later_link_leaves_unsaid_the_earlier_says(admin_actor: Actor, sso: Any, single: Any) -> None:
    feedback = ask(admin_actor, sso, "Kim", 3)
    features.link_messages(admin_actor, [feedback.pk], FEATURE.key(single))
    [later] = FeatureRequest.objects.filter(feature=single.pk)
    changes.update(admin_actor, registry.named("feature_request"), [Edit(later.pk, {"note": "From the call."})])
    FeatureRequest.objects.update(insight=later.insight_id)
    before = dump()
    change = merge(admin_actor, single, sso)
    [request] = FeatureRequest.objects.filter(archived_at=None)
    assert (request.pk, request.feature_id, request.importance, request.note) == (
        later.pk,
        sso.pk,
        3,
        "From the call.",
    )
    history.undo(admin_actor, change)
    assert dump() == before


def test_estimates_of_two_people_stay_apart_and_of_one_the_later_counts(
    admin_actor: Actor, made: Made, sso: Any, single: Any
) -> None:
    bo = Member.objects.create(
        workspace=admin_actor.workspace, user=User.objects.create_user("bo@example.com", name="Bo"), role="editor"
    )
    for feature, entered, author in ((sso, "2", None), (single, "8", None), (single, "4", bo.pk)):
        made("estimate", about=feature.pk, quantity="effort", entered=entered, author=author)
    merge(admin_actor, single, sso)
    now = {line.author: line.entered for line in estimates_of(admin_actor, [sso.pk])}
    every = [line.entered for line in estimates_of(admin_actor, [sso.pk], history=True)]
    assert (now, every) == ({"Ada": "8", "Bo": "4"}, ["2", "8", "4"])
    assert measures_of(admin_actor, [sso.pk], ["effort"])[sso.pk]["effort"].detail["people"] == 2
    assert measures_of(admin_actor, [single.pk], ["effort"]) == {}


def test_work_and_risks_follow_with_their_numbers(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    package = made("work_package", feature=single.pk)
    items = [made("work_item", feature=single.pk, status_category=state) for state in ("done", "new")]
    risk = made("risk", about=single.pk, probability=50, delay=4)
    merge(admin_actor, single, sso)
    assert [fresh(one).feature_id for one in (package, *items)] == [sso.pk] * 3
    assert fresh(risk).about_id == sso.pk
    found = measures_of(admin_actor, [sso.pk, single.pk], ["work_done", "at_risk"])
    assert {pk: {name: value.p50 for name, value in named.items()} for pk, named in found.items()} == {
        sso.pk: {"work_done": 50, "at_risk": 2}
    }


def test_goals_and_releases_follow_once(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    both, only = made("objective"), made("initiative")
    spring, autumn = made("release", title="Spring"), made("release", title="Autumn")
    features.serve(admin_actor, [sso.pk], [both.pk])
    features.serve(admin_actor, [single.pk], [both.pk, only.pk])
    for feature, release in ((sso, spring), (single, spring), (single, autumn)):
        roadmap.place(admin_actor, feature, release)
    merge(admin_actor, single, sso)
    assert {pk for pk, _ in queries.goals_of(admin_actor, [sso.pk])[sso.pk]} == {both.pk, only.pk}
    assert [one.title for one in releases_of(admin_actor, [sso.pk])[sso.pk]] == ["Spring", "Autumn"]


def test_decisions_comments_links_and_tags_follow(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    decision = open_decision(admin_actor, {"question": "Which one?"}, {single.pk: "asked for by all"})
    other = made("feature", title="Audit log")
    for feature, tag in ((sso, "eu"), (single, "core")):
        changes.update(admin_actor, FEATURE, [Edit(feature.pk, {"tags": [tag]})])
    Comment.objects.create(workspace=admin_actor.workspace, record_id=single.pk, text="The same as SSO?")
    for source, target in ((single, other), (other, single), (single, sso), (sso, other)):
        Link.objects.create(workspace=admin_actor.workspace, source_id=source.pk, target_id=target.pk)
    merge(admin_actor, single, sso)
    assert [(one.record_id, one.note) for one in evidence_of(admin_actor, decision.pk)] == [
        (sso.pk, "asked for by all")
    ]
    assert Comment.objects.get().record_id == sso.pk
    assert set(Link.objects.filter(source=sso.pk).values_list("target", flat=True)) == {other.pk}
    assert Link.objects.get(source=other.pk).target_id == sso.pk
    assert tagging.tags_of([sso.pk])[sso.pk] == ("core", "eu")


def test_what_a_decision_watches_is_then_the_others(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    trigger = {"record": FEATURE.key(single), "name": "effort", "is": "above", "value": 20}
    decision = open_decision(admin_actor, {"question": "Build it?", "triggers": [trigger], "choice": "Yes"})
    add_evidence(admin_actor, decision.pk, {sso.pk: ""})
    changes.update(admin_actor, registry.named("decision"), [Edit(decision.pk, {"status": "decided"})])
    merge(admin_actor, single, sso)
    made("estimate", about=sso.pk, quantity="effort", entered="30")
    assert [one.label.key for one in fired_triggers(admin_actor) if one.label] == [FEATURE.key(sso)]


def test_what_waits_for_the_one_waits_for_the_other_and_nothing_for_itself(
    admin_actor: Actor, made: Made, sso: Any, single: Any
) -> None:
    other = made("feature", title="Audit log")
    pairs = [(sso, other), (single, other), (single, sso), (other, made("feature", title="Reports"))]
    for first, then in pairs:
        made("dependency", predecessor=first.pk, successor=then.pk)
    merge(admin_actor, single, sso)
    live = set(Dependency.objects.filter(archived_at=None).values_list("predecessor", "successor"))
    assert live == {(sso.pk, other.pk), (other.pk, pairs[3][1].pk)}
    assert Dependency.objects.filter(archived_at=None).count() == 2


def test_what_would_wait_for_itself_is_not_merged(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    between = made("feature", title="Accounts")
    made("dependency", predecessor=sso.pk, successor=between.pk)
    made("dependency", predecessor=between.pk, successor=single.pk)
    before = dump()
    with pytest.raises(Invalid, match="they would wait for each other"):
        merge(admin_actor, single, sso)
    assert dump() == before


def test_nor_by_way_of_a_release(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    release = made("release")
    roadmap.place(admin_actor, single, release)
    made("dependency", predecessor=release.pk, successor=sso.pk)
    with pytest.raises(Invalid, match="they would wait for each other"):
        merge(admin_actor, single, sso)
    assert get_record(admin_actor, FEATURE, FEATURE.key(single)).pk == single.pk


def test_parts_follow_and_nothing_is_below_itself(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    top, part = made("feature", title="Security"), made("feature", title="SAML", parent=single.pk)
    changes.update(admin_actor, FEATURE, [Edit(single.pk, {"parent": top.pk}), Edit(sso.pk, {"parent": part.pk})])
    before = dump()
    change = merge(admin_actor, single, sso)
    assert [fresh(one).parent_id for one in (sso, part, top)] == [top.pk, sso.pk, None]
    history.undo(admin_actor, change)
    assert dump() == before


@pytest.mark.parametrize("way", ["part into whole", "whole into part", "side by side"])
def test_a_whole_and_its_part_become_one(admin_actor: Actor, sso: Any, single: Any, made: Made, way: str) -> None:
    top = made("feature", title="Security")
    pairs = {"part into whole": (None, sso.pk), "whole into part": (single.pk, top.pk), "side by side": (None, top.pk)}
    of_sso, of_single = pairs[way]
    edits = [Edit(sso.pk, {"parent": of_sso}), Edit(single.pk, {"parent": of_single})]
    changes.update(admin_actor, FEATURE, edits)
    before = dump()
    change = merge(admin_actor, single, sso)
    assert fresh(sso).parent_id == (None if way == "part into whole" else top.pk)
    history.undo(admin_actor, change)
    assert dump() == before


def test_what_one_leaves_empty_the_other_fills_and_what_both_say_stays(
    admin_actor: Actor, made: Made, sso: Any, single: Any
) -> None:
    product = made("product")
    own = {"target_text": "next", "description": "One door.", "status": "planned"}
    its = {"target": "2027-03-01", "description": "For all tools.", "status": "new", "product": product.pk}
    changes.update(admin_actor, FEATURE, [Edit(sso.pk, own), Edit(single.pk, its)])
    told = merging.preview(admin_actor, FEATURE, fresh(single), fresh(sso))
    merge(admin_actor, single, sso)
    after = fresh(sso)
    assert (after.target, after.target_text, after.status, after.product_id) == (None, "next", "planned", product.pk)
    assert after.description == f"One door.\n\n{FEATURE.key(single)} Single sign-on:\nFor all tools."
    assert {spec.name for spec in told.filled} == {"description", "product"}
    assert [spec.name for spec in told.kept] == ["status", "target"]


def test_the_theme_of_the_merged_one_becomes_a_part(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    own, its = made("theme", title="Sign-on"), made("theme", title="Passwords")
    changes.update(admin_actor, FEATURE, [Edit(sso.pk, {"theme": own.pk}), Edit(single.pk, {"theme": its.pk})])
    merge(admin_actor, single, sso)
    assert (fresh(sso).theme_id, fresh(its).parent_id) == (own.pk, own.pk)


def everything(actor: Actor, made: Made, sso: Any, single: Any) -> None:
    """A feature with one of everything that can hang on it, beside one that has some of it too."""
    both, autumn = made("objective"), made("release", title="Autumn")
    other = made("feature", title="Audit log", parent=single.pk)
    themes = [made("theme", title=title) for title in ("Sign-on", "Passwords")]
    for feature, theme in zip((sso, single), themes, strict=True):
        feedback = ask(actor, feature, "Kim", 2)
        features.serve(actor, [feature.pk], [both.pk])
        roadmap.place(actor, feature, autumn)
        made("estimate", about=feature.pk, quantity="effort", entered="3-9")
        made("estimate", about=feature.pk, quantity="reach", entered="400", method="imported", author=None)
        made("dependency", predecessor=feature.pk, successor=other.pk)
        values = {"theme": theme.pk, "tags": [theme.title], "description": theme.title}
        changes.update(actor, FEATURE, [Edit(feature.pk, values)])
    features.link_passage(actor, feedback.pk, 0, 6, FEATURE.key(sso), 3)
    features.serve(actor, [single.pk], [made("initiative").pk])
    package = made("work_package", feature=single.pk)
    made("work_item", feature=single.pk, work_package=package.pk, status_category="done")
    made("risk", about=single.pk, probability=50, delay=4)
    changes.archive(actor, registry.named("work_package"), [made("work_package", feature=single.pk).pk])
    open_decision(actor, {"question": "Which one?"}, {single.pk: "asked for by all", sso.pk: ""})
    Comment.objects.create(workspace=actor.workspace, record_id=single.pk, text="The same as SSO?")
    for source, target in ((single, other), (other, single), (single, sso)):
        Link.objects.create(workspace=actor.workspace, source_id=source.pk, target_id=target.pk)
    changes.update(actor, FEATURE, [Edit(single.pk, {"promised": "2027-05-01", "promised_to": "Retail"})])


def test_undo_restores_all_of_it(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    everything(admin_actor, made, sso, single)
    before = dump()
    change = merge(admin_actor, single, sso)
    assert dump() != before
    assert history.undo(admin_actor, change).words.startswith("Undone: ")
    assert dump() == before
    assert get_record(admin_actor, FEATURE, FEATURE.key(single)).pk == single.pk


def test_what_happened_since_stands_not_in_the_way_of_an_undo(
    admin_actor: Actor, made: Made, sso: Any, single: Any
) -> None:
    package = made("work_package", feature=single.pk)
    change = merge(admin_actor, single, sso)
    changes.update(admin_actor, registry.named("work_package"), [Edit(package.pk, {"title": "Sign in with Acme"})])
    changes.update(admin_actor, FEATURE, [Edit(sso.pk, {"title": "SSO for all"})])
    added = made("work_package", feature=sso.pk)
    history.undo(admin_actor, change)
    assert [fresh(one).feature_id for one in (package, added)] == [single.pk, sso.pk]
    assert (fresh(package).title, fresh(sso).title) == ("Sign in with Acme", "SSO for all")
    assert fresh(single).archived_at is None


def test_what_was_put_elsewhere_since_stays_there(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    package, other = made("work_package", feature=single.pk), made("feature", title="Audit log")
    change = merge(admin_actor, single, sso)
    changes.update(admin_actor, registry.named("work_package"), [Edit(package.pk, {"feature": other.pk})])
    history.undo(admin_actor, change)
    assert fresh(package).feature_id == other.pk


def test_undone_twice_it_is_undone_once(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    everything(admin_actor, made, sso, single)
    before = dump()
    change = merge(admin_actor, single, sso)
    history.undo(admin_actor, change)
    history.undo(admin_actor, change)
    assert dump() == before


@pytest.mark.parametrize("first", [0, 1])
def test_of_a_chain_every_merge_is_undone_by_itself(
    admin_actor: Actor, made: Made, sso: Any, single: Any, first: int
) -> None:
    last = made("feature", title="Login")
    packages = [made("work_package", feature=one.pk) for one in (single, sso)]
    before = dump()
    done = [merge(admin_actor, single, sso), merge(admin_actor, sso, last)]
    assert [fresh(one).feature_id for one in packages] == [last.pk] * 2
    assert {find_any(admin_actor, FEATURE.key(one)) for one in (single, sso)} == {last.pk}
    history.undo(admin_actor, done[first])
    assert fresh(packages[first]).feature_id == (single, sso)[first].pk
    history.undo(admin_actor, done[1 - first])
    assert dump() == before


def test_each_record_tells_in_its_history_what_was_merged(
    admin_actor: Actor, made: Made, sso: Any, single: Any
) -> None:
    package = made("work_package", feature=single.pk)
    merge(admin_actor, single, sso)
    event = f"merged {FEATURE.key(single)} into {FEATURE.key(sso)}"
    for record in (sso, single, package):
        latest = ChangeEntry.objects.filter(record=record.pk).latest("pk")
        assert (latest.change.event, latest.version) == (event, fresh(record).version)
    kinds = ChangeEntry.objects.filter(record=single.pk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [Kind.CREATED, Kind.MERGED]


def test_a_merged_key_means_the_other_wherever_it_is_given(
    admin_actor: Actor, made: Made, sso: Any, single: Any
) -> None:
    merge(admin_actor, single, sso)
    key = FEATURE.key(single)
    assert find_any(admin_actor, key) == sso.pk
    for given in (key, single.pk):
        assert made("work_package", feature=given).feature_id == sso.pk
        assert made("risk", about=given).about_id == sso.pk
    ask(admin_actor, single, "Kim")
    assert voices(admin_actor, sso) == 1
    with pytest.raises(Merged):
        get_record(admin_actor, FEATURE, key)


def test_neither_is_merged_with_itself_nor_with_what_is_gone(admin_actor: Actor, made: Made, sso: Any) -> None:
    gone = made("feature", title="Login")
    changes.archive(admin_actor, FEATURE, [gone.pk])
    for merged, into in ((sso, sso), (sso, gone), (gone, sso)):
        with pytest.raises(Invalid):
            merge(admin_actor, merged, into)


def test_only_types_that_say_so_are_merged(admin_actor: Actor, made: Made) -> None:
    teams = [made("team"), made("team")]
    with pytest.raises(Missing):
        merging.merge(admin_actor, registry.named("team"), teams[0].pk, teams[1].pk)


def test_whoever_may_not_edit_features_merges_and_unmerges_none(admin_actor: Actor, sso: Any, single: Any) -> None:
    change = None
    for role in (Role.VIEWER, Role.CONTRIBUTOR):
        user = User.objects.create_user(f"{role}@example.com")
        actor = for_member(Member.objects.create(workspace=admin_actor.workspace, user=user, role=role))
        with pytest.raises(Forbidden):
            merge(actor, single, sso)
        change = change or merge(admin_actor, single, sso)
        with pytest.raises(Forbidden):
            history.undo(actor, change)
        history.undo(admin_actor, change)
        change = None
    assert fresh(single).archived_at is None


def test_the_wall(admin_actor: Actor, sso: Any, single: Any) -> None:
    stranger = system(Workspace.objects.create(name="Harbour", slug="harbour"))
    own = make(stranger, FEATURE)
    for merged, into in ((single, sso), (own, sso), (single, own)):
        with pytest.raises(Missing):
            merge(stranger, merged, into)
    change = merge(admin_actor, single, sso)
    with pytest.raises(Missing):
        history.undo(stranger, change)


def test_the_preview_counts_what_then_moves(admin_actor: Actor, made: Made, sso: Any, single: Any) -> None:
    everything(admin_actor, made, sso, single)
    before = dump()
    told = merging.preview(admin_actor, FEATURE, fresh(single), fresh(sso))
    assert dump() == before
    assert told.moving == [
        "2 estimates",
        "1 feature below it",
        "1 work package",
        "1 dependency",
        "1 work item",
        "1 risk",
        "1 comment",
        "1 link",
        "1 link to it",
        "1 goal",
    ]
    assert told.staying == ["1 link", "1 decision that rests on it", "1 goal", "1 release"]
    assert any("the later counts" in note for note in told.notes)


def test_a_merge_of_much_takes_few_queries(
    admin_actor: Actor, made: Made, sso: Any, single: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for author in range(3):
        ask(admin_actor, single, f"Voice {author}")
        made("work_package", feature=single.pk)
    with django_assert_max_num_queries(110) as few:
        change = merge(admin_actor, single, sso)
    history.undo(admin_actor, change)
    for author in range(3, 30):
        ask(admin_actor, single, f"Voice {author}")
        made("work_package", feature=single.pk)
    with django_assert_max_num_queries(len(few) + 6):
        merge(admin_actor, single, sso)


def _pointers() -> Iterator[tuple[type[models.Model], str]]:
    """Columns of all tables that point to any record or to a feature, without those of records themselves."""
    for relation in (one for to in (Record, Feature) for one in to._meta.get_fields(include_hidden=True)):
        if isinstance(relation, models.ManyToOneRel):
            model = relation.related_model
            if not any(model is one.model for one in registry):
                yield model, relation.field.name


def test_whatever_can_hang_on_a_feature_follows_it_or_is_made_anew() -> None:
    """A new table that points to records has to say which."""
    anew = {"ChangeEntry.record", "RecordTag.record", "SearchDocument.record", "Measure.record", "Attention.record"}
    other = {"FeatureGoal.goal", "RowEntry.old"}  # what no feature is, and where rows once were
    follow = {f"{one.model.__name__}.{one.column}" for one in following.hanging_on(FEATURE)}
    found = {f"{model.__name__}.{name}" for model, name in _pointers()}
    assert found == anew | other | follow
    columns = {(one.name, name) for one, name in following.pointing_to(FEATURE)}
    for record_type in registry:
        for field in record_type.model._meta.concrete_fields:
            if (
                isinstance(field, models.ForeignKey)
                and field.related_model in (Record, Feature)
                and not field.primary_key
            ):
                assert (record_type.name, field.name) in columns, field
