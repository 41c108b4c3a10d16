"""Two tools' lists that both hold a record: its key stays the first one's, and neither takes it from the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from northing.access.actor import Actor
from northing.decisions.public import estimates_of
from northing.features.models import Feature
from northing.insight.models import Account
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.importing import origins, service
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


def take_back_last(actor: Actor) -> None:
    batch = Import.objects.within(actor).latest("pk")
    service.ask_back(actor, batch)
    service.take_back(actor, batch)


def votes(at: int) -> str:
    """A list with columns of its own, so that it is another source."""
    return f"Key,Title,Votes in {2000 + at}\nX-1,sync,{at}\n"


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
    take_back_last(admin_actor)
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


def test_taking_one_list_back_leaves_what_is_known_of_the_other(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    first = feature(admin_actor)
    brought(TOOL)
    take_back_last(admin_actor)
    one = feature(admin_actor)
    assert one.external_hash == first.external_hash
    assert one.custom["source"] == first.custom["source"]
    assert one.custom["lists"].keys() == one.custom["ids"].keys() == {one.external_source}
    assert brought(PLAN).skipped == 1


def test_taking_back_what_a_list_said_last_forgets_that_only(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(TOOL)
    changed = TOOL.replace("Released", "Declined")
    brought(changed)
    take_back_last(admin_actor)
    assert feature(admin_actor).status == "released"
    assert brought(PLAN).skipped == 1
    assert brought(changed).updated == 1
    assert feature(admin_actor).status == "declined"


def test_a_list_that_only_has_more_columns_is_taken_back_too(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    first = feature(admin_actor)
    again = votes(1).replace("sync", "Sync")
    brought(again)
    take_back_last(admin_actor)
    one = feature(admin_actor)
    assert (one.external_hash, one.custom["source"]) == (first.external_hash, first.custom["source"])
    assert brought(again).updated == 1


def test_taking_the_first_list_back_forgets_its_row_alone(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(PLAN.replace("Planned", "In progress"))
    batch = Import.objects.within(admin_actor).latest("pk")
    brought(votes(1).replace("sync", "Sync"))
    service.ask_back(admin_actor, batch)
    service.take_back(admin_actor, batch)
    one = feature(admin_actor)
    assert (one.status, one.external_hash) == ("planned", "")
    assert brought(votes(1).replace("sync", "Sync")).skipped == 1


def test_where_it_is_not_known_whose_an_import_was_all_rows_are_read_again(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(TOOL)
    one = feature(admin_actor)
    origins.forget_rows(admin_actor, registry.of(Feature), [one.pk], 10**6)
    one = feature(admin_actor)
    assert [one.external_hash, *(kept["hash"] for kept in one.custom["lists"].values())] == ["", "", ""]


def test_of_many_lists_the_first_and_the_newest_are_kept(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    first = feature(admin_actor)
    for at in range(12):
        brought(votes(at))
    one = feature(admin_actor)
    kept = [name for name, one in one.custom["lists"].items() if one["source"]]
    assert len(kept) == 1 + origins.NEWEST
    assert first.external_source in one.custom["lists"]
    assert [name for name in one.custom["source"] if name.startswith("Votes")] == [
        f"Votes in {2000 + at}" for at in range(2, 12)
    ]
    assert brought(PLAN).skipped == 1


def test_a_list_whose_words_are_gone_changes_nothing_when_it_comes_again(admin_actor: Actor, brought: Any) -> None:
    for at in range(14):
        brought(votes(at))
    before = feature(admin_actor)
    assert [brought(votes(at)).skipped for at in range(14)] == [1] * 14
    assert feature(admin_actor).version == before.version


def test_the_ids_of_many_lists_stay_bounded(admin_actor: Actor, brought: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "MOST_IDS", 12)
    for at in range(15):
        brought(votes(at))
    one = feature(admin_actor)
    assert len(one.custom["lists"]) == len(one.custom["ids"]) == 12
    assert one.external_source in one.custom["lists"]


def test_the_oldest_words_go_where_there_are_too_many(
    admin_actor: Actor, brought: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(origins, "MOST_CUSTOM", 250)
    brought(PLAN)
    for at in range(3):
        assert brought(f"Key,Title,Note {at}\nX-1,sync,{'word ' * 20}\n").updated == 1
    kept = feature(admin_actor).custom
    assert kept["source"].keys() >= {"Note 1", "Note 2"}
    assert not kept["source"].keys() & {"Risk", "Note 0"}
    assert len(kept["lists"]) == 4


def test_rows_are_looked_up_without_what_other_lists_said(admin_actor: Actor, brought: Any) -> None:
    brought(PLAN)
    brought(TOOL)
    with CaptureQueriesContext(connection) as captured:
        found = origins.known_from_several(admin_actor, registry.of(Feature))
    assert {external_id for _, external_id in found} == {"7", "X-1"}
    [query] = captured.captured_queries
    assert "lists" not in query["sql"]


def test_the_number_of_queries_does_not_grow_with_the_rows(admin_actor: Actor, brought: Any) -> None:
    counts = []
    for rows in (2, 9):
        text = "Id,Feature,Effort\n" + "".join(f"{at},Plan {at},{at + 1}\n" for at in range(rows))
        brought(text)
        with CaptureQueriesContext(connection) as captured:
            report = brought(text.replace(",Plan", ",Big plan"), dry_run=True)
        assert report.updated == rows
        counts.append(len(captured))
    assert counts[0] == counts[1]
