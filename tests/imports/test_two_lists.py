"""Two tools' lists that both hold a record: its key stays the first one's, and neither takes it from the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor
from northing.decisions.public import estimates_of
from northing.features.models import Feature
from northing.insight.models import Account
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.importing import service
from northing.kit.importing.running import Report, run_file
from northing.kit.models import Import
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
PLAN = "Id,Feature,Status,Effort,Risk\n7,Sync,Planned,12,none\n"
TOOL = "Key,Title,State,Effort,Votes\nX-1,sync,Released,20,45\n"


@pytest.fixture
def brought(admin_actor: Actor, tmp_path: Path, settings: Any) -> Any:
    settings.NORTHING_HOME = tmp_path

    def bring(text: str, kind: str = "feature", *, dry_run: bool = False) -> Report:
        path = tmp_path / f"{kind}s.csv"
        path.write_text(text, encoding="utf-8")
        return run_file(admin_actor, registry.named(kind), path, mapping={}, dry_run=dry_run)

    return bring


def feature(actor: Actor) -> Feature:
    one: Feature = Feature.objects.within(actor).get()
    return one


def test_the_key_stays_the_first_ones_and_repeats_change_nothing(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    first = feature(admin_actor)
    assert brought(TOOL).updated == 1
    one = feature(admin_actor)
    assert (one.external_source, one.external_id, one.status) == (first.external_source, "7", "released")
    for text in (PLAN, TOOL, PLAN, TOOL):
        report = brought(text)
        assert (report.created, report.updated, report.skipped) == (0, 0, 1)
        assert not any("title of a feature that is there" in warning for warning in report.warnings)
    assert feature(admin_actor).version == one.version


def test_what_one_list_says_again_does_not_take_back_what_the_other_said(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(TOOL)
    report = brought(PLAN.replace("none", "battery"))
    one = feature(admin_actor)
    assert (report.updated, one.status) == (1, "released")
    assert (one.custom["source"]["Risk"], one.custom["source"]["votes"]) == (["battery"], 45)
    assert {line.entered for line in estimates_of(admin_actor, [one.pk])} == {"20"}


def test_what_one_list_says_anew_counts_and_the_other_does_not_take_it_back(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(TOOL)
    brought(PLAN.replace("Planned", "In progress"))
    assert feature(admin_actor).status == "in_delivery"
    brought(TOOL.replace("45", "46"))
    assert feature(admin_actor).status == "in_delivery"
    brought(TOOL.replace("Released", "Declined"))
    assert feature(admin_actor).status == "declined"


def test_a_persons_word_stays_whichever_list_comes(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(TOOL)
    changes.update(admin_actor, registry.of(Feature), [Edit(feature(admin_actor).pk, {"status": "candidate"})])
    brought(PLAN.replace("Planned", "In progress"))
    brought(TOOL.replace("Released", "Declined"))
    assert feature(admin_actor).status == "candidate"


def test_a_row_of_the_second_list_is_known_by_its_key_when_its_title_changes(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(TOOL)
    report = brought(TOOL.replace("sync", "Sync on the train"))
    assert (report.created, report.updated, feature(admin_actor).title) == (0, 1, "Sync on the train")


def test_an_undone_second_list_comes_again(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(TOOL)
    batch = Import.objects.within(admin_actor).latest("pk")
    service.ask_back(admin_actor, batch)
    service.take_back(admin_actor, batch)
    assert feature(admin_actor).status == "planned"
    brought(PLAN)
    assert brought(TOOL).updated == 1
    assert feature(admin_actor).status == "released"


def test_an_account_of_two_lists_stays_the_first_ones(admin_actor: Actor, brought: Any) -> None:
    sales, desk = "Id,Account,Tier\n1,Acme,Pro\n", "Id,Name,Country\nC9,ACME,France\n"
    brought(sales, "account")
    brought(desk, "account")
    assert Account.objects.within(admin_actor).get().external_id == "1"
    for text in (sales, desk):
        assert brought(text, "account").skipped == 1
    assert brought(desk.replace("ACME", "Acme Inc"), "account").updated == 1
    assert Account.objects.within(admin_actor).get().name == "Acme Inc"
