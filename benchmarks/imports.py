"""Import feedback from a CSV file through every check and with a history row each, while another process writes.

Held to: 3,000 rows a processor second, memory below 300 MB and flat, other writers waiting less than 2 s. The other
process edits a record every 200 ms and notes how long each edit took, waiting for its turn included. Memory is looked
at twice a second: `early_mb` is its mean in the second tenth of the time, `late_mb` in the last. ``--limit N`` rows
(default: 100,000).
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import fmean

from benchmarks.report import MEGABYTE, Options, Report, measured

ROWS = 100_000
WRITE_EVERY = 0.2  # seconds
LOOK_EVERY = 0.5  # seconds
WORDS = ("export", "crash", "sync", "photo", "filter", "battery", "pairing", "colour", "slow", "preset", "layer")


def run(options: Options) -> Report:
    """Import the file once into a new database, then once more, when nothing may change."""
    rows = options.limit or ROWS
    with tempfile.TemporaryDirectory(prefix="northing-imports-") as folder:
        _set_up(Path(folder))
        path = Path(folder) / "reviews.csv"
        _write_file(path, rows)
        found = [_measure(name, path, rows) for name in ("first time", "second time")]
    return Report(found, {"rows": rows})


def _set_up(home: Path) -> None:
    os.environ["NORTHING_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    from northing.web.commands.starting import start_django

    start_django()
    from northing.access.models import Workspace

    Workspace.objects.create(name="Benchmark", slug="benchmark")


def _write_file(path: Path, rows: int) -> None:
    draw = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Review ID", "Title", "Review", "Rating", "Date", "Device"])
        for number in range(rows):
            words = " ".join(draw.choices(WORDS, k=25))
            day = f"2026-{draw.randint(1, 9):02}-{draw.randint(1, 28):02}T08:00:00Z"
            writer.writerow([f"r{number}", words[:40], words, draw.randint(1, 5), day, "Phone"])


def _measure(name: str, path: Path, rows: int) -> dict[str, object]:
    from django.db import connections

    from northing.access.actor import system
    from northing.access.models import Workspace
    from northing.kit.importing.running import run_file
    from northing.kit.record_types import registry

    actor = system(Workspace.objects.get(slug="benchmark"))
    spawn = multiprocessing.get_context("spawn")
    over, waits = spawn.Event(), spawn.Queue()
    connections.close_all()
    writer = spawn.Process(target=_keep_writing, args=(over, waits))
    writer.start()
    with measured() as cost, _memory() as megabytes:
        report = run_file(actor, registry.named("feedback"), path, mapping={})
    over.set()
    seconds = sorted(waits.get())
    writer.join()
    tenth = max(1, len(megabytes) // 10)
    return {
        "instance": name,
        "created": report.created,
        "skipped": report.skipped,
        "rejected": report.rejected,
        "rows_per_cpu_second": rows / cost.cpu_seconds,
        **cost.row(),
        "early_mb": fmean(megabytes[tenth : 2 * tenth] or megabytes),
        "late_mb": fmean(megabytes[-tenth:]),
        "other_writes": len(seconds),
        "wait_p99_s": seconds[int(0.99 * (len(seconds) - 1))],
        "wait_max_s": seconds[-1],
    }


@contextmanager
def _memory() -> Iterator[list[float]]:
    """Megabytes in use by this process, looked at again and again until the block ends."""
    found: list[float] = [_megabytes()]
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            found.append(_megabytes())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def _keep_writing(over: Event, waits: multiprocessing.Queue[list[float]]) -> None:
    """Edit a team now and then, and say in the end how long each edit took."""
    from northing.web.commands.starting import start_django

    start_django()
    from northing.access.actor import system
    from northing.access.models import Workspace
    from northing.kit import changes
    from northing.kit.record_types import registry

    actor = system(Workspace.objects.get(slug="benchmark"))
    kind = registry.named("team")
    [team] = changes.create(actor, kind, [{"name": f"Team {os.getpid()}"}])
    seconds: list[float] = []
    while not over.is_set():
        start = time.perf_counter()
        changes.update(actor, kind, [changes.Edit(team.pk, {"note": f"Edit {len(seconds)}"})])
        seconds.append(time.perf_counter() - start)
        time.sleep(WRITE_EVERY)
    waits.put(seconds)
