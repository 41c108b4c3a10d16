"""An import is undone as a whole, comes back with what hung on it, and what people changed stays with what it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor, Origin, for_member, system
from northing.access.models import Member, User, Workspace
from northing.accounts.models import Team
from northing.decisions.public import estimates_of, measures_of
from northing.features import actions as features
from northing.features.models import Feature, WorkPackage
from northing.insight import jobs, queries
from northing.insight.models import Feedback
from northing.kit import changes, history
from northing.kit.changes import Edit
from northing.kit.importing import service
from northing.kit.importing.running import run_file
from northing.kit.jobs.worker import Worker
from northing.kit.models import Change, Comment, Import, Job
from northing.kit.record_types import registry
from northing.roadmap import actions as roadmap

pytestmark = pytest.mark.django_db
FEEDBACK, FEATURE, TEAM = (registry.named(name) for name in ("feedback", "feature", "team"))
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}
PLAN = "Feature,Effort,Team\n" + "".join(f"Plan {at},{at + 1},{'Core' if at < 2 else 'Web'}\n" for at in range(5))


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", name="Ada")
    return for_member(Member.objects.create(workspace=workspace, user=user, role="admin"), Origin.WEB)


def imported(actor: Actor, record_type: Any, folder: Path, content: str, **mapping: str) -> Import:
    path = folder / "rows.csv"
    path.write_text(content, encoding="utf-8")
    assert run_file(actor, record_type, path, mapping=mapping).rejected == 0
    return Import.objects.within(actor).latest("pk")


def undone(actor: Actor, batch: Import) -> str:
    service.ask_back(actor, batch)
    service.take_back(actor, batch)
    batch.refresh_from_db()
    return batch.reason


def reviews(*texts: str) -> str:
    return "Review,Author\n" + "".join(f"{text},Author {at}\n" for at, text in enumerate(texts))


def live(actor: Actor, model: Any) -> Any:
    return model.objects.within(actor).filter(archived_at=None)


def tidied(actor: Actor) -> None:
    jobs.tidy.call(actor.workspace_id)


def voices(actor: Actor, pk: int) -> float:
    return measures_of(actor, [pk], ["voices"])[pk]["voices"].p50


SAME = reviews(*["The app is far too slow"] * 6, "The hinge squeaks at night")


def test_what_was_folded_by_itself_is_taken_back_too(actor: Actor, tmp_path: Path) -> None:
    batch = imported(actor, FEEDBACK, tmp_path, SAME)
    tidied(actor)
    assert live(actor, Feedback).exclude(folded_into=None).count() == 5
    assert undone(actor, batch) == "7 feedback taken back."
    assert not live(actor, Feedback).exists()


def test_what_a_person_changed_is_left_whatever_northing_did_besides(actor: Actor, tmp_path: Path) -> None:
    batch = imported(actor, FEEDBACK, tmp_path, SAME)
    tidied(actor)
    kept = live(actor, Feedback).exclude(folded_into=None).earliest("pk")
    changes.update(actor, FEEDBACK, [Edit(kept.pk, {"author": "Kim"})])
    assert undone(actor, batch) == ("6 of 7 feedback taken back. Left, because it was changed since: 1 feedback.")
    assert live(actor, Feedback).get().pk == kept.pk
    tidied(actor)
    assert [one.pk for one in queries.inbox(actor)] == [kept.pk], "what stood for it is gone"


def test_those_that_were_folded_into_what_is_gone_have_one_of_them_stand_for_the_rest(
    actor: Actor, tmp_path: Path
) -> None:
    batch = imported(actor, FEEDBACK, tmp_path, reviews("The app is far too slow"))
    first, second = changes.create(actor, FEEDBACK, [{"title": "The app is far too slow!"}, {"title": "app slow"}])
    leader = live(actor, Feedback).earliest("pk")
    for pk in (first.pk, second.pk):
        changes.update(system(actor.workspace), FEEDBACK, [Edit(pk, {"folded_into": leader.pk})])
    Job.objects.all().delete()
    undone(actor, batch)
    assert Job.objects.filter(task=jobs.tidy.module_path).count() == 1
    tidied(actor)
    assert dict(live(actor, Feedback).values_list("pk", "folded_into")) == {first.pk: None, second.pk: first.pk}


def test_links_and_voices_come_back_with_the_feedback(actor: Actor, tmp_path: Path) -> None:
    batch = imported(actor, FEEDBACK, tmp_path, SAME)
    tidied(actor)
    [feature] = changes.create(actor, FEATURE, [{"title": "App is slow"}])
    slow = live(actor, Feedback).get(folded_into=None, title__startswith="The app")
    features.link_passage(actor, slow.pk, 0, 7, FEATURE.key(feature), 3)
    assert voices(actor, feature.pk) == 6
    undone(actor, batch)
    assert voices(actor, feature.pk) == 0
    imported(actor, FEEDBACK, tmp_path, SAME)
    assert voices(actor, feature.pk) == 6


def test_a_part_that_was_gone_before_stays_gone(actor: Actor) -> None:
    [feature] = changes.create(actor, FEATURE, [{"title": "Sky masks"}])
    packages = registry.named("work_package")
    old, new = changes.create(actor, packages, [{"title": name, "feature": feature.pk} for name in ("Old", "New")])
    changes.archive(actor, packages, [old.pk])
    changes.archive(actor, FEATURE, [feature.pk])
    with changes.changing(actor, "brought back") as change:
        change.unarchive(FEATURE, [feature.pk])
    assert live(actor, WorkPackage).get().pk == new.pk


def test_what_is_left_keeps_its_estimates_and_its_team(actor: Actor, tmp_path: Path) -> None:
    batch = imported(actor, FEATURE, tmp_path, PLAN)
    kept = list(Feature.objects.within(actor).filter(title__in=["Plan 0", "Plan 1"]).values_list("pk", flat=True))
    roadmap.plan(actor, kept, "Spring 2027", "next", decided=True)
    assert undone(actor, batch) == (
        "3 of 5 features, 1 of 2 teams taken back. "
        "Left, because they were changed since: 2 features. Left with them: 1 team."
    )
    assert {line.record_id for line in estimates_of(actor, kept)} == set(kept)
    assert measures_of(actor, kept, ["effort"]).keys() == set(kept)
    assert live(actor, Team).get().name == "Core"


def test_an_undo_that_was_killed_tells_of_all_of_it(
    actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = imported(actor, FEATURE, tmp_path, PLAN)
    real, calls = history._invert_change, []

    def killed(*given: Any) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*given)

    monkeypatch.setattr(history, "_invert_change", killed)
    service.ask_back(actor, batch)
    with pytest.raises(KeyboardInterrupt):
        service.take_back(actor, batch)
    monkeypatch.undo()
    service.take_back(actor, batch)
    batch.refresh_from_db()
    assert batch.reason == "5 features, 2 teams taken back."
    assert not live(actor, Feature).exists()
    assert not live(actor, Team).exists()


def test_what_an_import_brought_back_is_taken_back_with_what_it_changed(actor: Actor, tmp_path: Path) -> None:
    undone(actor, imported(actor, FEATURE, tmp_path, "id,Feature,Status\n1,Sky masks,idea\n"))
    again = imported(actor, FEATURE, tmp_path, "id,Feature,Status\n1,Sky masks at night,idea\n")
    assert undone(actor, again) == "1 feature taken back."
    assert not live(actor, Feature).exists()


def test_features_in_a_release_are_counted_as_they_were_put_there(actor: Actor) -> None:
    rows = [{"title": f"Plan {at}", "status": "new" if at < 2 else "planned"} for at in range(4)]
    ids = [one.pk for one in changes.create(actor, FEATURE, rows)]
    [release] = changes.create(actor, registry.named("release"), [{"title": "Spring 2027"}])
    planned = roadmap.plan(actor, ids, release, "", decided=True)
    assert planned.change_id
    assert history.undo(actor, planned.change_id).words == "Undone: 4 features as before"


def test_an_undo_asks_where_people_have_worked_with_what_it_takes(actor: Actor, tmp_path: Path, client: Client) -> None:
    batch = imported(actor, FEATURE, tmp_path, PLAN)
    one, other, third, *_ = Feature.objects.within(actor).order_by("pk")
    [release] = changes.create(actor, registry.named("release"), [{"title": "Spring 2027"}])
    for feature in (one, other):
        roadmap.place(actor, feature, release)
    Comment.objects.create(workspace=actor.workspace, record_id=third.pk, text="Soon")
    client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    url = f"/orchard/features/import/{batch.pk}/"
    asked = client.post(f"{url}undo", **HTMX)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "2 features are in a release" in page
    assert "1 feature is commented on" in page
    batch.refresh_from_db()
    assert batch.state == Import.State.DONE
    sure = client.post(f"{url}undo", {"sure": "1"}, **HTMX)
    assert (sure.status_code, sure["HX-Redirect"]) == (204, url)
    Worker().run_due()
    assert not live(actor, Feature).exists()


def test_what_nobody_has_worked_with_is_undone_unasked(actor: Actor, tmp_path: Path, client: Client) -> None:
    batch = imported(actor, FEATURE, tmp_path, PLAN)
    client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"/orchard/features/import/{batch.pk}/undo", **HTMX).status_code == 204
    batch.refresh_from_db()
    assert batch.state == Import.State.UNDONE


def test_a_change_taken_back_twice_is_as_taken_back_once(actor: Actor) -> None:
    [feature] = changes.create(actor, FEATURE, [{"title": "Sky masks"}])
    changes.update(actor, FEATURE, [Edit(feature.pk, {"title": "Night masks"})])
    change = Change.objects.within(actor).latest("pk").pk
    assert [history.undo(actor, change).words for _ in range(2)] == ["Undone", "Undone"]
    feature.refresh_from_db()
    assert feature.title == "Sky masks"


def test_what_an_import_only_changed_is_put_back_as_it_was(actor: Actor, tmp_path: Path) -> None:
    imported(actor, FEATURE, tmp_path, "id,Feature,Status\n1,Sky masks,idea\n")
    again = imported(actor, FEATURE, tmp_path, "id,Feature,Status\n1,Sky masks at night,idea\n")
    assert undone(actor, again) == "1 feature put back as it was."
    assert live(actor, Feature).get().title == "Sky masks"
