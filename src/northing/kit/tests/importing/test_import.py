"""From a file to records: counts that add up, twice is once, nothing lost when the world changes in between."""

from __future__ import annotations

import fcntl
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.insight.models import Account, Contact, Feedback
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.importing import applying, keeping, service, staging, tasks
from northing.kit.importing.applying import Overtaken
from northing.kit.importing.importers import propose
from northing.kit.importing.running import Report, run_file
from northing.kit.importing.sorting import Sorter
from northing.kit.jobs.worker import Worker
from northing.kit.models import Change, ChangeEntry, Import, Job, Kind
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
ACCOUNT, CONTACT, FEEDBACK = (registry.named(name) for name in ("account", "contact", "feedback"))


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.CLI)


def file(folder: Path, *lines: str) -> Path:
    path = folder / "accounts.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def outcome(report: Report) -> tuple[int, int, int, int]:
    assert report.created + report.updated + report.skipped + report.rejected == report.rows
    return report.created, report.updated, report.skipped, report.rejected


def staged(actor: Actor, record_type: Any, content: bytes) -> Import:
    """An import that has been read and set off, as the pages do it."""
    batch = service.begin(actor, record_type, "rows.csv", [content])
    mapping = {column.source: column.target or "" for column in propose(record_type, service.recognised(batch))}
    tasks.ask_to_stage(batch, mapping)
    Worker().run_due()
    assert service.set_off(actor, batch)
    batch.refresh_from_db()
    return batch


def test_rows_that_repeat_come_in_and_are_told(actor: Actor, tmp_path: Path) -> None:
    path = file(tmp_path, "Feedback,Stars", "Slow,2", "Fine,5", "Slow,2")
    report = run_file(actor, FEEDBACK, path, mapping={})
    assert outcome(report) == (3, 0, 0, 0)
    assert "Repeated rows come in too, 1 in all: row 4 (as row 2)." in report.warnings
    assert outcome(run_file(actor, FEEDBACK, path, mapping={})) == (0, 0, 3, 0)


def test_counts_add_up_and_the_second_time_changes_nothing(actor: Actor, tmp_path: Path) -> None:
    path = file(tmp_path, "Name,Kind,Colour", "Acme,company,red", "Bolt,,", "Acme,company,", ",company,", "Gear,x,")
    report = run_file(actor, ACCOUNT, path, mapping={})
    assert outcome(report) == (3, 0, 0, 2), "rows with one name are one account"
    assert [(error.row, error.field) for error in report.errors] == [(5, "name"), (6, "kind")]
    assert Account.objects.within(actor).get(name="Acme").custom == {"source": {"Colour": ["red"]}}
    assert outcome(run_file(actor, ACCOUNT, path, mapping={})) == (0, 0, 3, 2)
    assert ChangeEntry.objects.filter(change__workspace=actor.workspace).count() == 2


def test_a_name_that_may_not_repeat_is_rejected_where_rows_are_not_folded(actor: Actor, tmp_path: Path) -> None:
    path = file(tmp_path, "Name,Email", "Kim,kim@example.com", "Kim B.,KIM@example.com")
    report = run_file(actor, CONTACT, path, mapping={})
    assert (outcome(report), report.errors[0].rule) == ((1, 0, 0, 1), "row 2 of this file has it already")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite how it looks records up")
def test_rows_brought_before_are_found_by_their_index(actor: Actor, tmp_path: Path) -> None:
    path = file(tmp_path, "Name,Kind", "Acme,company")
    run_file(actor, ACCOUNT, path, mapping={})
    with CaptureQueriesContext(connection) as queries:
        assert outcome(run_file(actor, ACCOUNT, path, mapping={})) == (0, 0, 1, 0)
    [look_up] = {query["sql"] for query in queries if '"external_id" IN' in query["sql"]}
    with connection.cursor() as cursor:
        plan = cursor.execute(f"EXPLAIN QUERY PLAN {look_up}").fetchall()
    assert "account_external" in str(plan)


def test_a_dry_run_foresees_the_import_and_writes_nothing(actor: Actor, tmp_path: Path, settings: Any) -> None:
    changes.create(actor, ACCOUNT, [{"name": "Acme"}])
    path = file(tmp_path, "Name,Country", "Acme,NL", "Bolt,DE", "Bolt,FR")
    before = [model.objects.count() for model in (Account, Change, Import, Job)]
    report = run_file(actor, ACCOUNT, path, mapping={}, dry_run=True)
    assert [model.objects.count() for model in (Account, Change, Import, Job)] == before
    assert not settings.NORTHING_HOME.exists()
    assert outcome(report) == (2, 1, 0, 0)
    assert report == run_file(actor, ACCOUNT, path, mapping={})


def test_a_file_that_is_not_what_it_claims_is_refused(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"\x7fELF" + bytes(200))
    report = run_file(actor, ACCOUNT, path, mapping={})
    assert report.refused
    assert (report.rows, report.errors[0].row) == (0, 0)
    assert list(report.as_json()) == [
        *("format", "record_type", "rows", "created", "updated", "skipped", "rejected", "warnings", "errors")
    ]
    assert not Import.objects.within(actor).exists()


@pytest.mark.parametrize("mapping", [{"Nothing": "name"}, {"Name": "colour"}])
def test_an_unknown_column_or_field_is_refused(actor: Actor, tmp_path: Path, mapping: dict[str, str]) -> None:
    report = run_file(actor, ACCOUNT, file(tmp_path, "Name", "Acme"), mapping=mapping)
    assert report.refused
    assert not Account.objects.within(actor).exists()


def test_a_record_made_by_hand_is_found_by_its_name(actor: Actor, tmp_path: Path) -> None:
    [acme] = changes.create(actor, ACCOUNT, [{"name": "Acme", "country": "DE"}])
    path = file(tmp_path, "Name,Country", "ACME,NL")
    assert outcome(run_file(actor, ACCOUNT, path, mapping={})) == (0, 1, 0, 0)
    acme.refresh_from_db()
    assert acme.country == "NL"
    assert outcome(run_file(actor, ACCOUNT, path, mapping={})) == (0, 0, 1, 0)


def test_a_changed_row_updates_its_record_and_leaves_it_archived(actor: Actor, tmp_path: Path) -> None:
    run_file(actor, ACCOUNT, file(tmp_path, "ID,Name", "1,Acme", "2,Bolt"), mapping={})
    bolt = Account.objects.within(actor).get(name="Bolt")
    changes.archive(actor, ACCOUNT, [bolt.pk])
    assert outcome(run_file(actor, ACCOUNT, file(tmp_path, "ID,Name", "1,Acme", "2,Gear"), mapping={})) == (0, 1, 1, 0)
    bolt.refresh_from_db()
    assert bolt.name == "Gear"
    assert bolt.archived_at is not None


def test_an_undone_import_comes_back_when_imported_again(actor: Actor, tmp_path: Path) -> None:
    changes.create(actor, ACCOUNT, [{"name": "Bolt", "country": "DE"}])
    path = file(tmp_path, "Name,Country", "Acme,NL", "Bolt,FR")
    run_file(actor, ACCOUNT, path, mapping={})
    batch = Import.objects.within(actor).get()
    tasks.ask_to_take_back(actor, batch)
    Worker().run_due()
    batch.refresh_from_db()
    live = Account.objects.within(actor).filter(archived_at=None)
    assert (batch.state, list(live.values_list("name", "country"))) == (Import.State.UNDONE, [("Bolt", "DE")])
    assert outcome(run_file(actor, ACCOUNT, path, mapping={}, dry_run=True)) == (1, 1, 0, 0)
    assert outcome(run_file(actor, ACCOUNT, path, mapping={})) == (1, 1, 0, 0)
    assert Account.objects.within(actor).count() == 2
    assert sorted(live.values_list("name", "country")) == [("Acme", "NL"), ("Bolt", "FR")]


def test_what_an_undo_left_stays_as_people_have_it_when_imported_again(actor: Actor, tmp_path: Path) -> None:
    changes.create(actor, ACCOUNT, [{"name": "Bolt", "country": "DE"}])
    path = file(tmp_path, "Name,Country", "Acme,NL", "Bolt,FR", "Cord,NL")
    run_file(actor, ACCOUNT, path, mapping={})
    edited = Account.objects.within(actor).filter(name__in=["Acme", "Bolt"])
    changes.update(actor, ACCOUNT, [Edit(one.pk, {"country": "SE"}) for one in edited])
    service.take_back(actor, Import.objects.within(actor).get())
    assert outcome(run_file(actor, ACCOUNT, path, mapping={})) == (1, 0, 2, 0)
    rows = Account.objects.within(actor).order_by("name").values_list("name", "country")
    assert list(rows) == [("Acme", "SE"), ("Bolt", "SE"), ("Cord", "NL")]
    assert outcome(run_file(actor, ACCOUNT, file(tmp_path, "Name,Country", "Acme,DK"), mapping={})) == (0, 1, 0, 0)


def test_what_changed_since_staging_rejects_its_rows_alone(actor: Actor) -> None:
    [acme] = changes.create(actor, ACCOUNT, [{"name": "Acme"}])
    rows = "".join(f"P{n},p{n}@example.com,{'Acme' if n in (2, 5) else ''}\n" for n in range(8))
    batch = staged(actor, CONTACT, b"Name,Email,Account\n" + rows.encode())
    changes.update(actor, ACCOUNT, [Edit(acme.pk, {"name": "Gear"})])
    service.apply(actor, batch)
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.rejected) == (Import.State.DONE, 6, 2)
    errors = staging.first_errors(keeping.folder(batch))
    assert [(error.row, error.field) for error in errors] == [(4, "account"), (7, "account")]
    assert set(Contact.objects.within(actor).values_list("name", flat=True)) == {"P0", "P1", "P3", "P4", "P6", "P7"}


def test_two_workers_on_one_import_bring_every_row_once(actor: Actor) -> None:
    content = b"Name\n" + b"".join(b"Company %d\n" % number for number in range(1200))
    first = staged(actor, ACCOUNT, content)
    second = Import.objects.get(pk=first.pk)
    rows = list(staging.read_lines(keeping.folder(first) / staging.STAGED))
    applying._apply_piece(Sorter(actor, ACCOUNT), first, rows[:700])
    with pytest.raises(Overtaken):
        applying.apply(actor, keeping.folder(second), second)
    assert Account.objects.within(actor).count() == 700
    tasks.apply_import.call(actor.workspace_id, first.pk)
    first.refresh_from_db()
    assert (first.state, first.created, first.skipped) == (Import.State.DONE, 1200, 0)
    assert Account.objects.within(actor).count() == 1200


def test_a_worker_that_was_overtaken_looks_again_later(actor: Actor) -> None:
    batch = staged(actor, ACCOUNT, b"Name\nAcme\n")
    Import.objects.filter(pk=batch.pk).update(offset=0)
    tasks.finish_later(batch)
    [job] = Job.objects.filter(task=tasks.apply_import.module_path, state=Job.State.READY)
    assert job.run_at > job.created_at


def test_unknown_accounts_of_feedback_are_made_and_undone_with_it(actor: Actor, tmp_path: Path) -> None:
    path = file(tmp_path, "Review,Customer,Date", "Export is slow,Acme,2026-03-04", "It crashed,acme,2026-03-05")
    report = run_file(actor, FEEDBACK, path, mapping={"Customer": "account"})
    assert outcome(report) == (2, 0, 0, 0)
    acme = Account.objects.within(actor).get()
    said = Feedback.objects.within(actor).order_by("created_at")
    assert [(one.account_id, one.created_at.day) for one in said] == [(acme.pk, 4), (acme.pk, 5)]
    tasks.ask_to_take_back(actor, Import.objects.within(actor).get())
    Worker().run_due()
    assert not Feedback.objects.within(actor).filter(archived_at=None).exists()
    assert not Account.objects.within(actor).filter(archived_at=None).exists()


def test_what_an_undone_import_made_besides_comes_back_with_it_once(actor: Actor, tmp_path: Path) -> None:
    path = file(tmp_path, "Review,Customer", "Export is slow,Acme", "It crashed,Bolt")
    mapping = {"Customer": "account"}
    run_file(actor, FEEDBACK, path, mapping=mapping)
    tasks.ask_to_take_back(actor, Import.objects.within(actor).get())
    Worker().run_due()
    report = run_file(actor, FEEDBACK, path, mapping=mapping)
    assert (outcome(report), report.also_created) == ((2, 0, 0, 0), {"account": 2})
    assert list(Account.objects.within(actor).values_list("archived_at", flat=True)) == [None, None]


def test_an_account_that_somebody_archived_stays_archived(actor: Actor, tmp_path: Path) -> None:
    [acme] = changes.create(actor, ACCOUNT, [{"name": "Acme"}])
    changes.archive(actor, ACCOUNT, [acme.pk])
    path = file(tmp_path, "Review,Customer", "Export is slow,Acme")
    assert run_file(actor, FEEDBACK, path, mapping={"Customer": "account"}).also_created == {}
    acme.refresh_from_db()
    assert acme.archived_at is not None


def test_a_name_is_that_of_the_record_which_is_not_archived(actor: Actor, tmp_path: Path) -> None:
    [archived] = changes.create(actor, ACCOUNT, [{"name": "Acme"}])
    changes.archive(actor, ACCOUNT, [archived.pk])
    [acme] = changes.create(actor, ACCOUNT, [{"name": "Acme"}])
    path = file(tmp_path, "Review,Customer", "Export is slow,Acme")
    run_file(actor, FEEDBACK, path, mapping={"Customer": "account"})
    assert Feedback.objects.within(actor).get().account_id == acme.pk


def test_every_row_has_its_history(actor: Actor, tmp_path: Path) -> None:
    run_file(actor, ACCOUNT, file(tmp_path, "Name", "Acme", "Bolt"), mapping={})
    [change] = Change.objects.within(actor)
    assert (change.event, change.origin) == ("imported accounts.csv", Origin.CLI)
    assert [entry.kind for entry in change.entries.all()] == [Kind.CREATED, Kind.CREATED]


def test_a_second_column_for_a_field_is_kept_aside(actor: Actor, tmp_path: Path) -> None:
    path = file(tmp_path, "Name,Land,Country", "Acme,NL,DE")
    run_file(actor, ACCOUNT, path, mapping={"Land": "country"})
    acme = Account.objects.within(actor).get()
    assert (acme.country, acme.custom) == ("NL", {"source": {"Country": ["DE"]}})


def test_nobody_waits_while_a_file_is_recognised(actor: Actor, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = service.recognised

    def slowly(batch: Import) -> Any:
        assert Import.objects.within(actor).filter(pk=batch.pk).exists(), "it takes its room meanwhile"
        with (settings.NORTHING_HOME / "imports.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while somebody is at it
        return found(batch)

    monkeypatch.setattr(service, "recognised", slowly)
    assert service.begin(actor, ACCOUNT, "rows.csv", [b"Name\nAcme\n"]).format


def test_who_brings_a_file_waits_for_who_is_at_it(tmp_path: Path, settings: Any) -> None:
    settings.NORTHING_HOME = tmp_path
    order = []

    def second() -> None:
        with keeping.one_at_a_time():
            order.append("second")

    with keeping.one_at_a_time():
        waiting = Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]
