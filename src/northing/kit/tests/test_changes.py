"""Writing through the change mechanism: all or nothing, with history, search and the wall."""

from __future__ import annotations

import pytest

from northing.access.actor import Actor, Forbidden, Origin, system
from northing.access.models import Workspace
from northing.access.roles import Role
from northing.accounts.models import Team
from northing.accounts.records import TEAM
from northing.kit import changes, cleaning
from northing.kit.changes import Edit, changing
from northing.kit.fields import Reference
from northing.kit.models import Change, ChangeEntry, Kind
from northing.kit.problems import Conflict, Invalid, Missing
from northing.kit.search import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.WEB)


def test_creation_numbers_tags_history_and_search(actor: Actor) -> None:
    teams = changes.create(actor, TEAM, [{"name": "Imaging", "tags": "core, eu"}, {"name": "Firmware"}])
    assert [TEAM.key(team) for team in teams] == ["TM-1", "TM-2"]
    entry = ChangeEntry.objects.get(record_id=teams[0].pk)
    assert (entry.kind, entry.version, entry.old) == (Kind.CREATED, 1, {})
    assert [tag.name for tag in teams[0].record.tags.all()] == ["core", "eu"]
    assert [hit.record_id for hit in search(actor, "imag").hits] == [teams[0].pk]


def test_a_creation_of_nothing_leaves_no_trace(actor: Actor) -> None:
    assert changes.create(actor, TEAM, []) == []
    assert Change.objects.within(actor).count() == 0
    [team] = changes.create(actor, TEAM, [{"name": "Imaging"}])
    assert (TEAM.key(team), team.custom, team.archived_at) == ("TM-1", {}, None)
    assert Team.objects.get(pk=team.pk).workspace == actor.workspace


def test_every_problem_of_every_row_is_told_and_nothing_is_written(actor: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        changes.create(actor, TEAM, [{"name": ""}, {"name": "A", "people": "many"}, {"name": "B", "colour": "red"}])
    assert [(p.row, p.field) for p in caught.value.problems] == [(0, "name"), (1, "people"), (2, "colour")]
    assert not Team.objects.within(actor).exists()
    assert not Change.objects.within(actor).exists()


def test_names_repeat_neither_in_one_batch_nor_against_others(actor: Actor) -> None:
    changes.create(actor, TEAM, [{"name": "Imaging"}])
    with pytest.raises(Invalid) as caught:
        changes.create(actor, TEAM, [{"name": "imaging"}, {"name": "Audio"}, {"name": "Audio"}])
    assert [p.row for p in caught.value.problems] == [0, 2]


def test_an_edit_keeps_the_old_values_only_of_what_differs(actor: Actor) -> None:
    [team] = changes.create(actor, TEAM, [{"name": "Imaging", "people": 3}])
    [after] = changes.update(actor, TEAM, [Edit(team.pk, {"name": "Imaging", "people": "4", "tags": ["core"]})])
    entry = ChangeEntry.objects.get(record_id=team.pk, kind=Kind.UPDATED)
    assert after.version == 2
    assert entry.old == {"people": 3.0, "tags": []}
    changes.update(actor, TEAM, [Edit(team.pk, {"people": 4})])
    assert ChangeEntry.objects.filter(record_id=team.pk).count() == 2


def test_an_edit_of_an_outdated_version_is_a_conflict(actor: Actor) -> None:
    [team] = changes.create(actor, TEAM, [{"name": "Imaging"}])
    changes.update(actor, TEAM, [Edit(team.pk, {"people": 2}, version=1)])
    with pytest.raises(Conflict) as caught:
        changes.update(actor, TEAM, [Edit(team.pk, {"people": 9}, version=1)])
    assert caught.value.fresh.people == 2


def test_the_wall(actor: Actor) -> None:
    [team] = changes.create(actor, TEAM, [{"name": "Imaging"}])
    stranger = system(Workspace.objects.create(name="Other", slug="other"))
    with pytest.raises(Missing):
        changes.update(stranger, TEAM, [Edit(team.pk, {"people": 2})])
    with pytest.raises(Missing):
        changes.archive(stranger, TEAM, [team.pk])
    assert not search(stranger, "imaging").hits


def test_a_viewer_may_not_write(actor: Actor) -> None:
    viewer = Actor(actor.workspace, Role.VIEWER, Origin.WEB)
    with pytest.raises(Forbidden):
        changes.create(viewer, TEAM, [{"name": "Imaging"}])


def test_archived_records_leave_search_and_come_back(actor: Actor) -> None:
    [team] = changes.create(actor, TEAM, [{"name": "Imaging"}])
    changes.archive(actor, TEAM, [team.pk])
    assert not search(actor, "imaging").hits
    with changing(actor, "brought back") as change:
        change.unarchive(TEAM, [team.pk])
    assert len(search(actor, "imaging").hits) == 1
    assert [e.kind for e in ChangeEntry.objects.filter(record_id=team.pk).order_by("pk")] == ["c", "a", "r"]


def test_names_are_found_whatever_their_case_and_letters(actor: Actor) -> None:
    teams = changes.create(actor, TEAM, [{"name": "Imaging"}, {"name": "İşCep Ölçüm"}])
    spec = Reference(name="team", label="Team", to=Team)
    found = cleaning.resolve(actor, spec, ["IMAGING", "imaging ", "İşCep Ölçüm", "tm-2", "Nobody"])
    assert found == {"IMAGING": teams[0].pk, "imaging ": teams[0].pk, "İşCep Ölçüm": teams[1].pk, "tm-2": teams[1].pk}
