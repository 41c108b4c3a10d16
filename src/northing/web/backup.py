"""Everything Northing keeps, in one file, and back.

A backup is a ZIP archive of the database, the folders of files, and `manifest.json`: which version wrote it, the size
and SHA-256 of every file, and the row count and content hash of every table. The key that signs sessions stays behind:
after a restore on a new machine, people sign in again.

The manifest tells damage and sloppy changes. It is not a signature: who can write the archive can write the manifest
too, so restore only what you kept yourself.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from django.conf import settings

from northing.web import databases, home
from northing.web.databases import Content, Tables
from northing.web.faults import Fault

FOLDERS = ("uploads", "imports")
DATABASE = "database"
MANIFEST = "manifest.json"
FORMAT = 1
_MANIFEST_LIMIT = 64 * 2**20
_PIECE = 2**20


class Entry(NamedTuple):
    """One file in the archive."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    northing: str
    made_at: str
    database: str
    files: Mapping[str, Entry]
    tables: Tables

    def summary(self) -> str:
        rows = sum(table.rows for table in self.tables.values())
        files = len(self.files) - 1
        return f"{rows:,} rows of {len(self.tables)} tables and {files:,} files, as of {self.made_at[:19]} UTC"


def write(target: Path) -> Manifest:
    """Back up into a new file, also while others work. Raises `Fault` when it exists or cannot be written."""
    if target.exists():
        raise Fault(f"{target} exists already; choose another name or remove it")
    try:
        with tempfile.TemporaryDirectory(prefix=".northing-backup-", dir=target.absolute().parent) as work:
            saved, archive = Path(work, DATABASE), Path(work, "archive.zip")
            database = databases.current()
            tables = database.save(saved)
            with zipfile.ZipFile(archive, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
                # The files after the database: whatever a row of it names was written before that row.
                files = {name: _add(into, name, path) for name, path in [(DATABASE, saved), *_kept_files()]}
                made_at = datetime.now(UTC).isoformat()
                manifest = Manifest(version("northing"), made_at, database.kind, files, tables)
                into.writestr(MANIFEST, _to_json(manifest))
            archive.chmod(0o600)
            os.replace(archive, target)
    except OSError as error:
        raise Fault(f"{target}: {error.strerror}") from None
    return manifest


def _kept_files() -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in sorted((settings.NORTHING_HOME / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(settings.NORTHING_HOME).as_posix(), path


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> Entry:
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        return _copy(source, target)


def _copy(source: IO[bytes], target: IO[bytes], limit: int | None = None) -> Entry:
    """Copy in pieces, and return what was copied; stops just beyond the limit."""
    digest, size = hashlib.sha256(), 0
    while (piece := source.read(_PIECE)) and (limit is None or size <= limit):
        target.write(piece)
        digest.update(piece)
        size += len(piece)
    return Entry(size, digest.hexdigest())


def restore(source: Path, *, force: bool = False) -> Manifest:
    """Verify a backup and put it in the place of what is here.

    Nothing is touched before the archive, every file in it and, for SQLite, every table are found to be as saved.
    Raises `Fault` when they are not, when there is data here already (unless `force`), or when Northing runs here.
    """
    place: Path = settings.NORTHING_HOME
    with home.using(place, alone=True):
        database = databases.current()
        if not force and (not database.is_empty() or any(_kept_files())):
            raise Fault(f"{place} holds data already; set NORTHING_HOME to an empty folder, or replace it with --force")
        try:
            with tempfile.TemporaryDirectory(prefix=".northing-restore-", dir=place) as work:
                manifest = _unpack(source, Path(work), database.kind)
                database.load(Path(work, DATABASE), manifest.tables, force=force)
                _replace_folders(Path(work), place)
                return manifest
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):  # the last: what zipfile cannot unpack
            raise Fault(f"{source} is no backup, or a damaged one") from None
        except OSError as error:
            raise Fault(f"{error.filename or source}: {error.strerror}") from None


def _replace_folders(work: Path, place: Path) -> None:
    for folder in FOLDERS:
        if (place / folder).exists():
            (place / folder).rename(work / f"old-{folder}")
        if (work / folder).exists():
            (work / folder).rename(place / folder)


def _unpack(source: Path, work: Path, kind: str) -> Manifest:
    with zipfile.ZipFile(source) as archive:
        manifest = _read_manifest(archive)
        _check_names(archive, manifest)
        if manifest.database != kind:
            raise Fault(f"the backup is of a {manifest.database} database, and this one is {kind}; set DATABASE_URL")
        if sum(entry.size for entry in manifest.files.values()) > shutil.disk_usage(work).free:
            raise Fault(f"the backup needs more space than is free on the disk of {work.parent}")
        for name, entry in manifest.files.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as packed, path.open("xb") as target:
                if _copy(packed, target, limit=entry.size) != entry:
                    raise Fault(f"the backup is damaged: {name} is not what was saved")
    return manifest


def _check_names(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Only plain files, each once, each named by the manifest, and each in a place where Northing keeps files."""
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if sorted(names) != sorted([MANIFEST, *manifest.files]):
        raise Fault("the backup was changed: its files are not those of its manifest")
    for info in infos:
        parts = PurePosixPath(info.filename).parts
        expected = info.filename in (MANIFEST, DATABASE) or (len(parts) > 1 and parts[0] in FOLDERS)
        plain = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG)
        if not expected or not plain or ".." in parts or "\\" in info.filename:
            raise Fault(f"the backup was changed: {info.filename!r} is nothing that Northing saves")


def _to_json(manifest: Manifest) -> str:
    files = {name: entry._asdict() for name, entry in manifest.files.items()}
    tables = {name: table._asdict() for name, table in manifest.tables.items()}
    return json.dumps({"format": FORMAT, **vars(manifest), "files": files, "tables": tables}, indent=1)


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > _MANIFEST_LIMIT:
            raise Fault("the backup was changed: its manifest is too large")
        data: dict[str, Any] = json.loads(archive.read(info))
        if data["format"] > FORMAT or _release(data["northing"]) > _release(version("northing")):
            raise Fault(f"the backup was made by Northing {data['northing']}; install that version or a later one")
        return Manifest(
            northing=data["northing"],
            made_at=str(data["made_at"]),
            database=str(data["database"]),
            files={name: Entry(int(e["size"]), str(e["sha256"])) for name, e in data["files"].items()},
            tables={name: Content(int(t["rows"]), str(t["sha256"])) for name, t in data["tables"].items()},
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Fault("this is no backup of Northing: it has no manifest that can be read") from None


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())
