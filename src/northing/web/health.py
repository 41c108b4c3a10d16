"""What `northing check` looks at."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection

from northing.kit.jobs.upkeep import worker_alive
from northing.ui import assets
from northing.web.commands.starting import pending_migrations
from northing.web.faults import Fault


class Finding(NamedTuple):
    subject: str
    ok: bool
    text: str


def examine() -> list[Finding]:
    """Every finding, the bad ones with the way out."""
    looks = {
        "database": _database,
        "migrations": _migrations,
        "folder": _folder,
        "assets": _assets,
        "job worker": _job_worker,
    }
    return [_find(subject, look) for subject, look in looks.items()]


def _find(subject: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, True, look())
    except (Fault, DatabaseError) as fault:
        return Finding(subject, False, str(fault))


def _database() -> str:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return f"{connection.vendor} answers"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        faults = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        faults += [f"a row of {row[0]} refers to one of {row[2]} that is gone" for row in cursor.fetchmany(1)]
    if faults:
        raise Fault(f"damaged: {faults[0]}; bring back a backup: northing restore FILE --force")
    return f"{connection.settings_dict['NAME']} is sound"


def _migrations() -> str:
    pending, _ = pending_migrations()
    if pending:
        raise Fault(f"{pending} not applied; run: northing migrate")
    return "all applied"


def _folder() -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.NORTHING_HOME):
            return f"{settings.NORTHING_HOME} can be written"
    except OSError as error:
        raise Fault(f"{settings.NORTHING_HOME} cannot be written: {error.strerror}") from None


def _assets() -> str:
    if not (assets.VENDOR / "stamp.json").is_file():
        raise Fault("missing; northing serve builds them in a checkout")
    return "built"


def _job_worker() -> str:
    if not worker_alive():
        raise Fault("no answer; start northing serve or northing worker")
    return "alive"
