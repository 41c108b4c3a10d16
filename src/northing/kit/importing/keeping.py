"""How much is kept of what people bring to import: few files, not too large together, and none for ever."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from northing.access.actor import Actor
from northing.exchange.records import Refused
from northing.kit.models import Import

MOST_KEPT = 100
"""Files of imports that a workspace keeps at most."""
KEEP_UNFINISHED = timedelta(days=7)
KEEP_FINISHED = timedelta(days=30)
WAITING = (Import.State.STAGING, Import.State.STAGED)
"""States of imports that wait for a person to go on."""
_TIMES_AN_UPLOAD = 10


def most_bytes() -> int:
    """All files of a workspace's imports together stay about below this."""
    limit: int = settings.UPLOAD_LIMIT * _TIMES_AN_UPLOAD
    return limit


def folder(batch: Import) -> Path:
    """Where an import keeps its file, its staged lines and its rejected ones."""
    return Path(settings.NORTHING_HOME) / "imports" / batch.batch


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Whoever brings a file waits for whoever is at it: of two that find the last room, one would be too many."""
    home = Path(settings.NORTHING_HOME)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "imports.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_room(actor: Actor) -> None:
    """See that one more file can be kept: those of imports that have ended go first, the oldest of them before others.

    Raises `Refused` when too much waits for somebody to go on.
    """
    since = timezone.now() - KEEP_FINISHED - timedelta(days=1)
    rows = Import.objects.within(actor).filter(created_at__gte=since).order_by("created_at", "pk")
    kept = {batch: _size(folder(batch)) for batch in rows if folder(batch).is_dir()}
    for batch in [batch for batch in kept if batch.finished_at is not None]:
        if _has_room(kept):
            return
        shutil.rmtree(folder(batch), ignore_errors=True)
        del kept[batch]
    if not _has_room(kept):
        oldest = timezone.localdate(min(batch.created_at for batch in kept) + KEEP_UNFINISHED)
        raise Refused(
            f"{len(kept)} files wait to be imported, together {sum(kept.values()) // 2**20:,} MB; a workspace keeps at "
            f"most {MOST_KEPT} files and {most_bytes() // 2**20:,} MB.",
            f"Import one of those that wait, or come back: the oldest is dropped on {oldest.isoformat()}.",
        )


def _has_room(kept: dict[Import, int]) -> bool:
    return len(kept) < MOST_KEPT and sum(kept.values()) < most_bytes()


def _size(place: Path) -> int:
    return sum(_bytes(Path(here, name)) for here, _, names in os.walk(place) for name in names)


def _bytes(file: Path) -> int:
    """The size of a file; nothing for one that the worker has put in its place or deleted since it was listed."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def cancel(batch: Import) -> None:
    """Forget an import of which nothing has been written."""
    deleted, _ = Import.objects.filter(pk=batch.pk, state__in=WAITING).delete()
    if deleted:
        shutil.rmtree(folder(batch), ignore_errors=True)


def drop_unfinished(batch: Import) -> None:
    """End an import that nobody went on with, and delete its files."""
    waiting = Import.objects.filter(pk=batch.pk, state__in=WAITING, finished_at=None)
    reason = f"Nobody went on with it within {KEEP_UNFINISHED.days} days. Bring the file again to import it."
    if waiting.update(state=Import.State.REFUSED, reason=reason, finished_at=timezone.now()):
        shutil.rmtree(folder(batch), ignore_errors=True)
