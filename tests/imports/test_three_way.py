"""A file that comes again writes what it says otherwise than the last time; what people changed since then stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor
from northing.decisions.columns import load_measures, measure_text
from northing.decisions.public import enter_estimate, estimates_of
from northing.features.models import Feature
from northing.insight.models import Account, Feedback
from northing.kit import changes, exporting, history
from northing.kit.changes import Edit
from northing.kit.importing import service
from northing.kit.importing.importers import importers
from northing.kit.importing.running import Report, run_file
from northing.kit.importing.sorting import Piece, Sorter
from northing.kit.listing import ListRequest
from northing.kit.models import Change, Import
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
HEAD = "Feature,Status,Team,Effort,Risk\n"
FIRST = "Sync,Planned,App,12,none\n"


@pytest.fixture
def brought(admin_actor: Actor, tmp_path: Path, settings: Any) -> Any:
    settings.NORTHING_HOME = tmp_path

    def bring(rows: str, kind: str = "feature", head: str = HEAD, *, dry_run: bool = False, **mapping: str) -> Report:
        path = tmp_path / f"{kind}s.csv"
        path.write_text(head + rows, encoding="utf-8")
        return run_file(admin_actor, registry.named(kind), path, mapping=mapping, dry_run=dry_run)

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


@pytest.mark.parametrize(("ids", "at"), [("Id,", "1,"), ("", "")])
def test_one_more_column_leaves_a_persons_edit_alone(admin_actor: Actor, brought: Any, ids: str, at: str) -> None:
    brought(at + FIRST, head=ids + HEAD)
    edited(admin_actor, status="released")
    brought(f"{at}Sync,Planned,App,12,none,radio\n", head=f"{ids}{HEAD.strip()},Notes\n")
    assert Feature.objects.within(admin_actor).get().status == "released"


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


def told_of_both(report: Report) -> bool:
    return any("Changed here" in warning for warning in report.warnings)


def undo_the_last(actor: Actor) -> None:
    history.undo(actor, Change.objects.within(actor).latest("pk").pk)


def test_a_conflict_is_told_once_and_what_the_file_says_of_it_is_still_known(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    [other] = changes.create(admin_actor, registry.named("team"), [{"name": "Web"}])
    edited(admin_actor, status="released", team=other.pk)
    assert told_of_both(brought("Sync,In progress,Device,12,none\n"))
    assert not told_of_both(brought("Sync,In progress,Device,12,battery\n"))
    feature = Feature.objects.within(admin_actor).get()
    assert (feature.status, feature.team, feature.custom["source"]["team as given"]) == ("released", other, "Device")


def test_the_files_last_word_is_the_one_that_was_kept(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    brought("Sync,In progress,App,12,none\n")
    edited(admin_actor, status="planned")  # what the file said first, and no longer says
    assert not told_of_both(brought("Sync,In progress,App,12,battery\n"))
    assert Feature.objects.within(admin_actor).get().status == "planned"


def test_what_both_say_is_the_files_last_word_too(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    brought("Sync,Released,App,12,none\n")
    brought("Sync,In progress,App,12,none\n")
    assert Feature.objects.within(admin_actor).get().status == "in_delivery"


def test_a_last_word_that_was_kept_counts_until_the_file_is_written_again(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    brought("Sync,In progress,App,12,none\n")
    undo_the_last_by_hand(admin_actor)
    brought("Sync,Candidate,App,12,none\n")
    edited(admin_actor, status="released")
    assert not told_of_both(brought("Sync,Candidate,App,12,battery\n"))
    assert Feature.objects.within(admin_actor).get().status == "released"


def undo_the_last_by_hand(actor: Actor) -> None:
    history.undo(actor, Change.objects.within(actor).filter(batch="", event="changed").latest("pk").pk)


def test_an_edit_that_was_undone_is_no_persons_word(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    brought("Sync,In progress,App,12,none\n")
    undo_the_last_by_hand(admin_actor)
    brought("Sync,In progress,App,12,battery\n")
    assert Feature.objects.within(admin_actor).get().status == "in_delivery"


def test_an_edit_whose_undo_was_taken_back_is_a_persons_word(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    edited(admin_actor, status="released")
    undo_the_last(admin_actor)
    undo_the_last(admin_actor)
    brought("Sync,Planned,App,12,battery\n")
    assert Feature.objects.within(admin_actor).get().status == "released"


def test_an_import_that_was_undone_comes_again(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    brought("Sync,In progress,App,12,none\n")
    batch = Import.objects.within(admin_actor).latest("pk")
    service.ask_back(admin_actor, batch)
    service.take_back(admin_actor, batch)
    assert Feature.objects.within(admin_actor).get().status == "planned"
    brought("Sync,In progress,App,12,none\n")
    assert Feature.objects.within(admin_actor).get().status == "in_delivery"


def test_a_day_that_a_person_has_set_gets_no_words_of_the_file(admin_actor: Actor, brought: Any) -> None:
    head = "Feature,Status,Target date\n"
    brought("Sync,Planned,2027-03-01\n", head=head)
    edited(admin_actor, target="2027-02-10")
    brought("Sync,Planned,Q2 2027\n", head=head)
    feature = Feature.objects.within(admin_actor).get()
    assert (str(feature.target), feature.target_text) == ("2027-02-10", "")


@pytest.mark.parametrize("before", ["Q3 2027", "2027-03-01"])
@pytest.mark.parametrize(("now", "told"), [("tbd", (None, "")), ("Q4 2027", (None, "Q4 2027"))])
def test_words_in_the_place_of_a_day_take_its_place(
    admin_actor: Actor, brought: Any, before: str, now: str, told: tuple[Any, str]
) -> None:
    head = "Feature,Status,Target date\nAlbums,Planned,2027-05-01\n"
    brought(f"Sync,Planned,{before}\n", head=head)
    assert brought(f"Sync,Planned,{now}\n", head=head).updated == 1
    feature = Feature.objects.within(admin_actor).get(title="Sync")
    assert (feature.target, feature.target_text) == told
    assert brought(f"Sync,Planned,{now}\n", head=head).skipped == 2


def test_a_day_in_the_place_of_words_takes_their_place(admin_actor: Actor, brought: Any) -> None:
    head = "Feature,Status,Target date\n"
    brought("Sync,Planned,Q3 2027\n", head=head)
    brought("Sync,Planned,2027-03-01\n", head=head)
    feature = Feature.objects.within(admin_actor).get()
    assert (str(feature.target), feature.target_text) == ("2027-03-01", "")


def test_words_that_a_person_wrote_are_not_cleared(admin_actor: Actor, brought: Any) -> None:
    head = "Feature,Status,Target date\n"
    brought("Sync,Planned,Q3 2027\n", head=head)
    edited(admin_actor, target_text="Q1 2028")
    report = brought("Sync,Planned,tbd\n", head=head, **{"Target date": "target_date"})
    assert (Feature.objects.within(admin_actor).get().target_text, told_of_both(report)) == ("Q1 2028", True)


def test_words_that_a_person_wrote_stay_where_the_file_brings_a_day(admin_actor: Actor, brought: Any) -> None:
    brought("Sync,Planned,\n", head="Feature,Status,Target\n")
    edited(admin_actor, target_text="Q4 2027")
    report = brought("Sync,Planned,2027-03-01\n", head="Feature,Status,Target\n")
    sync = Feature.objects.within(admin_actor).get(title="Sync")
    assert (sync.target, sync.target_text, told_of_both(report)) == (None, "Q4 2027", True)


def test_what_the_file_has_no_longer_is_not_kept_as_imported(admin_actor: Actor, brought: Any) -> None:
    brought("Sync,aa,wary\nOther,bb,calm\n", head="Feature,Description,Mood\n")
    sync = Feature.objects.within(admin_actor).get(title="Sync")
    assert sync.custom["source"] == {"Mood": ["wary"]}
    brought("Sync,new,\nOther,bb,calm\n", head="Feature,Description,Mood\n")
    sync.refresh_from_db()
    assert (sync.description, sync.custom.get("source", {})) == ("new", {})


def test_a_name_of_two_numbers_is_one_name(admin_actor: Actor, brought: Any) -> None:
    [acme] = changes.create(admin_actor, registry.named("account"), [{"name": "Acme"}])
    names = (f"{acme.pk}&{acme.pk}", f"{acme.pk}/{acme.pk}")
    brought("".join(f"{name},Export fails at {name}\n" for name in names), "feedback", "Customer,Text\n")
    assert set(Feedback.objects.within(admin_actor).values_list("account__name", flat=True)) == {*names}


def test_an_edited_export_is_a_persons_word(admin_actor: Actor, brought: Any, tmp_path: Path) -> None:
    brought(FIRST)
    wanted = ListRequest(columns=("title", "status"))
    text = b"".join(exporting.export(admin_actor, registry.named("feature"), wanted, "csv")).decode()
    path = tmp_path / "export.csv"
    path.write_text(text.replace("Planned", "Released"), encoding="utf-8")
    assert run_file(admin_actor, registry.named("feature"), path, mapping={}).updated == 1
    brought("Sync,Planned,App,12,battery\n")
    assert Feature.objects.within(admin_actor).get().status == "released"


def test_what_feedback_told_of_an_account_is_no_persons_word(admin_actor: Actor, brought: Any) -> None:
    head = "Id,Account,Tier,Annual revenue\n"
    brought("1,Acme,Pro,\n", "account", head)
    brought("7,Export is slow for us,Acme,500\n", "feedback", "Id,Text,Customer,Revenue\n")
    account = Account.objects.within(admin_actor).get()
    assert account.revenue == 500
    assert not told_of_both(brought("1,Acme,Pro,900\n", "account", head))
    account.refresh_from_db()
    assert account.revenue == 900


def test_an_edit_while_the_file_is_applied_stays(admin_actor: Actor, brought: Any, monkeypatch: Any) -> None:
    brought(FIRST)
    sort, meanwhile = Sorter.sort, iter([{}, {"status": "released"}])

    def sort_and_be_overtaken(self: Sorter, rows: Any) -> Piece:
        piece = sort(self, rows)
        edited(admin_actor, **next(meanwhile, {}))  # nothing while it is foreseen
        return piece

    monkeypatch.setattr(Sorter, "sort", sort_and_be_overtaken)
    report = brought("Sync,In progress,Device,12,none\n")
    feature = Feature.objects.within(admin_actor).get()
    assert (report.updated, feature.status, feature.team.name) == (1, "released", "Device")


def test_a_number_that_joins_a_persons_is_told_as_what_then_counts(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    feature = Feature.objects.within(admin_actor).get()
    enter_estimate(admin_actor, {"about": feature.pk, "quantity": "effort", "entered": "3 weeks"})
    report = brought("Sync,Planned,App,20,none\n", dry_run=True)
    told = "Changed here and in the file too: effort of 1 feature. What the file says joins what people said here."
    assert told in report.warnings
    again = brought("Sync,Planned,App,12,battery\n", dry_run=True)
    assert not any("Changed here" in warning for warning in again.warnings)


def test_what_counts_after_an_import_is_what_was_foreseen(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    feature = Feature.objects.within(admin_actor).get()
    enter_estimate(admin_actor, {"about": feature.pk, "quantity": "effort", "entered": "3 weeks"})
    said = {feature.pk: ({"effort": 40.0}, {"effort": 12.0})}
    foreseen = importers.of(registry.of(Feature)).joined(admin_actor, said)[feature.pk]["effort"]
    brought("Sync,Planned,App,40,none\n")
    loaded = load_measures(admin_actor, [feature.pk], ["effort"])
    assert (measure_text(loaded["effort"][feature.pk]), "joins what 1 person said here") == foreseen


def test_a_number_that_joins_nobodys_is_no_news_to_tell(admin_actor: Actor, brought: Any) -> None:
    brought(FIRST)
    report = brought("Sync,Planned,App,20,none\n", dry_run=True)
    assert not any("Changed here" in warning for warning in report.warnings)


def test_a_cell_that_names_two_teams_takes_the_first_and_makes_none_of_both(admin_actor: Actor, brought: Any) -> None:
    rows = 'Sync,New,"App, Cloud",12,\nExport,New,App,3,\nRadar,New,cloud,3,\nMount,New,"Sea, Land",3,\n'
    report = brought(rows)
    teams = dict(Feature.objects.within(admin_actor).values_list("title", "team__name"))
    assert teams == {"Sync": "App", "Export": "App", "Radar": "cloud", "Mount": "Sea, Land"}
    assert any("names two teams; the first is taken ('App, Cloud' in row 2)" in told for told in report.warnings)
    assert Feature.objects.within(admin_actor).get(title="Sync").custom["source"]["team as given"] == "App, Cloud"
    assert brought(rows).skipped == 4
