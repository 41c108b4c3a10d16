"""A backup of a running system comes back equal; an archive that was changed does not come back at all."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from northing.access.models import User, Workspace
from northing.kit.models import Tag
from northing.web import backup, databases, home
from northing.web.faults import Fault
from northing.web.tests.running import Server, Writer, token_of_an_admin, wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(enter: Any) -> Path:
    """A home folder with some rows and files."""
    folder = enter("shop", tables=True)
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    User.objects.create_user("ada@example.org", name="Ada")
    Tag.objects.bulk_create(Tag(workspace=workspace, name=f"läufig {n}") for n in range(500))
    (folder / "uploads" / "a").mkdir(parents=True)
    (folder / "uploads" / "a" / "photo.bin").write_bytes(bytes(range(256)) * 9000)
    (folder / "imports").mkdir()
    (folder / "imports" / "week.jsonl").write_text("{}\n")
    (folder / "secret.key").write_text("not to be copied")
    connection.close()
    return folder


@pytest.fixture
def saved(shop: Path, tmp_path: Path) -> Path:
    backup.write(tmp_path / "saved.zip")
    return tmp_path / "saved.zip"


def contents(folder: Path) -> databases.Tables:
    return databases.current().save(folder / "look")


def test_a_backup_restores_to_equal_counts_and_hashes(shop: Path, saved: Path, enter: Any) -> None:
    before = contents(shop)
    assert before["kit_tag"].rows == 500
    new = enter("new")
    manifest = backup.restore(saved)
    assert contents(new) == before == manifest.tables
    assert (new / "uploads/a/photo.bin").read_bytes() == (shop / "uploads/a/photo.bin").read_bytes()
    assert (new / "imports/week.jsonl").read_text() == "{}\n"
    assert not (new / "secret.key").exists()
    assert Workspace.objects.get().slug == "orchard"
    assert f"{sum(table.rows for table in before.values()):,} rows" in manifest.summary()


def test_a_backup_can_be_read_by_its_owner_alone(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_backup_taken_between_two_writes_holds_whole_transactions(shop: Path, tmp_path: Path, enter: Any) -> None:
    """A writer adds a workspace and its tag, always together; the backup must hold as many of one as of the other."""
    enough, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(shop / "northing.sqlite3", timeout=20)) as writer:
            writer.execute("PRAGMA synchronous=OFF")
            number = 1000
            while not enough.is_set():
                with writer:
                    writer.execute(
                        "INSERT INTO access_workspace (id, name, slug, kind, time_zone, currency, is_demo, created_at)"
                        " VALUES (?, 'W', ?, 'hybrid', 'UTC', 'EUR', 0, '2020-01-01')",
                        (number, f"w{number}"),
                    )
                    writer.execute("INSERT INTO kit_tag (workspace_id, name) VALUES (?, 'pair')", (number,))
                number += 1
                wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    manifests = []
    try:
        for n in range(3):
            wrote.clear()
            assert wrote.wait(20)
            manifests.append(backup.write(tmp_path / f"{n}.zip"))
    finally:
        enough.set()
        writer.join()
    counts = [(m.tables["access_workspace"].rows - 1, m.tables["kit_tag"].rows - 500) for m in manifests]
    assert all(workspaces == tags for workspaces, tags in counts)
    assert counts[0][0] < counts[1][0] < counts[2][0]
    enter("new")
    backup.restore(tmp_path / "2.zip")
    assert Tag.objects.filter(name="pair").count() == counts[2][1]


def test_a_backup_of_a_running_server_restores_to_equal_counts_and_hashes(
    tmp_path: Path, enter: Any, start: Callable[[], Server], port: int
) -> None:
    enter("shop", tables=True)
    writer = Writer(port, token_of_an_admin())
    start()
    with writer.at_work():
        before = writer.renamed
        saved = backup.write(tmp_path / "saved.zip")
        wait_until(lambda: writer.made > saved.tables["accounts_team"].rows)
    new = enter("new")
    assert backup.restore(tmp_path / "saved.zip") == saved
    assert contents(new) == saved.tables
    assert 10 <= before <= saved.tables["accounts_team"].rows < writer.made
    assert saved.tables["kit_record"].rows == saved.tables["accounts_team"].rows


def test_a_backup_does_not_overwrite(saved: Path) -> None:
    with pytest.raises(Fault, match="exists already"):
        backup.write(saved)


def test_a_restore_needs_an_empty_home_or_force(shop: Path, saved: Path) -> None:
    Workspace.objects.create(name="Later", slug="later")
    (shop / "uploads" / "later.txt").write_text("later")
    with pytest.raises(Fault, match=r"holds data already.*--force"):
        backup.restore(saved)
    assert Workspace.objects.count() == 2
    backup.restore(saved, force=True)
    assert Workspace.objects.count() == 1
    assert not (shop / "uploads" / "later.txt").exists()
    assert not list(shop.glob(".northing-*"))


def test_a_restore_is_refused_while_northing_runs_here(saved: Path, enter: Any) -> None:
    new = enter("new")
    with home.using(new), pytest.raises(Fault, match="Northing is running on"):
        backup.restore(saved)
    backup.restore(saved)


Parts = list[tuple[zipfile.ZipInfo, bytes]]


def rewrite(source: Path, change: Callable[[Parts, dict[str, Any]], None]) -> Path:
    """A copy of the archive with its parts and its manifest changed."""
    with zipfile.ZipFile(source) as archive:
        parts = [(info, archive.read(info)) for info in archive.infolist() if info.filename != "manifest.json"]
        manifest = json.loads(archive.read("manifest.json"))
    change(parts, manifest)
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in [*parts, (zipfile.ZipInfo("manifest.json"), json.dumps(manifest).encode())]:
            archive.writestr(info, data)
    return target


def added(name: str, *, mode: int = 0, announce: bool = True) -> Callable[[Parts, dict[str, Any]], None]:
    def change(parts: Parts, manifest: dict[str, Any]) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        parts.append((info, b"evil"))
        if announce:
            manifest["files"][name] = {
                "size": 4,
                "sha256": "4f0bc4dad4ea4e7f85d43a3c6ca7ce0bb64f9a13ee1b94bc1a7e6a3b4a4b4f9a",
            }

    return change


def one_bit(parts: Parts, manifest: dict[str, Any]) -> None:
    index = next(n for n, (info, _) in enumerate(parts) if info.filename == "uploads/a/photo.bin")
    info, data = parts[index]
    parts[index] = (info, bytes([data[0] ^ 1]) + data[1:])


def longer_than_said(parts: Parts, manifest: dict[str, Any]) -> None:
    index = next(n for n, (info, _) in enumerate(parts) if info.filename == "uploads/a/photo.bin")
    info, data = parts[index]
    parts[index] = (info, data + bytes(50_000_000))


def larger_than_the_disk(parts: Parts, manifest: dict[str, Any]) -> None:
    manifest["files"]["uploads/a/photo.bin"]["size"] = 10**18


def another_count(parts: Parts, manifest: dict[str, Any]) -> None:
    manifest["tables"]["kit_tag"]["rows"] = 499


def a_table_more(parts: Parts, manifest: dict[str, Any]) -> None:
    manifest["tables"]['x"; DROP TABLE kit_tag; --'] = {"rows": 0, "sha256": "0" * 64}


def a_newer_version(parts: Parts, manifest: dict[str, Any]) -> None:
    manifest["northing"] = "999.1"


def another_database(parts: Parts, manifest: dict[str, Any]) -> None:
    manifest["database"] = "postgresql"


def a_file_less(parts: Parts, manifest: dict[str, Any]) -> None:
    parts.pop()


def nonsense(parts: Parts, manifest: dict[str, Any]) -> None:
    manifest["files"] = ["database"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (added("../evil"), "nothing that Northing saves"),
        (added("uploads/../../evil"), "nothing that Northing saves"),
        (added("/tmp/evil"), "nothing that Northing saves"),
        (added("secret.key"), "nothing that Northing saves"),
        (added("uploads/link", mode=stat.S_IFLNK | 0o777), "nothing that Northing saves"),
        (added("uploads/a\\..\\evil"), "nothing that Northing saves"),
        (added("uploads/fine"), "uploads/fine is not what was saved"),
        (added("uploads/extra", announce=False), "not those of its manifest"),
        (added("uploads/a/photo.bin", announce=False), "not those of its manifest"),
        (a_file_less, "not those of its manifest"),
        (one_bit, "photo.bin is not what was saved"),
        (longer_than_said, "photo.bin is not what was saved"),
        (larger_than_the_disk, "more space than is free"),
        (another_count, "table kit_tag holds 500 rows that are not the 499 saved"),
        (a_table_more, "holds no rows"),
        (a_newer_version, "made by Northing 999.1"),
        (another_database, "set DATABASE_URL"),
        (nonsense, "no manifest that can be read"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_changed_archive_is_refused_and_nothing_is_written(
    saved: Path, enter: Any, change: Callable[[Parts, dict[str, Any]], None], reason: str
) -> None:
    changed = rewrite(saved, change)
    new = enter("new")
    with pytest.raises(Fault, match=reason):
        backup.restore(changed)
    assert databases.current().is_empty()
    assert {path.name.partition("-")[0] for path in new.iterdir()} <= {"lock", "northing.sqlite3"}
    assert not list(new.parent.rglob("evil"))


@pytest.fixture
def damaged(saved: Path) -> Path:
    data = bytearray(saved.read_bytes())
    data[len(data) // 2] ^= 0xFF
    saved.write_bytes(bytes(data))
    return saved


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and so on", b"just text"])
def test_what_is_no_archive_is_refused(enter: Any, content: bytes) -> None:
    file = enter("new") / "file"
    file.write_bytes(content)
    with pytest.raises(Fault, match="no backup, or a damaged one"):
        backup.restore(file)


def test_a_damaged_archive_is_refused(damaged: Path, enter: Any) -> None:
    enter("new")
    with pytest.raises(Fault, match="damaged"):
        backup.restore(damaged)


def test_an_absent_archive_is_refused(enter: Any) -> None:
    with pytest.raises(Fault, match="No such file"):
        backup.restore(enter("new") / "absent.zip")


def test_a_database_that_is_none_is_refused(saved: Path, enter: Any) -> None:
    """The archive agrees with its manifest, but what it calls a database is not one."""
    new = enter("new")
    file = new / "file"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(Fault, match="damaged: file is not a database"):
        databases.current().load(file, {}, force=False)
    shutil.rmtree(new)
