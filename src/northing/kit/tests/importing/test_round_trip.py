"""What was exported and changed by hand comes back into the records it came from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor, Origin, for_member, system
from northing.access.models import Member, User, Workspace
from northing.exchange.workbook import rows as sheet_rows
from northing.exchange.writing import write_xlsx
from northing.kit import changes, exporting, history
from northing.kit.changes import Edit
from northing.kit.importing import service, tasks
from northing.kit.importing.running import Report, run_file
from northing.kit.jobs.worker import Worker
from northing.kit.listing import ListRequest
from northing.kit.models import Change, ChangeEntry, Import
from northing.kit.record_types import RecordType, registry

pytestmark = pytest.mark.django_db
FEATURE, FEEDBACK, ACCOUNT, TEAM = (registry.named(name) for name in ("feature", "feedback", "account", "team"))
Rows = list[dict[str, Any]]


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", name="Ada")
    return for_member(Member.objects.create(workspace=workspace, user=user, role="admin"), Origin.CLI)


def exported(actor: Actor, record_type: RecordType, form: Any, *columns: str) -> bytes:
    return b"".join(exporting.export(actor, record_type, ListRequest(columns=columns), form))


def from_csv(content: bytes, folder: Path) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def to_csv(rows: Rows, folder: Path) -> Path:
    path = folder / "edited.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def from_xlsx(content: bytes, folder: Path) -> Rows:
    path = folder / "exported.xlsx"
    path.write_bytes(content)
    header, *rows = sheet_rows(path, "Records")
    return [dict(zip(header, row, strict=False)) for row in rows]


def to_xlsx(rows: Rows, folder: Path) -> Path:
    path = folder / "edited.xlsx"
    path.write_bytes(b"".join(write_xlsx(list(rows[0]), [list(row.values()) for row in rows])))
    return path


def from_json(content: bytes, folder: Path) -> Rows:
    rows: Rows = json.loads(content)
    return rows


def to_json(rows: Rows, folder: Path) -> Path:
    path = folder / "edited.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


FORMS: dict[str, tuple[Callable[[bytes, Path], Rows], Callable[[Rows, Path], Path], Callable[[str], str]]] = {
    "csv": (from_csv, to_csv, str),
    "xlsx": (from_xlsx, to_xlsx, str),
    "json": (from_json, to_json, lambda label: label.lower().replace(" ", "_")),
}


def outcome(report: Report) -> tuple[int, int, int, int]:
    assert report.created + report.updated + report.skipped + report.rejected == report.rows, report.errors
    return report.created, report.updated, report.skipped, report.rejected


def features(actor: Actor) -> list[Any]:
    rows = [
        {
            "title": "Offline sync",
            "description": "=SUM(A1)\r\nsecond line",
            "status": "planned",
            "tags": ["eu", "core"],
        },
        {"title": "Dark mode", "description": "'=quoted", "target": "2027-03-01", "owner": actor.member_id},
        {"title": "Export", "description": "x" * 40_000},
    ]
    return changes.create(actor, FEATURE, rows)


@pytest.mark.parametrize("form", FORMS)
def test_an_edited_export_updates_its_records_and_twice_is_once(form: str, actor: Actor, tmp_path: Path) -> None:
    read, write, name = FORMS[form]
    sync, dark, export = features(actor)
    rows = read(exported(actor, FEATURE, form), tmp_path)
    path = write(rows, tmp_path)
    report = run_file(actor, FEATURE, path, mapping={})
    assert (report.format, outcome(report)) == ("northing-export", (0, 0, 3, 0)), "nothing was edited"

    rows[0] |= {name("Title"): "Offline first", name("Tags"): "core, nordic"}
    rows[1] |= {name("Description"): "'=1+1", name("Target"): "", name("Status"): "candidate"}
    rows.append(dict.fromkeys(rows[0], "") | {name("Title"): "Shared presets", name("Description"): "'-dash"})
    path = write(rows, tmp_path)
    foreseen = run_file(actor, FEATURE, path, mapping={}, dry_run=True)
    assert outcome(foreseen) == (1, 2, 1, 0), foreseen.errors
    assert outcome(run_file(actor, FEATURE, path, mapping={})) == (1, 2, 1, 0)
    for record in (sync, dark, export):
        record.refresh_from_db()
    assert (sync.title, sync.description, sync.version) == ("Offline first", "=SUM(A1)\r\nsecond line", 2)
    assert sorted(tag.name for tag in sync.record.tags.all()) == ["core", "nordic"]
    assert (dark.description, dark.target, dark.status) == ("'=1+1", None, "candidate")
    assert dark.owner_id == actor.member_id
    assert (len(export.description), export.version) == (40_000, 1)
    new = FEATURE.model.objects.within(actor).get(title="Shared presets")
    assert new.description == ("'-dash" if form == "json" else "-dash"), (
        "no formula runs in JSON, so nothing was put before it"
    )
    entries = ChangeEntry.objects.filter(record=sync.record_id, version=2)
    assert [set(entry.old) for entry in entries] == [{"title", "tags"}]

    assert outcome(run_file(actor, FEATURE, path, mapping={})) == (0, 0, 4, 0), "the same file twice changes nothing"
    batches = set(Change.objects.within(actor).exclude(batch="").values_list("batch", flat=True))
    assert len(batches) == 1
    history.undo_batch(actor, batches.pop())
    sync.refresh_from_db()
    new.refresh_from_db()
    assert (sync.title, new.archived_at is None) == ("Offline sync", False)


@pytest.mark.parametrize("form", FORMS)
def test_an_apostrophe_that_somebody_wrote_is_kept(form: str, actor: Actor, tmp_path: Path) -> None:
    """And that which a CSV file has before a formula is taken off again, also where the text was changed."""
    formula, quoted, _ = features(actor)
    read, write, name = FORMS[form]
    rows = read(exported(actor, FEATURE, form), tmp_path)[:2]
    edited = [row | {name("Description"): f"{row[name('Description')]} again"} for row in rows]
    assert edited[0][name("Description")].startswith("'=SUM(A1)" if form == "csv" else "=SUM(A1)")
    assert outcome(run_file(actor, FEATURE, write(edited, tmp_path), mapping={})) == (0, 2, 0, 0)
    formula.refresh_from_db()
    quoted.refresh_from_db()
    assert (formula.description[:9], formula.description[-6:]) == ("=SUM(A1)\r", " again")
    assert quoted.description == "'=quoted again"


def test_a_list_of_chosen_columns_comes_back_too(actor: Actor, tmp_path: Path) -> None:
    [team] = changes.create(actor, TEAM, [{"name": "Imaging", "note": "kept"}])
    rows = from_csv(exported(actor, TEAM, "csv", "name"), tmp_path)
    assert list(rows[0]) == ["Key", "Name", "Created at"]
    rows[0]["Name"] = "Pictures"
    assert outcome(run_file(actor, TEAM, to_csv(rows, tmp_path), mapping={})) == (0, 1, 0, 0)
    team.refresh_from_db()
    assert (team.name, team.note) == ("Pictures", "kept")


def test_what_a_spreadsheet_makes_of_numbers_and_dates_is_understood(actor: Actor, tmp_path: Path) -> None:
    made = datetime(2026, 3, 25, 9, 30, 12, tzinfo=UTC)
    row = {"name": "Acme", "revenue": "1250.50", "size": 1200, "created_at": made}
    [account] = changes.create(actor, ACCOUNT, [row])
    path = tmp_path / "edited.csv"
    path.write_text(
        f"Key;Name;Revenue per year;People;Created at\n{ACCOUNT.key(account)};Acme;1250,50;1300;25.03.2026 09:30\n",
        encoding="utf-8",
    )
    assert outcome(run_file(actor, ACCOUNT, path, mapping={})) == (0, 1, 0, 0)
    [entry] = ChangeEntry.objects.filter(record=account.pk, version=2)
    assert entry.old == {"size": 1200}


def test_rows_that_cannot_be_theirs_are_rejected_with_the_reason(actor: Actor, tmp_path: Path) -> None:
    *_, gear = changes.create(actor, ACCOUNT, [{"name": name} for name in ("Acme", "Bolt", "Gear")])
    rows = from_csv(exported(actor, ACCOUNT, "csv"), tmp_path)
    changes.archive(actor, ACCOUNT, [gear.pk])
    rows[1]["Created at"] = "2020-01-01T00:00:00+00:00"
    rows[2]["Country"] = "NL"
    rows += [rows[0] | {"Key": "AC-99"}, rows[0] | {"Country": "DE"}, rows[0] | {"Key": "F-1"}]
    report = run_file(actor, ACCOUNT, to_csv(rows, tmp_path), mapping={})
    assert outcome(report) == (0, 0, 1, 5)
    assert [(error.row, error.field) for error in report.errors] == [
        (3, "created_at"),
        (4, "key"),
        (5, "key"),
        (6, "key"),
        (7, "key"),
    ]
    rows = [rows[0] | {"Kind": "castle"}]
    [error] = run_file(actor, ACCOUNT, to_csv(rows, tmp_path), mapping={}).errors
    assert (error.field, error.value) == ("kind", "castle")


def test_another_workspace_takes_the_rows_as_new(actor: Actor, tmp_path: Path) -> None:
    changes.create(actor, ACCOUNT, [{"name": "Acme"}])
    path = to_csv(from_csv(exported(actor, ACCOUNT, "csv"), tmp_path), tmp_path)
    stranger = system(Workspace.objects.create(name="Harbour", slug="harbour"), Origin.CLI)
    made = datetime.now(UTC) - timedelta(days=400)
    [theirs] = changes.create(stranger, ACCOUNT, [{"name": "Other", "created_at": made}])
    assert outcome(run_file(stranger, ACCOUNT, path, mapping={})) == (1, 0, 0, 0)
    theirs.refresh_from_db()
    assert (theirs.name, theirs.version) == ("Other", 1), "it has the same key"


def test_what_others_changed_since_the_export_stays(actor: Actor, tmp_path: Path) -> None:
    earlier = datetime.now(UTC) - timedelta(hours=1)
    [account] = changes.create(actor, ACCOUNT, [{"name": "Acme", "country": "NL", "created_at": earlier}])
    ACCOUNT.model.objects.filter(pk=account.pk).update(updated_at=earlier)
    rows = from_csv(exported(actor, ACCOUNT, "csv"), tmp_path)
    changes.update(actor, ACCOUNT, [Edit(account.pk, {"country": "DE", "tier": "Pro"})])
    rows[0] |= {"Name": "Acme Works", "Tier": "Enterprise"}
    assert outcome(run_file(actor, ACCOUNT, to_csv(rows, tmp_path), mapping={})) == (0, 1, 0, 0)
    account.refresh_from_db()
    assert (account.name, account.country, account.tier) == ("Acme Works", "DE", "Enterprise")


def test_a_row_pasted_twice_takes_back_nothing_either(actor: Actor, tmp_path: Path) -> None:
    earlier = datetime.now(UTC) - timedelta(hours=1)
    [account] = changes.create(actor, ACCOUNT, [{"name": "Acme", "country": "NL", "created_at": earlier}])
    ACCOUNT.model.objects.filter(pk=account.pk).update(updated_at=earlier)
    rows = from_csv(exported(actor, ACCOUNT, "csv"), tmp_path)
    changes.update(actor, ACCOUNT, [Edit(account.pk, {"country": "DE"})])
    rows[0]["Tier"] = "Pro"
    assert outcome(run_file(actor, ACCOUNT, to_csv(rows * 2, tmp_path), mapping={})) == (0, 1, 0, 1)
    account.refresh_from_db()
    assert (account.country, account.tier) == ("DE", "Pro")


def test_a_member_who_has_left_is_no_reason_to_reject(actor: Actor, tmp_path: Path) -> None:
    user = User.objects.create_user("bea@example.com", name="Bea")
    bea = Member.objects.create(workspace=actor.workspace, user=user, role="editor")
    [account] = changes.create(actor, ACCOUNT, [{"name": "Acme", "owner": bea.pk}])
    Member.objects.filter(pk=bea.pk).update(is_active=False)
    rows = from_csv(exported(actor, ACCOUNT, "csv"), tmp_path)
    rows[0]["Country"] = "NL"
    assert outcome(run_file(actor, ACCOUNT, to_csv(rows, tmp_path), mapping={})) == (0, 1, 0, 0)
    account.refresh_from_db()
    assert (account.country, account.owner_id) == ("NL", bea.pk)


def test_the_way_back_keeps_what_a_source_said_of_its_records(actor: Actor, tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("Name,Country\nAcme,NL\n", encoding="utf-8")
    run_file(actor, ACCOUNT, source, mapping={})
    rows = from_csv(exported(actor, ACCOUNT, "csv"), tmp_path)
    rows[0]["Country"] = "DE"
    assert outcome(run_file(actor, ACCOUNT, to_csv(rows, tmp_path), mapping={})) == (0, 1, 0, 0)
    assert outcome(run_file(actor, ACCOUNT, source, mapping={})) == (0, 0, 1, 0)
    assert ACCOUNT.model.objects.within(actor).get().country == "DE"


def test_the_pages_say_the_same(actor: Actor, tmp_path: Path) -> None:
    features(actor)
    rows: Sequence[dict[str, Any]] = from_csv(exported(actor, FEATURE, "csv"), tmp_path)
    rows[0]["Title"] = "Offline first"
    batch = service.begin(actor, FEATURE, "features.csv", [to_csv(list(rows), tmp_path).read_bytes()])
    assert batch.format == "northing-export"
    [warning] = batch.warnings
    assert "change nothing" in warning
    client = Client()
    client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
    shown = client.get(f"/orchard/features/import/{batch.pk}/").content.decode()
    assert "Features as Northing exports them" in shown
    assert '<option value="key" selected>Key</option>' in shown
    tasks.ask_to_stage(batch, {"Title": "title"})
    Worker().run_due()
    batch.refresh_from_db()
    assert (batch.created, batch.updated, batch.skipped, batch.rejected) == (0, 1, 2, 0)
    tasks.ask_to_apply(actor, batch)
    Worker().run_due()
    batch.refresh_from_db()
    assert (batch.state, batch.updated, batch.skipped) == (Import.State.DONE, 1, 2)
    tasks.ask_to_take_back(actor, batch)
    Worker().run_due()
    assert FEATURE.model.objects.within(actor).filter(title="Offline sync", archived_at=None).count() == 1
