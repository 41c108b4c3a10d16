"""A file that comes again writes what it says otherwise than the last time; what people changed since then stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor
from northing.decisions.public import enter_estimate, estimates_of
from northing.features.models import Feature
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.importing.running import Report, run_file
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
HEAD = "Feature,Status,Team,Effort,Risk\n"
FIRST = "Sync,Planned,App,12,none\n"


@pytest.fixture
def brought(admin_actor: Actor, tmp_path: Path, settings: Any) -> Any:
    settings.NORTHING_HOME = tmp_path

    def bring(rows: str, *, dry_run: bool = False, **mapping: str) -> Report:
        path = tmp_path / "features.csv"
        path.write_text(HEAD + rows, encoding="utf-8")
        return run_file(admin_actor, registry.named("feature"), path, mapping=mapping, dry_run=dry_run)

    return bring


def edited(actor: Actor, **values: Any) -> Feature:
    feature = Feature.objects.within(actor).get()
    changes.update(actor, registry.of(Feature), [Edit(feature.pk, values)])
    return feature


def test_a_persons_edit_stays_where_the_file_says_what_it_said_before(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    feature = edited(admin_actor, status="released")
    assert brought(FIRST).skipped == 1
    report = brought("Sync,Planned,App,12,battery\n")
    feature.refresh_from_db()
    assert (report.updated, feature.status) == (1, "released")
    assert feature.custom["source"]["Risk"] == ["battery"]
    assert not any("Changed here" in warning for warning in report.warnings)


def test_columns_that_go_elsewhere_now_leave_a_persons_edit_alone(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    brought(FIRST, Risk="description")
    feature = Feature.objects.within(admin_actor).get()
    assert (feature.status, feature.description) == ("released", "none")


def test_what_only_the_file_changed_is_written(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    brought("Sync,Planned,Device,12,none\n")
    feature = Feature.objects.within(admin_actor).get()
    assert (feature.status, feature.team.name) == ("released", "Device")


def test_where_both_changed_the_persons_word_stays_and_it_is_said(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    changed = "Sync,In progress,App,12,none\n"
    for report in (brought(changed, dry_run=True), brought(changed)):
        [told] = [warning for warning in report.warnings if "Changed here" in warning]
        assert told.startswith("Changed here and in the file too: status of 1 feature. What is here stays")
    assert Feature.objects.within(admin_actor).get().status == "released"


def test_a_team_that_nobody_is_given_is_not_made(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    [other] = changes.create(admin_actor, registry.named("team"), [{"name": "Web"}])
    edited(admin_actor, team=other.pk)
    report = brought("Sync,Planned,Device,12,none\n")
    feature = Feature.objects.within(admin_actor).get()
    assert (feature.team, report.also_created) == (other, {})
    assert feature.custom["source"]["team as given"] == "Device"


def test_once_a_person_follows_the_file_its_word_counts_again(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    edited(admin_actor, status="planned")
    brought("Sync,In progress,App,12,none\n")
    assert Feature.objects.within(admin_actor).get().status == "in_delivery"


def test_an_effort_that_the_file_says_again_is_no_second_opinion(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    feature = Feature.objects.within(admin_actor).get()
    enter_estimate(admin_actor, {"about": feature.pk, "quantity": "effort", "entered": "3 weeks"})
    brought("Sync,Planned,App,12,battery\n")
    assert [line.entered for line in estimates_of(admin_actor, [feature.pk])] == ["3 weeks"]
    brought("Sync,Planned,App,20,battery\n")
    assert {line.entered for line in estimates_of(admin_actor, [feature.pk])} == {"3 weeks", "20"}
